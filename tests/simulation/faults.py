"""What goes wrong besides the wire: partitions, clogs, clocks, crashes, brokers, rollbacks, outages."""

from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from random import Random
from typing import Final

from tests.simulation.network import Network
from tests.simulation.node import Node

CRASH_WITHIN: Final = 12  # points where something is kept or sent, counted from a random moment
Paths = set[tuple[str, str]]


def let_loose(network: Network) -> None:
    """Begin every class of faults that this case's weather has."""
    weather = network.weather
    for every_ms, fault in (
        (weather.clog_every_ms, clog),
        (weather.partition_every_ms, partition),
        (weather.clock_every_ms, turn_clock),
        (weather.crash_every_ms, crash),
        (weather.broker_every_ms, lose_broker),
        (weather.rollback_every_ms, roll_back),
        (weather.outage_every_ms, leave_for_long),
    ):
        if every_ms:
            _again(network, every_ms, fault)
    if weather.rollback_every_ms:
        for name in network.honest():
            _again(network, 700, lambda network, node=network.nodes[name]: back_up(node))  # type: ignore[misc]


def _again(network: Network, every_ms: int, fault: Callable[[Network], None]) -> None:
    def happen() -> None:
        if not network.quiet:
            fault(network)
            _again(network, every_ms, fault)

    network.at(int(network.random.expovariate(1 / every_ms)) + 1, happen)


def clog(network: Network) -> None:
    """One path delivers nothing for up to five seconds, then all of it."""
    a, b = network.random.sample(network.names, 2)
    network.clogged[a, b] = network.time + network.random.randrange(5_000)
    network.hits["clogged path"] += 1


def partition(network: Network) -> None:
    """Another shape of what reaches what, or none."""
    name = network.random.choice((*SHAPES, "whole", "whole"))
    network.hits[f"partition: {name}"] += 1
    network.blocked = SHAPES[name](network.names, network.random) if name in SHAPES else set()


def halves(names: list[str], random: Random) -> Paths:
    """Two sides that do not hear each other."""
    side = set(random.sample(names, random.randrange(1, len(names))))
    return {(a, b) for a in names for b in names if (a in side) != (b in side)}


def isolate(names: list[str], random: Random) -> Paths:
    """One node alone."""
    alone = random.choice(names)
    return {(a, b) for a in names for b in names if alone in (a, b)}


def ring(names: list[str], random: Random) -> Paths:
    """Each hears its two neighbours only."""
    order = random.sample(names, len(names))
    near = set(pairwise([*order, order[0]]))
    return {(a, b) for a in names for b in names if (a, b) not in near and (b, a) not in near}


def one_way(names: list[str], random: Random) -> Paths:
    """One side is heard and does not hear."""
    side = set(random.sample(names, random.randrange(1, len(names))))
    return {(a, b) for a in names for b in names if a in side and b not in side}


def patchy(names: list[str], random: Random) -> Paths:
    """Any paths at all."""
    share = random.random()
    return {(a, b) for a in names for b in names if random.random() < share}


SHAPES: Final = {"halves": halves, "isolate": isolate, "ring": ring, "one way": one_way, "patchy": patchy}


def turn_clock(network: Network) -> None:
    """A clock jumps; one by an hour at most, the others by seconds."""
    node = network.nodes[network.random.choice(network.names)]
    if node.name == network.validators[0] and network.random.random() < 0.3:
        node.skew = timedelta(seconds=network.random.choice((-3_600, 3_600)))
    else:
        node.skew = timedelta(milliseconds=network.random.randrange(-15_000, 15_000))
    network.hits["clock jump"] += 1
    if node.up:
        network.wake(node.name, 1)


def crash(network: Network) -> None:
    """A node falls at one of the next points where it keeps or sends something."""
    node = network.nodes[network.random.choice(network.honest())]
    if node.up:
        node.fuse = network.random.randrange(1, CRASH_WITHIN)


def lose_broker(network: Network) -> None:
    """All that waits for a node, and all that is on its way to it, is gone."""
    name = network.random.choice(network.names)
    network.lost_until[name] = network.time
    network.hits["broker emptied"] += 1


def back_up(node: Node) -> None:
    """Somebody makes a copy of its database."""
    node.backups = [*node.backups, node.desk.rows.copy()][-4:]


def roll_back(network: Network) -> None:
    """A node's database is replaced by an older copy; its guard, outside of it, stays. To few nodes only."""
    rolled = [name for name in network.honest() if network.nodes[name].rolled_back]
    network.random.shuffle(rolled)
    room = network.case.tolerated
    candidates = rolled if len(rolled) >= room else network.honest()
    node = network.nodes[network.random.choice(candidates)] if candidates else None
    if node and node.backups and room > 0:
        node.stop()
        node.desk.rows = network.random.choice(node.backups).copy()
        node.rolled_back = True
        network.witness.answered.pop(node.name, None)
        network.hits["database rolled back"] += 1
        network.at(network.random.choice((1, 100, 1_000)), lambda: network.start(node.name))


def leave_for_long(network: Network) -> None:
    """A node is down for seconds."""
    node = network.nodes[network.random.choice(network.honest())]
    if node.up:
        node.stop()
        network.hits["long outage"] += 1
        network.at(network.random.randrange(2_000, 8_000), lambda: network.start(node.name))
