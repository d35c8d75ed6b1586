"""Accept the invitations of other nodes: keep the credentials for their inboxes."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from ledger.management.node_command import NodeCommand, home
from ledger.node.peers import accept


class Command(NodeCommand):
    """accept."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """The invitations."""
        self.add_home(parser)
        parser.add_argument("invitations", nargs="+", type=Path)

    def run(self, **options: Any) -> None:
        """Keep them."""
        for path in options["invitations"]:
            invitation = accept(home=home(options), invitation_file=path)
            self.tell(f"This node can now write to {invitation.node}.")
