"""Runs one case: faults first, then a healed quorum that has to decide everything within a bound."""

import logging
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import Final

from ledger.guard import REST
from tests.simulation.books import read_once
from tests.simulation.case import Case
from tests.simulation.faults import let_loose
from tests.simulation.invariants import Violation, check_answered, check_node
from tests.simulation.liars import Forgetful, Liar, Plot
from tests.simulation.network import Network
from tests.simulation.town import resident, transaction

TRANSACTIONS: Final = 5
HEALED_WITHIN_MS: Final = (
    120_000  # virtual; the longest round after so little time of faults takes ten seconds
)


@dataclass(frozen=True)
class Outcome:
    """What became of a case."""

    case: Case
    digest: str
    hits: Counter[str]
    violation: str = ""
    height: int = 0
    healed_ms: int = 0
    deliveries: int = 0


def run(case: Case) -> Outcome:
    """Run it to its end, or to the first violation."""
    logging.disable(logging.CRITICAL)
    network = Network(case)
    violation, healed_ms = "", 0
    try:
        begin(network)
        network.run(case.seconds * 1_000)
        check(network)
        healed_ms = heal(network)
        check(network)
    except Violation as found:
        violation = str(found)
    except Exception as error:  # a node that stumbles: nothing that comes over a wire may do that
        violation = f"error: {error!r}"
    height = max(network.witness.chain, default=0)
    return Outcome(
        case, network.digest.hexdigest(), network.hits, violation, height, healed_ms, network.order
    )


def begin(network: Network) -> None:
    """Liars, faults, and clients who submit transactions here and there."""
    random, case = network.random, network.case
    plot = Plot(network)
    for name in sorted(network.witness.liars):
        me = resident(case.validators, name)
        kind = random.choice(("alone", "beside", "twins", "forgetful"))
        network.hits[f"liar is {kind}"] += 1
        if kind == "alone":
            network.nodes[name].stop()
        elif kind == "twins":
            network.twins[name] = f"{name} again"
            network.add(f"{name} again", name)
        elif kind == "forgetful":
            desk = network.add(name, name, Forgetful).desk
            desk.forgets = lambda: random.random() < 0.2  # type: ignore[attr-defined]
        Liar(network, plot, me)
    let_loose(network)
    for number in range(TRANSACTIONS):
        network.at(random.randrange(case.seconds * 800), partial(submit, network, number))


def submit(network: Network, number: int) -> None:
    """A client asks one honest node; what is answered "pending" must not be lost."""
    name = network.random.choice(network.honest())
    node, raw = network.nodes[name], transaction(network.case.validators, number)
    if node.up and node.submit(raw):
        network.witness.answered.setdefault(name, set()).add(read_once(raw).id)
    network.settle(name)


def heal(network: Network) -> int:
    """A random quorum of honest validators is healed; how long it took until all that was pending there is final."""
    validators = quorum(network)
    if not validators:
        network.hits["nobody to heal"] += 1
        return 0
    core = validators + [name for name in network.names if name not in network.validators]
    network.heal(core)
    pending = {key for name in core for key in network.nodes[name].desk.rows.pool}
    begun = network.time

    def done() -> bool:
        nodes = [network.nodes[name] for name in core]
        level = len({node.height for node in nodes}) == 1
        return level and not any(pending & node.desk.rows.pool.keys() for node in nodes)

    if not network.run(begun + HEALED_WITHIN_MS, done):
        where = {name: network.nodes[name].height for name in core}
        raise Violation(f"stuck: {len(pending)} were pending at {core}, which stand at {where}")
    return network.time - begun


def quorum(network: Network) -> list[str]:
    """As few honest validators as can decide, chosen at random.

    A node whose database went back behind the height that its guard knows is as good as broken until the others
    have decided that: it is not among them. With liars beside, there may be no quorum without it, and none is healed.
    """
    honest = [name for name in network.honest() if name in network.validators]
    count = network.case.validators * 2 // 3 + 1
    for _ in range(20 if len(honest) >= count else 0):
        core = network.random.sample(honest, count)
        furthest = max(network.nodes[name].height for name in core)
        if all(signs_from(network, name) <= furthest for name in core):
            return sorted(core)
    return []


def signs_from(network: Network, name: str) -> int:
    """The first height at which this node's guard lets it sign."""
    desk = network.nodes[name].desk
    last = desk.guard.last()
    if last is None:
        return 0
    return last.height if last.digest == REST or desk.signed(last) else last.height + 1


def check(network: Network) -> None:
    """Every invariant that can be read off the honest nodes."""
    for name in network.honest():
        node = network.nodes[name]
        check_node(node, network.case.validators)
        check_answered(node, network.witness.answered.get(name, set()))
