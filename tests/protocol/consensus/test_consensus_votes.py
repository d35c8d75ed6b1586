"""The keeper of votes and proposals: who counts, what is kept, who lied."""

import pytest
from consensus_story import (
    HEIGHT,
    NIL,
    A,
    B,
    C,
    D,
    begin,
    certificate,
    checked,
    hear,
    polka,
    precommits,
    prevotes,
    propose,
    start,
    timeout,
    vote,
)
from msgspec.structs import replace

from ledger.protocol.consensus.events import CertificateReceived, PolkaReceived, RecordEvidence
from ledger.protocol.consensus.machine import wanted
from ledger.protocol.consensus.messages import ProposalEvidence, VoteEvidence
from ledger.protocol.consensus.proposers import has_honest, is_quorum, proposer
from ledger.protocol.consensus.state import find_round
from ledger.protocol.consensus.votes import ROUNDS_AHEAD, ROUNDS_BEHIND, has_polka


@pytest.mark.parametrize(
    ("total", "quorum", "honest"), [(1, 1, 1), (3, 3, 2), (4, 3, 2), (6, 5, 3), (7, 5, 3), (10, 7, 4)]
)
def test_thresholds_are_strictly_more_than_thirds(total: int, quorum: int, honest: int):
    assert [is_quorum(count, total) for count in (quorum - 1, quorum)] == [False, True]
    assert [has_honest(count, total) for count in (honest - 1, honest)] == [False, True]


def test_everyone_proposes_in_turn():
    names = ("csd", "regulator", "exchange", "central_bank")
    assert [proposer(names, 7, round_) for round_ in range(5)] == [*names[3:], *names[:3], names[3]]


def test_an_equivocator_counts_for_both_values():
    state, _ = hear(begin(), *prevotes(B, ("v1",)), *prevotes(A, ("v1", "v2", "v3")))
    assert has_polka(state, 0, A) and not has_polka(state, 0, B)


def test_evidence_is_recorded_once_and_proves_itself():
    first, second, third = (vote("prevote", "v1", block) for block in (A, B, C))
    _, sends = hear(begin(), first, second, third, first, second)
    assert sends == [RecordEvidence(VoteEvidence(first.signed, second.signed))]


def test_two_proposals_are_evidence_and_four_are_kept():
    state, sends = hear(begin(), *(propose(block) for block in (A, B, C, D, "e" * 64)))
    assert sends == [RecordEvidence(ProposalEvidence(propose(A).signed, propose(B).signed))]
    assert len(find_round(state, 0).proposals) == 4


def test_a_repeated_message_changes_nothing():
    state, _ = hear(begin(), propose(A), *prevotes(A, ("v1",)))
    for event in (propose(A), vote("prevote", "v1", A)):
        assert hear(state, event) == (state, []) and hear(state, event)[0] is state


def test_strangers_other_heights_and_other_chains_are_not_heard():
    state = begin()
    good = vote("prevote", "v1", A).signed
    for changes in ({"validator": "v9"}, {"height": HEIGHT + 1}, {"chain": "test-1"}):
        event = replace(vote("prevote", "v1", A), signed=replace(good, vote=replace(good.vote, **changes)))
        assert hear(state, event)[0] is state


def test_a_certificate_counts_whole_past_an_equivocator_and_past_the_bounds():
    flood = [vote("precommit", "v1", f"{number:064x}") for number in range(9)]
    state, _ = hear(begin(), *flood)
    state, _ = hear(state, CertificateReceived(certificate(A, ("v1", "v2", "v3"))), checked(A))
    assert state.decision == certificate(A, ("v1", "v2", "v3"))
    far = ROUNDS_AHEAD + 7
    state, _ = hear(begin(), CertificateReceived(certificate(A, ("v1", "v2", "v3"), far)), checked(A))
    assert state.decision is not None and state.decision.round == far


def test_a_polka_certificate_backs_a_proposal():
    state, _ = hear(begin(), *precommits(NIL, ("v1", "v2", "v3")), timeout("precommit"))
    state, _ = hear(state, propose(A, 1, 0), checked(A), PolkaReceived(polka(A, ("v1", "v2", "v3"))))
    assert state.step == "prevote"


def test_less_than_a_quorum_is_no_certificate():
    state = begin()
    assert hear(state, CertificateReceived(certificate(A, ("v1", "v2"))))[0] is state
    assert hear(state, PolkaReceived(polka(A, ("v1", "v2", "v9"))))[0] is state
    twice = certificate(A, ("v1", "v2"))
    twice = replace(twice, precommits=(*twice.precommits, twice.precommits[0]))
    assert hear(state, CertificateReceived(twice))[0] is state


def test_who_was_away_decides_by_certificate_and_block_from_any_step():
    proof = certificate(A, ("v1", "v2", "v3"), 2)
    for state in (start(), begin(), hear(begin(), propose(B), checked(B))[0]):
        state, _ = hear(state, CertificateReceived(proof))
        assert wanted(state) == (A,)
        assert hear(state, checked(A))[0].decision == proof


def test_one_sender_fills_one_later_round_at_most():
    state, _ = hear(begin(), *(vote("prevote", "v1", A, round_) for round_ in range(200)))
    assert [round_.round for round_ in state.rounds] == [0, 1, ROUNDS_AHEAD]
    assert hear(state, vote("prevote", "v1", A, 50))[0] is state


def test_votes_long_ago_are_not_kept_but_quorums_stay():
    state, _ = hear(begin(), propose(A), timeout("propose"), timeout("prevote"))
    state, _ = hear(state, checked(A), *prevotes(A, ("v1", "v2", "v3")), *precommits(B, ("v1",)))
    last = ROUNDS_BEHIND + 1
    for round_ in range(last):
        state, _ = hear(state, *precommits(NIL, ("v1", "v2", "v3"), round_), timeout("precommit", round_))
    assert has_polka(state, 0, A) and find_round(state, 0).precommits == {}
    assert hear(state, vote("precommit", "v2", B, 0))[0] is state
    assert state.blocks.keys() == {A}


def test_memory_is_bounded_whatever_one_validator_says():
    state = begin()
    for round_ in range(150):
        for number in range(12):
            state, _ = hear(state, vote("prevote", "v1", f"{number:064x}", round_))
            state, _ = hear(state, vote("precommit", "v1", f"{number:064x}", round_))
            if round_ % 4 == 0:  # v1's own turns
                state, _ = hear(state, propose(f"{number:064x}", round_))
    kept = sum(len(tally) for round_ in state.rounds for tally in (round_.prevotes, round_.precommits))
    assert len(state.rounds) <= 3 and kept <= 3 * 2 * len(state.validators)
