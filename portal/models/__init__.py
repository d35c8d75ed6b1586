"""Rows of the portal: who may sign in on this node, for whom, and what they looked at."""

from portal.models.accounts import Account, Organisation
from portal.models.audit import AuditEvent
from portal.models.claims import ClaimRequest
from portal.models.contacts import Contact
from portal.models.drafts import Application, Draft, DraftSignature, DraftSigner
from portal.models.invitations import Invitation
from portal.models.notices import Followed, Notice
from portal.models.wallets import WalletLink

__all__ = [
    "Account",
    "Application",
    "AuditEvent",
    "ClaimRequest",
    "Contact",
    "Draft",
    "DraftSignature",
    "DraftSigner",
    "Followed",
    "Invitation",
    "Notice",
    "Organisation",
    "WalletLink",
]
