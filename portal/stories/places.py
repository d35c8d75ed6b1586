"""Who can see which part of a transaction, and where each part is stored."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.stories.facts import Facts


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a transaction: what it is, who may read it, where it lies and for how long."""

    what: str
    who: str
    where: str
    open_to_all: bool


def parts(facts: Facts) -> list[Part]:
    """The parts that this transaction has, the public ones first."""
    found = [heading()]
    if facts.kind == "refuse":
        found.append(reason())
    if facts.act.get("documents"):
        found.append(documents())
    found.append(signatures())
    if facts.transaction.get("outputs") or facts.act.get("holders") or facts.kind == "transfer":
        found.append(quantities())
    if facts.kind in {"attest", "revoke"}:
        found.append(identity())
    if "note" in facts.body:
        found.append(note())
    return found


def heading() -> Part:
    where = _("In the block, in every node's database, for ever")
    return Part(_("Kind, time, block, institutions"), _("Everybody"), where, open_to_all=True)


def reason() -> Part:
    where = _("In the block, in every node's database, for ever")
    return Part(_("The reason of the refusal"), _("Everybody"), where, open_to_all=True)


def documents() -> Part:
    where = _("Digests in the block; the documents with the issuer, beside the ledger")
    return Part(_("Digests of documents"), _("Everybody"), where, open_to_all=True)


def signatures() -> Part:
    who = _("Institutions that run a node; each checks them itself")
    where = _("Beside the transaction on every node; the block commits to them")
    return Part(_("Signatures"), who, where, open_to_all=False)


def quantities() -> Part:
    who = _("The holder, the instrument's issuer and supervisors, whose look-ups are logged")
    where = _("In the block, in every node's database, under addresses without names")
    return Part(_("Addresses and quantities"), who, where, open_to_all=False)


def identity() -> Part:
    who = _("The claim issuer who checked them")
    where = _("Never on the ledger; in the claim issuer's own files, erasable")
    return Part(_("Name and identity papers"), who, where, open_to_all=False)


def note() -> Part:
    who = _("Receiver and regulator")
    where = _("Sealed, beside the block, erasable; the block holds its digest")
    return Part(_("The note's words"), who, where, open_to_all=False)
