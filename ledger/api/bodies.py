"""Request bodies and query parameters: closed schemas, clear refusals, elements that keep their own bytes."""

import re
from typing import Annotated, Any, Final, TypeVar

import msgspec
from django.http import RawPostDataException
from rest_framework.request import Request

from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.values import Output, Strict

T = TypeVar("T")
BODY_MAX: Final = 32_000_000
BULK_MAX: Final = 1_000
PAGE_MAX: Final = 500
HEX32: Final = re.compile(r"[0-9a-f]{64}\Z")


class Bulk(Strict):
    """Signed transactions, each kept as the bytes it came in: each must be canonical by itself."""

    transactions: Annotated[list[msgspec.Raw], msgspec.Meta(min_length=1, max_length=BULK_MAX)]


class Rows(Strict):
    """A long holders' list, in order."""

    rows: list[Output]


def read(request: Request, type: type[T], *, limit: int = BODY_MAX) -> T:
    """The body as this type; Rejected with the field that is wrong."""
    length = request.headers.get("Content-Length", "0")
    if length.isdigit() and int(length) > limit:
        raise Rejected(Reason.OVERSIZED, "", f"The body has {length} bytes; the limit is {limit}.")
    try:
        body = request._request.body
        if len(body) > limit:
            raise Rejected(Reason.OVERSIZED, "", f"The body has {len(body)} bytes; the limit is {limit}.")
        return msgspec.json.decode(body, type=type)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError, RawPostDataException) as error:
        sentence, _, path = str(error).partition(" - at `")
        raise Rejected(Reason.MALFORMED, path.rstrip("`") or "$", sentence) from error


def whole(request: Request, name: str, *, most: int | None = None, default: int | None = None) -> int | None:
    """A query parameter that is a whole number from 0 up; refused otherwise."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"[0-9]{1,15}", text):
        raise Rejected(Reason.MALFORMED, name, f"{name} is a whole number.")
    return min(int(text), most) if most is not None else int(text)


def limit_of(request: Request) -> int:
    """How many rows are asked for: 50, at most 500."""
    return max(1, whole(request, "limit", most=PAGE_MAX, default=50) or 1)


def hex32(text: str, field: str) -> str:
    """64 hex digits; refused otherwise."""
    if not HEX32.match(text):
        raise Rejected(Reason.MALFORMED, field, f"{field} is 64 lower-case hexadecimal digits.")
    return text


def clean(value: Any) -> str:
    """A key as a database takes it."""
    text = str(value)
    if "\x00" in text or len(text) > 250:
        raise Rejected(Reason.MALFORMED, "key", "A key has at most 250 characters, none of them NUL.")
    return text
