"""The acts of `govern` that change who votes and who the authorities are, and what a node key signs for them."""

from clients.build import Json
from clients.keys import sign
from ledger.protocol.governance import possession_message


def add_validator(*, institution: str, name: str, node_key: str, proof: str) -> Json:
    """One validator more; its institution signs the transaction too."""
    added = {"institution": institution, "name": name, "node_key": node_key, "proof": proof}
    return {"act": "validators", "add": added}


def remove_validator(name: str) -> Json:
    """One validator less; its institution is not asked."""
    return {"act": "validators", "remove": name}


def new_node_key(name: str, *, node_key: str, proof: str) -> Json:
    """A validator goes on with another key; its institution signs the transaction too."""
    return {"act": "node_key", "name": name, "node_key": node_key, "proof": proof}


def set_roles(*, csd: str, regulator: str, central_bank: str) -> Json:
    """Who the authorities are; whoever becomes one signs the transaction too."""
    return {"act": "roles", "roles": {"central_bank": central_bank, "csd": csd, "regulator": regulator}}


def upgrade(*, height: int, version: int) -> Json:
    """The next protocol version, in force from this height on."""
    return {"act": "upgrade", "height": height, "version": version}


def prove(chain: str, name: str, node_key: str, private: bytes) -> str:
    """The node key's own signature that it votes under this name on this chain."""
    return sign(private, possession_message(chain, name, node_key)).hex()
