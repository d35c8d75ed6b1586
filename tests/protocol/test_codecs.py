"""Every type of the protocol: one spelling each; whatever else arrives is refused with a reason, never an error."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import rfc8785
from hypothesis import strategies as st

from ledger.protocol import sealing
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
@sizes(8, 100)
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
@sizes(16, 200)
def test_damaged_bytes_and_changed_values(name: str, examples: int) -> None:
    type_, judge = TYPES[name]
    drawn = values(type_)
    raws = drawn.flatmap(lambda value: damaged(canonical(value)) | altered(value).map(as_json))
    search(examples, raws, lambda raw: refused_or_the_one_form(judge, raw))


@real
@sizes(60, 600)
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
@sizes(12, 100)
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
