"""The rules of arXiv 1807.04938, a function each, with the paper's lines; None means: does not apply."""

from collections.abc import Callable
from typing import Final

from msgspec.structs import replace

from ledger.protocol.consensus.events import (
    BuildValue,
    Decide,
    Halt,
    Send,
    SendPolka,
    SetTimer,
    Sign,
    TimerKind,
)
from ledger.protocol.consensus.messages import (
    NIL,
    NO_ROUND,
    Certificate,
    PolkaCertificate,
    Proposal,
    Vote,
    VoteType,
)
from ledger.protocol.consensus.proposers import has_honest, is_quorum, proposer
from ledger.protocol.consensus.state import Polka, State, find_round
from ledger.protocol.consensus.votes import (
    Moved,
    has_polka,
    prune,
    quorum_block,
    signatures,
    speakers,
    voters,
)

Rule = Callable[[State], Moved | None]


def start_round(state: State, round_: int) -> Moved:
    """L11-L21. Unlike the paper's, the proposer sets the timer too: building a block may fail."""
    state = replace(prune(state, round_), round=round_, step="propose", done=())
    timer = _timer(state, "propose")
    if proposer(state.validators, state.height, round_) != state.me:
        return state, (timer,)
    if state.valid is None:  # L18
        return state, (timer, BuildValue(state.height, round_))
    block, polka_round = state.valid.block, state.valid.round  # L16
    votes = signatures(find_round(state, polka_round).prevotes, block)
    polka = PolkaCertificate(block, state.height, votes, polka_round)
    state, sends = propose(state, block, polka_round)
    return state, (timer, SendPolka(polka), *sends)


def propose(state: State, block: str, pol_round: int) -> Moved:
    """L19, once per round."""
    proposal = Proposal(block, state.chain, state.height, pol_round, state.me, state.round)
    return _done(state, 19), (Sign(proposal),)


def prevote(state: State, block: str) -> Moved:
    """L24-L27, L30-L33, L59-L60."""
    return replace(state, step="prevote"), _vote(state, "prevote", block)


def precommit(state: State, block: str) -> Moved:
    """L40-L41, L45-L46, L63-L64."""
    return replace(state, step="precommit"), _vote(state, "precommit", block)


def decide(state: State) -> Moved | None:
    """L49-L54, for any round. The quorum stands for the proposal: its correct members have seen one."""
    for round_ in state.rounds:
        block = quorum_block(state, round_.precommits)
        if block and (known := state.blocks.get(block)) and known.valid:
            votes = signatures(round_.precommits, block)
            certificate = Certificate(block, state.height, votes, round_.round)
            return replace(state, step="decided", decision=certificate), (Decide(certificate),)
    return None


def halt_when_outvoted(state: State) -> Moved | None:
    """A quorum holds valid what we hold invalid: our state differs from theirs, and voting on is no use."""
    for round_ in state.rounds:
        for tally in (round_.prevotes, round_.precommits):
            block = quorum_block(state, tally)
            if block and (known := state.blocks.get(block)) and not known.valid:
                sentence = f"Height {state.height}: a quorum voted for block {block}, which is invalid here."
                return replace(state, step="halted"), (Halt(sentence),)
    return None


def begin_when_proposed(state: State) -> Moved | None:
    """L10: whoever has not begun the height begins when its first proposal is there."""
    if state.step == "new" and find_round(state, 0).proposals:
        return start_round(state, 0)
    return None


def prevote_fresh(state: State) -> Moved | None:
    """L22-L27: a proposal without polka. Only the first one counts, so that we prevote once and at once."""
    proposals = find_round(state, state.round).proposals
    if state.step != "propose" or not proposals or proposals[0].proposal.pol_round != NO_ROUND:
        return None
    first = proposals[0].proposal
    known = state.blocks.get(first.block)
    if known is None:
        return None
    free = state.locked is None or state.locked.block == first.block  # L23
    good = known.valid and known.fresh_from == first.proposer and free
    return prevote(state, first.block if good else NIL)


def prevote_again(state: State) -> Moved | None:
    """L28-L33: a proposal with its polka of an earlier round (keep_proposal saw to pol_round < round)."""
    if state.step != "propose":
        return None
    for signed in find_round(state, state.round).proposals:
        block, pol_round = signed.proposal.block, signed.proposal.pol_round
        known = state.blocks.get(block)
        if pol_round == NO_ROUND or known is None or not has_polka(state, pol_round, block):
            continue
        locked = state.locked
        free = locked is None or locked.round <= pol_round or locked.block == block  # L29
        return prevote(state, block if known.valid and free else NIL)
    return None


def time_prevotes(state: State) -> Moved | None:
    """L34-L35."""
    heard = voters(find_round(state, state.round).prevotes)
    if state.step != "prevote" or 34 in state.done or not is_quorum(len(heard), len(state.validators)):
        return None
    return _done(state, 34), (_timer(state, "prevote"),)


def lock(state: State) -> Moved | None:
    """L36-L43: a polka of this round. Too late to lock (L41 passed) it still becomes the valid one (L42)."""
    if state.step not in ("prevote", "precommit") or 36 in state.done:
        return None
    block = quorum_block(state, find_round(state, state.round).prevotes)
    if not block or not (known := state.blocks.get(block)) or not known.valid:
        return None
    polka = Polka(block, state.round)
    state = replace(_done(state, 36), valid=polka)
    if state.step == "precommit":
        return state, ()
    return precommit(replace(state, locked=polka), block)


def precommit_nil(state: State) -> Moved | None:
    """L44-L46. It never unlocks: locked validators prevote nil too, so a polka for nil proves nothing."""
    if state.step == "prevote" and has_polka(state, state.round, NIL):
        return precommit(state, NIL)
    return None


def time_precommits(state: State) -> Moved | None:
    """L47-L48."""
    heard = voters(find_round(state, state.round).precommits)
    if state.round < 0 or 47 in state.done or not is_quorum(len(heard), len(state.validators)):
        return None
    return _done(state, 47), (_timer(state, "precommit"),)


def skip(state: State) -> Moved | None:
    """L55-L56: somebody correct is in a later round."""
    for round_ in reversed(state.rounds):
        if round_.round > state.round and has_honest(len(speakers(round_)), len(state.validators)):
            return start_round(state, round_.round)
    return None


RULES: Final[tuple[Rule, ...]] = (
    decide,
    halt_when_outvoted,
    begin_when_proposed,
    prevote_fresh,
    prevote_again,
    time_prevotes,
    lock,
    precommit_nil,
    time_precommits,
    skip,
)


def _done(state: State, line: int) -> State:
    return replace(state, done=tuple(sorted((*state.done, line))))


def _timer(state: State, kind: TimerKind) -> SetTimer:
    return SetTimer(state.timeouts.delay_ms(kind, state.round), state.height, kind, state.round)


def _vote(state: State, type_: VoteType, block: str) -> tuple[Send, ...]:
    if state.me not in state.validators:  # an observer follows the same rules and says nothing
        return ()
    return (Sign(Vote(block, state.chain, state.height, state.round, type_, state.me)),)
