"""Write the genesis document of a new network from the cards of its nodes."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from ledger.management.node_command import NodeCommand
from ledger.node.files import NodeCard, read, write_bytes
from ledger.node.founding import propose
from ledger.protocol.encoding import canonical
from ledger.protocol.genesis import chain_id


class Command(NodeCommand):
    """genesis_propose."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """The founders, the label, the file."""
        parser.add_argument(
            "--cards", required=True, nargs="+", type=Path, help="node cards, in the validators' order"
        )
        parser.add_argument(
            "--label", required=True, help="the beginning of the chain's name, such as demo-2026"
        )
        parser.add_argument("--time", type=int, help="UTC seconds at which the ledger begins; now by default")
        parser.add_argument("--out", required=True, type=Path)

    def run(self, **options: Any) -> None:
        """Write it."""
        cards = [read(path, NodeCard) for path in options["cards"]]
        begins = int(time.time()) if options["time"] is None else options["time"]
        genesis = propose(cards=cards, label=options["label"], time=begins)
        write_bytes(options["out"], canonical(genesis))
        self.tell(
            f"The chain is {chain_id(genesis)}. Every validator reads {options['out']} and runs genesis_sign."
        )
