"""What a rule may see (State) and what it may change (Delta)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Network, Wallet, wallet_key
from ledger.protocol.values import Output, Strict

R = TypeVar("R", bound=Strict)


@dataclass(frozen=True, slots=True)
class Entry:
    """An output that was created: where it stands in the vector, and whether it is spent."""

    position: int
    output: Output
    spent: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it stands: its place for life, its version, its value."""

    position: int
    version: int
    value: Strict


@dataclass(slots=True)
class Needs:
    """Names of what a rule is going to look at: outpoints, record keys, counter names."""

    outputs: set[str] = field(default_factory=set)
    records: set[str] = field(default_factory=set)
    counters: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.outputs or self.records or self.counters)


@dataclass(slots=True)
class Loaded:
    """What a source knows of some needs; what is absent here does not exist (a counter is then 0)."""

    outputs: dict[str, Entry] = field(default_factory=dict)
    records: dict[str, Record] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)


class Source(Protocol):
    """Where committed state comes from: rows in a node, dictionaries in a test or an offline verifier."""

    def load(self, needs: Needs) -> Loaded:
        """Everything that exists of `needs`, as committed."""


@dataclass(slots=True)
class Delta:
    """What one transaction changes; nothing else does."""

    spent: list[str] = field(default_factory=list)
    created: list[Output] = field(default_factory=list)
    written: dict[str, Strict] = field(default_factory=dict)
    counted: dict[str, int] = field(default_factory=dict)

    def count(self, name: str, change: int) -> None:
        """Add to a counter."""
        self.counted[name] = self.counted.get(name, 0) + change

    def merge(self, other: "Delta") -> None:
        """Take over the changes of another part of the same transaction."""
        self.spent += other.spent
        self.created += other.created
        self.written.update(other.written)
        for name, change in other.counted.items():
            self.count(name, change)


@dataclass(frozen=True, slots=True)
class Applied:
    """Where a transaction's outputs stand in the vector."""

    first_position: int
    output_count: int


class State:
    """The state at one turn: committed state from a source, overlaid by the turns before this one.

    Reading what was not loaded loads it: a rule is right whatever was loaded ahead. `load` is for speed.
    """

    def __init__(self, source: Source, size: int) -> None:
        self._source = source
        self.size = size  # next free position of the vector
        self.outputs: dict[str, Entry | None] = {}
        self.records: dict[str, Record | None] = {}
        self.counters: dict[str, int] = {}
        self.created: dict[str, Entry] = {}
        self.spent: dict[str, tuple[Entry, str]] = {}  # with the id of the transaction that spent it
        self.history: list[tuple[str, Record]] = []  # every version written, in order
        self.counted: set[str] = set()

    def load(self, needs: Needs) -> bool:
        """Load what is not known yet, in one go; False if all was known."""
        missing = Needs(
            needs.outputs - self.outputs.keys(),
            needs.records - self.records.keys(),
            needs.counters - self.counters.keys(),
        )
        if not missing:
            return False
        loaded = self._source.load(missing)
        self.outputs.update({name: loaded.outputs.get(name) for name in missing.outputs})
        self.records.update({name: loaded.records.get(name) for name in missing.records})
        self.counters.update({name: loaded.counters.get(name, 0) for name in missing.counters})
        return True

    def output(self, outpoint: str) -> Entry | None:
        """The output with this outpoint, spent or not."""
        if outpoint not in self.outputs:
            self.load(Needs(outputs={outpoint}))
        return self.outputs[outpoint]

    def record(self, key: str) -> Record | None:
        """The record with this key as it stands."""
        if key not in self.records:
            self.load(Needs(records={key}))
        return self.records[key]

    def counter(self, name: str) -> int:
        """A counter; 0 if nothing was ever counted."""
        if name not in self.counters:
            self.load(Needs(counters={name}))
        return self.counters[name]

    def find(self, key: str, type: type[R]) -> R | None:
        """The value of a record, None if there is none."""
        record = self.record(key)
        if record is None:
            return None
        assert isinstance(record.value, type), f"{key} holds {record.value!r}"
        return record.value

    def get(self, key: str, type: type[R], *, field: str) -> R:
        """The value of a record that the transaction names in `field`; refused if there is none."""
        value = self.find(key, type)
        if value is None:
            raise Rejected(Reason.UNKNOWN_RECORD, field, f"There is no {key}.")
        return value

    def known(self, key: str, type: type[R]) -> R | None:
        """The value of a record if it is loaded: for `needs`, which must not load."""
        record = self.records.get(key)
        return record.value if record is not None and isinstance(record.value, type) else None

    @property
    def network(self) -> Network:
        """The network's own record, which genesis made."""
        network = self.find("network", Network)
        assert network is not None, "no genesis is installed"
        return network

    def holder_of(self, address: str) -> str:
        """The holder behind a wallet that has a record."""
        wallet = self.find(wallet_key(address), Wallet)
        assert wallet is not None, f"{address} owns outputs without a wallet record"
        return wallet.holder

    def imagine(self, key: str, value: Strict) -> "State":
        """A view for reading in which one record already has this value; it shares everything else."""
        view = State(self._source, self.size)
        view.outputs, view.counters = self.outputs, self.counters
        view.records = {**self.records, key: Record(self.size, 1, value)}
        return view

    def apply(self, id: str, delta: Delta) -> "Applied":
        """Make the changes of a transaction: positions go to its outputs by index, then to new keys."""
        applied = Applied(self.size, len(delta.created))
        for outpoint in delta.spent:
            entry = self.outputs[outpoint]
            assert entry is not None and not entry.spent, f"{outpoint} is not there to be spent"
            self.outputs[outpoint] = Entry(entry.position, entry.output, spent=True)
            self.spent[outpoint] = entry, id
        for index, output in enumerate(delta.created):
            outpoint = f"{id}:{index}"
            self.outputs[outpoint] = self.created[outpoint] = Entry(self.size, output)
            self.size += 1
        for key in sorted(delta.written):
            self._write(key, delta.written[key])
        for name, change in delta.counted.items():
            self.counters[name] = self.counter(name) + change
            assert self.counters[name] >= 0, f"{name} fell below zero"
            self.counted.add(name)
        return applied

    def _write(self, key: str, value: Strict) -> None:
        before = self.record(key)
        if before is None:
            record = Record(self.size, 1, value)
            self.size += 1
        else:
            record = Record(before.position, before.version + 1, value)
        self.records[key] = record
        self.history.append((key, record))


@dataclass(frozen=True, slots=True)
class Turn:
    """One transaction's turn: the state as it stands, its id, the block's time and height."""

    state: State
    id: str
    time: int
    height: int


def wanted(
    *, outputs: Iterable[str] = (), records: Iterable[str] = (), counters: Iterable[str] = ()
) -> Needs:
    """Needs from plain iterables."""
    return Needs(set(outputs), set(records), set(counters))


def unspent(state: State, outpoint: str, field: str) -> Output:
    """The live output with this outpoint; refused if there never was one, or if it is spent."""
    entry = state.output(outpoint)
    if entry is None:
        raise Rejected(Reason.UNKNOWN_INPUT, field, f"Output {outpoint} does not exist.")
    if entry.spent:
        raise Rejected(Reason.SPENT, field, f"Output {outpoint} was spent by another transaction.")
    return entry.output
