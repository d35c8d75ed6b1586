"""What travels between nodes in one task: envelopes as short ASCII texts, capped packed and unpacked."""

import re
import zlib
from base64 import b64encode
from binascii import a2b_base64
from collections.abc import Iterable, Iterator
from typing import Final

MAX_ENVELOPE: Final = 1_048_576  # bytes of one envelope
MAX_TASK: Final = 2_097_152  # characters of one task's texts
MAX_UNPACKED: Final = 4_194_304  # bytes of one task's envelopes
MAX_ENVELOPES: Final = 1_000  # envelopes of one task
COMPRESS_FROM: Final = 4_096  # bytes

RAW: Final = "r"
ZLIB: Final = "z"
# Only these characters: a text is as long inside JSON inside JSON as it is here, so no cap can be outgrown.
TEXT: Final = r"^[rz][A-Za-z0-9+/]*={0,2}\Z"
_text = re.compile(TEXT)


def pack(envelope: bytes) -> str:
    """The text of one envelope; one that no node would accept is `ValueError`."""
    if len(envelope) > MAX_ENVELOPE:
        raise ValueError(f"an envelope of {len(envelope)} bytes; {MAX_ENVELOPE} are the limit")
    if len(envelope) < COMPRESS_FROM:
        return RAW + b64encode(envelope).decode()
    return ZLIB + b64encode(zlib.compress(envelope)).decode()


def unpack(texts: list[str]) -> list[bytes]:
    """The envelopes of one task, all or (`ValueError`) none: an honest node sends no broken ones."""
    if len(texts) > MAX_ENVELOPES or sum(map(len, texts)) > MAX_TASK:
        raise ValueError("more than one task may carry")
    envelopes, room = [], MAX_UNPACKED
    for text in texts:
        envelopes.append(_unpack(text, min(room, MAX_ENVELOPE)))
        room -= len(envelopes[-1])
    return envelopes


def batches(envelopes: Iterable[bytes]) -> Iterator[list[str]]:
    """The envelopes packed, in as few tasks as the caps allow; at least one task, though it be empty."""
    texts: list[str] = []
    packed = unpacked = 0
    for envelope in envelopes:
        text = pack(envelope)
        full = packed + len(text) > MAX_TASK or unpacked + len(envelope) > MAX_UNPACKED
        if full or len(texts) == MAX_ENVELOPES:
            yield texts
            texts, packed, unpacked = [], 0, 0
        texts.append(text)
        packed += len(text)
        unpacked += len(envelope)
    yield texts


def _unpack(text: str, room: int) -> bytes:
    if not _text.match(text):
        raise ValueError("not a packed envelope")
    data = a2b_base64(text[1:], strict_mode=True)
    if text[0] == ZLIB:
        data = _inflate(data, room)
    if len(data) > room:
        raise ValueError("an envelope beyond the limit")
    return data


def _inflate(data: bytes, room: int) -> bytes:
    """Never holds more than `room` + 1 bytes of what may be a bomb."""
    inflater = zlib.decompressobj()
    try:
        inflated = inflater.decompress(data, room + 1)
    except zlib.error as error:
        raise ValueError("not zlib data") from error
    if not inflater.eof or inflater.unused_data:
        raise ValueError("a compressed envelope that is cut off, beyond the limit, or followed by more")
    return inflated
