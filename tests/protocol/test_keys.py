"""Cards, addresses, signatures and witnesses: one spelling, one verdict, the exact members."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from nacl.bindings import crypto_scalarmult

from clients import keys as wallets
from ledger.protocol import bech32m, keys
from ledger.protocol.encoding import canonical, parse
from ledger.protocol.keys import Card, Witness
from ledger.protocol.reasons import Reason, Rejected

VECTORS = Path(__file__).parents[1] / "vectors"
BIP_350 = json.loads((VECTORS / "given" / "bech32m.json").read_text())
WYCHEPROOF = json.loads((VECTORS / "given" / "ed25519_valid.json").read_text())["vectors"]
OURS = json.loads((VECTORS / "primitives.json").read_text())
ALICE = wallets.from_seeds(b"\x01" * 32, b"\x65" * 32)


def refused(reason: Reason, words: str = "") -> pytest.RaisesExc[Rejected]:
    return pytest.RaisesExc(Rejected, match=words or None, check=lambda error: error.reason == reason)


def card_of(given: Any) -> Card:
    return msgspec.convert(given, Card)  # type: ignore[arg-type, no-any-return]


@pytest.mark.parametrize("text", BIP_350["valid"])
def test_bip_350_valid(text: str) -> None:
    prefix, data5 = bech32m.decode(text)
    assert text.lower().startswith(prefix + "1") and len(prefix) + 7 + len(data5) == len(text)


@pytest.mark.parametrize(
    "text", [*BIP_350["invalid"], "A12UEL5L", "", "1", "a" * 91, "A1lqfn3a", "a1lqfn3é", "a1lqfn\u212aa"]
)
def test_bip_350_invalid(text: str) -> None:
    with refused(Reason.MALFORMED):
        bech32m.decode(text)


@given(st.binary(max_size=40))
def test_bech32m_gives_every_data_back(data: bytes) -> None:
    prefix, data5 = bech32m.decode(bech32m.encode("tally", data))
    assert (prefix, bech32m.to_bytes(data5)) == ("tally", data)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 63), st.sampled_from(bech32m.ALPHABET))
def test_one_wrong_character_in_an_address_is_found(data: bytes, place: int, char: str) -> None:
    address = bech32m.encode("tally", data)
    wrong = address[:place] + char + address[place + 1 :]
    if wrong != address:
        with refused(Reason.MALFORMED):
            keys.address_bytes(wrong)


@pytest.mark.parametrize("case", [*OURS["cards"], *OURS["multi_cards"]])
def test_addresses_of_our_vectors(case: dict[str, Any]) -> None:
    card = card_of(case["card"])
    keys.check_card(card)
    assert canonical(card).hex() == case["canonical"]
    assert keys.address(card) == case["address"]
    assert keys.address_bytes(case["address"]).hex() == case["address_bytes"]


def test_an_address_has_one_spelling() -> None:
    address = keys.address(ALICE.card)
    others = [
        address.upper(),
        address + " ",
        bech32m.encode("tallz", bytes(32)),
        bech32m.encode("tally", bytes(31)),
        bech32m.encode("tally", bytes(33)),
    ]
    for other in others:
        with refused(Reason.MALFORMED):
            keys.address_bytes(other)


def test_padding_bits_are_zero() -> None:
    for data5 in ([0, 1], [0] * 3, [31]):
        with refused(Reason.MALFORMED, "padding"):
            bech32m.to_bytes(data5)


@pytest.mark.parametrize("given_card", OURS["refused_cards"])
def test_cards_that_are_refused(given_card: dict[str, Any]) -> None:
    with refused(Reason.BAD_CARD):
        keys.check_card(card_of(given_card))


@pytest.mark.parametrize("u", sorted(keys.LOW_ORDER_U))
def test_low_order_seal_keys_are_those_that_give_no_secret(u: int) -> None:
    with pytest.raises(RuntimeError):
        crypto_scalarmult(b"\x11" * 32, u.to_bytes(32, "little"))


@pytest.mark.parametrize("case", WYCHEPROOF, ids=range(len(WYCHEPROOF)))
def test_wycheproof_valid(case: dict[str, str]) -> None:
    public, message, signature = (bytes.fromhex(case[name]) for name in ("pk", "msg", "sig"))
    assert keys.verify(public, message, signature)
    assert not keys.verify(public, message + b"\x00", signature)


@pytest.mark.parametrize("case", OURS["signatures"], ids=lambda case: case["name"])
def test_libsodiums_verdict(case: dict[str, Any]) -> None:
    assert keys.verify(*(bytes.fromhex(case[name]) for name in ("pk", "msg", "sig"))) is case["ok"]


def test_another_library_judges_otherwise() -> None:
    """Why there is one verdict: OpenSSL takes a neutral key's signature for any message."""
    neutral, signature = b"\x01" + bytes(31), b"\x01" + bytes(63)
    try:
        Ed25519PublicKey.from_public_bytes(neutral).verify(signature, b"anything")
    except InvalidSignature:
        pytest.skip("this OpenSSL refuses it too")
    assert not keys.verify(neutral, b"anything", signature)


@given(st.binary(max_size=100), st.binary(max_size=100), st.binary(max_size=100))
def test_garbage_is_a_no(public: bytes, message: bytes, signature: bytes) -> None:
    assert not keys.verify(public, message, signature)


def test_messages_are_apart() -> None:
    assert keys.signature_message(bytes(32)) == b"tallystick/signature/1\x00" + bytes(32)
    assert keys.batch_message(bytes(32), 258) == b"tallystick/batch/1\x00" + bytes(6) + b"\x01\x02" + bytes(
        32
    )


@pytest.mark.parametrize("case", OURS["witnesses"], ids=lambda case: case["name"])
def test_witnesses_of_our_vectors(case: dict[str, str]) -> None:
    witness = parse(case["canonical"].encode(), Witness, limit=10_000)
    if case["reason"]:
        with refused(Reason(case["reason"])):
            keys.verify_witness(witness, bytes.fromhex(case["id"]))
    else:
        keys.verify_witness(witness, bytes.fromhex(case["id"]))


def test_a_witness_with_a_refused_card_is_refused() -> None:
    card = keys.SingleCard(ALICE.card.seal, "01" + "00" * 31)
    with refused(Reason.BAD_CARD):
        keys.verify_witness(Witness(card, "01" + "00" * 63), bytes(32))


@pytest.mark.parametrize(
    "change",
    [
        {"signature": "AB" * 64},
        {"signature": "ab" * 63},
        {"signature": [{"member": -1, "signature": "ab" * 64}]},
        {"signature": None},
        {"path": None},
        {"path": {"hashes": [], "index": 0, "size": 65537}},
        {"path": {"hashes": ["00" * 32] * 17, "index": 0, "size": 1}},
        {"card": {"scheme": "ed25519", "seal": "00" * 32, "sign": "00" * 32}},
        {"card": {"scheme": "multi", "m": 1, "cards": [{"scheme": "multi", "m": 1, "cards": []}]}},
        {"card": {"scheme": "multi", "m": 0, "cards": []}},
        {"more": 1},
    ],
)
def test_witnesses_of_another_form_are_not_read(change: dict[str, Any]) -> None:
    good = msgspec.to_builtins(Witness(ALICE.card, ALICE.signature(keys.signature_message(bytes(32)))))
    raw = json.dumps(good | change, sort_keys=True, separators=(",", ":")).encode()
    with pytest.raises(Rejected):
        parse(raw, Witness, limit=10_000)


def test_private_keys_are_not_shown() -> None:
    assert "01010101" not in repr(wallets.JointWallet(wallets.multi_card(1, [ALICE.card]), (ALICE,)))


def test_generated_wallets_differ() -> None:
    assert wallets.generate() != wallets.generate()
