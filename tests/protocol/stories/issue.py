"""The stories of `register` and `increase`: how units come to be."""

from clients import acts
from clients.build import Json
from clients.signing import Signed
from ledger.protocol.reasons import Reason
from tests.protocol import lists
from tests.protocol.stories import scenes
from tests.protocol.stories.scenes import share
from tests.protocol.stories.story import Accepted, Refused, rewritten, tell
from tests.protocol.town import BOND, SHARE, Town
from tests.protocol.world import institution

MOST = 2**53 - 1


def asked(t: Town, holders: dict[str, int] | None = None, **changes: object) -> Signed:
    """A registration, proposed."""
    return t.proposal(t.registration(holders or {"ann": 10}, **changes), t.issuer)


def bound(t: Town, holders: dict[str, int], **rules: object) -> Signed:
    return asked(t, holders, rules=rules)


def last_yes(t: Town, act: Json) -> Signed:
    """The approval that executes it."""
    id = t.propose(act, t.issuer)
    t.submit(t.approval(id, "regulator", act))
    return t.approval(id, "notary", act)


def overtaken(t: Town) -> Signed:
    """Two proposals for one ISIN: the first is executed, then the second's last approval."""
    late = last_yes(t, t.registration({"ann": 10}))
    share(t)
    return late


def more(t: Town, quantity: int = 100, **changes: object) -> Signed:
    """A capital increase for Cho, proposed."""
    lines = [{"owner": t.at("cho"), "quantity": quantity}]
    return t.proposal(acts.increase(SHARE, quantity, version=1, holders=lines) | changes, t.issuer)


def promised(t: Town) -> Signed:
    """300 issued, 600 promised to a list, 101 more of 1,000."""
    rows = lists.rows_of("ann", isin=SHARE, quantity=600)
    t.decide(acts.increase(SHARE, 600, version=1, rows=rows), t.issuer)
    return more(t, 101)


def judged_before(t: Town) -> Signed:
    """An increase that was signed before the authorised quantity rose."""
    late = more(t)
    lines = [{"owner": t.at("ann"), "quantity": 1}]
    t.decide(acts.increase(SHARE, 1, version=1, holders=lines, authorised=2_000), t.issuer)
    return late


def of_another(t: Town) -> Signed:
    t.join("rival", "issuer")
    lines = [{"owner": t.at("cho"), "quantity": 1}]
    act = acts.increase(SHARE, 1, version=1, holders=lines)
    return t.proposal(act, institution("rival"))


REGISTERED = [
    Accepted("all that is authorised", lambda t: last_yes(t, t.registration({"ann": 1_000}))),
    Accepted(
        "as much as there can be", lambda t: last_yes(t, t.registration({"ann": MOST}, authorised=MOST))
    ),
    Accepted("by list", lambda t: last_yes(t, lists.listing(t, lists.rows_of(*["ann"] * 501), SHARE))),
    Accepted("at a holder's limit", lambda t: bound(t, {"ann": 7, "bob": 7}, max_per_holder=7)),
    Accepted("with the most holders", lambda t: bound(t, {"ann": 7, "bob": 7}, max_holders=2)),
    Accepted(
        "to the issuer, whom no rule binds",
        lambda t: bound(t, {"issuer": 7}, max_per_holder=1, claims={"issuers": [t.house.address]}),
    ),
]
NOT_REGISTERED = [
    Refused(Reason.MALFORMED, "with a control character in its name", lambda t: asked(t, fisn="TOWN\u202eSHARE")),
    Refused(Reason.MALFORMED, "with nine decimals", lambda t: asked(t, decimals=9)),
    Refused(Reason.MALFORMED, "of no unit", lambda t: asked(t, quantity=0)),
    Refused(Reason.MALFORMED, "of 2^53 units", lambda t: rewritten(
        asked(t, quantity=99), b":99,", b":%d," % 2**53)),
    Refused(Reason.MALFORMED, "with neither holders nor list", lambda t: t.proposal(
        {key: value for key, value in t.registration({"ann": 1}).items() if key != "holders"}, t.issuer)),
    Refused(Reason.MALFORMED, "with holders and list", lambda t: asked(t, list={"chunks": 1, "root": "ab" * 32})),
    Refused(Reason.MALFORMED, "with more chunks than units", lambda t: t.proposal(
        lists.listing(t, lists.rows_of("ann", quantity=500)) | {"list": {"chunks": 2, "root": "ab" * 32}}, t.issuer)),
    Refused(Reason.BAD_IDENTIFIER, "under an ISIN with a wrong check digit", lambda t: asked(t, isin="DE0007236102")),
    Refused(Reason.BAD_IDENTIFIER, "under a LEI with wrong check digits", lambda t: asked(t, lei="W38RGI023J3WT1HWRP33")),
    Refused(Reason.HOLDERS_DO_NOT_ADD_UP, "one unit short", lambda t: asked(t, quantity=11)),
    Refused(Reason.HOLDERS_DO_NOT_ADD_UP, "one unit over", lambda t: asked(t, quantity=9)),
    Refused(Reason.INSTRUMENT_EXISTS, "a second time", lambda t: asked(share(t))),
    Refused(Reason.INSTRUMENT_EXISTS, "a second time, decided late", overtaken),
    Refused(Reason.INSTRUMENT_EXISTS, "after its withdrawal", lambda t: asked(scenes.closed(share(t)))),
    Refused(Reason.OVER_ISSUE, "more than is authorised", lambda t: asked(t, {"ann": 1_001})),
    Refused(Reason.WALLET_UNKNOWN, "to a stranger", lambda t: asked(t, {"dan": 1})),
    Refused(Reason.NOT_ELIGIBLE, "to a country that is not listed", lambda t: bound(
        t, {"ann": 1}, claims={"countries": ["FR"], "issuers": [t.house.address]})),
    Refused(Reason.NOT_ELIGIBLE, "on a claim of somebody else", lambda t: bound(
        t, {"ann": 1}, claims={"issuers": [t.notary.address]})),
    Refused(Reason.OVER_HOLDER_LIMIT, "above a holder's limit", lambda t: bound(t, {"ann": 8}, max_per_holder=7)),
    Refused(Reason.TOO_MANY_HOLDERS, "to too many", lambda t: bound(t, {"ann": 1, "bob": 1, "cho": 1}, max_holders=2)),
]  # fmt: skip
INCREASED = [
    Accepted("within what is authorised", lambda t: more(share(t), 700)),
    Accepted("with more authorised", lambda t: more(share(t), 701, authorised=1_001)),
    Accepted("while the instrument trades", lambda t: (promised(share(t)), scenes.one(t))[1]),
]
NOT_INCREASED = [
    Refused(Reason.BAD_IDENTIFIER, "under an ISIN with a wrong check digit", lambda t: more(t, isin="DE0007236102")),
    Refused(Reason.HOLDERS_DO_NOT_ADD_UP, "one unit short", lambda t: more(share(t), 9, authorised=9, holders=[
        {"owner": t.at("cho"), "quantity": 8}])),
    Refused(Reason.UNKNOWN_RECORD, "of what is not registered", more),
    Refused(Reason.NOT_A_PARTICIPANT, "of another issuer's instrument", lambda t: of_another(share(t))),
    Refused(Reason.STALE_BASIS, "of terms that have changed", lambda t: judged_before(share(t))),
    Refused(Reason.INSTRUMENT_CLOSED, "after withdrawal", lambda t: more(scenes.closed(share(t)), version=2)),
    Refused(Reason.INSTRUMENT_CLOSED, "before all are allotted", lambda t: more(scenes.half_allotted(t), isin=BOND)),
    Refused(Reason.OVER_ISSUE, "beyond what is authorised", lambda t: more(share(t), 701)),
    Refused(Reason.OVER_ISSUE, "beyond what is promised to a list", lambda t: promised(share(t))),
    Refused(Reason.OVER_ISSUE, "beyond what is newly authorised", lambda t: more(share(t), 701, authorised=1_000)),
    Refused(Reason.OVER_HOLDER_LIMIT, "above a holder's limit", lambda t: more(share(t, max_per_holder=100), 101)),
    Refused(Reason.TOO_MANY_HOLDERS, "to one holder too many", lambda t: more(share(t, max_holders=3))),
]  # fmt: skip

tell("register", REGISTERED, NOT_REGISTERED)
tell("increase", INCREASED, NOT_INCREASED)
