"""The story of `rotate`: a new card for a wallet, or a seal key for a quarter."""

from clients import build
from clients.signing import Signed, Signer, sign
from ledger.protocol.keys import Card
from ledger.protocol.reasons import Reason
from tests.protocol.stories.scenes import rotated
from tests.protocol.stories.story import Accepted, Refused, tell
from tests.protocol.town import Town
from tests.protocol.world import NOW, institution, person

LOW_ORDER = "00" * 32


def card(
    t: Town, *by: Signer, new: Card | None = None, version: int = 1, name: str = "ann", **changes: object
) -> Signed:
    """Ann's new card, signed by the old and the new one."""
    fresh = person("ann, fresh")
    made = build.rotate_card(t.frame, t.at(name), new or fresh.card, version=version)
    return sign(made | changes, *(by or (t.ann, fresh)))


def seal(t: Town, *by: Signer, wallet: str = "", **changes: object) -> Signed:
    """The regulator's key for the next quarter."""
    said = {"epoch": "2027Q2", "from": NOW, "key": person("seal 2").card.seal, "until": NOW + 1} | changes
    made = build.rotate_seal(t.frame, wallet or t.regulator.address, said)
    return sign(made, *(by or (t.regulator,)))


def of_house(t: Town, new: Signer, **changes: object) -> Signed:
    """A new card for an institution."""
    made = build.rotate_card(t.frame, t.house.address, new.card, version=1)
    return sign(made | changes, t.house, new)


def replaced_seal(t: Town) -> Signed:
    """A second key for a quarter that has one."""
    t.submit(seal(t))
    made = build.rotate_seal(
        t.frame, t.regulator.address, seal(t, key=person("seal 3").card.seal).transaction["body"]["seal"]
    )
    key = made["inputs"][0].replace("@0", "@1")
    return sign(made | {"inputs": [key]}, t.regulator)


def back_again(t: Town) -> Signed:
    """To the new card, back to the first, and then the first of these transactions once more."""
    first = card(t)
    t.submit(first)
    t.submit(card(t, t.ann, person("ann, fresh"), new=t.ann.card, version=2))
    return first


ACCEPTED = [
    Accepted("to a new card", card),
    Accepted(
        "back to the first card",
        lambda t: card(rotated(t), t.ann, person("ann, fresh"), new=t.ann.card, version=2),
    ),
    Accepted(
        "to a card of several people",
        lambda t: card(t, t.ann, institution("family"), new=institution("family").card),
    ),
    Accepted("from several people to others", lambda t: of_house(t, institution("house, fresh"))),
    Accepted("to a seal key for a quarter", seal),
]
REFUSED = [
    Refused(Reason.MALFORMED, "to nothing", lambda t: card(t, body={"wallet": t.at("ann")})),
    Refused(Reason.MALFORMED, "of card and seal at once", lambda t: card(
        t, body=card(t).transaction["body"] | {"seal": seal(t).transaction["body"]["seal"]})),
    Refused(Reason.MALFORMED, "to a seal key of the fifth quarter", lambda t: seal(t, epoch="2027Q5")),
    Refused(Reason.WRONG_INPUTS, "of another wallet's record", lambda t: card(t, inputs=[f"wallet/{t.at('bob')}@1"])),
    Refused(Reason.WRONG_INPUTS, "of a wallet without a record", lambda t: card(t, version=0)),
    Refused(Reason.WRONG_INPUTS, "in place of a seal key", replaced_seal),
    Refused(Reason.BAD_CARD, "to a card of low order", lambda t: card(
        t, t.ann, new=type(t.ann.card)(LOW_ORDER, t.ann.card.sign))),
    Refused(Reason.BAD_CARD, "to a seal key of low order", lambda t: seal(t, key=LOW_ORDER)),
    Refused(Reason.BAD_VALIDITY, "to a seal key for no second", lambda t: seal(t, until=NOW)),
    Refused(Reason.STALE, "a second time", lambda t: (first := card(t), t.submit(first), first)[-1]),
    Refused(Reason.STALE, "again, after the way back", back_again),
    Refused(Reason.STALE, "of a stranger", lambda t: card(t, t.dan, person("ann, fresh"), name="dan")),
    Refused(Reason.STALE, "to the same seal key again", lambda t: (first := seal(t), t.submit(first), first)[-1]),
    Refused(Reason.WRONG_WITNESSES, "without the new card", lambda t: card(t, t.ann)),
    Refused(Reason.WRONG_WITNESSES, "without the card in force", lambda t: card(t, person("ann, fresh"))),
    Refused(Reason.WRONG_WITNESSES, "by the card before the last", lambda t: card(
        rotated(t), t.ann, person("ann 3"), new=person("ann 3").card, version=2)),
    Refused(Reason.WRONG_WITNESSES, "to another's seal key", lambda t: seal(t, t.csd)),
    Refused(Reason.UNKNOWN_RECORD, "to a seal key of a stranger", lambda t: seal(t, t.dan, wallet=t.at("dan"))),
    Refused(Reason.UNKNOWN_RECORD, "to a seal key of no participant", lambda t: seal(t, t.ann, wallet=t.at("ann"))),
    Refused(Reason.BAD_CARD, "to the card in force", lambda t: card(t, t.ann, new=t.ann.card)),
    Refused(Reason.BAD_CARD, "from several people to one", lambda t: of_house(t, person("boss"))),
]  # fmt: skip

tell("rotate", ACCEPTED, REFUSED)
