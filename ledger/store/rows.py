"""psycopg itself, under Django's connection: binary parameters, arrays and COPY, inside Django's atomic()."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection
from django.db.transaction import atomic


def fetch(query: str, parameters: Sequence[Any] | Mapping[str, Any] = ()) -> list[tuple[Any, ...]]:
    """All rows of a query with server-side parameters."""
    with _cursor() as cursor:
        return cursor.execute(query, parameters).fetchall()  # type: ignore[call-overload,no-any-return]


def execute(query: str, parameters: Sequence[Any] = ()) -> int:
    """Run a statement; how many rows it touched."""
    with _cursor() as cursor:
        return int(cursor.execute(query, parameters).rowcount)  # type: ignore[call-overload]


def copy(table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Append rows by COPY."""
    names = ", ".join(f'"{column}"' for column in columns)
    with _cursor() as cursor, cursor.copy(f"COPY {table} ({names}) FROM STDIN") as sink:  # type: ignore[call-overload]
        for row in rows:
            sink.write_row(row)


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything read inside is of one moment; inside a caller's atomic() that moment is the caller's."""
    inside = connection.in_atomic_block
    with atomic():
        if not inside:
            execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _cursor() -> Any:
    raw = connection.connection
    if raw is not None and raw.closed and not connection.in_atomic_block:
        connection.close()  # the server went away: Django would notice only through cursors of its own
    connection.ensure_connection()
    # Django's own cursor binds on the client; this one leaves arrays and bytes to the server, in binary.
    return psycopg.Cursor(connection.connection)
