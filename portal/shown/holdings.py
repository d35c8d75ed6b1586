"""Holdings and moves of some wallets, as their owner reads them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ledger.selectors import wallets
from ledger.selectors.records import RecordView, records_with
from ledger.selectors.wallets import Move, PendingMove, Position
from portal.shown.institutions import names_of
from portal.words import INSTRUMENT_STATES, KINDS, instrument_type


@dataclass(frozen=True, slots=True)
class Titled:
    """An instrument as a line of a list names it."""

    isin: str
    name: str
    decimals: int
    type: Promise | str
    tone: str
    state: Promise | str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Holding:
    """What a wallet has of an instrument, and how much of it may move now."""

    instrument: Titled
    position: Position

    @property
    def free(self) -> int:
        """What may move now."""
        return self.position.quantity - self.position.locked - self.position.held


@dataclass(frozen=True, slots=True)
class Other:
    """Who stands on the other side of a move: an institution's name, a label of one's own, or the bare address."""

    address: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """One committed move."""

    instrument: Titled
    move: Move
    words: Promise | str
    others: list[Other]
    has_note: bool
    reads_note: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """One pending move: what leaves these wallets for others, or what comes."""

    pending: PendingMove
    owner: str  # of what it spends
    leaves: bool
    amounts: list[tuple[Titled, int]]
    others: list[Other]


def holdings(owners: Sequence[str], *, time: int) -> list[Holding]:
    """Two queries."""
    found = wallets.positions(list(owners), time=time)
    titles = titled(each.asset for each in found)
    return [Holding(titles[each.asset], each) for each in found]


def lines(moves: Sequence[Move], owners: Iterable[str], labels: dict[str, str]) -> list[Line]:
    """Three queries for any number of moves."""
    mine = set(owners)
    titles = titled(each.asset for each in moves)
    sources = senders([each.signed["transaction"] for each in moves])
    sides = [_other_side(each, mine, sources) for each in moves]
    names = names_of({address for side in sides for address in side}) | labels
    return [
        Line(
            instrument=titles[each.asset],
            move=each,
            words=_words(each, side),
            others=[Other(address, names.get(address, "")) for address in side],
            has_note="note" in each.signed["transaction"]["body"],
            reads_note=_reader(each.signed["transaction"]) in mine,
        )
        for each, side in zip(moves, sides, strict=True)
    ]


def waiting(pending: Sequence[PendingMove], owners: Iterable[str], labels: dict[str, str]) -> list[Waiting]:
    """Three queries for any number of moves."""
    mine = set(owners)
    sources = senders([each.transaction for each in pending])
    titles = titled(output["asset"] for each in pending for output in each.transaction["outputs"])
    shown = []
    for each in pending:
        owner = sources.get(each.transaction["inputs"][0], "")
        leaves = owner in mine
        moved = [one for one in each.transaction["outputs"] if (one["owner"] in mine) != leaves]
        others = {one["owner"] for one in moved} if leaves else {owner}
        amounts = [(titles[one["asset"]], one["quantity"]) for one in moved]
        shown.append((each, owner, leaves, amounts, sorted(others)))
    names = names_of({address for *_, others in shown for address in others}) | labels
    return [
        Waiting(each, owner, leaves, amounts, [Other(address, names.get(address, "")) for address in others])
        for each, owner, leaves, amounts, others in shown
    ]


def titled(assets: Iterable[str]) -> dict[str, Titled]:
    """The instruments of these assets; one query."""
    wanted = set(assets)
    found = records_with([f"instrument/{asset.partition('.')[0]}" for asset in wanted])
    return {asset: _titled(found[f"instrument/{asset.partition('.')[0]}"]) for asset in wanted}


def senders(transactions: Iterable[dict[str, Any]]) -> dict[str, str]:
    """Who owned the first input of each transfer, by that outpoint; one query."""
    first = {each["inputs"][0] for each in transactions if each["kind"] == "transfer"}
    return wallets.owners_of(sorted(first))


def _titled(record: RecordView) -> Titled:
    value = record.value
    tone, state = INSTRUMENT_STATES.get(value["status"], ("", value["status"]))
    return Titled(
        isin=record.key.partition("/")[2],
        name=value["fisn"],
        decimals=value["decimals"],
        type=instrument_type(value["cfi"]),
        tone=tone,
        state=state,
        is_open=value["status"] == "active",
    )


def _other_side(move: Move, mine: set[str], sources: dict[str, str]) -> list[str]:
    transaction = move.signed["transaction"]
    if transaction["kind"] != "transfer":
        return []
    if move.change > 0:
        sender = sources.get(transaction["inputs"][0], "")
        return [sender] if sender and sender != move.owner else []
    return sorted({one["owner"] for one in transaction["outputs"]} - {move.owner})


def _words(move: Move, side: list[str]) -> Promise | str:
    if move.kind != "transfer":
        return KINDS.get(move.kind, move.kind) if move.change < 0 else _("Entered in the register")
    if not side:
        return _("To yourself")
    return _("Received") if move.change > 0 else _("Sent")


def _reader(transaction: dict[str, Any]) -> str:
    note = transaction["body"].get("note")
    return str(note["readers"][0]["address"]) if note else ""
