"""Rows of blocks on their way, and of what a committed block looks like when it travels."""

from collections.abc import Iterable, Sequence
from typing import Final

from ledger.envelopes import INLINE_BYTES, Decided, Summary
from ledger.models import Block as BlockRow
from ledger.models import Note, ProposedBlock, ProposedTransaction, Transaction
from ledger.protocol.block import Header
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.encoding import canonical, parse
from ledger.protocol.signed import Submission, read
from ledger.store import pool, rows

SUMMARY_MAX: Final = 1_000_000
CERTIFICATE_MAX: Final = 100_000
HEADER_MAX: Final = 10_000


class BodyRows:
    """The part of a desk (ledger.desk.Desk) that keeps blocks until they are decided, and finds them after."""

    def keep_summary(self, block: str, summary: Summary) -> None:
        """Keep a checked summary until its height is decided."""
        ProposedBlock.objects.bulk_create(
            [ProposedBlock(hash=block, height=summary.header.height, summary=canonical(summary).decode())],
            ignore_conflicts=True,
        )

    def find_summary(self, block: str) -> Summary | None:
        """The summary of a block of the height in progress."""
        text = ProposedBlock.objects.filter(hash=block).values_list("summary", flat=True).first()
        return None if text is None else parse(text.encode(), Summary, limit=SUMMARY_MAX)

    def proposed(self, height: int) -> list[str]:
        """The blocks of a height whose summary is here."""
        return list(ProposedBlock.objects.filter(height=height).values_list("hash", flat=True))

    def keep_transactions(self, transactions: Iterable[Submission], height: int) -> None:
        """Keep transactions that a block names and that the pool does not have, until the height is decided."""
        ProposedTransaction.objects.bulk_create(
            [
                ProposedTransaction(
                    digest=bytes.fromhex(one.digest), height=height, signed=canonical(one.signed)
                )
                for one in transactions
            ],
            ignore_conflicts=True,
        )

    def absent(self, digests: Sequence[str]) -> set[str]:
        """Which of these whole digests are neither pending nor kept here."""
        found = rows.fetch(
            """
            SELECT encode(digest, 'hex') FROM unnest(%s::bytea[]) AS wanted (digest)
            WHERE NOT EXISTS (SELECT FROM ledger_pending p WHERE p.digest = wanted.digest)
              AND NOT EXISTS (SELECT FROM ledger_proposedtransaction p WHERE p.digest = wanted.digest)
            """,
            ([bytes.fromhex(digest) for digest in digests],),
        )
        return {row[0] for row in found}

    def find_transactions(self, digests: Sequence[str], height: int) -> dict[str, Submission]:
        """Signed transactions with their notes, by whole digest: pending, kept, or committed at the height."""
        found = pool.by_digests(digests)
        if rest := [bytes.fromhex(digest) for digest in digests if digest not in found]:
            signed = ProposedTransaction.objects.filter(digest__in=rest).values_list("signed", flat=True)
            proposed = (read(bytes(raw)) for raw in signed)
            found.update({submitted.digest: submitted for submitted in proposed})
        if rest := [bytes.fromhex(digest) for digest in digests if digest not in found]:
            found.update(_committed(rest, height))
        return found

    def decided(self, height: int) -> Decided | None:
        """A committed block as it travels, with its transactions if they are few; None for heights to come."""
        found = BlockRow.objects.filter(height=height).values_list(
            "header", "previous_certificate", "certificate"
        )
        if (row := found.first()) is None:
            return None
        header, previous, certificate = (None if raw is None else bytes(raw) for raw in row)
        listed = (
            Transaction.objects.filter(height=height).order_by("index").values_list("digest", "txid", "raw")
        )
        signed = _signed_texts([(bytes(txid), bytes(raw)) for _, txid, raw in listed])
        inline = signed if sum(map(len, signed)) <= INLINE_BYTES else []
        return Decided(
            certificate=parse(certificate or b"", Certificate, limit=CERTIFICATE_MAX),
            signed=tuple(inline),
            summary=Summary(
                certificate=None if previous is None else parse(previous, Certificate, limit=CERTIFICATE_MAX),
                digests=tuple(bytes(digest).hex() for digest, _, _ in listed),
                header=parse(header or b"", Header, limit=HEADER_MAX),
            ),
        )


def _committed(wanted: Sequence[bytes], height: int) -> dict[str, Submission]:
    found = Transaction.objects.filter(height=height, digest__in=wanted).values_list("txid", "raw")
    submissions = (read(text.encode()) for text in _signed_texts([(bytes(a), bytes(b)) for a, b in found]))
    return {submitted.digest: submitted for submitted in submissions}


def _signed_texts(committed: Sequence[tuple[bytes, bytes]]) -> list[str]:
    """Canonical signed transactions, with the ciphertexts that are still kept ("notes" is the first key)."""
    found = Note.objects.filter(txid__in=[txid for txid, _ in committed])
    notes = {bytes(txid): texts for txid, texts in found.values_list("txid", "ciphertexts")}
    return [
        raw.decode()
        if txid not in notes
        else f'{{"notes":{canonical(notes[txid]).decode()},{raw[1:].decode()}'
        for txid, raw in committed
    ]
