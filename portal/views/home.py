"""The front page: what this node is, how the network stands, what happened last."""

from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from ledger import selectors
from ledger.selectors import explorer
from ledger.selectors.blocks import BlockView, latest_transactions
from portal.live import page_or_part
from portal.node import this_node
from portal.shown import instruments, network, transactions
from portal.shown.institutions import council, names_of

NOTCHES: Final = 48
LATEST: Final = 8
DEPTHS: Final = (1, 3, 20, 200)  # from how many transactions on a notch is deeper


def home(request: HttpRequest) -> HttpResponse:
    """The front page, or its live part for htmx."""
    return page_or_part(request, "home/home.html", "home/_live.html", _context())


def _context() -> dict[str, Any]:
    node, now, headline = this_node(), timezone.now(), selectors.headline()
    blocks = selectors.blocks(limit=NOTCHES)
    voters = council()
    lines = network.nodes(node, voters, blocks[0] if blocks else None, now)
    return {
        "votes": voters.votes(node.name),
        "institution": names_of([node.institution]).get(node.institution, node.name),
        "headline": headline,
        "positions": explorer.positions(),
        "last_block_seconds": int(now.timestamp()) - headline.time if blocks else None,
        "validators": len(voters.validators),
        "validators_up": network.validators_up(lines),
        "quorum": voters.quorum,
        "notches": [_notch(block) for block in reversed(blocks)],
        "transactions": transactions.rows(latest_transactions(limit=LATEST)),
        "instrument_count": selectors.instrument_count(),
        "instruments": instruments.shown(selectors.instruments(limit=LATEST)),
    }


def _notch(block: BlockView) -> dict[str, int]:
    """A block as a notch, with a depth from 0 to 4."""
    depth = sum(block.transaction_count >= least for least in DEPTHS)
    return {"height": block.height, "transactions": block.transaction_count, "depth": depth}
