"""Machines on a network that a seed makes lose, repeat, reorder and lie. Same seed, same run."""

from collections.abc import Iterable
from random import Random

from consensus_story import CHAIN, HEIGHT, signed

from ledger.protocol.consensus.events import (
    Begun,
    BlockChecked,
    BuildValue,
    Decide,
    Event,
    HeightStarted,
    PolkaReceived,
    ProposalReceived,
    Send,
    SendPolka,
    SetTimer,
    Sign,
    TimeoutFired,
    ValueBuilt,
    VoteReceived,
)
from ledger.protocol.consensus.machine import apply, wanted
from ledger.protocol.consensus.messages import NIL, Proposal, Vote, VoteType
from ledger.protocol.consensus.proposers import proposer
from ledger.protocol.consensus.state import State, find_round
from ledger.protocol.encoding import digest

Message = ProposalReceived | VoteReceived | PolkaReceived


class Disagreement(AssertionError):
    """Two correct validators decided different blocks, or one said two things."""


class Network:
    """The correct machines, what is on its way between them, and their timers."""

    def __init__(self, total: int = 4, byzantine: Iterable[str] = ()) -> None:
        self.validators = tuple(f"v{number}" for number in range(total))
        self.byzantine = sorted(byzantine)
        self.correct = [name for name in self.validators if name not in self.byzantine]
        started = HeightStarted(HEIGHT, self.validators)
        self.states = {name: apply(State(CHAIN, name), started)[0] for name in self.correct}
        self.logs: dict[str, list[Event]] = {name: [started] for name in self.correct}
        self.flying: list[tuple[str, Message]] = []
        self.timers: dict[str, list[TimeoutFired]] = {name: [] for name in self.correct}
        self.builders: dict[str, str] = {}
        self.said: dict[tuple[str, int, str], Message] = {}
        self.steps = 0

    def begin(self) -> None:
        """Every correct validator enters round 0."""
        for name in self.correct:
            self.hear(name, Begun(HEIGHT))

    def hear(self, name: str, event: Event) -> None:
        """One event at one machine, with all that its sends bring back at once."""
        waiting = [event]
        while waiting:
            event = waiting.pop(0)
            self.steps += 1
            state, sends = apply(self.states[name], event)
            if state is not self.states[name]:
                self.logs[name].append(event)
            self.states[name] = state
            for send in sends:
                waiting += self._do(name, send)
            if not waiting:
                waiting = [BlockChecked(block, True, self.builders.get(block, "")) for block in wanted(state)]

    def _do(self, name: str, send: Send) -> list[Event]:
        match send:
            case Sign(message):
                event = signed(message)
                kind = message.type if isinstance(message, Vote) else "proposal"
                if self.said.setdefault((name, message.round, kind), event) != event:
                    raise Disagreement(f"{name} said two things in round {message.round}: {kind}")
                self.send(name, event)
                return [event]
            case SendPolka(certificate):
                self.send(name, PolkaReceived(certificate))
            case SetTimer(_, height, kind, round_):
                self.timers[name].append(TimeoutFired(height, kind, round_))
            case BuildValue(height, round_):
                return [ValueBuilt(self.build(name, round_), height, round_)]
            case Decide():
                if len(set(self.decisions())) > 1:
                    raise Disagreement(f"decided: {self.decisions()}")
        return []

    def build(self, name: str, round_: int, which: int = 0) -> str:
        """A new block by this builder; `which` tells a liar's blocks of one round apart."""
        block = digest("test", f"{name} {round_} {which}".encode()).hex()
        self.builders[block] = name
        return block

    def send(self, name: str, message: Message) -> None:
        """Put it on its way to every other correct validator."""
        self.flying += [(other, message) for other in self.correct if other != name]

    def say(self, liar: str, type_: VoteType, block: str, to: str, round_: int = 0) -> None:
        """A byzantine vote, to one validator only."""
        event = signed(Vote(block, CHAIN, HEIGHT, round_, type_, liar))
        self.hear(to, event)

    def offer(self, liar: str, block: str, to: str, round_: int, pol_round: int) -> None:
        """A byzantine proposal, to one validator only."""
        self.hear(to, signed(Proposal(block, CHAIN, HEIGHT, pol_round, liar, round_)))

    def decisions(self) -> list[str]:
        """What the correct validators have decided so far."""
        return [state.decision.block for state in self.states.values() if state.decision]

    def proposed(self, round_: int) -> str:
        """The block that a correct proposer offered in this round."""
        message = self.said[(proposer(self.validators, HEIGHT, round_), round_, "proposal")]
        assert isinstance(message, ProposalReceived)
        return message.signed.proposal.block

    def run_messages(self, only: Iterable[str] = ("proposal", "vote", "polka")) -> None:
        """Deliver what is flying, in order, and what comes of it; leave other kinds in the air."""
        while due := [item for item in self.flying if kind_of(item[1]) in only]:
            self.flying.remove(due[0])
            self.hear(*due[0])

    def deliver_votes(self, type_: VoteType, to: str) -> None:
        """Deliver the flying votes of one type to one validator."""
        for item in [
            item
            for item in self.flying
            if item[0] == to and isinstance(item[1], VoteReceived) and item[1].signed.vote.type == type_
        ]:
            self.flying.remove(item)
            self.hear(*item)

    def drop_all(self) -> None:
        """Lose everything that is flying."""
        self.flying.clear()

    def fire_timers(self) -> None:
        """Every timer that is set runs out."""
        for name in self.correct:
            due, self.timers[name] = self.timers[name], []
            for event in due:
                self.hear(name, event)

    def exchange_everything(self, among: Iterable[str] | None = None) -> None:
        """Anti-entropy: each tells each all that it has heard, by any author."""
        names = sorted(among or self.correct)
        heard = [event for name in names for event in self.logs[name]]
        for event in heard:
            if isinstance(event, ProposalReceived | VoteReceived | PolkaReceived):
                for name in names:
                    self.hear(name, event)


def kind_of(message: Message) -> str:
    """proposal, vote or polka."""
    return {ProposalReceived: "proposal", VoteReceived: "vote", PolkaReceived: "polka"}[type(message)]


def random_run(seed: int, *, total: int = 4, liars: int = 1, steps: int = 160) -> Network:
    """One height under a random schedule, with liars who split the correct validators in two each round."""
    random = Random(seed)
    names = [f"v{number}" for number in range(total)]
    network = Network(total, random.sample(names, liars))
    schedule = Schedule(network, random)
    network.begin()
    for _ in range(steps):
        if len(network.decisions()) == len(network.correct):
            break
        schedule.step()
    return network


class Schedule:
    """How this seed's network behaves: how much it loses, repeats, crosses the split, lies and times out."""

    def __init__(self, network: Network, random: Random) -> None:
        self.network, self.random = network, random
        self.lies = random.choice((0.1, 0.3, 0.6)) if network.byzantine else 0.0
        self.timeouts = random.choice((0.02, 0.05, 0.15))
        self.losses = random.choice((0.0, 0.0, 0.1, 0.3))
        self.repeats = random.choice((0.0, 0.1, 0.3))
        self.crossings = random.choice((0.0, 0.02, 0.2, 0.6))
        self.sides: dict[int, dict[str, int]] = {}
        self.aims: dict[int, tuple[str, str]] = {}

    def step(self) -> None:
        """One thing happens to one validator that has not decided."""
        network, random = self.network, self.random
        name = random.choice([one for one in network.correct if network.states[one].decision is None])
        if random.random() < self.lies:
            self._lie(name)
        elif random.random() < self.timeouts and network.timers[name]:
            network.hear(name, network.timers[name].pop(random.randrange(len(network.timers[name]))))
        else:
            self._deliver(name)

    def _deliver(self, name: str) -> None:
        network, random = self.network, self.random
        due = [number for number, (to, _) in enumerate(network.flying) if to == name]
        if not due:
            if network.timers[name]:
                network.hear(name, network.timers[name].pop(0))
            return
        number = random.choice(due)
        _, message = network.flying[number]
        side = self._sides(_round_of(message))
        if side.get(_author(message), side[name]) != side[name] and random.random() > self.crossings:
            return
        if random.random() >= self.repeats:
            network.flying[number] = network.flying[-1]
            network.flying.pop()
        if random.random() >= self.losses:
            network.hear(name, message)

    def _sides(self, round_: int) -> dict[str, int]:
        if round_ not in self.sides:
            self.sides[round_] = {name: self.random.randrange(2) for name in self.network.correct}
        return self.sides[round_]

    def _lie(self, name: str) -> None:
        network, random = self.network, self.random
        round_ = network.states[name].round
        liar = random.choice(network.byzantine)
        aim = self._aims(round_)[self._sides(round_)[name]] if random.random() < 0.9 else NIL
        first = not find_round(network.states[name], round_).proposals
        if proposer(network.validators, HEIGHT, round_) in network.byzantine and first and aim:
            pol_round = random.choice((-1, -1, *range(round_)))
            network.offer(proposer(network.validators, HEIGHT, round_), aim, name, round_, pol_round)
        else:
            network.say(liar, random.choice(("prevote", "precommit")), aim, name, round_)

    def _aims(self, round_: int) -> tuple[str, str]:
        """What the liars want each side to believe in this round: their own blocks, or two that exist."""
        if round_ not in self.aims:
            network, turn = self.network, proposer(self.network.validators, HEIGHT, round_)
            known = sorted(network.builders)
            if turn in network.byzantine:
                known += [network.build(turn, round_, which) for which in (1, 2)]
            pair = [self.random.choice(known or [NIL]) for _ in (0, 1)]
            self.aims[round_] = (pair[0], self.random.choice((pair[1], pair[1], NIL)))
        return self.aims[round_]


def _round_of(message: Message) -> int:
    match message:
        case ProposalReceived(said):
            return said.proposal.round
        case VoteReceived(said):
            return said.vote.round
        case PolkaReceived(certificate):
            return certificate.round


def _author(message: Message) -> str:
    match message:
        case ProposalReceived(said):
            return said.proposal.proposer
        case VoteReceived(said):
            return said.vote.validator
        case PolkaReceived():
            return NIL
