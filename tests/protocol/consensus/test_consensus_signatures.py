"""Which signed messages may become events: real keys, every field, and what makes a quorum of signatures."""

import pytest
from consensus_story import CHAIN, HEIGHT, A, B
from msgspec.structs import replace

from clients.keys import sign
from ledger.protocol.consensus.messages import (
    Certificate,
    PolkaCertificate,
    Proposal,
    Signature,
    SignedProposal,
    SignedVote,
    Vote,
)
from ledger.protocol.consensus.signatures import verify_certificate, verify_proposal, verify_vote
from tests.protocol.world import person

NAMES = ("v0", "v1", "v2", "v3")
KEYS = {name: bytes.fromhex(person(name).card.sign) for name in NAMES}


def signature(name: str, message: Vote | Proposal) -> str:
    return sign(person(name).sign, message.signing_bytes()).hex()


def vote(name: str, type_: str = "precommit", block: str = A, by: str | None = None) -> SignedVote:
    said = Vote(block, CHAIN, HEIGHT, 0, type_, name)
    return SignedVote(signature(by or name, said), said)


def parts(*names: str, type_: str = "precommit") -> tuple[Signature, ...]:
    return tuple(Signature(vote(name, type_).signature, name) for name in names)


def test_a_vote_is_its_validators_own():
    assert verify_vote(vote("v1"), KEYS)
    assert not verify_vote(vote("v1", by="v2"), KEYS)
    assert not verify_vote(vote("stranger"), KEYS)


@pytest.mark.parametrize(
    "changes",
    [
        {"block": B},
        {"block": ""},
        {"chain": "other-0123456789abcdef"},
        {"height": HEIGHT + 1},
        {"round": 1},
        {"type": "prevote"},
        {"validator": "v2"},
    ],
    ids=str,
)
def test_a_signature_covers_every_field_of_a_vote(changes: dict[str, object]):
    good = vote("v1")
    assert not verify_vote(replace(good, vote=replace(good.vote, **changes)), KEYS)


@pytest.mark.parametrize(
    "changes",
    [{"block": B}, {"chain": "x"}, {"height": 9}, {"pol_round": 0}, {"proposer": "v2"}, {"round": 3}],
    ids=str,
)
def test_a_signature_covers_every_field_of_a_proposal(changes: dict[str, object]):
    said = Proposal(A, CHAIN, HEIGHT, 1, "v1", 2)
    good = SignedProposal(said, signature("v1", said))
    assert verify_proposal(good, KEYS)
    assert not verify_proposal(replace(good, proposal=replace(said, **changes)), KEYS)
    assert not verify_proposal(good, {"v2": KEYS["v2"]})


def test_a_vote_is_no_proposal_of_the_same_bytes():
    said = Proposal(A, CHAIN, HEIGHT, -1, "v1", 0)
    assert not verify_proposal(SignedProposal(said, vote("v1", block=A).signature), KEYS)


@pytest.mark.parametrize(
    ("names", "good"),
    [
        (("v0", "v1", "v2"), True),
        (("v0", "v1", "v2", "v3"), True),
        (("v0", "v1"), False),
        (("v0", "v1", "v1"), False),
        (("v0", "v0", "v1", "v2"), False),
        (("v2", "v1", "v0"), False),
        (("stranger", "v0", "v1"), False),
    ],
    ids=str,
)
def test_a_certificate_is_a_quorum_of_distinct_validators_in_order(names: tuple[str, ...], good: bool):
    assert verify_certificate(Certificate(A, HEIGHT, parts(*names), 0), CHAIN, KEYS) is good


def test_each_signature_of_a_certificate_counts_for_its_own_place():
    listed = parts("v0", "v1", "v2")
    forged = (*listed[:2], Signature(listed[0].signature, "v2"))
    assert not verify_certificate(Certificate(A, HEIGHT, forged, 0), CHAIN, KEYS)
    assert not verify_certificate(Certificate(B, HEIGHT, listed, 0), CHAIN, KEYS)
    assert not verify_certificate(Certificate(A, HEIGHT, listed, 1), CHAIN, KEYS)
    assert not verify_certificate(Certificate(A, HEIGHT, listed, 0), "other-0123456789abcdef", KEYS)


def test_prevotes_make_a_polka_and_no_final_block():
    prevotes = parts("v0", "v1", "v2", type_="prevote")
    assert verify_certificate(PolkaCertificate(A, HEIGHT, prevotes, 0), CHAIN, KEYS)
    assert not verify_certificate(Certificate(A, HEIGHT, prevotes, 0), CHAIN, KEYS)
