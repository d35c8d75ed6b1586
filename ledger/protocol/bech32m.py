"""Bech32m (BIP-350): short strings with a checksum that catches what hands and eyes get wrong."""

from collections.abc import Iterable
from typing import Final

from ledger.protocol.reasons import Reason, Rejected

ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_VALUES: Final = {char: value for value, char in enumerate(ALPHABET)}
_CONSTANT: Final = 0x2BC830A3  # BIP-350's; BIP-173's plain bech32 has 1 and is refused
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_LONGEST: Final = 90


def _remainder(top: int) -> int:
    sum_ = 0
    for bit, generator in enumerate(_GENERATOR):
        if top >> bit & 1:
            sum_ ^= generator
    return sum_


_REMAINDERS: Final = tuple(_remainder(top) for top in range(32))


def encode(prefix: str, data: bytes) -> str:
    """`data` under a lower-case prefix, with its checksum."""
    data5 = _groups_of_five(data)
    remainder = _polymod([*_expand(prefix), *data5, 0, 0, 0, 0, 0, 0]) ^ _CONSTANT
    checksum = [remainder >> shift & 31 for shift in (25, 20, 15, 10, 5, 0)]
    return prefix + "1" + "".join(ALPHABET[value] for value in [*data5, *checksum])


def decode(text: str) -> tuple[str, list[int]]:
    """The lower-case prefix and the data in groups of five bits, checksum removed; one case only."""
    if len(text) > _LONGEST or not all(33 <= ord(char) <= 126 for char in text):
        raise _refused("too long, or a character outside printable ASCII")
    if text.lower() != text and text.upper() != text:
        raise _refused("mixed upper and lower case")
    prefix, _, data = text.lower().rpartition("1")
    if not prefix or len(data) < 6:
        raise _refused("no prefix, or too short for a checksum")
    if not all(char in _VALUES for char in data):
        raise _refused("a character outside the bech32 alphabet")
    data5 = [_VALUES[char] for char in data]
    if _polymod([*_expand(prefix), *data5]) != _CONSTANT:
        raise _refused("the checksum does not match")
    return prefix, data5[:-6]


def to_bytes(data5: list[int]) -> bytes:
    """Whole bytes out of groups of five; refuses a group too many and padding that is not zero."""
    bits = 5 * len(data5)
    number = 0
    for value in data5:
        number = number << 5 | value
    padding = bits % 8
    if padding >= 5 or number & ((1 << padding) - 1):
        raise _refused("padding is not zero, or too long")
    return (number >> padding).to_bytes(bits // 8, "big")


def _groups_of_five(data: bytes) -> list[int]:
    bits = 8 * len(data)
    padding = -bits % 5
    number = int.from_bytes(data, "big") << padding
    return [number >> shift & 31 for shift in range(bits + padding - 5, -1, -5)]


def _expand(prefix: str) -> list[int]:
    return [*(ord(char) >> 5 for char in prefix), 0, *(ord(char) & 31 for char in prefix)]


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        check = (check & 0x1FFFFFF) << 5 ^ value ^ _REMAINDERS[check >> 25]
    return check


def _refused(detail: str) -> Rejected:
    return Rejected(Reason.MALFORMED, "address", detail)
