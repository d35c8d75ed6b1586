"""Draft a decision of the network about itself; `python -m clients draft` makes of it what institutions sign."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import Error

from ledger import selectors
from ledger.management.node_command import NodeCommand, home
from ledger.node import governing
from ledger.node.files import NodeError, write
from ledger.protocol.governance import AnyGovernAct, RolesAct, UpgradeAct, ValidatorsAct
from ledger.protocol.keys import address_bytes
from ledger.protocol.records import NetworkRoles


class Command(NodeCommand):
    """govern."""

    help = __doc__

    def add_arguments(self, parser: CommandParser) -> None:
        """What is to be decided."""
        parser.set_defaults(run_act=None)
        acts = parser.add_subparsers(required=True, metavar="act")
        self._act(acts, "add-this-node", "this node gets a vote", lambda node, _: governing.joining(node))
        self._act(acts, "new-key", "make this node another key", lambda node, _: governing.new_key(node))
        leave = self._act(acts, "remove", "a validator votes no more", _removal)
        leave.add_argument("--name", required=True, help="the validator's name")
        upgrade = self._act(acts, "upgrade", "the next protocol version", _upgrade)
        upgrade.add_argument("--height", required=True, type=int, help="from which height on")
        upgrade.add_argument("--to-version", required=True, type=int)
        roles = self._act(acts, "roles", "who the authorities are", _roles)
        for role in ("csd", "regulator", "central-bank"):
            roles.add_argument(f"--{role}", required=True, help="an institution's address")
        take = acts.add_parser("take-key", help="the new key, once the ledger has it; the node is stopped")
        self.add_home(take)

    def run(self, **options: Any) -> None:
        """Write the act, or take the key."""
        node = home(options)
        if options["run_act"] is None:
            public = governing.take_key(node, _validators())
            self.tell(f"The node {node.config.name} signs with {public[:16]}… from now on. Start it.")
            self.tell(f"Hand {node.path('node-card.json')} to the other nodes; the old key is gone.")
            return
        make: Callable[[Any, dict[str, Any]], AnyGovernAct] = options["run_act"]
        write(options["out"], make(node, options))
        self.tell(f"{options['out']} holds the act. Hand it to the institutions that will sign it.")

    def _act(self, acts: Any, name: str, words: str, make: Callable[..., AnyGovernAct]) -> CommandParser:
        parser: CommandParser = acts.add_parser(name, help=words)
        self.add_home(parser)
        parser.add_argument("--out", required=True, type=Path, help="where the act is written, as JSON")
        parser.set_defaults(run_act=make)
        return parser


def _removal(_: Any, options: dict[str, Any]) -> ValidatorsAct:
    return ValidatorsAct(remove=options["name"])


def _upgrade(_: Any, options: dict[str, Any]) -> UpgradeAct:
    return UpgradeAct(height=options["height"], version=options["to_version"])


def _roles(_: Any, options: dict[str, Any]) -> RolesAct:
    named = {role: options[role] for role in ("csd", "regulator", "central_bank")}
    for role, address in named.items():
        address_bytes(address, role)
    return RolesAct(roles=NetworkRoles(**named))


def _validators() -> list[tuple[str, str]]:
    """Names and keys of the newest set, which may be in force one height from now."""
    try:
        _, newest = selectors.validator_sets()[-1]
    except Error as error:
        raise NodeError(f"The node's database cannot be asked: {error}") from error
    return [(each["name"], each["node_key"]) for each in newest]
