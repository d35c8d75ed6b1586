"""Values of a wire type drawn from the type itself, and what an attacker makes of canonical bytes."""

import json
import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from typing import Any, Final, get_args

import msgspec
from hypothesis import strategies as st
from msgspec import inspect

from ledger.protocol import bech32m
from ledger.protocol.encoding import INT_MAX, canonical
from ledger.protocol.values import Address

Json = Any
MANY: Final = 3  # elements of a drawn list: what is longer is the matter of the tests of limits

HEX: Final = re.compile(
    r"\^\[0-9a-f\]\{(\d+)\}\\Z\Z"
)  # drawn as bytes, which is a hundred times quicker than by pattern
ADDRESS_PATTERN: Final = get_args(Address)[1].pattern
ADDRESSES: Final = st.binary(min_size=32, max_size=32).map(lambda data: bech32m.encode("tally", data))
TEXTS: Final = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
HARD: Final = st.sampled_from(
    [
        None, True, False, 0, -1, 1, INT_MAX, -INT_MAX, INT_MAX + 1, 2**63, 2**64, 10**400, 1.5, -0.0, 1e308,
        "", "\x00", "\u202e", "\ud800", "𝒜" * 40, "x" * 70_000, "0" * 64, "NaN", "../..", "' OR 1=1 --",
        [], [[]], {}, {"": ""}, {"kind": "transfer"}, [0] * 3_000,
    ]
)  # fmt: skip
ANY_JSON: Final = st.recursive(
    HARD | TEXTS | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
TOKENS: Final = (
    b" ", b"\n", b"\t", b"0", b"-", b"-0", b".0", b"e0", b"E+2", b"null", b"true", b",", b":", b'"', b"\\", b"\\u0061",
    b"\\ud800", b"\\/", b"{}", b"[]", b"[[[[", b"}}", b"]", b"\x00", b"\x7f", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80",
    b"\xef\xbb\xbf", b'"kind":"transfer",', b'"x":1,', b"9" * 400, b"//", b"NaN", b"\xf0\x9f\xa4\x9d",
)  # fmt: skip


@cache
def values(type: Any) -> st.SearchStrategy[Json]:
    """JSON values that this type takes, as plain dictionaries, lists, texts and numbers."""
    return _of(inspect.type_info(type))


def _of(info: inspect.Type) -> st.SearchStrategy[Json]:
    match info:
        case inspect.StructType():
            return _object(info)
        case inspect.UnionType(types=types):
            return st.one_of([_of(item) for item in types if not isinstance(item, inspect.NoneType)])
        case (
            inspect.ListType(item_type=item, min_length=low, max_length=high)
            | inspect.VarTupleType(item_type=item, min_length=low, max_length=high)
        ):
            least = low or 0
            return st.lists(
                _of(item), min_size=least, max_size=min(high if high is not None else MANY, least + MANY)
            )
        case inspect.StrType():
            return _text(info)
        case inspect.IntType(ge=low, le=high):
            return st.integers(low, high)
        case inspect.BoolType():
            return st.booleans()
        case inspect.LiteralType(values=choices):
            return st.sampled_from(choices)
        case inspect.EnumType(cls=cls):
            return st.sampled_from([member.value for member in cls])
        case inspect.Metadata(type=item):
            return _of(item)
        case _:
            raise AssertionError(f"{info} does not travel")


def _object(info: inspect.StructType) -> st.SearchStrategy[Json]:
    required = {field.encode_name: _of(field.type) for field in info.fields if field.required}
    optional = {field.encode_name: _of(field.type) for field in info.fields if not field.required}
    defaults = {field.encode_name: _default(field) for field in info.fields if not field.required}
    tag = {info.tag_field: info.tag} if info.tag_field else {}

    def whole(drawn: dict[str, Json]) -> dict[str, Json]:
        kept = {name: item for name, item in drawn.items() if name not in defaults or item != defaults[name]}
        return tag | kept

    return st.fixed_dictionaries(required, optional=optional).map(whole)


def _default(field: inspect.Field) -> Json:
    default = field.default_factory() if field.default is msgspec.NODEFAULT else field.default
    return list(default) if isinstance(default, tuple) else default


def _text(info: inspect.StrType) -> st.SearchStrategy[str]:
    if hexes := HEX.match(info.pattern or ""):
        return st.binary(min_size=(size := int(hexes[1]) // 2), max_size=size).map(bytes.hex)
    if info.pattern:
        return ADDRESSES if info.pattern == ADDRESS_PATTERN else st.from_regex(info.pattern)
    most = min(info.max_length or 12, 12)
    return st.text(st.characters(exclude_categories=["Cs"]), min_size=info.min_length or 0, max_size=most)


@st.composite
def damaged(draw: st.DrawFn, raw: bytes) -> bytes:
    """These bytes with one to three small changes, as lines and attackers make them."""
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(raw)))
        end = min(len(raw), at + draw(st.integers(0, 9)))
        change = draw(st.sampled_from(("replace", "insert", "delete", "repeat", "cut")))
        if change == "replace":
            raw = raw[:at] + draw(st.binary(min_size=1, max_size=2)) + raw[end:]
        elif change == "insert":
            raw = raw[:at] + draw(st.sampled_from(TOKENS)) + raw[at:]
        elif change == "delete":
            raw = raw[:at] + raw[end:]
        elif change == "repeat":
            raw = raw[:end] + raw[at:end] + raw[end:]
        else:
            raw = raw[:at]
    return raw


@st.composite
def altered(draw: st.DrawFn, value: Json) -> Json:
    """This JSON value with one to three places in it changed: replaced, left out, doubled, added, exchanged."""
    value = json.loads(json.dumps(value))
    for _ in range(draw(st.integers(1, 3))):
        places = list(_places(value))
        if not places:
            return draw(ANY_JSON)
        holder, key = draw(st.sampled_from(places))
        change = draw(st.sampled_from(("replace", "nudge", "delete", "add", "exchange")))
        if change == "replace":
            holder[key] = deepcopy(draw(HARD | ANY_JSON))  # it may be changed in turn
        elif change == "nudge":
            holder[key] = _nudged(holder[key], draw(st.sampled_from((-1, 1))))
        elif change == "delete":
            del holder[key]
        elif change == "add":
            _add(holder, key, deepcopy(draw(ANY_JSON)))
        else:
            other, place = draw(st.sampled_from(places))
            holder[key], other[place] = other[place], holder[key]
            value = json.loads(json.dumps(_without_cycles(value)))
    return value


def as_json(value: Any) -> bytes:
    """Sorted and compact, as a lazy attacker would: what is wrong is then the value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode(
        "utf-8", "surrogatepass"
    )


def _places(value: Json) -> Iterator[tuple[Any, Any]]:
    """Every place in a value: who holds it, and under which key."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield value, key
        yield from _places(item)


def _nudged(item: Json, by: int) -> Json:
    """A near neighbour: one more, one character else, one element less."""
    if isinstance(item, bool) or item is None or isinstance(item, dict):
        return not item
    if isinstance(item, int | float):
        return item + by
    if isinstance(item, str) and item:
        return item[:-1] + chr((ord(item[-1]) + by) % 128)
    return item[:-1] if by < 0 else item + item[-1:]


def _add(holder: Any, key: Any, item: Json) -> None:
    if isinstance(holder, list):
        holder.append(holder[key])
    else:
        holder[f"{key}x"] = item


def _without_cycles(value: Json, above: tuple[int, ...] = ()) -> Json:
    if id(value) in above:
        return 0
    inside = (*above, id(value))
    if isinstance(value, dict):
        return {key: _without_cycles(item, inside) for key, item in value.items()}
    return [_without_cycles(item, inside) for item in value] if isinstance(value, list) else value


SPELLINGS: Final[dict[str, Callable[[Json], str]]] = {
    "spaces": lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True),
    "lines": lambda value: json.dumps(value, ensure_ascii=False, sort_keys=True, indent=1),
    "other order": lambda value: json.dumps(_reversed(value), ensure_ascii=False, separators=(",", ":")),
    "escapes": lambda value: _compact(value).replace("e", "\\u0065", 1),
    "capitals": lambda value: _compact(value).upper(),
    "exponent": lambda value: NUMBER.sub(r"\1e0", _compact(value), count=1),
    "fraction": lambda value: NUMBER.sub(r"\1.0", _compact(value), count=1),
    "leading zero": lambda value: NUMBER.sub(r":0\1", _compact(value), count=1).replace(":0:", ":0"),
    "the first field twice": lambda value: _doubled(_compact(value)),
    "null": lambda value: json.dumps({**value, "zzz": None}, separators=(",", ":")),
    "one field more": lambda value: _compact({**value, "zzz": 1}),
    "byte order mark": lambda value: "\ufeff" + _compact(value),
    "line end": lambda value: _compact(value) + "\n",
}
NUMBER: Final = re.compile(r"(:-?[0-9]+)(?=[,}])")


def respelled(value: Json) -> dict[str, bytes]:
    """The same object in other spellings of JSON, or with a word more: none of them its canonical form."""
    raw = canonical(value)
    spelled = {name: spell(value).encode() for name, spell in SPELLINGS.items()}
    return {name: other for name, other in spelled.items() if other != raw}


def _compact(value: Json) -> str:
    return canonical(value).decode()


def _reversed(value: Json) -> Json:
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in sorted(value, reverse=True)}
    return [_reversed(item) for item in value] if isinstance(value, list) else value


def _doubled(text: str) -> str:
    value = json.loads(text)
    first = {name: value[name] for name in sorted(value)[:1]}
    return "{" + _compact(first)[1:-1] + "," + text[1:]
