"""What all chapters share: the nodes, the cast, the script, and what is counted for the summary."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from statistics import median
from typing import Final

from clients.api import NodeClient
from clients.build import Json
from clients.keys import Wallet
from demo.actors import PATIENCE_SECONDS, Actor
from demo.founders import Founder
from demo.script import Script
from demo.wallets import Vault

# Whose node an institution uses; founders have one of their own.
HOSTS: Final = {
    "bund": "central_bank",
    "foil-and-stock": "csd",
    "kerbholz": "exchange",
    "notary": "exchange",
    "vanguard": "csd",
}


@dataclass(slots=True)
class Tally:
    """What happened in this run."""

    approvals: int = 0
    refused_proposals: int = 0
    refusals: Counter[str] = field(default_factory=Counter)
    transfers: int = 0
    seconds_to_final: list[float] = field(default_factory=list)

    @property
    def median_seconds(self) -> float | None:
        """From submission to final, over transfers that were sent one at a time."""
        return median(self.seconds_to_final) if self.seconds_to_final else None


@dataclass(slots=True)
class Stage:
    """The network as its clients see it, and everybody on it."""

    chain: str
    genesis: Json
    nodes: dict[str, NodeClient]
    founders: dict[str, Founder]
    vault: Vault
    script: Script
    say: Callable[[str], None]
    tally: Tally = field(default_factory=Tally)
    _actors: dict[str, Actor] = field(default_factory=dict)

    def founder(self, node: str) -> Actor:
        """An institution that was there at genesis, at its own node."""
        if node not in self._actors:
            founder = self.founders[node]
            self._actors[node] = Actor(founder.name, founder.wallet, self.nodes[node], self.chain)
        return self._actors[node]

    def institution(self, key: str) -> Actor:
        """A participant of the script, by its key."""
        participant = next(each for each in self.script.participants if each.key == key)
        for name, founder in self.founders.items():
            if founder.name == participant.name:
                return self.founder(name)
        if key not in self._actors:
            wallet, node = self.vault.institution(key), self.nodes[HOSTS[key]]
            self._actors[key] = Actor(participant.name, wallet, node, self.chain)
        return self._actors[key]

    def person(self, name: str) -> Actor:
        """An investor, at the node that his broker uses."""
        return self.people([name])[name]

    def people(self, names: Iterable[str]) -> dict[str, Actor]:
        """Several investors; their backups are opened side by side."""
        wanted = list(dict.fromkeys(names))
        wallets = self.vault.people(name for name in wanted if name not in self._actors)
        brokers = self.script.claim_issuers()
        for name, wallet in wallets.items():
            self._actors[name] = Actor(name, wallet, self.nodes[HOSTS[brokers[name]]], self.chain)
        return {name: self._actors[name] for name in wanted}

    def reach(self, height: int | None) -> None:
        """Wait until every node has this height: what one client did, all others can see."""
        for node in self.nodes.values():
            node.wait_height(height or 0, within_seconds=PATIENCE_SECONDS)

    def asset(self, isin: str) -> str:
        """The asset of an instrument's edition in force."""
        record = self.nodes["csd"].record(f"instrument/{isin}")
        assert record is not None, f"{isin} is not registered"
        return f"{isin}.{record['value']['edition']}"

    def wallet_of(self, name: str) -> Wallet:
        """A person's own keys, for opening notes."""
        return self.vault.people([name])[name]
