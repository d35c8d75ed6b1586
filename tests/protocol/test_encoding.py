"""Canonical bytes: the same as RFC 8785 for all that is accepted, and one form only."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
import rfc8785
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ledger.protocol.encoding import (
    INT_MAX,
    REFUSED_TEXT,
    Hex32,
    Int,
    canonical,
    check_text,
    digest,
    parse,
    parse_json,
    unhex,
)
from ledger.protocol.reasons import Reason, Rejected

VECTORS = Path(__file__).parents[1] / "vectors"
GIVEN = json.loads((VECTORS / "given" / "jcs.json").read_text())["cases"]
OURS = json.loads((VECTORS / "primitives.json").read_text())
REFUSED_BY_US = {"arrays": "null", "structures": "56.0", "values": "333333333.33333329"}

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.booleans() | st.integers(-INT_MAX, INT_MAX) | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=30,
)


class Inner(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="kind", tag="inner"):
    zeta: Int
    alpha: str = "x"


class Outer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    number: Int
    body: Inner
    hash: Hex32 | None = None
    names: tuple[str, ...] = ()
    counts: dict[str, Int] = {}
    from_: Int = msgspec.field(name="from", default=0)


VALUE = Outer(5, Inner(1), names=("Grüße", "\U0001f600"))
RAW = '{"body":{"alpha":"x","kind":"inner","zeta":1},"names":["Grüße","\U0001f600"],"number":5}'.encode()


def refused(reason: Reason, words: str = "") -> pytest.RaisesExc[Rejected]:
    return pytest.RaisesExc(Rejected, match=words or None, check=lambda error: error.reason == reason)


@given(values)
@example({"\U0001f600": 1, "\uffff": 2, "\ue000": 3})
@example([{"\U0001f600": {"\uffff": [], "\U00010000": ""}}, "\U0001f600"])
def test_what_we_accept_is_rfc_8785(value: Any) -> None:
    raw = canonical(value)
    assert raw == rfc8785.dumps(value)
    assert parse_json(raw.decode()) == value == parse_json(json.dumps(value, indent=2))


@given(
    st.builds(
        Outer,
        st.integers(-INT_MAX, INT_MAX),
        st.builds(Inner, st.integers(-INT_MAX, INT_MAX), texts),
        st.none() | st.just("ab" * 32),
        st.lists(texts, max_size=3).map(tuple),
        st.dictionaries(texts, st.integers(0, 9), max_size=4),
    )
)
def test_structs_are_rfc_8785_and_come_back(value: Outer) -> None:
    raw = canonical(value)
    assert raw == rfc8785.dumps(msgspec.to_builtins(value))
    assert parse(raw, Outer, limit=len(raw)) == value


@pytest.mark.parametrize("name", GIVEN)
def test_the_published_vectors(name: str) -> None:
    case = GIVEN[name]
    if name in REFUSED_BY_US:
        with refused(Reason.MALFORMED, REFUSED_BY_US[name]):
            parse_json(case["input"])
    else:
        assert canonical(parse_json(case["input"])).hex() == case["output_hex"]


@pytest.mark.parametrize("case", OURS["canonical"], ids=lambda case: case["json_text"][:20])
def test_our_vectors(case: dict[str, str]) -> None:
    assert canonical(parse_json(case["json_text"])).hex() == case["hex"]


@pytest.mark.parametrize("text", OURS["refused_json"], ids=lambda text: repr(text[:20]))
def test_json_that_is_refused(text: str) -> None:
    with refused(Reason.MALFORMED):
        parse_json(text)


def test_nesting_beyond_reason_is_refused_not_a_crash() -> None:
    deep: Any = []
    for _ in range(5000):
        deep = [deep]
    with refused(Reason.MALFORMED):
        canonical(deep)
    with refused(Reason.MALFORMED):
        parse_json("[" * 100_000)
    with refused(Reason.MALFORMED):
        parse(b"[" * 100_000, Outer, limit=10**6)


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        1.0,
        None,
        [None],
        {"a": None},
        {1: 2},
        2**53,
        -(2**53),
        b"x",
        {"a"},
        "\ud800",
        {"\ud800": 1},
        [2**53],
    ],
)
def test_values_without_a_canonical_form(value: object) -> None:
    with refused(Reason.MALFORMED):
        canonical(value)


@pytest.mark.parametrize(
    "value", [Outer(2**53, Inner(1)), Outer(1, Inner(1, "\ud800")), Outer(1, Inner(-(2**53)))]
)
def test_structs_that_were_built_wrongly(value: Outer) -> None:
    with refused(Reason.MALFORMED):
        canonical(value)


def test_digits_within_a_text_are_no_number() -> None:
    value = Outer(1, Inner(1, "a:12345678901234567890"))
    assert canonical(value) == rfc8785.dumps(msgspec.to_builtins(value))


def test_the_one_form_is_read() -> None:
    assert canonical(VALUE) == RAW and parse(RAW, Outer, limit=1000) == VALUE


@pytest.mark.parametrize(
    ("raw", "reason", "words"),
    [
        (RAW + b" ", Reason.NOT_CANONICAL, f"byte {len(RAW)}"),
        (b" " + RAW, Reason.NOT_CANONICAL, "byte 0"),
        (RAW.replace(b":5", b": 5"), Reason.NOT_CANONICAL, f"byte {len(RAW) - 2}"),
        (RAW.replace(b'"zeta":1', b'"zeta":2,"zeta":1'), Reason.NOT_CANONICAL, "twice"),
        (
            RAW.replace(b'"alpha":"x",', b"").replace(b"1}", b'1,"alpha":"x"}'),
            Reason.NOT_CANONICAL,
            "byte 10",
        ),
        (RAW.replace(b'"x"', b'"\\u0078"'), Reason.NOT_CANONICAL, "byte 18"),
        (RAW.replace("ü".encode(), b"\\u00fc"), Reason.NOT_CANONICAL, "byte"),
        (RAW.replace(b":5", b":-0"), Reason.NOT_CANONICAL, "-0"),
        (RAW.replace(b'"names"', b'"hash":null,"names"'), Reason.NOT_CANONICAL, "null"),
        (RAW.replace(b'"names"', b'"from":0,"names"'), Reason.NOT_CANONICAL, "default"),
        (RAW.replace(b":5", b":5.0"), Reason.MALFORMED, "float"),
        (RAW.replace(b":5", b":5e0"), Reason.MALFORMED, "float"),
        (RAW.replace(b":5", b":9007199254740992"), Reason.MALFORMED, "9007199254740991"),
        (RAW.replace(b":5", b":" + b"9" * 400), Reason.MALFORMED, ""),
        (RAW.replace(b":5", b':"5"'), Reason.MALFORMED, "str"),
        (RAW.replace(b":5", b":true"), Reason.MALFORMED, "bool"),
        (RAW.replace(b"zeta", b"zetb"), Reason.MALFORMED, "zet"),
        (RAW.replace(b'"names"', b'"more":1,"names"'), Reason.MALFORMED, "more"),
        (RAW.replace(b"inner", b"outer"), Reason.MALFORMED, "outer"),
        (RAW.replace("ü".encode(), b"\xfc"), Reason.MALFORMED, "utf-8"),
        (RAW.replace(b'"x"', b'"\\ud800"'), Reason.MALFORMED, ""),
        (RAW[:-1], Reason.MALFORMED, ""),
        (b"", Reason.MALFORMED, ""),
        (b"\xef\xbb\xbf" + RAW, Reason.MALFORMED, ""),
        (RAW + RAW, Reason.MALFORMED, ""),
        (RAW + b" " * 1000, Reason.OVERSIZED, "1000"),
    ],
)
def test_every_other_form_is_refused_and_named(raw: bytes, reason: Reason, words: str) -> None:
    with refused(reason, words):
        parse(raw, Outer, limit=1000)


@settings(max_examples=300)
@given(st.integers(0, len(RAW) - 1), st.integers(0, 255))
def test_no_changed_byte_reads_as_the_same_value(place: int, byte: int) -> None:
    raw = RAW[:place] + bytes([byte]) + RAW[place + 1 :]
    try:
        value = parse(raw, Outer, limit=1000)
    except Rejected:
        return
    assert (value == VALUE) == (raw == RAW) and canonical(value) == raw


def test_the_field_at_fault_is_named() -> None:
    with pytest.raises(Rejected) as error:
        parse(RAW.replace(b'"zeta":1', b'"zeta":"1"'), Outer, limit=1000)
    assert error.value.field == "$.body.zeta"


class Loose(msgspec.Struct):
    number: Int


class Floating(msgspec.Struct, forbid_unknown_fields=True):
    number: float


class Unbounded(msgspec.Struct, forbid_unknown_fields=True):
    number: int


class Nullable(msgspec.Struct, forbid_unknown_fields=True):
    number: Int | None = None


class Anything(msgspec.Struct, forbid_unknown_fields=True):
    body: Any


@pytest.mark.parametrize(
    "type", [Loose, Floating, Unbounded, Nullable, Anything, list[bytes], dict[int, str]]
)
def test_a_type_of_ours_that_could_hold_more_is_our_mistake(type: Any) -> None:
    with pytest.raises(AssertionError):
        parse(b"{}", type, limit=10)


@pytest.mark.parametrize("low_high", REFUSED_TEXT)
def test_deceiving_code_points(low_high: tuple[int, int]) -> None:
    for code in low_high:
        with refused(Reason.MALFORMED, f"U\\+{code:04X}"):
            check_text("a" + chr(code) + "b")
    for code in (low_high[0] - 1, low_high[1] + 1):
        if not any(low <= code <= high for low, high in REFUSED_TEXT) and code >= 0:
            check_text("a" + chr(code) + "b")


def test_honest_texts() -> None:
    for text in ("", "Müller & Söhne AG", "中文 العربية", "\U0001f600", "it's 'quoted' \"text\""):
        check_text(text, "name")


def test_digests_are_apart_by_domain() -> None:
    for case in OURS["digests"]:
        assert digest(case["domain"], bytes.fromhex(case["data"])).hex() == case["digest"]
    assert digest("a", b"b") != digest("ab", b"") and len(digest("a", b"")) == 32


@pytest.mark.parametrize("text", ["AB", "a", "0x", "ab ", " ab", "ab\n", "gg", "٠٠"])
def test_hex_has_one_spelling(text: str) -> None:
    with refused(Reason.MALFORMED, "lower-case hex"):
        unhex(text)


def test_hex_of_a_size() -> None:
    assert unhex("00ff", size=2) == b"\x00\xff"
    with refused(Reason.MALFORMED, "2 bytes; 32 are needed"):
        unhex("00ff", size=32)
