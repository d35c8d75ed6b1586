"""The story of `amend`: words and rules of an instrument change, and bind from then on."""

from clients import acts
from clients.signing import Signed
from ledger.protocol.reasons import Reason
from tests.protocol.stories import scenes
from tests.protocol.stories.issue import last_yes
from tests.protocol.stories.scenes import share
from tests.protocol.stories.story import Accepted, Refused, tell
from tests.protocol.town import BOND, SHARE, Town
from tests.protocol.world import NOW, institution

PAPER = {"digest": "ab" * 32, "title": "Articles as of 2027"}
LINE = {"label": "Voting", "text": "Two votes a share."}


def asked(t: Town, isin: str = SHARE, version: int = 1, **changed: object) -> Signed:
    """An amendment, proposed."""
    return t.proposal(acts.amend(isin, version=version, **changed), t.issuer)


def amended(t: Town, **changed: object) -> Town:
    """An amendment in force."""
    t.decide(acts.amend(SHARE, version=t.version(f"instrument/{SHARE}"), **changed), t.issuer)
    return t


def loosened(t: Town) -> Signed:
    """Nobody but holders in France may receive; then that rule is gone, and Ann pays Bob."""
    return scenes.one(amended(amended(share(t), rules=french(t)), rules={}))


def french(t: Town) -> dict[str, object]:
    return {"claims": {"countries": ["FR"], "issuers": [t.house.address]}}


def judged_before(t: Town) -> Signed:
    """The last signature under an increase that was asked for before the amendment."""
    lines = [{"owner": t.at("cho"), "quantity": 1}]
    late = last_yes(t, acts.increase(SHARE, 1, version=1, holders=lines))
    amended(t, fisn="TOWN/NEW")
    return late


def of_another(t: Town) -> Signed:
    t.join("rival", "issuer")
    return t.proposal(acts.amend(SHARE, version=1, fisn="RIVAL/SHARE"), institution("rival"))


def bad_issuer(t: Town) -> str:
    """An address of the right letters with a wrong checksum."""
    address = t.house.address
    return address[:-1] + ("q" if address[-1] != "q" else "p")


tell(
    "amend",
    [
        Accepted("one word", lambda t: asked(share(t), fisn="TOWN/NEW")),
        Accepted("by the last signature", lambda t: last_yes(share(t), acts.amend(SHARE, version=1, cfi="ESNUFR"))),
        Accepted("all that it may", lambda t: asked(
            share(t), cfi="ESNUFR", documents=[PAPER], fisn="TOWN/NEW", lei="5493001KJTIIGC8Y1R12",
            rules={"max_holders": 3}, terms=[LINE])),
        Accepted("rules to none", lambda t: asked(share(t, max_holders=5), rules={})),
        Accepted("documents to none", lambda t: asked(
            amended(share(t), documents=[PAPER]), version=2, documents=[])),
        Accepted("after it, by its version", lambda t: asked(amended(share(t), terms=[LINE]), version=2, terms=[])),
        Accepted("so that a transfer may pass again", loosened),
        Accepted("below what holders have: they keep it, and may sell", lambda t: scenes.one(
            amended(share(t), rules={"max_per_holder": 101}), taker="bob")),
    ],
    [
        Refused(Reason.MALFORMED, "of nothing", lambda t: asked(share(t))),
        Refused(Reason.MALFORMED, "of the currency", lambda t: asked(share(t), currency="USD")),
        Refused(Reason.MALFORMED, "of what is authorised", lambda t: asked(share(t), authorised=9_999)),
        Refused(Reason.MALFORMED, "to words that hide something", lambda t: asked(share(t), fisn="TOWN\u202eNEW")),
        Refused(Reason.MALFORMED, "to a label that hides something", lambda t: asked(
            share(t), terms=[LINE | {"label": "a\u200bb"}])),
        Refused(Reason.MALFORMED, "to no name", lambda t: asked(share(t), fisn="")),
        Refused(Reason.MALFORMED, "to a claim issuer that is no address", lambda t: asked(
            share(t), rules={"claims": {"issuers": [bad_issuer(t)]}})),
        Refused(Reason.BAD_IDENTIFIER, "under an ISIN with a wrong check digit", lambda t: asked(
            share(t), "DE0007236102", fisn="TOWN/NEW")),
        Refused(Reason.BAD_IDENTIFIER, "to a LEI with wrong check digits", lambda t: asked(
            share(t), lei="W38RGI023J3WT1HWRP33")),
        Refused(Reason.UNKNOWN_RECORD, "of what is not registered", lambda t: asked(t, fisn="TOWN/NEW")),
        Refused(Reason.NOT_A_PARTICIPANT, "of another issuer's instrument", lambda t: of_another(share(t))),
        Refused(Reason.STALE_BASIS, "of terms that have changed", lambda t: asked(
            amended(share(t), fisn="TOWN/NEW"), fisn="TOWN/OLD")),
        Refused(Reason.STALE_BASIS, "to what it says already", lambda t: asked(share(t), fisn="TOWN/SHARE")),
        Refused(Reason.STALE_BASIS, "of what was judged before it", lambda t: judged_before(share(t))),
        Refused(Reason.INSTRUMENT_CLOSED, "after withdrawal", lambda t: asked(
            scenes.closed(share(t)), version=2, fisn="TOWN/NEW")),
        Refused(Reason.INSTRUMENT_CLOSED, "before all are allotted", lambda t: asked(
            scenes.half_allotted(t), BOND, fisn="TOWN/NEW")),
        Refused(Reason.NOT_ELIGIBLE, "so that a receiver is none any more", lambda t: scenes.one(
            amended(share(t), rules=french(t)))),
        Refused(Reason.OVER_HOLDER_LIMIT, "so that nobody may get more", lambda t: scenes.one(
            amended(share(t), rules={"max_per_holder": 100}))),
        Refused(Reason.LOCKED, "so that nothing moves yet", lambda t: scenes.one(
            amended(share(t), rules={"lock_up": NOW + 86_400}))),
    ],
)  # fmt: skip
