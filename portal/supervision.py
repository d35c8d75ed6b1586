"""What only the regulator and the CSD see, on their own nodes' portals; every look is written down first."""

from typing import Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from ledger import selectors
from portal import audit
from portal.node import this_node
from portal.purposes import purpose_of

SUPERVISORS: Final = ("regulator", "csd")


def is_supervisor() -> bool:
    """Whether this node's institution is the regulator or the CSD; one query."""
    network = selectors.record("network")
    return network is not None and this_node().institution in {
        network.value["roles"][role] for role in SUPERVISORS
    }


def look(request: HttpRequest, event: audit.Event, subject: str, *, about: str = "") -> None:
    """Write the look down with its purpose, asked for once a session by what it is `about` (the subject if not said).

    403 on the node of an institution that supervises nobody; PurposeNeeded before anything was said.
    """
    account = request.user
    if not is_supervisor():
        audit.record(event=audit.Event.REFUSED, account=account.username, subject=subject)
        raise PermissionDenied
    purpose = purpose_of(request, about or subject)
    audit.record(event=event, account=account.username, subject=subject, purpose=purpose)
