"""`manage.py conformance`, the real command: every line answered, in order, whatever came before."""

import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
GIVEN = ROOT / "tests" / "vectors" / "given"
OURS = json.loads((ROOT / "tests" / "vectors" / "primitives.json").read_text())


def read(name: str) -> Any:
    return json.loads((GIVEN / name).read_text())


def ask(*lines: dict[str, Any] | bytes) -> list[dict[str, Any]]:
    """One run of the command."""
    given = b"".join(
        (line if isinstance(line, bytes) else json.dumps(line).encode()) + b"\n" for line in lines
    )
    command = [sys.executable, str(ROOT / "manage.py"), "conformance"]
    run = subprocess.run(command, input=given, capture_output=True, timeout=60, check=True, cwd=ROOT)
    answers = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(answers) == len(lines) and run.stdout.endswith(b"\n") and run.stderr == b""
    return answers


def test_jcs() -> None:
    cases = read("jcs.json")["cases"]
    answers = ask(*({"op": "jcs", "json_text": case["input"]} for case in cases.values()))
    for (name, case), answer in zip(cases.items(), answers, strict=True):
        if name in {"arrays", "structures", "values"}:
            assert list(answer) == ["error"]
        else:
            assert answer == {"hex": case["output_hex"]}


def test_bech32m_and_addresses() -> None:
    given, card = read("bech32m.json"), OURS["multi_cards"][0]
    strings = [*given["valid"], *given["invalid"]]
    *answers, encoded, decoded, shouted, wrong = ask(
        *({"op": "bech32m.decode", "s": text} for text in strings),
        {"op": "address.encode", "card": card["card"]},
        {"op": "address.decode", "address": card["address"]},
        {"op": "address.decode", "address": card["address"].upper()},
        {"op": "address.decode", "address": "a1lqfn3a"},
    )
    valid = len(given["valid"])
    assert all(set(answer) == {"hrp", "data5"} for answer in answers[:valid])
    assert all(set(answer) == {"error"} for answer in answers[valid:])
    assert answers[4]["hrp"] == "split" and answers[0] == {"hrp": "a", "data5": []}
    assert encoded == {"address": card["address"]}
    assert decoded == shouted == {"hex": card["address_bytes"]}
    assert set(wrong) == {"error"}


def test_ed25519() -> None:
    cases = [{**case, "ok": True} for case in read("ed25519_valid.json")["vectors"]] + OURS["signatures"]
    asked = [
        {"op": "ed25519.verify", **{name: case[name] for name in ("pk", "msg", "sig")}} for case in cases
    ]
    assert ask(*asked) == [{"ok": case["ok"]} for case in cases]


def test_hpke() -> None:
    requests, wanted = [], []
    for vector in read("hpke_base_x25519.json")["vectors"]:
        for sequence, message in enumerate(vector["encryptions"]):
            request = {"op": "hpke.open", "skR": vector["skRm"], "enc": vector["enc"], "info": vector["info"]}
            request |= {
                "aad": message["aad"],
                "ct": message["ct"],
                "aead": vector["aead_id"],
                "seq": sequence,
            }
            requests.append(request)
            wanted.append({"pt": message["pt"]})
    assert ask(*requests) == wanted
    default = next(each for each in requests if each["aead"] == 2 and each["seq"] == 0)
    del default["aead"], default["seq"]
    low_order = default | {"enc": "01" + "00" * 31}
    another_aead, altered = default | {"aead": 1}, default | {"aad": "00"}
    first, *errors = ask(
        default, low_order, another_aead, altered, default | {"aead": 4}, default | {"seq": -1}
    )
    assert set(first) == {"pt"} and all(set(answer) == {"error"} for answer in errors)


def test_merkle() -> None:
    given = read("rfc6962_roots.json")
    roots = [{"op": "merkle.root", "leaves": given["leaves"][:size]} for size in range(9)]
    assert ask(*roots) == [{"root": root} for root in given["roots_by_size"]]
    tree, request = (
        OURS["merkle"][4],
        {"op": "merkle.inclusion", "size": 5, "root": OURS["merkle"][4]["root"]},
    )
    hashes = [sha256(b"\x00" + bytes.fromhex(leaf)).hexdigest() for leaf in tree["leaves"]]
    proofs = [
        request | {"leaf_hash": leaf_hash, "index": index, "proof": proof}
        for index, (leaf_hash, proof) in enumerate(zip(hashes, tree["proofs"], strict=True))
    ]
    assert ask(*proofs) == [{"ok": True}] * 5
    wrong = [{"index": 2}, {"index": -1}, {"size": 0}, {"proof": []}, {"root": ""}, {"leaf_hash": ""}]
    assert ask(*(proofs[1] | change for change in wrong)) == [{"ok": False}] * len(wrong)


BAD_LINES: list[dict[str, Any] | bytes] = [
    b"",
    b"nonsense",
    b"[]",
    b"5",
    b"\xff\xfe",
    b"[" * 100_000,
    b'{"op":"jcs"',
    {},
    {"op": "unknown"},
    {"op": 5},
    {"op": "jcs"},
    {"op": "jcs", "json_text": 5},
    {"op": "jcs", "json_text": "1", "more": 1},
    {"op": "jcs", "json_text": '"\ud800"'},
    {"op": "jcs", "json_text": "[" * 100_000},
    {"op": "ed25519.verify", "pk": "AB", "msg": "", "sig": ""},
    {"op": "ed25519.verify", "pk": "a", "msg": "", "sig": ""},
    {"op": "merkle.root", "leaves": ["0"]},
    {"op": "merkle.root", "leaves": "00"},
    {
        "op": "address.encode",
        "card": {"scheme": "ed25519+x25519", "seal": "09" + "00" * 31, "sign": "00" * 32},
    },
    {"op": "address.encode", "card": {"scheme": "other"}},
]


def test_a_bad_line_is_an_error_and_the_next_is_answered() -> None:
    good = {"op": "jcs", "json_text": " 1"}
    answers = ask(*(line for bad in BAD_LINES for line in (bad, good)))
    assert answers[1::2] == [{"hex": "31"}] * len(BAD_LINES)
    for line, answer in zip(BAD_LINES, answers[::2], strict=True):
        assert list(answer) == ["error"] and isinstance(answer["error"], str), line
