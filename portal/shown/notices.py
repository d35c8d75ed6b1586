"""A notice in one sentence, and where it leads."""

from dataclasses import dataclass
from typing import Final

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.models import Notice
from portal.words import ACTS, KINDS, ROLES

SENTENCES: Final[dict[str, Promise]] = {
    "proposal-waits": _("A proposal awaits your organisation's decision: %(act)s, %(about)s."),
    "proposal-approved": _("Your proposal was approved by the %(role)s: %(act)s, %(about)s."),
    "proposal-refused": _("Your proposal was refused: %(act)s, %(about)s."),
    "proposal-executed": _("Your proposal is executed: %(act)s, %(about)s."),
    "units-received": _("Units of %(about)s were received."),
    "draft-waits": _("A draft awaits your signature: %(act)s."),
    "claim-expires": _("An identity claim of yours ends on %(about)s. Ask its issuer for a new one."),
}
PLACES: Final = {
    "proposal-waits": "request",
    "proposal-approved": "request",
    "proposal-refused": "request",
    "proposal-executed": "request",
    "draft-waits": "draft",
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice as people read it."""

    row: Notice
    sentence: str
    url: str


def shown(notice: Notice) -> Shown:
    """In the language of the moment."""
    return Shown(notice, sentence(notice), place(notice))


def sentence(notice: Notice) -> str:
    """Without an address and without a quantity: it goes into e-mails, too."""
    act, role = notice.facts.get("act", ""), notice.facts.get("role", "")
    words = {
        "about": notice.facts.get("about", ""),
        "act": ACTS.get(act) or KINDS.get(act, act),
        "role": ROLES.get(role, role),
    }
    return str(SENTENCES[notice.kind]) % words


def place(notice: Notice) -> str:
    """The page on which one acts on it."""
    if notice.kind in ("units-received", "claim-expires"):
        return reverse("holdings")
    return reverse(PLACES.get(notice.kind, "transaction"), kwargs={"txid": notice.subject.partition("/")[0]})
