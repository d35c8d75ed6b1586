"""Sealed documents for tests: the envelope is real, the ciphertext is noise, as every node sees it."""

from base64 import b64encode
from random import Random
from typing import Any

from clients.keys import Wallet
from clients.registration import document_digest
from clients.wallet import MultiWallet
from ledger.documents import CHUNK_BYTES, Header, Sealed, SealedFor
from ledger.protocol import merkle
from ledger.protocol.keys import signature_message
from tests.protocol.world import person


def noise(length: int, seed: int = 1) -> bytes:
    """The same for the same seed."""
    return Random(seed).randbytes(length)


def digest_of(name: str) -> str:
    """The digest by which an act would name this document."""
    return document_digest(name.encode())


def sealed_copy(
    chain: str,
    by: MultiWallet | Wallet,
    *,
    signer: Wallet,
    document: str = "articles",
    ciphertext: bytes = b"",
    readers: tuple[MultiWallet | Wallet, ...] = (),
    **changes: Any,
) -> tuple[Sealed, bytes]:
    """A copy of a document for these readers, and its ciphertext; `changes` are made before it is signed."""
    ciphertext = ciphertext or noise(1_000)
    parts = [ciphertext[at : at + CHUNK_BYTES] for at in range(0, len(ciphertext), CHUNK_BYTES)]
    said = {
        "by": by.address,
        "chain": chain,
        "document": digest_of(document),
        "iv": "1e" * 12,
        "length": len(ciphertext),
        "readers": tuple(
            SealedFor(address=each.address, enc=key(), key="4e" * 48, to=key()) for each in readers or (by,)
        ),
        "root": merkle.root(parts).hex(),
    }
    header = Header(**said | changes)
    return signed_by(signer, header), ciphertext


def signed_by(signer: Wallet, header: Header) -> Sealed:
    """The header under this person's signature."""
    signature = signer.signature(signature_message(bytes.fromhex(header.id)))
    return Sealed(card=signer.card, header=header, signature=signature)


def key() -> str:
    """Some X25519 key."""
    return person("a reader").card.seal


def lodging(sealed: Sealed, ciphertext: bytes) -> dict[str, Any]:
    """The body of POST documents."""
    return {"ciphertext": b64encode(ciphertext).decode(), "sealed": sealed}
