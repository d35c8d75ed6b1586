"""What each kind of envelope brings, once its author's signature is verified: events and parts of blocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from ledger import quarantine, sync
from ledger.envelopes import (
    HEIGHTS_IN_FLIGHT,
    AnyEnvelope,
    BlockEnvelope,
    CertificateEnvelope,
    DecidedEnvelope,
    ListEnvelope,
    PolkaEnvelope,
    ProposalEnvelope,
    StatusEnvelope,
    Summary,
    TransactionsEnvelope,
    VoteEnvelope,
    WantEnvelope,
)
from ledger.local import local
from ledger.models import EarlyEnvelope, NodeState, ProposedBlock
from ledger.protocol import merkle
from ledger.protocol.consensus.events import (
    CertificateReceived,
    Event,
    PolkaReceived,
    ProposalReceived,
    VoteReceived,
)
from ledger.protocol.consensus.signatures import verify_certificate, verify_proposal, verify_vote
from ledger.protocol.encoding import canonical, digest
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.signed import Submission, read
from ledger.protocol.transactions.allot import chunk_digest
from ledger.services import admit_from_peer
from ledger.services.lists import save_chunks
from ledger.store import bodies
from ledger.turn import node_keys

EARLY_KEPT: Final = 64  # envelopes of one peer for heights to come


@dataclass(frozen=True, slots=True)
class Brought:
    """What the machine is to be given."""

    events: Sequence[Event] = ()
    summary: Summary | None = None
    transactions: Sequence[Submission] = ()


NOTHING: Final = Brought()


def take(envelope: AnyEnvelope, raw: bytes, now: datetime) -> Brought:
    """Verify what a peer sent. Its own affairs are settled here; what is for the machine is handed back."""
    row = NodeState.objects.get()
    height = _height_of(envelope)
    if height is not None and height != row.height:
        _keep_early(envelope, raw, height - row.height)
        return NOTHING
    return _TAKE[type(envelope)](envelope, row, now)


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


def _keep_early(envelope: AnyEnvelope, raw: bytes, ahead: int) -> None:
    """Peers reach the next height a moment before us; answers to our questions come in any order."""
    decided = isinstance(envelope, DecidedEnvelope)
    if not 0 < ahead <= (HEIGHTS_IN_FLIGHT if decided else 1):
        return
    if EarlyEnvelope.objects.filter(peer=envelope.sender).count() < EARLY_KEPT:
        key = digest("tallystick/early/1", raw)
        height = _height_of(envelope)
        row = EarlyEnvelope(digest=key, height=height, peer=envelope.sender, decided=decided, envelope=raw)
        EarlyEnvelope.objects.bulk_create([row], ignore_conflicts=True)


def _vote(envelope: VoteEnvelope, row: NodeState, now: datetime) -> Brought:
    _require(verify_vote(envelope.body, node_keys(row)))
    return Brought([VoteReceived(envelope.body)])


def _proposal(envelope: ProposalEnvelope, row: NodeState, now: datetime) -> Brought:
    offer = envelope.body
    _require(verify_proposal(offer.proposal, node_keys(row)))
    return Brought([ProposalReceived(offer.proposal)], offer.summary)


def _polka(envelope: PolkaEnvelope, row: NodeState, now: datetime) -> Brought:
    _require(verify_certificate(envelope.body, local().chain, node_keys(row)))
    return Brought([PolkaReceived(envelope.body)])


def _certificate(envelope: CertificateEnvelope, row: NodeState, now: datetime) -> Brought:
    _require(verify_certificate(envelope.body, local().chain, node_keys(row)))
    return Brought([CertificateReceived(envelope.body)])


def _block(envelope: BlockEnvelope, row: NodeState, now: datetime) -> Brought:
    return Brought(summary=envelope.body)


def _decided(envelope: DecidedEnvelope, row: NodeState, now: datetime) -> Brought:
    final = envelope.body
    _require(verify_certificate(final.certificate, local().chain, node_keys(row)))
    transactions = [read(text.encode()) for text in final.signed]
    return Brought([CertificateReceived(final.certificate)], final.summary, transactions)


def _transactions(envelope: TransactionsEnvelope, row: NodeState, now: datetime) -> Brought:
    """For a block that lacks them, whatever our pool would say of them; and all of them for the pool."""
    raws = [text.encode() for text in envelope.body.signed]
    proposed = ProposedBlock.objects.filter(height=row.height).values_list("hash", flat=True)
    missing = set(bodies.missing_transactions(proposed))
    useful = [one for one in map(read, raws) if one.digest in missing] if missing else []
    others = {canonical(one.signed) for one in useful}
    admit_from_peer(raws=[raw for raw in raws if raw not in others])
    return Brought(transactions=useful)


def _list(envelope: ListEnvelope, row: NodeState, now: datetime) -> Brought:
    chunk = envelope.body
    leaf = merkle.leaf_hash(chunk_digest(chunk.outputs))
    path = [bytes.fromhex(item) for item in chunk.path]
    _require(merkle.inclusion(leaf, chunk.number, chunk.chunks, path, bytes.fromhex(chunk.root)))
    entry = (bytes.fromhex(chunk.root), chunk.number, chunk.chunks, canonical(chunk.outputs))
    save_chunks([(*entry, canonical(list(chunk.path)).decode())])
    return NOTHING


def _want(envelope: WantEnvelope, row: NodeState, now: datetime) -> Brought:
    sync.answer(envelope)
    return NOTHING


def _status(envelope: StatusEnvelope, row: NodeState, now: datetime) -> Brought:
    sync.hear_status(envelope, now)
    quarantine.end_if_safe(now)
    return NOTHING


def _require(verified: bool) -> None:
    if not verified:
        raise Rejected(Reason.BAD_SIGNATURE, "body.signature")


_TAKE: Final[dict[type[AnyEnvelope], Callable[[Any, NodeState, datetime], Brought]]] = {
    VoteEnvelope: _vote,
    ProposalEnvelope: _proposal,
    PolkaEnvelope: _polka,
    CertificateEnvelope: _certificate,
    BlockEnvelope: _block,
    DecidedEnvelope: _decided,
    TransactionsEnvelope: _transactions,
    ListEnvelope: _list,
    WantEnvelope: _want,
    StatusEnvelope: _status,
}
