"""A node's process is killed at every boundary of what it writes and sends, and started again."""

import re
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from pytest_django import DjangoDbBlocker

from ledger import services
from ledger.protocol.signed import read
from tests.ledger.process_network import Killed, ProcessNodes

LEDGER = Path(__file__).resolve().parent.parent.parent / "ledger"
POINTS = sorted(
    found
    for file in LEDGER.rglob("*.py")
    for found in re.findall(r'reached\("([a-z.]+)"\)', file.read_text())
)
AT_START = "begin.logged"
WHEN_BEHIND = "early.taken"  # the others are on the way of every block
TRIES = 12  # transactions until a place must have been reached


@pytest.fixture
def nodes(template: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[ProcessNodes]:
    """Five nodes, one in a process; at the end all chains are one and every log leads to its state."""
    with django_db_blocker.unblock():
        network = ProcessNodes(template, tmp_path)
        try:
            yield network
            network.stop()
            network.check()
        finally:
            network.stop()
            network.drop()


def test_no_failpoint_is_named_twice():
    assert len(POINTS) == len(set(POINTS)) > 12


def test_the_page_on_reliability_lists_them_all():
    page = (LEDGER.parent / "docs" / "reliability.md").read_text()
    assert sorted(re.findall(r"^\| `([a-z.]+)` \|", page, re.MULTILINE)) == POINTS


@pytest.mark.parametrize("point", [point for point in POINTS if point != AT_START])
def test_killed_there_it_goes_on_loses_nothing_and_says_nothing_twice(nodes: ProcessNodes, point: str):
    seed = POINTS.index(point)
    print(f"seed {seed}")
    nodes.shuffle = Random(seed)
    nodes.start(point)
    if point == WHEN_BEHIND:
        _fall_behind(nodes)
    promised: list[str] = []
    with pytest.raises(Killed):
        for number in range(TRIES):
            _ask(nodes, number, promised)
    nodes.start()
    _ask(nodes, TRIES, promised)
    nodes.run(
        lambda: all(nodes.committed(name, txid) for name in nodes.names for txid in promised), beats=120
    )


def test_killed_at_its_very_first_event_it_begins_again(nodes: ProcessNodes):
    nodes.make_database(nodes.apart)
    with nodes.on(nodes.apart):
        services.install_genesis(document=nodes.genesis)
    with pytest.raises(Killed):
        nodes.start(AT_START)
    nodes.start()
    promised: list[str] = []
    _ask(nodes, 1, promised)
    nodes.run(
        lambda: all(nodes.committed(name, txid) for name in nodes.names for txid in promised), beats=120
    )


def _fall_behind(nodes: ProcessNodes) -> None:
    """The others decide some heights, which the node is then going to hear of in any order."""
    nodes.down = {nodes.apart}
    for number in range(2):
        txid = nodes.submit("csd", TRIES + 1 + number)
        nodes.run(lambda: nodes.committed("exchange", txid))  # noqa: B023 - called at once
    nodes.down = set()


def _ask(nodes: ProcessNodes, number: int, promised: list[str]) -> None:
    """A transaction through the node, promised once the node said pending; then until it is committed there."""
    raw = nodes.transaction(number)
    assert nodes.submit_apart(raw) == "pending"
    txid = read(raw).id
    promised.append(txid)
    nodes.run(lambda: nodes.committed(nodes.apart, txid), beats=120)
