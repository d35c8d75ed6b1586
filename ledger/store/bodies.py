"""Blocks on their way: from header and digests to the whole block, and back."""

from collections.abc import Iterable, Sequence
from typing import Final

from ledger.envelopes import Summary
from ledger.models import Block as BlockRow
from ledger.models import Note, ProposedBlock, ProposedTransaction, Transaction
from ledger.protocol.block import Block, Header, certificate_digest, header_hash, transactions_root
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.encoding import canonical, parse
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.signed import Submission, read
from ledger.store import pool

SUMMARY_MAX: Final = 1_000_000
CERTIFICATE_MAX: Final = 100_000
HEADER_MAX: Final = 10_000


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


def keep_summary(block: str, summary: Summary) -> None:
    """Keep a checked summary until its height is decided."""
    ProposedBlock.objects.bulk_create(
        [ProposedBlock(hash=block, height=summary.header.height, summary=canonical(summary).decode())],
        ignore_conflicts=True,
    )


def keep_transactions(transactions: Iterable[Submission], height: int) -> None:
    """Keep transactions that a block names and that the pool does not have, until the height is decided."""
    ProposedTransaction.objects.bulk_create(
        [
            ProposedTransaction(digest=bytes.fromhex(one.digest), height=height, signed=canonical(one.signed))
            for one in transactions
        ],
        ignore_conflicts=True,
    )


def find_summary(block: str) -> Summary | None:
    """The summary of a block of the height in progress."""
    text = ProposedBlock.objects.filter(hash=block).values_list("summary", flat=True).first()
    return None if text is None else parse(text.encode(), Summary, limit=SUMMARY_MAX)


def find_block(block: str) -> Block | None:
    """The whole block, None if something of it is not here."""
    summary = find_summary(block)
    if summary is None:
        return None
    found = find_transactions(summary.digests, summary.header.height)
    if any(digest not in found for digest in summary.digests):
        return None
    transactions = tuple(found[digest] for digest in summary.digests)
    return Block(summary.header, summary.certificate, transactions)


def missing_transactions(blocks: Iterable[str]) -> list[str]:
    """The whole digests that these blocks name and that are not here, sorted."""
    missing: set[str] = set()
    for block in blocks:
        if summary := find_summary(block):
            missing |= set(summary.digests) - find_transactions(summary.digests, summary.header.height).keys()
    return sorted(missing)


def find_transactions(digests: Sequence[str], height: int) -> dict[str, Submission]:
    """Signed transactions with their notes, by whole digest: pending, proposed, or committed at the height."""
    found = pool.by_digests(digests)
    if rest := [bytes.fromhex(digest) for digest in digests if digest not in found]:
        rows = ProposedTransaction.objects.filter(digest__in=rest)
        proposed = (read(bytes(signed)) for signed in rows.values_list("signed", flat=True))
        found.update({submitted.digest: submitted for submitted in proposed})
    if rest := [bytes.fromhex(digest) for digest in digests if digest not in found]:
        found.update(_committed(rest, height))
    return found


def decided_summary(height: int) -> Summary | None:
    """The summary of a committed block, None for heights to come."""
    row = BlockRow.objects.filter(height=height).values_list("header", "previous_certificate").first()
    if row is None:
        return None
    digests = Transaction.objects.filter(height=height).order_by("index").values_list("digest", flat=True)
    certificate = None if row[1] is None else parse(bytes(row[1]), Certificate, limit=CERTIFICATE_MAX)
    return Summary(
        certificate=certificate,
        digests=tuple(bytes(digest).hex() for digest in digests),
        header=parse(bytes(row[0]), Header, limit=HEADER_MAX),
    )


def forget(*, up_to: int) -> None:
    """Drop what was kept for heights that are decided."""
    ProposedBlock.objects.filter(height__lte=up_to).delete()
    ProposedTransaction.objects.filter(height__lte=up_to).delete()


def _committed(wanted: Sequence[bytes], height: int) -> dict[str, Submission]:
    rows = Transaction.objects.filter(height=height, digest__in=wanted).values_list("txid", "raw")
    notes = dict(Note.objects.filter(txid__in=[txid for txid, _ in rows]).values_list("txid", "ciphertexts"))
    submissions = (pool.read_row(bytes(raw), notes.get(bytes(txid))) for txid, raw in rows)
    return {submitted.digest: submitted for submitted in submissions}
