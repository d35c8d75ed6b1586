"""The search for private keys finds each way of writing one, and nothing where there is none."""

import base64
import gzip
import json
from collections.abc import Callable
from hashlib import sha256

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from clients.keys import from_seeds
from tests.network.leaks import Leak, seek

KEY = sha256(b"a planted key").digest()
OTHER = sha256(b"another key").digest()
NOISE = bytes(range(256)) * 40


def pkcs8(key: bytes) -> bytes:
    private = Ed25519PrivateKey.from_private_bytes(key)
    return private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


WRITTEN: dict[str, Callable[[bytes], bytes]] = {
    "raw": bytes,
    "hex": lambda key: key.hex().encode(),
    "capital hex": lambda key: key.hex().upper().encode(),
    "bytea of a dump": lambda key: b"\\x" + b"ff00".hex().encode() + key.hex().encode() + b"00\t7",
    "base64": base64.b64encode,
    "base64 for addresses": base64.urlsafe_b64encode,
    "base64 after one byte": lambda key: base64.b64encode(b"x" + key + b"yz"),
    "base64 after two bytes": lambda key: base64.urlsafe_b64encode(b"xy" + key),
    "PKCS#8": pkcs8,
    "PKCS#8 in base64": lambda key: base64.b64encode(pkcs8(key)),
    "PEM": lambda key: Ed25519PrivateKey.from_private_bytes(key).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    ),
    "a JSON web key": lambda key: json.dumps(
        {"d": base64.urlsafe_b64encode(key).decode().rstrip("=")}
    ).encode(),
    "an array": lambda key: json.dumps({"seed": list(key)}).encode(),
    "a script's array": lambda key: json.dumps(list(key), separators=(",", ":")).encode(),
    "hex in a message's body": lambda key: base64.b64encode(json.dumps({"k": key.hex()}).encode()),
    "base64 in a column of bytes": lambda key: (
        base64.b64encode(b'{"k":"' + base64.b64encode(key) + b'"}').hex().encode()
    ),
}


@pytest.mark.parametrize("written", WRITTEN)
def test_a_key_is_found_however_it_is_written(written: str) -> None:
    content = NOISE + b'"' + WRITTEN[written](KEY) + b'"' + NOISE
    found = seek({"planted": KEY, "other": OTHER}, [("log", content), ("dump", NOISE)])
    assert found and {(leak.secret, leak.place) for leak in found} == {("planted", "log")}


def test_every_place_is_searched_and_named() -> None:
    places = [("request", KEY), ("dump", KEY.hex().encode()), ("broker", b"nothing"), ("log", OTHER)]
    assert seek({"sign": KEY, "seal": OTHER}, places) == [
        Leak("sign", "dump", "hex"),
        Leak("sign", "dump", "raw"),  # what the hex says
        Leak("seal", "log", "raw"),
        Leak("sign", "request", "raw"),
    ]


def test_public_halves_and_half_a_key_are_no_leak() -> None:
    wallet = from_seeds(KEY, OTHER)
    public = json.dumps([wallet.card.sign, wallet.card.seal, wallet.address]).encode()
    halves = [KEY[:16].hex().encode(), base64.b64encode(OTHER)[:30]]
    secrets = {"sign": KEY, "seal": OTHER}
    assert seek(secrets, [("page", public), *[("log", half) for half in halves]]) == []


def test_what_is_compressed_has_to_be_opened_first() -> None:
    """Whoever hands places in opens them: this one would be missed."""
    assert seek({"sign": KEY}, [("file", gzip.compress(KEY.hex().encode() * 3))]) == []
