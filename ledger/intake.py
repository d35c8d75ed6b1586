"""What each kind of envelope brings, once its author's signature is verified: events and parts of blocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ledger import bodies, documents_sync, quarantine, sync
from ledger.desk import Desk, Progress
from ledger.envelopes import (
    HEIGHTS_IN_FLIGHT,
    AnyEnvelope,
    BlockEnvelope,
    CertificateEnvelope,
    DecidedEnvelope,
    DocumentChunkEnvelope,
    DocumentEnvelope,
    DocumentWantEnvelope,
    ListEnvelope,
    PolkaEnvelope,
    ProposalEnvelope,
    StatusEnvelope,
    Summary,
    TransactionsEnvelope,
    VoteEnvelope,
    WantEnvelope,
)
from ledger.protocol import merkle
from ledger.protocol.consensus.events import (
    CertificateReceived,
    Event,
    PolkaReceived,
    ProposalReceived,
    VoteReceived,
)
from ledger.protocol.consensus.messages import Certificate, PolkaCertificate
from ledger.protocol.consensus.signatures import verify_certificate, verify_proposal, verify_vote
from ledger.protocol.encoding import canonical
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.signed import Submission, read
from ledger.protocol.transactions.allot import chunk_digest

EARLY_KEPT: Final = 64  # envelopes of one peer for heights to come


@dataclass(frozen=True, slots=True)
class Brought:
    """What the machine is to be given."""

    events: Sequence[Event] = ()
    summary: Summary | None = None
    transactions: Sequence[Submission] = ()


NOTHING: Final = Brought()


@dataclass(frozen=True, slots=True)
class _At:
    """Where and when an envelope is taken in."""

    desk: Desk
    progress: Progress
    now: datetime

    def certified(self, certificate: Certificate | PolkaCertificate) -> bool:
        return verify_certificate(certificate, self.desk.me.chain, self.progress.keys())


def take(desk: Desk, envelope: AnyEnvelope, raw: bytes, now: datetime) -> Brought:
    """Verify what a peer sent. Its own affairs are settled here; what is for the machine is handed back."""
    progress = desk.progress()
    assert progress is not None
    height = _height_of(envelope)
    if height is not None and height != progress.height:
        _keep_early(desk, envelope, raw, height, height - progress.height)
        return NOTHING
    return _TAKE[type(envelope)](_At(desk, progress, now), envelope)


def _height_of(envelope: AnyEnvelope) -> int | None:
    """The height that the envelope is about, None if it is about none in particular."""
    match envelope:
        case VoteEnvelope(body=signed):
            return signed.vote.height
        case ProposalEnvelope(body=offer):
            return offer.proposal.proposal.height
        case PolkaEnvelope(body=certificate) | CertificateEnvelope(body=certificate):
            return certificate.height
        case BlockEnvelope(body=summary):
            return summary.header.height
        case DecidedEnvelope(body=decided):
            return decided.certificate.height
    return None


def _keep_early(desk: Desk, envelope: AnyEnvelope, raw: bytes, height: int, ahead: int) -> None:
    """Peers reach the next height a moment before us; answers to our questions come in any order."""
    decided = isinstance(envelope, DecidedEnvelope)
    if not 0 < ahead <= (HEIGHTS_IN_FLIGHT if decided else 1):
        return
    if desk.early_of(envelope.sender) < EARLY_KEPT:
        desk.keep_early(envelope.sender, height, raw, decided=decided)


def _vote(at: _At, envelope: VoteEnvelope) -> Brought:
    _require(verify_vote(envelope.body, at.progress.keys()))
    return Brought([VoteReceived(envelope.body)])


def _proposal(at: _At, envelope: ProposalEnvelope) -> Brought:
    offer = envelope.body
    _require(verify_proposal(offer.proposal, at.progress.keys()))
    return Brought([ProposalReceived(offer.proposal)], offer.summary)


def _polka(at: _At, envelope: PolkaEnvelope) -> Brought:
    _require(at.certified(envelope.body))
    return Brought([PolkaReceived(envelope.body)])


def _certificate(at: _At, envelope: CertificateEnvelope) -> Brought:
    _require(at.certified(envelope.body))
    return Brought([CertificateReceived(envelope.body)])


def _block(at: _At, envelope: BlockEnvelope) -> Brought:
    return Brought(summary=envelope.body)


def _decided(at: _At, envelope: DecidedEnvelope) -> Brought:
    final = envelope.body
    _require(at.certified(final.certificate))
    transactions = [read(text.encode()) for text in final.signed]
    return Brought([CertificateReceived(final.certificate)], final.summary, transactions)


def _transactions(at: _At, envelope: TransactionsEnvelope) -> Brought:
    """For a block that lacks them, whatever our pool would say of them; and all of them for the pool."""
    raws = [text.encode() for text in envelope.body.signed]
    proposed = at.desk.proposed(at.progress.height)
    missing = set(bodies.missing_transactions(at.desk, proposed))
    useful = [one for one in map(read, raws) if one.digest in missing] if missing else []
    others = {canonical(one.signed) for one in useful}
    at.desk.admit([raw for raw in raws if raw not in others])
    return Brought(transactions=useful)


def _list(at: _At, envelope: ListEnvelope) -> Brought:
    chunk = envelope.body
    leaf = merkle.leaf_hash(chunk_digest(chunk.outputs))
    path = [bytes.fromhex(item) for item in chunk.path]
    _require(merkle.inclusion(leaf, chunk.number, chunk.chunks, path, bytes.fromhex(chunk.root)))
    entry = (bytes.fromhex(chunk.root), chunk.number, chunk.chunks, canonical(chunk.outputs))
    at.desk.keep_chunks(envelope.sender, [(*entry, canonical(list(chunk.path)).decode())])
    return NOTHING


def _document(at: _At, envelope: DocumentEnvelope) -> Brought:
    at.desk.documents.take(envelope.body, source=envelope.sender)
    return NOTHING


def _document_chunk(at: _At, envelope: DocumentChunkEnvelope) -> Brought:
    at.desk.documents.take_chunk(envelope.body)
    return NOTHING


def _document_want(at: _At, envelope: DocumentWantEnvelope) -> Brought:
    documents_sync.answer(at.desk, envelope)
    return NOTHING


def _want(at: _At, envelope: WantEnvelope) -> Brought:
    sync.answer(at.desk, envelope)
    return NOTHING


def _status(at: _At, envelope: StatusEnvelope) -> Brought:
    sync.hear_status(at.desk, at.progress, envelope, at.now)
    quarantine.end_if_safe(at.desk, at.now)
    return NOTHING


def _require(verified: bool) -> None:
    if not verified:
        raise Rejected(Reason.BAD_SIGNATURE, "body.signature")


_TAKE: Final[dict[type[AnyEnvelope], Callable[[_At, Any], Brought]]] = {
    VoteEnvelope: _vote,
    ProposalEnvelope: _proposal,
    PolkaEnvelope: _polka,
    CertificateEnvelope: _certificate,
    BlockEnvelope: _block,
    DecidedEnvelope: _decided,
    TransactionsEnvelope: _transactions,
    ListEnvelope: _list,
    DocumentEnvelope: _document,
    DocumentChunkEnvelope: _document_chunk,
    DocumentWantEnvelope: _document_want,
    WantEnvelope: _want,
    StatusEnvelope: _status,
}
