"""Counts what a piece of code asks of the database, below Django's models too."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from django.db import connection

from ledger.store import rows


@dataclass
class Asked:
    """The statements of one piece of code, in order."""

    statements: list[str] = field(default_factory=list)

    @property
    def number(self) -> int:
        """How many they are."""
        return len(self.statements)


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Asked]:
    """Every statement of Django's cursors and of the store's own."""
    asked = Asked()

    class Counting(psycopg.Cursor[Any]):
        def execute(self, query: Any, *args: Any, **options: Any) -> Any:
            asked.statements.append(str(query))
            return super().execute(query, *args, **options)

        def copy(self, statement: Any, *args: Any, **options: Any) -> Any:
            asked.statements.append(str(statement))
            return super().copy(statement, *args, **options)

    def note(execute: Any, query: str, *args: Any) -> Any:
        asked.statements.append(query)
        return execute(query, *args)

    with monkeypatch.context() as patch, connection.execute_wrapper(note):
        patch.setattr(rows.psycopg, "Cursor", Counting)
        yield asked
