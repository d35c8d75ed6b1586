"""What a client checks for itself instead of believing a node: certificates, and that an entry is in the state."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from clients.build import Json
from ledger.protocol import light, merkle
from ledger.protocol.block import Header
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.encoding import canonical, digest
from ledger.protocol.genesis import Genesis
from ledger.protocol.light import Handover, Lineage
from ledger.protocol.reasons import Rejected
from ledger.protocol.state_tree import leaf_hash, state_root


class NotProven(Exception):
    """The node's answer does not show what it claims; `str()` says which step fails."""


@dataclass(frozen=True, slots=True)
class Proven:
    """An entry of the state after `height`, live, signed for by more than two thirds of the validators."""

    entry: Json
    position: int
    height: int


def lineage_of(genesis: Json, handovers: Sequence[Json] = ()) -> Lineage:
    """The validators of every height, trusted from the genesis that a client was given and proven from there on."""
    given = [msgspec.convert(each, Handover) for each in handovers]
    try:
        return light.lineage(msgspec.convert(genesis, Genesis), given)
    except Rejected as refusal:
        raise NotProven(str(refusal)) from refusal


def check_certificate(header: Header, certificate: Certificate, known: Lineage) -> None:
    """Raise NotProven unless more than two thirds of the height's validators signed for exactly this header."""
    try:
        light.verify_final(header, certificate, known)
    except Rejected as refusal:
        raise NotProven(str(refusal)) from refusal


def check_proof(proof: Json, known: Lineage) -> Proven:
    """The entry that GET proofs answered with, once every step from it to the signatures holds."""
    header = msgspec.convert(proof["header"], Header)
    check_certificate(header, msgspec.convert(proof["certificate"], Certificate), known)
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
