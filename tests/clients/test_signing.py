"""Signed bytes: what comes out is what ledger.protocol accepts, for one wallet, institutions and batches."""

import json

import msgspec
import pytest

from clients import build, keys
from clients.signing import Signed, Task, sign, sign_batch, token_request, unsigned
from clients.wallet import MultiWallet
from ledger.protocol.encoding import canonical, digest
from ledger.protocol.keys import Witness, address, verify_witness
from ledger.protocol.reasons import Rejected

FRAME = build.Frame.at("demo-0123456789abcdef", 1_800_000_000)
ALICE, BOB = keys.generate(), keys.generate()
HOUSE = MultiWallet.of(2, [keys.generate() for _ in range(3)])
CLAIM = {"class": "RETL", "country": "DE", "holder": "0" * 32, "until": 1_900_000_000}


def witnesses_of(signed: Signed) -> list[Witness]:
    return msgspec.convert(json.loads(signed.raw)["witnesses"], list[Witness])


def check_all(signed: Signed) -> None:
    for witness in witnesses_of(signed):
        verify_witness(witness, bytes.fromhex(signed.id))


def payment(amount: int) -> build.Json:
    return build.transaction(FRAME, "transfer", {}, [f"{amount:064x}:0"], [])


def test_a_wallets_witness_verifies_and_the_bytes_are_canonical():
    signed = sign(payment(1), ALICE)
    check_all(signed)
    assert signed.raw == canonical(json.loads(signed.raw))
    assert signed.id == digest("tallystick/transaction/1", canonical(signed.transaction)).hex()


def test_witnesses_are_sorted_by_address_and_each_wallet_signs_once():
    signed = sign(payment(1), ALICE, HOUSE, BOB, ALICE)
    order = [address(witness.card) for witness in witnesses_of(signed)]
    assert order == sorted({ALICE.address, BOB.address, HOUSE.address})
    check_all(signed)


def test_any_two_of_an_institutions_three_members_sign():
    for places in ((0, 1), (2, 0), (1, 2)):
        check_all(sign(payment(1), HOUSE.signed_by(*places)))


def test_one_signature_serves_a_batch_beside_the_wallets_own():
    attests = [
        build.transaction(FRAME, "attest", CLAIM | {"wallet": who.address}) for who in (ALICE, BOB, ALICE)
    ]
    signed = sign_batch(
        [Task(each, (who,)) for each, who in zip(attests, (ALICE, BOB, ALICE), strict=True)], HOUSE
    )
    for each in signed:
        check_all(each)
    by_house = [witness for each in signed for witness in witnesses_of(each) if witness.path]
    assert len({json.dumps(msgspec.to_builtins(witness.signature)) for witness in by_house}) == 1


def test_a_batchs_signature_does_not_fit_another_transaction():
    first, second = sign_batch([Task(payment(1)), Task(payment(2))], ALICE)
    with pytest.raises(Rejected):
        verify_witness(witnesses_of(first)[0], bytes.fromhex(second.id))


def test_a_token_request_proves_the_wallet_for_this_chain_only():
    request = token_request(FRAME.chain, HOUSE, 1_800_000_000)
    witness = msgspec.convert(
        {"card": msgspec.to_builtins(request["card"]), "signature": request["signature"]}, Witness
    )
    claim = {"address": HOUSE.address, "chain": FRAME.chain, "time": 1_800_000_000}
    verify_witness(witness, digest("tallystick/token/1", canonical(claim)))
    with pytest.raises(Rejected):
        elsewhere = claim | {"chain": "demo-ffffffffffffffff"}
        verify_witness(witness, digest("tallystick/token/1", canonical(elsewhere)))


def test_for_a_dry_run_there_is_no_witness():
    assert json.loads(unsigned(payment(1)).raw)["witnesses"] == []
