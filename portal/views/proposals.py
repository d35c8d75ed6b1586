"""Requests: what an institution has asked for, and one request with everything that its approvers judge."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from ledger.selectors.proposals import ProposalView, proposal, proposed_by
from ledger.selectors.records import record, records_with
from portal import parties
from portal.desk_words import JUDGING
from portal.live import page_or_part
from portal.models import Account
from portal.parties import Party
from portal.queries import number_in
from portal.shown import acts, proposals
from portal.supervision import Look
from portal.wallets import address_of
from portal.words import CHANGES, REFUSALS

PER_PAGE: Final = 25


def index(request: HttpRequest) -> HttpResponse:
    """What the account's organisation has asked for, newest first."""
    own = address_of(request.user.organisation)
    before = number_in(request, "before")
    found = proposed_by([own] if own else [], before=before or 2**62, limit=PER_PAGE + 1)
    party = parties.own_party(request.user)
    context = {
        "area": "requests",
        "lines": proposals.lines(found[:PER_PAGE]),
        "next": f"?before={found[PER_PAGE - 1].position}" if len(found) > PER_PAGE else "",
        "first": "?" if before is not None else "",
        "party": party,
        "may_prepare": request.user.may_prepare,
        "is_active": party is not None and party.status == "active",
    }
    return render(request, "proposals/requests.html", context)


def show(request: HttpRequest, txid: str) -> HttpResponse:
    """One request: its terms, what differs, its holders and documents, its timeline; and an approver's answer."""
    view = proposal(txid)
    if view is None:
        raise Http404
    look = parties.look_at(request, view, _page(request))
    context = _standing(view) | ({} if request.htmx else _judged(request, view, look))
    return page_or_part(request, "proposals/request.html", "proposals/_standing.html", context)


def _standing(view: ProposalView) -> dict[str, Any]:
    tone, words = proposals.state(view.value)
    return {
        "view": view,
        "state": proposals.state_of(view.value),
        "tone": tone,
        "state_words": words,
        "steps": proposals.steps(view),
        "deadline": view.value["deadline"],
    }


def _page(request: HttpRequest) -> int:
    """Of the first holders."""
    return max(1, min(number_in(request, "page") or 1, 20_000))


def _judged(request: HttpRequest, view: ProposalView, look: Look | None) -> dict[str, Any]:
    act, before = view.value["act"], proposals.comparison(view)
    instrument = _instrument(act)
    decimals = acts.decimals_of(act, instrument)
    page, count = _page(request), acts.holder_count(act)
    involved = parties.parties([view.value["proposer"], *view.value["approvers"].values()])
    own = involved.get(address_of(request.user.organisation) or "")
    documents = act.get("documents", [])
    return {
        "area": "requests" if own and own.address == view.value["proposer"] else "inbox",
        "act": act,
        "title": acts.title(act, records_with([acts.subject(act)])),
        "act_words": proposals.act_words(act),
        "rows": acts.rows(act, decimals=decimals, before=before.value),
        "comparison": before,
        "proposer": involved.get(view.value["proposer"]),
        "decimals": decimals,
        "holders": acts.holders(act, page),
        "holder_count": count,
        "is_list": "list" in act,
        "page": page,
        "has_more": (count or 0) > page * acts.HOLDERS_PER_PAGE,
        "instrument": instrument,
        "documents": documents,
        "roles": _open_roles(view, own),
        "can_retract": _is_own(view, own) and proposals.state_of(view.value) in {"open", "lapsed"},
        "correction": _correction(view, own),
        "codes": REFUSALS,
        "said": JUDGING,
        "request_data": _data(view, own, look),
        "look": look,
        "opens_documents": own is not None,
        "may_prepare": request.user.may_prepare,
    }


def _data(view: ProposalView, own: Party | None, look: Look | None) -> dict[str, Any]:
    return {
        "purpose": look.purpose if look else "",
        "id": view.id,
        "act": view.value["act"],
        "proposer": view.value["proposer"],
        "institution": own.address if own else "",
        "people": own.people if own else [],
        "drafts": reverse("drafts"),
    }


def _open_roles(view: ProposalView, own: Party | None) -> list[str]:
    """The roles in which this institution may still answer."""
    if own is None or proposals.state_of(view.value) != "open":
        return []
    return [
        role
        for role, address in view.value["approvers"].items()
        if address == own.address and role not in view.answers
    ]


def _is_own(view: ProposalView, own: Party | None) -> bool:
    return own is not None and own.address == view.value["proposer"]


def _correction(view: ProposalView, own: Party | None) -> str:
    """Where the proposer opens the same request again as a form, once it is closed without effect."""
    act = view.value["act"]
    if not _is_own(view, own) or proposals.state_of(view.value) in {"open", "executed"}:
        return ""
    if act["act"] == "register":
        return f"{reverse('request-register')}?from={view.id}"
    if act["act"] in CHANGES:
        return f"{reverse('request-change', args=[act['isin'], act['act']])}?from={view.id}"
    return ""


def _instrument(act: dict[str, Any]) -> dict[str, Any] | None:
    found = record(f"instrument/{act['isin']}") if act.get("isin") else None
    return found.value if found else None


def refused_own(account: Account, txid: str, kinds: set[str]) -> dict[str, Any] | None:
    """The act of a closed request of the account's own organisation, to be corrected; None if there is none such."""
    view = proposal(txid) if len(txid) == 64 else None
    if view is None or view.value["proposer"] != address_of(account.organisation):
        return None
    return {**view.value, "id": view.id} if view.value["act"]["act"] in kinds else None
