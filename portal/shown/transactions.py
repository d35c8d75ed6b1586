"""Transactions in lists and as stories: loaded as sets, told from what was signed."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import msgspec

from ledger.protocol.keys import Card, address
from ledger.selectors import explorer
from ledger.selectors.blocks import TransactionLine
from ledger.selectors.records import RecordView, records_with
from portal.shown.institutions import names_of
from portal.stories.facts import Facts
from portal.words import ACTS, KINDS, labelled

NAMED = ("proposer", "issuer")  # fields of a body that hold an institution's address


@dataclass(frozen=True, slots=True)
class Row:
    """A transaction in a list."""

    id: str
    words: str
    about: str
    height: int
    time: int


def rows(lines: list[TransactionLine]) -> list[Row]:
    """Each transaction in a few words; four queries, however many there are."""
    facts = load([line.id for line in lines])
    return [
        Row(line.id, headline(facts[line.id]), facts[line.id].title(), line.height, line.time)
        for line in lines
    ]


def headline(facts: Facts) -> str:
    """The kind, and for proposals and their answers the act."""
    kind = str(KINDS.get(facts.kind, facts.kind))
    act = ACTS.get(facts.act.get("act", ""))
    return labelled(kind, act) if act and facts.kind != "govern" else kind


def load(ids: list[str]) -> dict[str, Facts]:
    """What the stories of these committed transactions are told from; four queries, however many there are."""
    signed = explorer.signed(ids)
    answered = {id: _proposal_id(one["transaction"]["body"]) for id, one in signed.items()}
    proposals = records_with([f"proposal/{id}" for id in set(answered.values()) if id])
    facts = {id: _facts(one, proposals.get(f"proposal/{answered[id]}")) for id, one in signed.items()}
    titles = _titles(facts.values())
    names = names_of(address for one in facts.values() for address in _institutions(one))
    return {
        id: Facts(one.transaction, one.witnesses, one.signers, names, titles, one.proposal)
        for id, one in facts.items()
    }


def story(line: TransactionLine) -> Facts:
    """The facts of one transaction, with whether it was the approval that executed its proposal."""
    facts = load([line.id])[line.id]
    id = _proposal_id(facts.body)
    record = records_with([f"proposal/{id}"]).get(f"proposal/{id}") if facts.kind == "approve" else None
    executed = record is not None and explorer.is_last_approval(line, id, record)
    return Facts(
        facts.transaction, facts.witnesses, facts.signers, facts.names, facts.titles, facts.proposal, executed
    )


def _facts(signed: dict[str, Any], proposal: RecordView | None) -> Facts:
    transaction, witnesses = signed["transaction"], signed.get("witnesses", [])
    value = proposal.value if proposal else None
    return Facts(transaction, witnesses, _signers(transaction, witnesses, value), proposal=value)


def _signers(transaction: dict[str, Any], witnesses: list[dict[str, Any]], proposal: Any) -> list[str]:
    """The wallets behind the witnesses; whoever alone had to sign is known even after a change of key."""
    if transaction["kind"] in {"approve", "refuse"} and proposal:
        return [proposal["approvers"][transaction["body"]["role"]]]
    if transaction["kind"] in {"retract"} and proposal:
        return [proposal["proposer"]]
    return [address(msgspec.convert(witness["card"], Card)) for witness in witnesses]  # type: ignore[arg-type]


def _proposal_id(body: dict[str, Any]) -> str:
    return str(body.get("proposal", ""))


def _institutions(facts: Facts) -> Iterable[str]:
    yield from facts.signers
    yield from (facts.body[name] for name in NAMED if name in facts.body)
    yield from (facts.act[name] for name in ("address", "wallet") if name in facts.act)


def _titles(facts: Iterable[Facts]) -> dict[str, str]:
    """Short names of the instruments; of one not registered yet, as its proposal has it."""
    known = list(facts)
    proposed = {one.act["isin"]: one.act["fisn"] for one in known if "fisn" in one.act}
    keys = {f"instrument/{isin}" for one in known for isin in one.isins}
    found = records_with(sorted(keys))
    return proposed | {key.partition("/")[2]: view.value["fisn"] for key, view in found.items()}
