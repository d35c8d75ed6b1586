"""Random schedules: agreement with one liar of four, a fork with two, and replay equal to what was lived."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from consensus_simulator import Disagreement, Network, random_run
from consensus_story import CHAIN

from ledger.protocol.consensus import machine, rules
from ledger.protocol.consensus.machine import apply
from ledger.protocol.consensus.state import State
from ledger.protocol.encoding import canonical, digest, parse

RUNS = 2_000


def test_no_two_decisions_whatever_one_of_four_does():
    decided = 0
    for seed in range(RUNS):
        print(f"seed {seed}")
        network = random_run(seed)
        decided += bool(network.decisions())
    assert decided > RUNS // 3, "the schedules are too hostile to show anything"


def test_the_simulator_finds_the_fork_that_two_of_four_can_make():
    with pytest.raises(Disagreement):
        for seed in range(RUNS):
            print(f"seed {seed}")
            random_run(seed, liars=2)


def without_lock(state: State) -> rules.Moved | None:
    """A mutant of L23: votes for any valid fresh block, whatever it locked."""
    from msgspec.structs import replace

    moved = rules.prevote_fresh(replace(state, locked=None))
    return moved and (replace(moved[0], locked=state.locked), moved[1])


def test_the_simulator_finds_the_fork_of_validators_that_ignore_their_lock(monkeypatch):
    mutant = tuple(without_lock if rule is rules.prevote_fresh else rule for rule in rules.RULES)
    monkeypatch.setattr(machine, "RULES", mutant)
    with pytest.raises(Disagreement):
        for seed in range(RUNS * 5):
            print(f"seed {seed}")
            random_run(seed)


def test_a_faithful_network_decides_in_the_first_round():
    network = Network()
    network.begin()
    network.run_messages()
    assert len(network.decisions()) == 4 and set(network.decisions()) == {network.proposed(0)}


def test_replaying_the_log_gives_the_same_state_byte_for_byte():
    for seed in range(60):
        print(f"seed {seed}")
        network = random_run(seed)
        for name in network.correct:
            state = State(CHAIN, name)
            for event in network.logs[name]:
                # The state also goes through its JSON at every step, as it does in the database.
                state = parse(canonical(apply(state, event)[0]), State, limit=10**6)
            assert canonical(state) == canonical(network.states[name])
            assert state == network.states[name]


def trace() -> str:
    """The digest of everything that some runs led to."""
    raw = b"".join(canonical(state) for seed in range(20) for state in random_run(seed).states.values())
    return digest("test", raw).hex()


def test_the_order_of_sets_and_dicts_does_not_matter():
    here = Path(__file__).parent
    script = "from test_consensus_simulation import trace; print(trace())"
    traces = {
        subprocess.run(
            [sys.executable, "-c", script],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{here}:{here.parents[2]}"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "77")
    }
    assert traces == {f"{trace()}\n".encode()}
