"""The stories of `approve`, `refuse` and `retract`: how a proposal ends."""

from collections.abc import Callable

from clients import acts, build
from clients.build import Json
from clients.signing import Signed, Signer, sign
from ledger.protocol.reasons import Reason
from tests.protocol.stories.story import Accepted, Refused, tell
from tests.protocol.town import Town
from tests.protocol.world import institution

UNKNOWN = "ab" * 32
Answer = Callable[..., Signed]


def act_of(t: Town) -> Json:
    return t.registration({"ann": 10})


def opened(t: Town) -> str:
    """The issuer's proposal, by when it must be decided: in a day."""
    return t.propose(act_of(t), t.issuer)


def yes(t: Town, id: str, role: str = "regulator", by: Signer | None = None, **changes: object) -> Signed:
    """An approval whose body is changed before it is signed; its input follows the body."""
    made = build.approve(t.frame, id, role, act_of(t))
    return _signed(t, made, role, by, changes)


def no(t: Town, id: str, role: str = "regulator", by: Signer | None = None, **changes: object) -> Signed:
    """The same with a refusal."""
    made = build.refuse(t.frame, id, role, act_of(t), code="DSEC", text="Not the document's terms.")
    return _signed(t, made, role, by, changes)


def _signed(t: Town, made: Json, role: str, by: Signer | None, changes: Json) -> Signed:
    made["body"] |= changes
    made["inputs"] = [f"approval/{made['body']['proposal']}/{made['body']['role']}@0"]
    return sign(made, by or t.officer(role))


def once_more(t: Town, answer: Answer) -> Signed:
    """The regulator has approved, and signs another answer at the version after its first."""
    id = opened(t)
    t.submit(yes(t, id))
    made = (
        build.approve(t.frame, id, "regulator", act_of(t))
        if answer is yes
        else build.refuse(t.frame, id, "regulator", act_of(t), code="DSEC", text="I have changed my mind.")
    )
    return sign(made | {"inputs": [f"approval/{id}/regulator@1"]}, t.regulator)  # fmt: skip


def same_role_again(t: Town, answer: Answer) -> Signed:
    id = opened(t)
    t.submit(yes(t, id))
    return answer(t, id)


def after(t: Town, *steps: Callable[[Town, str], Signed], answer: Answer) -> Signed:
    """The notary's answer after these steps."""
    id = opened(t)
    for step in steps:
        t.submit(step(t, id))
    return answer(t, id, "notary")


def back(t: Town, id: str, *, by: Signer | None = None, version: int = 1) -> Signed:
    made = build.retract(t.frame, id)
    return sign(made | {"inputs": [f"proposal/{id}@{version}"]}, by or t.issuer)


def late(t: Town, answer: Answer, seconds: int) -> Signed:
    id = opened(t)
    t.time += 86_400 + seconds
    return answer(t, id)


def for_admission(t: Town, answer: Answer) -> Signed:
    """The notary answers where only the regulator is asked."""
    id = t.propose(t.admission("new", "bank"), t.csd, institution("new"))
    return answer(t, id, "notary")


def after_suspension(t: Town, name: str, answer: Answer) -> Signed:
    id = opened(t)
    t.submit(yes(t, id))
    t.decide(acts.suspend(institution(name).address, "Under inspection"), t.csd)
    return answer(t, id, "notary")


def not_executable(t: Town) -> Signed:
    """The last approval, after the same ISIN was registered by another proposal."""
    id = opened(t)
    t.submit(yes(t, id))
    t.register({"bob": 1})
    return yes(t, id, "notary")


def answers(answer: Answer) -> list[Refused]:
    """What an approval and a refusal are both refused for."""
    closing = [(no, "refused"), (lambda t, id: back(t, id), "retracted")]
    return [
        Refused(Reason.MALFORMED, "as the notary's cousin", lambda t: answer(t, opened(t), role="cousin", by=t.notary)),
        Refused(Reason.MALFORMED, "without the act's digest", lambda t: answer(t, opened(t), basis="")),
        Refused(Reason.WRONG_INPUTS, "that consumes another role's key", lambda t: sign(
            build.approve(t.frame, id := opened(t), "notary", act_of(t))
            | {"inputs": [f"approval/{id}/regulator@0"]}, t.notary)),
        Refused(Reason.WRONG_INPUTS, "in place of an answer given before", lambda t: once_more(t, answer)),
        Refused(Reason.STALE, "a second time", lambda t: same_role_again(t, answer)),
        Refused(Reason.UNKNOWN_RECORD, "of no proposal", lambda t: answer(t, UNKNOWN)),
        Refused(Reason.WRONG_ROLE, "in a role that is not asked", lambda t: for_admission(t, answer)),
        Refused(Reason.WRONG_WITNESSES, "by another officer", lambda t: answer(t, opened(t), "notary", by=t.regulator)),
        Refused(Reason.WRONG_WITNESSES, "by another notary", lambda t: (
            t.join("second", "notary"), answer(t, opened(t), "notary", by=institution("second")))[-1]),
        *[
            Refused(Reason.PROPOSAL_CLOSED, f"once it is {how}", lambda t, step=step: after(t, step, answer=answer))
            for step, how in closing
        ],
        Refused(Reason.PROPOSAL_LAPSED, "after the deadline", lambda t: late(t, answer, 1)),
        Refused(Reason.NOT_A_PARTICIPANT, "by a suspended notary", lambda t: after_suspension(t, "notary", answer)),
        Refused(Reason.STALE_BASIS, "of another act", lambda t: answer(t, opened(t), basis=UNKNOWN)),
    ]  # fmt: skip


APPROVED = [
    Accepted("by the first", lambda t: yes(t, opened(t))),
    Accepted(
        "by the last, in either order",
        lambda t: (id := opened(t), t.submit(yes(t, id, "notary")), yes(t, id))[-1],
    ),
    Accepted("at the deadline", lambda t: late(t, yes, 0)),
]
REFUSED = [
    Accepted("by the first", lambda t: no(t, opened(t))),
    Accepted("after the other's approval", lambda t: after(t, yes, answer=no)),
]
NOT_REFUSED = [
    Refused(Reason.MALFORMED, "without words", lambda t: no(t, opened(t), reason={"code": "DSEC", "text": ""})),
    Refused(Reason.MALFORMED, "in invisible words", lambda t: no(t, opened(t), reason={"code": "DSEC", "text": "\u200b"})),
    Refused(Reason.MALFORMED, "with a code of no list", lambda t: no(t, opened(t), reason={"code": "ABCD", "text": "x"})),
]  # fmt: skip
RETRACTED = [
    Accepted("by its proposer", lambda t: back(t, opened(t))),
    Accepted("after an approval", lambda t: (id := opened(t), t.submit(yes(t, id)), back(t, id))[-1]),
    Accepted("by a suspended proposer", lambda t: (
        id := opened(t), t.decide(acts.suspend(t.issuer.address, "Under inspection"), t.csd), back(t, id))[-1]),
]  # fmt: skip
NOT_RETRACTED = [
    Refused(Reason.WRONG_INPUTS, "that consumes another proposal", lambda t: sign(
        build.retract(t.frame, opened(t)) | {"inputs": [f"proposal/{UNKNOWN}@1"]}, t.issuer)),
    Refused(Reason.WRONG_INPUTS, "at the version that a closed one has", lambda t: (
        id := opened(t), t.submit(no(t, id)), back(t, id, version=2))[-1]),
    Refused(Reason.STALE, "a second time", lambda t: (id := opened(t), t.submit(back(t, id)), back(t, id))[-1]),
    Refused(Reason.STALE, "after a refusal", lambda t: (id := opened(t), t.submit(no(t, id)), back(t, id))[-1]),
    Refused(Reason.STALE, "after its execution", lambda t: (
        id := opened(t), t.submit(yes(t, id)), t.submit(yes(t, id, "notary")), back(t, id))[-1]),
    Refused(Reason.STALE, "of no proposal", lambda t: back(t, UNKNOWN)),
    Refused(Reason.WRONG_WITNESSES, "by another", lambda t: back(t, opened(t), by=t.notary)),
]  # fmt: skip

tell("approve", APPROVED, [
    *answers(yes),
    Refused(Reason.NOT_A_PARTICIPANT, "last, for a suspended issuer", lambda t: after_suspension(t, "issuer", yes)),
    Refused(Reason.INSTRUMENT_EXISTS, "last, of what cannot be executed any more", not_executable),
])  # fmt: skip
tell("refuse", REFUSED, [*NOT_REFUSED, *answers(no)])
tell("retract", RETRACTED, NOT_RETRACTED)
