"""Short words for stories about the consensus machine: four validators, blocks A to D, told from v0."""

from collections.abc import Iterable
from hashlib import sha512

from ledger.protocol.consensus.events import (
    Begun,
    BlockChecked,
    Event,
    HeightStarted,
    ProposalReceived,
    Send,
    Sign,
    TimeoutFired,
    TimerKind,
    VoteReceived,
)
from ledger.protocol.consensus.machine import apply
from ledger.protocol.consensus.messages import (
    Certificate,
    PolkaCertificate,
    Proposal,
    Signature,
    SignedProposal,
    SignedVote,
    Vote,
    VoteType,
)
from ledger.protocol.consensus.proposers import proposer
from ledger.protocol.consensus.state import Polka, State
from ledger.protocol.encoding import canonical

CHAIN = "test-0000000000000000"
HEIGHT = 1  # so v1 proposes in round 0, v2 in round 1, v3 in round 2, v0 in round 3
VALIDATORS = ("v0", "v1", "v2", "v3")
A, B, C, D = ("a" * 64, "b" * 64, "c" * 64, "d" * 64)
NIL = ""


def start(me: str = "v0", validators: tuple[str, ...] = VALIDATORS) -> State:
    """A validator whose height has started and not begun."""
    return apply(State(CHAIN, me), HeightStarted(HEIGHT, validators))[0]


def begin(me: str = "v0") -> State:
    """A validator in round 0."""
    return hear(start(me), Begun(HEIGHT))[0]


def hear(state: State, *events: Event) -> tuple[State, list[Send]]:
    """Give the events one after the other, and like the shell give back at once what was signed."""
    told: list[Send] = []
    waiting = list(events)
    while waiting:
        state, sends = apply(state, waiting.pop(0))
        told += sends
        waiting = [signed(send.message) for send in sends if isinstance(send, Sign)] + waiting
    return state, told


def signed(message: Vote | Proposal) -> VoteReceived | ProposalReceived:
    """The message as it comes back from the shell or in from a peer."""
    if isinstance(message, Vote):
        return VoteReceived(SignedVote(_signature(message), message))
    return ProposalReceived(SignedProposal(message, _signature(message)))


def propose(block: str, round_: int = 0, pol_round: int = -1) -> ProposalReceived:
    """A proposal of the round's rightful proposer."""
    who = proposer(VALIDATORS, HEIGHT, round_)
    event = signed(Proposal(block, CHAIN, HEIGHT, pol_round, who, round_))
    assert isinstance(event, ProposalReceived)
    return event


def vote(type_: VoteType, who: str, block: str, round_: int = 0) -> VoteReceived:
    """One vote."""
    event = signed(Vote(block, CHAIN, HEIGHT, round_, type_, who))
    assert isinstance(event, VoteReceived)
    return event


def prevotes(block: str, who: Iterable[str], round_: int = 0) -> list[VoteReceived]:
    """Each of them prevotes the block: `prevotes(A, ("v1", "v2"))`."""
    return [vote("prevote", name, block, round_) for name in who]


def precommits(block: str, who: Iterable[str], round_: int = 0) -> list[VoteReceived]:
    """Each of them precommits the block."""
    return [vote("precommit", name, block, round_) for name in who]


def checked(block: str, round_: int = 0, valid: bool = True) -> BlockChecked:
    """The block arrives; it was built by the proposer of this round."""
    return BlockChecked(block, valid, proposer(VALIDATORS, HEIGHT, round_))


def timeout(kind: TimerKind, round_: int = 0) -> TimeoutFired:
    """The step's timer runs out."""
    return TimeoutFired(HEIGHT, kind, round_)


def certificate(block: str, who: Iterable[str], round_: int = 0) -> Certificate:
    """The precommits of these validators as one certificate."""
    return Certificate(block, HEIGHT, _parts("precommit", block, who, round_), round_)


def polka(block: str, who: Iterable[str], round_: int = 0) -> PolkaCertificate:
    """The prevotes of these validators as one certificate."""
    return PolkaCertificate(block, HEIGHT, _parts("prevote", block, who, round_), round_)


def said(sends: Iterable[Send]) -> list[str]:
    """What was signed, in words: `prevote aaaa`, `precommit nil`, `propose bbbb on 0`."""
    return [_words(send.message) for send in sends if isinstance(send, Sign)]


def _words(message: Vote | Proposal) -> str:
    if isinstance(message, Vote):
        return f"{message.type} {message.block[:4] or 'nil'}"
    return f"propose {message.block[:4]} on {message.pol_round}"


def _parts(type_: VoteType, block: str, who: Iterable[str], round_: int) -> tuple[Signature, ...]:
    votes = [vote(type_, name, block, round_).signed for name in sorted(who)]
    return tuple(Signature(one.signature, one.vote.validator) for one in votes)


def _signature(message: Vote | Proposal) -> str:
    return sha512(canonical(message)).hexdigest()


def locked_on_a() -> State:
    """v0 locked A in round 0 and is in round 1."""
    state, _ = hear(begin(), propose(A), checked(A), *prevotes(A, ("v1", "v2")))
    state, _ = hear(state, *precommits(NIL, ("v1", "v3")), timeout("precommit"))
    assert (state.round, state.step, state.locked) == (1, "propose", Polka(A, 0))
    return state


def polka_came_late() -> State:
    """v0 gave round 0 up and then saw the polka for A: valid, not locked; it is in round 1."""
    state, _ = hear(begin(), propose(A), timeout("propose"))
    state, _ = hear(state, *prevotes(B, ("v1",)), *prevotes(NIL, ("v2",)), timeout("prevote"))
    state, _ = hear(state, checked(A), *prevotes(A, ("v1", "v2", "v3")))
    state, _ = hear(state, *precommits(NIL, ("v1", "v2")), timeout("precommit"))
    assert (state.round, state.locked, state.valid) == (1, None, Polka(A, 0))
    return state
