"""Wallet cards, addresses, and the one verdict on signatures: libsodium's."""

from functools import lru_cache
from typing import Annotated, Final

import nacl.exceptions
from msgspec import Meta, Struct
from nacl.bindings import crypto_sign_open

from ledger.protocol import bech32m, merkle
from ledger.protocol.encoding import Count, Hex32, Hex64, Positive, canonical, digest
from ledger.protocol.reasons import Reason, Rejected

PREFIX: Final = "tally"
MOST_MEMBERS: Final = 16

_P: Final = 2**255 - 19
# Points of small order, by canonical coordinate (Ed25519's y, X25519's u): a signature by such a key fits
# every message under some libraries, and a secret agreed with one is known to all.
SMALL_ORDER_Y: Final = frozenset(
    {
        0,
        1,
        _P - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)
LOW_ORDER_U: Final = frozenset(
    {
        0,
        1,
        _P - 1,
        0x00B8495F16056286FDB1329CEB8D09DA6AC49FF1FAE35616AEB8413B7C7AEBE0,
        0x57119FD0DD4E22D8868E1C58C45C44045BEF839C55B1D0B1248C50A3BC959C5F,
    }
)


class SingleCard(Struct, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="ed25519+x25519"):
    """The public half of one person's or program's wallet: a key to sign, a key to seal to."""

    seal: Hex32
    sign: Hex32


class MultiCard(Struct, frozen=True, forbid_unknown_fields=True, tag_field="scheme", tag="multi"):
    """A wallet that needs m of its members' signatures; members are sorted by address and distinct."""

    m: Positive
    cards: tuple[SingleCard, ...]


Card = SingleCard | MultiCard


class MemberSignature(Struct, frozen=True, forbid_unknown_fields=True):
    """One member's signature for a multi card; `member` is the place in its `cards`."""

    member: Count
    signature: Hex64


class Path(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a transaction's id stands in the Merkle tree that one signature covers."""

    hashes: Annotated[tuple[Hex32, ...], Meta(max_length=16)]
    index: Count
    size: Annotated[int, Meta(ge=1, le=2**16)]


class Witness(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One wallet's signature on a transaction, by the card it shows."""

    card: Card
    signature: Hex64 | tuple[MemberSignature, ...]
    path: Path | None = None


def check_card(card: Card, field: str = "card") -> None:
    """Refuse keys of small order or in a second spelling, and members unsorted, doubled or too many."""
    if isinstance(card, SingleCard):
        check_sign_key(card.sign, f"{field}.sign")
        check_seal_key(card.seal, f"{field}.seal")
        return
    if not 1 <= len(card.cards) <= MOST_MEMBERS or card.m > len(card.cards):
        raise Rejected(Reason.BAD_CARD, field, f"{card.m} of {len(card.cards)} members is not possible")
    for number, member in enumerate(card.cards):
        check_card(member, f"{field}.cards[{number}]")
    addresses = [address(member) for member in card.cards]
    if sorted(set(addresses)) != addresses:
        raise Rejected(Reason.BAD_CARD, f"{field}.cards", "members are not sorted by address, or doubled")


def check_sign_key(key: str, field: str) -> None:
    """Refuse an Ed25519 key of small order or not in its canonical encoding."""
    y = int.from_bytes(bytes.fromhex(key), "little") & (2**255 - 1)  # the top bit is x's sign
    _check_coordinate(y, SMALL_ORDER_Y, field, Reason.BAD_CARD)


def check_seal_key(key: str, field: str, reason: Reason = Reason.BAD_CARD) -> None:
    """Refuse an X25519 key of low order or not in its canonical encoding."""
    _check_coordinate(int.from_bytes(bytes.fromhex(key), "little"), LOW_ORDER_U, field, reason)


def address(card: Card) -> str:
    """The address of the wallet whose first card this is."""
    if isinstance(card, MultiCard) and len(card.cards) > MOST_MEMBERS:
        return _derived(card)  # refused where it is used; remembered, such cards would fill a node's memory
    return _remembered(card)


def address_bytes(address: str, field: str = "address") -> bytes:
    """The 32 bytes of an address in its one spelling, lower case."""
    prefix, data5 = bech32m.decode(address)
    data = bech32m.to_bytes(data5)
    if prefix != PREFIX or len(data) != 32 or address != address.lower():
        raise Rejected(Reason.MALFORMED, field, f"not an address: {PREFIX}1… of 32 bytes in lower case")
    return data


@lru_cache(maxsize=8_192)  # a vote comes alone, again in a certificate, again when it is resent
def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether libsodium accepts this Ed25519 signature; wrong lengths are a no."""
    if len(public) != 32 or len(signature) != 64:
        return False
    try:
        crypto_sign_open(signature + message, public)
    except nacl.exceptions.BadSignatureError:
        return False
    return True


def signature_message(id: bytes) -> bytes:
    """What a wallet signs for one transaction."""
    return b"tallystick/signature/1\x00" + id


def batch_message(root: bytes, size: int) -> bytes:
    """What a wallet signs for many transactions at once: the Merkle root over their ids, and their number."""
    return b"tallystick/batch/1\x00" + size.to_bytes(8, "big") + root


def verify_witness(witness: Witness, id: bytes) -> None:
    """Refuse a witness whose card does not sign this transaction id, or not in the one allowed form."""
    check_card(witness.card, "witnesses.card")
    message = _signed_message(witness.path, id)
    if isinstance(witness.card, SingleCard):
        if isinstance(witness.signature, tuple):
            raise _bad_witness("a single card gives one signature")
        _check_signature(witness.card, witness.signature, message)
        return
    if isinstance(witness.signature, str):
        raise _bad_witness("a multi card gives a list of its members' signatures")
    members = [given.member for given in witness.signature]
    if len(members) != witness.card.m or sorted(set(members)) != members:
        raise _bad_witness(f"exactly {witness.card.m} members sign, sorted, each once")
    if members[-1] >= len(witness.card.cards):
        raise _bad_witness("there is no such member")
    for given in witness.signature:
        _check_signature(witness.card.cards[given.member], given.signature, message)


def _derived(card: Card) -> str:
    return bech32m.encode(PREFIX, digest("tallystick/card/1", canonical(card)))


_remembered = lru_cache(maxsize=16_384)(_derived)


def _check_coordinate(coordinate: int, refused: frozenset[int], field: str, reason: Reason) -> None:
    if coordinate >= _P:
        raise Rejected(reason, field, "the key is not in its canonical encoding")
    if coordinate in refused:
        raise Rejected(reason, field, "the key is a point of small order")


def _signed_message(path: Path | None, id: bytes) -> bytes:
    if path is None:
        return signature_message(id)
    hashes = [bytes.fromhex(item) for item in path.hashes]
    root = merkle.root_from_path(merkle.leaf_hash(id), path.index, path.size, hashes)
    if root is None:
        raise _bad_witness("the path fits no tree of this size")
    return batch_message(root, path.size)


def _check_signature(card: SingleCard, signature: str, message: bytes) -> None:
    if not verify(bytes.fromhex(card.sign), message, bytes.fromhex(signature)):
        raise Rejected(Reason.BAD_SIGNATURE, "witnesses", "the signature does not verify")


def _bad_witness(detail: str) -> Rejected:
    return Rejected(Reason.BAD_WITNESS, "witnesses", detail)
