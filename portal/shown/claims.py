"""Identity claims as people read them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ledger.selectors.records import RecordView
from portal.models import ClaimRequest
from portal.shown.institutions import names_of

CLASSES: Final[dict[str, Promise]] = {
    "RETL": _("Retail investor"),
    "PROF": _("Professional investor"),
    "ELIG": _("Eligible counterparty"),
}
SOON: Final = 30 * 86_400


@dataclass(frozen=True, slots=True)
class Line:
    """One claim."""

    wallet: str
    issuer: str
    issuer_name: str
    investor_class: Promise | str
    country: str
    until: int
    tone: str
    state: Promise
    is_valid: bool


@dataclass(frozen=True, slots=True)
class Request:
    """One request, of one's own or to oneself."""

    row: ClaimRequest
    issuer_name: str

    @property
    def investor_class(self) -> Promise | str:
        """The class that is asked for, in words."""
        return CLASSES.get(self.row.investor_class, self.row.investor_class)


def lines(found: Sequence[RecordView], now: int) -> list[Line]:
    """One query for the issuers' names."""
    names = names_of(each.key.split("/")[1] for each in found)
    return [_line(each, names, now) for each in found]


def requests(rows: Iterable[ClaimRequest]) -> list[Request]:
    """One query for the issuers' names."""
    listed = list(rows)
    names = names_of(row.issuer for row in listed)
    return [Request(row, names.get(row.issuer, row.issuer)) for row in listed]


def a_year_on(now: int) -> str:
    """The day one year from now, as a date field takes it."""
    day = datetime.fromtimestamp(now, UTC)
    return f"{day.year + 1}-{day.month:02d}-{min(day.day, 28):02d}"


def _line(record: RecordView, names: dict[str, str], now: int) -> Line:
    _family, issuer, wallet, _topic = record.key.split("/")
    value = record.value
    tone, state = _state(value, now)
    return Line(
        wallet=wallet,
        issuer=issuer,
        issuer_name=names.get(issuer, issuer),
        investor_class=CLASSES.get(value["class"], value["class"]),
        country=value["country"],
        until=value["until"],
        tone=tone,
        state=state,
        is_valid=value["status"] == "valid",
    )


def _state(value: dict[str, Any], now: int) -> tuple[str, Promise]:
    if value["status"] != "valid":
        return "bad", pgettext_lazy("claim", "Revoked")
    if value["until"] <= now:
        return "bad", pgettext_lazy("claim", "Ended")
    if value["until"] <= now + SOON:
        return "warn", pgettext_lazy("claim", "Ends soon")
    return "good", pgettext_lazy("claim", "Valid")
