"""Sealed notes: the same words to receiver and regulator, by HPKE (RFC 9180), bound to their transaction.

A note's plaintext is random (32 bytes) ‖ text (UTF-8) ‖ 0x80 ‖ zeros up to a multiple of 256 bytes, at most
2,048. The signed transaction holds its digest, the commitment, and each ciphertext's digest: who opens one
knows that the other reader was promised the same words, and sees it if the ciphertext beside the block is
another.
"""

from collections.abc import Sequence
from typing import Annotated, Final, NamedTuple

from msgspec import Meta, Struct
from pyhpke import AEADId, CipherSuite, KDFId, KEMId, KEMKeyPair
from pyhpke.exceptions import PyHPKEError
from pyhpke.recipient_context import RecipientContext

from ledger.protocol.encoding import Hex32, canonical, digest
from ledger.protocol.keys import address_bytes, check_seal_key
from ledger.protocol.reasons import Reason, Rejected

DOMAIN: Final = "tallystick/note/1"  # also the HPKE info
BLOCK: Final = 256
LONGEST: Final = 2048
TAG: Final = 16
AES_256_GCM: Final = 2

_SUITES: Final = {
    number: CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId(number))
    for number in (1, 2, 3)
}


class Reader(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """For whom one ciphertext is, and what it is; `epoch` names the seal key of an institution."""

    address: str
    digest: Hex32
    enc: Hex32
    length: Annotated[int, Meta(ge=BLOCK + TAG, le=LONGEST + TAG)]
    epoch: Annotated[str, Meta(pattern=r"^[0-9]{4}Q[1-4]\Z")] | None = None


class Note(Struct, frozen=True, forbid_unknown_fields=True):
    """What the transaction says about its note; the ciphertexts lie beside it and may be erased."""

    commitment: Hex32
    readers: tuple[Reader, ...]


class ReaderKey(NamedTuple):
    """To whom to seal, with 32 fresh random bytes for the key that only this sealing uses."""

    address: str
    key: bytes
    random: bytes
    epoch: str | None = None


class Binding(NamedTuple):
    """The transaction that a note belongs to: lifted into another, it does not open."""

    chain: str
    sender: str
    receiver: str
    inputs: Sequence[str]
    outputs: Sequence[object]

    def aad(self, reader: str) -> bytes:
        """HPKE's additional data for one reader: JCS of these fields and the reader's address."""
        return canonical({**self._asdict(), "reader": reader})


class Sealed(NamedTuple):
    """HPKE's two results."""

    enc: bytes
    ciphertext: bytes


def seal(public: bytes, info: bytes, aad: bytes, plaintext: bytes, random: bytes) -> Sealed:
    """HPKE base mode with AES-256-GCM; `random` (32 bytes, never used before) gives the ephemeral key."""
    suite = _SUITES[AES_256_GCM]
    ephemeral: KEMKeyPair = suite.kem.derive_key_pair(random)
    enc, context = suite.create_sender_context(suite.kem.deserialize_public_key(public), info, eks=ephemeral)
    return Sealed(enc, context.seal(plaintext, aad))


def open_sealed(
    private: bytes,
    enc: bytes,
    info: bytes,
    aad: bytes,
    ciphertext: bytes,
    *,
    aead: int = AES_256_GCM,
    sequence: int = 0,
) -> bytes:
    """The plaintext, or Rejected: another key, other data around it, altered, or an `enc` of low order."""
    try:
        suite = _SUITES[aead]
        key = suite.kem.deserialize_private_key(private)
        context = suite.create_recipient_context(enc, key, info)
        assert isinstance(context, RecipientContext)
        context._seq = sequence  # notes use message 0; the published vectors go on counting
        return context.open(ciphertext, aad)
    except (PyHPKEError, ValueError) as error:  # lengths, an enc of low order
        raise Rejected(Reason.BAD_NOTE, "note", "this key opens nothing here") from error


def seal_note(
    text: str, random: bytes, binding: Binding, readers: Sequence[ReaderKey]
) -> tuple[Note, list[bytes]]:
    """The note for the transaction's body and the ciphertexts to send beside it, in the readers' order."""
    plaintext = pad(text, random)
    listed: list[Reader] = []
    ciphertexts: list[bytes] = []
    for reader in readers:
        aad = binding.aad(reader.address)
        enc, ciphertext = seal(reader.key, DOMAIN.encode(), aad, plaintext, reader.random)
        hexes = digest(DOMAIN, ciphertext).hex(), enc.hex()
        listed.append(Reader(reader.address, *hexes, len(ciphertext), reader.epoch))
        ciphertexts.append(ciphertext)
    return Note(digest(DOMAIN, plaintext).hex(), tuple(listed)), ciphertexts


def open_note(note: Note, place: int, ciphertext: bytes, private: bytes, binding: Binding) -> str:
    """The words of a note for the reader at `place`; Rejected unless the sender committed to them."""
    reader = note.readers[place]
    aad = binding.aad(reader.address)
    plaintext = open_sealed(private, bytes.fromhex(reader.enc), DOMAIN.encode(), aad, ciphertext)
    if digest(DOMAIN, plaintext).hex() != note.commitment:
        raise _bad("the words are not those that the sender committed to")
    return unpad(plaintext)


def check_note(note: Note) -> None:
    """Refuse a note that is not of the protocol's form: two readers, whole blocks, usable keys."""
    if len(note.readers) != 2:
        raise _bad("a note has two readers, the receiver and the regulator")
    for reader in note.readers:
        address_bytes(reader.address, "note.readers.address")
        check_seal_key(reader.enc, "note.readers.enc", Reason.BAD_NOTE)
        if (reader.length - TAG) % BLOCK or reader.length != note.readers[0].length:
            raise _bad("ciphertexts are of one length, a multiple of 256 and the tag")


def check_ciphertexts(note: Note, ciphertexts: Sequence[bytes]) -> None:
    """Refuse ciphertexts that are not those that the note lists, in its order."""
    given = [(len(item), digest(DOMAIN, item).hex()) for item in ciphertexts]
    if given != [(reader.length, reader.digest) for reader in note.readers]:
        raise _bad("the ciphertexts are not those that the note lists")


def pad(text: str, random: bytes) -> bytes:
    """A note's plaintext: its length tells no more than how many blocks of 256 bytes it fills."""
    assert len(random) == 32
    plaintext = random + text.encode() + b"\x80"
    plaintext += bytes(-len(plaintext) % BLOCK)
    if len(plaintext) > LONGEST:
        raise Rejected(Reason.OVERSIZED, "note", f"a note holds up to {LONGEST - 33} bytes of text")
    return plaintext


def unpad(plaintext: bytes) -> str:
    """The text of a plaintext; Rejected if it is not padded as `pad` does."""
    text = plaintext.rstrip(b"\x00")
    try:
        words = text[32:-1].decode()
    except UnicodeDecodeError as error:
        raise _bad("the note is not text") from error
    if len(text) < 33 or pad(words, plaintext[:32]) != plaintext:
        raise _bad("the note is not padded as it should be")
    return words


def _bad(detail: str) -> Rejected:
    return Rejected(Reason.BAD_NOTE, "note", detail)
