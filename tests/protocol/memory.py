"""Committed state in dictionaries, as a node keeps it in rows: a Source without a database."""

from collections.abc import Iterable
from copy import copy
from functools import cache
from typing import Any

import msgspec

from ledger.protocol import merkle, state_tree
from ledger.protocol.encoding import canonical
from ledger.protocol.records import RECORD_TYPES, record_digest
from ledger.protocol.state import Entry, Loaded, Needs, Record, State
from ledger.protocol.values import Strict, output_digest


class MemorySource:
    """Outputs, records (as bytes: what a rule reads has been through the wire form), counters, and every leaf."""

    def __init__(self, first: Iterable[tuple[str, Strict]]) -> None:
        self.outputs: dict[str, Entry] = {}
        self.records: dict[str, tuple[int, int, bytes]] = {}
        self.counters: dict[str, int] = {}
        self.leaves: list[bytes] = []
        self.pages: dict[state_tree.PageKey, bytes] = {}
        self.tree_root = merkle.EMPTY_ROOT
        self.loads = 0
        for position, (key, value) in enumerate(first):
            self._write(key, Record(position, 1, value))
        self._grow({}, self.leaves)

    def copy(self) -> "MemorySource":
        """Another ledger that goes on from here."""
        other = copy(self)
        for name in ("outputs", "records", "counters", "leaves", "pages"):
            setattr(other, name, copy(getattr(self, name)))
        return other

    def load(self, needs: Needs) -> Loaded:
        """Everything that exists of `needs`, as committed."""
        self.loads += 1
        return Loaded(
            outputs={name: self.outputs[name] for name in needs.outputs if name in self.outputs},
            records={key: self.record(key) for key in needs.records if key in self.records},
            counters={name: self.counters[name] for name in needs.counters if name in self.counters},
        )

    def record(self, key: str) -> Record:
        """A record as committed; KeyError if there is none."""
        position, version, raw = self.records[key]
        return Record(position, version, decoder(key.partition("/")[0]).decode(raw))

    def keep(self, state: State) -> None:
        """Commit what a state changed since it was opened here."""
        before = self.leaves.copy()
        self.leaves += [b""] * (state.size - len(before))
        self.outputs.update(state.created)
        for outpoint, entry in state.created.items():
            self.leaves[entry.position] = output_digest(outpoint, entry.output)
        for outpoint, (entry, _) in state.spent.items():
            self.outputs[outpoint] = Entry(entry.position, entry.output, spent=True)
            self.leaves[entry.position] = state_tree.SPENT
        for key, record in state.history:
            self._write(key, record)
        self.counters.update({name: state.counters[name] for name in state.counted})
        changed = {at: leaf for at, leaf in enumerate(self.leaves[: len(before)]) if leaf != before[at]}
        self._grow(changed, self.leaves[len(before) :])

    def live(self) -> dict[str, Entry]:
        """Every output that is not spent, by outpoint."""
        return {outpoint: entry for outpoint, entry in self.outputs.items() if not entry.spent}

    def naive_root(self) -> bytes:
        """The RFC 6962 root over all leaves, computed the long way."""
        return merkle.root(self.leaves)

    @property
    def commitment(self) -> str:
        """What the next header says of the state."""
        return state_tree.state_root(len(self.leaves), self.tree_root).hex()

    def _write(self, key: str, record: Record) -> None:
        if record.position == len(self.leaves):  # genesis only: `keep` has made room
            self.leaves.append(b"")
        self.records[key] = record.position, record.version, canonical(record.value)
        self.leaves[record.position] = record_digest(key, record.version, record.value)

    def _grow(self, changed: dict[int, bytes], appended: list[bytes]) -> None:
        leaves: dict[int, bytes | None] = dict(changed)
        size = len(self.leaves) - len(appended)
        pages, _, self.tree_root = state_tree.update(self.pages, size, leaves, appended)
        self.pages.update(pages)


@cache
def decoder(prefix: str) -> Any:
    """Reads the records of a family of keys, as the store of a node does."""
    return msgspec.json.Decoder(RECORD_TYPES[prefix])
