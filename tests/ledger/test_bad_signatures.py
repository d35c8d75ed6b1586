"""Who signs: wrong, missing, additional, malleable and low-order signatures, at admission and in a block."""

from typing import Any

import pytest
from msgspec.structs import replace

from clients.signing import Signed, sign
from ledger import services
from ledger.protocol.block import Block, transactions_root
from ledger.protocol.encoding import canonical
from ledger.protocol.keys import address
from ledger.protocol.signed import read
from tests.ledger.world import NodeTown
from tests.protocol.world import person

pytestmark = pytest.mark.django_db
ORDER = 2**252 + 27742317777372353535851937790883648493  # of Ed25519's group
NEUTRAL = "01" + "00" * 31  # a key for which, elsewhere, a signature fits every message


@pytest.fixture
def paid(town: NodeTown) -> Signed:
    """What ann signs rightly."""
    town.register({"ann": 100, "bob": 50})
    return town.pay("ann", "bob", 30)


def with_witnesses(paid: Signed, *witnesses: dict[str, Any]) -> bytes:
    return canonical({"transaction": paid.transaction, "witnesses": list(witnesses)})


def anns(paid: Signed, **changes: Any) -> dict[str, Any]:
    """Ann's own witness, changed."""
    card = person("ann").card
    return {"card": {"scheme": "ed25519+x25519", "seal": card.seal, "sign": card.sign},
            "signature": read(paid.raw).signed.witnesses[0].signature} | changes  # fmt: skip


def malleable(paid: Signed) -> str:
    """The same signature with S + L, which a careless verifier takes."""
    raw = bytes.fromhex(str(anns(paid)["signature"]))
    return (raw[:32] + (int.from_bytes(raw[32:], "little") + ORDER).to_bytes(32, "little")).hex()


def cases(paid: Signed) -> dict[str, tuple[bytes, str]]:
    """Each with the reason for which it is refused."""
    card = anns(paid)["card"]
    wrong = {"signature": "0" * 128}
    return {
        "wrong": (with_witnesses(paid, anns(paid, **wrong)), "BAD_SIGNATURE"),
        "malleable": (with_witnesses(paid, anns(paid, signature=malleable(paid))), "BAD_SIGNATURE"),
        "low order": (
            with_witnesses(paid, anns(paid, card=card | {"sign": NEUTRAL}, signature=NEUTRAL + "00" * 32)),
            "BAD_CARD",
        ),
        "missing": (with_witnesses(paid), "WRONG_WITNESSES"),
        "another's": (sign(paid.transaction, person("bob")).raw, "WRONG_WITNESSES"),
        "additional": (sign(paid.transaction, person("ann"), person("bob")).raw, "WRONG_WITNESSES"),
        "twice": (with_witnesses(paid, anns(paid), anns(paid)), "BAD_WITNESS"),
        "a list for a single card": (
            with_witnesses(
                paid, anns(paid, signature=[{"member": 0, "signature": str(anns(paid)["signature"])}])
            ),
            "BAD_WITNESS",
        ),
    }


NAMES = ["wrong", "malleable", "low order", "missing", "another's", "additional", "twice",
         "a list for a single card"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_admission_refuses(town: NodeTown, paid: Signed, name: str):
    raw, reason = cases(paid)[name]
    (answer,) = town.ask(raw)
    assert (answer.status, answer.reason) == ("refused", reason)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("known", [True, False], ids=["pool has the true one", "pool has nothing"])
def test_a_block_with_it_is_refused(town: NodeTown, paid: Signed, name: str, known: bool):
    raw, reason = cases(paid)[name]
    if known:
        town.ask(paid)
    submitted, block = read(raw), town.build()
    header = replace(block.header, transactions_root=transactions_root([submitted.digest]))
    refusal = services.check_block(block=Block(header, block.certificate, (submitted,)))
    assert refusal is not None and refusal.reason == reason


def test_a_forged_one_does_not_stand_in_the_way_of_the_true_one(town: NodeTown, paid: Signed):
    forged, _ = cases(paid)["wrong"]
    rival = town.pay("ann", "bob", 31)
    answers = town.ask(forged, rival)
    assert [(one.status, one.reason) for one in answers] == [("refused", "BAD_SIGNATURE"), ("pending", None)]


def test_nothing_is_built_on_a_forged_one(town: NodeTown, paid: Signed):
    forged, _ = cases(paid)["wrong"]
    spent = {
        "inputs": [f"{paid.id}:0"],
        "outputs": [{**paid.transaction["outputs"][0], "owner": town.at("cho")}],
    }
    answers = town.ask(forged, sign(paid.transaction | spent, person("bob")))
    assert [one.reason for one in answers] == ["BAD_SIGNATURE", "UNKNOWN_INPUT"]


def test_a_rehearsal_judges_the_signatures_that_there_are(town: NodeTown, paid: Signed):
    forged, reason = cases(paid)["wrong"]
    bare, _ = cases(paid)["missing"]
    answers = [one for raw in (forged, bare) for one in services.dry_run(raws=[raw], caller=town.at("ann"))]
    assert [(one.status, one.reason) for one in answers] == [("refused", reason), ("acceptable", None)]


def test_witnesses_stand_in_order(town: NodeTown, paid: Signed):
    two = [person("ann"), person("bob")]
    good = sign(paid.transaction, *two)
    listed = read(good.raw).signed
    turned = canonical(replace(listed, witnesses=listed.witnesses[::-1]))
    assert [address(each.card) for each in listed.witnesses] == sorted(each.address for each in two)
    (answer,) = town.ask(turned)
    assert answer.reason == "BAD_WITNESS"
