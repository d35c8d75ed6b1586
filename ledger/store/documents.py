"""The shelf of this node: rows of sealed documents (ledger.documents.Shelf), and what their readers ask of it."""

from base64 import b64encode
from collections.abc import Sequence
from typing import Final

from django.db.models import Sum
from django.db.transaction import atomic
from django.utils import timezone

from ledger.documents import (
    KEPT_BYTES,
    KEPT_DOCUMENTS,
    DocumentChunk,
    Lacking,
    Sealed,
    check,
    check_chunk,
    is_of,
)
from ledger.models import SealedChunk, SealedDocument
from ledger.protocol.encoding import canonical, parse
from ledger.protocol.keys import Card, address
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Participant, Wallet, participant_key, wallet_key
from ledger.store import chain, rows
from ledger.store.source import state_at

SEALED_MAX: Final = 64_000  # bytes of a header with all its readers
_SHELF_LOCK: Final = 0x7A12  # advisory: one at a time counts what a participant has here


class DocumentRows:
    """Keeps nothing itself."""

    def take(self, sealed: Sealed, *, source: str) -> None:
        """Keep the header of a copy, if its participant may and has room; Rejected otherwise. Twice is once."""
        name = bytes.fromhex(sealed.header.id)
        if (known := SealedDocument.objects.filter(id=name).first()) is not None:
            if known.erased_at is not None:
                raise Rejected(Reason.ALREADY_COMMITTED, "header", "This copy was erased here. Seal it anew.")
            return
        check(sealed, chain.tip().chain)
        check_participant(address(sealed.card), sealed.header.by)
        with atomic():
            rows.execute("SELECT pg_advisory_xact_lock(%s)", (_SHELF_LOCK,))
            _check_room(sealed)
            SealedDocument.objects.bulk_create([_row(name, sealed, source)], ignore_conflicts=True)

    def take_chunk(self, chunk: DocumentChunk) -> None:
        """Keep a chunk of a copy whose header is here; Rejected if it is none of it."""
        name = bytes.fromhex(chunk.id)
        with atomic():
            waiting = SealedDocument.objects.select_for_update().filter(
                id=name, missing__gt=0, erased_at=None
            )
            row = waiting.first()
            if row is None:
                return  # nobody asked for it, or it came twice
            data = check_chunk(_sealed(row).header, chunk)
            entry = SealedChunk(document_id=name, number=chunk.number, data=data, path=list(chunk.path))
            SealedChunk.objects.bulk_create([entry], ignore_conflicts=True)
            have = SealedChunk.objects.filter(document_id=name).count()
            waiting.update(missing=_sealed(row).header.chunks - have)

    def lacking(self, limit: int) -> list[Lacking]:
        """Copies that are not whole, the oldest first."""
        found = SealedDocument.objects.filter(missing__gt=0, erased_at=None).order_by("received_at")[:limit]
        return [Lacking(bytes(row.id).hex(), row.source, _missing(row)) for row in found]

    def unknown(self, limit: int) -> list[str]:
        """Documents that open proposals name and of which there is no copy here."""
        found = rows.fetch(
            """
            SELECT DISTINCT named ->> 'digest' FROM ledger_record r,
                   jsonb_array_elements(tallystick_json(r.value) -> 'act' -> 'documents') AS named
            WHERE r.key >= 'proposal/' AND r.key < 'proposal0' AND tallystick_json(r.value) ->> 'status' = 'open'
              AND NOT EXISTS (SELECT FROM ledger_sealeddocument d WHERE d.document = decode(named ->> 'digest', 'hex'))
            LIMIT %s
            """,
            (limit,),
        )
        return [row[0] for row in found]

    def copies(self, documents: Sequence[str]) -> list[Sealed]:
        """The headers of the whole copies of these documents."""
        wanted = [bytes.fromhex(each) for each in documents]
        found = SealedDocument.objects.filter(document__in=wanted, missing=0, erased_at=None)
        return [_sealed(row) for row in found.order_by("-received_at")[:KEPT_DOCUMENTS]]

    def chunks(self, id: str, numbers: Sequence[int]) -> list[DocumentChunk]:
        """These chunks of a copy, those that are here."""
        found = SealedChunk.objects.filter(document_id=bytes.fromhex(id), number__in=numbers)
        return [
            DocumentChunk(
                data=b64encode(bytes(row.data)).decode(), id=id, number=row.number, path=tuple(row.path)
            )
            for row in found.order_by("number")
        ]


def check_participant(card: str, owner: str) -> None:
    """Refuse a card that is no person's of an active participant."""
    state = state_at(chain.tip().state_size)
    participant = state.find(participant_key(owner), Participant)
    if participant is None or participant.status != "active":
        raise Rejected(Reason.NOT_A_PARTICIPANT, "header.by", f"{owner} is no active participant.")
    if not is_of(card, card_in_force(owner), owner):
        raise Rejected(Reason.WRONG_WITNESSES, "card", f"This card is not of the people of {owner}.")


def card_in_force(owner: str) -> Card | None:
    """The card of a wallet's record; None if it has none, and its first card is in force."""
    wallet = state_at(chain.tip().state_size).find(wallet_key(owner), Wallet)
    return None if wallet is None else wallet.card


def whole_copies(document: str, *, by: str = "") -> list[Sealed]:
    """The whole copies of a document, the newest first; only those that `by` handed in, if given."""
    found = DocumentRows().copies([document])
    return [sealed for sealed in found if by in ("", sealed.header.by)]


def ciphertext(id: str) -> bytes:
    """The ciphertext of a whole copy."""
    parts = SealedChunk.objects.filter(document_id=bytes.fromhex(id)).order_by("number")
    return b"".join(bytes(data) for data in parts.values_list("data", flat=True))


def erase(document: str) -> int:
    """Erase every copy of a document on this node; how many there were. Their names stay."""
    with atomic():
        copies = SealedDocument.objects.filter(document=bytes.fromhex(document), erased_at=None)
        SealedChunk.objects.filter(document__in=copies).delete()
        return copies.update(erased_at=timezone.now(), sealed=None, missing=0)


def _check_room(sealed: Sealed) -> None:
    kept = SealedDocument.objects.filter(submitter=sealed.header.by, erased_at=None)
    used = kept.aggregate(bytes=Sum("length"))["bytes"] or 0
    if used + sealed.header.length > KEPT_BYTES or kept.count() >= KEPT_DOCUMENTS:
        detail = (
            f"{sealed.header.by} has {used:,} bytes of documents here; the limits are {KEPT_BYTES:,} bytes "
            f"and {KEPT_DOCUMENTS} documents. Ask the node's operator to erase old ones."
        )
        raise Rejected(Reason.OVERSIZED, "header.length", detail)


def _row(name: bytes, sealed: Sealed, source: str) -> SealedDocument:
    header = sealed.header
    return SealedDocument(
        id=name,
        document=bytes.fromhex(header.document),
        submitter=header.by,
        sealed=canonical(sealed),
        length=header.length,
        missing=header.chunks,
        source=source,
    )


def _missing(row: SealedDocument) -> tuple[int, ...]:
    have = set(SealedChunk.objects.filter(document=row).values_list("number", flat=True))
    return tuple(number for number in range(_sealed(row).header.chunks) if number not in have)


def _sealed(row: SealedDocument) -> Sealed:
    return parse(bytes(row.sealed or b""), Sealed, limit=SEALED_MAX)
