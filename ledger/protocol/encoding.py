"""Canonical bytes (RFC 8785 without floats and null), domain-separated digests, honest text."""

import json
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Annotated, Any, Final, Never, TypeVar

import msgspec
from msgspec import Meta, Struct, inspect

from ledger.protocol.reasons import Reason, Rejected

T = TypeVar("T")

INT_MAX: Final = 2**53 - 1  # what JavaScript's numbers hold exactly

Int = Annotated[int, Meta(ge=-INT_MAX, le=INT_MAX)]
Count = Annotated[int, Meta(ge=0, le=INT_MAX)]
Positive = Annotated[int, Meta(ge=1, le=INT_MAX)]
# \Z and not $, which would let a final newline through.
Hex32 = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z")]
Hex64 = Annotated[str, Meta(pattern=r"^[0-9a-f]{128}\Z")]

# Refused in every text that people read: control characters, line and paragraph separators, whatever reorders
# or hides the characters around it. Inclusive ranges; protocol.md and encoding.js hold the same list.
REFUSED_TEXT: Final[tuple[tuple[int, int], ...]] = (
    (0x0000, 0x001F),  # C0 controls
    (0x007F, 0x009F),  # delete and C1 controls
    (0x061C, 0x061C),  # Arabic letter mark
    (0x200B, 0x200F),  # zero width characters, left-to-right and right-to-left marks
    (0x2028, 0x202E),  # line and paragraph separators, bidi embeddings and overrides
    (0x2060, 0x2069),  # word joiner, invisible operators, bidi isolates
    (0xFEFF, 0xFEFF),  # byte order mark
    (0xFFF9, 0xFFFB),  # interlinear annotations
)

_REFUSED = re.compile("[" + "".join(f"{chr(low)}-{chr(high)}" for low, high in REFUSED_TEXT) + "]")
# bytes.fromhex alone would take spaces and capitals: several spellings of the same bytes.
_HEX = re.compile(r"(?:[0-9a-f]{2})*\Z")
_LONG_NUMBER = re.compile(rb"[:\[,]-?[0-9]{16}")  # in a Struct: it begins with a bracket
_ASTRAL = re.compile(rb"[\xf0-\xf4]")
_ENCODER = msgspec.json.Encoder(order="sorted")


def canonical(value: object) -> bytes:
    """The one RFC 8785 form of a Struct or JSON value; no float, null, lone surrogate or unsafe integer."""
    try:
        if not isinstance(value, Struct):
            _check_value(value, "$")
        raw = _ENCODER.encode(value)
    except UnicodeEncodeError as error:
        raise Rejected(Reason.MALFORMED, "$", "text holds a lone surrogate") from error
    except RecursionError as error:
        raise Rejected(Reason.MALFORMED, "$", "nested too deeply") from error
    if isinstance(value, Struct) and _LONG_NUMBER.search(raw):
        _check_value(msgspec.to_builtins(value), "$")
    return _in_utf16_order(value, raw)


def parse(raw: bytes, type: type[T], *, limit: int) -> T:
    """The value that `raw` is the canonical form of; else Rejected, saying what is wrong and where."""
    if len(raw) > limit:
        raise Rejected(Reason.OVERSIZED, "", f"{len(raw)} bytes; the limit is {limit}")
    try:
        value: T = _decoder(type).decode(raw)  # type: ignore[arg-type]  # a type is hashable
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise _malformed(error) from error
    if _in_utf16_order(value, _ENCODER.encode(value)) != raw:
        _say_what_is_not_canonical(raw)
    return value


def parse_json(text: str) -> Any:
    """Any JSON text as a value that `canonical` takes; only spaces and the order of keys are free."""
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=_no_number,
            parse_constant=_no_number,
        )
        _check_value(value, "$")
    except (ValueError, RecursionError) as error:
        raise Rejected(Reason.MALFORMED, "$", f"not JSON: {error}") from error
    return value


def digest(domain: str, data: bytes) -> bytes:
    """The 32-byte double SHA-256 of `data` under a domain such as `tallystick/transaction/1`."""
    return sha256(sha256(domain.encode("ascii") + b"\x00" + data).digest()).digest()


def check_text(text: str, field: str = "text") -> None:
    """Refuse code points of REFUSED_TEXT: what a person reads is then what is there."""
    if found := _REFUSED.search(text):
        raise Rejected(Reason.MALFORMED, field, f"U+{ord(found[0]):04X} is not allowed in a text")


def unhex(text: str, field: str = "", size: int | None = None) -> bytes:
    """The bytes of lower-case hex, exactly `size` of them if given."""
    if not _HEX.match(text):
        raise Rejected(Reason.MALFORMED, field, "not lower-case hex")
    if size is not None and len(text) != 2 * size:
        raise Rejected(Reason.MALFORMED, field, f"{len(text) // 2} bytes; {size} are needed")
    return bytes.fromhex(text)


def _in_utf16_order(value: object, raw: bytes) -> bytes:
    """msgspec sorts keys by code point; RFC 8785 by UTF-16 unit, which differs only beyond U+FFFF."""
    if raw.isascii() or not _ASTRAL.search(raw):
        return raw
    return b"".join(_pieces(msgspec.to_builtins(value)))


def _pieces(value: Any) -> Iterator[bytes]:
    if isinstance(value, dict):
        yield b"{"
        for number, key in enumerate(sorted(value, key=lambda text: text.encode("utf-16-be"))):
            yield (b"," if number else b"") + _ENCODER.encode(key) + b":"
            yield from _pieces(value[key])
        yield b"}"
    elif isinstance(value, list | tuple):
        yield b"["
        for number, item in enumerate(value):
            yield b"," if number else b""
            yield from _pieces(item)
        yield b"]"
    else:
        yield _ENCODER.encode(value)


def _check_value(value: Any, path: str) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                _refuse(path, "an object's key is not a text")
            _check_value(key, path)
            _check_value(item, f"{path}.{key}")
    elif isinstance(value, list | tuple):
        for number, item in enumerate(value):
            _check_value(item, f"{path}[{number}]")
    elif isinstance(value, str):
        if not value.isascii() and any("\ud800" <= char <= "\udfff" for char in value):
            _refuse(path, "text holds a lone surrogate")
    elif isinstance(value, int):  # bool is one, and within the range
        if not -INT_MAX <= value <= INT_MAX:
            _refuse(path, "integer beyond ±(2^53-1)")
    elif isinstance(value, Struct):
        _check_value(msgspec.to_builtins(value), path)
    else:
        _refuse(path, "null is not used" if value is None else f"{type(value).__name__} is not used")


def _refuse(path: str, detail: str) -> Never:
    raise Rejected(Reason.MALFORMED, path.encode("utf-8", "replace").decode(), detail)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        names = [name for name, _ in pairs]
        _refuse(next(name for name in names if names.count(name) > 1), "the same key twice in one object")
    return value


def _integer(text: str) -> int:
    if len(text) > 17:  # int() is quadratic in the length
        _refuse("$", "integer beyond ±(2^53-1)")
    return int(text)


def _no_number(text: str) -> Never:
    _refuse("$", f"{text[:40]} is not an integer written in digits only")


def _malformed(error: Exception) -> Rejected:
    sentence, _, path = str(error).partition(" - at `")
    return Rejected(Reason.MALFORMED, path.rstrip("`") or "$", sentence)


def _say_what_is_not_canonical(raw: bytes) -> Never:
    try:
        expected = canonical(parse_json(raw.decode()))
    except Rejected as error:  # a key twice, null, 1.0
        raise Rejected(Reason.NOT_CANONICAL, error.field, error.detail) from error
    if raw == expected:
        raise Rejected(Reason.NOT_CANONICAL, "$", "a field at its default value is left out")
    pairs = enumerate(zip(raw, expected, strict=False))
    where = next((at for at, (got, want) in pairs if got != want), min(len(raw), len(expected)))
    found, wanted = (data[where : where + 12].decode(errors="replace") for data in (raw, expected))
    raise Rejected(Reason.NOT_CANONICAL, "$", f"byte {where}: {found!r} where canonical JSON has {wanted!r}")


@cache
def _decoder(type: Any) -> Any:
    _assert_canonical_type(inspect.type_info(type), set())
    return msgspec.json.Decoder(type)


def _assert_canonical_type(info: inspect.Type, seen: set[object]) -> None:
    """Our own types cannot hold what canonical JSON cannot: then decoding alone checks it all, at C speed."""
    match info:
        case inspect.StructType(cls=cls, fields=fields, forbid_unknown_fields=strict, array_like=array):
            assert strict and not array, f"{cls} must forbid unknown fields and be an object"
            if cls not in seen:
                seen.add(cls)
                for field in fields:
                    omitted = cls.__struct_config__.omit_defaults and field.default is None
                    _assert_canonical_type(_without_none(field.type) if omitted else field.type, seen)
        case inspect.UnionType(types=types):
            for item in types:
                _assert_canonical_type(item, seen)
        case inspect.ListType(item_type=item) | inspect.VarTupleType(item_type=item):
            _assert_canonical_type(item, seen)
        case inspect.TupleType(item_types=types):
            for item in types:
                _assert_canonical_type(item, seen)
        case inspect.DictType(key_type=key, value_type=item):
            assert isinstance(key, inspect.StrType), "keys are texts"
            _assert_canonical_type(item, seen)
        case inspect.IntType(ge=low, le=high):
            assert low is not None and high is not None, "use Int, Count or Positive"
            assert low >= -INT_MAX and high <= INT_MAX, "integers stay within ±(2^53-1)"
        case inspect.StrType() | inspect.BoolType() | inspect.LiteralType() | inspect.EnumType():
            pass
        case inspect.Metadata(type=item):
            _assert_canonical_type(item, seen)
        case _:
            raise AssertionError(f"{info} has no canonical form")


def _without_none(info: inspect.Type) -> inspect.Type:
    if isinstance(info, inspect.UnionType):
        return inspect.UnionType(tuple(item for item in info.types if not isinstance(item, inspect.NoneType)))
    return info
