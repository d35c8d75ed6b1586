"""Evidence: two different messages that one validator signed in one place; self-contained, in one spelling."""

from typing import NamedTuple

from ledger.protocol.consensus.messages import (
    Evidence,
    Proposal,
    ProposalEvidence,
    SignedProposal,
    SignedVote,
    Vote,
    VoteEvidence,
)
from ledger.protocol.keys import verify
from ledger.protocol.reasons import Reason, Rejected


class Place(NamedTuple):
    """Where a validator may sign one thing: `kind` is prevote, precommit or proposal."""

    validator: str
    height: int
    round: int
    kind: str

    @property
    def key(self) -> str:
        """The record that this evidence makes."""
        return f"evidence/{self.validator}/{self.height}/{self.round}/{self.kind}"


def said(signed: SignedVote | SignedProposal) -> Vote | Proposal:
    """What was signed."""
    return signed.vote if isinstance(signed, SignedVote) else signed.proposal


def place_of(message: Vote | Proposal) -> Place:
    """Who spoke, and where."""
    if isinstance(message, Vote):
        return Place(message.validator, message.height, message.round, message.type)
    return Place(message.proposer, message.height, message.round, "proposal")


def in_order(evidence: Evidence) -> Evidence:
    """The same evidence in its one spelling: the message of the lesser digest first."""
    if said(evidence.first).signing_bytes() < said(evidence.second).signing_bytes():
        return evidence
    if isinstance(evidence, VoteEvidence):
        return VoteEvidence(evidence.second, evidence.first)
    return ProposalEvidence(evidence.second, evidence.first)


def check_conflict(evidence: Evidence, chain: str) -> None:
    """Refuse what is not two different messages of one place on this chain, the lesser digest first."""
    first, second = said(evidence.first), said(evidence.second)
    if {first.chain, second.chain} != {chain} or place_of(first) != place_of(second):
        raise Rejected(Reason.BAD_EVIDENCE, "body.proof", "The messages are not of one place on this chain.")
    if first.signing_bytes() >= second.signing_bytes():
        raise Rejected(Reason.BAD_EVIDENCE, "body.proof", "The messages are the same, or not in order.")


def are_signed(evidence: Evidence, node_key: bytes) -> bool:
    """Whether this key signed both."""
    return all(
        verify(node_key, said(signed).signing_bytes(), bytes.fromhex(signed.signature))
        for signed in (evidence.first, evidence.second)
    )
