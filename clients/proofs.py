"""What a client checks for itself instead of believing a node: certificates, and that an entry is in the state."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from clients.build import Json
from ledger.protocol import merkle
from ledger.protocol.block import Header, header_hash, validators_root
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.consensus.proposers import is_quorum
from ledger.protocol.encoding import canonical, digest
from ledger.protocol.genesis import Genesis
from ledger.protocol.keys import verify
from ledger.protocol.records import Validator
from ledger.protocol.state_tree import leaf_hash, state_root


class NotProven(Exception):
    """The node's answer does not show what it claims; `str()` says which step fails."""


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry of the state after `height`, live, signed for by more than two thirds of the validators."""

    entry: Json
    position: int
    height: int


def validators_of(genesis: Json) -> tuple[Validator, ...]:
    """The validators that a client trusts from the start: those of the genesis it was given."""
    return msgspec.convert(genesis, Genesis).validators


def check_certificate(header: Header, certificate: Certificate, validators: Sequence[Validator]) -> None:
    """Raise NotProven unless more than two thirds of these validators signed for exactly this header."""
    if header.validators_root != validators_root(validators):
        raise NotProven("the header names other validators")
    if (certificate.block, certificate.height) != (header_hash(header), header.height):
        raise NotProven("the certificate is for another block")
    keys = {validator.name: bytes.fromhex(validator.node_key) for validator in validators}
    signed = {
        vote.vote.validator
        for vote in certificate.votes(header.chain)
        if verify(
            keys.get(vote.vote.validator, b""), vote.vote.signing_bytes(), bytes.fromhex(vote.signature)
        )
    }
    if not is_quorum(len(signed), len(validators)):
        raise NotProven(f"{len(signed)} of {len(validators)} validators signed, which is not enough")


def check_proof(proof: Json, validators: Sequence[Validator], *, chain: str) -> Proven:
    """The entry that GET proofs answered with, once every step from it to the signatures holds."""
    header = msgspec.convert(proof["header"], Header)
    if header.chain != chain:
        raise NotProven("the header is another chain's")
    check_certificate(header, msgspec.convert(proof["certificate"], Certificate), validators)
    if header.state_root != state_root(proof["size"], bytes.fromhex(proof["root"])).hex():
        raise NotProven("the header commits to another state")
    leaf = leaf_hash(_entry_digest(proof["entry"]))
    path = [bytes.fromhex(item) for item in proof["path"]]
    if not merkle.inclusion(leaf, proof["position"], proof["size"], path, bytes.fromhex(proof["root"])):
        raise NotProven("the path does not lead from the entry to the state's root")
    return Proven(proof["entry"], proof["position"], header.height - 1)


def _entry_digest(entry: Json) -> bytes:
    domain = "tallystick/output/1" if "outpoint" in entry else "tallystick/record/1"
    return digest(domain, canonical(entry))
