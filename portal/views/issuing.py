"""Forms by which an issuer asks for a new instrument or a change. The page builds, seals and signs."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst

from ledger import selectors
from ledger.protocol.acts.amend import AMENDABLE
from ledger.selectors.instruments import InstrumentView
from portal import audit, parties
from portal.desk_words import ASKING
from portal.parties import Party
from portal.queries import text_in
from portal.shown.instruments import MINOR_DIGITS
from portal.templatetags.words import units
from portal.views.proposals import refused_own
from portal.words import ACTS, CHANGES, INVESTOR_CLASSES

DAYS: Final = (3, 7, 14, 30, 60)
OUTPUTS_SHOWN: Final = 256  # as many as one act may name


def register(request: HttpRequest) -> HttpResponse:
    """A new instrument; `?from=` opens a refused request again."""
    issuer = _issuer(request)
    if issuer is None:
        context = {"area": "requests", "is_participant": parties.own_party(request.user) is not None}
        return render(request, "issuing/not_an_issuer.html", context)
    before = refused_own(request.user, text_in(request, "from", 64), {"register"})
    data = _data(request, issuer, "register", before)
    if before:
        data["nominal"] = units(before["act"]["nominal"], MINOR_DIGITS.get(before["act"]["currency"], 2))
    return render(request, "issuing/register.html", _context(request, issuer, data, before))


def change(request: HttpRequest, isin: str, kind: str) -> HttpResponse:
    """Increase, decrease, withdrawal or amendment of an instrument of the issuer's own."""
    issuer, instrument = _issuer(request), selectors.instrument(isin)
    if kind not in CHANGES or instrument is None or issuer is None:
        raise Http404
    if instrument.value["issuer"] != issuer.address:
        raise Http404
    if kind not in selectors.acts_in_force():
        context = {"area": "requests", "instrument": instrument, "words": capfirst(str(ACTS[kind]))}
        return render(request, "issuing/not_in_force.html", context)
    if request.htmx:
        return _holdings_of(request, instrument)
    before = refused_own(request.user, text_in(request, "from", 64), {kind})
    data = _data(request, issuer, kind, before)
    data["instrument"] = _shown(instrument)
    context = {**_context(request, issuer, data, before), "instrument": instrument, "kind": kind}
    if kind in {"increase", "amend"}:
        return render(request, f"issuing/{kind}.html", context)
    context["outputs"] = selectors.outputs_of(issuer.address, asset=instrument.asset, limit=OUTPUTS_SHOWN)
    return render(request, "issuing/burn.html", context)


def _holdings_of(request: HttpRequest, instrument: InstrumentView) -> HttpResponse:
    """What one wallet has of it, to be ticked by its issuer: a look into the register, and written down as such."""
    owner = text_in(request, "owner", 64)
    event, account = audit.Event.REGISTER_VIEWED, request.user.username
    audit.record(event=event, account=account, subject=instrument.isin, sought=owner)
    outputs = selectors.outputs_of(owner, asset=instrument.asset, limit=OUTPUTS_SHOWN)
    context = {"instrument": instrument, "outputs": outputs, "owner": owner}
    return render(request, "issuing/_holdings_of.html", context)


def _issuer(request: HttpRequest) -> Party | None:
    return parties.own_party(request.user, "issuer")


def _data(request: HttpRequest, issuer: Party, kind: str, before: dict[str, Any] | None) -> dict[str, Any]:
    """What the page's script needs; all of it public, or the issuer's own."""
    network = selectors.record("network")
    assert network is not None
    regulator = parties.party(network.value["roles"]["regulator"])
    claims = parties.with_role("claim_issuer")
    return {
        "kind": kind,
        "drafts": reverse("drafts"),
        "institution": issuer.sealed_for(),
        "people": issuer.people,
        "regulator": regulator.sealed_for() if regulator else None,
        "notaries": [each.sealed_for() for each in parties.with_role("notary")],
        "claim_issuers": [{"address": each.address, "name": each.name} for each in claims],
        "act": before["act"] if before else None,
        "notary": before["approvers"].get("notary", "") if before else "",
    }


def _context(
    request: HttpRequest, issuer: Party, data: dict[str, Any], before: dict[str, Any] | None
) -> dict[str, Any]:
    return {
        "area": "requests",
        "issuer": issuer,
        "form_data": data,
        "said": ASKING,
        "before": before,
        "classes": INVESTOR_CLASSES,
        "day_choices": DAYS,
        "may_prepare": request.user.may_prepare,
    }


def _shown(instrument: InstrumentView) -> dict[str, Any]:
    value = instrument.value
    return {
        "isin": instrument.isin,
        "version": instrument.version,
        "edition": value["edition"],
        "decimals": value["decimals"],
        "name": value["fisn"],
        "room": value["authorised"] - instrument.issued,
        "now": {name: value[name] for name in AMENDABLE},
    }
