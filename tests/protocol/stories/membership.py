"""The stories of `admit` and `suspend`: who may act in a role."""

from clients import acts, build
from clients.build import Json
from clients.signing import Signed, Signer, sign
from clients.wallet import MultiWallet
from ledger.protocol.reasons import Reason
from tests.protocol.stories.story import Accepted, Refused, tell
from tests.protocol.town import Town
from tests.protocol.world import holder, institution, person


def admit(t: Town, *others: Signer, by: MultiWallet | None = None, **changes: object) -> Signed:
    """A bank is proposed, and signs too."""
    return t.proposal(t.admission("new", "bank", **changes), by or t.csd, *(others or (institution("new"),)))


def again(t: Town, name: str, *roles: str, **changes: object) -> Signed:
    """Somebody who has a wallet record already."""
    return t.proposal(t.admission(name, *roles, **changes), t.csd, institution(name))


def single(t: Town, name: str, **changes: object) -> Signed:
    """A person instead of an institution."""
    act = acts.admit(person(name), holder=holder(name), name=name, roles=["broker"])
    return t.proposal(act | changes, t.csd, person(name))


def suspend(t: Town, name: str, *, by: MultiWallet | None = None, **changes: object) -> Signed:
    return t.proposal(acts.suspend(institution(name).address, "Under inspection") | changes, by or t.csd)


def suspended(t: Town, name: str) -> Town:
    t.decide(acts.suspend(institution(name).address, "Under inspection"), t.csd)
    return t


def yes(t: Town, act: Json, *others: Signer) -> Signed:
    return t.approval(t.propose(act, t.csd, *others), "regulator", act)


def moved_meanwhile(t: Town) -> Signed:
    """Between proposal and approval the candidate has changed its card."""
    late = yes(t, t.admission("house", "broker"), t.house)
    fresh = institution("house, fresh")
    t.submit(sign(build.rotate_card(t.frame, t.house.address, fresh.card, version=1), t.house, fresh))
    return late


ADMITTED = [
    Accepted("a newcomer", lambda t: yes(t, t.admission("new", "bank", "broker"), institution("new"))),
    Accepted("with a LEI", lambda t: admit(t, lei="W38RGI023J3WT1HWRP32")),
    Accepted("once more, in other roles", lambda t: again(t, "house", "bank")),
    Accepted(
        "after a suspension", lambda t: yes(suspended(t, "house"), t.admission("house", "bank"), t.house)
    ),
    Accepted("a holder", lambda t: single(t, "ann")),
]
NOT_ADMITTED = [
    Refused(Reason.MALFORMED, "without a role", lambda t: admit(t, roles=[])),
    Refused(Reason.MALFORMED, "as king", lambda t: admit(t, roles=["king"])),
    Refused(Reason.BAD_CARD, "with three of two members", lambda t: admit(
        t, card={"cards": [], "m": 3, "scheme": "multi"})),
    Refused(Reason.MALFORMED, "with a name that reads backwards", lambda t: admit(t, name="\u202eBank")),
    Refused(Reason.MALFORMED, "with a role twice", lambda t: admit(t, roles=["bank", "bank"])),
    Refused(Reason.BAD_IDENTIFIER, "with a LEI with wrong check digits", lambda t: admit(t, lei="W38RGI023J3WT1HWRP33")),
    Refused(Reason.WRONG_WITNESSES, "without its own signature", lambda t: admit(t, t.csd)),
    Refused(Reason.NOT_A_PARTICIPANT, "by the regulator", lambda t: admit(t, by=t.regulator)),
    Refused(Reason.HOLDER_MISMATCH, "at another card's address", lambda t: admit(t, wallet=person("dan").address)),
    Refused(Reason.HOLDER_MISMATCH, "under another holder number", lambda t: again(t, "house", "bank", holder="0" * 32)),
    Refused(Reason.HOLDER_MISMATCH, "with a card that was replaced meanwhile", moved_meanwhile),
]  # fmt: skip
SUSPENDED = [Accepted("a participant", lambda t: yes(t, acts.suspend(t.house.address, "Under inspection")))]
NOT_SUSPENDED = [
    Refused(Reason.MALFORMED, "for no reason", lambda t: suspend(t, "house", reason="")),
    Refused(Reason.MALFORMED, "for two lines of reason", lambda t: suspend(t, "house", reason="a\nb")),
    Refused(Reason.WRONG_WITNESSES, "signed by the suspended too", lambda t: t.proposal(
        acts.suspend(t.house.address, "Under inspection"), t.csd, t.house)),
    Refused(Reason.UNKNOWN_RECORD, "a stranger", lambda t: suspend(t, "new")),
    Refused(Reason.NOT_A_PARTICIPANT, "by the issuer", lambda t: suspend(t, "house", by=t.issuer)),
    Refused(Reason.NOT_A_PARTICIPANT, "a second time", lambda t: suspend(suspended(t, "house"), "house", reason="x")),
    Refused(Reason.SAME_WALLET, "the CSD", lambda t: suspend(t, "csd")),
    Refused(Reason.SAME_WALLET, "the regulator", lambda t: suspend(t, "regulator")),
]  # fmt: skip

tell("admit", ADMITTED, NOT_ADMITTED)
tell("suspend", SUSPENDED, NOT_SUSPENDED)
