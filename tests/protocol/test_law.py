"""docs/protocol.md and the code have the same reasons, refusal codes and limits."""

import re
from pathlib import Path
from typing import get_args

from ledger.protocol import validators
from ledger.protocol.reasons import SENTENCES, Reason
from ledger.protocol.transactions.decide import RefusalCode
from ledger.protocol.transactions.evidence import BLOCK_EVIDENCE

ROOT = Path(__file__).resolve().parent.parent.parent
LAW = (ROOT / "docs" / "protocol.md").read_text()


def test_every_reason_stands_in_the_law_with_its_code() -> None:
    section = LAW.partition("## 9 Reasons")[2].partition("## 10")[0]
    lines = re.findall(r"^\| (`[A-Z_` ]+`) \| (`[A-Z`/]+`) \|", section, re.MULTILINE)
    listed = {
        reason: set(re.findall("[A-Z]{4}", codes)) for reasons, codes in lines for reason in reasons.split()
    }
    expected = {f"`{reason}`": SENTENCES[reason][0] for reason in Reason}
    assert listed.keys() == expected.keys()
    assert {reason for reason, code in expected.items() if code not in listed[reason]} == set()


def test_refusal_codes_are_those_of_the_law_and_of_the_wallet() -> None:
    codes = " ".join(get_args(RefusalCode))
    assert f"`{codes}`" in LAW
    assert f'"{codes}"' in (ROOT / "static" / "wallet" / "shapes.js").read_text()


def test_limits_of_version_2() -> None:
    assert f"validators {validators.FEWEST} to {validators.MOST}" in LAW
    assert f"block 2,000 transactions, 4 MB, {BLOCK_EVIDENCE} evidence" in LAW
