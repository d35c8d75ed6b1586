"""Light verification: who votes at a height, and whether its header is final, from genesis and a few headers alone.

A handover is a header whose next validators are others than its own, with its certificate and the new set. The
header names the root over that set, so the set needs no further proof. Whoever leaves a handover out is found out:
the next header that is shown then names validators that nobody has introduced.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ledger.protocol.block import Header, header_hash, validators_root
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.consensus.proposers import is_quorum
from ledger.protocol.consensus.signatures import verify_vote
from ledger.protocol.genesis import Genesis, chain_id
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Validator
from ledger.protocol.values import Strict


class Handover(Strict):
    """The old set signs for a header that names the new one, which votes from the next height on."""

    certificate: Certificate
    header: Header
    validators: tuple[Validator, ...]


@dataclass(frozen=True, slots=True)
class Lineage:
    """The sets of validators that a verifier has reason to trust, each from a height on."""

    chain: str
    sets: tuple[tuple[int, tuple[Validator, ...]], ...]

    def at(self, height: int) -> tuple[Validator, ...]:
        """Who votes at this height, as far as the handovers tell."""
        return next(validators for since, validators in reversed(self.sets) if since <= height)


def lineage(genesis: Genesis, handovers: Iterable[Handover] = ()) -> Lineage:
    """The sets since genesis, once each was introduced by the one before; in order of height, or Rejected."""
    known = Lineage(chain_id(genesis), ((1, genesis.validators),))
    for handover in handovers:
        since, _ = known.sets[-1]
        if handover.header.height < since:
            raise _bad("the handovers are not in order")
        verify_final(handover.header, handover.certificate, known)
        if handover.header.next_validators_root != validators_root(handover.validators):
            raise _bad("the header introduces other validators")
        known = Lineage(known.chain, (*known.sets, (handover.header.height + 1, handover.validators)))
    return known


def verify_final(header: Header, certificate: Certificate, known: Lineage) -> None:
    """Refuse a header that more than two thirds of the validators of its height have not made final."""
    validators = known.at(header.height)
    if header.chain != known.chain:
        raise _bad("the header is another chain's")
    if header.validators_root != validators_root(validators):
        raise _bad("the header names other validators")
    if (certificate.block, certificate.height) != (header_hash(header), header.height):
        raise _bad("the certificate is for another block")
    _check_precommits(header, certificate, validators)


def _check_precommits(header: Header, certificate: Certificate, validators: Sequence[Validator]) -> None:
    keys = {validator.name: bytes.fromhex(validator.node_key) for validator in validators}
    votes = certificate.votes(header.chain)
    signed = {vote.vote.validator for vote in votes if verify_vote(vote, keys)}
    if not is_quorum(len(signed), len(validators)):
        raise _bad(f"{len(signed)} of {len(validators)} validators signed, which is not enough")
    if [vote.vote.validator for vote in votes] != sorted(signed):
        raise _bad("a precommit is not valid, not in order, or there twice")


def _bad(detail: str) -> Rejected:
    return Rejected(Reason.BAD_BLOCK, "certificate", detail)
