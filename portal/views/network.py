"""The network page: nodes, heights, rounds, votes."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from ledger import selectors
from ledger.store import chain
from portal.access import Audience, admits
from portal.node import this_node
from portal.shown import network
from portal.shown.institutions import council
from portal.supervision import is_supervisor


def show(request: HttpRequest) -> HttpResponse:
    """The page, or its live part for htmx."""
    template = "network/_live.html" if request.htmx else "network/network.html"
    shows_evidence = admits(Audience.SUPERVISOR, request.user) and is_supervisor()
    return render(request, template, {**_context(), "shows_evidence": shows_evidence})


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
