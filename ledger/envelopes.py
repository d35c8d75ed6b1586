"""What nodes say to each other: one signed envelope per message, a closed schema per kind, a cap on every list."""

from collections.abc import Callable, Mapping
from typing import Annotated, Final

from msgspec import Meta, field
from msgspec.structs import replace

from ledger.documents import DocumentChunk, DocumentWant, Sealed
from ledger.local import Local
from ledger.protocol.acts.issue import CHUNK_OUTPUTS
from ledger.protocol.block import BLOCK_TRANSACTIONS, Header
from ledger.protocol.consensus.messages import (
    Certificate,
    PolkaCertificate,
    PolRound,
    SignedProposal,
    SignedVote,
)
from ledger.protocol.consensus.state import Step
from ledger.protocol.encoding import Count, Hex32, Hex64, canonical, digest, parse
from ledger.protocol.keys import verify
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import NodeName
from ledger.protocol.values import Output, Strict
from ledger.wire import MAX_ENVELOPE

BATCH_TRANSACTIONS: Final = 200
BATCH_BYTES: Final = 256_000
INLINE_BYTES: Final = 700_000  # of the transactions that travel with a decided block
HEIGHTS_IN_FLIGHT: Final = 8

Digests = Annotated[tuple[Hex32, ...], Meta(max_length=BLOCK_TRANSACTIONS)]
Short = Annotated[str, Meta(pattern=r"^[0-9a-f]{16}\Z")]
Text = Annotated[str, Meta(max_length=MAX_ENVELOPE)]


class Summary(Strict):
    """A block as it travels: its transactions by whole digest."""

    digests: Digests
    header: Header
    certificate: Certificate | None = None


class Offer(Strict):
    """A proposal with the block that it offers, if the sender has it."""

    proposal: SignedProposal
    summary: Summary | None = None


class Transactions(Strict):
    """Signed transactions, each as the text of its canonical JSON."""

    signed: Annotated[tuple[Text, ...], Meta(max_length=BLOCK_TRANSACTIONS)]


class ListChunk(Strict):
    """A part of a long list of first holders, with its path to the list's root."""

    chunks: Count
    number: Count
    outputs: Annotated[tuple[Output, ...], Meta(max_length=CHUNK_OUTPUTS)]
    path: Annotated[tuple[Hex32, ...], Meta(max_length=20)]
    root: Hex32


class Want(Strict):
    """What the sender lacks; `height` says where its transactions belong."""

    blocks: Annotated[tuple[Hex32, ...], Meta(max_length=64)] = ()
    height: Count = 0
    heights: Annotated[tuple[Count, ...], Meta(max_length=HEIGHTS_IN_FLIGHT)] = ()
    transactions: Digests = ()


class Status(Strict):
    """Where the sender stands. Hints only: what is claimed here proves nothing."""

    have: Annotated[tuple[Short, ...], Meta(max_length=2_000)]
    height: Count
    round: PolRound
    step: Step
    tip: Hex32


class Decided(Strict):
    """A final block with its proof; its transactions too when they are few."""

    certificate: Certificate
    signed: Annotated[tuple[Text, ...], Meta(max_length=BLOCK_TRANSACTIONS)]
    summary: Summary


class Envelope(Strict, tag_field="kind"):
    """What every message says: for which chain, from whom; the sender's node key signs all of it."""

    chain: Annotated[str, Meta(max_length=64)]
    sender: NodeName = field(name="from")
    signature: Hex64 | None = None

    def signing_bytes(self) -> bytes:
        """What the sender's node key signs."""
        return digest("tallystick/envelope/1", canonical(replace(self, signature=None)))


class VoteEnvelope(Envelope, tag="vote", kw_only=True):
    """A vote, by any author."""

    body: SignedVote


class ProposalEnvelope(Envelope, tag="proposal", kw_only=True):
    """A proposal, by any author."""

    body: Offer


class PolkaEnvelope(Envelope, tag="polka", kw_only=True):
    """Prevotes of a quorum."""

    body: PolkaCertificate


class CertificateEnvelope(Envelope, tag="certificate", kw_only=True):
    """Precommits of a quorum."""

    body: Certificate


class BlockEnvelope(Envelope, tag="block", kw_only=True):
    """A block that was wanted."""

    body: Summary


class TransactionsEnvelope(Envelope, tag="transactions", kw_only=True):
    """Transactions for the pool, or for a block that lacks them."""

    body: Transactions


class ListEnvelope(Envelope, tag="list", kw_only=True):
    """A part of a list that was lodged at another node."""

    body: ListChunk


class DocumentEnvelope(Envelope, tag="document", kw_only=True):
    """The header of a sealed document; whoever lacks its chunks asks for them."""

    body: Sealed


class DocumentChunkEnvelope(Envelope, tag="document-chunk", kw_only=True):
    """A chunk of a sealed document that was wanted."""

    body: DocumentChunk


class DocumentWantEnvelope(Envelope, tag="document-want", kw_only=True):
    """A request for sealed documents."""

    body: DocumentWant


class WantEnvelope(Envelope, tag="want", kw_only=True):
    """A request."""

    body: Want


class StatusEnvelope(Envelope, tag="status", kw_only=True):
    """Where a node stands."""

    body: Status


class DecidedEnvelope(Envelope, tag="decided", kw_only=True):
    """A final block."""

    body: Decided


AnyEnvelope = (
    VoteEnvelope
    | ProposalEnvelope
    | PolkaEnvelope
    | CertificateEnvelope
    | BlockEnvelope
    | TransactionsEnvelope
    | ListEnvelope
    | DocumentEnvelope
    | DocumentChunkEnvelope
    | DocumentWantEnvelope
    | WantEnvelope
    | StatusEnvelope
    | DecidedEnvelope
)


def seal(
    me: Local, kind: type[AnyEnvelope], body: Strict | SignedVote | PolkaCertificate | Certificate
) -> bytes:
    """The canonical bytes of our own envelope, signed."""
    envelope = kind(chain=me.chain, sender=me.name, body=body)  # type: ignore[arg-type]
    return canonical(replace(envelope, signature=me.sign(envelope.signing_bytes())))


def open_envelope(me: Local, raw: bytes, voters: Callable[[], Mapping[str, bytes]]) -> AnyEnvelope:
    """The envelope in these bytes, if a peer of this chain signed it; else Rejected.

    By the key that it joined with, or by the one that the network has given it since: `voters` are asked then.
    """
    envelope: AnyEnvelope = parse(raw, AnyEnvelope, limit=MAX_ENVELOPE)  # type: ignore[arg-type]
    if envelope.chain != me.chain:
        raise Rejected(Reason.WRONG_CHAIN, "chain")
    signature, signed = bytes.fromhex(envelope.signature or ""), envelope.signing_bytes()
    if verify(me.peer_keys.get(envelope.sender, b""), signed, signature):
        return envelope
    if envelope.sender != me.name and verify(voters().get(envelope.sender, b""), signed, signature):
        return envelope
    raise Rejected(Reason.BAD_SIGNATURE, "signature")
