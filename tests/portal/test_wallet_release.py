"""The wallet's release: what pages run is in it, and anybody can recompute its digest with sha256sum."""

import hashlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from portal import release
from portal.views.release import current
from tests.ledger.world import NodeTown

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = {"wallet/keys.js": "wallet/keys.0123456789ab.js", "css/base.css": "css/base.aa.css"}


@pytest.fixture
def collected(settings: Settings, tmp_path: Path) -> Iterator[Path]:
    """Two collected files, one of them a script."""
    static = tmp_path / "static"
    for served in FILES.values():
        (static / served).parent.mkdir(parents=True)
        (static / served).write_text(f"/* {served} */")
    (static / "staticfiles.json").write_text(json.dumps({"paths": FILES, "version": "1.1", "hash": "x"}))
    settings.STATIC_ROOT = static
    hashed = {"BACKEND": "portal.storage.HashedStaticFiles"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": hashed}
    current.cache_clear()
    yield tmp_path
    current.cache_clear()


def test_the_list_is_what_sha256sum_checks(client: Client, collected: Path) -> None:
    answer = client.get("/wallet/release.txt")
    digest = hashlib.sha256(answer.content).hexdigest()
    assert answer.content.decode().split()[1:] == ["static/wallet/keys.0123456789ab.js"]
    assert answer.headers["Cache-Control"] == "no-cache"
    checked = subprocess.run(
        ["sha256sum", "--strict", "-c", "-"],
        cwd=collected,
        input=answer.content,
        capture_output=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout
    again = client.get("/wallet/release.txt", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304 and answer.headers["ETag"] == f'"{digest}"'


def test_the_command_says_the_same(
    client: Client, collected: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("wallet_release")
    listed = client.get("/wallet/release.txt").content
    assert capsys.readouterr().out == f"{listed.decode()}\nRelease {hashlib.sha256(listed).hexdigest()}\n"
    call_command("wallet_release", "--digest")
    assert capsys.readouterr().out == f"{hashlib.sha256(listed).hexdigest()}\n"


def test_without_collected_files_there_is_none() -> None:
    with pytest.raises(CommandError, match="make frontend"):
        call_command("wallet_release")


def test_every_page_leads_to_it(client: Client, town: NodeTown) -> None:
    assert 'href="/wallet/release/"' in client.get("/network/").content.decode()
    assert client.get("/wallet/release/").status_code == 200


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=lambda path: path.name)
def test_every_script_of_a_page_is_in_it(path: Path) -> None:
    """Else the worker would refuse it."""
    scripts = re.findall(r'static "([^"]+\.m?js)"', path.read_text())
    assert [each for each in scripts if not release.belongs(each)] == []
