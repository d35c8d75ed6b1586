"""Organisations on this portal; the node's own institution is one of them, made when it is first needed."""

from django.db.transaction import atomic

from ledger import selectors
from portal import audit
from portal.models import Account, Organisation
from portal.node import this_node
from portal.shown.institutions import names_of


def home_organisation() -> Organisation:
    """This node's own institution, under the name that the ledger has for it."""
    node = this_node()
    name = names_of([node.institution]).get(node.institution, node.name)
    known = {"name": name, "address": node.institution}
    return Organisation.objects.update_or_create(is_home=True, defaults=known)[0]


def unclaimed_participants() -> dict[str, str]:
    """Names by address of all participants that no organisation of this portal is; two queries."""
    taken = {
        *Organisation.objects.exclude(address=None).values_list("address", flat=True),
        this_node().institution,
    }
    found = {each.key.partition("/")[2]: each.value["name"] for each in selectors.participants()}
    return {
        address: name
        for address, name in sorted(found.items(), key=lambda each: each[1])
        if address not in taken
    }


def make(*, by: Account, name: str, address: str | None) -> Organisation:
    """An organisation without people."""
    with atomic():
        made = Organisation.objects.create(name=name, address=address)
        audit.record(event=audit.Event.ORGANISATION_MADE, account=by.username, subject=name, address=address)
    return made


def link(*, by: Account, organisation: Organisation, address: str) -> None:
    """From now on its people see what this participant's wallet has."""
    with atomic():
        organisation.address = address
        organisation.save(update_fields=["address"])
        audit.record(
            event=audit.Event.ORGANISATION_LINKED,
            account=by.username,
            subject=organisation.name,
            address=address,
        )
