"""Identity claims: what is said of one's own wallets, asking for more; and the claim issuer's side of it."""

from typing import Any, Final

import msgspec
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from ledger import selectors
from ledger.protocol.encoding import Hex32, check_text
from ledger.protocol.reasons import Rejected
from ledger.selectors.claims import claims_by, claims_ending
from ledger.selectors.wallets import claims_about
from portal import claims, wallets
from portal.bodies import PRIVATE, answers_json, read
from portal.claims import Asked
from portal.models import ClaimRequest
from portal.parties import Party, with_role
from portal.queries import text_in
from portal.shown import claims as shown

PER_PAGE: Final = 50
REASON_MAX: Final = 500


class Drafted(msgspec.Struct, forbid_unknown_fields=True):
    """The body of POST …/draft/: the draft that answers the request."""

    draft: Hex32


def index(request: HttpRequest) -> HttpResponse:
    """The claims about this account's wallets, its requests; for claim issuers, what waits and what ends."""
    now, party = selectors.headline().time, claims.claim_issuer(request.user)
    owners = sorted(wallets.addresses_of(request.user))
    context: dict[str, Any] = {
        "area": "holdings",
        "tab": "claims",
        "claims": shown.lines(claims_about(owners), now),
        "asked": shown.requests(
            ClaimRequest.objects.filter(organisation=request.user.organisation)[:PER_PAGE]
        ),
        "party": party,
    }
    if party:
        context |= _issued(request, party, now)
    return render(request, "claims/claims.html", context)


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """GET: the form. POST: the request with its proof, as JSON."""
    if request.method == "POST":
        return _asked(request)
    context = {
        "area": "holdings",
        "tab": "claims",
        "issuers": with_role("claim_issuer"),
        "classes": shown.CLASSES,
    }
    return render(request, "claims/ask.html", context)


def answer(request: HttpRequest, claim_request: int) -> HttpResponse:
    """The claim issuer reads a request, and drafts the claim or declines."""
    party, row = _mine(request, claim_request)
    context = {
        "area": "holdings",
        "tab": "claims",
        "row": row,
        "classes": shown.CLASSES,
        "default_until": shown.a_year_on(selectors.headline().time),
        "may_prepare": request.user.may_prepare,
        "page_data": _data(party) | {
            "card": row.card,
            "drafted": reverse("claim-drafted", args=[row.pk]),
            "holder": claims.known_holder(row.wallet),
            "version": claims.version_of(party.address, row.wallet),
            "wallet": row.wallet,
        },
    }  # fmt: skip
    return render(request, "claims/answer.html", context)


@require_POST
def decline(request: HttpRequest, claim_request: int) -> HttpResponse:
    """No, with a reason."""
    _party, row = _mine(request, claim_request)
    reason = request.POST.get("reason", "").strip()[:REASON_MAX]
    try:
        check_text(reason, "reason")
        claims.decline(account=request.user, row=row, reason=reason or _("No reason was given."))
    except Rejected as refusal:
        return render(request, "errors/400.html", {"detail": refusal.detail}, status=400)
    return redirect("claims")


@require_POST
@answers_json
def drafted(request: HttpRequest, claim_request: int) -> JsonResponse:
    """The page has drafted the claim."""
    _party, row = _mine(request, claim_request)
    claims.drafted(account=request.user, row=row, draft=read(request, Drafted).draft)
    return JsonResponse({}, headers=PRIVATE)


def revocation(request: HttpRequest, wallet: str) -> HttpResponse:
    """The claim issuer takes its statement about a wallet back."""
    party = _party(request)
    record = selectors.record(f"claim/{party.address}/{wallet}/identity")
    if record is None or record.value["status"] != "valid":
        raise Http404
    context = {
        "area": "holdings",
        "tab": "claims",
        "line": shown.lines([record], selectors.headline().time)[0],
        "may_prepare": request.user.may_prepare,
        "page_data": _data(party) | {"version": record.version, "wallet": wallet},
    }
    return render(request, "claims/revocation.html", context)


@answers_json
def _asked(request: HttpRequest) -> JsonResponse:
    claims.ask(account=request.user, asked=read(request, Asked, limit=20_000))
    return JsonResponse({"next": reverse("claims")}, status=201, headers=PRIVATE)


def _issued(request: HttpRequest, party: Party, now: int) -> dict[str, Any]:
    after = text_in(request, "after", 64)
    found = claims_by(party.address, after=after, limit=PER_PAGE + 1)
    ending = claims_ending(party.address, until=now + claims.ENDS_SOON, limit=PER_PAGE)
    page = shown.lines(found[:PER_PAGE], now)
    return {
        "waiting": shown.requests(claims.requests_to(party.address)[:PER_PAGE]),
        "ending": shown.lines(ending, now),
        "issued": page,
        "next": f"?after={page[-1].wallet}" if len(found) > PER_PAGE else "",
        "first": "?" if after else "",
    }


def _party(request: HttpRequest) -> Party:
    found = claims.claim_issuer(request.user)
    if found is None:
        raise Http404
    return found


def _mine(request: HttpRequest, claim_request: int) -> tuple[Party, ClaimRequest]:
    """404 for another issuer's, as for what is not there or was answered."""
    party = _party(request)
    return party, get_object_or_404(claims.requests_to(party.address), pk=claim_request)


def _data(party: Party) -> dict[str, Any]:
    return {"drafts": reverse("drafts"), "institution": party.address, "people": party.people}
