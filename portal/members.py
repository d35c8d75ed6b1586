"""What an administrator may change of the people of the own organisation."""

from django.db.transaction import atomic

from portal import audit
from portal.models import Account


class OwnPower(Exception):
    """An administrator does not take the administration, or the account, from himself."""


def change(*, by: Account, member: Account, mandate: str, is_administrator: bool, is_active: bool) -> None:
    """The member's new place; a closed account is signed out everywhere at its next request."""
    if by.pk == member.pk and not (is_administrator and is_active):
        raise OwnPower
    with atomic():
        row = Account.objects.select_for_update(of=("self",)).get(pk=member.pk)
        row.mandate, row.is_administrator, row.is_active = mandate, is_administrator, is_active
        row.save(update_fields=["mandate", "is_administrator", "is_active"])
        place = {"mandate": mandate, "administrator": int(is_administrator), "active": int(is_active)}
        audit.record(event=audit.Event.CHANGED, account=by.username, subject=member.username, **place)
