"""What a person is told before signing, and where keys are kept: the wallet's modules alone, in a real browser."""

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from clients import coins
from clients.coins import Coin
from portal.templatetags.words import refusal
from tests.browser.modules import ROOT, run
from tests.protocol.world import person

pytestmark = pytest.mark.browser

VECTORS = ROOT / "tests" / "vectors"
ADDRESS = re.compile(r"tally1[a-z0-9]{58}")
ISIN = "DE0007236101"
ALICE, BOB = "tally1" + "q" * 58, "tally1" + "p" * 58
NOW = 1_795_000_000
SIEMENS = {"name": "SIEMENS AG/NA", "decimals": 2, "version": 1, "value": {}}
RULE_BUILT = {"allot", "evidence"}


def transactions() -> list[dict[str, Any]]:
    """One and more of every kind and act, of both versions."""
    cases = [
        case
        for name in ("kinds", "kinds_2")
        for case in json.loads((VECTORS / f"{name}.json").read_text())["cases"]
    ]
    return [json.loads(bytes.fromhex(case["canonical"])) for case in cases]


def parts(page: Page, function: str, *arguments: Any) -> Any:
    return run(page, function, *arguments, module="wallet_parts")


def describe(page: Page, transaction: dict[str, Any], language: str = "en", **facts: Any) -> Any:
    return parts(page, "described", [transaction], facts, language, NOW)[0]


def transfer(*outputs: tuple[str, int], body: dict[str, Any] | None = None) -> dict[str, Any]:
    listed = [{"asset": f"{ISIN}.1", "owner": owner, "quantity": quantity} for owner, quantity in outputs]
    frame = {"chain": "demo-0123456789abcdef", "from": NOW, "expires": NOW + 600, "kind": "transfer"}
    return {**frame, "body": body or {}, "inputs": [f"{'6f' * 32}:0"], "outputs": listed}


def leaves(value: Any) -> Iterator[Any]:
    """Every text and number in a value, whatever its depth."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from leaves(item)
    else:
        yield value


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_kind_is_told_whole(page: Page, language: str) -> None:
    """No address, identifier or person's text of what is signed is missing from the table."""
    listed = transactions()
    acts = {each["body"]["basis"]: each["body"] for each in listed if "basis" in each["body"]}
    given = next(each["body"]["act"] for each in listed if each["kind"] == "propose")
    facts = {"acts": dict.fromkeys(acts, given)}
    for transaction, told in zip(listed, parts(page, "described", listed, facts, language, NOW), strict=True):
        assert told["blocked"] == (transaction["kind"] in RULE_BUILT), transaction["kind"]
        if told["blocked"]:
            continue
        table = " ".join(f"{row['label']} {row['value']}" for row in told["rows"])
        assert told["title"] and told["sentence"]
        assert not re.search(r"undefined|\[object|null|NaN", f"{table} {told['sentence']}")
        signed = {"body": transaction["body"], "outputs": transaction["outputs"]}
        for leaf in {each for each in leaves(signed) if isinstance(each, str) and ADDRESS.fullmatch(each)}:
            assert leaf in table, (transaction["kind"], leaf)


@pytest.mark.parametrize("field", ["fisn", "isin", "lei", "cfi"])
def test_every_term_of_a_registration_is_in_the_table(page: Page, field: str) -> None:
    proposal = next(each for each in transactions() if each["body"].get("act", {}).get("act") == "register")
    told = describe(page, proposal)
    values = [row["value"] for row in told["rows"]]
    act = proposal["body"]["act"]
    assert act[field] in values
    assert {document["digest"] for document in act["documents"]} <= set(values)
    assert {term["text"] for term in act["terms"]} <= set(values)
    assert f"({act['isin']})" in told["sentence"] and act["fisn"] in told["sentence"]


def test_a_transfer_in_one_sentence(page: Page) -> None:
    told = describe(page, transfer((BOB, 120_000), (ALICE, 7)), own=[ALICE], instruments={ISIN: SIEMENS})
    assert told["sentence"] == f"Transfer 1,200.00 SIEMENS AG/NA ({ISIN}) to {BOB}."
    assert told["warnings"] == []
    rows = [(row["label"], row["value"]) for row in told["rows"]]
    assert rows[:3] == [
        ("To", BOB),
        ("Quantity", f"1,200.00 SIEMENS AG/NA ({ISIN})"),
        ("Stays in your wallet", f"0.07 SIEMENS AG/NA ({ISIN})"),
    ]
    chinese = describe(page, transfer((BOB, 120_000)), "zh-hans", own=[ALICE], instruments={ISIN: SIEMENS})
    assert chinese["sentence"] == f"将 1,200.00 SIEMENS AG/NA ({ISIN}) 过户给 {BOB}。"


def test_what_is_not_proven_is_shown_bare(page: Page) -> None:
    told = describe(page, transfer((BOB, 120_000)), own=[ALICE])
    assert told["sentence"] == f"Transfer 120,000 smallest units of {ISIN}.1 to {BOB}."
    assert told["warnings"] == [
        f"Name and decimals of {ISIN} could not be proven: quantities are in smallest units."
    ]


def test_a_label_never_stands_for_an_address(page: Page) -> None:
    told = describe(
        page, transfer((BOB, 100)), own=[ALICE], instruments={ISIN: SIEMENS}, labels={BOB: "Anna"}
    )
    assert BOB in told["sentence"] and "Anna" not in told["sentence"]
    assert told["rows"][0] == {"label": "To", "value": BOB, "kind": "address", "name": "your label: “Anna”"}
    assert "compare the whole address" in told["warnings"][0]


def test_several_receivers_are_all_in_the_sentence(page: Page) -> None:
    told = describe(page, transfer((BOB, 100), (ALICE, 200), (BOB, 300)), instruments={ISIN: SIEMENS})
    name = f"SIEMENS AG/NA ({ISIN})"
    assert told["sentence"] == f"Transfer to 2 wallets: 4.00 {name} to {BOB}; 2.00 {name} to {ALICE}."


def test_to_oneself_is_said_so(page: Page) -> None:
    told = describe(page, transfer((ALICE, 100)), own=[ALICE], instruments={ISIN: SIEMENS})
    assert told["title"] == "To yourself" and "nothing leaves your wallet" in told["sentence"]


def test_an_approval_is_signed_only_with_its_act_in_sight(page: Page) -> None:
    approval = next(each for each in transactions() if each["kind"] == "approve")
    blind = describe(page, approval)
    assert blind["blocked"] and "could not be shown" in blind["warnings"][0]
    act = next(each["body"]["act"] for each in transactions() if each["kind"] == "propose")
    seen = describe(page, approval, acts={approval["body"]["basis"]: act})
    assert not seen["blocked"] and act["isin"] in seen["sentence"]


def test_what_has_lapsed_is_said(page: Page) -> None:
    late = {**transfer((BOB, 100)), "expires": NOW}
    assert "Its time has passed: nobody can commit it any more." in describe(page, late)["warnings"]


def test_quantities(page: Page) -> None:
    written = parts(page, "quantities", [(0, 0), (7, 2), (1234567, 0), (1234567, 2), (2**53 - 1, 8)])
    assert written == ["0", "0.07", "1,234,567", "12,345.67", "90,071,992.54740991"]
    texts = [
        ("1,200", 0),
        ("1,200.5", 2),
        ("1200.50", 2),
        ("1.005", 2),
        ("12,00", 0),
        ("0", 0),
        ("-1", 0),
        ("1e3", 0),
    ]
    assert parts(page, "typed", texts) == [1200, 120_050, 120_050, None, None, None, None, None]


def test_keys_at_rest_are_a_backup_and_handles(page: Page) -> None:
    said = parts(page, "keyringStory", {"chain": "test-0123456789abcdef", "genesis": "ab" * 32})
    assert (said["before"], said["refused"], said["after_refusal"]) == (0, "MALFORMED", 0)
    assert said["open"] and said["extractable"] == [False, False]
    assert said["locked"] is None and said["wrong"] == "MALFORMED" and said["unlocked"] and said["same_file"]
    assert "wrapped" in said["at_rest"] and "pkcs8" not in said["at_rest"]
    assert parts(page, "isOpen")
    page.evaluate("sessionStorage.clear()")
    assert not parts(page, "isOpen"), "another tab must ask for the passphrase"
    assert parts(page, "afterForgetting", said["address"]) == [0, False]


def payment(dice: random.Random) -> dict[str, Any]:
    """Up to 300 outputs, some of another asset, held or locked, and a payment that they may not suffice for."""
    count = dice.choice([1, 3, 9, 20, 300])
    owned = [
        {
            "outpoint": f"{number:064x}:0",
            "asset": f"{ISIN}.{dice.choice([1, 1, 1, 2])}",
            "owner": ALICE,
            "quantity": dice.randint(1, 50),
            **({"locked_until": dice.choice([NOW - 1, NOW + 1])} if dice.random() < 0.2 else {}),
            **({"hold": {"for": BOB, "kind": "allotment"}} if dice.random() < 0.1 else {}),
        }
        for number in range(count)
    ]
    return {"asset": f"{ISIN}.1", "at": NOW, "coins": owned, "quantity": dice.randint(1, 10 * count)}


def test_the_page_spends_the_coins_that_programs_would(page: Page) -> None:
    dice = random.Random(4)
    payments = [payment(dice) for _ in range(60)]
    expected: list[list[str] | None] = []
    for each in payments:
        owned = [Coin.parse(row) for row in each["coins"]]
        try:
            chosen = coins.select(owned, each["asset"], each["quantity"], at=NOW)
            expected.append([coin.outpoint for coin in chosen])
        except coins.NotEnough:
            expected.append(None)
    assert parts(page, "selected", payments) == expected
    assert None in expected and any(chosen and len(chosen) > 10 for chosen in expected)


def test_an_address_in_what_was_pasted(page: Page) -> None:
    right = person("ann").address
    texts = [right, f"  {right}\n", f"tallystick:{right}?quantity=5", right.upper()]
    assert parts(page, "addressesIn", texts) == [right] * 4
    wrong = ["", "tally1", right[:-1], right + "q", right[:-1] + ("q" if right[-1] != "q" else "p")]
    assert parts(page, "addressesIn", wrong) == ["MALFORMED"] * 5


def test_times_in_refusals_are_written_for_people(page: Page) -> None:
    """The API's sentences have UTC seconds; the page's words are those of `portal.templatetags.words.refusal`."""
    details = [
        "The units are locked up until 1790000000 (UTC seconds).",
        "Valid until 1790000000 (UTC seconds); it is 1790000001 (UTC seconds) now.",
        "The units are locked up until 9007199254740991 (UTC seconds).",
        "Inputs have 1790000000 of X, outputs 1790000001.",
    ]
    told = parts(page, "refusalWords", [{"reason": "LOCKED", "detail": each} for each in details], False)
    assert told == [refusal("LOCKED", each) for each in details]
    assert told[0] == "The units are locked up until 2026-09-21 14:13:20 UTC."
    assert told[1] == "Valid until 2026-09-21 14:13:20 UTC; it is 2026-09-21 14:13:21 UTC now."
    assert told[2].endswith("until 9999-12-31 23:59:59 UTC.") and told[3] == details[3]
    assert parts(page, "refusalWords", [{"reason": None, "detail": None}, {}], False) == ["", ""]
    chinese = parts(page, "refusalWords", [{"reason": "LOCKED", "detail": details[0]}], True)
    assert chinese == ["这些份额尚在限售期内。"]
