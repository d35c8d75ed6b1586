"""What only the regulator and the CSD see, on their own nodes' portals; every look is written down first."""

from dataclasses import dataclass
from typing import Any, Final

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ledger import selectors
from ledger.selectors.proposals import ProposalView
from portal import audit
from portal.node import this_node
from portal.purposes import purpose_of

SUPERVISORS: Final = ("regulator", "csd")


@dataclass(frozen=True, slots=True)
class Look:
    """A supervisor's look: the purpose that the audit log keeps, and how the page words it."""

    purpose: str
    words: str | Promise


def is_supervisor(institution: str = "") -> bool:
    """Whether this institution, by default this node's, is the regulator or the CSD; one query."""
    network = selectors.record("network")
    return network is not None and (institution or this_node().institution) in {
        network.value["roles"][role] for role in SUPERVISORS
    }


def own_work(view: ProposalView, institution: str) -> Look | None:
    """Why a supervisor that is named in a request looks at it: nobody is asked; None if it is not named."""
    value: dict[str, Any] = view.value
    if institution in value["approvers"].values():
        if value["status"] == "open":
            return Look(f"judging request {view.id}", _("to judge this request"))
        return Look(f"judged request {view.id}", _("a request that was yours to judge"))
    if institution == value["proposer"]:
        return Look(f"own request {view.id}", _("a request of your own"))
    return None


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
