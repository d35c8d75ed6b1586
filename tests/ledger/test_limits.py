"""Every list, text and number of the API's bodies and of envelopes has a cap; one beyond each is refused."""

from collections.abc import Callable, Iterator
from functools import cache
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

import msgspec
import pytest
from msgspec import inspect

from ledger.api.bodies import BODY_MAX, BULK_MAX, Bulk, Rows
from ledger.api.callers import Possession
from ledger.envelopes import AnyEnvelope
from ledger.protocol import sealing
from ledger.protocol.genesis import Genesis
from ledger.protocol.keys import (
    MOST_MEMBERS,
    Card,
    MultiCard,
    Witness,
    _remembered,
    address,
    check_card,
    verify_witness,
)
from ledger.protocol.reasons import Rejected
from ledger.protocol.sealing import Note
from ledger.protocol.signed import Signed
from tests.ledger.world import NodeTown
from tests.protocol.world import person
from tests.wsgi import ask

Json = Any
ROOTS: Final = (Bulk, Rows, Possession, Genesis, Signed, AnyEnvelope)
# Capped by a check instead of by their type, for the sake of the reason; each has its test below.
BY_A_CHECK: Final = {"MultiCard.cards", "Note.readers", "Reader.address", "Witness.signature"}
# Capped by what is around them alone: items that must be sorted and distinct, or the bytes of the whole.
BY_THE_WHOLE: Final = {
    "Institution.roles",
    "Admit.roles",
    "Genesis.seals",
    "ClaimRule.classes",
    "Bulk.transactions",
    "Rows.rows",
}


def smallest(info: inspect.Type) -> Json:
    """The least value of a type."""
    match info:
        case inspect.StructType(fields=fields, tag_field=tag_field, tag=tag):
            required = {field.encode_name: smallest(field.type) for field in fields if field.required}
            return ({tag_field: tag} if tag_field else {}) | required
        case inspect.UnionType(types=types):
            return smallest(next(item for item in types if not isinstance(item, inspect.NoneType)))
        case (
            inspect.ListType(item_type=item, min_length=low)
            | inspect.VarTupleType(item_type=item, min_length=low)
        ):
            return [smallest(item)] * (low or 0)
        case inspect.StrType(pattern=pattern, min_length=low):
            return _text(pattern) if pattern else "x" * (low or 0)
        case inspect.IntType(ge=low):
            return max(low or 0, 0)
        case inspect.LiteralType(values=choices):
            return choices[0]
        case inspect.EnumType(cls=cls):
            return next(iter(cls)).value
        case inspect.BoolType():
            return False
        case inspect.Metadata(type=item):
            return smallest(item)
        case inspect.RawType():
            return {}
    raise AssertionError(info)


@cache
def _text(pattern: str) -> str:
    """The least text that a pattern takes."""
    return person("ann").address if "tally1" in pattern else "".join(map(_least, parser.parse(pattern)))


def _least(node: tuple[Any, Any]) -> str:
    kind, what = node
    match str(kind):
        case "LITERAL":
            return chr(what)
        case "IN":
            return _least((what[0][0], what[0][1]))
        case "RANGE":
            return chr(what[0])
        case "MAX_REPEAT":
            return "".join(map(_least, what[2])) * what[0]
        case "SUBPATTERN":
            return "".join(map(_least, what[3]))
        case "BRANCH":
            return "".join(map(_least, what[1][0]))
    assert str(kind) == "AT", node
    return ""


def _longest(pattern: str) -> int | None:
    """The longest text that a pattern takes, None if there is no such."""
    widths = parser.parse(pattern).getwidth()
    return None if widths[1] >= 2**31 else widths[1]


def caps(info: inspect.Type, seen: set[type]) -> Iterator[tuple[str, Json, Json]]:
    """For every cap below a type: where it is, a value that just fits (or None), and one beyond it."""
    match info:
        case inspect.StructType(cls=cls, fields=fields) if cls not in seen:
            seen.add(cls)
            base = smallest(info)
            for field in fields:
                for where, fits, beyond in caps(field.type, seen):
                    name = field.encode_name
                    place = where if "." in where else f"{cls.__name__}.{name}{where}"
                    yield place, None if fits is None else base | {name: fits}, base | {name: beyond}
        case inspect.UnionType(types=types):
            for item in types:
                yield from caps(item, seen)
        case (
            inspect.ListType(item_type=item, min_length=low, max_length=high)
            | inspect.VarTupleType(item_type=item, min_length=low, max_length=high)
        ):
            if high is not None:
                yield "", [smallest(item)] * high, [smallest(item)] * (high + 1)
            for where, fits, beyond in caps(item, seen):
                rest = [smallest(item)] * ((low or 1) - 1)
                yield (
                    f"[]{where}" if "." not in where else where,
                    None if fits is None else [fits, *rest],
                    [beyond, *rest],
                )
        case inspect.StrType(pattern=pattern, max_length=high):
            if pattern and (widest := _longest(pattern)) is not None:
                text = smallest(info)
                yield "", None, text + (text[-1:] or "a") * (widest + 1 - len(text))
            elif high is not None:
                yield "", None if pattern else "x" * high, (smallest(info) or "x") * (high + 1)
        case inspect.IntType(ge=low, le=high):
            yield " from above", high, high + 1
            yield " from below", low, low - 1
        case inspect.Metadata(type=item):
            yield from caps(item, seen)


def uncapped(info: inspect.Type, place: str, seen: set[type]) -> Iterator[str]:
    """Lists, texts and numbers whose type gives no cap."""
    match info:
        case inspect.StructType(cls=cls, fields=fields) if cls not in seen:
            seen.add(cls)
            for field in fields:
                yield from uncapped(field.type, f"{cls.__name__}.{field.encode_name}", seen)
        case inspect.UnionType(types=types):
            for item in types:
                yield from uncapped(item, place, seen)
        case (
            inspect.ListType(item_type=item, max_length=high)
            | inspect.VarTupleType(item_type=item, max_length=high)
        ):
            yield from [place] if high is None else []
            yield from uncapped(item, place, seen)
        case inspect.StrType(pattern=pattern, max_length=None) if (
            pattern is None or _longest(pattern) is None
        ):
            yield place
        case inspect.IntType(ge=low, le=high) if low is None or high is None:
            yield place
        case inspect.DictType() | inspect.AnyType() | inspect.RawType() | inspect.BytesType():
            yield place
        case inspect.Metadata(type=item):
            yield from uncapped(item, place, seen)


@pytest.mark.parametrize("root", ROOTS, ids=lambda root: getattr(root, "__name__", "AnyEnvelope"))
def test_one_beyond_each_cap(root: Any) -> None:
    info, tried = inspect.type_info(root), 0
    for where, fits, beyond in caps(info, set()):
        tried += 1
        if fits is not None:
            decode(root, fits)
        with pytest.raises(msgspec.ValidationError):
            decode(root, beyond)
            pytest.fail(where)
    assert tried or root is Bulk


def decode(type_: Any, value: Json) -> Any:
    """As the API and the inbox do."""
    return msgspec.json.decode(msgspec.json.encode(value), type=type_)


def test_nothing_is_without_a_cap() -> None:
    found = {place for root in ROOTS for place in uncapped(inspect.type_info(root), "", set())}
    assert found == BY_A_CHECK | BY_THE_WHOLE


@pytest.mark.parametrize("field", ["cards", "readers", "address", "signature"])
def test_one_beyond_each_cap_that_is_checked(field: str) -> None:
    card, reader = person("ann").card, {"digest": "00" * 32, "enc": "09" + "00" * 31, "length": 272}
    cards = [person(f"member {number}").card for number in range(MOST_MEMBERS + 1)]
    many = MultiCard(1, tuple(sorted(cards, key=address)))
    note: dict[str, Json] = {
        "commitment": "00" * 32,
        "readers": [reader | {"address": person("ann").address}] * 2,
    }
    signatures = [{"member": 0, "signature": "00" * 64}] * (MOST_MEMBERS + 1)
    checks: dict[str, Callable[[], object]] = {
        "cards": lambda: check_card(many),
        "readers": lambda: sealing.check_note(decode(Note, note | {"readers": note["readers"] * 2})),
        "address": lambda: sealing.check_note(
            decode(Note, note | {"readers": [reader | {"address": "q" * 91}] * 2})
        ),
        "signature": lambda: verify_witness(
            decode(Witness, {"card": {"scheme": "multi", "m": 1, "cards": [card]}, "signature": signatures}),
            bytes(32),
        ),
    }
    check_card(MultiCard(1, many.cards[1:]))
    sealing.check_note(decode(Note, note))
    with pytest.raises(Rejected):
        checks[field]()


def test_cards_beyond_the_limit_are_not_kept_in_memory() -> None:
    """Or whoever submits a thousand of them a request, each refused, fills the memory of a node."""
    before = _remembered.cache_info()
    huge: Card = MultiCard(1, (person("ann").card,) * 1_000)
    assert address(huge) == address(huge)
    assert _remembered.cache_info().currsize == before.currsize
    assert before.maxsize is not None and before.maxsize <= 16_384


@pytest.mark.django_db
def test_bodies_numbers_and_keys_of_the_api(town: NodeTown) -> None:
    beyond = [
        ("POST", "transactions", "", b'{"transactions":[' + b"1," * BULK_MAX + b"1]}", "MALFORMED"),
        ("POST", "transactions", "", b" " * (BODY_MAX + 1), "OVERSIZED"),
        ("POST", "tokens", "", b" " * 20_001, "OVERSIZED"),
        ("GET", "blocks", "before=" + "9" * 16, b"", "MALFORMED"),
        ("GET", "blocks", "limit=" + "9" * 16, b"", "MALFORMED"),
        ("GET", "participants", "after=" + "a" * 251, b"", "MALFORMED"),
        ("GET", "records/" + "a" * 251, "", b"", "MALFORMED"),
        ("GET", "instruments", "search=" + "a" * 251, b"", "MALFORMED"),
        ("GET", "proofs", "key=" + "a" * 251, b"", "MALFORMED"),
        ("GET", "transactions/" + "a" * 65, "", b"", "MALFORMED"),
    ]
    for method, path, query, body, reason in beyond:
        status, _, said = ask(method, f"/api/{path}", query, body)
        assert status == 400 and f'"{reason}"'.encode() in said, (path, query[:20], said)
    for query in ("limit=500", "limit=501", "limit=999999999999999"):
        assert ask(path="/api/blocks", query=query)[0] == 200
