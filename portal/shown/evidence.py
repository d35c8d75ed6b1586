"""Evidence in words: who signed which two things, and where."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.selectors.evidence import EvidenceView
from portal.shown.institutions import names_of

WHERE: Final[dict[str, Promise]] = {
    "prevote": gettext_lazy(
        "%(who)s voted for two different things in the first vote of round %(round)s on block %(height)s."
    ),
    "precommit": gettext_lazy(
        "%(who)s voted for two different things in the second vote of round %(round)s on block %(height)s."
    ),
    "proposal": gettext_lazy("%(who)s made two different proposals in round %(round)s for block %(height)s."),
}


@dataclass(frozen=True, slots=True)
class Message:
    """One of the two: what it was for, in words, and the block's hash if it names one."""

    words: str
    block: str


@dataclass(frozen=True, slots=True)
class Case:
    """One validator's two messages."""

    transaction: str
    sentence: str
    node: str
    node_key: str
    recorded: int
    messages: tuple[Message, Message]


def cases(found: list[EvidenceView]) -> list[Case]:
    """Each in words; one query."""
    names = names_of(each.institution for each in found)
    return [_case(each, names.get(each.institution, each.validator)) for each in found]


def exported(view: EvidenceView) -> dict[str, Any]:
    """The two messages as they were signed, and what is needed to check them with other means."""
    return {
        "evidence": view.proof,
        "institution": view.institution,
        "node_key": view.node_key,
        "recorded_in_block": view.recorded,
        "transaction": view.transaction,
    }


def _case(view: EvidenceView, who: str) -> Case:
    words = {"who": who, "round": view.round, "height": f"{view.height:,}"}
    first, second = (_message(view.proof[side]) for side in ("first", "second"))
    sentence = str(WHERE[view.kind]) % words
    return Case(view.transaction, sentence, view.validator, view.node_key, view.recorded, (first, second))


def _message(signed: dict[str, Any]) -> Message:
    if "vote" in signed:
        block = signed["vote"]["block"]
        return Message(_("A vote for the block") if block else _("A vote for no block"), block)
    offer = signed["proposal"]
    if offer["pol_round"] < 0:
        return Message(_("The block, offered as new"), offer["block"])
    words = _("The block, offered as one that had its votes in round %(round)s")
    return Message(words % {"round": offer["pol_round"]}, offer["block"])
