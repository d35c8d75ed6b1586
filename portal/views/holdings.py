"""The investor's pages: what is held, what is on its way, what moved, sending, and the address book."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ledger import selectors
from ledger.protocol.reasons import Rejected
from ledger.selectors import wallets as ledger_wallets
from ledger.selectors.wallets import Move
from portal import contacts, drafts, parties, wallets
from portal.access import own
from portal.live import page_or_part
from portal.models import Account, Contact
from portal.queries import text_in, whole_number
from portal.shown import holdings

LATEST: Final = 5
MOVES_PER_PAGE: Final = 25
CONTACTS_PER_PAGE: Final = 50


def index(request: HttpRequest) -> HttpResponse:
    """What this account's wallets have, what is pending, and the newest moves; drawn again every few seconds."""
    owners, headline = _owners(request), selectors.headline()
    labels = contacts.labels_of(request.user.organisation)
    context = {
        "area": "holdings",
        "tab": "holdings",
        "has_wallet": bool(owners),
        "several": len(owners) > 1,
        "headline": headline,
        "holdings": holdings.holdings(owners, time=headline.time),
        "joint": _joint(request.user),
        "waiting": holdings.waiting(ledger_wallets.pending_moves(owners), owners, labels),
        "lines": holdings.lines(ledger_wallets.moves(owners, limit=LATEST), owners, labels),
    }
    return page_or_part(request, "holdings/holdings.html", "holdings/_live.html", context)


def history(request: HttpRequest) -> HttpResponse:
    """Every committed move, newest first, and the sealed notes that came with them."""
    owners = _owners(request)
    labels = contacts.labels_of(request.user.organisation)
    before = _cursor(text_in(request, "before", 150))
    found = ledger_wallets.moves(owners, limit=MOVES_PER_PAGE + 1, **({"before": before} if before else {}))
    page = found[:MOVES_PER_PAGE]
    context = {
        "area": "holdings",
        "tab": "history",
        "lines": holdings.lines(page, owners, labels),
        "noted": _noted(page),
        "first": "?" if before else "",
        "next": f"?before={_cursor_of(page[-1])}" if len(found) > len(page) else "",
    }
    return render(request, "holdings/history.html", context)


def send(request: HttpRequest) -> HttpResponse:
    """The form; what it makes is built, shown and signed in the browser."""
    owners, joint = _owners(request), _joint(request.user)
    found = holdings.holdings(owners, time=selectors.headline().time)
    closed = {joint["address"]} if joint and not request.user.may_prepare else set()
    usable = [each for each in found if each.instrument.is_open and each.free]
    context = {
        "area": "holdings",
        "tab": "send",
        "chosen": text_in(request, "isin", 12),
        "wallet": text_in(request, "wallet", 64),
        "joint": joint and {**joint, "taken": sorted(drafts.spent_by_open(request.user))},
        "several": len(owners) > 1,
        "holdings": [each for each in usable if each.position.owner not in closed],
        "contacts": Contact.objects.filter(organisation=request.user.organisation)[:CONTACTS_PER_PAGE],
    }
    return render(request, "holdings/send.html", context)


def book(request: HttpRequest) -> HttpResponse:
    """The address book; POST adds an entry."""
    trouble = ""
    asked = {name: request.POST.get(name, "").strip() for name in ("address", "label")}
    if request.method == "POST":
        trouble = _add(request, **asked)
        if not trouble:
            return redirect("address-book")
    page = max(1, min(whole_number(request.GET.get("page", "")) or 1, 1_000))
    start = (page - 1) * CONTACTS_PER_PAGE
    found = list(
        Contact.objects.filter(organisation=request.user.organisation)[start : start + CONTACTS_PER_PAGE + 1]
    )
    context = {
        "area": "holdings",
        "tab": "book",
        "contacts": found[:CONTACTS_PER_PAGE],
        "page": page,
        "has_more": len(found) > CONTACTS_PER_PAGE,
        "trouble": trouble,
        "asked": asked,
    }
    return render(request, "holdings/book.html", context, status=400 if trouble else 200)


@require_POST
def forget(request: HttpRequest, contact: int) -> HttpResponse:
    """One entry less; 404 for another organisation's."""
    own(Contact.objects.all(), request.user, pk=contact).delete()
    return redirect("address-book")


def labels(request: HttpRequest) -> JsonResponse:
    """The address book for the page's script, which shows each label as the portal's word only."""
    return JsonResponse(
        {"labels": contacts.labels_of(request.user.organisation)}, headers={"Cache-Control": "no-store"}
    )


def _joint(account: Account) -> dict[str, Any] | None:
    """The account's institution, if several people sign for its wallet: what it sends is drafted."""
    party = parties.own_party(account)
    if party is None or party.people == [party.address]:
        return None
    return {"address": party.address, "name": party.name, "people": party.people, "drafts": reverse("drafts")}


def _owners(request: HttpRequest) -> list[str]:
    return sorted(wallets.addresses_of(request.user))


def _add(request: HttpRequest, *, address: str, label: str) -> str:
    """Why it was not added, in a sentence; empty if it was."""
    if not 1 <= len(label) <= Contact.LABEL_MAX:
        return _("Give the address a name of 1 to %(n)d characters.") % {"n": Contact.LABEL_MAX}
    try:
        contacts.add(account=request.user, address=address, label=label)
    except Rejected as refusal:
        if refusal.field == "address" and "label" not in refusal.detail:
            return _("That is not an address. It begins with tally1 and has 64 characters; copy it whole.")
        return refusal.detail
    return ""


def _noted(page: list[Move]) -> dict[str, Any]:
    """What the browser needs to unseal notes: each transaction, and who sent it."""
    transactions = {each.txid: each.signed["transaction"] for each in page}
    noted = {txid: one for txid, one in transactions.items() if "note" in one["body"]}
    sources = holdings.senders(noted.values())
    return {
        txid: {"transaction": one, "sender": sources.get(one["inputs"][0], "")} for txid, one in noted.items()
    }


def _cursor(text: str) -> tuple[int, str, str] | None:
    sequence, _first, rest = text.partition(":")
    asset, _second, owner = rest.partition(":")
    number = whole_number(sequence)
    return (number, asset, owner) if number is not None and owner else None


def _cursor_of(move: Move) -> str:
    return f"{move.sequence}:{move.asset}:{move.owner}"
