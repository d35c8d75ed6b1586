"""Blocks on their way: from header and digests to the whole block, and back."""

from collections import OrderedDict
from collections.abc import Iterable
from typing import Final

from ledger.desk import Desk
from ledger.envelopes import Summary
from ledger.protocol.block import Block, certificate_digest, header_hash, transactions_root
from ledger.protocol.reasons import Reason, Rejected

_KEPT: Final = 4

# Blocks by their hash, which fixes all of their content: read once, used for the check and for the commit.
_whole: OrderedDict[str, Block] = OrderedDict()


def summary_of(block: Block) -> Summary:
    """The block as it travels."""
    digests = tuple(submitted.digest for submitted in block.transactions)
    return Summary(certificate=block.certificate, digests=digests, header=block.header)


def check_summary(summary: Summary) -> str:
    """The block's hash; Rejected if the header does not commit to what comes with it."""
    header = summary.header
    if header.transactions_root != transactions_root(summary.digests):
        raise Rejected(Reason.BAD_BLOCK, "digests")
    if header.previous_certificate != certificate_digest(summary.certificate):
        raise Rejected(Reason.BAD_BLOCK, "certificate")
    return header_hash(header)


def find_block(desk: Desk, block: str) -> Block | None:
    """The whole block, None if something of it is not here."""
    summary = desk.find_summary(block)
    if summary is None or desk.absent(summary.digests):
        return None
    if block not in _whole:
        found = desk.find_transactions(summary.digests, summary.header.height)
        transactions = tuple(found[digest] for digest in summary.digests)
        _whole[block] = Block(summary.header, summary.certificate, transactions)
        while len(_whole) > _KEPT:
            _whole.popitem(last=False)
    return _whole[block]


def missing_transactions(desk: Desk, blocks: Iterable[str]) -> list[str]:
    """The whole digests that these blocks of the height in progress name and that are not here, sorted."""
    missing: set[str] = set()
    for block in blocks:
        if summary := desk.find_summary(block):
            missing |= desk.absent(summary.digests)
    return sorted(missing)
