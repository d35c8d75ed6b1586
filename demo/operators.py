"""Who signs in on the demonstration's portals, with which password and which wallet's backup."""

import json
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from clients.keys import Wallet
from clients.signing import token_request
from demo.network import Network
from demo.node import ROOT, Node
from demo.people import PEOPLE, Person
from demo.script import load
from demo.wallets import PASSPHRASE, Vault
from embedded.postgres import write_private
from embedded.trouble import Trouble
from ledger.node.files import read
from ledger.protocol.encoding import canonical
from ledger.protocol.genesis import Genesis, genesis_digest


def ensure_people(network: Network) -> str:
    """Make the accounts that are not there yet, each linked to its wallet; a table of them."""
    vault = open_vault(network)
    names = {each["key"]: each["name"] for each in _participants()}
    said = {
        node: [_described(network, vault, names, node, each) for each in people]
        for node, people in PEOPLE.items()
    }
    with ThreadPoolExecutor(len(said)) as pool:
        list(pool.map(lambda node: _make(network.nodes[node], said[node]), said))
    return table(network, vault)


def table(network: Network, vault: Vault) -> str:
    """Who signs in where: for people, one a line."""
    rows = [
        f"  {network.url(node):<23}{each.name:<13}{each.institution:<16}{each.mandate:<9}{vault.path(each.wallet).name}"
        for node, people in PEOPLE.items()
        for each in people
    ]
    return "\n".join(
        [
            f"\n  {'Portal':<23}{'Name':<13}{'Institution':<16}{'Mandate':<9}Wallet",
            *rows,
            f"  Passwords               {network.home}/<node>/people/<name>.password",
            f"  Backups of wallets      {network.home}/wallets, passphrase: {PASSPHRASE}",
        ]
    )


def open_vault(network: Network) -> Vault:
    """Everybody's backups, those of the founders' people among them."""
    genesis = genesis_digest(read(network.genesis, Genesis)).hex()
    vault = Vault(network.home / "wallets", chain=network.chain, genesis=genesis)
    for node in network.nodes:
        for number, wallet in enumerate(network.founder(node).wallet.members, start=1):
            if any(each.wallet == f"{node} {number}" for people in PEOPLE.values() for each in people):
                vault.keep(f"{node} {number}", wallet)
    return vault


def password_file(network: Network, node: str, name: str) -> Path:
    """Where the password of a person of the demonstration lies."""
    return network.nodes[node].home.path("people") / f"{name}.password"


def _described(
    network: Network, vault: Vault, names: dict[str, str], node: str, person: Person
) -> dict[str, Any]:
    kept = password_file(network, node, person.name)
    if not kept.exists():
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        write_private(kept, secrets.token_urlsafe(18))
    wallet = vault.people([person.wallet])[person.wallet]
    return {
        "name": person.name,
        "password": kept.read_text().strip(),
        "mandate": person.mandate,
        "is_administrator": person.is_administrator,
        "organisation": _organisation(network, vault, names, node, person),
        "label": person.wallet,
        "proof": _proof(network, wallet),
    }


def _organisation(
    network: Network, vault: Vault, names: dict[str, str], node: str, person: Person
) -> dict[str, str] | None:
    """None: the node's own institution."""
    if person.institution == "person":
        return {"name": person.wallet, "address": ""}
    if person.institution == node:
        return None
    if person.institution in network.nodes:
        founder = network.founder(person.institution)
        return {"name": founder.name, "address": founder.wallet.address}
    return {"name": names[person.institution], "address": vault.institution(person.institution).address}


def _proof(network: Network, wallet: Wallet) -> Any:
    """What the wallet's page would send: that whoever makes the link holds the key."""
    return json.loads(canonical(token_request(network.chain, wallet, int(time.time()))))


def _make(node: Node, people: list[dict[str, Any]]) -> None:
    command = [sys.executable, str(ROOT / "manage.py"), "create_people"]
    done = subprocess.run(
        command, env=node.environment(), cwd=ROOT, capture_output=True, text=True, input=json.dumps(people)
    )
    if done.returncode:
        raise Trouble(
            f"No accounts could be made on {node.name}: {done.stderr.strip() or done.stdout.strip()}"
        )


def _participants() -> list[dict[str, str]]:
    return [{"key": each.key, "name": each.name} for each in load().participants]
