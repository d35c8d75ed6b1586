"""Every type of the protocol: one spelling each; whatever else arrives is refused with a reason, never an error."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import rfc8785
from hypothesis import strategies as st

from ledger.protocol import bech32m, merkle, sealing
from ledger.protocol.acts import AnyAct
from ledger.protocol.block import Header, certificate_digest, header_hash
from ledger.protocol.consensus.messages import (
    Certificate,
    Evidence,
    PolkaCertificate,
    SignedProposal,
    SignedVote,
)
from ledger.protocol.encoding import canonical, parse
from ledger.protocol.genesis import GENESIS_MAX, Genesis, chain_id, check_genesis, first_records
from ledger.protocol.keys import Card, Witness, address, address_bytes, check_card, verify_witness
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import RECORD_TYPES
from ledger.protocol.sealing import Note
from ledger.protocol.signed import Signed, check_form, check_notes, check_signatures, read
from ledger.protocol.transactions import KINDS
from ledger.protocol.values import Output
from tests.fuzzing import search, sizes
from tests.protocol.wire_values import ANY_JSON, altered, as_json, damaged, respelled, values
from tests.protocol.world import person

VECTORS: Final = Path(__file__).parents[1] / "vectors"
GIVEN: Final = json.loads((VECTORS / "kinds.json").read_text())
KEPT: Final = json.loads((VECTORS / "ledger.json").read_text())
CHAIN: Final = GIVEN["frame"]["chain"]
LIMIT: Final = 1_048_576
Judge = Callable[[bytes], Any]


def judge_signed(raw: bytes) -> Signed:
    """A transaction as far as no state is needed."""
    submitted = read(raw)
    check_form(submitted, chain=CHAIN, version=1)
    check_notes(submitted)
    check_signatures(submitted)
    return submitted.signed


def judge_genesis(raw: bytes) -> Genesis:
    document = parse(raw, Genesis, limit=GENESIS_MAX)
    check_genesis(document)
    assert chain_id(document) and first_records(document)
    return document


def judge_act(raw: bytes) -> AnyAct:
    act: AnyAct = parse(raw, AnyAct, limit=LIMIT)  # type: ignore[arg-type]
    act.check_form()
    return act


def judge_card(raw: bytes) -> Card:
    card: Card = parse(raw, Card, limit=LIMIT)  # type: ignore[arg-type]
    check_card(card)
    assert address_bytes(address(card))
    return card


def judge_witness(raw: bytes) -> Witness:
    witness = parse(raw, Witness, limit=LIMIT)
    verify_witness(witness, bytes(32))
    return witness


def judge_note(raw: bytes) -> Note:
    note = parse(raw, Note, limit=LIMIT)
    sealing.check_note(note)
    return note


def judge_header(raw: bytes) -> Header:
    header = parse(raw, Header, limit=LIMIT)
    assert len(header_hash(header)) == 64
    return header


def judge_certificate(raw: bytes) -> Certificate:
    certificate = parse(raw, Certificate, limit=LIMIT)
    assert len(certificate_digest(certificate)) == 64
    assert len(certificate.votes(CHAIN)) == len(certificate.precommits)
    return certificate


def plainly(type: Any) -> Judge:
    return lambda raw: parse(raw, type, limit=LIMIT)


# What is drawn, and who judges the bytes; a type of its own for each kind, or most draws would be of a few.
TYPES: Final[dict[str, tuple[Any, Judge]]] = {
    **{kind: (type_, plainly(type_)) for kind, type_ in KINDS[1].items()},
    **{f"record {name}": (type_, plainly(type_)) for name, type_ in RECORD_TYPES.items()},
    "signed": (Signed, judge_signed),
    "act": (AnyAct, judge_act),
    "genesis": (Genesis, judge_genesis),
    "header": (Header, judge_header),
    "certificate": (Certificate, judge_certificate),
    "polka": (PolkaCertificate, plainly(PolkaCertificate)),
    "vote": (SignedVote, plainly(SignedVote)),
    "proposal": (SignedProposal, plainly(SignedProposal)),
    "evidence": (Evidence, plainly(Evidence)),
    "card": (Card, judge_card),
    "witness": (Witness, judge_witness),
    "output": (Output, plainly(Output)),
    "note": (Note, judge_note),
}


def vectors() -> dict[str, list[tuple[bytes, Judge]]]:
    """Real ones: every kind and act as signed, the parts of the kept chain."""
    cases, kept = GIVEN["cases"], KEPT["blocks"]
    acts = [json.loads(bytes.fromhex(case["canonical"]))["body"].get("act") for case in cases]
    return {
        "signed": [(bytes.fromhex(case["signed"]), judge_signed) for case in cases if case["signers"]],
        "act": [(canonical(act), judge_act) for act in acts if act and act["act"] != "upgrade"],
        "genesis": [(canonical(KEPT["genesis"]), judge_genesis)],
        "header": [(canonical(block["header"]), judge_header) for block in kept[::9]],
        "certificate": [(canonical(block["certificate"]), judge_certificate) for block in kept[1::9]],
        "card": [(canonical(wallet["card"]), judge_card) for wallet in GIVEN["wallets"].values()],
    }


REAL: Final = vectors()
in_type = pytest.mark.parametrize("name", TYPES)
real = pytest.mark.parametrize("name", REAL)


def refused_or_the_one_form(judge: Judge, raw: bytes) -> None:
    """The whole claim: a refusal with a reason, or a value whose canonical form these very bytes are."""
    try:
        value = judge(raw)
    except Rejected as refusal:
        assert isinstance(refusal.reason, Reason) and refusal.detail and refusal.iso
        assert isinstance(refusal.field, str) and (refusal.field + refusal.detail).encode()
    else:
        assert canonical(value) == raw


@in_type
@sizes(8, 1_500)
def test_a_value_has_one_form_and_comes_back(name: str, examples: int) -> None:
    type_, judge = TYPES[name]

    def check(value: Any) -> None:
        raw = canonical(value)
        assert raw == rfc8785.dumps(value)
        assert canonical(parse(raw, type_, limit=LIMIT)) == raw
        refused_or_the_one_form(judge, raw)
        for spelling, other in respelled(value).items():
            assert refusal(plainly(type_), other), spelling

    search(examples, values(type_), check)


@in_type
@sizes(16, 3_000)
def test_damaged_bytes_and_changed_values(name: str, examples: int) -> None:
    type_, judge = TYPES[name]
    drawn = values(type_)
    raws = drawn.flatmap(lambda value: damaged(canonical(value)) | altered(value).map(as_json))
    search(examples, raws, lambda raw: refused_or_the_one_form(judge, raw))


@real
@sizes(60, 3_000)
def test_damaged_real_ones(name: str, examples: int) -> None:
    for raw, judge in REAL[name]:
        assert canonical(judge(raw)) == raw
    judge = REAL[name][0][1]
    raws = st.sampled_from([raw for raw, _ in REAL[name]]).flatmap(
        lambda raw: damaged(raw) | altered(json.loads(raw)).map(as_json)
    )
    search(examples, raws, lambda raw: refused_or_the_one_form(judge, raw))


@real
def test_every_other_spelling_of_real_ones_is_refused(name: str) -> None:
    for raw, judge in REAL[name]:
        for spelling, other in respelled(json.loads(raw)).items():
            assert refusal(judge, other), spelling


@in_type
@sizes(12, 1_500)
def test_anything_else_at_all(name: str, examples: int) -> None:
    judge = TYPES[name][1]
    raws = st.binary(max_size=200) | ANY_JSON.map(as_json)
    search(examples, raws, lambda raw: refused_or_the_one_form(judge, raw))


def refusal(judge: Judge, raw: bytes) -> Reason | None:
    try:
        judge(raw)
    except Rejected as refused:
        return refused.reason
    return None


class TestAddresses:
    @sizes(100, 20_000)
    def test_bytes_come_back_in_one_spelling(self, examples: int) -> None:
        def check(data: bytes) -> None:
            text = bech32m.encode("tally", data)
            assert address_bytes(text) == data
            prefix, groups = bech32m.decode(text.upper())
            assert (prefix, bech32m.to_bytes(groups)) == ("tally", data)
            assert refusal(lambda raw: address_bytes(raw.decode()), text.upper().encode()) is Reason.MALFORMED

        search(examples, st.binary(min_size=32, max_size=32), check)

    @sizes(300, 50_000)
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

    @sizes(300, 20_000)
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
    @sizes(150, 10_000)
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

    @sizes(150, 10_000)
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

    @sizes(15, 500)
    def test_the_words_come_back_to_both(self, examples: int) -> None:
        def check(text: str) -> None:
            note, ciphertexts = self.sealed(text)
            sealing.check_note(note)
            sealing.check_ciphertexts(note, ciphertexts)
            for at, name in enumerate(("ann", "bob")):
                opened = sealing.open_note(note, at, ciphertexts[at], person(name).seal, self.BINDING)
                assert opened == text

        search(examples, st.text(st.characters(exclude_categories=["Cs"]), max_size=300), check)

    @sizes(60, 3_000)
    def test_altered_ciphertexts_and_keys_open_nothing(self, examples: int) -> None:
        note, ciphertexts = self.sealed("120 shares, with thanks")

        def check(drawn: tuple[bytes, bytes]) -> None:
            ciphertext, private = drawn
            right = ciphertext == ciphertexts[0] and private == person("ann").seal
            found = refusal(lambda _: sealing.open_note(note, 0, ciphertext, private, self.BINDING), b"")
            assert found is (None if right else Reason.BAD_NOTE)

        keys = st.just(person("ann").seal) | st.binary(max_size=40)
        search(examples, st.tuples(damaged(ciphertexts[0]) | st.binary(max_size=400), keys), check)

    @sizes(100, 5_000)
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
