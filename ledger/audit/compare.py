"""The rows of this node's database against what the replay says they must be, column by column."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ledger.audit.ledger import Wrong
from ledger.audit.replay import Replay
from ledger.protocol.encoding import canonical, digest
from ledger.store import rows

STEP = 200  # heights at a time
TRANSACTION = (
    "sequence",
    "height",
    "index",
    "txid",
    "digest",
    "kind",
    "first_position",
    "output_count",
    "raw",
)
OUTPUT = (
    "position",
    "txid",
    "index",
    "asset",
    "owner",
    "quantity",
    "held_for",
    "locked_until",
    "created_height",
)
SPEND = ("position", "spent_height", "spent_by")
VERSION = ("position", "version", "key", "value", "height")
BLOCK = (
    "height", "hash", "header", "previous_certificate", "certificate", "time", "proposer",
    "transaction_count", "state_size", "state_root",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not what the chain says, and at which height."""

    height: int
    table: str
    what: str


@dataclass(slots=True)
class Report:
    """The outcome: how far the chain was replayed, its state, and what is wrong."""

    height: int = 0
    state_root: str = ""
    transactions: int = 0
    findings: list[Finding] = field(default_factory=list)

    def add(self, height: int, table: str, what: str) -> None:
        """Note a finding."""
        self.findings.append(Finding(height, table, what))


def verify_chain(progress: Callable[[int, int], None] = lambda done, of: None) -> Report:
    """Replay from genesis, compare everything; a fault in the chain itself ends the replay at its height."""
    report = Report()
    with rows.snapshot():
        found = rows.fetch("SELECT chain, document, state_size, state_root FROM ledger_genesis")
        if not found:
            report.add(0, "genesis", "this node has no genesis")
            return report
        try:
            replay = Replay(found[0][1])
            _genesis(report, replay, found[0])
            _blocks(report, replay, progress)
            _derived(report, replay)
        except (Wrong, KeyError, ValueError, TypeError, msgspec.MsgspecError) as error:
            report.add(
                report.height + 1,
                "chain",
                f"{error}" if isinstance(error, Wrong) else f"unreadable: {error!r}",
            )
    return report


def _genesis(report: Report, replay: Replay, row: Sequence[Any]) -> None:
    expected = (replay.chain, row[1], replay.ledger.tree.size, replay.ledger.tree.root())
    _row(report, 0, "genesis", ("chain", "document", "state_size", "state_root"), expected, row)
    _same(
        report,
        "recordversion",
        VERSION,
        replay.ledger.new_versions,
        _fetch("recordversion", VERSION, "height", 0, 0, 2),
        2,
    )


def _blocks(report: Report, replay: Replay, progress: Callable[[int, int], None]) -> None:
    top = rows.fetch("SELECT COALESCE(max(height), 0) FROM ledger_block")[0][0]
    totals = {"transaction": 0, "output": 0, "spend": 0, "recordversion": len(replay.ledger.new_versions)}
    for start in range(1, top + 1, STEP):
        end = min(start + STEP - 1, top)
        batch = _Batch(start, end)
        for height in range(start, end + 1):
            batch.block(report, replay, height)
        batch.compare(report)
        for table, made in batch.made.items():
            totals[table] += len(made)
        progress(end, top)
    report.transactions = totals["transaction"]
    for table, expected in totals.items():
        counted = rows.fetch(f"SELECT count(*) FROM ledger_{table}")[0][0]  # noqa: S608 - our own names
        if counted != expected and not any(finding.table == table for finding in report.findings):
            report.add(report.height, table, f"{counted} rows where the chain makes {expected}")


class _Batch:
    """Some heights at a time: what they must have made, and what the database has."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.stored = {row[0]: row for row in _fetch("block", BLOCK, "height", start, end).values()}
        raws = rows.fetch(
            "SELECT height, raw FROM ledger_transaction WHERE sequence BETWEEN %s AND %s ORDER BY sequence",
            (start * 10_000, end * 10_000 + 9_999),
        )
        self.raws: dict[int, list[bytes]] = {}
        for height, raw in raws:
            self.raws.setdefault(height, []).append(raw)
        self.made: dict[str, dict[Any, tuple[Any, ...]]] = {
            "transaction": {}, "output": {}, "spend": {}, "recordversion": {}
        }  # fmt: skip

    def block(self, report: Report, replay: Replay, height: int) -> None:
        if height not in self.stored:
            raise Wrong("the block is missing")
        row = self.stored[height]
        header, certificate = msgspec.json.decode(row[2]), msgspec.json.decode(row[4])
        previous = msgspec.json.decode(row[3]) if row[3] is not None else None
        made = replay.block(header, certificate, previous, self.raws.get(height, []))
        expected = (
            header["height"], digest("tallystick/block/1", canonical(header)), canonical(header),
            canonical(previous) if previous else None, canonical(certificate), header["time"],
            header["proposer"], len(made), replay.ledger.tree.size, replay.ledger.tree.root(),
        )  # fmt: skip
        _row(report, height, "block", BLOCK, expected, row)
        self.made["transaction"].update({line[0]: line for line in made})
        self.made["output"].update(replay.ledger.new_outputs)
        self.made["spend"].update(replay.ledger.new_spends)
        self.made["recordversion"].update(replay.ledger.new_versions)
        report.height, report.state_root = height, replay.state_root()

    def compare(self, report: Report) -> None:
        start, end = self.start, self.end
        for table, columns, by, keys in (
            ("transaction", TRANSACTION, "height", 1),
            ("output", OUTPUT, "created_height", 1),
            ("spend", SPEND, "spent_height", 1),
            ("recordversion", VERSION, "height", 2),
        ):
            _same(
                report, table, columns, self.made[table], _fetch(table, columns, by, start, end, keys), keys
            )


def _derived(report: Report, replay: Replay) -> None:
    """Read models: records as they stand, counters, the pages of the state tree."""
    ledger = replay.ledger
    record_columns = ("key", "position", "version", "value", "height")
    records = {
        key: (key, position, version, canonical(value), ledger.changed[key])
        for key, (position, version, value) in ledger.records.items()
    }
    _same(report, "record", record_columns, records, _all("record", record_columns, 1), 1, ledger.changed)
    counters = {
        name: (name, value) for name, value in ledger.counters.items() if value or name in ledger.changed
    }
    stored = _all("counter", ("name", "value"), 1)
    counters = {name: row for name, row in counters.items() if row[1] or name in stored}
    _same(report, "counter", ("name", "value"), counters, stored, 1, ledger.changed)
    _pages(report, replay)


def _pages(report: Report, replay: Replay) -> None:
    tree, touched = replay.ledger.tree, replay.ledger.touched
    expected = {}
    for level in range((len(tree.levels) + 3) // 4):
        for index in range((len(tree.levels[4 * level]) + 15) // 16):
            expected[level, index] = (level, index, tree.page(level, index))
    stored = _all("statepage", ("level", "index", "hashes"), 2)
    for key in expected.keys() | stored.keys():
        if expected.get(key) != stored.get(key):
            level, index = key
            width = 16 ** (level + 1)
            below = range(index * width, min((index + 1) * width, tree.size))
            height = max((touched[position] for position in below), default=report.height)
            report.add(height, "statepage", f"page {level}/{index} differs")


def _fetch(
    table: str, columns: Sequence[str], by: str, start: int, end: int, keys: int = 1
) -> dict[Any, tuple[Any, ...]]:
    names = ", ".join(f'"{column}"' for column in columns)
    query = f"SELECT {names} FROM ledger_{table} WHERE {by} BETWEEN %s AND %s"  # noqa: S608 - our own names
    return _keyed(rows.fetch(query, (start, end)), keys)


def _all(table: str, columns: Sequence[str], keys: int) -> dict[Any, tuple[Any, ...]]:
    names = ", ".join(f'"{column}"' for column in columns)
    return _keyed(rows.fetch(f"SELECT {names} FROM ledger_{table}"), keys)  # noqa: S608 - our own names


def _keyed(found: Sequence[tuple[Any, ...]], keys: int) -> dict[Any, tuple[Any, ...]]:
    return {row[0] if keys == 1 else row[:keys]: row for row in found}


def _same(
    report: Report,
    table: str,
    columns: Sequence[str],
    expected: Mapping[Any, tuple[Any, ...]],
    stored: Mapping[Any, tuple[Any, ...]],
    keys: int,
    heights: Mapping[str, int] | None = None,
) -> None:
    """Each row on both sides, each column the same."""
    place = next((at for at, name in enumerate(columns) if name.endswith("height")), 0)
    for key in sorted(expected.keys() | stored.keys()):
        row = expected.get(key) or stored[key]
        height = heights.get(key, report.height) if heights is not None else row[place]
        if key not in stored:
            report.add(height, table, f"row {_text(key)} is missing")
        elif key not in expected:
            report.add(height, table, f"row {_text(key)} is not of the chain")
        else:
            _row(report, height, table, columns, expected[key], stored[key])


def _row(
    report: Report,
    height: int,
    table: str,
    columns: Sequence[str],
    expected: Sequence[Any],
    stored: Sequence[Any],
) -> None:
    for column in _differing(columns, expected, stored):
        report.add(height, table, f"column {column} of row {_text(expected[0])} is not what the chain says")


def _differing(columns: Sequence[str], expected: Sequence[Any], stored: Sequence[Any]) -> Iterator[str]:
    return (column for column, left, right in zip(columns, expected, stored, strict=True) if left != right)


def _text(key: Any) -> str:
    return key.hex() if isinstance(key, bytes) else str(key)
