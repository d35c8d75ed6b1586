"""A network is founded by files: init, propose, sign, join, invite, accept; each wrong one is told."""

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from demo.founders import founder
from ledger.node import founding
from ledger.node.files import GenesisSignature, Home, NodeCard, read, write
from ledger.protocol.encoding import canonical
from ledger.protocol.genesis import chain_id
from tests.protocol.world import NEWEST

NAMES = ("csd", "regulator", "exchange", "central_bank", "issuer")
VALIDATORS = NAMES[:4]


@pytest.fixture
def nodes(tmp_path: Path) -> dict[str, Home]:
    """Five homes, their genesis at `tmp_path/genesis.json`, signed by the four validators."""
    for port, name in enumerate(NAMES, start=7001):
        init(tmp_path, name, port)
    homes = {name: Home(tmp_path / name) for name in NAMES}
    propose(tmp_path)
    for name in VALIDATORS:
        call_command("genesis_sign", genesis=tmp_path / "genesis.json", home=tmp_path / name)
    return homes


def init(folder: Path, name: str, port: int = 7000, change: dict[str, object] | None = None) -> None:
    institution = folder / f"{name}-institution.json"
    if not institution.exists():
        write(institution, founder(name, folder / "founders").card)
    inbox = f"redis://127.0.0.1:{port}/0"
    given = {"name": name, "inbox": inbox, "validator": name in VALIDATORS, **(change or {})}
    call_command("node_init", home=folder / name, institution_card=institution, **given)


def propose(folder: Path, names: tuple[str, ...] = VALIDATORS, label: str = "demo-test") -> None:
    cards = [folder / name / "node-card.json" for name in names]
    call_command("genesis_propose", cards=cards, label=label, time=1_700_000_000, out=folder / "genesis.json")


def join(
    home: Home, *, without: str = "", change: Callable[[GenesisSignature], GenesisSignature] | None = None
):
    folder = home.folder.parent
    paths = [folder / name / "genesis-signature.json" for name in VALIDATORS if name != without]
    signatures = [read(path, GenesisSignature) for path in paths]
    if change:
        signatures[0] = change(signatures[0])
    cards = [read(folder / name / "node-card.json", NodeCard) for name in NAMES]
    genesis = founding.read_genesis(folder / "genesis.json")
    return founding.join(home=home, genesis=genesis, signatures=signatures, cards=cards)


def test_five_nodes_found_a_network(nodes: dict[str, Home], tmp_path: Path) -> None:
    genesis = founding.read_genesis(tmp_path / "genesis.json")
    for name, home in nodes.items():
        network = join(home)
        assert network.chain == chain_id(genesis)
        assert network.chain.startswith("demo-test-")
        assert [node.name for node in network.nodes] == sorted(NAMES)
        assert home.config.validator == (name in VALIDATORS)
        assert home.path("genesis.json").read_bytes() == canonical(genesis)
    assert [validator.name for validator in genesis.validators] == list(VALIDATORS)
    assert len(genesis.institutions) == len(VALIDATORS)


def test_secrets_are_for_their_owner_only_and_cards_hold_none(nodes: dict[str, Home]) -> None:
    home = nodes["csd"]
    for name in ("node.key", "broker.password", "node.env", "broker.acl"):
        assert stat.S_IMODE(home.path(name).stat().st_mode) == 0o600
    card = home.path("node-card.json").read_text()
    assert home.path("node.key").read_text().strip() not in card
    assert home.broker_password not in card


def test_a_key_is_never_replaced(nodes: dict[str, Home], tmp_path: Path) -> None:
    before = nodes["csd"].path("node.key").read_text()
    with pytest.raises(CommandError, match="holds a node already"):
        init(tmp_path, "csd")
    assert nodes["csd"].path("node.key").read_text() == before


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"name": "CSD"}, "'CSD' is no node name"),
        ({"name": "../csd"}, "is no node name"),
        ({"inbox": "redis://127.0.0.1"}, "is no inbox address"),
        ({"inbox": "redis://owner:secret@127.0.0.1:1/0"}, "is no inbox address"),
        ({"inbox": "http://127.0.0.1:80"}, "is no inbox address"),
    ],
)
def test_wrong_names_and_inboxes(tmp_path: Path, options: dict[str, object], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        init(tmp_path, "csd", change=options)
    assert not (tmp_path / "csd" / "node.key").exists()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("{}", "is not the file that is needed here"),
        ("not json", "is not the file that is needed here"),
        ("\udcff", "is not the file that is needed here"),
        (None, "cannot be read: No such file"),
    ],
)
def test_wrong_institution_files(tmp_path: Path, content: str | None, sentence: str) -> None:
    if content is not None:
        (tmp_path / "csd-institution.json").write_bytes(content.encode(errors="surrogateescape"))
    with pytest.raises(CommandError, match=sentence):
        call_command(
            "node_init",
            home=tmp_path / "csd",
            name="csd",
            inbox="redis://127.0.0.1:1/0",
            institution_card=tmp_path / "csd-institution.json",
        )


def test_a_genesis_needs_each_authority_once(nodes: dict[str, Home], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="one institution with the role regulator; these cards name 0"):
        propose(tmp_path, ("csd", "exchange", "central_bank"))
    with pytest.raises(CommandError, match="Two validators share it"):
        propose(tmp_path, (*VALIDATORS, "csd"))


def test_a_real_network_needs_four_validators(nodes: dict[str, Home], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="needs 4 validators; these are 3"):
        propose(tmp_path, ("csd", "regulator", "central_bank"), label="main")
    with pytest.raises(CommandError, match="This is not a genesis"):
        propose(tmp_path, label="Main Network")


def test_the_genesis_is_signed_by_its_validators_only(nodes: dict[str, Home], tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"does not name this node \(issuer\)"):
        call_command("genesis_sign", genesis=tmp_path / "genesis.json", home=tmp_path / "issuer")
    with pytest.raises(CommandError, match="is not a node's home"):
        call_command("genesis_sign", genesis=tmp_path / "genesis.json", home=tmp_path)


FOUNDED, NEXT = (b'"version":%d' % version for version in (NEWEST, NEWEST + 1))


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (lambda raw: raw + b"\n", "is not a genesis"),
        (lambda raw: raw.replace(b'"label"', b'"lable"'), "is not a genesis"),
        (lambda raw: raw.replace(FOUNDED, NEXT), "is not a genesis"),
        (lambda raw: raw[:-2], "is not a genesis"),
    ],
)
def test_an_altered_genesis_is_refused(
    nodes: dict[str, Home], tmp_path: Path, edit: Callable[[bytes], bytes], sentence: str
) -> None:
    path = tmp_path / "genesis.json"
    path.write_bytes(edit(path.read_bytes()))
    with pytest.raises(CommandError, match=sentence):
        call_command("genesis_sign", genesis=path, home=tmp_path / "csd")


def test_every_validator_must_have_signed_this_genesis(nodes: dict[str, Home], tmp_path: Path) -> None:
    home = nodes["issuer"]
    with pytest.raises(founding.NodeError, match="regulator has not signed"):
        join(home, without="regulator")
    with pytest.raises(founding.NodeError, match="The signature of csd on the genesis is false"):
        join(
            home, change=lambda one: GenesisSignature(genesis=one.genesis, node=one.node, signature="00" * 64)
        )
    other = [GenesisSignature(genesis="00" * 32, node=name, signature="00" * 64) for name in VALIDATORS]
    with pytest.raises(founding.NodeError, match="csd signed another genesis"):
        join(home, change=lambda _: other[0])
    assert not home.path("network.json").exists()


def test_a_node_stays_with_its_network(nodes: dict[str, Home], tmp_path: Path) -> None:
    join(nodes["csd"])
    join(nodes["csd"])
    propose(tmp_path, label="demo-other")
    for name in VALIDATORS:
        call_command("genesis_sign", genesis=tmp_path / "genesis.json", home=tmp_path / name)
    with pytest.raises(founding.NodeError, match="has joined another network already"):
        join(nodes["csd"])


def test_a_stolen_name_is_noticed(nodes: dict[str, Home], tmp_path: Path) -> None:
    init(tmp_path / "impostor", "csd")
    false = tmp_path / "impostor" / "csd" / "node-card.json"
    (tmp_path / "csd" / "node-card.json").write_bytes(false.read_bytes())
    with pytest.raises(founding.NodeError, match="The card of csd and the genesis disagree"):
        join(nodes["regulator"])


def test_a_key_that_the_network_has_changed_is_taken_where_that_is_said(
    nodes: dict[str, Home], tmp_path: Path
) -> None:
    init(tmp_path / "later", "csd")
    new = read(tmp_path / "later" / "csd" / "node-card.json", NodeCard)
    write(tmp_path / "csd" / "node-card.json", new)
    genesis = founding.read_genesis(tmp_path / "genesis.json")
    given = {
        "home": nodes["regulator"],
        "genesis": genesis,
        "signatures": [
            read(tmp_path / name / "genesis-signature.json", GenesisSignature) for name in VALIDATORS
        ],
        "cards": [read(tmp_path / name / "node-card.json", NodeCard) for name in NAMES],
    }
    with pytest.raises(founding.NodeError, match="The card of csd and the genesis disagree"):
        founding.join(**given, changed=["exchange"])
    joined = founding.join(**given, changed=["csd"])
    assert next(node.node_key for node in joined.nodes if node.name == "csd") == new.node_key


def test_an_invitation_is_for_one_peer(nodes: dict[str, Home], tmp_path: Path) -> None:
    out = tmp_path / "csd-for-exchange.json"
    call_command("invite", home=tmp_path / "csd", peer="exchange", out=out)
    first = out.read_bytes()
    call_command("invite", home=tmp_path / "csd", peer="exchange", out=out)
    assert out.read_bytes() == first
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="invites exchange, and this node is regulator"):
        call_command("accept", out, home=tmp_path / "regulator")
    call_command("accept", out, home=tmp_path / "exchange")
    kept = json.loads((tmp_path / "exchange" / "peers" / "csd.json").read_text())
    assert kept["queue"] == "node.csd.from.exchange"
    assert kept["broker"].startswith("redis://peer-exchange:")
    assert kept["broker"].endswith("@127.0.0.1:7001/0")
    assert "user peer-exchange on #" in (tmp_path / "csd" / "broker.acl").read_text()


@pytest.mark.parametrize("peer", ["csd", "../../root", "a b", ""])
def test_whom_a_node_does_not_invite(nodes: dict[str, Home], tmp_path: Path, peer: str) -> None:
    with pytest.raises(CommandError):
        call_command("invite", home=tmp_path / "csd", peer=peer, out=tmp_path / "out.json")
    assert not (tmp_path / "out.json").exists()
