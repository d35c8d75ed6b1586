"""Committed rows are append-only: triggers for everybody, no right to change them for the run-time role."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from django.db import DatabaseError, connection
from django.db.transaction import atomic
from psycopg import errors, sql

from embedded.database import drop_database, make_database
from ledger.store import rows
from tests.ledger.world import NodeTown

ROOT = Path(__file__).resolve().parent.parent.parent
COMMITTED = [
    "genesis", "block", "transaction", "output", "spend", "recordversion", "consensusevent", "signedmessage",
    "evidence", "apilookup",
]  # fmt: skip
FILLED = ["genesis", "block", "transaction", "output", "spend", "recordversion"]
READ_MODELS = ["record", "counter", "statepage", "pending", "claimed", "ended", "note", "token", "outbox"]


@pytest.fixture
def busy_town(town: NodeTown) -> NodeTown:
    """A town in which every kind of row was made."""
    town.register({"ann": 100, "bob": 200})
    town.submit(town.pay("ann", "bob", 30))
    return town


@pytest.mark.parametrize("table", FILLED)
def test_even_the_owner_can_neither_update_nor_delete_a_committed_row(busy_town: NodeTown, table: str):
    column = rows.fetch(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s LIMIT 1",
        (f"ledger_{table}",),
    )[0][0]
    for statement in (
        f'UPDATE ledger_{table} SET "{column}" = "{column}"',
        f"DELETE FROM ledger_{table}",
        f"TRUNCATE ledger_{table} CASCADE",
    ):
        with pytest.raises(DatabaseError, match="append-only"), atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


@pytest.mark.parametrize("table", COMMITTED)
def test_every_committed_table_has_both_triggers(db: None, table: str):
    found = rows.fetch(
        "SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal ORDER BY 1",
        (f"ledger_{table}",),
    )
    assert found == [("append_only", "O"), ("append_only_truncate", "O")]


def test_a_note_may_be_erased(busy_town: NodeTown):
    rows.execute("INSERT INTO ledger_note (txid, ciphertexts) VALUES (%s, '[]')", (b"1" * 32,))
    assert rows.execute("DELETE FROM ledger_note") == 1


@pytest.fixture(scope="module")
def as_runtime(postgres_url: str) -> Iterator[psycopg.Connection]:
    """A connection as the run-time role of a database that its owner has migrated."""
    name = f"tallystick_rights_{os.getpid()}"
    made = make_database(postgres_url, name, "owner", "runtime")
    try:
        subprocess.run(
            [sys.executable, ROOT / "manage.py", "migrate", "--verbosity=0"],
            check=True,
            cwd=ROOT,
            env={**os.environ, "DATABASE_URL": made.owner_url},
        )
        with psycopg.connect(made.runtime_url, autocommit=True) as connection:
            yield connection
    finally:
        drop_database(postgres_url, name)


@pytest.mark.parametrize("table", COMMITTED)
def test_the_run_time_role_may_add_committed_rows_and_nothing_more(
    as_runtime: psycopg.Connection, table: str
):
    assert rights(as_runtime, table) == {"SELECT", "INSERT"}
    for statement in ("DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER USER"):
        with pytest.raises(errors.InsufficientPrivilege):
            as_runtime.execute(sql.SQL(statement).format(sql.Identifier(f"ledger_{table}")))


@pytest.mark.parametrize("table", READ_MODELS)
def test_the_run_time_role_works_with_everything_else(as_runtime: psycopg.Connection, table: str):
    assert rights(as_runtime, table) == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_the_run_time_role_cannot_switch_triggers_off(as_runtime: psycopg.Connection):
    with pytest.raises(errors.InsufficientPrivilege):
        as_runtime.execute("SET session_replication_role = replica")


def rights(connection: psycopg.Connection, table: str) -> set[str]:
    """What the connected role may do with a table."""
    wanted = ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE"]
    query = "SELECT has_table_privilege(%s, %s)"
    return {right for right in wanted if connection.execute(query, (f"ledger_{table}", right)).fetchone()[0]}
