"""Validators that do anything: they know all that everybody knows, and tell each what splits it from the others."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from msgspec.structs import replace

from ledger.bodies import summary_of
from ledger.envelopes import (
    AnyEnvelope,
    CertificateEnvelope,
    Decided,
    DecidedEnvelope,
    Offer,
    ProposalEnvelope,
    Status,
    StatusEnvelope,
    Summary,
    VoteEnvelope,
    Want,
    WantEnvelope,
    seal,
)
from ledger.local import Local
from ledger.protocol.block import header_hash
from ledger.protocol.consensus.messages import (
    NIL,
    NO_ROUND,
    Certificate,
    Proposal,
    Signature,
    SignedProposal,
    SignedVote,
    Vote,
    VoteType,
)
from ledger.protocol.consensus.proposers import proposer
from ledger.protocol.consensus.state import State
from tests.simulation.desk import MemoryDesk
from tests.simulation.network import Network
from tests.simulation.node import Node

JUNK: Final = "f" * 128
TYPES: Final[tuple[VoteType, ...]] = ("prevote", "precommit")


class Forgetful(MemoryDesk):
    """Amnesia: this node forgets what it is locked on, whenever a coin says so."""

    forgets: Callable[[], bool] = staticmethod(lambda: False)

    def progress(self, *, lock: bool = False) -> Any:
        """With a lock or without."""
        found = super().progress(lock=lock)
        if found and found.state.locked and self.forgets():
            found.state = replace(found.state, locked=None, valid=None)
        return found


class Plot:
    """What all liars have agreed on: their keys, who is on which side, and what each side is to believe."""

    def __init__(self, network: Network) -> None:
        self.random = network.random
        self.names = network.names
        self.keys: dict[str, Local] = {}
        self.sides: dict[tuple[int, int], dict[str, int]] = {}
        self.aims: dict[tuple[int, int], tuple[str, str]] = {}

    def votes(self, state: State, round_: int, block: str, types: Sequence[VoteType]) -> list[SignedVote]:
        """Of every liar."""
        said = [
            (me, Vote(block, me.chain, state.height, round_, type_, me.name))
            for me in self.keys.values()
            for type_ in types
        ]
        return [SignedVote(me.sign(vote.signing_bytes()), vote) for me, vote in said]

    def side(self, name: str, place: tuple[int, int]) -> int:
        """On which of two sides a node is, at a height and round."""
        if place not in self.sides:
            self.sides[place] = {each: self.random.randrange(2) for each in self.names}
        return self.sides[place][name]


class Liar:
    """One byzantine validator. Beside its lies it may run a node, or two, or one that forgets."""

    def __init__(self, network: Network, plot: Plot, me: Local) -> None:
        self.network, self.plot, self.name, self.me, self.random = network, plot, me.name, me, network.random
        plot.keys[me.name] = me
        self.acts: Sequence[Callable[[Node, State], None]] = self.random.sample(
            (
                self.vote,
                self.split,
                self.offer,
                self.offer_invalid,
                self.vote_ahead,
                self.forge,
                self.replay,
                self.flood,
                self.lie_about_status,
                self.serve_lies,
            ),
            self.random.randrange(2, 11),
        )
        self.every_ms = self.random.choice((30, 100, 300))
        network.at(self.every_ms, self.act)

    def act(self) -> None:
        """One lie to one node; then the next."""
        network = self.network
        if network.quiet and not network.weather.liars_stay:
            return
        node = network.nodes[self.random.choice(network.honest())]
        progress = node.desk.rows.progress
        if node.up and progress:
            act = self.random.choice(self.acts)
            network.hits[f"liar: {act.__name__}"] += 1
            act(node, progress.state)
        network.at(int(self.random.expovariate(1 / self.every_ms)) + 1, self.act)

    def say(self, node: Node, kind: type[AnyEnvelope], body: Any) -> None:
        """Sealed by our own key: no receiver can know that it is a lie."""
        self.hand(node, seal(self.me, kind, body))

    def hand(self, node: Node, raw: bytes) -> None:
        """It reaches this node and no other, unless the path is blocked."""
        if (self.name, node.name) not in self.network.blocked or self.random.random() < 0.5:
            self.network.at(
                self.random.randrange(1, 30), partial(self.network.deliver, node.name, raw, 2**60)
            )

    def vote(self, node: Node, state: State) -> None:
        """Equivocation toward each side's target, round by round."""
        round_ = max(state.round, 0)
        block = self.aim(node, state, round_) if self.random.random() < 0.9 else NIL
        types: Sequence[VoteType] = self.random.choice((("prevote",), ("precommit",), TYPES))
        for signed in self.plot.votes(state, round_, block, types):
            self.say(node, VoteEnvelope, signed)

    def split(self, node: Node, state: State) -> None:
        """A liar's turn: each side gets a block of its own and all liars' votes for it, at once."""
        round_ = max(state.round, 0)
        if proposer(state.validators, state.height, round_) not in self.plot.keys:
            return
        for name in self.network.honest():
            other = self.network.nodes[name]
            block = self.aim(node, state, round_, of=name)
            self.propose(other, state, round_, block, self.network.offers.get(block))
            for signed in self.plot.votes(state, round_, block, TYPES):
                self.say(other, VoteEnvelope, signed)

    def vote_ahead(self, node: Node, state: State) -> None:
        """Votes of rounds and heights that have not come."""
        height = state.height + self.random.choice((0, 0, 1, 2, 1_000))
        round_ = max(state.round, 0) + self.random.choice((1, 2, 50, 101, 2**40))
        said = Vote(self.random.choice((NIL, "a" * 64)), self.me.chain, height, round_, "prevote", self.name)
        self.say(node, VoteEnvelope, SignedVote(self.me.sign(said.signing_bytes()), said))

    def offer(self, node: Node, state: State) -> None:
        """Our turn: another block for each side, backed by whatever round, and for some none at all."""
        for round_ in (max(state.round, 0), max(state.round, 0) + 1):
            if proposer(state.validators, state.height, round_) == self.name:
                block = self.aim(node, state, round_)
                if block:
                    self.propose(node, state, round_, block, self.network.offers.get(block))

    def offer_invalid(self, node: Node, state: State) -> None:
        """A block that breaks a rule."""
        round_ = max(state.round, 0)
        if proposer(state.validators, state.height, round_) != self.name:
            return
        header = self.build(node, 0).header
        broken = self.random.choice(
            (
                {"state_root": "e" * 64},
                {"time": header.time + 86_400},
                {"proposer": self.random.choice(state.validators)},
            )
        )
        summary = replace(self.build(node, 0), header=replace(header, **broken))
        self.propose(node, state, round_, block_of(summary), summary)

    def propose(self, node: Node, state: State, round_: int, block: str, summary: Summary | None) -> None:
        """A proposal of ours to this node."""
        me = self.plot.keys[proposer(state.validators, state.height, round_)]
        pol_round = self.random.choice((NO_ROUND, NO_ROUND, *range(round_))[:6])
        said = Proposal(block, me.chain, state.height, pol_round, me.name, round_)
        offer = Offer(proposal=SignedProposal(said, me.sign(said.signing_bytes())), summary=summary)
        self.say(node, ProposalEnvelope, offer)

    def build(self, node: Node, which: int, builder: str = "") -> Summary:
        """A valid block of ours on this node's chain; `which` tells several apart."""
        rows, now = node.desk.rows, int(node.clock().timestamp())
        pool = [submitted for submitted, _ in rows.pool.values()]
        assert rows.progress is not None
        block = rows.books.build(pool, now + which, builder or self.name, rows.progress.certificate)
        self.network.offers[block.hash] = summary_of(block)
        return self.network.offers[block.hash]

    def aim(self, node: Node, state: State, round_: int, of: str = "") -> str:
        """What a side is to believe in this round: this node's, or that of another."""
        place, plot = (state.height, round_), self.plot
        if place not in plot.aims:
            turn = proposer(state.validators, *place)
            known = [signed.proposal.block for one in state.rounds for signed in one.proposals]
            if turn in plot.keys:
                known = [block_of(self.build(node, which, turn)) for which in (0, 1)]
            first = self.random.choice(known or [NIL])
            plot.aims[place] = first, self.random.choice((known or [NIL]) + [NIL])
        return plot.aims[place][plot.side(of or node.name, place)]

    def forge(self, node: Node, state: State) -> None:
        """Others' votes, and a quorum, that nobody signed."""
        other = self.random.choice(state.validators)
        said = Vote("a" * 64, self.me.chain, state.height, max(state.round, 0), "precommit", other)
        self.say(node, VoteEnvelope, SignedVote(JUNK, said))
        mine = Signature(self.me.sign(said.signing_bytes()), self.name)
        parts = tuple(replace(mine, validator=each) for each in state.validators)
        self.say(node, CertificateEnvelope, Certificate("a" * 64, state.height, parts, 0))
        self.say(node, CertificateEnvelope, Certificate("a" * 64, state.height, (mine,) * len(parts), 0))

    def replay(self, node: Node, state: State) -> None:
        """Anything that was ever said by anybody, again."""
        for raw in self.random.choices(self.network.spoken, k=5) if self.network.spoken else ():
            self.hand(node, raw)

    def flood(self, node: Node, state: State) -> None:
        """Much of what costs the receiver something."""
        for number in range(6):
            said = Vote(NIL, self.me.chain, state.height + 1, number, "prevote", self.name)
            self.say(node, VoteEnvelope, SignedVote(self.me.sign(said.signing_bytes()), said))
        heights = tuple(range(1, 9))
        self.say(
            node, WantEnvelope, Want(heights=heights, height=1, blocks=("a" * 64,), transactions=("b" * 64,))
        )

    def lie_about_status(self, node: Node, state: State) -> None:
        """We are far ahead, or have nothing."""
        height = max(0, state.height + self.random.choice((-1, 0, 1, 5, 1_000_000)))
        status = Status(have=(), height=height, round=-1, step="new", tip="c" * 64)
        self.say(node, StatusEnvelope, status)

    def serve_lies(self, node: Node, state: State) -> None:
        """Final blocks that are not: another's certificate, another's block, signers doubled."""
        rows = node.desk.rows
        summary = self.build(node, 7)
        certificate = Certificate(
            block_of(summary), state.height, (Signature(JUNK, self.name),) * len(state.validators), 0
        )
        if rows.blocks and self.random.random() < 0.5:
            certificate = replace(rows.blocks[-1][1], height=state.height)
        if rows.blocks and self.random.random() < 0.5:
            summary = summary_of(rows.blocks[0][0])
        self.say(node, DecidedEnvelope, Decided(certificate=certificate, signed=(), summary=summary))


def block_of(summary: Summary) -> str:
    """Its hash."""
    return header_hash(summary.header)
