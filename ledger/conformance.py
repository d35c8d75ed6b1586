"""`manage.py conformance`: our primitives for outside vectors, one JSON object a line in and out."""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from ledger.protocol import bech32m, encoding, keys, merkle, sealing
from ledger.protocol.reasons import Reason, Rejected

Hex = Annotated[str, Meta(pattern=r"^(?:[0-9a-f]{2})*\Z")]
Answer = dict[str, Any]


class Op(Struct, tag_field="op", forbid_unknown_fields=True):
    """One request; its tag is the op, its fields are what the op takes."""

    def answer(self) -> Answer:
        """The op's result, or Rejected."""
        raise NotImplementedError


class Jcs(Op, tag="jcs"):
    """Canonical bytes of any JSON text."""

    json_text: str

    def answer(self) -> Answer:
        """See Op."""
        return {"hex": encoding.canonical(encoding.parse_json(self.json_text)).hex()}


class AddressEncode(Op, tag="address.encode"):
    """The address of the card as it stands: its members' order is judged where a card is used."""

    card: keys.Card

    def answer(self) -> Answer:
        """See Op."""
        members = (self.card,) if isinstance(self.card, keys.SingleCard) else self.card.cards
        for member in members:
            keys.check_card(member)
        if isinstance(self.card, keys.MultiCard) and self.card.m > len(members):
            raise Rejected(Reason.BAD_CARD, "card", "more signatures than members")
        return {"address": keys.address(self.card)}


class AddressDecode(Op, tag="address.decode"):
    """Any spelling that BIP-350 allows, so also all capitals, as QR codes have it."""

    address: str

    def answer(self) -> Answer:
        """See Op."""
        address = self.address.lower() if self.address.isupper() else self.address
        return {"hex": keys.address_bytes(address).hex()}


class Bech32mDecode(Op, tag="bech32m.decode"):
    """BIP-350 only."""

    s: str

    def answer(self) -> Answer:
        """See Op."""
        prefix, data5 = bech32m.decode(self.s)
        return {"hrp": prefix, "data5": data5}


class Ed25519Verify(Op, tag="ed25519.verify"):
    """libsodium's verdict."""

    pk: Hex
    msg: Hex
    sig: Hex

    def answer(self) -> Answer:
        """See Op."""
        public, message, signature = (bytes.fromhex(item) for item in (self.pk, self.msg, self.sig))
        return {"ok": keys.verify(public, message, signature)}


class HpkeOpen(Op, tag="hpke.open"):
    """HPKE base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256."""

    skR: Hex  # noqa: N815 - RFC 9180's name
    enc: Hex
    info: Hex
    aad: Hex
    ct: Hex
    aead: Annotated[int, Meta(ge=1, le=3)] = sealing.AES_256_GCM
    seq: Annotated[int, Meta(ge=0, le=2**63 - 1)] = 0

    def answer(self) -> Answer:
        """See Op."""
        private, enc, info, aad, ciphertext = (
            bytes.fromhex(item) for item in (self.skR, self.enc, self.info, self.aad, self.ct)
        )
        plaintext = sealing.open_sealed(
            private, enc, info, aad, ciphertext, aead=self.aead, sequence=self.seq
        )
        return {"pt": plaintext.hex()}


class MerkleRoot(Op, tag="merkle.root"):
    """RFC 6962, over the leaves' data."""

    leaves: list[Hex]

    def answer(self) -> Answer:
        """See Op."""
        return {"root": merkle.root([bytes.fromhex(leaf) for leaf in self.leaves]).hex()}


class MerkleInclusion(Op, tag="merkle.inclusion"):
    """Whether the proof holds; one that cannot be is a no, not an error."""

    leaf_hash: Hex
    index: int
    size: int
    proof: list[Hex]
    root: Hex

    def answer(self) -> Answer:
        """See Op."""
        leaf, root = bytes.fromhex(self.leaf_hash), bytes.fromhex(self.root)
        proof = [bytes.fromhex(item) for item in self.proof]
        return {"ok": merkle.inclusion(leaf, self.index, self.size, proof, root)}


AnyOp = (
    Jcs
    | AddressEncode
    | AddressDecode
    | Bech32mDecode
    | Ed25519Verify
    | HpkeOpen
    | MerkleRoot
    | MerkleInclusion
)
_DECODER = msgspec.json.Decoder(AnyOp)


def run(lines: Iterable[bytes]) -> Iterator[bytes]:
    """An answer for every line, in order; a line that cannot be answered is answered with an error."""
    for line in lines:
        yield msgspec.json.encode(_answer(line)) + b"\n"


def _answer(line: bytes) -> Answer:
    try:
        op: Op = _DECODER.decode(line)
        return op.answer()
    except (Rejected, msgspec.MsgspecError, ValueError, RecursionError) as error:
        return {"error": str(error)}
