"""The inbox: what waits for this person's organisation, and by when."""

from dataclasses import dataclass
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ledger.selectors.proposals import ROLES, proposed_by, waiting_for
from portal import applications, claims, drafts
from portal.live import page_or_part
from portal.models import Account, Application, Draft
from portal.parties import own_party
from portal.shown import proposals, signers
from portal.shown.proposals import Line
from portal.wallets import address_of, addresses_of
from portal.words import ROLES as ROLE_WORDS

SHOWN: Final = 50
CORRECTIONS: Final = 10


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do."""

    url: str
    what: str
    about: str
    who: str
    due: int | None
    action: Promise
    tone: str = ""


def show(request: HttpRequest) -> HttpResponse:
    """Everything that waits, the most urgent first; or its live part for htmx."""
    found = items(request.user)
    context = {"area": "inbox", "items": found, "party": own_party(request.user)}
    return page_or_part(request, "inbox/inbox.html", "inbox/_items.html", context)


def items(account: Account) -> list[Item]:
    """What waits for this account's organisation; a fixed number of queries."""
    found = [*_to_judge(account), *_to_sign(account), *_to_correct(account), *_to_admit(account)]
    found += _to_attest(account)
    return sorted(found, key=lambda item: (item.due is None, item.due or 0))


def _to_judge(account: Account) -> list[Item]:
    own = address_of(account.organisation)
    found = []
    for role in ROLES:
        waiting = proposals.lines(waiting_for(role, [own] if own else [], limit=SHOWN))
        found += [_judging(line, role) for line in waiting if line.tone == "info"]
    return found


def _judging(line: Line, role: str) -> Item:
    who = f"{line.proposer} · {capfirst(str(ROLE_WORDS[role]))}"
    url = reverse("request", args=[line.id])
    return Item(url, line.act, line.title, who, line.deadline, _("Judge"), "info")


def _to_sign(account: Account) -> list[Item]:
    """Open drafts in which a signature is lacking that this account's organisation can give."""
    now, addresses = int(timezone.now().timestamp()), addresses_of(account)
    mine = drafts.visible(account).filter(status=Draft.Status.OPEN, expires__gt=now).distinct()
    found = []
    for standing in drafts.standings(mine.select_related("made_by", "organisation")[:SHOWN]):
        if signers.mine(standing, addresses):
            draft = standing.draft
            url = reverse("draft", args=[draft.txid])
            who = f"{draft.organisation} · {draft.made_by}"
            found.append(
                Item(url, signers.about(standing), draft.comment, who, draft.expires, _("Sign"), "warn")
            )
    return found


def _to_correct(account: Account) -> list[Item]:
    """Own requests that were refused and not asked again."""
    own = address_of(account.organisation)
    lines = proposals.lines(proposed_by([own] if own else [], limit=CORRECTIONS))
    asked_again: set[tuple[str, str]] = set()
    found = []
    for line in lines:  # newest first: a later request about the same thing settles it
        about = (line.act, line.title.rpartition("(")[2])
        if line.tone == "bad" and about not in asked_again:
            url = reverse("request", args=[line.id])
            found.append(Item(url, line.act, line.title, str(line.state), None, _("Correct"), "bad"))
        asked_again.add(about)
    return found


def _to_admit(account: Account) -> list[Item]:
    """Candidates who have handed in their card, for the CSD's people."""
    party = own_party(account, "csd")
    if party is None:
        return []
    waiting = Application.objects.filter(is_open=True).select_related("organisation").order_by("made_at")
    applications.settle(waiting[:SHOWN])
    return [
        Item(
            f"{reverse('participant-admission')}?application={each.pk}",
            str(_("Application for admission")),
            each.name,
            str(each.organisation),
            None,
            _("Look"),
            "info",
        )
        for each in waiting[:SHOWN]
    ]


def _to_attest(account: Account) -> list[Item]:
    """Wallets whose owners ask this claim issuer for a claim."""
    party = claims.claim_issuer(account)
    waiting = claims.requests_to(party.address)[:SHOWN] if party else []
    return [
        Item(
            reverse("claim-answer", args=[each.pk]),
            str(_("Request for a claim")),
            str(each.organisation),
            str(each.account),
            None,
            _("Look"),
            "info",
        )
        for each in waiting
    ]
