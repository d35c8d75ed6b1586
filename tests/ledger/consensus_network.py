"""Four validators and an observer, each on a database of its own, in one thread; a wire that does what it is told."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from django.test import override_settings
from django.utils import timezone
from msgspec.structs import replace

from clients import acts, build
from clients.build import Frame
from clients.signing import sign
from ledger import driver, pulse, services, sync
from ledger.envelopes import AnyEnvelope, Offer, ProposalEnvelope, VoteEnvelope
from ledger.guard import Guard
from ledger.models import Block, ConsensusEvent, NodeState, Timer
from ledger.node.files import Home, Member, Network, NodeConfig, write, write_bytes
from ledger.protocol.consensus.events import Event
from ledger.protocol.consensus.machine import apply
from ledger.protocol.consensus.messages import SignedProposal, SignedVote
from ledger.protocol.consensus.state import State
from ledger.protocol.encoding import canonical, parse
from ledger.protocol.genesis import Genesis, chain_id
from ledger.store import pool
from tests.ledger.databases import TEMPLATE, using, wrapper
from tests.protocol.world import HOUSES, founded, holder, institution, person

OBSERVER = "issuer"


class Nodes:
    """The network. Nothing happens by itself: a test beats hearts, carries the post and lets timers run out."""

    def __init__(
        self, postgres_url: str, folder: Path, observers: tuple[str, ...] = (), genesis: Genesis | None = None
    ) -> None:
        self.url, self.folder, self.tag = postgres_url, folder, f"nodes_{os.getpid()}"
        self.genesis = replace(genesis or founded("test"), time=int(time.time()) - 60)
        self.chain = chain_id(self.genesis)
        self.names = (*HOUSES, *observers)
        self.connections: dict[str, Any] = {}
        self.pulses: dict[str, pulse.Pulse] = {}
        self.post: list[tuple[str, str, bytes]] = []  # from, to, envelope
        self.down: set[str] = set()
        self.desk = services.NodeDesk()  # of the node that we are on
        self.filter: Callable[[str, str, bytes], list[bytes]] = lambda sender, to, envelope: [envelope]
        self.shuffle: Random | None = None  # carries the post in any order
        self.liars: set[str] = set()
        self.said: dict[tuple[str, int, int, str], str] = {}  # whoever, where, what kind: the digest
        for name in self.names:
            self.make_home(name)
            self.make_database(name)
            self.open(name)

    def make_home(self, name: str) -> None:
        """What node_init and join leave behind."""
        home = Home(self.folder / name)
        where = institution(name).address
        config = NodeConfig(
            inbox="redis://127.0.0.1:1/0", institution=where, name=name, validator=name in HOUSES
        )
        write(home.path("node.json"), config)
        write_bytes(home.path("node.key"), person(f"node {name}").sign.hex().encode(), private=True)
        Guard(home.folder).create()
        members = tuple(
            Member(
                institution=institution(each).address,
                name=each,
                node_key=person(f"node {each}").card.sign,
                validator=each in HOUSES,
            )
            for each in self.names
        )
        write(home.path("network.json"), Network(chain=self.chain, nodes=members))

    def make_database(self, name: str) -> None:
        """An empty database; a node's old one is gone."""
        if name in self.connections:
            self.connections[name].close()
        place = f"{self.tag}_{name}"
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {place}")
            admin.execute(f"CREATE DATABASE {place} TEMPLATE {TEMPLATE}")
        self.connections[name] = wrapper(self.url, place)

    def drop(self) -> None:
        """Leave nothing behind."""
        for name in self.connections:
            self.connections[name].close()
            with psycopg.connect(self.url, autocommit=True) as admin:
                admin.execute(f"DROP DATABASE {self.tag}_{name}")

    def copy_database(self, source: str, target: str) -> None:
        """A backup is made, or restored; `source` and `target` are node names or free ones."""
        for name in (source, target):
            if name in self.connections:
                self.connections[name].close()
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {self.tag}_{target}")
            admin.execute(f"CREATE DATABASE {self.tag}_{target} TEMPLATE {self.tag}_{source}")
        self.connections.setdefault(target, wrapper(self.url, f"{self.tag}_{target}"))

    def crash(self, name: str) -> None:
        """The process is gone; what it had not committed and what it had not sent goes with it."""
        self.reconnect(name)
        self.open(name)

    def reconnect(self, name: str) -> None:
        """The database has closed the connection; the process opens another one."""
        self.connections[name].close()
        self.connections[name] = wrapper(self.url, f"{self.tag}_{name}")

    def open(self, name: str) -> None:
        """The node starts, for the first time or again."""
        with self.on(name):
            services.install_genesis(document=self.genesis)
            driver.open_node(self.desk)
            self.pulses[name] = pulse.Pulse(self.desk)

    @contextmanager
    def on(self, name: str) -> Iterator[None]:
        """What happens here happens on this node."""
        home = self.folder / name
        with using(self.connections[name]), override_settings(TALLYSTICK_NODE=name, TALLYSTICK_HOME=home):
            yield

    def alive(self) -> list[str]:
        """The nodes that run."""
        return [name for name in self.names if name not in self.down]

    def beat(self, name: str, later: float = 0.0) -> None:
        """One beat of a node's pacemaker, and its outbox on the wire."""
        with self.on(name):
            self.pulses[name].beat(timezone.now() + timedelta(seconds=later))
            self.collect(name)

    def collect(self, name: str) -> None:
        """Put what a node wants to send on the wire."""

        def publish(peer: str, envelopes: list[bytes]) -> bool:
            if peer in self.down:
                return False
            for raw in envelopes:
                self.note(raw)
            self.post += [(name, peer, each) for raw in envelopes for each in self.filter(name, peer, raw)]
            return True

        with self.on(name):
            for peer in self.names:
                if peer != name:
                    pulse.send_waiting(self.desk, peer, publish)

    def note(self, raw: bytes) -> None:
        """Nobody ever says two things in one place, whatever happened to it in between."""
        match parse(raw, AnyEnvelope, limit=10**7):
            case VoteEnvelope(body=SignedVote(vote=vote)):
                place, digest = (vote.validator, vote.height, vote.round, vote.type), vote.signing_bytes()
            case ProposalEnvelope(body=Offer(proposal=SignedProposal(proposal=said))):
                place, digest = (said.proposer, said.height, said.round, "proposal"), said.signing_bytes()
            case _:
                return
        if place[0] in self.liars:
            return
        assert self.said.setdefault(place, digest.hex()) == digest.hex(), f"{place}: two things were signed"

    def deliver(self, name: str, envelope: bytes) -> None:
        """An envelope arrives, whoever brought it."""
        with self.on(name):
            driver.receive(self.desk, envelope)
            self.collect(name)

    def carry(self) -> None:
        """Deliver everything on the wire, and all that comes of it."""
        for name in self.alive():
            self.collect(name)
        while self.post:
            _, to, envelope = self.post.pop(self.shuffle.randrange(len(self.post)) if self.shuffle else 0)
            if to not in self.down:
                self.deliver(to, envelope)

    def tell(self) -> None:
        """Everybody sends its status, and answers are carried."""
        for name in self.alive():
            with self.on(name):
                status = sync.sealed_status(self.desk)
            self.post += [(name, to, status) for to in self.names if to != name]
        self.carry()

    def expire(self) -> None:
        """All timers run out, and the longest patience with rounds that brought nothing."""
        for name in self.alive():
            with self.on(name):
                Timer.objects.update(fires_at=timezone.now())
            self.beat(name, later=8.5)

    def run(self, until: Callable[[], bool], beats: int = 40) -> None:
        """Beats, post and status until it is so; timers run out only when nothing else moves."""
        for number in range(beats):
            if until():
                return
            before = self.states()
            for name in self.alive():
                self.beat(name)
            self.carry()
            if self.states() == before:
                self.tell()
            if self.states() == before and number % 2:
                self.expire()
                self.carry()
        assert until(), self.states()

    def states(self) -> list[tuple[str, int, int, str]]:
        """Name, height, round and step of every node that runs."""
        return [(name, row.height, row.round, row.step) for name, row in self.rows().items()]

    def rows(self) -> dict[str, NodeState]:
        """The state of every node that runs."""
        found = {}
        for name in self.alive():
            with self.on(name):
                found[name] = NodeState.objects.get()
        return found

    def chain_of(self, name: str) -> list[tuple[int, str, int, str]]:
        """A node's blocks: height, hash, transactions, state root."""
        with self.on(name):
            return [
                (row.height, bytes(row.hash).hex(), row.transaction_count, bytes(row.state_root).hex())
                for row in Block.objects.order_by("height")
            ]

    def check(self) -> None:
        """All chains are one chain, and each node's log leads to its state, byte for byte."""
        chains = {name: self.chain_of(name) for name in self.alive()}
        longest = max(chains.values(), key=len)
        for name, chain in chains.items():
            assert chain == longest[: len(chain)], f"{name} has another chain"
            with self.on(name):
                state = State(self.chain, name)
                for text in ConsensusEvent.objects.order_by("sequence").values_list("event", flat=True):
                    state, _ = apply(state, parse(text.encode(), Event, limit=10**7))
                assert canonical(state).decode() == NodeState.objects.get().state

    def height(self) -> int:
        """The lowest height that all running nodes have decided."""
        return min(row.height for row in self.rows().values()) - 1

    def submit(self, name: str, number: int) -> str:
        """A transaction through one node: the CSD proposes to admit somebody new."""
        with self.on(name):
            (answer,) = services.submit(raws=[self.transaction(number)])
            assert answer.status == "pending", answer
            return answer.id

    def transaction(self, number: int) -> bytes:
        """Signed, and different for every number."""
        newcomer = institution(f"newcomer {number}")
        act = acts.admit(newcomer, holder=holder(f"newcomer {number}"), name=f"n{number}", roles=("issuer",))
        frame, csd = Frame.at(self.chain, int(time.time())), institution("csd")
        deadline = int(time.time()) + 86_400
        asked = build.propose(frame, act, proposer=csd.address, deadline=deadline, notary=None)
        return sign(asked, csd, newcomer).raw

    def committed(self, name: str, txid: str) -> bool:
        """Whether a node has the transaction in a block."""
        with self.on(name):
            return bool(pool.known([], [txid])[2])
