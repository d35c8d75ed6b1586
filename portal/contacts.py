"""The address book of an organisation: labels for addresses, the organisation's own word and nobody else's."""

from typing import Final

from django.db import IntegrityError
from django.db.transaction import atomic
from django.utils import timezone

from ledger.protocol.encoding import check_text
from ledger.protocol.keys import address_bytes
from ledger.protocol.reasons import Reason, Rejected
from portal.models import Account, Contact, Organisation

CONTACTS_MAX: Final = 2_000


def labels_of(organisation: Organisation) -> dict[str, str]:
    """The organisation's labels by address."""
    return dict(Contact.objects.filter(organisation=organisation).values_list("address", "label"))


def add(*, account: Account, address: str, label: str) -> Contact:
    """One more entry; Rejected for what is no address, a label that hides something, or an address twice."""
    address_bytes(address, "address")
    check_text(label, "label")
    if Contact.objects.filter(organisation=account.organisation).count() >= CONTACTS_MAX:
        raise Rejected(
            Reason.OVERSIZED, "address", "The address book is full. Remove what you no longer need."
        )
    try:
        with atomic():
            return Contact.objects.create(
                organisation=account.organisation,
                address=address,
                label=label,
                made_by=account,
                made_at=timezone.now(),
            )
    except IntegrityError as error:
        raise Rejected(Reason.MALFORMED, "address", "This address has a label already.") from error
