"""Gives every test run a private PostgreSQL server of its own, started only if a test asks."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.database import make_database
from embedded.postgres import Postgres

SERVER = "tallystick_postgres"  # how a pytest-xdist worker is told of the one server of its run


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of the run's own server, as its administrator."""
    given = getattr(request.config, "workerinput", {}).get(SERVER) or os.environ.get("TALLYSTICK_POSTGRES")
    if given:
        yield given
    else:
        with PrivateServer() as url:
            yield url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    postgres_url: str, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Point Django at that server, just before pytest-django makes its test databases there."""
    from django.conf import settings

    from portal.settings import database

    settings.DATABASES["default"].update(database(postgres_url), NAME="tallystick")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> None:
    """Let the tests' own clean-up truncate append-only tables: a superuser can, our roles cannot."""
    from django.db import connection

    flush = connection.ops.execute_sql_flush
    connection.ops.execute_sql_flush = lambda statements: flush(
        ["SET LOCAL session_replication_role = replica", *statements]
    )


class PrivateServer:
    """A throw-away server; without fsync, because nothing in it has to survive the run."""

    def __enter__(self) -> str:
        self.folder = Path(tempfile.mkdtemp(prefix="tallystick-tests-"))
        self.server = Postgres(self.folder, durable=False, connections=200)
        self.server.start()
        make_database(self.server.url(), "tallystick", "owner", "runtime")
        return self.server.url()

    def __exit__(self, *_: object) -> None:
        self.server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


class SharedServer:
    """With `-n`: the controller starts the server, each worker makes its own databases on it."""

    def __init__(self) -> None:
        self.private: PrivateServer | None = None
        self.url = os.environ.get("TALLYSTICK_POSTGRES", "")

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: object) -> None:
        """Called by pytest-xdist in the controller for each worker it is about to start."""
        if not self.url:
            self.private = PrivateServer()
            self.url = self.private.__enter__()
        node.workerinput[SERVER] = self.url  # type: ignore[attr-defined]

    def pytest_unconfigure(self) -> None:
        """The end of the run."""
        if self.private:
            self.private.__exit__()


def pytest_configure(config: pytest.Config) -> None:
    """Every process of the run registers the hooks; only a controller of workers ever uses them."""
    config.pluginmanager.register(SharedServer(), "tallystick-shared-server")
