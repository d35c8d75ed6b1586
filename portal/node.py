"""Which node this portal belongs to, from the node's own public files; the portal never reads its key."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.conf import settings

from ledger.node.files import Home, Member


@dataclass(frozen=True, slots=True)
class Node:
    """The node's name, the institution behind it, its chain and all nodes of its network, itself included."""

    name: str
    institution: str
    chain: str
    members: tuple[Member, ...]

    @property
    def is_demonstration(self) -> bool:
        """Whether the chain's label says that nothing here is real (docs/protocol.md section 11)."""
        return self.chain.startswith("demo-")


def this_node() -> Node:
    """The node whose database this portal reads."""
    return _read(settings.TALLYSTICK_HOME)


@lru_cache(maxsize=8)
def _read(folder: Path) -> Node:
    home = Home(folder)
    config = home.config
    network = home.network
    return Node(config.name, config.institution, network.chain, network.nodes)
