"""A decision of the network from the operator's draft to the ledger: files, people with backups, commands."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError
from pytest_django.live_server_helper import LiveServer

from clients import decision
from clients.__main__ import main
from clients.api import NodeClient
from clients.backup import write_backup
from ledger import selectors
from ledger.node.files import Home, InstitutionCard, NodeCard, write
from tests.ledger.world import NodeTown
from tests.protocol.world import HOUSES, holder, institution

PHRASE = "correct horse"


@pytest.fixture
def node(shared_town: NodeTown) -> Home:
    """The CSD's, with the card that node_init would have written."""
    home = Home(settings.TALLYSTICK_HOME)
    card = InstitutionCard(card=shared_town.csd.card, holder=holder("csd"), name="csd", roles=("csd",))
    public = home.signing_key.verify_key.encode().hex()
    shown = NodeCard(inbox=home.config.inbox, institution=card, name="csd", node_key=public, validator=True)
    write(home.path("node-card.json"), shown)
    return home


def drafted(folder: Path, name: str, *words: str) -> Any:
    """What `manage.py govern` writes."""
    call_command("govern", name, *words, "--out", str(folder / "act.json"))
    return json.loads((folder / "act.json").read_text())


def people(folder: Path, name: str, chain: str) -> list[str]:
    """Two backup files of an institution's three people."""
    paths = []
    for number, member in enumerate(institution(name).members[:2]):
        path = folder / f"{name}-{number}.json"
        if not path.exists():
            write_backup(path, member, PHRASE, chain=chain, genesis="0" * 64)
        paths.append(str(path))
    return paths


def test_a_new_node_key_from_draft_to_restart(
    node: Home,
    shared_town: NodeTown,
    live_server: LiveServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("TALLYSTICK_PASSPHRASE", PHRASE)
    town, url, file = shared_town, f"{live_server.url}/api", str(tmp_path / "decision.json")
    act = drafted(tmp_path, "new-key")
    assert drafted(tmp_path, "new-key") == act, "the next key is made once"
    old = node.path("node.key").read_text()
    addresses = [institution(name).address for name in HOUSES[:3]]
    assert main(["draft", url, str(tmp_path / "act.json"), file, *addresses]) == 0
    for name in HOUSES[:3]:
        for backup in people(tmp_path, name, town.chain):
            assert main(["submit", url, file]) == 1, "somebody's signature is lacking"
            assert main(["sign", file, backup]) == 0
    said = capsys.readouterr()
    assert f"The validator csd votes with the key {act['node_key']}." in said.out
    assert "needs 1 more of its people's signatures" in said.err
    with pytest.raises(CommandError, match="does not give this node that key yet"):
        call_command("govern", "take-key")
    assert node.path("node.key").read_text() == old
    town.block(decision.put_together(NodeClient(url), decision.read(Path(file))))
    call_command("govern", "take-key")
    town.commit()
    (mine,) = [each for each in selectors.validators_at(town.height + 1) if each["name"] == "csd"]
    assert node.signing_key.verify_key.encode().hex() == mine["node_key"] == act["node_key"]
    assert not node.path("node.key.next").exists()
    with pytest.raises(CommandError, match="run `govern new-key` first"):
        call_command("govern", "take-key")


def test_every_other_act_is_drafted_as_the_protocol_has_it(
    node: Home, shared_town: NodeTown, tmp_path: Path
) -> None:
    joining = drafted(tmp_path, "add-this-node")["add"]
    assert (joining["name"], joining["institution"]) == ("csd", shared_town.csd.address)
    assert drafted(tmp_path, "remove", "--name", "csd") == {"act": "validators", "remove": "csd"}
    assert drafted(tmp_path, "upgrade", "--height", "99", "--to-version", "3") == {
        "act": "upgrade", "height": 99, "version": 3
    }  # fmt: skip
    offices = {"csd": "house", "regulator": "regulator", "central-bank": "central_bank"}
    words = [word for role, name in offices.items() for word in (f"--{role}", institution(name).address)]
    assert drafted(tmp_path, "roles", *words)["roles"]["csd"] == institution("house").address
    with pytest.raises(CommandError, match="checksum"):
        drafted(tmp_path, "roles", *words[:-1], words[-1][:-1])


@pytest.mark.parametrize("act", ["{}", '{"act": "abolish"}', "not JSON", '{"act": "validators", "fee": 1}'])
def test_what_is_no_act_is_a_sentence(
    shared_town: NodeTown,
    live_server: LiveServer,
    tmp_path: Path,
    act: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    (tmp_path / "act.json").write_text(act)
    words = [
        "draft",
        f"{live_server.url}/api",
        str(tmp_path / "act.json"),
        str(tmp_path / "d.json"),
        "tally1",
    ]
    assert main(words) == 1
    assert capsys.readouterr().err.strip()
    (tmp_path / "d.json").write_text(act)
    assert main(["submit", f"{live_server.url}/api", str(tmp_path / "d.json")]) == 1
