"""The stories of `decrease` and `withdraw`: units end only with their owners' signatures."""

from clients import acts
from clients.build import Json
from clients.signing import Signed, Signer
from ledger.protocol.reasons import Reason
from tests.protocol import lists
from tests.protocol.stories import scenes
from tests.protocol.stories.scenes import share
from tests.protocol.stories.story import Accepted, Refused, tell
from tests.protocol.town import BOND, SHARE, Town
from tests.protocol.world import institution

NOWHERE = "ab" * 32 + ":0"


def decrease(t: Town, *names: str, isin: str = SHARE, **changes: object) -> Json:
    """The act that burns the first output of each."""
    return acts.decrease(isin, [t.coins(name, isin)[0].outpoint for name in names], version=1) | changes


def withdraw(t: Town, *names: str, isin: str = SHARE, **changes: object) -> Json:
    outpoints = [t.coins(name, isin)[0].outpoint for name in names]
    return acts.withdraw(isin, "The register of Oslo", version=1, outpoints=outpoints) | changes


def asked(t: Town, act: Json, *owners: Signer) -> Signed:
    return t.proposal(act, t.issuer, *owners)


def last_yes(t: Town, act: Json, *owners: Signer) -> Signed:
    id = t.propose(act, t.issuer, *owners)
    t.submit(t.approval(id, "notary", act))
    return t.approval(id, "regulator", act)


def tendered_and_sold(t: Town) -> Signed:
    """Ann signed the proposal, and sold before the last approval."""
    late = last_yes(t, decrease(t, "ann"), t.ann)
    t.submit(scenes.one(t))
    return late


def twice(t: Town) -> Json:
    outpoint = t.coins("ann")[0].outpoint
    return decrease(t, "ann", outputs=[outpoint, outpoint])


def terms_changed(t: Town) -> Signed:
    """The authorised quantity rose between proposal and last approval."""
    late = last_yes(t, decrease(t, "ann"), t.ann)
    lines = [{"owner": t.at("bob"), "quantity": 1}]
    t.decide(acts.increase(SHARE, 1, version=1, holders=lines, authorised=2_000), t.issuer)
    return late


def still_promised(t: Town) -> Town:
    """An increase by list is under way: it would change the exit register afterwards."""
    rows = lists.rows_of("ann", isin=SHARE, quantity=5)
    t.decide(acts.increase(SHARE, 5, version=1, rows=rows), t.issuer)
    return t


def rival(t: Town) -> Town:
    t.join("rival", "issuer")
    return t


DECREASED = [
    Accepted("the treasury", lambda t: last_yes(share(t), decrease(t, "issuer"))),
    Accepted("what a holder tenders", lambda t: last_yes(share(t), decrease(t, "ann"), t.ann)),
    Accepted(
        "what several tender", lambda t: last_yes(share(t), decrease(t, "ann", "bob", "issuer"), t.ann, t.bob)
    ),
    Accepted(
        "what is tendered after a new card",
        lambda t: asked(scenes.rotated(share(t)), decrease(t, "ann"), scenes.person("ann, fresh")),
    ),
]
NOT_DECREASED = [
    Refused(Reason.MALFORMED, "nothing", lambda t: asked(t, acts.decrease(SHARE, [], version=1))),
    Refused(Reason.BAD_IDENTIFIER, "an ISIN with a wrong check digit", lambda t: asked(
        share(t), decrease(t, "issuer") | {"isin": "DE0007236102"})),
    Refused(Reason.MALFORMED, "the same output twice", lambda t: asked(share(t), twice(t), t.ann)),
    Refused(Reason.WRONG_WITNESSES, "what its owner has not tendered", lambda t: asked(share(t), decrease(t, "ann"))),
    Refused(Reason.WRONG_WITNESSES, "on another owner's signature", lambda t: asked(
        share(t), decrease(t, "ann"), t.bob)),
    Refused(Reason.UNKNOWN_RECORD, "of what is not registered", lambda t: asked(t, acts.decrease(
        SHARE, [NOWHERE], version=1))),
    Refused(Reason.NOT_A_PARTICIPANT, "of another issuer's instrument", lambda t: rival(share(t)).proposal(
        decrease(t, "ann"), institution("rival"), t.ann)),
    Refused(Reason.STALE_BASIS, "under terms of another version", lambda t: asked(
        share(t), decrease(t, "issuer", version=2))),
    Refused(Reason.STALE_BASIS, "under terms that have changed", lambda t: terms_changed(share(t))),
    Refused(Reason.INSTRUMENT_CLOSED, "after withdrawal", lambda t: asked(
        scenes.closed(share(t)), decrease(t, "issuer", version=2))),
    Refused(Reason.UNKNOWN_INPUT, "what never was", lambda t: asked(share(t), decrease(t, outputs=[NOWHERE]))),
    Refused(Reason.SPENT, "what was sold meanwhile", lambda t: tendered_and_sold(share(t))),
    Refused(Reason.NOT_CONSERVED, "units of another instrument", lambda t: asked(
        scenes.bond(share(t)), decrease(t, outputs=[t.coins("bob", BOND)[0].outpoint]), t.bob)),
    Refused(Reason.HELD, "what is held for another", lambda t: asked(
        scenes.in_trust(t), decrease(t, "issuer", isin=BOND, version=2))),
]  # fmt: skip
WITHDRAWN = [
    Accepted("whole", lambda t: last_yes(share(t), withdraw(t))),
    Accepted("in part", lambda t: last_yes(share(t), withdraw(t, "ann"), t.ann)),
]
NOT_WITHDRAWN = [
    Refused(Reason.MALFORMED, "to a place with a hidden character", lambda t: asked(
        share(t), withdraw(t, destination="Os\u200blo"))),
    Refused(Reason.MALFORMED, "in part, of nothing", lambda t: asked(share(t), withdraw(t, outputs=[]))),
    Refused(Reason.WRONG_WITNESSES, "in part, without the owner", lambda t: asked(share(t), withdraw(t, "ann"))),
    Refused(Reason.NOT_A_PARTICIPANT, "by another issuer", lambda t: rival(share(t)).proposal(
        withdraw(t), institution("rival"))),
    Refused(Reason.STALE_BASIS, "under terms of another version", lambda t: asked(share(t), withdraw(t, version=9))),
    Refused(Reason.INSTRUMENT_CLOSED, "a second time", lambda t: asked(
        scenes.closed(share(t)), withdraw(t, version=2))),
    Refused(Reason.INSTRUMENT_CLOSED, "before all are allotted", lambda t: asked(
        scenes.half_allotted(t), withdraw(t, isin=BOND))),
    Refused(Reason.INSTRUMENT_CLOSED, "while an increase is being allotted", lambda t: asked(
        still_promised(share(t)), withdraw(t))),
    Refused(Reason.SPENT, "in part, of what is spent", lambda t: (
        act := withdraw(share(t), "ann"), t.submit(scenes.one(t)), asked(t, act, t.ann))[-1]),
]  # fmt: skip

tell("decrease", DECREASED, NOT_DECREASED)
tell("withdraw", WITHDRAWN, NOT_WITHDRAWN)
