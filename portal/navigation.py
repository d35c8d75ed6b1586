"""The menu on top: what this visitor may open, in the order of the day's work."""

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
BEHIND_THE_DESK: Final = {
    "blocks",
    "api-docs",
}  # signed in, people find them on the network page and by search


def menu(user: Account | AnonymousUser) -> list[Entry]:
    """The entries for this visitor; a page that is not built has no address, and so no entry."""
    found = [each for each in MENU if _exists(each.name) and admits(MATRIX[each.name], user)]
    return [each for each in found if not (user.is_authenticated and each.name in BEHIND_THE_DESK)]


@cache
def _exists(name: str) -> bool:
    try:
        reverse(name)
    except NoReverseMatch:
        return False
    return True
