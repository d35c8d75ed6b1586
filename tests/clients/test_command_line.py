"""A wallet on the command line, with a backup file as key."""

import json
from pathlib import Path
from typing import Any

import pytest

from clients.__main__ import main
from clients.backup import write_backup
from clients.keys import generate

CHAIN = "demo-0123456789abcdef"
ALICE, BOB = generate(), generate()
ROW = {"asset": "DE0007236101.1", "quantity": 1_500, "outpoint": "0" * 64 + ":0"}


@pytest.fixture(name="backup")
def backup_fixture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TALLYSTICK_PASSPHRASE", "correct horse")
    write_backup(tmp_path / "alice.json", ALICE, "correct horse", chain=CHAIN, genesis="0" * 64)
    return str(tmp_path / "alice.json")


@pytest.fixture(name="node")
def node_fixture(serve: Any) -> Any:
    return serve(
        {
            ("GET", "/api/network"): [(200, {"chain": CHAIN})],
            ("POST", "/api/tokens"): [(200, {"token": "secret"})],
            ("GET", f"/api/wallets/{ALICE.address}/outputs"): [(200, [ROW])],
            ("POST", "/api/transactions"): [(200, {"answers": [{"status": "committed", "height": 4}]})],
            ("GET", "/api/transactions/00"): [(200, {"status": "void", "reason": "SPENT"})],
            ("GET", "*"): [(200, {"status": "committed", "height": 4})],
        }
    )


def test_holdings_are_summed_by_asset(node: Any, backup: str, capsys: pytest.CaptureFixture[str]):
    assert main(["holdings", node.url, backup]) == 0
    assert capsys.readouterr().out.split() == ["1,500", "DE0007236101.1"]


def test_a_payment_that_cannot_be_made_is_a_sentence(
    node: Any, backup: str, capsys: pytest.CaptureFixture[str]
):
    assert main(["send", node.url, backup, ROW["asset"], "1501", BOB.address]) == 1  # type: ignore[list-item]
    assert "1500 free" in capsys.readouterr().err
    assert node.count("POST", "/api/transactions") == 0


def test_a_payment_is_signed_and_submitted_with_its_change(node: Any, backup: str):
    assert main(["send", node.url, backup, ROW["asset"], "600", BOB.address]) == 0  # type: ignore[list-item]
    body = next(body for method, path, body, _ in node.seen if path == "/api/transactions")
    outputs = json.loads(body)["transactions"][0]["transaction"]["outputs"]
    assert [(each["owner"], each["quantity"]) for each in outputs] == [
        (BOB.address, 600),
        (ALICE.address, 900),
    ]


def test_a_status_is_printed(node: Any, capsys: pytest.CaptureFixture[str]):
    assert main(["status", node.url, "00"]) == 0
    assert capsys.readouterr().out == "void SPENT\n"


def test_another_passphrase_is_a_sentence(node: Any, backup: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("TALLYSTICK_PASSPHRASE", "wrong")
    assert main(["holdings", node.url, backup]) == 1
