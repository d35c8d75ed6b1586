"""Addresses, tree paths and sealed notes under anything: right ones come back, wrong ones are always found."""

from collections.abc import Callable
from typing import Final

from hypothesis import strategies as st

from ledger.protocol import bech32m, merkle, sealing
from ledger.protocol.keys import address_bytes
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.sealing import Note
from tests.fuzzing import search, sizes
from tests.protocol.wire_values import damaged
from tests.protocol.world import person

CHAIN: Final = "demo-0123456789abcdef"


def refusal(judge: Callable[[bytes], object], raw: bytes) -> Reason | None:
    try:
        judge(raw)
    except Rejected as refused:
        return refused.reason
    return None


class TestAddresses:
    @sizes(100, 3_000)
    def test_bytes_come_back_in_one_spelling(self, examples: int) -> None:
        def check(data: bytes) -> None:
            text = bech32m.encode("tally", data)
            assert address_bytes(text) == data
            prefix, groups = bech32m.decode(text.upper())
            assert (prefix, bech32m.to_bytes(groups)) == ("tally", data)
            assert refusal(lambda raw: address_bytes(raw.decode()), text.upper().encode()) is Reason.MALFORMED

        search(examples, st.binary(min_size=32, max_size=32), check)

    @sizes(300, 5_000)
    def test_up_to_four_wrong_characters_are_always_found(self, examples: int) -> None:
        """What BIP-350's code promises within 89 characters."""

        def check(drawn: tuple[bytes, dict[int, str]]) -> None:
            text = bech32m.encode("tally", drawn[0])
            wrong = "".join(drawn[1].get(at, char) for at, char in enumerate(text))
            found = refusal(lambda raw: address_bytes(raw.decode()), wrong.encode())
            assert (found is None) == (wrong == text)

        places = st.dictionaries(
            st.integers(6, 63), st.sampled_from(bech32m.ALPHABET), min_size=1, max_size=4
        )
        search(examples, st.tuples(st.binary(min_size=32, max_size=32), places), check)

    @sizes(300, 5_000)
    def test_any_text(self, examples: int) -> None:
        def check(text: str) -> None:
            try:
                data = address_bytes(text)
            except Rejected as refused:
                assert refused.reason is Reason.MALFORMED
            else:
                assert bech32m.encode("tally", data) == text

        shaped = st.text(bech32m.ALPHABET + "1QB", max_size=95).map(lambda tail: f"tally1{tail}")
        search(examples, st.text(max_size=100) | shaped, check)


class TestTrees:
    @sizes(150, 2_000)
    def test_a_path_proves_its_leaf_at_its_place_and_no_other(self, examples: int) -> None:
        def check(drawn: tuple[list[bytes], int, int]) -> None:
            leaves, index, other = drawn
            hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
            index, root = index % len(leaves), merkle.root(leaves)
            proof = merkle.path(hashes, index)
            assert merkle.inclusion(hashes[index], index, len(leaves), proof, root)
            for at in (index + other, index - other):
                assert not merkle.inclusion(hashes[index], at, len(leaves), proof, root)
            assert not merkle.inclusion(hashes[index], index, len(leaves), [*proof, root], root)
            assert not proof or not merkle.inclusion(hashes[index], index, len(leaves), proof[:-1], root)

        lists = st.lists(st.binary(max_size=4), min_size=1, max_size=40, unique=True)
        search(examples, st.tuples(lists, st.integers(0, 99), st.integers(1, 99)), check)

    @sizes(150, 2_000)
    def test_any_path_gives_a_root_or_none(self, examples: int) -> None:
        def check(drawn: tuple[bytes, int, int, list[bytes]]) -> None:
            root = merkle.root_from_path(*drawn)
            assert root is None or len(root) == 32

        hashes = st.binary(min_size=31, max_size=33)
        numbers = st.integers(-2, 2**64)
        search(examples, st.tuples(hashes, numbers, numbers, st.lists(hashes, max_size=70)), check)


class TestSealedNotes:
    BINDING: Final = sealing.Binding(CHAIN, "sender", "receiver", ["a:0"], [])

    def sealed(self, text: str) -> tuple[Note, list[bytes]]:
        keys = [sealing.ReaderKey(person(name).address, bytes.fromhex(person(name).card.seal), bytes([at] * 32))
                for at, name in enumerate(("ann", "bob"))]  # fmt: skip
        return sealing.seal_note(text, bytes(32), self.BINDING, keys)

    @sizes(15, 150)
    def test_the_words_come_back_to_both(self, examples: int) -> None:
        def check(text: str) -> None:
            note, ciphertexts = self.sealed(text)
            sealing.check_note(note)
            sealing.check_ciphertexts(note, ciphertexts)
            for at, name in enumerate(("ann", "bob")):
                opened = sealing.open_note(note, at, ciphertexts[at], person(name).seal, self.BINDING)
                assert opened == text

        search(examples, st.text(st.characters(exclude_categories=["Cs"]), max_size=300), check)

    @sizes(60, 600)
    def test_altered_ciphertexts_and_keys_open_nothing(self, examples: int) -> None:
        note, ciphertexts = self.sealed("120 shares, with thanks")

        def check(drawn: tuple[bytes, bytes]) -> None:
            ciphertext, private = drawn
            right = ciphertext == ciphertexts[0] and private == person("ann").seal
            found = refusal(lambda _: sealing.open_note(note, 0, ciphertext, private, self.BINDING), b"")
            assert found is (None if right else Reason.BAD_NOTE)

        keys = st.just(person("ann").seal) | st.binary(max_size=40)
        search(examples, st.tuples(damaged(ciphertexts[0]) | st.binary(max_size=400), keys), check)

    @sizes(100, 1_500)
    def test_any_plaintext_is_padded_in_one_way_or_refused(self, examples: int) -> None:
        def check(plaintext: bytes) -> None:
            try:
                text = sealing.unpad(plaintext)
            except Rejected as refused:
                assert refused.reason in (Reason.BAD_NOTE, Reason.OVERSIZED)
            else:
                assert sealing.pad(text, plaintext[:32]) == plaintext

        whole = st.binary(max_size=300).map(lambda data: data + b"\x80" + bytes(-(len(data) + 1) % 256))
        search(examples, whole | st.binary(max_size=600), check)
