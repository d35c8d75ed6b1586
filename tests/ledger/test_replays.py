"""What was committed once has no second effect: the same bytes again, after commit and after the effect was undone."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from clients import acts, build
from clients.signing import Signed, sign
from ledger import services
from ledger.protocol.block import Block, transactions_root
from ledger.protocol.reasons import Reason
from ledger.protocol.signed import read
from tests.ledger.world import NodeTown, count
from tests.protocol.town import SHARE
from tests.protocol.world import NEWEST, person

pytestmark = pytest.mark.django_db
Story = Callable[[NodeTown], tuple[Signed, list[Signed]]]


def transfer(town: NodeTown) -> tuple[Signed, list[Signed]]:
    """Paid, and paid back."""
    town.register({"ann": 100})
    paid = town.pay("ann", "bob", 100)
    town.submit(paid)
    return paid, [town.pay("bob", "ann", 100)]


def attest(town: NodeTown) -> tuple[Signed, list[Signed]]:
    """Attested, and revoked."""
    claim = town.attestation("dan")
    town.submit(claim)
    who = {"issuer": town.house.address, "wallet": town.at("dan"), "reason": "moved away"}
    return claim, [sign(build.revoke(town.frame, version=1, **who), town.house)]


def revoke(town: NodeTown) -> tuple[Signed, list[Signed]]:
    """Revoked, and attested again."""
    who = {"issuer": town.house.address, "wallet": town.at("ann"), "reason": "an error"}
    gone = sign(build.revoke(town.frame, version=1, **who), town.house)
    town.submit(gone)
    return gone, [town.attestation("ann", version=2)]


def rotate(town: NodeTown) -> tuple[Signed, list[Signed]]:
    """A new card, and the old one again."""
    old, new = person("ann"), person("ann again")
    there = build.rotate_card(town.frame, old.address, new.card, version=1)
    back = build.rotate_card(town.frame, old.address, old.card, version=2)
    signed = sign(there, old, new)
    town.submit(signed)
    return signed, [sign(back, old, new)]


def propose(town: NodeTown) -> tuple[Signed, list[Signed]]:
    """Proposed, and retracted."""
    asked = town.proposal(town.registration({"ann": 10}), town.issuer)
    id = town.submit(asked)
    return asked, [sign(build.retract(town.frame, id), town.issuer)]


def retract(town: NodeTown) -> tuple[Signed, list[Signed]]:
    """Retracted, and proposed anew."""
    act = town.registration({"ann": 10})
    taken_back = sign(build.retract(town.frame, town.propose(act, town.issuer)), town.issuer)
    town.submit(taken_back)
    return taken_back, [town.proposal(act, town.issuer, deadline=town.time + 80_000)]


def refuse(town: NodeTown) -> tuple[Signed, list[Signed]]:
    """Refused, and proposed anew."""
    act = town.registration({"ann": 10})
    no = town.refused(town.propose(act, town.issuer), "regulator", act)
    town.submit(no)
    return no, [town.proposal(act, town.issuer, deadline=town.time + 80_000)]


def approve(town: NodeTown) -> tuple[Signed, list[Signed]]:
    """Executed, and the units it made spent."""
    act = town.registration({"ann": 10})
    id = town.propose(act, town.issuer)
    town.submit(town.approval(id, "regulator", act))
    last = town.approval(id, "notary", act)
    town.submit(last)
    return last, [town.pay("ann", "bob", 10)]


def govern(town: NodeTown) -> tuple[Signed, list[Signed]]:
    """Scheduled; nothing undoes it in this version."""
    houses = [town.csd, town.regulator, town.exchange]
    signers = [house.address for house in houses]
    later = build.upgrade(
        town.frame, height=town.height + 1_000, protocol=NEWEST + 1, signers=signers, network_version=1
    )
    signed = sign(later, *houses)
    town.submit(signed)
    return signed, []


@pytest.mark.parametrize(
    "story", [transfer, attest, revoke, rotate, propose, retract, refuse, approve, govern]
)
def test_the_same_bytes_again_change_nothing(town: NodeTown, story: Story):
    signed, undoing = story(town)
    height = town.height
    must_stay_out(town, signed, height)
    for one in undoing:
        town.submit(one)
        must_stay_out(town, signed, height)


def test_the_same_intent_in_other_bytes_is_stale(town: NodeTown):
    """Not the id but what is consumed makes it unique."""
    paid, _ = transfer(town)
    again = sign(paid.transaction | {"expires": paid.transaction["expires"] - 1}, person("ann"))
    assert town.refusal(again) is Reason.SPENT
    act = acts.increase(SHARE, 5, version=1, holders=[{"owner": town.at("ann"), "quantity": 5}])
    id = town.propose(act, town.issuer)
    first, second = (town.approval(id, "regulator", act) for _ in range(2))
    assert first.id != second.id
    town.submit(first)
    assert town.refusal(second) is Reason.STALE


def must_stay_out(town: NodeTown, signed: Signed, height: int) -> None:
    """Submitted again it is what it was; a block that holds it again is refused."""
    (answer,) = town.ask(signed)
    assert (answer.status, answer.height) == ("committed", height)
    assert count("ledger_pending") == 0
    empty, again = town.build(), read(signed.raw)
    header = replace(empty.header, transactions_root=transactions_root([again.digest]))
    refusal = services.check_block(block=Block(header, empty.certificate, (again,)))
    assert refusal is not None
    assert refusal.reason in (Reason.SPENT, Reason.STALE, Reason.ALREADY_COMMITTED)
