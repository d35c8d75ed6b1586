"""One test per line of arXiv 1807.04938, Algorithm 1, up to line 46; paper_lines.py has the table."""

from consensus_story import (
    HEIGHT,
    NIL,
    A,
    B,
    begin,
    checked,
    hear,
    locked_on_a,
    polka,
    polka_came_late,
    precommits,
    prevotes,
    propose,
    said,
    start,
    timeout,
)

from ledger.protocol.consensus.events import (
    Begun,
    BuildValue,
    SendPolka,
    SetTimer,
    ValueBuilt,
)
from ledger.protocol.consensus.machine import apply, wanted
from ledger.protocol.consensus.state import Polka


def test_l10_nothing_happens_before_the_height_begins():
    state = start()
    assert (state.round, state.step) == (-1, "new")
    assert hear(state, timeout("propose"), *prevotes(A, ("v1",)))[1] == []


def test_l10_begun_enters_round_0_once():
    state, sends = hear(start(), Begun(HEIGHT))
    assert (state.round, state.step) == (0, "propose")
    assert sends == [SetTimer(2_000, HEIGHT, "propose", 0)]
    assert hear(state, Begun(HEIGHT))[0] is state
    assert hear(start(), Begun(HEIGHT + 1))[0] == start()


def test_l10_a_proposal_begins_the_height():
    state, sends = hear(start(), propose(A))
    assert (state.round, state.step) == (0, "propose")
    assert sends == [SetTimer(2_000, HEIGHT, "propose", 0)]


def test_l14_the_proposer_builds_a_block_and_proposes_it_once():
    state, sends = hear(start("v1"), Begun(HEIGHT))
    assert sends == [SetTimer(2_000, HEIGHT, "propose", 0), BuildValue(HEIGHT, 0)]
    state, sends = hear(state, ValueBuilt(A, HEIGHT, 0))
    assert said(sends) == ["propose aaaa on -1", "prevote aaaa"]
    assert hear(state, ValueBuilt(B, HEIGHT, 0))[0] is state


def test_l14_a_block_built_too_late_is_not_proposed():
    state, _ = hear(begin("v1"), timeout("propose"))
    assert hear(state, ValueBuilt(A, HEIGHT, 0))[1] == []
    assert hear(begin("v0"), ValueBuilt(A, HEIGHT, 0))[1] == []


def test_l15_the_proposer_proposes_the_valid_block_again_with_its_polka():
    state = polka_came_late()
    for round_ in (1, 2):
        state, sends = hear(state, *precommits(NIL, ("v1", "v2", "v3"), round_), timeout("precommit", round_))
    assert state.round == 3  # v0's turn
    assert said(sends) == ["propose aaaa on 0", "prevote aaaa"]
    assert SendPolka(polka(A, ("v1", "v2", "v3"))) in sends


def test_l19_once_even_before_its_own_proposal_is_back():
    state, sends = apply(begin("v1"), ValueBuilt(A, HEIGHT, 0))  # a guard that abstains gives nothing back
    assert said(sends) == ["propose aaaa on -1"] and state.step == "propose"
    assert apply(state, ValueBuilt(B, HEIGHT, 0)) == (state, ())


def test_l20_everyone_times_the_propose_step_and_later_rounds_wait_longer():
    state, sends = hear(begin(), *precommits(NIL, ("v1", "v2", "v3")), timeout("precommit"))
    assert sends[-1] == SetTimer(2_500, HEIGHT, "propose", 1)
    assert state.timeouts.delay_ms("propose", 10_000) == 60_000


def test_l22_a_valid_fresh_proposal_gets_the_prevote():
    state, sends = hear(begin(), propose(A))
    assert said(sends) == [] and wanted(state) == (A,)
    state, sends = hear(state, checked(A))
    assert said(sends) == ["prevote aaaa"] and state.step == "prevote"
    assert wanted(state) == ()


def test_l22_only_the_rounds_proposer_is_heard():
    state = begin()
    from_v1 = propose(A).signed
    stolen = type(from_v1)(type(from_v1.proposal)(A, *_rest(from_v1.proposal, proposer="v2")), "0" * 128)
    assert hear(state, type(propose(A))(stolen))[0] is state


def _rest(proposal, proposer):
    return proposal.chain, proposal.height, proposal.pol_round, proposer, proposal.round


def test_l22_the_first_proposal_of_an_equivocator_decides_the_prevote():
    state, _ = hear(begin(), propose(A), propose(B))
    assert said(hear(state, checked(B))[1]) == []
    assert said(hear(state, checked(B), checked(A))[1]) == ["prevote aaaa"]


def test_l23_a_lock_refuses_another_fresh_block_and_takes_its_own():
    assert said(hear(locked_on_a(), propose(B, 1), checked(B, 1))[1]) == ["prevote nil"]
    state, sends = hear(locked_on_a(), propose(A, 1))
    assert said(sends) == ["prevote nil"]  # A was built by v1: v2 may offer it only with its polka
    assert state.locked == Polka(A, 0)


def test_l26_an_invalid_block_gets_nil():
    assert said(hear(begin(), propose(A), checked(A, valid=False))[1]) == ["prevote nil"]


def test_l26_a_block_that_is_not_fresh_gets_nil():
    assert said(hear(begin(), propose(A), checked(A, round_=1))[1]) == ["prevote nil"]  # another's block


def test_l28_a_polka_of_an_earlier_round_gets_the_prevote():
    state, _ = hear(begin(), *precommits(NIL, ("v1", "v2", "v3")), timeout("precommit"))
    state, sends = hear(state, propose(A, 1, pol_round=0), checked(A))
    assert said(sends) == []
    state, sends = hear(state, *prevotes(A, ("v1", "v2", "v3")))
    assert said(sends) == ["prevote aaaa"] and state.step == "prevote"


def test_l28_a_polka_round_must_be_earlier_than_the_proposal():
    state = begin()
    assert hear(state, propose(A, 0, pol_round=0))[0] is state
    assert hear(state, propose(A, 1, pol_round=2))[0] is state


def test_l28_uses_any_proposal_of_the_round():
    state, _ = hear(begin(), *precommits(NIL, ("v1", "v2", "v3")), timeout("precommit"))
    state, _ = hear(state, propose(B, 1), propose(A, 1, pol_round=0), checked(A))
    assert said(hear(state, *prevotes(A, ("v1", "v2", "v3")))[1]) == ["prevote aaaa"]


def test_l29_a_later_or_equal_polka_moves_a_locked_validator():
    state, _ = hear(locked_on_a(), *prevotes(B, ("v1", "v2", "v3"), 1))
    state, _ = hear(state, *precommits(NIL, ("v1", "v2", "v3"), 1), timeout("precommit", 1))
    state, sends = hear(state, propose(B, 2, pol_round=1), checked(B, 1))
    assert said(sends) == ["prevote bbbb"]
    assert state.locked == Polka(A, 0)  # the prevote does not touch the lock; only L38 does


def test_l29_its_own_block_is_taken_whatever_the_polka():
    assert said(hear(locked_on_a(), propose(A, 1, pol_round=0))[1]) == ["prevote aaaa"]


def test_l32_an_earlier_polka_does_not_move_a_locked_validator():
    state, _ = hear(begin(), *precommits(NIL, ("v1", "v2", "v3")), timeout("precommit"))
    state, _ = hear(state, propose(A, 1), checked(A, 1), *prevotes(A, ("v1", "v2"), 1))
    assert state.locked == Polka(A, 1)
    state, _ = hear(state, *precommits(NIL, ("v1", "v2", "v3"), 1), timeout("precommit", 1))
    state, _ = hear(state, *prevotes(B, ("v1", "v2", "v3"), 0))
    assert said(hear(state, propose(B, 2, pol_round=0), checked(B))[1]) == ["prevote nil"]


def test_l32_an_invalid_block_with_a_polka_is_not_voted_for_but_calls_for_help():
    state, _ = hear(begin(), *precommits(NIL, ("v1", "v2", "v3")), timeout("precommit"))
    state, _ = hear(state, propose(A, 1, pol_round=0), *prevotes(A, ("v1", "v2", "v3")))
    state, sends = hear(state, checked(A, valid=False))
    assert said(sends) == [] and state.step == "halted"
    assert hear(state, timeout("propose", 1))[0] is state


def test_l34_prevotes_of_a_quorum_start_the_timer_once():
    state, _ = hear(begin(), timeout("propose"), *prevotes(A, ("v1",)))
    state, sends = hear(state, *prevotes(B, ("v2",)))
    assert sends == [SetTimer(1_000, HEIGHT, "prevote", 0)]
    assert hear(state, *prevotes(B, ("v3",)))[1] == []


def test_l34_two_voices_of_one_validator_are_one():
    state, _ = hear(begin(), timeout("propose"))
    sends = hear(state, *prevotes(A, ("v1",)), *prevotes(B, ("v1",)))[1]
    assert not any(isinstance(send, SetTimer) for send in sends)


def test_l36_a_polka_locks_and_gets_the_precommit():
    state, sends = hear(begin(), propose(A), checked(A), *prevotes(A, ("v1", "v2")))
    assert said(sends) == ["prevote aaaa", "precommit aaaa"]
    assert (state.step, state.locked, state.valid) == ("precommit", Polka(A, 0), Polka(A, 0))


def test_l36_waits_for_the_block_and_asks_for_it():
    state, _ = hear(begin(), timeout("propose"), *prevotes(A, ("v1", "v2", "v3")))
    assert state.step == "prevote" and wanted(state) == (A,)
    assert said(hear(state, checked(A))[1]) == ["precommit aaaa"]


def test_l36_not_while_the_validator_has_not_prevoted():
    state, _ = hear(begin(), propose(A), *prevotes(A, ("v1", "v2", "v3")))
    assert state.step == "propose"
    state, sends = hear(state, checked(A))
    assert said(sends) == ["prevote aaaa", "precommit aaaa"]


def test_l37_once_per_round():
    state, _ = hear(begin(), propose(A), checked(A), *prevotes(A, ("v1", "v2")))
    assert said(hear(state, *prevotes(A, ("v3",)))[1]) == []


def test_l42_a_late_polka_becomes_valid_without_locking():
    assert polka_came_late().valid == Polka(A, 0)


def test_l44_a_polka_for_nil_gets_precommit_nil():
    state, sends = hear(begin(), timeout("propose"), *prevotes(NIL, ("v1", "v2")))
    assert said(sends) == ["prevote nil", "precommit nil"] and state.step == "precommit"


def test_l44_never_unlocks():
    state, _ = hear(locked_on_a(), timeout("propose", 1), *prevotes(NIL, ("v1", "v2", "v3"), 1))
    assert (state.step, state.locked, state.valid) == ("precommit", Polka(A, 0), Polka(A, 0))
