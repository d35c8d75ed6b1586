"""The simulated network: virtual time, a wire that does what the weather says, and nodes that fall and rise."""

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from hashlib import blake2b
from random import Random

from ledger.envelopes import Summary
from tests.simulation.books import opened
from tests.simulation.case import Case, weather
from tests.simulation.desk import MemoryDesk
from tests.simulation.invariants import Witness
from tests.simulation.node import Node
from tests.simulation.town import OBSERVERS, genesis, resident

STATUS_MS = 1_000
REST_MS = 500  # a sender's, when a broker could not be reached


class Network:
    """All of it, by one random source. Nothing happens but by `run`."""

    def __init__(self, case: Case) -> None:
        self.case = case
        self.random = Random(f"{case.seed} {case.validators}")
        self.weather = weather(case, self.random)
        self.time = 0
        self.order = 0
        self.queue: list[tuple[int, int, Callable[[], None]]] = []
        self.hits: Counter[str] = Counter()
        self.digest = blake2b(digest_size=16)
        self.witness = Witness(case.validators)
        self.validators = [f"v{number}" for number in range(case.validators)]
        self.names = [*self.validators, *OBSERVERS[: self.weather.observers]]
        self.blocked: set[tuple[str, str]] = set()
        self.clogged: dict[tuple[str, str], int] = {}
        self.lost_until: dict[str, int] = {}  # a broker's contents: what was sent before is gone
        self.quiet = False  # healed: no more faults
        self.core: list[str] = []  # those who are
        self.spoken: list[bytes] = []  # some of what was ever sent, for liars to repeat
        self.offers: dict[str, Summary] = {}  # liars' blocks
        self.lets_pass: Callable[[str, str, bytes], bool] = lambda sender, peer, envelope: (
            True
        )  # directed scenarios
        self.twins: dict[str, str] = {}  # a name -> another node that has its key
        self.nodes: dict[str, Node] = {}
        self.witness.liars = set(self.random.sample(self.validators, self.weather.liars))
        for name in self.names:
            self.add(name, name)

    def add(self, key: str, name: str, desk_type: type[MemoryDesk] = MemoryDesk) -> Node:
        """A node with this name's key begins."""
        validators = self.case.validators
        books = opened(genesis(validators))
        node = Node(resident(validators, name), books, lambda: self.time, self.witness, desk_type)
        self.nodes[key] = node
        self.start(key)
        self.at(self.random.randrange(STATUS_MS), lambda: self.tell(key))
        return node

    def honest(self) -> list[str]:
        """Who does what it should, as far as it can."""
        return [name for name in self.names if name not in self.witness.liars]

    def at(self, delay: int, action: Callable[[], None]) -> None:
        """Have it happen after so many milliseconds."""
        self.order += 1
        heapq.heappush(self.queue, (self.time + delay, self.order, action))

    def run(self, until: int, done: Callable[[], bool] = lambda: False) -> bool:
        """Let time pass, to that moment or until it is done; whether it is."""
        while self.queue and self.queue[0][0] <= until:
            if done():
                return True
            self.time, _, action = heapq.heappop(self.queue)
            action()
        self.time = until
        return done()

    def start(self, name: str) -> None:
        """A node starts, for the first time or again."""
        node = self.nodes[name]
        if not node.up and not (self.quiet and name not in self.core):
            node.start()
            self.mark("start", name)
            self.wake(name, 1)
            self.settle(name)

    def wake(self, name: str, delay: int) -> None:
        """Its pacemaker looks around at the latest after this delay."""
        node, when = self.nodes[name], self.time + delay
        if node.next_step <= self.time or when < node.next_step:
            node.next_step = when
            self.at(delay, lambda: self.step(name, when))

    def step(self, name: str, when: int) -> None:
        """The pacemaker's turn, unless an earlier one took its place."""
        node = self.nodes[name]
        if node.up and node.next_step == when:
            rest = node.step()
            if node.up:
                self.wake(name, rest)
            self.settle(name)

    def settle(self, name: str) -> None:
        """After anything has happened on a node: its outbox, its pacemaker, or its fall."""
        node = self.nodes[name]
        if node.up and node.desk.rows.outbox:
            node.send(lambda peer, envelopes: self.publish(name, peer, envelopes), status=False)
        if not node.up:
            self.fell(name)
        elif node.desk.woken:
            node.desk.woken = False
            self.wake(name, 1)

    def fell(self, name: str) -> None:
        """A crash that was in the air has happened."""
        node = self.nodes[name]
        if node.fell_at:
            self.hits[f"crash {node.fell_at}"] += 1
            self.mark(node.fell_at, name)
            node.fell_at = ""
            self.at(self.random.choice((1, 50, 500, 2_000)), lambda: self.start(name))

    def tell(self, name: str) -> None:
        """The senders' status, once a second."""
        node = self.nodes[name]
        self.at(STATUS_MS, lambda: self.tell(name))
        if node.up:
            node.send(lambda peer, envelopes: self.publish(name, peer, envelopes), status=True)
            self.settle(name)

    def publish(self, sender: str, peer: str, envelopes: list[bytes]) -> bool:
        """Hand envelopes to a peer's broker; False if it says that it cannot be reached."""
        if peer not in self.nodes:
            return False
        if (self.nodes[sender].name, peer) in self.blocked:
            self.hits["blocked"] += not self.quiet
            return not self.weather.unreachable_is_told
        for number, envelope in enumerate(envelopes):
            if number:
                self.nodes[sender].reached("after a part of the sends")
            self.carry(sender, peer, envelope)
        self.nodes[sender].reached("after the sends")
        return True

    def carry(self, sender: str, peer: str, envelope: bytes) -> None:
        """One envelope, as the weather is."""
        copies, random = 1, self.random
        if not self.lets_pass(sender, peer, envelope):
            return
        if not self.quiet:
            if len(self.spoken) < 500 and random.random() < 0.1:
                self.spoken.append(envelope)
            if random.random() < self.weather.loss:
                self.hits["loss"] += 1
                return
            if random.random() < self.weather.duplication:
                self.hits["duplication"] += 1
                copies = 2
        for _ in range(copies):
            to = self.twins.get(peer, peer) if random.random() < 0.5 else peer
            self.at(self.delay(sender, peer), partial(self.deliver, to, envelope, self.time))

    def delay(self, sender: str, peer: str) -> int:
        """How long this one is on its way."""
        if self.quiet:
            return 5
        mean = self.weather.delay_ms
        late = max(0, self.clogged.get((sender, peer), 0) - self.time)
        if not self.weather.jitter:
            return mean + late
        self.hits["reordering"] += 1
        return int(self.random.expovariate(1 / mean)) + 1 + late

    def deliver(self, name: str, envelope: bytes, sent_at: int) -> None:
        """An envelope arrives, if its broker has not lost it meanwhile; it waits there while the node is down."""
        node = self.nodes[name]
        if sent_at < self.lost_until.get(name, 0):
            self.hits["lost with a broker"] += 1
        elif not node.up and (self.quiet or name in self.witness.liars):
            return
        elif not node.up:
            self.at(500, lambda: self.deliver(name, envelope, sent_at))
        else:
            self.mark(name, envelope)
            node.receive(envelope)
            self.settle(name)

    def mark(self, *what: str | bytes) -> None:
        """Into the trace: two runs of a case are the same if and only if its digest is."""
        self.digest.update(self.time.to_bytes(8, "big"))
        for each in what:
            self.digest.update(each if isinstance(each, bytes) else each.encode())

    def heal(self, core: list[str]) -> None:
        """From now on these have good weather among themselves; nobody else is there."""
        self.quiet, self.core = True, core
        self.blocked = {(a, b) for a in self.names for b in self.names if a not in core or b not in core}
        self.clogged = {}
        for name, node in self.nodes.items():
            node.fuse = 0
            node.skew = timedelta(milliseconds=self.random.randrange(-1_000, 1_000))
            if name in core:
                self.start(name)
                self.wake(name, 1)
            else:
                node.stop()
