"""The menu on top: what this visitor may open, in the order of the day's work."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.access import MATRIX, admits
from portal.models import Account


@dataclass(frozen=True, slots=True)
class Entry:
    """One place: the name of its address, the `area` that its pages give, its label."""

    name: str
    area: str
    label: str | Promise

    @property
    def url(self) -> str:
        """Its address."""
        return reverse(self.name)


MENU: Final = (
    Entry("inbox", "inbox", _("Inbox")),
    Entry("requests", "requests", _("Requests")),
    Entry("holdings", "holdings", _("Holdings")),
    Entry("wallet", "wallet", _("Wallet")),
    Entry("instruments", "instruments", _("Instruments")),
    Entry("blocks", "blocks", _("Blocks")),
    Entry("participants", "participants", _("Participants")),
    Entry("network", "network", _("Network")),
    Entry("api-docs", "api", "API"),
)
OFFICE: Final = (
    Entry("members", "members", _("Members")),
    Entry("organisations", "organisations", _("Organisations")),
    Entry("audit-log", "audit-log", _("Audit log")),
)
BEHIND_THE_DESK: Final = {"blocks", "api-docs"}  # signed in, people find them in the footer and by search
NOT_FOR_INVESTORS: Final = {"requests", "participants"}


def menu(user: Account | AnonymousUser) -> list[Entry]:
    """The entries for this visitor; a page that is not built has no address, and so no entry."""
    hidden: set[str] = set()
    if user.is_authenticated:
        hidden = BEHIND_THE_DESK | (NOT_FOR_INVESTORS if user.organisation.is_person else set())
    return [each for each in _open_to(user, MENU) if each.name not in hidden]


def office(user: Account | AnonymousUser) -> list[Entry]:
    """What administrators find on the page of their account."""
    return _open_to(user, OFFICE)


def _open_to(user: Account | AnonymousUser, entries: Iterable[Entry]) -> list[Entry]:
    return [each for each in entries if _exists(each.name) and admits(MATRIX[each.name], user)]


@cache
def _exists(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True
