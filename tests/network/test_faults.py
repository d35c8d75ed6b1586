"""Nodes that are killed, return, or lose their disk: real processes, real signals; the tests go on from one another."""

import json
import select
import time
from collections.abc import Callable, Iterator

import psycopg
import pytest

from bench.economy import Economy
from clients.api import NodeClient
from clients.signing import Signed
from demo import story
from demo.network import Network
from tests.network.harness import make_network, processes_of

pytestmark = [
    pytest.mark.network,
    pytest.mark.timeout(900),
]  # whole stories, on machines with much else to do

BLOCK_SECONDS = 1  # what a person waits for a block at most when something is pending and all is well
WITHIN_SECONDS = 180


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """Five whole nodes."""
    folder = tmp_path_factory.mktemp("faults")
    with make_network(folder) as network:
        network.start()
        yield network
    assert processes_of(folder) == []


@pytest.fixture(scope="module")
def transfers(network: Network) -> list[Signed]:
    """Transfers of a small economy that is on the ledger already; each test takes its own."""
    economy = Economy(network.chain, network.founder("csd").wallet, network.founder("regulator").wallet)
    client = NodeClient(f"{network.url('csd')}/api")
    for stage in economy.stages(500):
        for answer in client.settle(stage, within_seconds=WITHIN_SECONDS):
            answer.raise_if_refused()
    return economy.transfers(100)


def test_one_validator_killed_the_story_completes(network: Network) -> None:
    network.kill("central_bank")
    said: list[str] = []
    summary = story.run(network, said.append)
    assert summary.instruments == 3
    assert summary.tally.refusals.total() >= 10


def test_the_one_that_returns_has_the_same_state(network: Network) -> None:
    network.start_node("central_bank")
    _same_state(network)


def test_two_validators_killed_nothing_moves_and_nothing_is_lost(
    network: Network, transfers: list[Signed]
) -> None:
    """Pending transactions wait while no quorum lives; the same ones commit when one validator returns."""
    network.kill("central_bank")
    network.kill("exchange")
    client = NodeClient(f"{network.url('csd')}/api")
    pending = transfers[:20]
    assert {answer.status for answer in client.submit(pending)} == {"pending"}
    height = _height(network, "csd")
    _stays(
        lambda: _height(network, "csd") <= height + 1, seconds=3 * BLOCK_SECONDS
    )  # one may have been decided
    height = _height(network, "csd")
    _stays(lambda: _height(network, "csd") == height, seconds=20 * BLOCK_SECONDS)
    assert {client.status(one.id).status for one in pending} == {"pending"}
    network.start_node("exchange")
    answers = client.wait_final([one.id for one in pending], within_seconds=WITHIN_SECONDS)
    assert {answer.status for answer in answers} == {"committed"}
    network.start_node("central_bank")
    _same_state(network)


def test_a_wiped_node_rejoins_and_has_the_same_state(network: Network, transfers: list[Signed]) -> None:
    network.wipe("exchange")
    client = NodeClient(f"{network.url('regulator')}/api")
    for answer in client.settle(transfers[20:40], within_seconds=WITHIN_SECONDS):
        answer.raise_if_refused()
    network.start_node("exchange")
    _same_state(network)


def test_every_node_verifies_its_chain_with_equal_roots(network: Network) -> None:
    _same_state(network)
    reports = {name: json.loads(network.manage(name, "verify_chain", "--json")) for name in network.nodes}
    assert all(report["ok"] for report in reports.values()), reports
    common = min(report["height"] for report in reports.values())
    assert len({_root(network, name, common) for name in network.nodes}) == 1


def _same_state(network: Network) -> None:
    """All five nodes reach the tip of the most advanced one, and have its state there."""
    height = max(_height(network, name) for name in network.nodes)
    _until(lambda: all(_height(network, name) >= height for name in network.nodes), f"all nodes at {height}")
    roots = {name: _root(network, name, height) for name in network.nodes}
    assert len(set(roots.values())) == 1, roots


def _height(network: Network, name: str) -> int:
    return int(_ask(network, name, "SELECT COALESCE(max(height), 0) FROM ledger_block", ()))


def _root(network: Network, name: str, height: int) -> str:
    return str(
        _ask(network, name, "SELECT encode(state_root, 'hex') FROM ledger_block WHERE height = %s", (height,))
    )


def _ask(network: Network, name: str, query: str, parameters: tuple[int, ...]) -> object:
    database = network.nodes[name].database
    assert database
    with psycopg.connect(database.runtime_url) as connection:
        row = connection.execute(query, parameters).fetchone()  # type: ignore[call-overload]
    assert row
    return row[0]


def _until(condition: Callable[[], bool], what: str) -> None:
    """Wait for the condition; fail with its name."""
    deadline = time.monotonic() + WITHIN_SECONDS
    while not condition():
        assert time.monotonic() < deadline, f"not within {WITHIN_SECONDS} s: {what}"
        _breathe()


def _stays(condition: Callable[[], bool], *, seconds: float) -> None:
    """The condition holds at every look for so long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        assert condition()
        _breathe()


def _breathe() -> None:
    """Between two looks; nothing depends on how long it is."""
    select.select([], [], [], 0.1)
