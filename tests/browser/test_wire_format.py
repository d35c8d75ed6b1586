"""The wallet's JavaScript, in a real browser, and the kernel's Python give the same bytes and the same refusals."""

import json
import re
from typing import Any

import msgspec
import pytest
from playwright.sync_api import Page

from clients import backup, notes
from clients.keys import from_seeds
from ledger.protocol import signed
from ledger.protocol.keys import SingleCard, address
from tests.browser.modules import ROOT, run
from tests.vectors import kinds_cast, make_kinds, make_kinds_2, make_kinds_3

pytestmark = pytest.mark.browser

VECTORS = ROOT / "tests" / "vectors"
KINDS = json.loads((VECTORS / "kinds.json").read_text())
KINDS_2 = json.loads((VECTORS / "kinds_2.json").read_text())
KINDS_3 = json.loads((VECTORS / "kinds_3.json").read_text())
PRIMITIVES = json.loads((VECTORS / "primitives.json").read_text())
every_version = pytest.mark.parametrize(
    "vectors", [KINDS, KINDS_2, KINDS_3], ids=["version 1", "version 2", "version 3"]
)
BATCH = ("alice", "bob", "carol", "alice_new", "csd")
NETWORK = {"chain": "demo-abababababababab", "genesis": "ab" * 32}


def test_kinds_are_frozen() -> None:
    assert make_kinds.make() == (VECTORS / "kinds.json").read_text()
    assert make_kinds_2.make() == (VECTORS / "kinds_2.json").read_text()
    assert make_kinds_3.make() == (VECTORS / "kinds_3.json").read_text()


def test_every_kind_and_act_has_a_vector() -> None:
    bodies = [json.loads(bytes.fromhex(case["canonical"])) for case in KINDS["cases"]]
    assert {body["kind"] for body in bodies} == set(signed.KINDS[1])
    acts = {body["body"]["act"]["act"] for body in bodies if body["kind"] == "propose"}
    assert acts == {"register", "increase", "decrease", "withdraw", "admit", "suspend"}
    added = [json.loads(bytes.fromhex(case["canonical"])) for case in KINDS_2["cases"]]
    assert {body["kind"] for body in added} == set(signed.KINDS[2]) - set(signed.KINDS[1]) | {"govern"}
    governed = {body["body"]["act"]["act"] for body in added if body["kind"] == "govern"}
    assert governed == {"upgrade", "validators", "node_key", "roles"}
    amended = [json.loads(bytes.fromhex(case["canonical"])) for case in KINDS_3["cases"]]
    assert {body["body"]["act"]["act"] for body in amended} == {"amend"}


@every_version
def test_every_kind_is_built_and_signed_byte_for_byte(page: Page, vectors: Any) -> None:
    answers = run(page, "builtCases", vectors)
    for case, answer in zip(vectors["cases"], answers, strict=True):
        for part in ("name", "canonical", "id", "signed", "whole_digest"):
            assert answer[part] == case[part], (case["name"], part, _text(answer[part]), _text(case[part]))
        assert (answer["verdict"], answer["without_notes"]) == ("", ""), case["name"]


def test_a_batch_under_one_signature(page: Page) -> None:
    answers = run(page, "signedBatch", KINDS, "claims", BATCH)
    assert [each["verdict"] for each in answers] == [""] * len(BATCH)
    assert [each["signed"] for each in answers] == [each["signed"] for each in KINDS["batch"]]


@every_version
def test_both_refuse_for_the_same_reason(page: Page, vectors: Any) -> None:
    reasons = run(page, "refusals", vectors)
    found = {case["name"]: _stage(reason) for case, reason in zip(vectors["refused"], reasons, strict=True)}
    assert found == {case["name"]: _stage(case["reason"]) for case in vectors["refused"]}


def test_evidence_and_node_keys_are_understood(page: Page) -> None:
    answer = run(page, "decoded", KINDS_2, module="wire_version_2")
    assert answer["message"] == KINDS_2["node"]["message"]
    place = {"validator": "broker", "height": 17, "round": 3}
    assert answer["places"] == [place | {"kind": kind} for kind in ("precommit", "proposal")]
    assert (answer["by_its_key"], answer["by_another"]) == ([True, True], [False, False])


def test_validators_of_every_height_follow_from_genesis(page: Page) -> None:
    given, answer = KINDS_2["lineage"], run(page, "lineages", KINDS_2, module="wire_version_2")
    assert (answer["chain"], answer["sets"]) == (given["chain"], given["sets"])
    assert answer["final"] == "" and answer["refused"] == ["BAD_BLOCK"] * 9


def test_chain_block_and_state(page: Page) -> None:
    answer = run(page, "chain", KINDS)
    block, state, genesis = KINDS["block"], KINDS["state_proofs"], KINDS["genesis"]
    assert answer["addresses"] == {name: wallet["address"] for name, wallet in KINDS["wallets"].items()}
    allot = next(case for case in KINDS["cases"] if case["builder"] == "allot")
    expected = {key: KINDS["long_list"][key] for key in ("chunks", "root")}
    assert answer["list"] == expected | {"last_path": allot["parameters"]["path"]}
    assert answer["genesis"] == {key: genesis[key] for key in ("digest", "chain", "canonical")}
    assert (answer["hash"], answer["certificate_digest"]) == (block["hash"], block["certificate_digest"])
    for root in ("transactions_root", "validators_root"):
        assert answer[root] == block["header"][root]
    assert answer["final"] == "" and answer["other_header"] and answer["other_validators"]
    assert len(answer["refused_certificates"]) == 12 and all(answer["refused_certificates"])
    assert answer["digests"] == [proof["digest"] for proof in state["proofs"]]
    assert answer["proofs"] == [""] * 2 and all(answer["forged_proofs"])


def test_sealed_notes_open_for_both_readers_only(page: Page) -> None:
    opened = run(page, "chain", KINDS)["notes"]
    assert opened == {
        "texts": [KINDS["note"]["text"]] * 2,
        "other_key": "BAD_NOTE",
        "other_frame": "BAD_NOTE",
        "altered": "BAD_NOTE",
    }


def test_a_wallet_of_the_browser_is_understood_here(page: Page) -> None:
    regulator = kinds_cast.wallet("fresh regulator")
    reader = {"address": address(regulator.card), "key": regulator.card.seal, "epoch": "2026Q4"}
    claim = {"class": "RETL", "country": "DE", "holder": "ab" * 16, "until": kinds_cast.NOW}
    arguments = (
        "correct horse",
        NETWORK,
        {**claim, "issuer": KINDS["wallets"]["claims"]},
        KINDS["frame"],
        reader,
    )
    made = run(page, "ownWallet", *arguments)
    wallet, file = backup.open_backup(bytes.fromhex(made["file"]), "correct horse")
    assert msgspec.convert(made["card"], SingleCard) == wallet.card == file.card
    assert (made["address"], made["network"]) == (wallet.address, NETWORK)
    assert made["extractable"] == [False, False] and made["wrong_passphrase"] == "MALFORMED"
    assert [make_kinds.verdict(bytes.fromhex(raw)) for raw in made["signed"]] == [""] * 5
    noted = json.loads(bytes.fromhex(made["signed"][1]))
    ciphertexts = [bytes.fromhex(note) for note in noted["notes"]]
    for place, reading in enumerate((wallet, regulator)):
        read = notes.read(noted["transaction"], wallet.address, ciphertexts, place, reading.seal)
        assert read == made["read"] == "Grüße 🤝"


def test_a_backup_made_here_opens_in_the_browser(page: Page) -> None:
    wallet = from_seeds(b"\x01" * 32, b"\x02" * 32)
    raw = backup.make_backup(wallet, "café", **NETWORK)
    opened = run(page, "openedBackup", raw.hex(), "cafe\u0301")
    assert opened == {"address": wallet.address, "extractable": [False, False]}
    other = json.loads(backup.make_backup(from_seeds(b"\x03" * 32, b"\x04" * 32), "café", **NETWORK))
    mine = json.loads(raw)
    forged = [
        mine | {"chain": "demo-0000000000000000"},
        mine | {"card": other["card"]},
        mine | {"sign": mine["seal"], "seal": mine["sign"]},
        mine | {"sign": other["sign"]},
        mine | {"kdf": mine["kdf"] | {"iterations": 599_999}},
        mine | {"format": "tallystick-backup/2"},
        {**mine, "extra": 1},
    ]
    files = [json.dumps(each).encode().hex() for each in forged] + [b"not JSON".hex(), raw[:-1].hex()]
    assert run(page, "refusedBackups", files, "café") == ["MALFORMED"] * len(files)


def test_primitives_agree(page: Page) -> None:
    answer = run(page, "primitives", PRIMITIVES, module="wire_primitives")
    expected = [each["hex"] for each in PRIMITIVES["canonical"]]
    assert answer["canonical"] == answer["read_back"] == expected
    assert all(answer["refused_json"])
    ranges = PRIMITIVES["refused_text_ranges"]
    for code, reason in answer["texts"]:
        assert (reason == "MALFORMED") == any(low <= code <= high for low, high in ranges), hex(code)
    assert answer["digests"] == [each["digest"] for each in PRIMITIVES["digests"]]
    cards = PRIMITIVES["cards"] + PRIMITIVES["multi_cards"]
    assert answer["addresses"] == [each["address"] for each in cards]
    assert answer["address_bytes"] == [each["address_bytes"] for each in cards]
    assert answer["good_cards"] == [""] * len(cards)
    assert answer["refused_cards"] == ["BAD_CARD"] * len(PRIMITIVES["refused_cards"])
    verdicts = dict(
        zip((each["name"] for each in PRIMITIVES["signatures"]), answer["signatures"], strict=True)
    )
    assert verdicts == {each["name"]: each["ok"] for each in PRIMITIVES["signatures"]}
    assert answer["witnesses"] == [each["reason"] for each in PRIMITIVES["witnesses"]]
    assert answer["note"] == [PRIMITIVES["note"]["text"]] * 2
    for tree, found in zip(PRIMITIVES["merkle"], answer["merkle"], strict=True):
        assert (found["root"], found["proofs"]) == (tree["root"], tree["proofs"])
        assert all(found["hold"]) and not any(found["forged"])


def test_given_vectors(page: Page) -> None:
    names = {"bech32m": "bech32m", "ed25519": "ed25519_valid", "hpke": "hpke_base_x25519", "jcs": "jcs"}
    names["rfc6962"] = "rfc6962_roots"
    vectors = {
        name: json.loads((VECTORS / "given" / f"{file}.json").read_text()) for name, file in names.items()
    }
    answer = run(page, "given", vectors, module="wire_primitives")
    assert all(answer["bech32m"]["valid"]) and not any(answer["bech32m"]["invalid"])
    assert all(answer["ed25519"])
    assert answer["hpke"] and all(each["all"] == each["expected"] for each in answer["hpke"])
    assert all(each["first"] == each["expected"][0] for each in answer["hpke"])
    same = dict(zip(vectors["jcs"]["cases"], answer["jcs"], strict=True))
    assert {name for name, each in same.items() if each["same"]} >= {"french", "unicode", "weird"}
    assert all(
        each["same"] or each["reason"] == "MALFORMED" for name, each in same.items() if name != "structures"
    )
    assert answer["rfc6962"] == vectors["rfc6962"]["roots_by_size"]


def test_values_without_a_canonical_form(page: Page) -> None:
    assert set(run(page, "refusedValues", module="wire_primitives")) == {"MALFORMED"}
    accepted = run(page, "acceptedValues", module="wire_primitives")
    assert accepted[:6] == ["9007199254740991", "-9007199254740991", "9007199254740991", "[]", "{}", "{}"]
    assert accepted[6:] == ['"\u2028\U0001f600"', '{"a":[true,false],"b":1}', "0"]


def test_builders_refuse_what_the_ledger_would(page: Page) -> None:
    assert run(page, "refusedBuilds", KINDS) == {
        "unknown field": "MALFORMED",
        "missing field": "MALFORMED",
        "float": "MALFORMED",
        "quantity beyond 2^53 - 1": "MALFORMED",
        "no notary": "MALFORMED",
        "holders do not add up": "HOLDERS_DO_NOT_ADD_UP",
        "more than authorised": "OVER_ISSUE",
        "input twice": "DUPLICATE_INPUT",
        "valid for two days": "BAD_VALIDITY",
    }


def test_imports_are_relative_and_end_with_a_semicolon() -> None:
    """Else Django's hashed file names silently leave them alone, and browsers mix old and new files."""
    for module in sorted((ROOT / "static" / "wallet").glob("*.js")):
        text = module.read_text()
        imports = re.findall(r"^(?:import|export)\b[^;]*?\bfrom\s+(\"[^\"]*\".?)", text, re.MULTILINE)
        assert len(imports) == text.count(' from "'), module
        assert all(re.fullmatch(r"\"\.\.?/[^\"]*\";", each) for each in imports), (module, imports)


def _stage(reason: str) -> str:
    """A reader may see that bytes are not canonical before it sees that they are malformed, or after."""
    return "MALFORMED" if reason == "NOT_CANONICAL" else reason


def _text(value: str) -> str:
    try:
        return bytes.fromhex(value).decode()
    except ValueError:
        return value
