"""The story: real instruments on a real network, played by signing clients over the public APIs of different nodes."""

from collections.abc import Callable
from dataclasses import dataclass

from clients.api import NodeClient, NodeError
from clients.coins import NotEnough
from clients.files import InputError
from clients.proofs import NotProven
from demo.actors import StoryFailed
from demo.admission import admit_participants, attest_people
from demo.issuance import increase_all, register_all, withdraw_part
from demo.network import Network
from demo.refusals import (
    refuse_double_spend,
    refuse_forgeries,
    refuse_over_issue,
    refuse_replay,
    refuse_rule_breaks,
)
from demo.script import load
from demo.stage import Stage, Tally
from demo.transfers import prove_holding, show_who_reads, transfer_in_turn, welcome_new_holders
from demo.wallets import Vault
from ledger.protocol.encoding import canonical, digest

__all__ = ["StoryFailed", "Summary", "gather", "run"]

SHARE = "DE0007236101"
FUND = "IE00BK5BQT80"
LEAVER, LEAVING = "Stiftung Musterdorf", 3_500  # takes part of his fund shares to another register
DOUBLE_SPENDER, RIVALS = "李四", ("张三", "王五")
STRANGER = "Kari Nordmann"


@dataclass(frozen=True, slots=True)
class Summary:
    """What stands on the ledger after the story, and what happened in this run."""

    instruments: int
    holders: int
    blocks: int
    tally: Tally

    def table(self) -> str:
        """For people, one fact a line."""
        tally = self.tally
        seconds = "-" if tally.median_seconds is None else f"{tally.median_seconds:.2f}"
        rows = [
            ("Instruments on the register", self.instruments),
            ("Holders of them", self.holders),
            ("Blocks", self.blocks),
            ("Approvals in this run", tally.approvals),
            ("Registrations refused in this run", tally.refused_proposals),
            ("Transfers in this run", tally.transfers),
            ("Median seconds to final, one at a time", seconds),
            ("Refused attempts in this run", tally.refusals.total()),
            *((f"  {reason}", count) for reason, count in sorted(tally.refusals.items())),
        ]
        return "\n" + "\n".join(f"  {label:<42}{value:>8}" for label, value in rows)


def run(network: Network, say: Callable[[str], None]) -> Summary:
    """Play it; on a ledger that has the first chapters already, only what is new. Raises StoryFailed, loudly."""
    try:
        stage = _set(network, say)
        _play(stage)
        return _sum_up(stage)
    except (NodeError, NotEnough, NotProven, InputError) as error:
        raise StoryFailed(str(error)) from error


def _set(network: Network, say: Callable[[str], None]) -> Stage:
    """Clients for every node, which fall over to the others; the founders' wallets; everybody else's."""
    urls = {name: f"{network.url(name)}/api" for name in network.nodes}
    nodes = {
        name: NodeClient(url, *(other for other in urls.values() if other != url))
        for name, url in urls.items()
    }
    genesis = nodes["csd"].genesis()
    fingerprint = digest("tallystick/genesis/1", canonical(genesis)).hex()
    if network.chain != f"{genesis['label']}-{fingerprint[:16]}":
        raise StoryFailed(f"the node's genesis is not that of {network.chain}")
    wallets = network.home / "wallets"
    say(
        f"Chain {network.chain}. Its label begins with demo-, so this program holds everybody's wallets: {wallets}"
    )
    return Stage(
        chain=network.chain,
        genesis=genesis,
        nodes=nodes,
        founders={name: network.founder(name) for name in network.nodes},
        vault=Vault(wallets, chain=network.chain, genesis=fingerprint),
        script=load(),
        say=say,
    )


def gather(network: Network, say: Callable[[str], None]) -> None:
    """The first chapter alone: everybody has a wallet, institutions take part, investors are attested."""
    _gather(_set(network, say))


def _gather(stage: Stage) -> None:
    stage.say("Wallets: opening or making the encrypted backups of everybody in the story.")
    stage.people(stage.script.people())
    admit_participants(stage)
    attest_people(stage)


def _play(stage: Stage) -> None:
    _gather(stage)
    register_all(stage)
    payments = transfer_in_turn(stage)
    welcome_new_holders(stage)
    show_who_reads(stage, payments[0], stage.person(STRANGER))
    prove_holding(stage, payments[0])
    increase_all(stage)
    withdraw_part(stage, FUND, LEAVER, LEAVING)
    rivals = list(stage.people(RIVALS).values())
    refuse_double_spend(stage, stage.person(DOUBLE_SPENDER), rivals, stage.asset(SHARE))
    refuse_forgeries(stage, payments[0], stage.person(STRANGER))
    refuse_replay(stage, payments[0])
    refuse_over_issue(stage, SHARE)
    refuse_rule_breaks(stage)


def _sum_up(stage: Stage) -> Summary:
    """Totals as the regulator's node has them; it may read every register."""
    regulator = stage.founder("regulator")
    owners: set[str] = set()
    isins = [each["isin"] for each in regulator.node.instruments()]
    for isin in isins:
        owners |= {row["owner"] for row in regulator.own.register(isin)["rows"]}
    blocks = regulator.node.network()["height"]
    return Summary(len(isins), len(owners), blocks, stage.tally)
