"""Join the network of a genesis document that all its validators have signed."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from ledger.management.node_command import NodeCommand, home
from ledger.node import founding
from ledger.node.files import GenesisSignature, NodeCard, read
from ledger.services.founding import install_genesis


class Command(NodeCommand):
    """join."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """The genesis, who signed it, and the other nodes."""
        self.add_home(parser)
        parser.add_argument("--genesis", required=True, type=Path)
        parser.add_argument(
            "--signatures", required=True, nargs="+", type=Path, help="those of all validators"
        )
        parser.add_argument(
            "--peers", required=True, nargs="+", type=Path, help="the other nodes' node-card.json"
        )

        parser.add_argument(
            "--changed", nargs="*", default=[], help="nodes whose key the network has changed since genesis"
        )

    def run(self, **options: Any) -> None:
        """Check everything, keep it in the home, and write height 0 into the database."""
        genesis = founding.read_genesis(options["genesis"])
        network = founding.join(
            home=home(options),
            genesis=genesis,
            signatures=[read(path, GenesisSignature) for path in options["signatures"]],
            cards=[read(path, NodeCard) for path in options["peers"]],
            changed=options["changed"],
        )
        install_genesis(document=genesis)
        self.tell(
            f"Joined {network.chain}, {len(network.nodes)} nodes. Exchange invitations with the peers now."
        )
