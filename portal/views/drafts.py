"""Drafts: what waits for several people's signatures; each signer's browser decodes the bytes itself."""

from typing import Any

import msgspec
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from ledger import selectors
from ledger.selectors.proposals import proposal
from portal import drafts
from portal.bodies import PRIVATE, answers_json, read
from portal.desk_words import DRAFTED
from portal.drafts import NewDraft, NewSignature, Standing
from portal.live import page_or_part
from portal.models import Account, Draft
from portal.shown import signers
from portal.wallets import address_of, addresses_of

SHOWN = 50


@require_http_methods(["GET", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """GET: the drafts that concern this account. POST: a new one."""
    if request.method == "POST":
        return create(request)
    found = drafts.visible(request.user).select_related("made_by", "organisation").distinct()[:SHOWN]
    context = {"area": "inbox", "lines": signers.lines(list(found)), "now": int(timezone.now().timestamp())}
    return render(request, "drafts/drafts.html", context)


@answers_json
def create(request: HttpRequest) -> JsonResponse:
    """The draft, unless the ledger would refuse its transaction now: then 400 and the reason."""
    account: Account = request.user
    if not account.may_prepare:
        said = {"reason": "FORBIDDEN", "detail": drafts.NOT_YOUR_MANDATE}
        return JsonResponse(said, status=403, headers=PRIVATE)
    made = drafts.make(account=account, new=read(request, NewDraft))
    return JsonResponse(_said(made, account), status=201, headers=PRIVATE)


def show(request: HttpRequest, txid: str) -> HttpResponse:
    """One draft: who has signed and who is asked to; once it is submitted, where it stands."""
    draft = _find(request.user, txid)
    standing = Standing(draft)
    status = selectors.status([draft.txid])[draft.txid]
    context = {
        "area": "inbox",
        "draft": draft,
        "about": signers.about(standing),
        "signatories": signers.signatories(standing),
        "mine": signers.mine(standing, addresses_of(request.user)),
        "is_complete": draft.status != Draft.Status.OPEN or standing.is_complete,
        "has_lapsed": draft.expires <= int(timezone.now().timestamp()),
        "status": status,
        "result": _result(standing),
        "draft_data": _said(draft, request.user),
        "said": DRAFTED,
        "is_ours": draft.organisation_id == request.user.organisation_id,
    }
    return page_or_part(request, "drafts/draft.html", "drafts/_standing.html", context)


@answers_json
def as_json(request: HttpRequest, txid: str) -> JsonResponse:
    """The draft as its signers' browsers take it: the exact text to sign."""
    return JsonResponse(_said(_find(request.user, txid), request.user), headers=PRIVATE)


@require_POST
@answers_json
def sign(request: HttpRequest, txid: str) -> JsonResponse:
    """One person's signature; complete, the transaction is submitted to this node at once."""
    draft = drafts.add_signature(
        account=request.user, draft=_find(request.user, txid), new=read(request, NewSignature)
    )
    return JsonResponse(_said(draft, request.user), headers=PRIVATE)


@require_POST
def withdraw(request: HttpRequest, txid: str) -> HttpResponse:
    """Whoever made it takes it back, or somebody of the same organisation."""
    draft = _find(request.user, txid)
    if draft.organisation_id != request.user.organisation_id:
        raise Http404
    if draft.status == Draft.Status.OPEN:
        drafts.withdraw(account=request.user, draft=draft)
    return redirect("draft", txid=draft.txid)


def _find(account: Account, txid: str) -> Draft:
    """404 for what does not concern this account, as for what is not there."""
    found: QuerySet[Draft] = drafts.visible(account).select_related("made_by", "organisation").filter(pk=txid)
    if (draft := found.first()) is None:
        raise Http404
    return draft


def _said(draft: Draft, account: Account) -> dict[str, Any]:
    standing = Standing(draft)
    return {
        "id": draft.txid,
        "url": reverse("draft", args=[draft.txid]),
        "transaction": draft.transaction,
        "notes": draft.notes,
        "comment": draft.comment,
        "acts": _acts(standing),
        "institution": address_of(account.organisation) or "",
        "status": draft.status,
        "refusal": draft.refusal,
        "signatures_url": reverse("draft-signatures", args=[draft.txid]),
        "may_sign": account.may_sign,
        "signatories": [
            {"wallet": one.wallet, "people": list(one.people), "needed": one.needed,
             "given": list(one.given(standing.signatures))}
            for one in standing.signatories
        ],
    }  # fmt: skip


def _result(standing: Standing) -> str:
    """Where to look at what a draft did: the request that it made or answered, or the transaction."""
    draft, said = standing.draft, msgspec.json.decode(standing.draft.transaction)
    proposal = draft.txid if draft.kind == "propose" else said["body"].get("proposal", "")
    return reverse("request", args=[proposal]) if proposal else reverse("transaction", args=[draft.txid])


def _acts(standing: Standing) -> list[dict[str, Any]]:
    """The act of the request that the draft answers: whoever signs compares it with the digest that he signs."""
    said = msgspec.json.decode(standing.draft.transaction)
    view = proposal(said["body"]["proposal"]) if said["body"].get("proposal") else None
    return [view.value["act"]] if view else []
