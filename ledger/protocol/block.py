"""Blocks: the header that validators vote on, the certificate of their votes, and what both commit to."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Final

from msgspec import Meta

from ledger.protocol import merkle
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.encoding import Hex32, Positive, canonical, digest
from ledger.protocol.records import NodeName, Validator
from ledger.protocol.signed import Submission
from ledger.protocol.values import Strict, Time

BLOCK_TRANSACTIONS: Final = 2_000
BLOCK_BYTES: Final = 4_000_000


class Header(Strict):
    """What a block hash covers: the parent, the transactions, the state after the parent, who votes."""

    chain: Annotated[str, Meta(max_length=64)]
    height: Positive
    next_validators_root: Hex32
    previous: Hex32
    previous_certificate: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?\Z")]
    proposer: NodeName
    state_root: Hex32
    time: Time
    transactions_root: Hex32
    validators_root: Hex32
    version: Positive


@dataclass(frozen=True, slots=True)
class Block:
    """A header, the canonical certificate of its parent (None for block 1), and its transactions in order."""

    header: Header
    certificate: Certificate | None
    transactions: tuple[Submission, ...]

    @property
    def hash(self) -> str:
        """The block hash, hex."""
        return header_hash(self.header)


def header_hash(header: Header) -> str:
    """The block hash of a header, hex."""
    return digest("tallystick/block/1", canonical(header)).hex()


def certificate_digest(certificate: Certificate | None) -> str:
    """What the next header says of this certificate; empty for none."""
    if certificate is None:
        return ""
    return digest("tallystick/certificate/1", canonical(certificate)).hex()


def transactions_root(digests: Iterable[str]) -> str:
    """RFC 6962 over the whole digests, in block order."""
    return merkle.root([bytes.fromhex(text) for text in digests]).hex()


def validators_root(validators: Sequence[Validator]) -> str:
    """RFC 6962 over the canonical JSON of each validator, in the order of the network's record."""
    return merkle.root([canonical(validator) for validator in validators]).hex()
