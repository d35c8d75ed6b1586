"""Properties of the vote keeper: order does not matter, liars count for all they said, memory is bounded."""

from collections import Counter
from dataclasses import dataclass

from consensus_story import CHAIN, HEIGHT, NIL, A, B, C, signed
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from ledger.protocol.consensus.events import RecordEvidence
from ledger.protocol.consensus.messages import (
    Certificate,
    PolkaCertificate,
    Signature,
    SignedVote,
    Vote,
    VoteEvidence,
)
from ledger.protocol.consensus.state import State, find_round
from ledger.protocol.consensus.votes import (
    ROUNDS_AHEAD,
    ROUNDS_BEHIND,
    has_polka,
    keep_certificate,
    keep_vote,
    prune,
    quorum_block,
    voters,
)
from ledger.protocol.encoding import canonical

NAMES = tuple(f"v{number}" for number in range(7))
VALUES = (NIL, A, B, C)  # fewer than validators: nobody can reach the bound of values by these
NOW = 20  # the round that the validator is in
Said = SignedVote | Certificate | PolkaCertificate


def state_of(total: int) -> State:
    return State(CHAIN, "v0", HEIGHT, NAMES[:total], round=NOW)


def ballot(who: str, type_: str, round_: int, block: str) -> SignedVote:
    return signed(Vote(block, CHAIN, HEIGHT, round_, type_, who)).signed


def certificate_of(total: int, liars: set[str], type_: str, round_: int, block: str) -> Said:
    """A quorum with these among its signers."""
    count = total * 2 // 3 + 1
    names = sorted(sorted(NAMES[:total], key=lambda name: (name not in liars, name))[:count])
    parts = tuple(Signature(ballot(name, type_, round_, block).signature, name) for name in names)
    if type_ == "prevote":
        return PolkaCertificate(block, HEIGHT, parts, round_)
    return Certificate(block, HEIGHT, parts, round_)


def keep(state: State, said: Said) -> tuple[State, tuple[object, ...]]:
    return (keep_vote if isinstance(said, SignedVote) else keep_certificate)(state, said)


def keep_all(state: State, heard: list[Said]) -> tuple[State, list[RecordEvidence]]:
    evidence = []
    for said in heard:
        state, sends = keep(state, said)
        evidence += sends
    return state, evidence


@dataclass
class Heard:
    """What reaches one validator of `total`, in some order."""

    total: int
    said: list[Said]


unhurried = settings(deadline=None)  # a busy machine is no failure

types = st.sampled_from(("prevote", "precommit"))
near = st.integers(NOW - ROUNDS_BEHIND, NOW + 1)


@st.composite
def messages(draw: st.DrawFn, rounds: st.SearchStrategy[int] = near, certificates: bool = True) -> Heard:
    total = draw(st.sampled_from((4, 7)))
    names = st.sampled_from(NAMES[:total])
    votes = st.builds(ballot, names, types, rounds, st.sampled_from(VALUES))
    quorums = st.builds(
        certificate_of, st.just(total), st.sets(names), types, rounds, st.sampled_from(VALUES[1:])
    )
    one = st.one_of(votes, votes, votes, quorums) if certificates else votes
    return Heard(total, draw(st.lists(one, max_size=40)))


def tallies(state: State) -> bytes:
    """The state as bytes; dicts are compared by content, lists in order."""
    return canonical(state)


@unhurried
@given(messages(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_does_not_matter(heard, random):
    shuffled = list(heard.said)
    random.shuffle(shuffled)
    first, _ = keep_all(state_of(heard.total), heard.said)
    second, _ = keep_all(state_of(heard.total), shuffled)
    assert tallies(first) == tallies(second)


@unhurried
@given(messages())
def test_hearing_everything_again_changes_nothing(heard):
    state, _ = keep_all(state_of(heard.total), heard.said)
    again, evidence = keep_all(state, heard.said)
    assert again is state and evidence == []


def spread(said: Said) -> list[SignedVote]:
    return [said] if isinstance(said, SignedVote) else list(said.votes(CHAIN))


@unhurried
@given(messages())
def test_everyone_counts_once_for_each_value_that_it_voted_for(heard):
    """So an equivocator counts for both, and a quorum is one exactly when that many senders voted for it."""
    state, _ = keep_all(state_of(heard.total), heard.said)
    votes = {signed.vote for said in heard.said for signed in spread(said)}
    counts = Counter((vote.type, vote.round, vote.block) for vote in votes)
    for round_ in range(NOW - ROUNDS_BEHIND, NOW + 2):
        kept = find_round(state, round_)
        for type_, tally in (("prevote", kept.prevotes), ("precommit", kept.precommits)):
            assert {block: len(tally[block]) for block in tally} == {
                block: counts[type_, round_, block] for block in VALUES if counts[type_, round_, block]
            }
            assert voters(tally) == {
                vote.validator for vote in votes if (vote.type, vote.round) == (type_, round_)
            }
            quorums = [b for b in VALUES[1:] if 3 * counts[type_, round_, b] > 2 * heard.total]
            assert quorum_block(state, tally) == (quorums[0] if quorums else None)
        for block in VALUES:
            assert has_polka(state, round_, block) == (3 * counts["prevote", round_, block] > 2 * heard.total)


@unhurried
@given(messages())
def test_whoever_said_two_things_is_recorded_once_with_a_proof(heard):
    _, evidence = keep_all(state_of(heard.total), heard.said)
    votes = {signed.vote for said in heard.said for signed in spread(said)}
    values = Counter((vote.validator, vote.type, vote.round) for vote in votes)
    liars = [liar for liar, count in values.items() if count > 1]
    found = []
    for send in evidence:
        assert isinstance(send.evidence, VoteEvidence)
        first, second = send.evidence.first.vote, send.evidence.second.vote
        assert first != second and first == replace(second, block=first.block)
        assert send.evidence.first == signed(first).signed and send.evidence.second == signed(second).signed
        found.append((first.validator, first.type, first.round))
    assert sorted(found) == sorted(liars)


def far_rounds(state: State, who: str) -> set[int]:
    """The rounds beyond the next in which this validator's votes are kept."""
    return {
        round_.round
        for round_ in state.rounds
        if round_.round > state.round + 1 and who in voters(round_.prevotes) | voters(round_.precommits)
    }


any_round = st.one_of(near, st.integers(0, 3 * ROUNDS_AHEAD))
many = st.integers(0, 20).map(lambda number: f"{number:064x}")


@unhurried
@given(st.lists(st.tuples(st.sampled_from(NAMES[:2]), types, any_round, many), max_size=300))
def test_a_flood_of_rounds_and_values_fills_a_bounded_space(flood):
    """Two of seven send what they like: a window of rounds and one far round each, n values in each tally."""
    state = state_of(7)
    for who, type_, round_, block in flood:
        state, _ = keep_vote(state, ballot(who, type_, round_, block))
        assert all(len(far_rounds(state, name)) <= 1 for name in NAMES[:2])
    assert len(state.rounds) <= ROUNDS_BEHIND + 2 + 2
    for round_ in state.rounds:
        assert NOW - ROUNDS_BEHIND <= round_.round <= NOW + ROUNDS_AHEAD
        for tally in (round_.prevotes, round_.precommits):
            said = Counter(name for voted in tally.values() for name in voted)
            assert all(count <= len(state.validators) for count in said.values())


@unhurried
@given(messages(rounds=any_round, certificates=False), messages(rounds=any_round))
def test_a_certificate_counts_whatever_else_was_or_will_be_heard(before, after):
    """Floods before it do not keep it out, and what comes later does not drive it out."""
    state, _ = keep_all(state_of(7), before.said)
    proof = certificate_of(7, {"v0", "v1"}, "precommit", NOW + 2 * ROUNDS_AHEAD, A)
    state, _ = keep_all(keep(state, proof)[0], after.said)
    state = prune(state, NOW + 50 * ROUNDS_AHEAD)
    assert quorum_block(state, find_round(state, proof.round).precommits) == A


@unhurried
@given(messages(), st.integers(NOW, NOW + 2 * ROUNDS_BEHIND))
def test_pruning_keeps_every_quorum_and_all_that_is_near(heard, current):
    state, _ = keep_all(state_of(heard.total), heard.said)
    kept = prune(state, current)
    for round_ in state.rounds:
        left = find_round(kept, round_.round)
        if round_.round >= current - ROUNDS_BEHIND:
            assert left == round_
        for tally, rest in ((round_.prevotes, left.prevotes), (round_.precommits, left.precommits)):
            quorum = quorum_block(state, tally)
            assert quorum is None or rest[quorum] == tally[quorum]
