"""Make a new node: its key, its broker's users, and the public card for the other nodes."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from ledger.management.node_command import NodeCommand, home
from ledger.node.identity import make_node


class Command(NodeCommand):
    """node_init."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Who the node is and where its inbox will be."""
        self.add_home(parser)
        parser.add_argument("--name", required=True, help="its name in the network, such as csd")
        parser.add_argument(
            "--inbox", required=True, help="its broker, as peers reach it: redis://host:port/0"
        )
        parser.add_argument(
            "--institution-card", required=True, type=Path, help="whose node it is, a public file"
        )
        parser.add_argument(
            "--validator", action="store_true", help="it votes; without this it follows and verifies"
        )

    def run(self, **options: Any) -> None:
        """Make it."""
        node = home(options)
        make_node(
            home=node,
            name=options["name"],
            inbox=options["inbox"],
            validator=options["validator"],
            institution_file=options["institution_card"],
        )
        self.tell(f"Made the node {options['name']} in {node.folder}.")
        self.tell(f"Hand {node.path('node-card.json')} to the other nodes. Never hand out node.key.")
        self.tell(f"Its processes take their settings from {node.path('node.env')} and DATABASE_URL.")
