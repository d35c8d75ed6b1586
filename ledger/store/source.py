"""Committed state as a Source for the rules: each name of a need is loaded by one set query per table."""

from functools import cache
from typing import Any

import msgspec

from ledger.protocol.records import RECORD_TYPES
from ledger.protocol.state import Entry, Loaded, Needs, Record, State
from ledger.protocol.values import Hold, Output, Strict
from ledger.store import rows

_OUTPUTS = """
    SELECT encode(wanted.txid, 'hex') || ':' || wanted.index, o.position, o.asset, o.owner, o.quantity,
           o.held_for, o.locked_until, s.position IS NOT NULL
    FROM unnest(%s::bytea[], %s::int[]) AS wanted (txid, index)
    JOIN ledger_transaction t ON t.txid = wanted.txid AND wanted.index < t.output_count
    JOIN ledger_output o ON o.position = t.first_position + wanted.index
    LEFT JOIN ledger_spend s ON s.position = o.position
"""


class PostgresSource:
    """Reads the committed rows of this node's database."""

    def load(self, needs: Needs) -> Loaded:
        """Everything that exists of `needs`, as committed."""
        return Loaded(
            outputs=self._outputs(needs.outputs) if needs.outputs else {},
            records=self._records(needs.records) if needs.records else {},
            counters=self._counters(needs.counters) if needs.counters else {},
        )

    def _outputs(self, names: set[str]) -> dict[str, Entry]:
        pairs = [name.split(":") for name in names]
        txids, indexes = [bytes.fromhex(txid) for txid, _ in pairs], [int(index) for _, index in pairs]
        return {row[0]: entry_of(row[1:]) for row in rows.fetch(_OUTPUTS, (txids, indexes))}

    def _records(self, keys: set[str]) -> dict[str, Record]:
        found = rows.fetch(
            "SELECT key, position, version, value FROM ledger_record WHERE key = ANY(%s)", (list(keys),)
        )
        return {
            key: Record(position, version, record_value(key, value))
            for key, position, version, value in found
        }

    def _counters(self, names: set[str]) -> dict[str, int]:
        return dict(rows.fetch("SELECT name, value FROM ledger_counter WHERE name = ANY(%s)", (list(names),)))


def state_at(size: int) -> State:
    """The committed state, whose vector has `size` entries."""
    return State(PostgresSource(), size)


def record_value(key: str, value: bytes) -> Strict:
    """The value of a record from its row."""
    return _decoder(key.partition("/")[0]).decode(value)  # type: ignore[no-any-return]


def entry_of(row: tuple[Any, ...]) -> Entry:
    """An output's entry from (position, asset, owner, quantity, held_for, locked_until, spent)."""
    position, asset, owner, quantity, held_for, locked_until, spent = row
    hold = Hold(to=held_for, kind="allotment") if held_for is not None else None
    output = Output(asset=asset, owner=owner, quantity=quantity, hold=hold, locked_until=locked_until)
    return Entry(position, output, spent)


@cache
def _decoder(prefix: str) -> Any:
    return msgspec.json.Decoder(RECORD_TYPES[prefix])
