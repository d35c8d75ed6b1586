"""Lines 47 to 67 of arXiv 1807.04938, Algorithm 1: precommits, decisions, later rounds, timers."""

from consensus_story import (
    HEIGHT,
    NIL,
    VALIDATORS,
    A,
    B,
    begin,
    certificate,
    checked,
    hear,
    locked_on_a,
    precommits,
    said,
    start,
    timeout,
    vote,
)

from ledger.protocol.consensus.events import (
    Decide,
    HeightStarted,
    SetTimer,
)
from ledger.protocol.consensus.machine import wanted
from ledger.protocol.consensus.state import State


def test_l47_precommits_of_a_quorum_start_the_timer_once_in_any_step():
    state, sends = hear(begin(), *precommits(A, ("v1",)), *precommits(NIL, ("v2", "v3")))
    assert state.step == "propose"
    assert sends == [SetTimer(1_000, HEIGHT, "precommit", 0)]
    assert hear(state, *precommits(B, ("v1",)))[1][1:] == []  # only the evidence


def test_l49_decides_in_any_step():
    for state in (start(), begin(), hear(begin(), timeout("propose"))[0]):
        state, sends = hear(state, *precommits(A, ("v1", "v2", "v3")), checked(A))
        assert sends[-1] == Decide(certificate(A, ("v1", "v2", "v3")))
        assert state.step == "decided" and state.decision == certificate(A, ("v1", "v2", "v3"))


def test_l49_decides_for_a_past_round():
    state, _ = hear(locked_on_a(), *precommits(A, ("v1", "v2")))
    assert state.decision == certificate(A, ("v0", "v1", "v2"))


def test_l50_not_before_the_block_is_here_and_valid():
    state, _ = hear(begin(), *precommits(A, ("v1", "v2", "v3")))
    assert state.decision is None and wanted(state) == (A,)
    state, _ = hear(state, checked(A, valid=False))
    assert state.decision is None and state.step == "halted"


def test_l52_the_next_height_forgets_everything():
    state, _ = hear(locked_on_a(), *precommits(A, ("v1", "v2")))
    assert hear(state, vote("prevote", "v1", B))[0] is state
    state, _ = hear(state, HeightStarted(HEIGHT + 1, VALIDATORS))
    assert state == State(state.chain, "v0", HEIGHT + 1, VALIDATORS)
    assert hear(state, HeightStarted(HEIGHT, VALIDATORS))[0] is state


def test_l55_more_than_a_third_in_a_later_round():
    state, _ = hear(begin(), vote("prevote", "v1", A, 5))
    assert state.round == 0
    state, sends = hear(state, vote("precommit", "v2", NIL, 5))
    assert state.round == 5 and sends == [SetTimer(4_500, HEIGHT, "propose", 5)]


def test_l55_one_validator_alone_moves_nobody():
    state, _ = hear(begin(), *(vote("prevote", "v1", block, 1) for block in (A, B, NIL)))
    assert state.round == 0


def test_l57_the_propose_timer_prevotes_nil_once():
    state, sends = hear(begin(), timeout("propose"))
    assert said(sends) == ["prevote nil"]
    assert hear(state, timeout("propose"))[0] is state
    assert hear(begin(), timeout("propose", 1))[1] == []


def test_l61_the_prevote_timer_precommits_nil_once():
    state, sends = hear(begin(), timeout("propose"), timeout("prevote"))
    assert said(sends) == ["prevote nil", "precommit nil"]
    assert hear(state, timeout("prevote"))[0] is state
    assert hear(begin(), timeout("prevote"))[1] == []


def test_l65_the_precommit_timer_starts_the_next_round_from_any_step():
    state, _ = hear(begin(), timeout("precommit"))
    assert (state.round, state.step) == (1, "propose")
    assert hear(state, timeout("precommit"))[0] is state
