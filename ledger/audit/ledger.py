"""The audit's own ledger: live outputs, records, counters and the tree, as plain dictionaries."""

from collections import Counter
from typing import Any

from ledger.audit.tree import Tree
from ledger.protocol.encoding import canonical, digest

Json = dict[str, Any]


class Wrong(Exception):
    """A committed transaction does what it may not, or a block does not follow."""


class Ledger:
    """State re-derived so far, and the rows that the block in hand must have made."""

    def __init__(self) -> None:
        self.outputs: dict[str, tuple[int, Json]] = {}  # outpoint -> position, output
        self.records: dict[str, tuple[int, int, Json]] = {}  # key -> position, version, value
        self.counters: Counter[str] = Counter()
        self.tree = Tree()
        self.touched: dict[int, int] = {}  # position -> height of its last change
        self.changed: dict[str, int] = {}  # counter or record -> height of its last change
        self.sets: list[tuple[int, list[Json]]] = []  # from a height on, these validators vote
        self.begin(0, 0)

    def begin(self, height: int, time: int) -> None:
        """A new block: the rows of the last one are no longer asked for."""
        self.height, self.time = height, time
        self.new_outputs: dict[int, tuple[Any, ...]] = {}
        self.new_spends: dict[int, tuple[Any, ...]] = {}
        self.new_versions: dict[tuple[int, int], tuple[Any, ...]] = {}

    def create(self, txid: str, index: int, output: Json) -> None:
        """An output at the next position."""
        position, outpoint = self.tree.size, f"{txid}:{index}"
        self.outputs[outpoint] = position, output
        self._put(position, digest("tallystick/output/1", canonical({**output, "outpoint": outpoint})))
        self.new_outputs[position] = (
            position, bytes.fromhex(txid), index, output["asset"], output["owner"], output["quantity"],
            output.get("hold", {}).get("for"), output.get("locked_until"), self.height,
        )  # fmt: skip
        self._count(output, output["quantity"])

    def spend(self, txid: str, outpoint: str) -> Json:
        """A live output comes to its end."""
        if outpoint not in self.outputs:
            raise Wrong(f"output {outpoint} does not exist or was spent before")
        position, output = self.outputs.pop(outpoint)
        self._put(position, None)
        self.new_spends[position] = (position, self.height, bytes.fromhex(txid))
        self._count(output, -output["quantity"])
        return output

    def write(self, key: str, value: Json) -> None:
        """A new version of a record; a new key takes the next position."""
        position, version, _ = self.records.get(key, (self.tree.size, 0, {}))
        self.records[key] = position, version + 1, value
        entry = {"key": key, "value": value, "version": version + 1}
        self._put(position, digest("tallystick/record/1", canonical(entry)))
        self.changed[key] = self.height
        self.new_versions[position, version + 1] = (
            position, version + 1, key, canonical(value), self.height
        )  # fmt: skip

    def count(self, name: str, change: int) -> None:
        """A counter moves."""
        self.counters[name] += change
        self.changed[name] = self.height
        if self.counters[name] < 0:
            raise Wrong(f"{name} falls below zero")

    def value(self, key: str) -> Json:
        """A record's value; it must be there."""
        if key not in self.records:
            raise Wrong(f"there is no {key}")
        return self.records[key][2]

    def validators(self, height: int) -> list[Json]:
        """Who votes at a height."""
        return next(validators for since, validators in reversed(self.sets) if since <= max(height, 1))

    def version(self, key: str) -> int:
        """A record's version, 0 if there is none."""
        return self.records[key][1] if key in self.records else 0

    def _count(self, output: Json, change: int) -> None:
        asset = output["asset"]
        position = f"position/{asset}/{self.value('wallet/' + output['owner'])['holder']}"
        before = self.counters[position]
        self.count(position, change)
        self.count(f"issued/{asset}", change)
        self.count(f"holders/{asset}", (before + change > 0) - (before > 0))

    def _put(self, position: int, entry: bytes | None) -> None:
        self.tree.put(position, entry)
        self.touched[position] = self.height
