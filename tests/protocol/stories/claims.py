"""The stories of `attest` and `revoke`: who may receive, and the directory of cards."""

from clients import acts, build
from clients.signing import Signed, Signer, sign
from ledger.protocol.reasons import Reason
from tests.protocol.stories import scenes
from tests.protocol.stories.scenes import reattested, revoked
from tests.protocol.stories.story import Accepted, Refused, tell
from tests.protocol.town import Town
from tests.protocol.world import NOW, holder, institution, person


def dan(t: Town, **changes: object) -> Signed:
    """The first claim about Dan, whom nobody knows yet."""
    return t.attestation("dan", **changes)  # type: ignore[arg-type]


def ann(t: Town, *, version: int = 1, **changes: object) -> Signed:
    """Another claim about Ann."""
    return t.attestation("ann", version=version, **changes)  # type: ignore[arg-type]


def by_second_house(t: Town, **changes: object) -> Signed:
    t.join("second", "claim_issuer")
    second = institution("second")
    return t.attestation("ann", by=(second, t.ann), issuer=second.address, **changes)


def suspended(t: Town) -> Town:
    t.decide(acts.suspend(t.house.address, "Under inspection"), t.csd)
    return t


def revoke(
    t: Town, name: str = "ann", *, version: int = 1, by: Signer | None = None, **changes: object
) -> Signed:
    """The house takes back its claim; fields of the body are changed before it signs."""
    made = build.revoke(t.frame, issuer=t.house.address, wallet=t.at(name), reason="Moved", version=version)
    return sign(made | {"body": made["body"] | changes}, by or t.house)


def inputs(signed: Signed, *names: str) -> Signed:
    """The same transaction with other inputs; the signatures are not asked yet where this is refused."""
    return sign(signed.transaction | {"inputs": list(names)})


ATTESTED = [
    Accepted("of a new wallet", dan),
    Accepted(
        "of a wallet of several people",
        lambda t: sign(
            build.attest(
                t.frame,
                {
                    "card": institution("club").card,
                    "class": "PROF",
                    "country": "FR",
                    "holder": holder("club"),
                    "issuer": t.house.address,
                    "until": NOW + 1,
                    "wallet": institution("club").address,
                },
            ),
            t.house,
            institution("club"),
        ),
    ),
    Accepted("once more, in place of the last", lambda t: ann(t, country="FR")),
    Accepted("after a revocation", lambda t: ann(revoked(t, "ann"), version=2)),
    Accepted("by another house", by_second_house),
    Accepted("of a holder's second wallet", lambda t: dan(t, holder=holder("ann"))),
    Accepted(
        "with the card in force",
        lambda t: ann(scenes.rotated(t), card=person("ann, fresh").card, by=(t.house, person("ann, fresh"))),
    ),
    Accepted("until a second from now", lambda t: dan(t, until=NOW + 1)),
]
NOT_ATTESTED = [
    Refused(Reason.MALFORMED, "of a class of no list", lambda t: dan(t, **{"class": "RICH"})),
    Refused(Reason.MALFORMED, "of a country in words", lambda t: dan(t, country="Germany")),
    Refused(Reason.MALFORMED, "under a name for a holder number", lambda t: dan(t, holder="Dan")),
    Refused(Reason.MALFORMED, "on another topic", lambda t: dan(t, topic="wealth")),
    Refused(Reason.WRONG_INPUTS, "that consumes another claim", lambda t: inputs(
        dan(t), f"claim/{t.house.address}/{t.at('ann')}/identity@1")),
    Refused(Reason.WRONG_INPUTS, "that consumes nothing", lambda t: inputs(dan(t))),
    Refused(Reason.WRONG_INPUTS, "without a version", lambda t: inputs(
        dan(t), f"claim/{t.house.address}/{t.at('dan')}/identity")),
    Refused(Reason.BAD_CARD, "with a card of small order", lambda t: dan(
        t, card={"scheme": "ed25519+x25519", "seal": t.dan.card.seal, "sign": "01" + "00" * 31})),
    Refused(Reason.STALE, "as if it were the first", lambda t: ann(t, version=0)),
    Refused(Reason.STALE, "again, after the revocation", lambda t: ann(revoked(t, "ann"), version=1)),
    Refused(Reason.WRONG_WITNESSES, "without the wallet's signature", lambda t: dan(t, by=(t.house,))),
    Refused(Reason.WRONG_WITNESSES, "without the claim issuer's signature", lambda t: dan(t, by=(t.dan,))),
    Refused(Reason.WRONG_WITNESSES, "by a replaced card", lambda t: ann(scenes.rotated(t))),
    Refused(Reason.NOT_A_PARTICIPANT, "by a notary", lambda t: dan(
        t, issuer=t.notary.address, by=(t.notary, t.dan))),
    Refused(Reason.NOT_A_PARTICIPANT, "by a stranger", lambda t: dan(
        t, issuer=t.bob.address, by=(t.bob, t.dan))),
    Refused(Reason.NOT_A_PARTICIPANT, "by a suspended claim issuer", lambda t: dan(suspended(t))),
    Refused(Reason.BAD_DEADLINE, "until now", lambda t: dan(t, until=NOW)),
    Refused(Reason.HOLDER_MISMATCH, "with the card of another", lambda t: dan(t, card=t.ann.card)),
    Refused(Reason.HOLDER_MISMATCH, "under another holder number", lambda t: ann(t, holder=holder("bob"))),
    Refused(Reason.HOLDER_MISMATCH, "with the first card, which was replaced", lambda t: ann(
        scenes.rotated(t), by=(t.house, person("ann, fresh")))),
]  # fmt: skip
REVOKED = [
    Accepted("by its issuer", revoke),
    Accepted("after it was renewed", lambda t: revoke(reattested(t, "ann"), version=2)),
]
NOT_REVOKED = [
    Refused(Reason.MALFORMED, "for no reason", lambda t: revoke(t, reason="")),
    Refused(Reason.MALFORMED, "for a reason that nobody sees", lambda t: revoke(t, reason="\u2060")),
    Refused(Reason.WRONG_INPUTS, "at version 0", lambda t: revoke(t, "dan", version=0)),
    Refused(Reason.WRONG_INPUTS, "of another wallet's claim", lambda t: revoke(t, wallet=t.at("bob"))),
    Refused(Reason.STALE, "where there is none", lambda t: revoke(t, "dan")),
    Refused(Reason.STALE, "of the claim before the last", lambda t: revoke(reattested(t, "ann"))),
    Refused(Reason.STALE, "again, after it was attested again", lambda t: (
        again := revoke(t), t.submit(again), t.submit(ann(t, version=2)), again)[-1]),
    Refused(Reason.STALE, "of what is revoked already", lambda t: revoke(revoked(t, "ann"), version=2)),
    Refused(Reason.WRONG_WITNESSES, "by the wallet", lambda t: revoke(t, by=t.ann)),
    Refused(Reason.NOT_A_PARTICIPANT, "by a suspended claim issuer", lambda t: revoke(suspended(t))),
]  # fmt: skip

tell("attest", ATTESTED, NOT_ATTESTED)
tell("revoke", REVOKED, NOT_REVOKED)
