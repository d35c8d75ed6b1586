"""Making a node: its key, its broker's owner, its public card."""

import secrets
from pathlib import Path
from urllib.parse import urlsplit

from nacl.signing import SigningKey

from ledger.broker import OWNER
from ledger.guard import Guard
from ledger.node.files import (
    NAME,
    Home,
    InstitutionCard,
    NodeCard,
    NodeConfig,
    NodeError,
    read,
    write,
    write_bytes,
)
from ledger.node.peers import write_broker_users
from ledger.protocol.keys import address, check_card


def make_node(*, home: Home, name: str, inbox: str, validator: bool, institution_file: Path) -> NodeCard:
    """Make the home of a new node; one that has a key already is refused, because a key is never replaced."""
    if not NAME.match(name):
        raise NodeError(f"{name!r} is no node name: small letters, digits and _, a letter first, at most 32.")
    check_inbox(inbox)
    institution = read(institution_file, InstitutionCard)
    check_card(institution.card)
    if home.path("node.key").exists():
        raise NodeError(f"{home.folder} holds a node already.")
    key = SigningKey.generate()
    card = NodeCard(
        inbox=inbox,
        institution=institution,
        name=name,
        node_key=key.verify_key.encode().hex(),
        validator=validator,
    )
    config = NodeConfig(inbox=inbox, institution=address(institution.card), name=name, validator=validator)
    home.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    password = secrets.token_hex(24)
    write_bytes(home.path("broker.password"), f"{password}\n".encode(), private=True)
    write_bytes(home.path("node.env"), _environment(home, config, password), private=True)
    write(home.path("node.json"), config)
    write(home.path("node-card.json"), card)
    write_broker_users(home)
    Guard(home.folder).create()
    write_bytes(home.path("node.key"), f"{key.encode().hex()}\n".encode(), private=True)
    return card


def check_inbox(inbox: str) -> None:
    """An inbox is announced without credentials: each peer gets its own, privately."""
    parts = urlsplit(inbox)
    if parts.scheme != "redis" or not parts.hostname or not parts.port or parts.username or parts.password:
        raise NodeError(f"{inbox} is no inbox address: redis://host:port/0, without user and password.")


def _environment(home: Home, config: NodeConfig, password: str) -> bytes:
    """The settings of this node's processes; DATABASE_URL and the portal's address come from the operator."""
    broker = config.inbox.replace("redis://", f"redis://{OWNER}:{password}@", 1)
    lines = {
        "TALLYSTICK_NODE": config.name,
        "TALLYSTICK_HOME": home.folder.absolute(),
        "BROKER_URL": broker,
        "TALLYSTICK_SECRET_KEY": secrets.token_hex(32),
    }
    return "".join(f"{key}={value}\n" for key, value in lines.items()).encode()
