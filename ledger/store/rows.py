"""psycopg itself, under Django's connection: binary parameters, arrays and COPY, inside Django's atomic()."""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from django.db import connection


def fetch(query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
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


def _cursor() -> Any:
    connection.ensure_connection()
    # Django's own cursor binds on the client; this one leaves arrays and bytes to the server, in binary.
    return psycopg.Cursor(connection.connection)
