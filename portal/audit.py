"""The audit log: every look-up of a register, refused ones too, is written down before it is answered."""

from enum import StrEnum

from django.utils import timezone

from portal.models import AuditEvent


class Event(StrEnum):
    """Subject and action, as `subject:action`."""

    SIGNED_IN = "account:signed-in"
    SIGN_IN_FAILED = "account:sign-in-failed"
    SIGNED_OUT = "account:signed-out"
    CREATED = "account:created"
    INVITED = "account:invited"
    JOINED = "account:joined"
    CHANGED = "account:changed"
    ORGANISATION_MADE = "organisation:made"
    ORGANISATION_LINKED = "organisation:linked"
    FACTOR_FAILED = "account:second-factor-failed"
    FACTOR_ADDED = "account:second-factor-added"
    FACTOR_REMOVED = "account:second-factor-removed"
    PASSWORD_CHANGED = "account:password-changed"  # noqa: S105
    SESSION_ENDED = "account:session-ended"
    WALLET_LINKED = "wallet:linked"
    WALLET_UNLINKED = "wallet:unlinked"
    DRAFT_MADE = "draft:made"
    DRAFT_SIGNED = "draft:signed"
    DRAFT_WITHDRAWN = "draft:withdrawn"
    APPLIED = "admission:applied"
    REQUEST_VIEWED = "request:viewed"
    REGISTER_VIEWED = "register:viewed"
    REGISTER_EXPORTED = "register:exported"
    EVIDENCE_VIEWED = "evidence:viewed"
    EVIDENCE_EXPORTED = "evidence:exported"
    CLAIM_ASKED = "claim:asked"
    CLAIM_ANSWERED = "claim:answered"
    REFUSED = "page:refused"


def record(*, event: Event, account: str, subject: str = "", **detail: int | str | None) -> AuditEvent:
    """Write one event; the caller answers the request only after this returned."""
    return AuditEvent.objects.create(
        happened_at=timezone.now(),
        account=account.replace("\x00", "")[:150],
        event=event,
        subject=subject[:128],
        detail=detail,
    )
