"""The story of `propose`, for what concerns every act; the acts have stories of their own."""

from clients import acts, build
from clients.signing import Signed, sign
from ledger.protocol.reasons import Reason
from tests.protocol.stories.story import Accepted, Refused, tell
from tests.protocol.town import Town
from tests.protocol.world import NOW, institution

DAY = 86_400


def asked(t: Town, **changes: object) -> Signed:
    """The issuer asks for the registration of a share."""
    return t.proposal(t.registration({"ann": 10}), t.issuer, **changes)


def framed(t: Town, **changes: object) -> Signed:
    """The same with other fields around the body."""
    body = {"act": t.registration({"ann": 10}), "deadline": NOW + 1, "notary": t.notary.address}
    made = build.transaction(t.frame, "propose", body | {"proposer": t.issuer.address})
    return sign(made | changes, t.issuer)


def suspended(t: Town, name: str) -> Town:
    t.decide(acts.suspend(institution(name).address, "Under inspection"), t.csd)
    return t


def again(t: Town) -> Signed:
    signed = asked(t)
    t.submit(signed)
    return signed


def by_its_own_notary(t: Town) -> Signed:
    t.join("both", "issuer", "notary")
    both = institution("both")
    act = t.registration({"ann": 10})
    return t.proposal(act, both, notary=both.address)


ACCEPTED = [
    Accepted("with ninety days to decide", lambda t: asked(t, deadline=NOW + 90 * DAY)),
    Accepted("with a second to decide", lambda t: asked(t, deadline=NOW + 1)),
    Accepted(
        "a second time, as another proposal", lambda t: (t.submit(asked(t)), asked(t, deadline=NOW + 9))[1]
    ),
]
REFUSED = [
    Refused(Reason.MALFORMED, "of no such act", lambda t: t.proposal(t.registration({"ann": 1}, act="burn"), t.issuer)),
    Refused(Reason.WRONG_INPUTS, "that consumes something", lambda t: framed(t, inputs=["network@1"])),
    Refused(Reason.WRONG_INPUTS, "with outputs", lambda t: framed(t, outputs=[build.output("DE0007236101.1", t.at("ann"), 1)])),
    Refused(Reason.MALFORMED, "without the notary that it needs", lambda t: framed(t, body={
        "act": t.registration({"ann": 10}), "deadline": NOW + 1, "proposer": t.issuer.address})),
    Refused(Reason.MALFORMED, "with a notary where none is needed", lambda t: t.proposal(
        t.admission("new", "bank"), t.csd, institution("new"), notary=t.notary.address)),
    Refused(Reason.ALREADY_COMMITTED, "in the same bytes", again),
    Refused(Reason.WRONG_WITNESSES, "signed by another", lambda t: asked(t, proposer=t.notary.address)),
    Refused(Reason.NOT_A_PARTICIPANT, "by a stranger", lambda t: t.proposal(t.registration({"ann": 1}), institution("new"))),
    Refused(Reason.NOT_A_PARTICIPANT, "without the role", lambda t: t.proposal(t.registration({"ann": 1}), t.house)),
    Refused(Reason.NOT_A_PARTICIPANT, "while suspended", lambda t: asked(suspended(t, "issuer"))),
    Refused(Reason.NOT_A_PARTICIPANT, "before somebody who is no notary", lambda t: asked(t, notary=t.house.address)),
    Refused(Reason.NOT_A_PARTICIPANT, "before a suspended notary", lambda t: asked(suspended(t, "notary"))),
    Refused(Reason.SAME_WALLET, "by its own notary", by_its_own_notary),
    Refused(Reason.BAD_DEADLINE, "to be decided by now", lambda t: asked(t, deadline=NOW)),
    Refused(Reason.BAD_DEADLINE, "to be decided in 90 days and a second", lambda t: asked(t, deadline=NOW + 90 * DAY + 1)),
]  # fmt: skip

tell("propose", ACCEPTED, REFUSED)
