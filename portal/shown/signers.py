"""Drafts in words: what they are about, whose signatures they have, whose they wait for."""

from dataclasses import dataclass
from datetime import datetime

import msgspec
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from ledger.protocol.signatories import Signatory
from portal.drafts import Standing, standings
from portal.models import Draft
from portal.shown.institutions import names_of
from portal.words import ACTS, KINDS, labelled


@dataclass(frozen=True, slots=True)
class Person:
    """One card that may sign."""

    address: str
    name: str  # of the account that signed with it; empty while it has not
    signed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Group:
    """One wallet that has to sign, with its people."""

    wallet: str
    name: str
    needed: int
    given: int
    people: list[Person]

    @property
    def is_complete(self) -> bool:
        """Whether enough have signed."""
        return self.given >= self.needed


@dataclass(frozen=True, slots=True)
class Line:
    """A draft in a list."""

    draft: Draft
    title: str
    given: int
    needed: int


def about(standing: Standing) -> str:
    """The kind, the act and what it is about, in a few words."""
    said = msgspec.json.decode(standing.draft.transaction)
    kind = capfirst(str(KINDS.get(said["kind"], said["kind"])))
    act = said["body"].get("act", {})
    named = act.get("act") if isinstance(act, dict) else ""
    of = act.get("isin") or act.get("name") if isinstance(act, dict) else ""
    what = labelled(kind, ACTS[named]) if named in ACTS else kind
    return _("%(what)s, %(about)s") % {"what": what, "about": of} if of else what


def lines(found: list[Draft]) -> list[Line]:
    """Drafts for a list."""
    return [_line(each) for each in standings(found)]


def _line(standing: Standing) -> Line:
    groups = standing.signatories
    given = sum(min(one.needed, len(one.given(standing.signatures))) for one in groups)
    return Line(standing.draft, about(standing), given, sum(one.needed for one in groups))


def signatories(standing: Standing) -> list[Group]:
    """Every wallet that has to sign; one query for the names."""
    names = names_of(one.wallet for one in standing.signatories)
    return [_group(one, standing, names) for one in standing.signatories]


def mine(standing: Standing, addresses: frozenset[str]) -> list[str]:
    """The cards of this account that have not signed yet and are asked to; its organisation's people included."""
    found = []
    for one in standing.signatories:
        if one.lacking(standing.signatures) and ({one.wallet, one.card_address, *one.people} & addresses):
            found += [person for person in one.people if person not in standing.signatures]
    return found


def _group(one: Signatory, standing: Standing, names: dict[str, str]) -> Group:
    signed = standing.signatures
    people = [
        Person(
            each,
            str(signed[each].account) if each in signed else "",
            signed[each].signed_at if each in signed else None,
        )
        for each in one.people
    ]
    name = names.get(one.wallet) or (_("A new participant") if not one.wallet else _("A wallet"))
    return Group(one.wallet or one.card_address, name, one.needed, len(one.given(signed)), people)
