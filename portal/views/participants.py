"""Participants: who may act in which role; how one applies; how the CSD asks to admit and to suspend."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from ledger import selectors
from portal import applications, parties
from portal.applications import Candidate, Candidature
from portal.bodies import PRIVATE, answers_json, read
from portal.desk_words import ADMITTING
from portal.models import Application
from portal.parties import Party
from portal.queries import number_in, text_in
from portal.wallets import address_of
from portal.words import ROLES

PER_PAGE: Final = 50


def index(request: HttpRequest) -> HttpResponse:
    """Everybody who was admitted, by address; suspended ones included."""
    after = text_in(request, "after", 64)
    found = selectors.participants(after=after, limit=PER_PAGE + 1)
    csd = parties.own_party(request.user, "csd")
    context = {
        "area": "participants",
        "participants": [
            {"address": view.key.partition("/")[2], "value": view.value, "height": view.height}
            for view in found[:PER_PAGE]
        ],
        "next": f"?after={found[PER_PAGE - 1].key.partition('/')[2]}" if len(found) > PER_PAGE else "",
        "first": "?" if after else "",
        "may_admit": csd is not None and request.user.may_prepare,
        "offices": _offices(),
        "is_candidate": address_of(request.user.organisation) is None
        and not request.user.organisation.is_person,
    }
    return render(request, "participants/participants.html", context)


@require_http_methods(["GET", "POST"])
def application(request: HttpRequest) -> HttpResponse:
    """GET: the organisation's application. POST: its fields with one person's card, as JSON."""
    if request.method == "POST":
        return _hand_in(request)
    applications.settle(Application.objects.filter(organisation=request.user.organisation, is_open=True))
    row = Application.objects.filter(organisation=request.user.organisation).first()
    own = parties.own_party(request.user)
    context = {
        "is_suspended": own is not None and own.status == "suspended",
        "area": "participants",
        "application": row,
        "is_participant": (row is not None and not row.is_open)
        or address_of(request.user.organisation) is not None,
        "roles": [(role, ROLES[role]) for role in applications.OPEN_TO],
        "said": ADMITTING,
        "ready": row is not None and applications.is_ready(row),
    }
    return render(request, "participants/application.html", context)


@answers_json
def _hand_in(request: HttpRequest) -> JsonResponse:
    row = applications.hand_in(account=request.user, asked=read(request, Candidature, limit=20_000))
    return JsonResponse({"people": [each["account"] for each in row.cards]}, headers=PRIVATE)


def admission(request: HttpRequest) -> HttpResponse:
    """The CSD's people ask the regulator to admit a candidate, or a suspended participant again; it signs too."""
    csd, candidate = _csd(request), _candidate(request)
    if candidate is None:
        raise Http404
    context = {
        "area": "participants",
        "candidate": candidate,
        "said": ADMITTING,
        "page_data": {**_data(csd), "act": candidate.act},
        "may_prepare": request.user.may_prepare,
    }
    return render(request, "participants/admission.html", context)


def _candidate(request: HttpRequest) -> Candidate | None:
    if wallet := text_in(request, "participant", 64):
        return applications.suspended(wallet)
    found = Application.objects.filter(pk=number_in(request, "application")).select_related("organisation")
    row = found.first()
    return applications.newcomer(row) if row and row.cards else None


def suspension(request: HttpRequest, address: str) -> HttpResponse:
    """The CSD's people ask the regulator to let a participant's roles rest."""
    csd, participant = _csd(request), parties.party(address)
    if participant is None:
        raise Http404
    context = {
        "area": "participants",
        "participant": participant,
        "said": ADMITTING,
        "page_data": {**_data(csd), "address": address},
        "may_prepare": request.user.may_prepare,
    }
    return render(request, "participants/suspension.html", context)


def _csd(request: HttpRequest) -> Party:
    found = parties.own_party(request.user, "csd")
    if found is None:
        raise Http404
    return found


def _data(csd: Party) -> dict[str, Any]:
    return {"institution": csd.address, "people": csd.people, "drafts": reverse("drafts")}


def _offices() -> set[str]:
    """Who cannot be suspended: the CSD and the regulator."""
    network = selectors.record("network")
    roles = network.value["roles"] if network else {}
    return {roles.get("csd", ""), roles.get("regulator", "")}
