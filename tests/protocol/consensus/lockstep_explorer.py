"""Exhaustive check, by rounds in lock-step, that correct validators never decide two blocks.

Why it is enough to run in lock-step. Take any run of the real network, with any delay, loss, repetition and order.
1. Every correct validator goes through rounds upwards, and in a round prevotes before it precommits. What it says
   there depends on messages of that round and of earlier ones only: prevotes on the polka of an earlier round (L28),
   precommits on the prevotes of this one (L36, L44). A skip (L55) makes it absent from rounds and says nothing.
   A decision (L49) says nothing either.
2. Every guard is monotone: more messages never make it false. Who acts before a message came acts as one who never
   gets it. So sort all votes: the prevotes of round 0, its precommits, the prevotes of round 1, and so on. Each vote
   still stands after what it was based on, and each validator says, locks and keeps what it did in the real run. A
   polka that came too late to lock (L42) is read before its round is left, so it fits behind the round's precommits.
3. Each validator may miss any message, be late for any step, or be absent from a round; any timer may run out at any
   time. A liar says anything to anybody, so its vote is in every quorum that wants it: a quorum exists as soon as
   enough correct validators are in it, and each validator sees it or does not.
4. Two blocks are enough. Call the blocks of a fork 1 and every other one 2: no guard compares blocks but for
   equality, nil is always possible, so the renamed run is a run too. Either block may therefore be offered as new
   in any round; that the driver takes a new block only from its builder merely turns prevotes into nil.
So if no lock-step run with these choices forks, no run does. It is a proof for so many validators and rounds, about
the model; the bridge makes it one about the real machine: each step of the model is also taken by `machine.apply`,
from a state that a real history led to, and what it says, locks, keeps as valid and decides is compared.

Two states count as one when renaming the two blocks, or the validators whose turn to propose is over, makes them
equal: the rules know validators by their turns and blocks by equality alone.
"""

from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

from lockstep_bridge import Bridge, Node
from lockstep_model import FRESH, NIL, VALUES, Local, Model, Offer, World

Vote = int | None  # None: says nothing
Votes = tuple[Vote, ...]  # of the correct validators
Polkas = frozenset[tuple[int, int]]  # (round, value)
Outcome = tuple[Local, Vote, Node]

SWAPPED = (0, 2, 1)  # nil, 1 and 2 with the two blocks renamed


class Past(NamedTuple):
    """What the correct validators said in one round."""

    prevotes: Votes
    precommits: Votes


class Scene(NamedTuple):
    """The network between two rounds: an abstract state, one history that leads there, its real machines."""

    locals: tuple[Local, ...]
    nodes: tuple[Node, ...]
    polkas: Polkas = frozenset()
    decided: frozenset[int] = frozenset()
    history: tuple[Past, ...] = ()


class Explored(NamedTuple):
    """How much was looked at."""

    states: int
    transitions: int
    driven: int  # steps of real machines; a step that two transitions share is taken once


class Fork(AssertionError):
    """Two real machines decided two blocks."""


class Keys:
    """When two abstract states are one. Who still has to propose keeps its place."""

    def __init__(self, count: int, later: set[int]) -> None:
        self.fixed = sorted(later)
        self.free = [place for place in range(count) if place not in later]

    def key(self, locals_: tuple[Local, ...], polkas: Polkas, decided: frozenset[int]) -> tuple[object, ...]:
        """Equal for states that renaming validators makes equal."""
        over = sorted([locals_[place] for place in self.free])
        return tuple([locals_[place] for place in self.fixed]), tuple(over), polkas, decided

    def swapped(
        self, locals_: tuple[Local, ...], polkas: Polkas, decided: frozenset[int]
    ) -> tuple[object, ...]:
        """The key with the two blocks renamed."""
        renamed = [
            Local(SWAPPED[one.locked], one.locked_round, SWAPPED[one.valid], one.valid_round)
            for one in locals_
        ]
        polkas = frozenset((round_, SWAPPED[value]) for round_, value in polkas)
        return self.key(tuple(renamed), polkas, frozenset(SWAPPED[value] for value in decided))


class Explorer:
    """Walks through every state of a world, round by round; raises Fork or Mismatch."""

    def __init__(self, world: World, broken: str = "") -> None:
        self.world, self.model, self.bridge = world, Model(world, broken), Bridge(world)
        self.states, self.transitions = 1, 0

    def run(self, rounds: int) -> Explored:
        """Explore so many rounds."""
        places = range(len(self.bridge.correct))
        front = [Scene((Local(),) * len(places), tuple(self.bridge.begin(place) for place in places))]
        for round_ in range(rounds):
            later = {self.world.proposer(number) for number in range(round_ + 1, rounds)} - {None}
            keys = Keys(len(places), later)
            found: dict[object, Scene] = {}
            for scene in front:
                for prevotes, nodes in self._prevoting(scene, round_):
                    self._precommitting(scene, round_, prevotes, nodes, keys, found)
            front = list(found.values())
            self.states += len(front)
        return Explored(self.states, self.transitions, self.bridge.driven)

    def _prevoting(self, scene: Scene, round_: int) -> Iterator[tuple[Votes, list[Node]]]:
        """Every way to prevote in this round, with the machines after it."""
        place = self.world.proposer(round_)
        nodes = [self._enter(scene, round_, me) for me in range(len(scene.nodes))]
        for of_proposer, offers in self._proposing(scene, round_, place, nodes):
            ways = [
                of_proposer if me == place else self._ways(scene, round_, me, node, offers)
                for me, node in enumerate(nodes)
            ]
            for prevotes in product(*ways):
                yield prevotes, [way[vote] for way, vote in zip(ways, prevotes, strict=True)]

    def _enter(self, scene: Scene, round_: int, me: int) -> Node:
        """L11-L21: whoever has a valid value offers it when its turn comes, and prevotes it at once."""
        local, node = scene.locals[me], scene.nodes[me]
        if round_ == 0:
            return node
        said: tuple[tuple[str, int], ...] = ()
        if self.world.proposer(round_) == me and local.valid != NIL:
            offer = Offer(local.valid, local.valid_round)
            vote = self.model.prevote(local, offer, scene.polkas)
            said = ((f"propose on {offer.pol_round}", offer.value), ("prevote", vote))
        return self.bridge.enter(node, round_, said, local)

    def _proposing(
        self, scene: Scene, round_: int, place: int | None, nodes: list[Node]
    ) -> Iterator[tuple[dict[Vote, Node], list[Offer]]]:
        """What can be proposed; with it, the ways of a correct proposer itself."""
        if place is None:  # a liar offers each validator what it likes
            yield {}, [Offer(value, pol_round) for value in VALUES for pol_round in range(-1, round_)]
            return
        local, node = scene.locals[place], nodes[place]
        if local.valid != NIL:  # absence would lead where "nobody got it" leads
            offer = Offer(local.valid, local.valid_round)
            yield {self.model.prevote(local, offer, scene.polkas): node}, [offer]
            return
        for value in VALUES:
            vote = self.model.prevote(local, Offer(value), scene.polkas)
            said = ((f"propose on {FRESH}", value), ("prevote", vote))
            yield {vote: self.bridge.build(node, round_, value, said, local)}, [Offer(value)]
        yield {None: node, NIL: self.bridge.time_out(node, "propose", round_, local)}, []

    def _ways(self, scene: Scene, round_: int, me: int, node: Node, offers: list[Offer]) -> dict[Vote, Node]:
        """L22-L33, L57: the prevotes that one validator can be brought to."""
        local = scene.locals[me]
        ways: dict[Vote, Node] = {None: node, NIL: self.bridge.time_out(node, "propose", round_, local)}
        for offer in offers:
            polka = () if offer.pol_round == FRESH else scene.history[offer.pol_round].prevotes
            voters = tuple(who for who, value in enumerate(polka) if value == offer.value)
            vote = self.model.prevote(local, offer, scene.polkas)
            said = () if vote is None else (("prevote", vote),)
            after = self.bridge.offer(node, round_, offer, voters, said, local)
            if vote is not None:
                ways[vote] = after
        return ways

    def _precommitting(
        self,
        scene: Scene,
        round_: int,
        prevotes: Votes,
        nodes: list[Node],
        keys: Keys,
        found: dict[object, Scene],
    ) -> None:
        """Every way to precommit after these prevotes; the states that are new are put into `found`."""
        voters = {value: voters_of(prevotes, value) for value in (NIL, *VALUES)}
        quorums = {(round_, value) for value in VALUES if len(voters[value]) >= self.model.needed}
        polkas = scene.polkas | quorums
        outcomes = [
            [(scene.locals[me], None, node)]
            if prevotes[me] is None
            else self._outcomes(round_, scene.locals[me], node, voters)
            for me, node in enumerate(nodes)
        ]
        for chosen in product(*outcomes):
            self.transitions += 1
            locals_, precommits, after = zip(*chosen, strict=True)
            past = Past(prevotes, precommits)
            decided = scene.decided | self._decided(round_, precommits, after)
            if len(decided) > 1:
                raise self._fork((*scene.history, past), after)
            key = keys.key(locals_, polkas, decided)
            if key not in found and keys.swapped(locals_, polkas, decided) not in found:
                found[key] = Scene(locals_, after, polkas, decided, (*scene.history, past))

    def _outcomes(
        self, round_: int, local: Local, node: Node, voters: dict[int, tuple[int, ...]]
    ) -> list[Outcome]:
        """L36-L46, L61: what one validator that prevoted can come to in the rest of the round."""
        model, bridge = self.model, self.bridge
        waited = bridge.time_out(node, "prevote", round_, local)
        found: dict[tuple[Local, Vote], Node] = {(local, NIL): waited}
        for value, who in voters.items():
            polka = len(who) >= model.needed
            said = (("precommit", value),) if polka else ()
            locked, late = self._polka(local, value, round_) if polka else (local, local)
            in_time = bridge.prevotes(node, round_, value, who, said, locked)
            too_late = bridge.prevotes(waited, round_, value, who, (), late)
            if polka:
                found[locked, value] = in_time
                found[late, NIL] = too_late
        return [(after, vote, machine) for (after, vote), machine in found.items()]

    def _polka(self, local: Local, value: int, round_: int) -> tuple[Local, Local]:
        """What a polka does in time, and too late."""
        if value == NIL:
            return self.model.polka_for_nil(local), local
        return self.model.lock(local, value, round_), self.model.late(local, value, round_)

    def _decided(self, round_: int, precommits: Votes, nodes: tuple[Node, ...]) -> frozenset[int]:
        """L49: the values that are decided now. Every machine is told all precommits there can be."""
        decided = []
        for value in VALUES:
            if value not in precommits:
                continue
            voters = voters_of(precommits, value)
            decides = len(voters) >= self.model.needed
            for node in nodes:
                self.bridge.precommits(node, round_, value, voters, decides)
            if decides:
                decided.append(value)
        return frozenset(decided)

    def _fork(self, history: tuple[Past, ...], nodes: tuple[Node, ...]) -> Fork:
        """The proof: a real machine that decided the one block, and another that decided the other."""
        decisions = []
        for node, value in zip(nodes, VALUES, strict=False):
            quorums = ((number, voters_of(past.precommits, value)) for number, past in enumerate(history))
            round_, voters = next(one for one in quorums if len(one[1]) >= self.model.needed)
            state = self.bridge.precommits(node, round_, value, voters, True).state
            decisions.append(f"{state.me} decided {state.decision.block[:4]} of round {round_}")
        rounds = "; ".join(f"round {number}: {past}" for number, past in enumerate(history))
        return Fork(f"{' and '.join(decisions)}. Height {self.world.height}. {rounds}")


def voters_of(votes: Votes, value: int) -> tuple[int, ...]:
    """Who among the correct voted for this value."""
    return tuple([who for who, vote in enumerate(votes) if vote == value])
