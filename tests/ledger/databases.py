"""Databases of many nodes on one server, and one thread that works now on this one, now on that."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from django.db.utils import load_backend

from portal.settings import database

TEMPLATE = f"consensus_template_{os.getpid()}"  # tests may run side by side on one server


def make_template(postgres_url: str) -> None:
    """A database with all tables, to be copied for every node."""
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE IF EXISTS {TEMPLATE}")
        admin.execute(f"CREATE DATABASE {TEMPLATE}")
    with using(wrapper(postgres_url, TEMPLATE)) as connection:
        call_command("migrate", verbosity=0)
        connection.close()


def drop_template(postgres_url: str) -> None:
    """Leave nothing behind."""
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {TEMPLATE}")


def wrapper(postgres_url: str, name: str) -> Any:
    """A Django connection to one database of the server."""
    given = {**connections["default"].settings_dict, **database(postgres_url), "NAME": name}
    return load_backend("django.db.backends.postgresql").DatabaseWrapper(given, "default")


@contextmanager
def using(connection: Any) -> Iterator[Any]:
    """In this thread the code under test works on this connection."""
    before = connections["default"]
    connections["default"] = connection
    try:
        yield connection
    finally:
        connections["default"] = before
