"""The story of `transfer`: an owner's signature moves units, and everything that stops it."""

from clients.signing import Signed
from ledger.protocol.reasons import Reason
from tests.protocol.stories import scenes
from tests.protocol.stories.scenes import bond, claimed, into, one, output, share
from tests.protocol.stories.story import Accepted, Refused, rewritten, tell, with_witnesses
from tests.protocol.town import BOND, SHARE, Town
from tests.protocol.world import NOW, World, person

SMALL_ORDER = "01" + "00" * 31
DAY = 86_400


def with_hold(t: Town) -> Signed:
    return into(t, output(t, "bob", 100, hold={"for": t.at("cho"), "kind": "allotment"}))


def same_output_twice(t: Town) -> Signed:
    inputs = [t.coins("ann")[0].outpoint] * 2
    return one(t, inputs=inputs, outputs=[output(t, "bob", 200)])


def of_another_body(t: Town) -> bytes:
    signature = t.ann.signature(b"something else")
    return with_witnesses(one(t), lambda shown: [shown[0] | {"signature": signature}])


def altered_bytes(t: Town, old: str, new: str) -> bytes:
    return rewritten(t.pay("ann", "bob", 99), old.encode(), new.encode())


ACCEPTED = [
    Accepted("with change", lambda t: one(share(t))),
    Accepted("of all that an output holds", lambda t: share(t).pay("ann", "bob", 100)),
    Accepted("to oneself, which voids what else was signed", lambda t: share(t).pay("ann", "ann", 100)),
    Accepted("of one asset against another", lambda t: scenes.swap(bond(share(t)))),
    Accepted("of two owners' outputs", lambda t: scenes.pooled(share(t))),
    Accepted("with a sealed note", lambda t: scenes.with_note(share(t))),
    Accepted("for one second", lambda t: one(share(t), since=NOW, expires=NOW + 1)),
    Accepted("for 24 hours", lambda t: one(share(t), since=NOW, expires=NOW + DAY)),
    Accepted(
        "once a lock-up has ended",
        lambda t: scenes.later(scenes.locked(t), 1).pay("ann", "bob", 1, isin=BOND),
    ),
    Accepted(
        "by the new card", lambda t: scenes.rotated(share(t)).pay("ann", "bob", 1, by=[person("ann, fresh")])
    ),
    Accepted("to who has the claim", lambda t: one(claimed(t, countries=["DE"], classes=["RETL"]))),
    Accepted("by whose claim was revoked", lambda t: one(scenes.revoked(claimed(t), "ann"))),
    Accepted("up to a holder's limit", lambda t: one(share(t, max_per_holder=101))),
    Accepted("to as many holders as before", lambda t: share(t, max_holders=3).pay("ann", "cho", 100)),
    Accepted("to the issuer, above all limits", lambda t: one(share(t, max_per_holder=100), "issuer")),
]


# In checking order; what the state decides comes after what the bytes decide.
REFUSED = [
    Refused(Reason.OVERSIZED, "of 300 kB", lambda t: b" " * 300_000),
    Refused(Reason.MALFORMED, "that is no JSON", lambda t: b"transfer"),
    Refused(Reason.MALFORMED, "with a field too many", lambda t: one(share(t), memo="x")),
    Refused(Reason.MALFORMED, "with a field too few", lambda t: altered_bytes(share(t), '"body":{},', "")),
    Refused(Reason.MALFORMED, "of nothing", lambda t: into(share(t), output(t, "bob", 0))),
    Refused(
        Reason.MALFORMED,
        "of less than nothing",
        lambda t: into(share(t), output(t, "bob", -1), output(t, "ann", 101)),
    ),
    Refused(Reason.MALFORMED, "of 2^53", lambda t: altered_bytes(share(t), ":99}", f":{2**53}}}")),
    Refused(Reason.MALFORMED, "that makes a lock", lambda t: into(share(t), output(t, "bob", 100, locked_until=1))),
    Refused(Reason.MALFORMED, "that makes a hold", lambda t: with_hold(share(t))),
    Refused(Reason.NOT_CANONICAL, "with a space", lambda t: altered_bytes(share(t), ":99}", ": 99}")),
    Refused(Reason.MALFORMED, "of 99.0 units", lambda t: altered_bytes(share(t), ":99}", ":99.0}")),
    Refused(Reason.NOT_CANONICAL, "with a key twice", lambda t: altered_bytes(share(t), "{}", '{},"body":{}')),
    Refused(Reason.UNKNOWN_KIND, "that is called mint", lambda t: one(share(t), kind="mint")),
    Refused(Reason.WRONG_CHAIN, "for another network", lambda t: one(share(t), chain=World("other").chain)),
    Refused(Reason.BAD_VALIDITY, "for no second", lambda t: one(share(t), since=NOW, expires=NOW)),
    Refused(Reason.BAD_VALIDITY, "for longer than a day", lambda t: one(share(t), since=NOW, expires=NOW + DAY + 1)),
    Refused(Reason.DUPLICATE_INPUT, "of the same output twice", lambda t: same_output_twice(share(t))),
    Refused(Reason.WRONG_INPUTS, "of inputs out of order", lambda t: scenes.pooled(share(t), reverse=True)),
    Refused(Reason.WRONG_INPUTS, "of no input", lambda t: one(share(t), inputs=[])),
    Refused(Reason.WRONG_INPUTS, "of a record", lambda t: one(share(t), inputs=["network@1"])),
    Refused(Reason.NOT_CONSERVED, "into nothing", lambda t: into(share(t))),
    Refused(Reason.BAD_NOTE, "with a note for nobody", lambda t: scenes.note_of(share(t), readers=[])),
    Refused(Reason.BAD_WITNESS, "signed twice", lambda t: with_witnesses(one(share(t)), lambda shown: shown * 2)),
    Refused(
        Reason.BAD_WITNESS,
        "with witnesses out of order",
        lambda t: with_witnesses(scenes.pooled(share(t)), lambda shown: shown[::-1]),
    ),
    Refused(Reason.NOT_YET_VALID, "before its time", lambda t: one(share(t), since=NOW + 1)),
    Refused(Reason.EXPIRED, "at its end", lambda t: one(share(t), expires=NOW)),
    Refused(Reason.BAD_NOTE, "with a note and no ciphertext", lambda t: scenes.note_without_words(share(t))),
    Refused(Reason.BAD_NOTE, "with ciphertexts and no note", lambda t: scenes.words_without_note(share(t))),
    Refused(
        Reason.BAD_CARD,
        "signed by a key of small order",
        lambda t: rewritten(one(share(t)), t.ann.card.sign.encode(), SMALL_ORDER.encode()),
    ),
    Refused(Reason.BAD_SIGNATURE, "signed for another body", lambda t: of_another_body(share(t))),
    Refused(Reason.UNKNOWN_INPUT, "of what never was", lambda t: one(share(t), inputs=["ab" * 32 + ":0"])),
    Refused(Reason.SPENT, "of what is spent", lambda t: scenes.spent(share(t))),
    Refused(Reason.WRONG_WITNESSES, "signed by nobody", lambda t: with_witnesses(one(share(t)), lambda shown: [])),
    Refused(Reason.WRONG_WITNESSES, "signed by the receiver", lambda t: one(share(t), by=(t.bob,))),
    Refused(Reason.WRONG_WITNESSES, "signed by the receiver too", lambda t: one(share(t), by=(t.ann, t.bob))),
    Refused(Reason.WRONG_WITNESSES, "signed with a replaced card", lambda t: one(scenes.rotated(share(t)))),
    Refused(Reason.NOT_CONSERVED, "of more than there is", lambda t: share(t).pay("ann", "bob", 101)),
    Refused(Reason.NOT_CONSERVED, "of less than there is", lambda t: into(share(t), output(t, "bob", 99))),
    Refused(
        Reason.NOT_CONSERVED,
        "of one asset into another",
        lambda t: into(bond(share(t)), output(t, "bob", 100, BOND)),
    ),
    Refused(
        Reason.NOT_CONSERVED,
        "of one edition into another",
        lambda t: into(share(t), output(t, "bob", 100, asset=f"{SHARE}.2")),
    ),
    Refused(Reason.HELD, "of what is held for another", lambda t: scenes.in_trust(t).pay("issuer", "ann", 5, isin=BOND)),
    Refused(Reason.HELD, "of what is held, against his own", lambda t: scenes.trust_for_own(t)),
    Refused(Reason.LOCKED, "of a locked output", lambda t: scenes.locked(t).pay("ann", "bob", 1, isin=BOND)),
    Refused(Reason.LOCKED, "before the lock-up ends", lambda t: one(share(t, lock_up=NOW + 1))),
    Refused(Reason.INSTRUMENT_CLOSED, "after withdrawal", lambda t: one(scenes.closed(share(t)))),
    Refused(
        Reason.INSTRUMENT_CLOSED,
        "before the last holder is allotted",
        lambda t: scenes.half_allotted(t).pay("ann", "bob", 1, isin=BOND),
    ),
    Refused(Reason.BAD_NOTE, "with a note for somebody else", lambda t: scenes.with_note(share(t), "cho")),
    Refused(Reason.WALLET_UNKNOWN, "to a stranger", lambda t: one(share(t), "dan")),
    Refused(
        Reason.NOT_ELIGIBLE,
        "to a country that is not listed",
        lambda t: one(scenes.reattested(claimed(t, countries=["DE", "FR"]), country="US")),
    ),
    Refused(
        Reason.NOT_ELIGIBLE,
        "to a class that is not listed",
        lambda t: one(scenes.reattested(claimed(t, classes=["PROF", "RETL"]), **{"class": "ELIG"})),
    ),
    Refused(Reason.NOT_ELIGIBLE, "to whose claim was revoked", lambda t: one(scenes.revoked(claimed(t)))),
    Refused(
        Reason.NOT_ELIGIBLE,
        "to whose claim has lapsed",
        lambda t: one(scenes.later(scenes.reattested(claimed(t), until=NOW + 5), 5)),
    ),
    Refused(Reason.NOT_ELIGIBLE, "to whose claim was revoked, though he adds his own", lambda t: scenes.both_to_bob(
        scenes.revoked(claimed(t)))),
    Refused(Reason.OVER_HOLDER_LIMIT, "above the limit, though he adds his own", lambda t: scenes.both_to_bob(
        share(t, max_per_holder=100))),
    Refused(Reason.OVER_HOLDER_LIMIT, "of one unit too many", lambda t: one(share(t, max_per_holder=100))),
    Refused(Reason.TOO_MANY_HOLDERS, "to one holder too many", lambda t: one(share(t, max_holders=3), "cho")),
]  # fmt: skip

tell("transfer", ACCEPTED, REFUSED)
