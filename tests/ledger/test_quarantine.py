"""A node without its guard is silent until enough others said, lately, where they are; what one peer may fill."""

from datetime import timedelta

import pytest
from django.test import override_settings

from clients.keys import sign
from ledger import driver, quarantine
from ledger.desk import CannotRun
from ledger.envelopes import Status, StatusEnvelope, VoteEnvelope, seal
from ledger.guard import Guard, Mark
from ledger.intake import EARLY_KEPT
from ledger.local import local
from ledger.models import EarlyEnvelope
from ledger.protocol.consensus.messages import SignedVote, Vote
from tests.ledger.consensus_network import Nodes
from tests.protocol.world import person

A = "a" * 64


def says(nodes: Nodes, peer: str, height: int) -> bytes:
    """A peer's status: at the beginning of this height."""
    status = Status(have=(), height=height, round=0, step="propose", tip=A)
    with nodes.on(peer):
        return seal(local(), StatusEnvelope, status)


def votes(nodes: Nodes, peer: str, height: int, count: int) -> list[bytes]:
    """True votes of one peer, one for each round of a height to come."""
    said = [Vote(A, nodes.chain, height, round_, "prevote", peer) for round_ in range(count)]
    key = person(f"node {peer}").sign
    with nodes.on(peer):
        return [
            seal(local(), VoteEnvelope, SignedVote(sign(key, one.signing_bytes()).hex(), one)) for one in said
        ]


def test_two_fresh_voices_of_the_other_three_end_it_well_beyond_the_furthest(nodes: Nodes):
    guard = Guard(nodes.folder / "csd")
    guard.lose()
    nodes.deliver("csd", says(nodes, "regulator", 5))
    nodes.deliver("csd", says(nodes, "issuer", 9))  # an observer's voice does not count
    assert guard.marks() is None
    nodes.deliver("csd", says(nodes, "exchange", 7))
    (mark,) = guard.marks() or ()
    assert mark.height == 9
    assert not guard.allows(Mark(A, 8, "precommit", 50)) and guard.allows(Mark(A, 9, "prevote", 0))


def test_voices_of_long_ago_do_not_end_it(nodes: Nodes):
    guard = Guard(nodes.folder / "csd")
    guard.lose()
    nodes.deliver("csd", says(nodes, "regulator", 5))
    with nodes.on("csd"):
        later = nodes.desk.now() + quarantine.FRESH + timedelta(seconds=1)
        status = Status(have=(), height=7, round=0, step="propose", tip=A)
        nodes.desk.note_status("exchange", status, later)
        quarantine.end_if_safe(nodes.desk, later)
    assert guard.marks() is None


def test_a_database_of_another_key_is_not_continued(nodes: Nodes):
    home = nodes.folder / "regulator"
    theirs = override_settings(TALLYSTICK_NODE="regulator", TALLYSTICK_HOME=home)
    with nodes.on("csd"), theirs, pytest.raises(CannotRun, match="another node key"):
        driver.open_node(nodes.desk)


def test_one_peer_fills_a_bounded_space_with_heights_to_come(nodes: Nodes):
    for raw in (*votes(nodes, "exchange", 3, 5), *votes(nodes, "exchange", 2, EARLY_KEPT + 20)):
        nodes.deliver("csd", raw)
    nodes.deliver("csd", votes(nodes, "regulator", 2, 1)[0])
    with nodes.on("csd"):
        assert EarlyEnvelope.objects.filter(peer="exchange", height=2).count() == EARLY_KEPT
        assert EarlyEnvelope.objects.filter(height__gt=2).count() == 0
        assert EarlyEnvelope.objects.filter(peer="regulator").count() == 1


def test_a_single_peer_that_claims_to_be_ahead_keeps_nobody_waiting(nodes: Nodes):
    nodes.down, nodes.liars = {"exchange"}, {"exchange"}
    for name in ("csd", "regulator", "central_bank"):
        nodes.deliver(name, says(nodes, "exchange", 99))
    txid = nodes.submit("csd", 1)
    nodes.run(lambda: all(nodes.committed(name, txid) for name in ("csd", "regulator", "central_bank")))
