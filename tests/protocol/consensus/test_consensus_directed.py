"""Runs that broke others: equivocating proposals, late polka, a decision that came late."""

from consensus_story import A, B, begin, checked, hear, precommits, prevotes, propose, said, timeout

from ledger.protocol.consensus.state import Polka


def test_equivocating_proposals_do_not_stop_the_round_after():
    """v1 offers A to some and B to others (malachite 1018): the polka of A is believed by who saw B first."""
    state, _ = hear(begin(), propose(B), checked(B), propose(A), checked(A))
    assert state.step == "prevote"
    state, sends = hear(state, *prevotes(A, ("v1", "v2", "v3")))
    assert said(sends) == ["precommit aaaa"] and state.locked == Polka(A, 0)
    state, _ = hear(state, *precommits(A, ("v2", "v3")))
    assert state.decision is not None and state.decision.block == A


def test_late_valid_block_is_proposed_by_who_could_not_lock_it():
    state, _ = hear(begin("v2"), propose(A), timeout("propose"), *prevotes(B, ("v1",)))
    state, _ = hear(state, *prevotes("", ("v0",)), timeout("prevote"))
    state, _ = hear(state, checked(A), *prevotes(A, ("v0", "v1", "v3")))
    state, sends = hear(state, *precommits("", ("v0", "v3")), timeout("precommit"))
    assert said(sends) == ["propose aaaa on 0", "prevote aaaa"]


def test_the_block_that_all_but_one_decided_is_decided_rounds_later():
    state = begin()
    for round_ in range(4):
        state, _ = hear(state, *precommits("", ("v3", "v2"), round_), *precommits("", ("v1",), round_))
        state, _ = hear(state, timeout("precommit", round_))
    assert state.round == 4
    state, _ = hear(state, *precommits(A, ("v1", "v2", "v3"), 1), checked(A))
    assert state.decision is not None and state.decision.round == 1
