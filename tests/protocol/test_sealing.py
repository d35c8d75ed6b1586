"""Notes: two readers, the same words, bound to one transaction; and HPKE as its published vectors say."""

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clients import keys as client_keys
from ledger.protocol import sealing
from ledger.protocol.keys import LOW_ORDER_U, address
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.sealing import Binding, ReaderKey

GIVEN = Path(__file__).parents[1] / "vectors" / "given"
RANDOM = bytes(range(32))


@dataclass
class Person:
    keys: client_keys.Wallet

    @property
    def address(self) -> str:
        return address(self.keys.card)

    def reader(self, salt: int) -> ReaderKey:
        return ReaderKey(self.address, bytes.fromhex(self.keys.card.seal), bytes([salt]) * 32)


SENDER, RECEIVER, REGULATOR, STRANGER = (
    Person(client_keys.from_seeds(bytes([n]) * 32, bytes([n + 100]) * 32)) for n in range(1, 5)
)
BINDING = Binding(
    "demo-0123456789abcdef",
    SENDER.address,
    RECEIVER.address,
    ["ab" * 32 + ":0"],
    [{"asset": "DE0007236101.1", "owner": RECEIVER.address, "quantity": 5}],
)


def sealed(text: str = "for the house, as agreed") -> tuple[sealing.Note, list[bytes]]:
    return sealing.seal_note(text, RANDOM, BINDING, [RECEIVER.reader(1), REGULATOR.reader(2)])


def refused(reason: Reason) -> pytest.RaisesExc[Rejected]:
    return pytest.RaisesExc(Rejected, check=lambda error: error.reason == reason)


def test_both_readers_open_the_same_words_and_nobody_else_any() -> None:
    note, ciphertexts = sealed()
    sealing.check_note(note)
    sealing.check_ciphertexts(note, ciphertexts)
    for place, person in enumerate((RECEIVER, REGULATOR)):
        words = sealing.open_note(note, place, ciphertexts[place], person.keys.seal, BINDING)
        assert words == "for the house, as agreed"
    with refused(Reason.BAD_NOTE):
        sealing.open_note(note, 0, ciphertexts[0], STRANGER.keys.seal, BINDING)


@pytest.mark.parametrize(
    "other",
    [
        BINDING._replace(chain="demo-fedcba9876543210"),
        BINDING._replace(sender=STRANGER.address),
        BINDING._replace(receiver=STRANGER.address),
        BINDING._replace(inputs=["ab" * 32 + ":1"]),
        BINDING._replace(outputs=[]),
    ],
)
def test_a_note_does_not_open_in_another_transaction(other: Binding) -> None:
    note, ciphertexts = sealed()
    with refused(Reason.BAD_NOTE):
        sealing.open_note(note, 0, ciphertexts[0], RECEIVER.keys.seal, other)


def test_other_words_than_committed_to_are_found() -> None:
    note, _ = sealed()
    other, ciphertexts = sealed("something else")
    forged = sealing.Note(note.commitment, other.readers)
    with refused(Reason.BAD_NOTE):
        sealing.open_note(forged, 0, ciphertexts[0], RECEIVER.keys.seal, BINDING)


def test_altered_exchanged_or_missing_ciphertexts_are_refused() -> None:
    note, ciphertexts = sealed()
    altered = bytes([ciphertexts[0][0] ^ 1]) + ciphertexts[0][1:]
    for wrong in ([altered, ciphertexts[1]], ciphertexts[::-1], ciphertexts[:1], [], [*ciphertexts, b""]):
        with refused(Reason.BAD_NOTE):
            sealing.check_ciphertexts(note, wrong)
    with refused(Reason.BAD_NOTE):
        sealing.open_note(note, 0, altered, RECEIVER.keys.seal, BINDING)


def test_the_form_of_a_note_is_checked() -> None:
    note, _ = sealed()
    one, two = note.readers
    with refused(Reason.BAD_NOTE):
        sealing.check_note(sealing.Note(note.commitment, (one,)))
    with refused(Reason.BAD_NOTE):
        sealing.check_note(sealing.Note(note.commitment, (one, sealed("x" * 300)[0].readers[1])))
    for enc in ("00" * 32, "01" + "00" * 31, "ff" * 32):
        bad = sealing.Reader(two.address, two.digest, enc, two.length)
        with refused(Reason.BAD_NOTE):
            sealing.check_note(sealing.Note(note.commitment, (one, bad)))


@pytest.mark.parametrize("u", sorted(LOW_ORDER_U))
def test_a_low_order_enc_opens_nothing(u: int) -> None:
    with refused(Reason.BAD_NOTE):
        sealing.open_sealed(RECEIVER.keys.seal, u.to_bytes(32, "little"), b"", b"", bytes(272))


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=500))
def test_padding_gives_every_text_back_in_whole_blocks(text: str) -> None:
    plaintext = sealing.pad(text, RANDOM)
    assert len(plaintext) % 256 == 0 and sealing.unpad(plaintext) == text


def test_the_longest_text_and_one_byte_more() -> None:
    assert len(sealing.pad("x" * 2015, RANDOM)) == 2048
    with refused(Reason.OVERSIZED):
        sealing.pad("x" * 2016, RANDOM)


@pytest.mark.parametrize(
    "plaintext",
    [b"", bytes(256), RANDOM + bytes(224), RANDOM + b"a\x80" + bytes(221), RANDOM + b"\xff\x80" + bytes(222)],
)
def test_wrongly_padded_plaintexts_are_refused(plaintext: bytes) -> None:
    with refused(Reason.BAD_NOTE):
        sealing.unpad(plaintext)


def vectors() -> list[dict[str, object]]:
    return list(json.loads((GIVEN / "hpke_base_x25519.json").read_text())["vectors"])


@pytest.mark.parametrize("vector", vectors(), ids=lambda vector: f"aead-{vector['aead_id']}")
def test_the_published_vectors(vector: dict[str, object]) -> None:
    private, enc, info = (bytes.fromhex(str(vector[name])) for name in ("skRm", "enc", "info"))
    messages = vector["encryptions"]
    assert isinstance(messages, list) and messages
    for sequence, message in enumerate(messages):
        opened = sealing.open_sealed(
            private,
            enc,
            info,
            bytes.fromhex(message["aad"]),
            bytes.fromhex(message["ct"]),
            aead=int(str(vector["aead_id"])),
            sequence=sequence,
        )
        assert opened.hex() == message["pt"]
