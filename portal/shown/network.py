"""The network as this node hears it: nodes with their heights, and the votes of the last decided round."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledger.selectors import explorer
from ledger.selectors.blocks import BlockView
from ledger.selectors.explorer import Heard
from portal.node import Node
from portal.shown.institutions import Council, councils, names_of

SILENT_AFTER_SECONDS = 15
STEPS = {
    "new": _("waiting for something to decide"),
    "propose": _("waiting for a proposal"),
    "prevote": _("first vote"),
    "precommit": _("second vote"),
    "decided": _("block is final"),
    "halted": _("stopped"),
}
VOTE_WORDS = {"yes": _("for this block"), "nil": _("for none"), "none": _("not seen")}


@dataclass(frozen=True, slots=True)
class NodeLine:
    """One node of the network."""

    name: str
    institution: str
    is_validator: bool
    is_self: bool
    is_up: bool
    tone: str
    words: Promise
    height: int | None
    agrees: bool | None  # None: it stands elsewhere, so there is nothing to compare yet
    round: int | None
    step: Promise | str
    heard_seconds: int | None


@dataclass(frozen=True, slots=True)
class VoteLine:
    """How one validator voted in the round."""

    institution: str
    is_proposer: bool
    prevote: str
    precommit: str
    prevote_words: Promise
    precommit_words: Promise


@dataclass(frozen=True, slots=True)
class LastRound:
    """The round in which the newest block was decided."""

    height: int
    round: int
    proposer: str
    rows: list[VoteLine]
    precommits: int
    quorum: int


def nodes(node: Node, voters: Council, latest: BlockView | None, now: datetime) -> list[NodeLine]:
    """Every node of the network, those who vote first; five queries."""
    names = names_of(member.institution for member in node.members)
    heard = explorer.heard()
    ours = explorer.hashes_at([each.height for each in heard.values()])
    lines = []
    for member in node.members:
        institution = names.get(member.institution, member.name)
        if member.name == node.name:
            lines.append(_own_line(node, institution, voters.votes(node.name), latest))
        else:
            lines.append(
                _peer_line(
                    member.name, institution, voters.votes(member.name), heard.get(member.name), ours, now
                )
            )
    return sorted(lines, key=lambda line: not line.is_validator)


def validators_up(lines: list[NodeLine]) -> int:
    """How many voting nodes were heard of lately."""
    return sum(line.is_validator and line.is_up for line in lines)


def _own_line(node: Node, institution: str, is_validator: bool, latest: BlockView | None) -> NodeLine:
    _height, round_, step, halted = explorer.own_step()
    return NodeLine(
        name=node.name,
        institution=institution,
        is_validator=is_validator,
        is_self=True,
        is_up=not halted,
        tone="bad" if halted else "good",
        words=_("Stopped") if halted else _("Up"),
        height=latest.height if latest else 0,
        agrees=True,
        round=round_,
        step=STEPS.get(step, step),
        heard_seconds=0,
    )


def _peer_line(
    name: str, institution: str, is_validator: bool, heard: Heard | None, ours: dict[int, str], now: datetime
) -> NodeLine:
    age = int((now - heard.seen_at).total_seconds()) if heard else None
    is_up = age is not None and age <= SILENT_AFTER_SECONDS
    known = ours.get(heard.height) if heard else None
    return NodeLine(
        name=name,
        institution=institution,
        is_validator=is_validator,
        is_self=False,
        is_up=is_up,
        tone="good" if is_up else "bad",
        words=_("Up") if is_up else _("Silent"),
        height=heard.height if heard else None,
        agrees=known == heard.tip if heard and known else None,
        round=heard.round if heard and is_up else None,
        step=STEPS.get(heard.step, heard.step) if heard and is_up else "",
        heard_seconds=age,
    )


def last_round(latest: BlockView | None) -> LastRound | None:
    """The votes by which the newest block was decided, as far as this node saw them; three queries."""
    if latest is None:
        return None
    council = councils().at(latest.height)
    round_, block = latest.certificate["round"], latest.hash
    seen = explorer.votes(latest.height, round_, latest.certificate)
    rows = []
    for validator in council.validators:
        prevote = _side(seen.prevotes, validator.name, block)
        precommit = _side(seen.precommits, validator.name, block)
        words = VOTE_WORDS[prevote], VOTE_WORDS[precommit]
        rows.append(
            VoteLine(validator.institution, validator.name == latest.proposer, prevote, precommit, *words)
        )
    signed = sum(row.precommit == "yes" for row in rows)
    proposer = council.institution(latest.proposer)
    return LastRound(latest.height, round_, proposer, rows, signed, council.quorum)


def _side(votes: dict[str, str], validator: str, block: str) -> str:
    if validator not in votes:
        return "none"
    return "yes" if votes[validator] == block else "nil"
