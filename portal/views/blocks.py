"""Blocks: the list, and one block with its header, certificate and transactions."""

from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from ledger import selectors
from ledger.selectors.blocks import BlockView
from portal.live import page_or_part
from portal.queries import number_in
from portal.shown import transactions
from portal.shown.institutions import Council, councils

BLOCKS_PER_PAGE: Final = 25
TRANSACTIONS_PER_PAGE: Final = 50


def index(request: HttpRequest) -> HttpResponse:
    """Blocks, newest first; the newest page keeps itself fresh."""
    before = number_in(request, "before")
    found = selectors.blocks(before=before, limit=BLOCKS_PER_PAGE + 1)
    blocks, has_older = found[:BLOCKS_PER_PAGE], len(found) > BLOCKS_PER_PAGE
    voters = councils()
    context = {
        "area": "blocks",
        "is_newest": before is None,
        "blocks": [_line(block, voters.at(block.height)) for block in blocks],
        "newer": f"?before={before + BLOCKS_PER_PAGE}" if before is not None else "",
        "older": f"?before={blocks[-1].height}" if has_older else "",
        "shown": f"{blocks[0].height:,} – {blocks[-1].height:,}" if blocks else "",
    }
    return page_or_part(request, "blocks/blocks.html", "blocks/_list.html", context)


def detail(request: HttpRequest, height: int) -> HttpResponse:
    """One block."""
    block = selectors.block_at(height)
    if block is None:
        raise Http404
    start = number_in(request, "from") or 0
    lines = selectors.transactions_of(height, after=start - 1, limit=TRANSACTIONS_PER_PAGE)
    voters, past = councils().at(height), start + TRANSACTIONS_PER_PAGE
    context = {
        "area": "blocks",
        "committed": block,
        "proposer": voters.institution(block.proposer),
        "has_next": selectors.headline().height > height,
        "transactions": transactions.rows(lines),
        "previous": f"?from={max(0, start - TRANSACTIONS_PER_PAGE)}" if start else "",
        "next": f"?from={past}" if past < block.transaction_count else "",
        "shown": f"{start + 1:,} – {start + len(lines):,} / {block.transaction_count:,}",
        "council": voters,
        "signatures": _signatures(block, voters),
    }
    return render(request, "blocks/block.html", context)


def _line(block: BlockView, voters: Council) -> dict[str, Any]:
    return {
        "height": block.height,
        "time": block.time,
        "transactions": block.transaction_count,
        "proposer": voters.institution(block.proposer),
        "signatures": f"{len(block.certificate['precommits'])} / {len(voters.validators)}",
        "hash": block.hash,
    }


def _signatures(block: BlockView, voters: Council) -> list[dict[str, str]]:
    """One line per validator; an empty signature for those whose vote the certificate did not need."""
    signed = {entry["validator"]: entry["signature"] for entry in block.certificate["precommits"]}
    return [
        {"institution": each.institution, "validator": each.name, "signature": signed.get(each.name, "")}
        for each in voters.validators
    ]
