"""Two things that one validator signed in one place, and the evidence that a proposer builds of them."""

from typing import Any

import msgspec

from clients import build
from clients.build import Frame, Json
from clients.keys import Wallet
from clients.signing import Signed, sign
from ledger.protocol.consensus.evidence import in_order
from ledger.protocol.consensus.messages import (
    Evidence,
    Proposal,
    ProposalEvidence,
    SignedProposal,
    SignedVote,
    Vote,
    VoteEvidence,
)
from tests.protocol.world import World, node

BLOCKS = ("ab" * 32, "cd" * 32)


def two_votes(
    w: World,
    name: str = "exchange",
    *,
    key: Wallet | None = None,
    height: int = 1,
    second: Json | None = None,
) -> VoteEvidence:
    """Two precommits; `second` is what the second says otherwise."""
    fields: Json = {"chain": w.chain, "height": height, "round": 0, "type": "precommit", "validator": name}
    votes = [
        Vote(**fields | {"block": BLOCKS[0]}),
        Vote(**fields | {"block": BLOCKS[1]} | (second or {})),
    ]
    signed = [SignedVote((key or node(name)).signature(vote.signing_bytes()), vote) for vote in votes]
    return VoteEvidence(*signed)


def two_proposals(w: World, name: str = "exchange", *, height: int = 1) -> ProposalEvidence:
    """One block, offered as new and as one that was prevoted."""
    offers = [Proposal(BLOCKS[0], w.chain, height, pol_round, name, 1) for pol_round in (-1, 0)]
    signed = [SignedProposal(offer, node(name).signature(offer.signing_bytes())) for offer in offers]
    return ProposalEvidence(*signed)


def evidence(w: World, proof: Evidence, *, order: bool = True, **changes: Any) -> Signed:
    """What a proposer puts into its block."""
    proof = in_order(proof) if order else proof
    shown = msgspec.to_builtins(proof)
    said = shown["first"].get("vote") or shown["first"]["proposal"]
    name, kind = said.get("validator") or said["proposer"], said.get("type", "proposal")
    key = f"evidence/{name}/{said['height']}/{said['round']}/{kind}@0"
    made = build.transaction(Frame(w.chain, 0, 86_400), "evidence", {"proof": shown}, [key])
    return sign(made | changes)
