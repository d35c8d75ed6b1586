"""What happened, in one or two sentences per kind."""

from collections.abc import Callable
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.stories.facts import Facts
from portal.words import ACTS, KINDS, ROLES


def sentences(facts: Facts) -> list[str]:
    """The story's opening; a kind without words of its own is told by its name."""
    tell = TELLERS.get(facts.kind)
    return tell(facts) if tell else [str(KINDS.get(facts.kind, facts.kind))]


def transfer(facts: Facts) -> list[str]:
    said = [_("Ownership of %(title)s changed hands.") % {"title": facts.title()}]
    if "note" in facts.body:
        said.append(_("A sealed note went with it, which only the receiver and the regulator can open."))
    return said


def propose(facts: Facts) -> list[str]:
    who, what = facts.name(facts.body["proposer"]) or _("An institution"), act_words(facts)
    return [
        _("%(who)s asked for an act that needs several signatures: %(what)s.") % {"who": who, "what": what},
        _("Nothing changes in the register until every approver named in the proposal has signed."),
    ]


def approve(facts: Facts) -> list[str]:
    said = [_("%(who)s approved, as %(role)s: %(what)s.") % answer_words(facts)]
    if facts.executed:
        said.append(
            _("It was the last signature that was missing, so the act took effect in this transaction.")
        )
    return said


def refuse(facts: Facts) -> list[str]:
    reason = facts.body["reason"]
    return [
        _("%(who)s refused, as %(role)s: %(what)s.") % answer_words(facts),
        _("The reason given (%(code)s): %(text)s") % {"code": reason["code"], "text": reason["text"]},
        _("One refusal closes the proposal; the proposer may correct it and propose again."),
    ]


def retract(facts: Facts) -> list[str]:
    return [_("The proposer took back its proposal: %(what)s.") % {"what": act_words(facts)}]


def attest(facts: Facts) -> list[str]:
    who = facts.name(facts.body["issuer"]) or _("A claim issuer")
    return [
        _("%(who)s attested that it knows who stands behind a wallet.") % {"who": who},
        _("The ledger holds a country, an investor class and a random holder number; no name."),
    ]


def revoke(facts: Facts) -> list[str]:
    who = facts.name(facts.body["issuer"]) or _("A claim issuer")
    return [_("%(who)s took back its statement about a wallet.") % {"who": who}]


def rotate(_facts: Facts) -> list[str]:
    return [_("A wallet exchanged its key. Its address stays the same, so nothing it owns has to move.")]


def govern(facts: Facts) -> list[str]:
    return [
        _("More than two thirds of the validators' institutions decided to change the rules."),
        decision(facts.act),
    ]


def decision(act: dict[str, Any]) -> str:
    """What the network decided about itself."""
    if act["act"] == "upgrade":
        words = {"version": act["version"], "height": f"{act['height']:,}"}
        return _("Version %(version)s is in force from block %(height)s on.") % words
    if act["act"] == "node_key":
        return _("The node %(node)s goes on with another key, from two blocks later on.") % {
            "node": act["name"]
        }
    if act["act"] == "roles":
        return _("The offices of depository, regulator and central bank were given anew.")
    if "remove" in act:
        return _("The node %(node)s votes no more, from two blocks later on.") % {"node": act["remove"]}
    return _("The node %(node)s votes too, from two blocks later on.") % {"node": act["add"]["name"]}


def evidence(_facts: Facts) -> list[str]:
    return [
        _("A validator signed two different things where it may sign one, and both are on the ledger now."),
        _("Nobody signs this step: every validator checked both signatures. Supervisors see who it was."),
    ]


def allot(facts: Facts) -> list[str]:
    return [
        ngettext(
            "The next %(n)d holding of an approved list was handed out.",
            "The next %(n)d holdings of an approved list were handed out.",
            len(facts.transaction.get("outputs", [])),
        )
        % {"n": len(facts.transaction.get("outputs", []))},
        _("Nobody signs this step: every validator derives it from the approved list and checks it."),
    ]


def act_words(facts: Facts) -> str:
    """The act and what it is about, as "initial registration of NAME (ISIN)"."""
    act = facts.act
    words = str(ACTS.get(act.get("act", ""), _("an act that this node does not know")))
    about = facts.title() or act.get("name", "") or facts.name(act.get("address", ""))
    return _("%(act)s of %(about)s") % {"act": words, "about": about} if about else words


def answer_words(facts: Facts) -> dict[str, str]:
    """Who answers a proposal, in which capacity, and what it proposes."""
    role = facts.body["role"]
    who = next((facts.name(address) for address in facts.signers if facts.name(address)), _("An institution"))
    return {"who": who, "role": str(ROLES.get(role, role)), "what": act_words(facts)}


TELLERS: Final[dict[str, Callable[[Facts], list[str]]]] = {
    "transfer": transfer,
    "propose": propose,
    "approve": approve,
    "refuse": refuse,
    "retract": retract,
    "attest": attest,
    "revoke": revoke,
    "rotate": rotate,
    "govern": govern,
    "allot": allot,
    "evidence": evidence,
}
