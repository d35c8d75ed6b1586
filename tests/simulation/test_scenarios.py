"""Directed scenarios on the simulator's network: each is a way in which other chains have stopped or forked."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest

from ledger.envelopes import VoteEnvelope, seal
from ledger.protocol.consensus.events import VoteReceived
from ledger.protocol.consensus.votes import voters
from tests.simulation.case import FAULTS, Case
from tests.simulation.invariants import check_node
from tests.simulation.liars import Liar, Plot
from tests.simulation.network import Network
from tests.simulation.town import resident, transaction

ROUNDS_MS = 40_000  # a few rounds: whatever can be decided is decided by then


class Stage(Network):
    """Good weather; the test says what goes wrong. The proposer of height 1 is v1, then v2 in round 1."""

    def __init__(self, observers: int = 0) -> None:
        super().__init__(Case(0, off=FAULTS))
        for name in ("watcher",)[:observers]:
            self.names.append(name)
            self.add(name, name)
        self.submitted = 0

    def submit(self, name: str) -> None:
        """The next transaction, through this node."""
        assert self.nodes[name].submit(transaction(4, self.submitted))
        self.submitted += 1
        self.settle(name)

    def until(self, done: Callable[[], bool], within_ms: int = ROUNDS_MS) -> None:
        """Let time pass until it is so."""
        assert self.run(self.time + within_ms, done), {name: one.height for name, one in self.nodes.items()}

    def decided(self, height: int, *names: str) -> Callable[[], bool]:
        """Whether these, or all, have decided it."""
        return lambda: all(self.nodes[name].height > height for name in names or self.names)

    def state(self, name: str):
        """The machine's state on a node."""
        return self.nodes[name].desk.rows.progress.state

    def restore(self, name: str, backup) -> None:
        """A node's database is replaced by an older copy; its guard stays."""
        self.nodes[name].stop()
        self.nodes[name].desk.rows = backup.copy()
        self.start(name)


def test_a_lock_that_nobody_else_knows_of_does_not_stop_the_chain():
    """Only v0 saw the polka of round 0, and nobody its precommit; then v3 is gone, so that v0 is needed."""
    stage = Stage()
    stage.lets_pass = lambda sender, peer, raw: (
        sender != "v0" and (b'"kind":"proposal"' in raw or b'"kind":"transactions"' in raw or peer == "v0")
    )
    stage.submit("v1")
    stage.until(lambda: stage.state("v0").locked is not None)
    assert all(stage.state(name).locked is None for name in ("v1", "v2", "v3"))
    stage.nodes["v3"].stop()
    stage.lets_pass = lambda sender, peer, raw: True
    stage.until(stage.decided(1, "v0", "v1", "v2"))


def test_two_blocks_by_one_proposer_are_survived_and_proved():
    stage = Stage()
    stage.witness.liars = {"v1"}
    stage.nodes["v1"].stop()
    liar = Liar(stage, Plot(stage), resident(4, "v1"))
    liar.acts, liar.every_ms = [liar.split], 50
    for _ in range(6):
        stage.submit("v0")
        height = stage.nodes["v0"].height
        stage.until(stage.decided(height + 4, "v0", "v2", "v3"), within_ms=200_000)
    evidence = [key for name in ("v0", "v2", "v3") for key in stage.nodes[name].desk.rows.evidence]
    assert {name for name, *_ in evidence} == {"v1"}
    assert {kind for *_, kind in evidence} >= {"prevote", "precommit"}


@pytest.mark.parametrize("absent", ["v3", "watcher"])
def test_a_node_comes_back_after_a_hundred_heights_and_takes_part(absent: str):
    stage = Stage(observers=1)
    stage.nodes[absent].stop()
    others = [name for name in stage.names if name != absent]
    while stage.nodes["v0"].height <= 100:
        stage.submit("v0")
        stage.until(stage.decided(stage.nodes["v0"].height, *others))
    stage.start(absent)
    stage.until(stage.decided(stage.nodes["v0"].height - 1))
    stage.nodes["v2"].stop()  # now a returned validator is needed
    stage.submit(absent)
    here = [name for name in stage.names if name != "v2"]
    stage.until(stage.decided(stage.nodes["v0"].height, *here))
    for name in here:
        check_node(stage.nodes[name], 4)
    assert (absent == "watcher") != any(
        name == absent for name, height, *_ in stage.witness.said if height > 100
    )


def test_a_restored_node_does_not_vote_against_a_lock_that_it_has_forgotten():
    """v1 has decided and is away; v3 lies; v0's database is from before. v0 and v2 must not decide otherwise."""
    stage, said = Stage(), []
    backups = {name: stage.nodes[name].desk.rows.copy() for name in ("v0", "v3")}

    def only_v1_hears_all(sender: str, peer: str, raw: bytes) -> bool:
        if sender == "v0" and b'"kind":"vote"' in raw:
            said.append(raw)
        if "v2" in (sender, peer) or b'"kind":"status"' in raw or stage.nodes["v1"].height > 1:
            return False
        return peer == "v1" or b'"type":"precommit"' not in raw

    stage.lets_pass = only_v1_hears_all
    stage.submit("v1")
    stage.until(stage.decided(1, "v1"))
    assert stage.state("v0").locked is not None and stage.nodes["v0"].height == 1
    stage.witness.liars = {"v3"}
    stage.nodes["v3"].desk.guard.kept = ()
    stage.lets_pass = lambda sender, peer, raw: "v1" not in (sender, peer)
    for name, backup in backups.items():
        stage.restore(name, backup)
    stage.submit("v2")
    for name in ("v0", "v2", "v3"):  # v3 keeps what v0 said in round 0, and with it all come to round 1
        for raw in said:
            stage.at(100, partial(stage.deliver, name, raw, 2**60))
    stage.run(stage.time + ROUNDS_MS)  # a fork would be a violation
    assert stage.nodes["v0"].height == stage.nodes["v2"].height == 1
    stage.lets_pass = lambda sender, peer, raw: True
    stage.until(stage.decided(2))


def test_a_restored_node_is_no_stranger_to_its_own_last_vote():
    """The process lives on while its database goes back; then a peer sends it what it said itself."""
    stage = Stage()
    backup = stage.nodes["v0"].desk.rows.copy()
    stage.lets_pass = lambda sender, peer, raw: sender == "v0" or b'"type":"precommit"' not in raw
    stage.submit("v0")
    stage.until(lambda: stage.state("v1").rounds and "v0" in voters(stage.state("v1").rounds[0].precommits))
    heard = [
        event.signed for _, event in stage.nodes["v1"].desk.rows.events if isinstance(event, VoteReceived)
    ]
    ours = next(one for one in heard if one.vote.validator == "v0" and one.vote.type == "precommit")
    stage.nodes["v0"].desk.rows = backup.copy()
    stage.nodes["v0"].receive(seal(resident(4, "v1"), VoteEnvelope, ours))
    assert stage.nodes["v0"].desk.guard.marks() is not None
    stage.lets_pass = lambda sender, peer, raw: True
    stage.until(stage.decided(2))
    stage.nodes["v3"].stop()
    stage.submit("v0")
    stage.until(stage.decided(3, "v0", "v1", "v2"))


@pytest.mark.parametrize("seconds", [3_600, -3_600])
def test_a_clock_that_was_an_hour_wrong_and_is_set_right_holds_up_nobody(seconds: int):
    """v1 is to propose and is away: the others wait for their timers, which were set by the wrong clock."""
    stage = Stage()
    stage.nodes["v1"].stop()
    for name in ("v0", "v2", "v3"):
        stage.nodes[name].skew = timedelta(seconds=seconds)
    stage.submit("v0")
    stage.until(lambda: all(stage.state(name).step == "propose" for name in ("v0", "v2", "v3")))
    for name in ("v0", "v2", "v3"):
        stage.nodes[name].skew = timedelta(0)
    stage.until(stage.decided(1, "v0", "v2", "v3"), within_ms=10_000)


def test_a_node_that_falls_at_any_point_of_a_height_goes_on_and_says_the_same():
    """v3 is away, so the others are all needed: whatever a crash takes back must come again, or not be missed."""
    points = set()
    for fuse in range(1, 200):
        stage = Stage()
        stage.nodes["v3"].stop()
        stage.nodes["v1"].fuse = fuse
        stage.submit("v0")
        stage.until(stage.decided(2, "v0", "v1", "v2"))
        check_node(stage.nodes["v1"], 4)
        if stage.nodes["v1"].fuse:
            break
        points |= {name for name in stage.hits if name.startswith("crash")}
    assert fuse > 20 and points == {
        "crash before a commit",
        "crash after a commit",
        "crash before the guard's file",
        "crash after the guard's file",
        "crash after a part of the sends",
        "crash after the sends",
    }
