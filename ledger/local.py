"""Who this node is: its name, key, chain and peers, read once from its home folder."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from nacl.signing import SigningKey

from ledger.node.files import Home


@dataclass(frozen=True)
class Local:
    """This node and what it knows its peers by."""

    name: str
    chain: str
    key: SigningKey
    peer_keys: dict[str, bytes]

    @property
    def public(self) -> str:
        """The public half of the node key, hex."""
        return self.key.verify_key.encode().hex()

    def sign(self, message: bytes) -> str:
        """The node key's signature, hex."""
        return self.key.sign(message).signature.hex()


def local() -> Local:
    """This process's node."""
    return _load(settings.TALLYSTICK_HOME)


@lru_cache
def _load(folder: Path) -> Local:
    home = Home(folder)
    name, network = home.config.name, home.network
    return Local(
        name=name,
        chain=network.chain,
        key=home.signing_key,
        peer_keys={node.name: bytes.fromhex(node.node_key) for node in network.nodes if node.name != name},
    )
