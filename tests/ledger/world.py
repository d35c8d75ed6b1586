"""One node over Postgres: the usual town, but submitted, built, certified and committed by the node's services."""

import time
from itertools import count
from pathlib import Path
from typing import Any

from django.conf import settings
from msgspec.structs import replace

from clients.build import LIFETIME_SECONDS, Frame
from clients.coins import Coin
from clients.signing import Signed
from ledger import selectors, services
from ledger.node.files import Home, Member, Network, NodeConfig, write, write_bytes
from ledger.protocol.block import Block
from ledger.protocol.consensus.evidence import place_of, said
from ledger.protocol.consensus.messages import Certificate, Evidence
from ledger.protocol.encoding import canonical
from ledger.protocol.genesis import chain_id, check_genesis
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.signed import Submission
from ledger.protocol.state import State
from ledger.services import Answer
from ledger.store import chain, rows
from ledger.store.source import state_at
from tests.protocol.town import SHARE, Town
from tests.protocol.world import HOUSES, NEWEST, World, founded, institution, person

PROPOSER = "csd"
LIFETIMES = count(LIFETIME_SECONDS)


class Rows(World):
    """A World whose chain lies in this process's database; time is the machine's own."""

    def __init__(self, label: str = "test", version: int = NEWEST) -> None:
        self.csd, self.regulator, self.exchange, self.bank = map(institution, HOUSES)
        self.genesis = replace(founded(label, version), time=int(time.time()) - 60)
        check_genesis(self.genesis)
        self.chain = chain_id(self.genesis)
        services.install_genesis(document=self.genesis)
        make_home(settings.TALLYSTICK_HOME, self)
        self.blocks: list[Block] = []

    @property
    def time(self) -> int:  # type: ignore[override]
        """Now, or the last block's time if that is ahead."""
        return max(int(time.time()), chain.tip().time)

    @property
    def frame(self) -> Frame:
        """Another one each time: who asks for the same twice within a second signs two transactions."""
        return Frame.at(self.chain, self.time, next(LIFETIMES))

    @property
    def height(self) -> int:  # type: ignore[override]
        """Of the last block."""
        return chain.tip().height

    def open(self) -> State:
        """The committed state, to read or to try something on."""
        return state_at(chain.tip().state_size)

    def counter(self, name: str) -> int:
        """A counter as committed."""
        return self.open().counter(name)

    def value(self, key: str) -> Any:
        """A record's value as committed, as JSON."""
        found = selectors.record(key)
        assert found is not None, key
        return found.value

    def version(self, key: str) -> int:
        """A record's version as committed, 0 if there is none."""
        found = selectors.record(key)
        return found.version if found else 0

    def ask(self, *listed: Signed | bytes) -> list[Answer]:
        """Submit in one request; nothing is committed."""
        return services.submit(raws=[each if isinstance(each, bytes) else each.raw for each in listed])

    def block(self, *listed: Signed | Submission | bytes) -> Block:
        """Submit these in one request and commit a block of them; the first refusal is raised."""
        raws = [each if isinstance(each, bytes) else each.raw for each in listed]
        for answer in services.submit(raws=raws) if raws else []:
            if answer.status == "refused":
                raise Rejected(Reason(answer.reason), answer.field or "", answer.detail or "")
        return self.commit()

    def submit(self, signed: Signed | bytes) -> str:
        """Commit it in a block of its own; the id, or its refusal is raised."""
        transactions = self.block(signed).transactions
        assert len(transactions) == 1, "somebody else's transactions were pending too"
        return transactions[0].id

    def refusal(self, *listed: Signed | bytes) -> Reason | None:
        """Why this is refused at admission; None if it is committed."""
        try:
            self.block(*listed)
        except Rejected as refusal:
            return refusal.reason
        return None

    def build(self, *, at: int | None = None) -> Block:
        """The next block from what is pending, not committed."""
        return services.build_block(
            time=at or self.time, proposer=PROPOSER, certificate=self.last_certificate
        )

    def commit(self, block: Block | None = None, *, at: int | None = None) -> Block:
        """Commit a block, by default of what is pending; three of four validators certify it."""
        block = block or self.build(at=at)
        refusal = services.check_block(block=block)
        assert refusal is None, refusal
        services.commit_block(block=block, certificate=self.certificate(block))
        self.blocks.append(block)
        return block

    @property
    def last_certificate(self) -> Certificate | None:
        """The one that the next block carries."""
        return self.certificate(self.blocks[-1]) if self.blocks else None


class NodeTown(Town, Rows):
    """The usual people of a Town on one real node."""

    def coins(self, name: str, isin: str = SHARE) -> list[Coin]:
        """The live outputs of a wallet, oldest first."""
        found = selectors.outputs_of(self.at(name), asset=f"{isin}.1")
        return [
            Coin(o.outpoint, o.asset, o.owner, o.quantity, o.locked_until or 0, o.held_for is not None)
            for o in found
        ]


def make_home(folder: Path, world: World) -> None:
    """What `node_init` and `join` leave behind: the node `csd` of this world's chain."""
    home = Home(folder)
    address = world.csd.address
    write(
        home.path("node.json"),
        NodeConfig(inbox="redis://127.0.0.1:1/0", institution=address, name=PROPOSER, validator=True),
    )
    write_bytes(home.path("node.key"), person(f"node {PROPOSER}").sign.hex().encode(), private=True)
    nodes = [
        Member(institution=one.institution, name=one.name, node_key=one.node_key, validator=True)
        for one in world.genesis.validators
    ]
    write(home.path("network.json"), Network(chain=world.chain, nodes=tuple(nodes)))


def record_evidence(proof: Evidence) -> None:
    """The node has seen a validator sign two things."""
    services.NodeDesk().keep_evidence(*place_of(said(proof.first)), canonical(proof).decode())


def count(table: str) -> int:
    """How many rows a table has."""
    return int(rows.fetch(f"SELECT count(*) FROM {table}")[0][0])
