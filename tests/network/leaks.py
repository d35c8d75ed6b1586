"""Seeks private keys in whatever bytes a system keeps or sends: raw, hex, base64, as lists of numbers, and wrapped."""

import base64
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

DEPTH: Final = 3  # a key in hex, in JSON, in a message's base64 body, in a dump's hex column
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{40,}")
_HEX = re.compile(rb"[0-9A-Fa-f]{64,}")
_SEAM: Final = bytes(32)  # neither hex nor base64: no run goes across


@dataclass(frozen=True, slots=True)
class Leak:
    """A secret was found: which, where, in which form."""

    secret: str
    place: str
    form: str


def seek(secrets: Mapping[str, bytes], places: Iterable[tuple[str, bytes]]) -> list[Leak]:
    """Every secret that stands in a place, once a place and form; also inside what is base64 or hex there.

    A PKCS#8 file of Ed25519 or X25519 ends with the raw key, so that it is found with it in every form.
    """
    wanted = [(name, form, needle) for name, key in secrets.items() for form, needle in forms(key)]
    found = {
        Leak(name, place, form)
        for place, content in places
        for view in _views(content, DEPTH)
        for name, form, needle in wanted
        if needle in view
    }
    return sorted(found, key=lambda leak: (leak.place, leak.secret, leak.form))


def forms(key: bytes) -> Iterator[tuple[str, bytes]]:
    """How a key may be written, each as bytes that stand in any text which has it so."""
    assert len(key) == 32, "a private key of Ed25519 or X25519"
    yield "raw", key
    yield "hex", key.hex().encode()
    yield "hex", key.hex().upper().encode()
    for before in range(3):  # base64 looks different by what stands before it
        encoded = base64.b64encode(bytes(before) + key)
        certain = encoded[(before * 8 + 5) // 6 : (before + len(key)) * 8 // 6]
        yield "base64", certain
        yield "base64", certain.translate(bytes.maketrans(b"+/", b"-_"))
    yield "numbers", ",".join(map(str, key)).encode()
    yield "numbers", ", ".join(map(str, key)).encode()


def _views(content: bytes, depth: int) -> Iterator[bytes]:
    """The content, and all that its long runs of hex and base64 say, joined: one look a level."""
    yield content
    inside = [bytes.fromhex(run[: len(run) // 2 * 2].decode()) for run in _HEX.findall(content)]
    inside += [_unbase64(run) for run in _BASE64.findall(content)]
    if depth and inside:
        yield from _views(_SEAM.join(inside), depth - 1)


def _unbase64(run: bytes) -> bytes:
    plain = run.translate(bytes.maketrans(b"-_", b"+/"))
    plain = plain[: -1 if len(plain) % 4 == 1 else None]
    return base64.b64decode(plain + b"=" * (-len(plain) % 4))
