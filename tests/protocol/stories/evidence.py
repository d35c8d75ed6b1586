"""The story of `evidence`: what a validator signed twice in one place is recorded once, signed by nobody."""

from clients import governance
from clients.signing import Signed, sign
from ledger.protocol.reasons import Reason
from tests.protocol.liars import evidence, two_proposals, two_votes
from tests.protocol.stories.govern_validators import governed, joined, rotation
from tests.protocol.stories.scenes import output
from tests.protocol.stories.story import Accepted, Refused, tell
from tests.protocol.town import Town
from tests.protocol.world import HOUSES, node


def of_one_who_left(t: Town) -> Signed:
    """The issuer's node lied while it voted; by now it does not."""
    joined(t, "issuer")
    height = t.height + 1
    t.submit(governed(t, governance.remove_validator("issuer"), *HOUSES))
    t.block()
    return evidence(t, two_votes(t, "issuer", height=height))


def before_it_joined(t: Town) -> Signed:
    joined(t, "issuer")
    return evidence(t, two_votes(t, "issuer", height=t.height))


def rotated(t: Town) -> Town:
    t.submit(governed(t, rotation(t)))
    t.block()
    return t


def by_the_old_key(t: Town) -> Signed:
    """Of a height at which the old key still voted."""
    return evidence(rotated(t), two_votes(t, "csd", height=t.height))


ACCEPTED = [
    Accepted("of two precommits", lambda t: evidence(t, two_votes(t))),
    Accepted("of two prevotes, one for nil", lambda t: evidence(
        t, two_votes(t, second={"block": "", "type": "precommit"}))),
    Accepted("of two proposals", lambda t: evidence(t, two_proposals(t))),
    Accepted("of the height in progress", lambda t: evidence(t, two_votes(t, height=t.height + 1))),
    Accepted("of a validator that has left", of_one_who_left),
    Accepted("by a key that was changed since", by_the_old_key),
]  # fmt: skip
REFUSED = [
    Refused(Reason.MALFORMED, "of one message", lambda t: evidence(t, two_votes(t), body={})),
    Refused(Reason.BAD_VALIDITY, "with times of its own", lambda t: evidence(t, two_votes(t), expires=86_399)),
    Refused(Reason.WRONG_INPUTS, "that consumes nothing", lambda t: evidence(t, two_votes(t), inputs=[])),
    Refused(Reason.WRONG_INPUTS, "as a second version", lambda t: evidence(
        t, two_votes(t), inputs=["evidence/exchange/1/0/precommit@1"])),
    Refused(Reason.WRONG_INPUTS, "with units for somebody", lambda t: evidence(
        t, two_votes(t), outputs=[output(t, "ann", 1)])),
    Refused(Reason.BAD_EVIDENCE, "of one message twice", lambda t: evidence(
        t, two_votes(t, second={"block": "ab" * 32}))),
    Refused(Reason.BAD_EVIDENCE, "not in order", lambda t: evidence(t, type(proof := two_votes(t))(
        *sorted((proof.first, proof.second), key=lambda each: each.vote.signing_bytes(), reverse=True)),
        order=False)),
    Refused(Reason.BAD_EVIDENCE, "of two heights", lambda t: evidence(t, two_votes(t, second={"height": 2}))),
    Refused(Reason.BAD_EVIDENCE, "of two rounds", lambda t: evidence(t, two_votes(t, second={"round": 1}))),
    Refused(Reason.BAD_EVIDENCE, "of a prevote and a precommit", lambda t: evidence(
        t, two_votes(t, second={"type": "prevote"}))),
    Refused(Reason.BAD_EVIDENCE, "of two validators", lambda t: evidence(
        t, two_votes(t, second={"validator": "csd"}))),
    Refused(Reason.BAD_EVIDENCE, "of two chains", lambda t: evidence(
        t, two_votes(t, second={"chain": "test-0000000000000000"}))),
    Refused(Reason.STALE, "a second time", lambda t: (
        t.submit(evidence(t, two_votes(t))), evidence(t, two_votes(t, second={"block": "ef" * 32})))[1]),
    Refused(Reason.WRONG_WITNESSES, "signed by somebody", lambda t: sign(
        evidence(t, two_votes(t)).transaction, t.issuer)),
    Refused(Reason.BAD_EVIDENCE, "of a height to come", lambda t: evidence(t, two_votes(t, height=t.height + 2))),
    Refused(Reason.BAD_EVIDENCE, "of no height", lambda t: evidence(t, two_votes(t, height=0))),
    Refused(Reason.BAD_EVIDENCE, "of nobody who votes", lambda t: evidence(t, two_votes(t, "issuer"))),
    Refused(Reason.BAD_EVIDENCE, "of a height before it voted", before_it_joined),
    Refused(Reason.BAD_SIGNATURE, "by another key", lambda t: evidence(t, two_votes(t, key=node("other")))),
    Refused(Reason.BAD_SIGNATURE, "by a key that did not vote yet", lambda t: evidence(
        rotated(t), two_votes(t, "csd", key=node("csd, later"), height=t.height))),
    Refused(Reason.BAD_SIGNATURE, "by a key that votes no more", lambda t: evidence(
        rotated(t), two_votes(t, "csd", height=t.height + 1))),
]  # fmt: skip

tell("evidence", ACCEPTED, REFUSED)
