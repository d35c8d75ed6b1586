"""Real nodes through changes of their validators, keys and versions: nobody who may not vote is needed or heard."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from pytest_django import DjangoDbBlocker

from clients import governance
from clients.build import Frame
from clients.signing import Signed
from ledger import local, selectors, services
from ledger.audit import verify_chain
from ledger.desk import CannotRun, UnknownVersion
from ledger.envelopes import VoteEnvelope
from ledger.models import NodeState, SignedMessage
from ledger.node.files import write_bytes
from ledger.protocol.genesis import Genesis
from ledger.services import blocks
from tests.ledger.consensus_network import Nodes
from tests.ledger.test_consensus_faults import A, B, envelope, signed_vote
from tests.protocol.stories.govern_validators import governed, joining, rotation
from tests.protocol.world import HOUSES, founded, node, with_guests

GUESTS = ("issuer", "notary", "house")


class Governed(Nodes):
    """A network of four validators and three observers, whose institutions are there from genesis."""

    def __init__(self, postgres_url: str, folder: Path, genesis: Genesis) -> None:
        super().__init__(postgres_url, folder, GUESTS, with_guests(genesis, *GUESTS))
        self.number = 0

    @property
    def frame(self) -> Frame:
        """What `governed` asks a town for."""
        return Frame.at(self.chain, int(time.time()))

    def version(self, key: str) -> int:
        """A record's version, as the CSD's node has it."""
        with self.on("csd"):
            found = selectors.record(key)
            return found.version if found else 0

    def decide(self, signed: Signed) -> int:
        """Submit it at the CSD and wait until it is in force everywhere that runs; the height that it was in."""
        with self.on("csd"):
            (answer,) = services.submit(raws=[signed.raw])
        assert answer.status == "pending", answer
        self.run(lambda: all(self.committed(name, signed.id) for name in self.alive()))
        with self.on("csd"):
            height = selectors.status([signed.id])[signed.id].height
        assert height is not None
        self.run(lambda: self.height() >= height + 1)
        return height

    def advance(self, heights: int) -> None:
        """So many blocks more, of whatever."""
        until = self.height() + heights
        while self.height() < until:
            before = self.height()
            self.number += 1
            self.submit("csd", self.number)
            self.run(lambda: self.height() >= before + 2)  # noqa: B023 - called at once

    def voters(self, name: str) -> list[str]:
        """Who votes at the height in progress, as this node has it."""
        with self.on(name):
            return sorted(NodeState.objects.get().validators)

    def signed_from(self, name: str, height: int) -> int:
        """How many messages this node has signed from a height on."""
        with self.on(name):
            return SignedMessage.objects.filter(height__gte=height).count()

    def halted(self, name: str) -> str:
        """Why a node has stopped."""
        with self.on(name):
            return NodeState.objects.get().halted

    def join(self, name: str, *signers: str) -> int:
        """A guest's node gets a vote."""
        return self.decide(governed(self, joining(self, name), *signers, name))  # type: ignore[arg-type]


def network(template: str, folder: Path, version: int) -> Iterator[Governed]:
    made = Governed(template, folder, founded("test", version))
    yield made
    made.check()
    for name in made.alive():
        with made.on(name):
            assert verify_chain().findings == []
    made.drop()


@pytest.fixture
def nodes(template: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Governed]:
    """At the end chains and logs are compared, and audited."""
    with django_db_blocker.unblock():
        yield from network(template, tmp_path, 2)


@pytest.fixture
def old(template: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Governed]:
    """The same, of version 1."""
    with django_db_blocker.unblock():
        yield from network(template, tmp_path, 1)


def test_four_validators_become_seven_and_six(nodes: Governed) -> None:
    nodes.join("issuer", *HOUSES)
    assert nodes.voters("regulator") == sorted([*HOUSES, "issuer"])
    nodes.down = {"exchange"}  # of five, four must vote: so the newest does
    nodes.advance(2)
    nodes.down = set()
    nodes.open("exchange")
    nodes.run(lambda: nodes.height() >= 4)
    nodes.join("notary", *HOUSES, "issuer")
    nodes.join("house", *HOUSES, "issuer", "notary")
    assert nodes.voters("house") == sorted([*HOUSES, *GUESTS])
    nodes.down = {"exchange", "regulator"}  # of seven, five must vote
    nodes.advance(2)
    nodes.down = set()
    for name in ("exchange", "regulator"):
        nodes.open(name)
    others = ("csd", "regulator", "central_bank", *GUESTS)
    nodes.decide(governed(nodes, governance.remove_validator("exchange"), *others))  # type: ignore[arg-type]
    assert nodes.voters("exchange") == sorted(others)
    nodes.advance(2)


def test_who_votes_no_more_goes_on_as_an_observer(nodes: Governed) -> None:
    nodes.join("issuer", *HOUSES)
    height = nodes.decide(governed(nodes, governance.remove_validator("exchange"), *HOUSES))  # type: ignore[arg-type]
    nodes.advance(2)
    assert nodes.signed_from("exchange", height + 2) == 0 < nodes.signed_from("exchange", height)
    nodes.down = {"exchange"}
    nodes.advance(4)
    nodes.down = {"regulator"}  # of four, three must vote, and the one that left is none of them
    nodes.open("exchange")
    nodes.advance(2)
    nodes.down = set()
    nodes.open("regulator")
    nodes.run(lambda: len({len(nodes.chain_of(name)) for name in nodes.names}) == 1)
    assert nodes.signed_from("exchange", height + 2) == 0


def test_a_node_goes_on_with_another_key(nodes: Governed) -> None:
    new = node("csd, later")
    with pytest.raises(CannotRun, match="another node key"):
        restart(nodes, "csd", new)  # the ledger does not say so
    restart(nodes, "csd", node("csd"))
    height = nodes.decide(governed(nodes, rotation(nodes)))  # type: ignore[arg-type]
    before = nodes.signed_from("csd", height + 2)
    nodes.advance(2)  # the others
    assert nodes.signed_from("csd", height + 2) == before == 0, "the old key is of no use any more"
    restart(nodes, "csd", new)
    nodes.down = {"regulator"}  # so that the new key is needed
    nodes.advance(4)
    assert nodes.signed_from("csd", height + 2) > 0
    nodes.down = set()
    nodes.open("regulator")
    nodes.run(lambda: len({len(nodes.chain_of(name)) for name in nodes.names}) == 1)
    with pytest.raises(CannotRun):
        restart(nodes, "csd", node("csd"))
    restart(nodes, "csd", new)


def restart(nodes: Nodes, name: str, key: Any) -> None:
    """The node's process starts anew, and finds this key in its home."""
    write_bytes(nodes.folder / name / "node.key", key.sign.hex().encode(), private=True)
    local._load.cache_clear()
    nodes.crash(name)


def test_who_was_left_behind_by_an_upgrade_stops_and_comes_back(
    old: Governed, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = blocks.known_version
    monkeypatch.setattr(
        blocks,
        "known_version",
        lambda version: known(version) and (version, settings.TALLYSTICK_NODE) != (2, "exchange"),
    )
    old.decide(governed(old, governance.upgrade(height=12, version=2), "csd", "regulator", "exchange"))  # type: ignore[arg-type]
    while old.height() < 10:
        old.advance(1)
    assert old.halted("exchange") == ""
    old.number += 1
    old.submit("csd", old.number)
    old.run(lambda: old.halted("exchange") != "")
    sentence = old.halted("exchange")
    assert sentence == str(UnknownVersion(12, 2)) and "Install the release" in sentence
    old.down = {"exchange"}
    old.advance(4)
    old.join("issuer", "csd", "regulator", "central_bank")  # what only version 2 has
    assert len(old.chain_of("exchange")) == 11
    old.down = set()
    old.open("exchange")  # the same software again
    old.run(lambda: old.halted("exchange") != "")
    assert len(old.chain_of("exchange")) == 11
    monkeypatch.undo()
    old.open("exchange")
    old.run(lambda: len(old.chain_of("exchange")) == len(old.chain_of("csd")))
    assert old.halted("exchange") == ""


def test_a_lie_is_on_the_ledger_once_and_on_every_node(nodes: Governed) -> None:
    nodes.liars = {"exchange"}
    for name, block in (("csd", A), ("regulator", B)):
        said = signed_vote(nodes, "exchange", block, type_="precommit")
        nodes.deliver(name, envelope(nodes, "exchange", VoteEnvelope, said))
    nodes.tell()
    nodes.advance(6)
    for name in nodes.names:
        with nodes.on(name):
            (found,) = selectors.evidence()
            assert (found.validator, found.height, found.round, found.kind) == ("exchange", 1, 0, "precommit")
            kinds = [
                line.kind for block in selectors.blocks() for line in selectors.transactions_of(block.height)
            ]
            assert kinds.count("evidence") == 1
    assert nodes.voters("csd") == sorted(HOUSES), "nobody is punished by a program"


def test_a_liar_does_not_set_the_pace(nodes: Governed) -> None:
    """Evidence waits for a block that comes anyway, and a block of evidence alone is not followed at once."""
    nodes.liars = {"exchange"}
    for block in (A, B):
        said = signed_vote(nodes, "exchange", block, type_="precommit")
        nodes.deliver("csd", envelope(nodes, "exchange", VoteEnvelope, said))
    nodes.tell()
    for name in nodes.names:
        nodes.beat(name)
    nodes.carry()
    assert nodes.height() == 0
    for name in nodes.names:
        nodes.beat(name, later=11)
    nodes.run(lambda: nodes.height() >= 1)
    for name in nodes.names:
        nodes.beat(name, later=1)
    assert [count for _, _, count, _ in nodes.chain_of("csd")] == [1]
    assert {step for _, height, _, step in nodes.states() if height == 2} == {"new"}


def test_who_does_not_vote_cannot_lie(nodes: Governed) -> None:
    for block in (A, B):
        said = signed_vote(nodes, "issuer", block, type_="precommit")
        nodes.deliver("csd", envelope(nodes, "exchange", VoteEnvelope, said))
    nodes.advance(2)
    with nodes.on("csd"):
        assert selectors.evidence() == []
