"""Envelopes, packed tasks and queue messages under anything: one spelling, a signature, or a refusal."""

import json
from typing import Any, Final, get_args

import msgspec
import pytest
from hypothesis import strategies as st
from nacl.signing import SigningKey

from ledger import gate, wire
from ledger.envelopes import AnyEnvelope, Envelope, open_envelope
from ledger.local import Local
from ledger.protocol.encoding import canonical
from ledger.protocol.reasons import Reason, Rejected
from tests.fuzzing import search, sizes
from tests.protocol.wire_values import ANY_JSON, altered, as_json, damaged, values
from tests.protocol.world import person

CHAIN: Final = "test-0123456789abcdef"
PEER: Final = SigningKey(person("node regulator").sign)
ME: Final = Local("csd", CHAIN, SigningKey(person("node csd").sign), {"regulator": bytes(PEER.verify_key)})
every_kind = pytest.mark.parametrize("kind", get_args(AnyEnvelope), ids=lambda kind: kind.__name__)


def sealed(value: Any) -> bytes:
    """As a peer of this chain would send it, dishonest or not: signed with its own key."""
    said = value | {"chain": CHAIN, "from": "regulator"}
    envelope: Envelope = msgspec.convert(said, AnyEnvelope)  # type: ignore[arg-type]
    return canonical(said | {"signature": PEER.sign(envelope.signing_bytes()).signature.hex()})


def opened_or_refused(raw: bytes) -> None:
    """A refusal with a reason, or an envelope whose canonical form these bytes are."""
    try:
        envelope = open_envelope(ME, raw, dict)
    except Rejected as refusal:
        assert isinstance(refusal.reason, Reason) and refusal.detail.encode()
    else:
        assert canonical(envelope) == raw


@every_kind
@sizes(12, 150)
def test_a_sealed_envelope_opens_and_no_altered_one(kind: Any, examples: int) -> None:
    def check(drawn: tuple[Any, int, int]) -> None:
        value, place, byte = drawn
        raw = sealed(value)
        assert canonical(open_envelope(ME, raw, dict)) == raw
        other = bytearray(raw)
        other[place % len(raw)] ^= byte
        with pytest.raises(Rejected):
            open_envelope(ME, bytes(other), dict)

    search(examples, st.tuples(values(kind), st.integers(0, 10**6), st.integers(1, 255)), check)


@every_kind
@sizes(15, 200)
def test_what_a_peer_signs_whatever_it_is(kind: Any, examples: int) -> None:
    def check(changed: Any) -> None:
        try:
            raw = sealed(changed)
        except (Rejected, msgspec.MsgspecError, TypeError, UnicodeError):  # what nobody can sign in this form
            raw = as_json(changed)
        opened_or_refused(raw)

    search(examples, values(kind).flatmap(altered), check)


@sizes(150, 2_000)
def test_any_bytes_are_no_envelope(examples: int) -> None:
    raws = st.binary(max_size=300) | ANY_JSON.map(as_json)
    drawn = st.sampled_from(get_args(AnyEnvelope)).flatmap(values).map(sealed).flatmap(damaged)
    search(examples, raws | drawn, opened_or_refused)


@sizes(100, 1_000)
def test_tasks_come_back_or_are_refused_whole(examples: int) -> None:
    def check(envelopes: list[bytes]) -> None:
        assert [one for texts in wire.batches(envelopes) for one in wire.unpack(texts)] == envelopes

    search(examples, st.lists(st.binary(max_size=9_000), max_size=5), check)


@sizes(300, 3_000)
def test_any_texts_are_unpacked_or_a_value_error(examples: int) -> None:
    def check(texts: list[str]) -> None:
        try:
            envelopes = wire.unpack(texts)
        except ValueError:
            return
        assert len(envelopes) == len(texts) and sum(map(len, envelopes)) <= wire.MAX_UNPACKED

    packed = st.binary(max_size=6_000).map(wire.pack)
    broken = packed.flatmap(lambda text: damaged(text.encode())).map(lambda raw: raw.decode("latin-1"))
    search(examples, st.lists(packed | broken | st.text(max_size=20), max_size=4), check)


@sizes(400, 4_000)
def test_nothing_of_a_message_passes_the_gate_but_its_texts(examples: int) -> None:
    texts = [wire.pack(b"one"), wire.pack(bytes(5_000))]
    good = {
        "body": json.dumps([[texts], {}, {"callbacks": None}]),
        "content-encoding": "utf-8",
        "content-type": "application/json",
        "headers": {"lang": "py", "task": gate.TASK, "id": "x", "eta": None},
        "properties": {
            "delivery_tag": "x",
            "delivery_info": {"exchange": "", "routing_key": "q"},
            "priority": 0,
        },
    }
    assert gate.admit("q", as_json(good)) is not None

    def check(raw: bytes) -> None:
        message = gate.admit("node.csd.from.regulator", raw)
        if message is None:
            return
        assert set(message["headers"]) == {"lang", "task", "id", "retries"}
        assert message["headers"]["task"] == gate.TASK
        assert message["properties"]["delivery_info"] == {
            "exchange": "",
            "routing_key": "node.csd.from.regulator",
        }
        ((inner,), kwargs, embed) = json.loads(message["body"])
        assert all(isinstance(text, str) and text[:1] in "rz" for text in inner)
        assert kwargs == embed == {}

    messages = altered(good).map(as_json) | damaged(as_json(good))
    search(examples, messages | st.binary(max_size=200) | ANY_JSON.map(as_json), check)
