"""Who may see an instrument's register here, and what of it is shown; every look-up is written down first."""

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _

from ledger import selectors
from ledger.selectors.holdings import Concentration, concentration
from ledger.selectors.instruments import InstrumentView
from portal import audit
from portal.models import Account
from portal.node import this_node
from portal.shown.institutions import names_of
from portal.supervision import is_supervisor
from portal.templatetags.words import share

ROWS_PER_PAGE: Final = 50
LARGEST: Final = 100


class NoSuchBlock(Exception):
    """The register was asked for as of a block that this node does not have."""


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


def look_up(account: Account, isin: str, event: audit.Event, **detail: int | str | None) -> InstrumentView:
    """The instrument, after the look-up was written to the audit log; 403 where this node may not show it."""
    instrument = selectors.instrument(isin)
    if instrument is None:
        raise Http404
    if not entitled(account, instrument):
        audit.record(event=audit.Event.REFUSED, account=account.username, subject=isin)
        raise PermissionDenied
    audit.record(event=event, account=account.username, subject=isin, **detail)
    return instrument


def moment(height: int | None) -> Moment:
    """The newest block, or the one asked for."""
    latest = selectors.headline()
    if height is None or height == latest.height:
        return Moment(latest.height, latest.time)
    block = selectors.block_at(height)
    if block is None:
        raise NoSuchBlock
    return Moment(block.height, block.time)


def page(instrument: InstrumentView, at: Moment, total: int, number: int) -> list[Row]:
    """One page of the register, largest holding first, and one row more if there is a next page."""
    lines = selectors.register_page(
        instrument.asset,
        height=at.height,
        time=at.time,
        offset=(number - 1) * ROWS_PER_PAGE,
        limit=ROWS_PER_PAGE + 1,
    )
    names = names_of(line.owner for line in lines)
    return [
        Row(
            address=line.owner,
            name=names.get(line.owner, ""),
            quantity=line.quantity,
            locked=line.locked,
            share=share(line.quantity, total),
            hundredths=line.quantity * 10_000 // total,
        )
        for line in lines
    ]


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
