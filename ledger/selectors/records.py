"""Records as they stand, and as they stood."""

from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.store import rows


@dataclass(frozen=True, slots=True)
class RecordView:
    """A record: its value as JSON has it, its version, and the height that wrote it."""

    key: str
    version: int
    value: dict[str, Any]
    height: int


def record(key: str) -> RecordView | None:
    """The record with this key."""
    found = rows.fetch("SELECT key, version, value, height FROM ledger_record WHERE key = %s", (key,))
    return _view(found[0]) if found else None


def records(prefix: str, *, after: str = "", limit: int = 500) -> list[RecordView]:
    """The records whose key begins with `prefix` (which ends in a slash), in key order, after a key."""
    end = prefix[:-1] + "0"  # the character after the slash
    found = rows.fetch(
        "SELECT key, version, value, height FROM ledger_record WHERE key >= %s AND key < %s AND key > %s"
        " ORDER BY key LIMIT %s",
        (prefix, end, after, limit),
    )
    return [_view(row) for row in found]


def records_with(keys: list[str]) -> dict[str, RecordView]:
    """The records with these keys, those that exist."""
    found = rows.fetch("SELECT key, version, value, height FROM ledger_record WHERE key = ANY(%s)", (keys,))
    return {row[0]: _view(row) for row in found}


def version_history(key: str) -> list[RecordView]:
    """Every version of a record, oldest first."""
    found = rows.fetch(
        "SELECT key, version, value, height FROM ledger_recordversion WHERE key = %s ORDER BY version", (key,)
    )
    return [_view(row) for row in found]


def _view(row: tuple[Any, ...]) -> RecordView:
    key, version, value, height = row
    return RecordView(key, version, msgspec.json.decode(value), height)
