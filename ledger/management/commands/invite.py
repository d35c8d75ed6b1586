"""Let a peer write into this node's inbox: make its user in our broker and the file to hand it privately."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from ledger.management.node_command import NodeCommand, home
from ledger.node.files import write
from ledger.node.peers import invite, reload_broker


class Command(NodeCommand):
    """invite."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """Whom, and where the credentials go."""
        self.add_home(parser)
        parser.add_argument("--peer", required=True, help="the peer's node name")
        parser.add_argument(
            "--out", required=True, type=Path, help="the invitation: a secret of the two nodes"
        )

    def run(self, **options: Any) -> None:
        """Make the user and the file."""
        write(options["out"], invite(home=home(options), peer=options["peer"]), private=True)
        running = bool(settings.BROKER_URL) and reload_broker(settings.BROKER_URL)
        self.tell(
            f"Hand {options['out']} to {options['peer']}, privately; there: accept {options['out'].name}"
        )
        if not running:
            self.tell("The broker did not answer; it reads its new list of users when it starts.")
