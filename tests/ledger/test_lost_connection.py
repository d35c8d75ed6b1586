"""The database server goes away under a running portal: an honest answer, and no wound that stays."""

import psycopg
import pytest
from django.db import Error, connection
from django.db.transaction import atomic

from ledger.store import rows
from tests.ledger.world import NodeTown
from tests.wsgi import ask


@pytest.fixture
def lose(postgres_url: str) -> None:
    """The server ends our connection, as when it is restarted."""
    connection.ensure_connection()
    pid = connection.connection.info.backend_pid
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])


def test_one_request_is_told_so_and_the_next_one_answered(shared_town: NodeTown, lose: None) -> None:
    status, headers, body = ask(path="/api/blocks")
    assert (status, headers["Content-Type"], headers["Retry-After"]) == (503, "application/json", "1")
    assert b"NOT_READY" in body
    assert [ask(path="/api/blocks")[0] for _ in range(2)] == [200, 200]


def test_the_same_inside_a_transaction(shared_town: NodeTown, lose: None) -> None:
    with pytest.raises((psycopg.Error, Error)), atomic():
        rows.fetch("SELECT 1")
    assert rows.fetch("SELECT 1") == [(1,)]
