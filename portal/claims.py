"""Identity claims asked for and answered on the portal; the claim itself is a transaction that both sides sign."""

from typing import Annotated, Any, Final, Literal

import msgspec
from django.db.models import QuerySet
from django.db.transaction import atomic
from django.utils import timezone
from msgspec import Meta

from ledger import selectors
from ledger.api.callers import Possession, prove
from ledger.protocol.keys import SingleCard
from ledger.protocol.reasons import Reason, Rejected
from portal import audit, drafts
from portal.models import Account, ClaimRequest
from portal.parties import Party, own_party, with_role

DAY: Final = 86_400
ENDS_SOON: Final = 90 * DAY


class Asked(Possession):
    """The body of POST /claims/request/: the proof that POST /api/tokens takes, and what is asked for."""

    issuer: Annotated[str, Meta(max_length=64)]
    investor_class: Literal["RETL", "PROF", "ELIG"]
    country: Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z")]


def claim_issuer(account: Account) -> Party | None:
    """The account's organisation, if it is an active claim issuer."""
    return own_party(account, "claim_issuer")


def ask(*, account: Account, asked: Asked) -> ClaimRequest:
    """Ask a claim issuer; asked again, the request says what was said last. Rejected for anybody else."""
    prove(asked)
    if not isinstance(asked.card, SingleCard):
        raise Rejected(Reason.BAD_CARD, "card", "Only a person's own wallet asks for an identity claim.")
    if asked.issuer not in {each.address for each in with_role("claim_issuer")}:
        raise Rejected(Reason.NOT_A_PARTICIPANT, "issuer", "This is no active claim issuer: choose another.")
    with atomic():
        row, _made = ClaimRequest.objects.update_or_create(
            wallet=asked.address,
            issuer=asked.issuer,
            status=ClaimRequest.Status.OPEN,
            defaults={
                "account": account,
                "organisation": account.organisation,
                "card": msgspec.to_builtins(asked.card),
                "investor_class": asked.investor_class,
                "country": asked.country,
                "made_at": timezone.now(),
            },
        )
        audit.record(event=audit.Event.CLAIM_ASKED, account=account.username, subject=asked.address)
    return row


def requests_to(issuer: str) -> QuerySet[ClaimRequest]:
    """What waits for this claim issuer, the oldest first."""
    waiting = ClaimRequest.objects.filter(issuer=issuer, status=ClaimRequest.Status.OPEN)
    return waiting.select_related("organisation", "account").order_by("made_at")


def decline(*, account: Account, row: ClaimRequest, reason: str) -> None:
    """Say no, with a reason that the asker reads."""
    _settle(account, row, ClaimRequest.Status.DECLINED, answer=reason)


def drafted(*, account: Account, row: ClaimRequest, draft: str) -> None:
    """The claim waits for its signatures; Rejected if that draft is not one of this wallet's claim."""
    found = drafts.visible(account).filter(pk=draft, kind="attest").first()
    body: dict[str, Any] = msgspec.json.decode(found.transaction)["body"] if found else {}
    if (body.get("wallet"), body.get("issuer")) != (row.wallet, row.issuer):
        raise Rejected(Reason.UNKNOWN_RECORD, "draft", "There is no such draft about this wallet.")
    _settle(account, row, ClaimRequest.Status.DRAFTED, draft=draft)


def known_holder(wallet: str) -> str:
    """The holder number that the ledger has for the wallet already; empty if it has none."""
    record = selectors.record(f"wallet/{wallet}")
    return str(record.value["holder"]) if record else ""


def version_of(issuer: str, wallet: str) -> int:
    """The version of the claim that a new one would replace; 0 if there is none."""
    record = selectors.record(f"claim/{issuer}/{wallet}/identity")
    return record.version if record else 0


def _settle(account: Account, row: ClaimRequest, status: ClaimRequest.Status, **said: str) -> None:
    with atomic():
        changed = ClaimRequest.objects.filter(pk=row.pk, status=ClaimRequest.Status.OPEN).update(
            status=status, **said
        )
        if not changed:
            raise Rejected(Reason.PROPOSAL_CLOSED, "request", "This request has been answered already.")
        audit.record(event=audit.Event.CLAIM_ANSWERED, account=account.username, subject=row.wallet)
