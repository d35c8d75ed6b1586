"""What changed in the register, told by counts and records."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.stories.facts import Facts
from portal.templatetags.words import units
from portal.words import ACTS


def changes(facts: Facts) -> list[str]:
    """One line for each change; a single transaction's quantities are not for a public page."""
    consumed = [item for item in facts.transaction["inputs"] if "@" not in item]
    created = facts.transaction.get("outputs", [])
    lines = []
    if consumed:
        words = ngettext("%(n)s holding was consumed.", "%(n)s holdings were consumed.", len(consumed))
        lines.append(words % {"n": f"{len(consumed):,}"})
    if created:
        words = ngettext("%(n)s holding was created.", "%(n)s holdings were created.", len(created))
        lines.append(words % {"n": f"{len(created):,}"})
    return lines + records(facts)


def records(facts: Facts) -> list[str]:
    """The records that the transaction wrote."""
    if facts.kind == "propose":
        return [_("A proposal was opened.")]
    if facts.kind == "approve":
        return [_("An approval was recorded."), *(executed(facts) if facts.executed else [])]
    if facts.kind == "refuse":
        return [_("The refusal was recorded and the proposal closed.")]
    if facts.kind == "retract":
        return [_("The proposal was closed.")]
    if facts.kind in {"attest", "revoke"}:
        return [_("A wallet's identity claim has a new version.")]
    if facts.kind == "rotate":
        return [_("A wallet's key has a new version.")]
    if facts.kind == "evidence":
        return [_("The two messages were recorded, once and for ever.")]
    return [governed(facts.act["act"])] if facts.kind == "govern" else []


def governed(act: str) -> str:
    """What a decision of the network wrote."""
    if act == "upgrade":
        return _("The network's rules have a date for their next version.")
    if act == "roles":
        return _("The network's authorities have a new version.")
    return _("The set of validators has a successor; the one before stays on the ledger.")


def executed(facts: Facts) -> list[str]:
    """What the act itself did."""
    act = facts.act
    lines = [_("The act took effect: %(act)s.") % {"act": ACTS.get(act["act"], act["act"])}]
    if "decimals" in act:
        lines.append(_("Units issued by it: %(n)s.") % {"n": units(act["quantity"], act["decimals"])})
    if act.get("holders"):
        lines.append(_("First holders entered: %(n)s.") % {"n": f"{len(act['holders']):,}"})
    return lines
