"""Who may see an instrument's register here, and what of it is shown; every look-up is written down first."""

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from ledger import selectors
from ledger.selectors.instruments import InstrumentView
from ledger.selectors.registers import Concentration, RegisterLine, Wanted, concentration
from portal import audit
from portal.models import Account
from portal.node import this_node
from portal.purposes import purpose_of
from portal.shown.institutions import names_of
from portal.supervision import is_supervisor
from portal.templatetags.words import share

ROWS_PER_PAGE: Final = 50
LARGEST: Final = 100


@dataclass(frozen=True, slots=True)
class Moment:
    """A height and the time of its block."""

    height: int
    time: int


@dataclass(frozen=True, slots=True)
class Row:
    """One wallet's line."""

    address: str
    name: str
    quantity: int
    locked: int
    share: str
    hundredths: int


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a register, and what all pages have together."""

    rows: list[Row]
    wallets: int
    units: int
    has_more: bool


def offered(visitor: Account | AnonymousUser, instrument: InstrumentView) -> bool:
    """Whether a page should name the register: to whoever may open it, and to nobody yet where our people may."""
    return entitled(visitor, instrument) if visitor.is_authenticated else _kept_here(instrument)


def entitled(account: Account, instrument: InstrumentView) -> bool:
    """Whether this is the issuer's own people, or people at work on the issuer's or a supervisor's node."""
    if account.may_look_up and _kept_here(instrument):
        return True
    own = account.organisation
    return account.is_active and not own.is_home and own.address == instrument.value["issuer"]


def _kept_here(instrument: InstrumentView) -> bool:
    return this_node().institution == instrument.value["issuer"] or is_supervisor()


def instrument_for(account: Account, isin: str) -> InstrumentView:
    """The instrument whose register this account may see; 403, written down, where it may not."""
    instrument = selectors.instrument(isin)
    if instrument is None:
        raise Http404
    if not entitled(account, instrument):
        audit.record(event=audit.Event.REFUSED, account=account.username, subject=isin)
        raise PermissionDenied
    return instrument


def purpose_for(request: HttpRequest, instrument: InstrumentView) -> dict[str, str]:
    """What a look-up's row in the audit log says beside the rest; PurposeNeeded where a supervisor has not said why."""
    if request.user.may_look_up and this_node().institution != instrument.value["issuer"]:
        return {"purpose": purpose_of(request, instrument.isin)}
    return {}


def page(instrument: InstrumentView, at: Moment, wanted: Wanted, total: int, number: int) -> Page:
    """One page of the register's wanted lines; shares are of all units, wanted or not."""
    answer = selectors.register_page(
        instrument.asset,
        height=at.height,
        time=at.time,
        wanted=wanted,
        offset=(number - 1) * ROWS_PER_PAGE,
        limit=ROWS_PER_PAGE,
    )
    names = names_of(line.owner for line in answer.lines)
    rows = [_row(line, names.get(line.owner, ""), total) for line in answer.lines]
    return Page(rows, answer.wallets, answer.units, number * ROWS_PER_PAGE < answer.wallets)


def _row(line: RegisterLine, name: str, total: int) -> Row:
    return Row(
        address=line.owner,
        name=name,
        quantity=line.quantity,
        locked=line.locked,
        share=share(line.quantity, total),
        hundredths=line.quantity * 10_000 // total,
    )


def spread(instrument: InstrumentView, at: Moment) -> Concentration:
    """How the units are spread over holders."""
    return concentration(instrument.asset, height=at.height, limit=LARGEST)


def spread_words(spread: Concentration) -> str:
    """The chart's meaning in a sentence."""
    words = {"one": largest(spread, 1), "ten": largest(spread, 10)}
    return _("The largest holder has %(one)s of all units, the ten largest together %(ten)s.") % words


def largest(spread: Concentration, count: int) -> str:
    """The share of this many largest holders together."""
    return share(sum(spread.largest[:count]), spread.total)


def curve(spread: Concentration) -> list[dict[str, int | str]]:
    """The chart's points: how many hundredths of a per cent the n largest holders have together."""
    points, together = [], 0
    for holders, quantity in enumerate(spread.largest, start=1):
        together += quantity
        points.append({"holders": holders, "hundredths": together * 10_000 // spread.total})
    return points
