"""What validators sign and what travels between them: votes, proposals, certificates, evidence."""

from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from ledger.protocol.encoding import INT_MAX, Count, Hex32, Hex64, canonical, digest

VoteType = Literal["prevote", "precommit"]
BlockOrNil = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?\Z")]
PolRound = Annotated[int, Meta(ge=-1, le=INT_MAX)]
ChainName = Annotated[str, Meta(max_length=64)]
Name = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,31}\Z")]

NIL: Final = ""  # a vote for no block
NO_ROUND: Final = -1  # a proposal that is not backed by an earlier polka


class Signature(Struct, frozen=True, forbid_unknown_fields=True):
    """One validator's part of a certificate."""

    signature: Hex64
    validator: Name


Signatures = Annotated[tuple[Signature, ...], Meta(min_length=1, max_length=100)]


class Vote(Struct, frozen=True, forbid_unknown_fields=True):
    """A validator's prevote or precommit for a block or nil. It holds no time: one vote has one spelling."""

    block: BlockOrNil
    chain: ChainName
    height: Count
    round: Count
    type: VoteType
    validator: Name

    def signing_bytes(self) -> bytes:
        """What the validator's node key signs."""
        return digest("tallystick/vote/1", canonical(self))


class Proposal(Struct, frozen=True, forbid_unknown_fields=True):
    """The round's proposer offers a block, with the earlier round of its polka when it has one."""

    block: Hex32
    chain: ChainName
    height: Count
    pol_round: PolRound
    proposer: Name
    round: Count

    def signing_bytes(self) -> bytes:
        """What the proposer's node key signs."""
        return digest("tallystick/proposal/1", canonical(self))


class SignedVote(Struct, frozen=True, forbid_unknown_fields=True):
    """A vote and its validator's signature."""

    signature: Hex64
    vote: Vote


class SignedProposal(Struct, frozen=True, forbid_unknown_fields=True):
    """A proposal and its proposer's signature."""

    proposal: Proposal
    signature: Hex64


class Certificate(Struct, frozen=True, forbid_unknown_fields=True):
    """A quorum of precommits for one block in one round: the proof that it is final."""

    block: Hex32
    height: Count
    precommits: Signatures
    round: Count

    def digest(self) -> bytes:
        """What the header of the block that carries this certificate names."""
        return digest("tallystick/certificate/1", canonical(self))

    def votes(self, chain: str) -> tuple[SignedVote, ...]:
        """The votes that the signatures must be valid for."""
        return _votes(self.precommits, "precommit", chain, self.height, self.round, self.block)


class PolkaCertificate(Struct, frozen=True, forbid_unknown_fields=True):
    """A quorum of prevotes for one block in one round: the proof that it may be proposed again."""

    block: Hex32
    height: Count
    prevotes: Signatures
    round: Count

    def votes(self, chain: str) -> tuple[SignedVote, ...]:
        """The votes that the signatures must be valid for."""
        return _votes(self.prevotes, "prevote", chain, self.height, self.round, self.block)


class VoteEvidence(Struct, frozen=True, forbid_unknown_fields=True, tag="votes"):
    """Two different votes of one validator at one height, round and type."""

    first: SignedVote
    second: SignedVote


class ProposalEvidence(Struct, frozen=True, forbid_unknown_fields=True, tag="proposals"):
    """Two different proposals of one validator in one round."""

    first: SignedProposal
    second: SignedProposal


Evidence = VoteEvidence | ProposalEvidence


def _votes(
    signatures: Signatures, type_: VoteType, chain: str, height: int, round_: int, block: str
) -> tuple[SignedVote, ...]:
    return tuple(
        SignedVote(part.signature, Vote(block, chain, height, round_, type_, part.validator))
        for part in signatures
    )
