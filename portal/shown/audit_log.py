"""Rows of the audit log in words; the codes that were written stay what one filters by."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.audit import Event
from portal.models import Account, AuditEvent
from portal.templatetags.words import number, short
from portal.words import labelled

LONG: Final = re.compile(r"\b(?:[0-9a-f]{64}|tally1[0-9a-z]{58})\b")
EVENTS: Final[dict[str, Promise]] = {
    Event.SIGNED_IN: _("Signed in"),
    Event.SIGN_IN_FAILED: _("Sign-in failed"),
    Event.SIGNED_OUT: _("Signed out"),
    Event.CREATED: _("Account opened by the node's operator"),
    Event.INVITED: _("Somebody invited"),
    Event.JOINED: _("Invitation accepted"),
    Event.CHANGED: _("Member's rights changed"),
    Event.ORGANISATION_MADE: _("Organisation added"),
    Event.ORGANISATION_LINKED: _("Organisation linked to its wallet"),
    Event.FACTOR_FAILED: _("Second factor failed"),
    Event.FACTOR_ADDED: _("Second factor added"),
    Event.FACTOR_REMOVED: _("Second factor removed"),
    Event.PASSWORD_CHANGED: _("Password changed"),
    Event.SESSION_ENDED: _("Another device signed out"),
    Event.WALLET_LINKED: _("Wallet linked to the account"),
    Event.WALLET_UNLINKED: _("Wallet no longer linked"),
    Event.DRAFT_MADE: _("Draft made"),
    Event.DRAFT_SIGNED: _("Draft signed"),
    Event.DRAFT_WITHDRAWN: _("Draft withdrawn"),
    Event.APPLIED: _("Admission applied for"),
    Event.REQUEST_VIEWED: _("Request looked at"),
    Event.REGISTER_VIEWED: _("Register looked at"),
    Event.REGISTER_EXPORTED: _("Register exported"),
    Event.EVIDENCE_VIEWED: _("Evidence looked at"),
    Event.EVIDENCE_EXPORTED: _("Evidence exported"),
    Event.CLAIM_ASKED: _("Identity claim asked for"),
    Event.CLAIM_ANSWERED: _("Request for a claim answered"),
    Event.REFUSED: _("Page refused"),
}
DETAILS: Final[dict[str, Promise]] = {
    "active": pgettext_lazy("audit log", "open"),
    "address": _("wallet"),
    "administrator": _("administrator"),
    "card": _("wallet"),
    "height": _("as of block"),
    "kind": _("kind"),
    "mandate": _("mandate"),
    "organisation": _("organisation"),
    "page": _("page"),
    "purpose": _("purpose"),
    "role": _("role"),
    "sought": _("sought"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what happened and its details, in words."""

    row: AuditEvent
    words: Promise | str
    details: list[str]


def lines(rows: Iterable[AuditEvent]) -> list[Line]:
    """No query."""
    return [
        Line(
            row,
            EVENTS.get(row.event, row.event),
            [labelled(DETAILS.get(name, name), _said(name, value)) for name, value in row.detail.items()],
        )
        for row in rows
    ]


def _said(name: str, value: Any) -> str:
    if name in {"active", "administrator"}:
        return str(_("yes") if value else _("no"))
    if name in {"height", "page"} and isinstance(value, int):
        return number(value)
    if name == "mandate" and value in Account.Mandate.values:
        return str(Account.Mandate(value).label)
    return LONG.sub(lambda found: short(found[0]), str(value))
