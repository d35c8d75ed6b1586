"""The wallet's backup file: both private keys under a passphrase, in a form that browsers make and read too.

One JSON object (UTF-8, canonical form when written, any JSON when read), bytes in lower-case hex:

    {"card": {"scheme": "ed25519+x25519", "seal": hex32, "sign": hex32},
     "chain": "demo-0123456789abcdef", "format": "tallystick-backup/1", "genesis": hex32 (the genesis digest),
     "kdf": {"hash": "SHA-256", "iterations": 600000, "name": "PBKDF2", "salt": 16 bytes},
     "seal": {"iv": 12 bytes, "wrapped": bytes}, "sign": {"iv": 12 bytes, "wrapped": bytes}}

The key-wrapping key is PBKDF2-HMAC-SHA-256 of the passphrase (UTF-8, Unicode NFKC) with the salt, 32 bytes.
Each `wrapped` is AES-256-GCM (tag of 16 bytes at the end, another iv for each key) of the private key as
PKCS #8 DER without the public key (RFC 8410, 48 bytes); its additional data are the canonical bytes of the
file without `seal` and `sign`, then 0x00, then the ASCII name of the field: so no part can be exchanged or
altered. In WebCrypto:

    kek = deriveKey({name: "PBKDF2", hash: "SHA-256", salt, iterations}, phrase, AES-GCM of 256 bits)
    wrapped = wrapKey("pkcs8", privateKey, kek, {name: "AES-GCM", iv, additionalData})
    unwrapKey("pkcs8", wrapped, kek, {name: "AES-GCM", iv, additionalData}, "Ed25519" | "X25519", false, …)
"""

import secrets
import unicodedata
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.pbkdf2 import PBKDF2HMAC
from msgspec import Meta, Struct

from clients.keys import Wallet, from_seeds
from ledger.protocol.encoding import Hex32, canonical
from ledger.protocol.keys import SingleCard

ITERATIONS: Final = 600_000
MOST_ITERATIONS: Final = 10_000_000  # a file that asks for more would only keep the reader busy

# RFC 8410's OneAsymmetricKey, version 0, up to the 32 bytes of the key.
_DER: Final = {
    "sign": bytes.fromhex("302e020100300506032b657004220420"),  # Ed25519
    "seal": bytes.fromhex("302e020100300506032b656e04220420"),  # X25519
}

Salt = Annotated[str, Meta(pattern=r"^[0-9a-f]{32}\Z")]
Iv = Annotated[str, Meta(pattern=r"^[0-9a-f]{24}\Z")]
WrappedKey = Annotated[str, Meta(pattern=r"^[0-9a-f]{128}\Z")]


class Kdf(Struct, frozen=True, forbid_unknown_fields=True):
    """How the passphrase becomes the wrapping key."""

    salt: Salt
    iterations: Annotated[int, Meta(ge=ITERATIONS, le=MOST_ITERATIONS)] = ITERATIONS
    hash: Literal["SHA-256"] = "SHA-256"
    name: Literal["PBKDF2"] = "PBKDF2"


class Wrapped(Struct, frozen=True, forbid_unknown_fields=True):
    """One private key, encrypted."""

    iv: Iv
    wrapped: WrappedKey


class Backup(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file; `card`, `chain` and `genesis` tell without the passphrase whose wallet it is."""

    card: SingleCard
    chain: str
    genesis: Hex32
    kdf: Kdf
    seal: Wrapped
    sign: Wrapped
    format: Literal["tallystick-backup/1"] = "tallystick-backup/1"


class BackupError(Exception):
    """The file is no backup, is damaged, or the passphrase is another; `str()` is a sentence for people."""


def write_backup(path: Path, wallet: Wallet, passphrase: str, *, chain: str, genesis: str) -> None:
    """Write the file, readable by its owner only; an existing file is never overwritten."""
    raw = make_backup(wallet, passphrase, chain=chain, genesis=genesis)
    path.touch(mode=0o600, exist_ok=False)
    path.write_bytes(raw)


def read_backup(path: Path, passphrase: str) -> tuple[Wallet, Backup]:
    """The wallet, and what the file says about it."""
    return open_backup(path.read_bytes(), passphrase)


def make_backup(wallet: Wallet, passphrase: str, *, chain: str, genesis: str) -> bytes:
    """The file's bytes."""
    kdf = Kdf(secrets.token_hex(16))
    header = {
        "card": wallet.card,
        "chain": chain,
        "format": "tallystick-backup/1",
        "genesis": genesis,
        "kdf": kdf,
    }
    cipher = AESGCM(_wrapping_key(passphrase, kdf))
    wrapped = {
        name: _wrap(cipher, _DER[name] + key, _additional_data(header, name))
        for name, key in (("seal", wallet.seal), ("sign", wallet.sign))
    }
    return canonical({**header, **wrapped})


def open_backup(raw: bytes, passphrase: str) -> tuple[Wallet, Backup]:
    """The wallet and the file's contents; BackupError for another passphrase or an altered file."""
    try:
        backup = msgspec.json.decode(raw, type=Backup)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BackupError(f"This is not a wallet backup: {error}.") from error
    header = {key: value for key, value in msgspec.to_builtins(backup).items() if key not in _DER}
    cipher = AESGCM(_wrapping_key(passphrase, backup.kdf))
    sign, seal = (
        _unwrap(cipher, wrapped, _DER[name], _additional_data(header, name))
        for name, wrapped in (("sign", backup.sign), ("seal", backup.seal))
    )
    wallet = from_seeds(sign, seal)
    if wallet.card != backup.card:
        raise BackupError("The keys in this backup do not belong to the card that it names.")
    return wallet, backup


def _wrapping_key(passphrase: str, kdf: Kdf) -> bytes:
    # NFKC: the same passphrase typed on two keyboards may reach us composed or not.
    words = unicodedata.normalize("NFKC", passphrase).encode()
    return PBKDF2HMAC(SHA256(), 32, bytes.fromhex(kdf.salt), kdf.iterations).derive(words)


def _additional_data(header: dict[str, Any], name: str) -> bytes:
    return canonical(header) + b"\x00" + name.encode("ascii")


def _wrap(cipher: AESGCM, der: bytes, additional_data: bytes) -> Wrapped:
    iv = secrets.token_bytes(12)
    return Wrapped(iv.hex(), cipher.encrypt(iv, der, additional_data).hex())


def _unwrap(cipher: AESGCM, wrapped: Wrapped, der: bytes, additional_data: bytes) -> bytes:
    try:
        opened = cipher.decrypt(bytes.fromhex(wrapped.iv), bytes.fromhex(wrapped.wrapped), additional_data)
    except InvalidTag as error:
        raise BackupError("Another passphrase, or a damaged file.") from error
    if len(opened) != 48 or not opened.startswith(der):
        raise BackupError("The keys in this backup are of another kind.")
    return opened[16:]
