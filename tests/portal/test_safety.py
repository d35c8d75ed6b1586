"""What the portal sends and what it refuses to start with: policy, cookies, headers, no inline code anywhere."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from ledger.node.files import Network, write
from tests.ledger.world import NodeTown

ROOT = Path(__file__).resolve().parent.parent.parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
MODULES = sorted([*(ROOT / "static" / "js").glob("*.js"), *(ROOT / "static" / "wallet").glob("*.js")])
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:|\bhx-on|\bhx-vars", re.IGNORECASE
)


def manage(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`manage.py` in a process whose environment is a node's."""
    node = {"TALLYSTICK_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"}
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT, env=os.environ | node | environment, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_deployment_check_finds_nothing():
    done = manage("check", "--deploy", "--fail-level", "WARNING", TALLYSTICK_ORIGIN="https://csd.example")
    assert done.returncode == 0, done.stderr


def test_plain_http_is_for_this_machine_only():
    done = manage("check", TALLYSTICK_ORIGIN="http://csd.example")
    assert done.returncode != 0 and "must be https outside this machine" in done.stderr


@pytest.mark.parametrize(
    ("chain", "starts"), [("demo-0123456789abcdef", False), ("market-0123456789abcdef", True)]
)
def test_a_demonstration_is_never_served_to_the_world(tmp_path: Path, chain: str, starts: bool):
    write(tmp_path / "network.json", Network(chain=chain, nodes=()))
    here = {"TALLYSTICK_HOME": str(tmp_path)}
    done = manage("check", TALLYSTICK_ORIGIN="https://csd.example", **here)
    assert (done.returncode == 0) is starts
    assert starts or "This node is on a demonstration's chain" in done.stderr
    assert manage("check", TALLYSTICK_ORIGIN="http://localhost:8000", **here).returncode == 0


def test_every_page_carries_the_policy(client: Client, town: NodeTown):
    for path in ("/", "/nowhere/", "/api/network"):
        answer = client.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert (
            "default-src 'none'" in policy and "script-src 'self'" in policy and "style-src 'self'" in policy
        )
        assert "unsafe" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_hold_no_inline_code(path: Path):
    assert INLINE.findall(path.read_text()) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_every_import_ends_with_a_semicolon(path: Path):
    """Otherwise Django leaves the import unhashed, silently, and browsers may mix two releases."""
    statements = re.findall(r"^(?:import|export)\b[^;]*?from\s*\"[^\"]+\".*$", path.read_text(), re.MULTILINE)
    assert all(statement.rstrip().endswith('";') for statement in statements), statements


def test_the_lock_file_names_no_address():
    lock = (ROOT / "package-lock.json").read_text()
    assert '"resolved"' not in lock and "://" not in re.sub(r'"(funding|url)":[^\n]*', "", lock)


def test_htmx_evaluates_nothing():
    base = (ROOT / "templates" / "base.html").read_text()
    assert '"allowEval": false' in base and '"includeIndicatorStyles": false' in base


def test_a_failure_shows_our_page(client: Client, town: NodeTown, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr("portal.views.home._context", fail)
    client.raise_request_exception = False
    answer = client.get("/")
    assert answer.status_code == 500 and "Something failed on this node" in answer.content.decode()


def test_a_request_from_another_host_is_not_answered(client: Client, town: NodeTown):
    answer = client.get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400 and "could not be read" in answer.content.decode()
