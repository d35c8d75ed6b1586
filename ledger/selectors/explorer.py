"""Reads that tell stories: signed transactions by id, an instrument's acts, nodes as this one hears them, votes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from ledger.models import NodeState, PeerStatus
from ledger.protocol.consensus.events import Event, PolkaReceived, VoteReceived
from ledger.selectors.blocks import TransactionLine
from ledger.selectors.records import RecordView
from ledger.store import rows

_LINE = "encode(t.txid, 'hex'), encode(t.digest, 'hex'), t.kind, t.height, t.index, b.time"


@dataclass(frozen=True, slots=True)
class ActLine:
    """A committed step of an act: its transaction's place and its body."""

    line: TransactionLine
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Heard:
    """Where a peer said that it stands: height and hash (`tip`) of its last block, round and step beyond it."""

    height: int
    round: int
    step: str
    tip: str
    seen_at: datetime


@dataclass(slots=True)
class RoundVotes:
    """Which block ("" is none) each validator was seen to vote for in one round."""

    prevotes: dict[str, str] = field(default_factory=dict)
    precommits: dict[str, str] = field(default_factory=dict)


def positions() -> int:
    """How many positions the registers have: holders, counted once per instrument."""
    found = rows.fetch(
        "SELECT COALESCE(sum(value), 0)::bigint FROM ledger_counter WHERE name >= 'holders/' AND name < 'holders0'"
    )
    return int(found[0][0])


def signed(ids: list[str]) -> dict[str, dict[str, Any]]:
    """Committed transactions as signed, by id; unknown ids are left out."""
    found = rows.fetch(
        "SELECT encode(txid, 'hex'), raw FROM ledger_transaction WHERE txid = ANY(%s)",
        ([bytes.fromhex(id) for id in ids],),
    )
    return {id: msgspec.json.decode(raw) for id, raw in found}


def line(id: str) -> TransactionLine | None:
    """Where a committed transaction stands."""
    found = rows.fetch(
        f"SELECT {_LINE} FROM ledger_transaction t JOIN ledger_block b ON b.height = t.height WHERE t.txid = %s",  # noqa: S608 - constants
        (bytes.fromhex(id),),
    )
    return TransactionLine(*found[0]) if found else None


def steps(proposals: list[tuple[RecordView, list[RecordView]]]) -> list[ActLine]:
    """The transactions that opened, answered and closed these proposals, newest first; two queries in all."""
    ids = [proposal.key.partition("/")[2] for proposal, _ in proposals]
    heights = {answer.height for _, answers in proposals for answer in answers}
    heights |= {proposal.height for proposal, _ in proposals}
    found = rows.fetch(
        f"SELECT {_LINE}, t.raw FROM ledger_transaction t JOIN ledger_block b ON b.height = t.height"  # noqa: S608
        " WHERE t.txid = ANY(%s) OR (t.height = ANY(%s) AND t.kind IN ('approve', 'refuse', 'retract'))"
        " ORDER BY t.sequence DESC",
        ([bytes.fromhex(id) for id in ids], sorted(heights)),
    )
    lines = [
        ActLine(TransactionLine(*row[:6]), msgspec.json.decode(row[6])["transaction"]["body"])
        for row in found
    ]
    return [one for one in lines if one.line.kind == "propose" or one.body["proposal"] in ids]


def is_last_approval(line: TransactionLine, proposal: str, record: RecordView) -> bool:
    """Whether this approval was the one that executed the proposal of that record."""
    if record.value["status"] != "executed" or record.height != line.height:
        return False
    later = rows.fetch(
        "SELECT raw FROM ledger_transaction WHERE height = %s AND index > %s AND kind = 'approve'",
        (line.height, line.index),
    )
    return all(msgspec.json.decode(raw)["transaction"]["body"]["proposal"] != proposal for (raw,) in later)


def heard() -> dict[str, Heard]:
    """What each peer said last of itself, by the peer's name."""
    return {
        row.name: Heard(row.height - 1, row.round, row.step, row.tip, row.seen_at)
        for row in PeerStatus.objects.order_by("name")
    }


def own_step() -> tuple[int, int, str, str]:
    """Height, round and step this node is in, and why it stopped, empty while it runs."""
    row = NodeState.objects.values_list("height", "round", "step", "halted").first()
    return row or (0, 0, "", "")


def hashes_at(heights: list[int]) -> dict[int, str]:
    """This node's block hashes at these heights."""
    found = rows.fetch(
        "SELECT height, encode(hash, 'hex') FROM ledger_block WHERE height = ANY(%s)", (heights,)
    )
    return dict(found)


def votes(height: int, round_: int, certificate: dict[str, Any]) -> RoundVotes:
    """The votes of a decided round that this node saw: its log's, and its certificate's."""
    seen = RoundVotes()
    found = rows.fetch(
        "SELECT event FROM ledger_consensusevent WHERE height = %s ORDER BY sequence", (height,)
    )
    for (raw,) in found:
        _count(msgspec.json.decode(raw, type=Event), round_, seen)  # type: ignore[arg-type]
    for entry in certificate["precommits"]:
        seen.precommits[entry["validator"]] = certificate["block"]
    return seen


def _count(event: object, round_: int, seen: RoundVotes) -> None:
    if isinstance(event, VoteReceived) and event.signed.vote.round == round_:
        vote = event.signed.vote
        side = seen.prevotes if vote.type == "prevote" else seen.precommits
        side[vote.validator] = vote.block
    if isinstance(event, PolkaReceived) and event.certificate.round == round_:
        for entry in event.certificate.prevotes:
            seen.prevotes[entry.validator] = event.certificate.block
