"""Instruments: the list with search, and one instrument's terms, rules and acts."""

from typing import Final
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import capfirst

from ledger import selectors
from ledger.selectors.instruments import InstrumentView
from portal.live import page_or_part
from portal.queries import text_in
from portal.registers import offered
from portal.shown import instruments
from portal.shown.institutions import names_of
from portal.wallets import address_of
from portal.words import ACTS, CHANGES

INSTRUMENTS_PER_PAGE: Final = 25
QUERY_MAX: Final = 40


def index(request: HttpRequest) -> HttpResponse:
    """Instruments in ISIN order, those that fit the search."""
    query, after = text_in(request, "q", QUERY_MAX), text_in(request, "after", 12)
    found = selectors.instruments(search=query, after=after, limit=INSTRUMENTS_PER_PAGE + 1)
    page = found[:INSTRUMENTS_PER_PAGE]
    context = {
        "area": "instruments",
        "query": query,
        "instruments": instruments.shown(page),
        "first": f"?{urlencode({'q': query})}" if after else "",
        "next": f"?{urlencode({'q': query, 'after': page[-1].isin})}" if len(found) > len(page) else "",
    }
    return render(request, "instruments/instruments.html", context)


def detail(request: HttpRequest, isin: str) -> HttpResponse:
    """One instrument."""
    view = selectors.instrument(isin)
    if view is None:
        raise Http404
    instrument = instruments.shown([view])[0]
    claims = view.value["rules"].get("claims", {"issuers": []})
    context = {
        "area": "instruments",
        "instrument": instrument,
        "nominal": instruments.nominal(view.value),
        "rules": instruments.rules(view.value, names_of(claims["issuers"])),
        "timeline": instruments.timeline(isin),
        "headline": selectors.headline(),
        "shows_register": offered(request.user, view),
        "changes": _changes() if _is_own(request, view) else [],
    }
    return page_or_part(request, "instruments/instrument.html", "instruments/_live.html", context)


def _changes() -> list[tuple[str, str]]:
    """What its issuer may ask for, in the version of the protocol that is in force."""
    in_force = selectors.acts_in_force()
    return [(kind, capfirst(str(ACTS[kind]))) for kind in CHANGES if kind in in_force]


def _is_own(request: HttpRequest, view: InstrumentView) -> bool:
    """Whether this visitor may ask for changes of it: people of its issuer, while it is in force."""
    account = request.user
    if not account.is_authenticated or not account.may_prepare or view.value["status"] != "active":
        return False
    return bool(address_of(account.organisation) == view.value["issuer"])
