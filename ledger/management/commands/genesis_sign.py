"""Sign a genesis document as one of its validators."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from ledger.management.node_command import NodeCommand, home
from ledger.node.files import write
from ledger.node.founding import read_genesis, sign
from ledger.protocol.genesis import chain_id


class Command(NodeCommand):
    """genesis_sign."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """What is signed and where the signature goes."""
        self.add_home(parser)
        parser.add_argument("--genesis", required=True, type=Path)
        parser.add_argument(
            "--out", type=Path, help="the signature; genesis-signature.json in the home by default"
        )

    def run(self, **options: Any) -> None:
        """Sign it."""
        node = home(options)
        genesis = read_genesis(options["genesis"])
        signature = sign(home=node, genesis=genesis)
        out = options["out"] or node.path("genesis-signature.json")
        write(out, signature)
        self.tell(
            f"{signature.node} signed the genesis of {chain_id(genesis)}; hand {out} to the other nodes."
        )
