"""Sealed documents as they travel: a file encrypted for its readers, committed to and signed by whoever hands it in."""

from base64 import b64encode
from binascii import Error as NotBase64
from binascii import a2b_base64
from collections.abc import Sequence
from typing import Annotated, Final, Protocol

from msgspec import Meta, Struct

from ledger.protocol import merkle
from ledger.protocol.encoding import Count, Hex32, Hex64, canonical, digest
from ledger.protocol.keys import Card, MultiCard, SingleCard, Witness, address, check_seal_key, verify_witness
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.values import Address, Strict

DOMAIN: Final = "tallystick/sealed/1"
LONGEST: Final = 8_000_000  # bytes of one ciphertext
CHUNK_BYTES: Final = 262_144
CHUNKS_MAX: Final = -(-LONGEST // CHUNK_BYTES)
READERS_MAX: Final = 64
KEPT_BYTES: Final = 256_000_000  # of one participant's ciphertexts on one node
KEPT_DOCUMENTS: Final = 500
WANTED_DOCUMENTS: Final = 32  # in one question
WANTED_CHUNKS: Final = 4

Base64 = Annotated[str, Meta(pattern=r"^[A-Za-z0-9+/]*={0,2}\Z", max_length=4 * (-(-CHUNK_BYTES // 3)))]


class SealedFor(Strict):
    """Whose key opens it: the content key, sealed by HPKE to the X25519 key `to` of somebody of `address`."""

    address: Address
    enc: Hex32
    key: Annotated[str, Meta(pattern=r"^[0-9a-f]{96}\Z")]  # 32 bytes and the tag of AES-GCM
    to: Hex32


class Header(Strict):
    """What a sealed copy of `document` is; its digest names the copy."""

    by: Address
    chain: Annotated[str, Meta(max_length=64)]
    document: Hex32
    iv: Annotated[str, Meta(pattern=r"^[0-9a-f]{24}\Z")]
    length: Annotated[int, Meta(ge=17, le=LONGEST)]
    readers: Annotated[tuple[SealedFor, ...], Meta(min_length=1, max_length=READERS_MAX)]
    root: Hex32  # RFC 6962 over the chunks

    @property
    def id(self) -> str:
        """The name of this copy."""
        return digest(DOMAIN, canonical(self)).hex()

    @property
    def chunks(self) -> int:
        """How many chunks the ciphertext has."""
        return -(-self.length // CHUNK_BYTES)


class Sealed(Strict):
    """A header, signed by a person of the participant that hands it in."""

    card: SingleCard
    header: Header
    signature: Hex64


class DocumentChunk(Strict):
    """A part of the ciphertext of one copy, with its path to the copy's root."""

    data: Base64
    id: Hex32
    number: Annotated[int, Meta(ge=0, le=CHUNKS_MAX - 1)]
    path: Annotated[tuple[Hex32, ...], Meta(max_length=8)]


class ChunkWant(Strict):
    """Which chunks of a copy the sender lacks."""

    id: Hex32
    numbers: Annotated[tuple[Count, ...], Meta(min_length=1, max_length=WANTED_CHUNKS)]


class DocumentWant(Strict):
    """Which documents the sender has no copy of, and which chunks of copies it lacks."""

    chunks: Annotated[tuple[ChunkWant, ...], Meta(max_length=WANTED_CHUNKS)] = ()
    documents: Annotated[tuple[Hex32, ...], Meta(max_length=WANTED_DOCUMENTS)] = ()


class Lacking(Struct, frozen=True):
    """A copy that is not whole here: from which peer its header came, and the chunks that it lacks."""

    id: str
    source: str
    numbers: tuple[int, ...]


class Shelf(Protocol):
    """Where one node keeps sealed documents beside its ledger; the part of its desk that is no matter of consensus."""

    def take(self, sealed: Sealed, *, source: str) -> None:
        """Keep the header of a copy, if its participant may and has room; Rejected otherwise. Twice is once."""

    def take_chunk(self, chunk: DocumentChunk) -> None:
        """Keep a chunk of a copy whose header is here; Rejected if it is none of it."""

    def lacking(self, limit: int) -> Sequence[Lacking]:
        """Copies that are not whole, the oldest first."""

    def unknown(self, limit: int) -> Sequence[str]:
        """Documents that open proposals name and of which there is no copy here."""

    def copies(self, documents: Sequence[str]) -> Sequence[Sealed]:
        """The headers of the whole copies of these documents."""

    def chunks(self, id: str, numbers: Sequence[int]) -> Sequence[DocumentChunk]:
        """These chunks of a copy, those that are here."""


def check(sealed: Sealed, chain: str) -> None:
    """Refuse a header of another network, with a key that is none, or without its person's signature."""
    header = sealed.header
    if header.chain != chain:
        raise Rejected(Reason.WRONG_CHAIN, "header.chain")
    for place, reader in enumerate(header.readers):
        for name, key in (("enc", reader.enc), ("to", reader.to)):
            check_seal_key(key, f"header.readers[{place}].{name}")
    verify_witness(Witness(card=sealed.card, signature=sealed.signature), bytes.fromhex(header.id))


def check_chunk(header: Header, chunk: DocumentChunk) -> bytes:
    """The chunk's bytes; Rejected if they are not what the header commits to at that place."""
    try:
        data = a2b_base64(chunk.data, strict_mode=True)
    except NotBase64 as error:
        raise Rejected(Reason.MALFORMED, "data", "This is not base64.") from error
    path = [bytes.fromhex(item) for item in chunk.path]
    leaf, root = merkle.leaf_hash(data), bytes.fromhex(header.root)
    if not merkle.inclusion(leaf, chunk.number, header.chunks, path, root):
        raise Rejected(Reason.BAD_CHUNK, "path", "The header commits to another chunk at this place.")
    return data


def cut(header: Header, ciphertext: bytes) -> list[DocumentChunk]:
    """The ciphertext in chunks; Rejected if it is not the one that the header commits to."""
    if len(ciphertext) != header.length:
        detail = f"The ciphertext has {len(ciphertext)} bytes; the header says {header.length}."
        raise Rejected(Reason.MALFORMED, "ciphertext", detail)
    parts = [ciphertext[at : at + CHUNK_BYTES] for at in range(0, len(ciphertext), CHUNK_BYTES)]
    hashes = [merkle.leaf_hash(part) for part in parts]
    if merkle.root_of_hashes(hashes).hex() != header.root:
        raise Rejected(Reason.BAD_CHUNK, "ciphertext", "The header commits to another ciphertext.")
    return [
        DocumentChunk(
            data=b64encode(part).decode(),
            id=header.id,
            number=number,
            path=tuple(item.hex() for item in merkle.path(hashes, number)),
        )
        for number, part in enumerate(parts)
    ]


def is_of(card: str, joint: Card | None, owner: str) -> bool:
    """Whether the card of this address is one person's of the wallet `owner`, whose card in force is `joint`."""
    if joint is None:
        return card == owner
    if isinstance(joint, MultiCard) and card in map(address, joint.cards):
        return True
    return card == address(joint)
