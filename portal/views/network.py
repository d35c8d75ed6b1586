"""The network page: nodes, heights, rounds, votes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ledger import selectors
from ledger.store import chain
from portal.access import Audience, admits
from portal.live import page_or_part
from portal.node import this_node
from portal.shown import network
from portal.shown.institutions import council
from portal.supervision import is_supervisor


def show(request: HttpRequest) -> HttpResponse:
    """The page, or its live part for htmx."""
    shows_evidence = admits(Audience.SUPERVISOR, request.user) and is_supervisor()
    context = {**_context(), "shows_evidence": shows_evidence}
    return page_or_part(request, "network/network.html", "network/_live.html", context)


def _context() -> dict[str, Any]:
    node, voters = this_node(), council()
    latest = next(iter(selectors.blocks(limit=1)), None)
    tip = chain.tip()
    return {
        "area": "network",
        "council": voters,
        "nodes": network.nodes(node, voters, latest, timezone.now()),
        "last_round": network.last_round(latest),
        "chain": tip.chain,
        "state_root": tip.state_commitment,
        "version": latest.header["version"] if latest else 1,
    }
