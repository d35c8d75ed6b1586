"""What only the regulator and the CSD see, on their own nodes' portals; every look is written down first."""

from typing import Final

from django.core.exceptions import PermissionDenied

from ledger import selectors
from portal import audit
from portal.models import Account
from portal.node import this_node

SUPERVISORS: Final = ("regulator", "csd")


def is_supervisor() -> bool:
    """Whether this node's institution is the regulator or the CSD; one query."""
    network = selectors.record("network")
    return network is not None and this_node().institution in {
        network.value["roles"][role] for role in SUPERVISORS
    }


def look(account: Account, event: audit.Event, subject: str) -> None:
    """Write the look down; 403 on the node of an institution that supervises nobody."""
    if not is_supervisor():
        audit.record(event=audit.Event.REFUSED, account=account.username, subject=subject)
        raise PermissionDenied
    audit.record(event=event, account=account.username, subject=subject)
