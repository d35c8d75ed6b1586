"""The bridge of the lock-step checker: each abstract step as events for the real machine, and the comparison."""

from collections.abc import Iterable
from functools import cache

from consensus_story import CHAIN, A, B, signed
from lockstep_model import NIL, Local, Offer, World
from msgspec.structs import replace

from ledger.protocol.consensus.events import (
    Begun,
    BlockChecked,
    Event,
    HeightStarted,
    Send,
    Sign,
    TimeoutFired,
    TimerKind,
    ValueBuilt,
)
from ledger.protocol.consensus.machine import apply, wanted
from ledger.protocol.consensus.messages import Proposal, Vote, VoteType
from ledger.protocol.consensus.proposers import proposer
from ledger.protocol.consensus.state import Polka, State

BLOCKS = ("", A, B)  # of the values nil, 1 and 2
VALUE = {block: value for value, block in enumerate(BLOCKS)}
Said = tuple[tuple[str, int], ...]

signed_once = cache(signed)


class Mismatch(AssertionError):
    """The real machine did something else than the model."""


class Node:
    """A real machine, and where the events that were tried on it led."""

    __slots__ = ("after", "state")

    def __init__(self, state: State) -> None:
        self.state = state
        self.after: dict[tuple[object, ...], Node] = {}


class Bridge:
    """Drives real machines through one world; `driven` counts the steps that were really taken."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.correct = world.correct()
        self.driven = 0

    def begin(self, me: int) -> Node:
        """A validator in round 0."""
        node = Node(State(CHAIN, self.correct[me]))
        started = HeightStarted(self.world.height, self.world.names)
        return self._step(node, ("begin",), (started, Begun(self.world.height)), (), Local())

    def enter(self, node: Node, round_: int, said: Said, local: Local) -> Node:
        """The round before is given up; a proposer with a valid value offers it, and prevotes it at once."""
        if (key := ("enter",)) in node.after:
            return node.after[key]
        forgetful = Node(replace(node.state, blocks={}))  # so that either block may be offered as new again
        found = self._step(forgetful, key, (self._timeout("precommit", round_ - 1),), said, local)
        if (found.state.round, found.state.decision) != (round_, None):
            raise Mismatch(f"round {found.state.round}, not {round_}")
        node.after[key] = found
        return found

    def build(self, node: Node, round_: int, value: int, said: Said, local: Local) -> Node:
        """The proposer has a block to offer."""
        built = ValueBuilt(BLOCKS[value], self.world.height, round_)
        return self._step(node, ("build", value), (built,), said, local)

    def time_out(self, node: Node, kind: TimerKind, round_: int, local: Local) -> Node:
        """Nothing came in time: a vote for nil."""
        vote = {"propose": "prevote", "prevote": "precommit"}[kind]
        return self._step(node, ("timeout", kind), (self._timeout(kind, round_),), ((vote, NIL),), local)

    def offer(
        self, node: Node, round_: int, offer: Offer, polka: tuple[int, ...], said: Said, local: Local
    ) -> Node:
        """A proposal, with every prevote of its polka round that there can be."""
        if (key := ("offer", offer, polka)) in node.after:
            return node.after[key]
        who = proposer(self.world.names, self.world.height, round_)
        made = Proposal(BLOCKS[offer.value], CHAIN, self.world.height, offer.pol_round, who, round_)
        votes = self._votes("prevote", offer.pol_round, offer.value, polka) if offer.pol_round >= 0 else []
        return self._step(node, key, (*votes, signed_once(made)), said, local)

    def prevotes(
        self, node: Node, round_: int, value: int, voters: tuple[int, ...], said: Said, local: Local
    ) -> Node:
        """Every prevote for this value that there can be."""
        if (key := ("prevotes", value, voters)) in node.after:
            return node.after[key]
        return self._step(node, key, self._votes("prevote", round_, value, voters), said, local)

    def precommits(self, node: Node, round_: int, value: int, voters: tuple[int, ...], decides: bool) -> Node:
        """Every precommit for this value that there can be."""
        if (key := ("precommits", round_, value, voters)) in node.after:
            return node.after[key]
        found = self._step(node, key, self._votes("precommit", round_, value, voters), (), None)
        decision = found.state.decision
        if (decision and (decision.block, decision.round)) != ((BLOCKS[value], round_) if decides else None):
            raise Mismatch(f"decided {decision}; the model {'decides' if decides else 'does not decide'}")
        return found

    def _step(
        self, node: Node, key: tuple[object, ...], events: Iterable[Event], said: Said, local: Local | None
    ) -> Node:
        if key in node.after:
            return node.after[key]
        self.driven += 1
        state, told = hear(node.state, events)
        if local is not None and (told, local_of(state)) != (said, local):
            raise Mismatch(f"{state.me}, {key}: said {told}, now {local_of(state)}; model: {said}, {local}")
        found = node.after[key] = Node(state)
        return found

    def _votes(self, type_: VoteType, round_: int, value: int, voters: tuple[int, ...]) -> list[Event]:
        names = [*(self.correct[voter] for voter in voters), *sorted(self.world.liars)]
        return [
            signed_once(Vote(BLOCKS[value], CHAIN, self.world.height, round_, type_, name)) for name in names
        ]

    def _timeout(self, kind: TimerKind, round_: int) -> TimeoutFired:
        return TimeoutFired(self.world.height, kind, round_)


def hear(state: State, events: Iterable[Event]) -> tuple[State, Said]:
    """Like the shell: give back what was signed, and a verdict on each block that is named."""
    told: list[Send] = []
    waiting = list(events)
    while waiting:
        state, sends = apply(state, waiting.pop(0))
        told += sends
        own = [signed_once(send.message) for send in sends if isinstance(send, Sign)]
        fresh_from = proposer(state.validators, state.height, state.round)
        verdicts = [BlockChecked(block, True, fresh_from) for block in wanted(state)]
        waiting = [*own, *verdicts, *waiting]
    return state, tuple(_words(send.message) for send in told if isinstance(send, Sign))


def local_of(state: State) -> Local:
    """The real machine's lock and valid value in the model's words."""
    return Local(*_polka(state.locked), *_polka(state.valid))


def _polka(polka: Polka | None) -> tuple[int, int]:
    return (VALUE[polka.block], polka.round) if polka else (NIL, -1)


def _words(message: Vote | Proposal) -> tuple[str, int]:
    if isinstance(message, Vote):
        return message.type, VALUE[message.block]
    return f"propose on {message.pol_round}", VALUE[message.block]
