"""Where a chain ends, the header that comes next, and whether a block comes next."""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.protocol import state_tree
from ledger.protocol.block import Block, Header, certificate_digest, transactions_root, validators_root
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.state import State
from ledger.protocol.validators import validators_at


@dataclass(frozen=True, slots=True)
class Tip:
    """The last committed block, or genesis at height 0, and the state after it."""

    chain: str
    height: int
    hash: str
    time: int
    state_size: int
    state_root: bytes  # RFC 6962 root over the leaves

    @property
    def state_commitment(self) -> str:
        """What the next header says of the state."""
        return state_tree.state_root(self.state_size, self.state_root).hex()


def next_header(
    tip: Tip,
    state: State,
    version: int,
    time: int,
    proposer: str,
    certificate: Certificate | None,
    digests: Iterable[str],
) -> Header:
    """The header of a block of these transactions, by whole digest."""
    height = tip.height + 1
    return Header(
        chain=tip.chain,
        height=height,
        next_validators_root=validators_root(validators_at(state, height + 1)),
        previous=tip.hash,
        previous_certificate=certificate_digest(certificate),
        proposer=proposer,
        state_root=tip.state_commitment,
        time=time,
        transactions_root=transactions_root(digests),
        validators_root=validators_root(validators_at(state, height)),
        version=version,
    )


def check_follows(block: Block, tip: Tip) -> None:
    """Refuse a block whose header does not continue this tip."""
    header = block.header
    expected = {
        "chain": tip.chain,
        "height": tip.height + 1,
        "previous": tip.hash,
        "previous_certificate": certificate_digest(block.certificate),
        "state_root": tip.state_commitment,
    }
    for field, value in expected.items():
        if getattr(header, field) != value:
            raise Rejected(Reason.BAD_BLOCK, field, f"{field} is {getattr(header, field)}, not {value}.")
    if header.time < tip.time:
        raise Rejected(Reason.BAD_BLOCK, "time", "The block is older than its parent.")
    if (block.certificate is None) != (tip.height == 0):
        raise Rejected(Reason.BAD_BLOCK, "previous_certificate")
