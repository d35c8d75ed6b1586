"""The vote and proposal keeper: counts senders per value, keeps what may still matter, finds liars once."""

from typing import Final

from msgspec.structs import replace

from ledger.protocol.consensus.events import RecordEvidence, Send
from ledger.protocol.consensus.messages import (
    NIL,
    Certificate,
    PolkaCertificate,
    ProposalEvidence,
    Signature,
    SignedProposal,
    SignedVote,
    Vote,
    VoteEvidence,
    VoteType,
)
from ledger.protocol.consensus.proposers import is_quorum, proposer
from ledger.protocol.consensus.state import Round, State, Tally, find_round, with_round

ROUNDS_AHEAD: Final = 100  # votes for later rounds than this are not kept; their senders send them again
ROUNDS_BEHIND: Final = 10  # of rounds further back only quorums are kept
PROPOSALS_KEPT: Final = 4  # of one round; only its proposer can make more than one, by lying

Moved = tuple[State, tuple[Send, ...]]


def keep_proposal(state: State, signed: SignedProposal) -> Moved:
    """The state with this proposal in it, and evidence if it is its proposer's second."""
    said = signed.proposal
    if not _is_ours(state, said.chain, said.height) or not _is_near(state, said.round):
        return state, ()
    if said.proposer != proposer(state.validators, state.height, said.round) or said.pol_round >= said.round:
        return state, ()
    round_ = find_round(state, said.round)
    kept = round_.proposals
    if len(kept) == PROPOSALS_KEPT or any(other.proposal == said for other in kept):
        return state, ()
    sends = (RecordEvidence(ProposalEvidence(kept[0], signed)),) if len(kept) == 1 else ()
    return with_round(state, replace(round_, proposals=(*kept, signed))), sends


def keep_vote(state: State, signed: SignedVote) -> Moved:
    """The state with this vote in it, and evidence if its sender had voted otherwise."""
    vote = signed.vote
    if not _is_ours(state, vote.chain, vote.height) or vote.validator not in state.validators:
        return state, ()
    if not state.round - ROUNDS_BEHIND <= vote.round <= state.round + ROUNDS_AHEAD:
        return state, ()
    said = _values_of(_tally(find_round(state, vote.round), vote.type), vote.validator)
    if vote.block in said or len(said) == len(state.validators):
        return state, ()
    if vote.round > state.round + 1:
        if vote.round < _furthest_round(state, vote.validator):
            return state, ()
        state = _forget_rounds_ahead(state, vote.validator, vote.round)
    sends = (RecordEvidence(_evidence(state, signed, said[0])),) if len(said) == 1 else ()
    return _add(state, signed), sends


def keep_certificate(state: State, certificate: Certificate | PolkaCertificate) -> Moved:
    """The state with all votes of the certificate in it, past every bound: a quorum is never forged."""
    votes = certificate.votes(state.chain)
    signers = {signed.vote.validator for signed in votes}
    if certificate.height != state.height or not signers <= set(state.validators):
        return state, ()
    if not is_quorum(len(signers), len(state.validators)):
        return state, ()
    sends: tuple[Send, ...] = ()
    for signed in votes:
        vote = signed.vote
        said = _values_of(_tally(find_round(state, vote.round), vote.type), vote.validator)
        if vote.block in said:
            continue
        if len(said) == 1:
            sends += (RecordEvidence(_evidence(state, signed, said[0])),)
        state = _add(state, signed)
    return state, sends


def has_polka(state: State, round_: int, block: str) -> bool:
    """Whether a quorum prevoted this block (or nil) in this round."""
    return is_quorum(len(find_round(state, round_).prevotes.get(block, ())), len(state.validators))


def quorum_block(state: State, tally: Tally) -> str | None:
    """The block that a quorum voted for, if there is one; nil is none."""
    for block in sorted(tally):
        if block != NIL and is_quorum(len(tally[block]), len(state.validators)):
            return block
    return None


def voters(tally: Tally) -> set[str]:
    """Everyone who voted at all, once each, whatever they said."""
    return {validator for signatures in tally.values() for validator in signatures}


def speakers(round_: Round) -> set[str]:
    """Everyone who said anything in this round."""
    proposers = {signed.proposal.proposer for signed in round_.proposals}
    return proposers | voters(round_.prevotes) | voters(round_.precommits)


def signatures(tally: Tally, block: str) -> tuple[Signature, ...]:
    """The votes for this block in a certificate's order."""
    return tuple(Signature(signature, validator) for validator, signature in sorted(tally[block].items()))


def prune(state: State, current: int) -> State:
    """The state without what no rule reads once `current` has begun. Quorums of any age stay."""
    rounds = tuple(
        kept
        for round_ in state.rounds
        if (kept := round_ if round_.round >= current - ROUNDS_BEHIND else _only_quorums(state, round_))
        != Round(round_.round)
    )
    state = replace(state, rounds=rounds)
    named = set(mentioned(state))
    return replace(state, blocks={block: seen for block, seen in state.blocks.items() if block in named})


def mentioned(state: State) -> tuple[str, ...]:
    """Every block that a proposal, a quorum or our own lock names, sorted."""
    named = {polka.block for polka in (state.locked, state.valid) if polka is not None}
    for round_ in state.rounds:
        named.update(signed.proposal.block for signed in round_.proposals)
        quorums = (quorum_block(state, tally) for tally in (round_.prevotes, round_.precommits))
        named.update(block for block in quorums if block is not None)
    return tuple(sorted(named))


def _is_ours(state: State, chain: str, height: int) -> bool:
    return chain == state.chain and height == state.height


def _is_near(state: State, round_: int) -> bool:
    return state.round - ROUNDS_BEHIND <= round_ <= state.round + 1


def _tally(round_: Round, type_: VoteType) -> Tally:
    return round_.prevotes if type_ == "prevote" else round_.precommits


def _values_of(tally: Tally, validator: str) -> list[str]:
    return [block for block in sorted(tally) if validator in tally[block]]


def _add(state: State, signed: SignedVote) -> State:
    vote = signed.vote
    round_ = find_round(state, vote.round)
    tally = _tally(round_, vote.type)
    tally = {**tally, vote.block: {**tally.get(vote.block, {}), vote.validator: signed.signature}}
    if vote.type == "prevote":
        return with_round(state, replace(round_, prevotes=tally))
    return with_round(state, replace(round_, precommits=tally))


def _evidence(state: State, second: SignedVote, block: str) -> VoteEvidence:
    vote = second.vote
    signature = _tally(find_round(state, vote.round), vote.type)[block][vote.validator]
    first = Vote(block, vote.chain, vote.height, vote.round, vote.type, vote.validator)
    return VoteEvidence(SignedVote(signature, first), second)


def _furthest_round(state: State, validator: str) -> int:
    """The last round in which this validator voted."""
    spoken = (
        round_.round
        for round_ in reversed(state.rounds)
        if validator in voters(round_.prevotes) | voters(round_.precommits)
    )
    return next(spoken, -1)


def _forget_rounds_ahead(state: State, validator: str, except_round: int) -> State:
    """Only one round beyond the next is kept per sender: memory stays bounded whatever it sends."""
    rounds = tuple(
        _without(state, round_, validator)
        if round_.round > state.round + 1 and round_.round != except_round
        else round_
        for round_ in state.rounds
    )
    return replace(state, rounds=tuple(round_ for round_ in rounds if round_ != Round(round_.round)))


def _without(state: State, round_: Round, validator: str) -> Round:
    def rest(tally: Tally) -> Tally:
        quorum = quorum_block(state, tally)  # may have come as a certificate: it stays whole
        left = {
            block: voted if block == quorum else {name: voted[name] for name in voted if name != validator}
            for block, voted in tally.items()
        }
        return {block: voted for block, voted in left.items() if voted}

    return replace(round_, prevotes=rest(round_.prevotes), precommits=rest(round_.precommits))


def _only_quorums(state: State, round_: Round) -> Round:
    def rest(tally: Tally) -> Tally:
        quorum = quorum_block(state, tally)
        return {quorum: tally[quorum]} if quorum else {}

    return Round(round_.round, (), rest(round_.prevotes), rest(round_.precommits))
