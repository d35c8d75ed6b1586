"""Two nodes that heard the same transactions in other orders: the same blocks, the same roots, the same rows."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import psycopg
from django.test import override_settings
from pytest_django import DjangoDbBlocker

from ledger import services
from ledger.audit import verify_chain
from ledger.protocol.block import Block
from ledger.protocol.consensus.messages import Certificate
from ledger.services import blocks as block_services
from ledger.store import rows
from tests.fuzzing import chosen, sizes
from tests.ledger.databases import TEMPLATE, using, wrapper
from tests.ledger.world import make_home
from tests.protocol.market import Market

TABLES = ("block", "transaction", "output", "spend", "recordversion", "record", "counter", "statepage")
STEPS = 40


class Replica:
    """A node's store on a database of its own, and what it was told."""

    def __init__(self, url: str, folder: Path, name: str, market: Market) -> None:
        self.url, self.place, self.home = url, f"same_{os.getpid()}_{name}", folder / name
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE IF EXISTS {self.place}")
            admin.execute(f"CREATE DATABASE {self.place} TEMPLATE {TEMPLATE}")
        self.connection = wrapper(url, self.place)
        make_home(self.home, market)
        self.answers: Counter[str] = Counter()
        with self.here():
            services.install_genesis(document=market.genesis)

    @contextmanager
    def here(self) -> Iterator[Any]:
        """What happens here happens on this node; what another computed does not help it."""
        block_services._applied.clear()
        with using(self.connection), override_settings(TALLYSTICK_HOME=self.home):
            yield

    def hear(self, raws: list[bytes]) -> None:
        """Each in a request of its own."""
        with self.here():
            for raw in raws:
                (answer,) = services.submit(raws=[raw])
                self.answers[answer.reason or answer.status] += 1

    def propose(self, time: int, certificate: Certificate | None) -> Block:
        with self.here():
            return services.build_block(time=time, proposer="csd", certificate=certificate)

    def commit(self, block: Block, certificate: Certificate) -> None:
        with self.here():
            assert services.check_block(block=block) is None
            services.commit_block(block=block, certificate=certificate)

    def everything(self) -> dict[str, list[Any]]:
        """All committed rows."""
        with self.here():
            return {table: rows.fetch(f"SELECT t::text FROM ledger_{table} t ORDER BY 1") for table in TABLES}

    def audit(self) -> list[Any]:
        with self.here():
            return verify_chain().findings

    def drop(self) -> None:
        self.connection.close()
        with psycopg.connect(self.url, autocommit=True) as admin:
            admin.execute(f"DROP DATABASE {self.place}")


@sizes(1, 4)
def test_two_orders_of_arrival(
    examples: int, template: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> None:
    for number in range(first := chosen(examples), first + examples):
        print(f"history {number}")
        market, rng = Market(), Random(number)
        for _ in range(STEPS):
            market.step(rng)
        with django_db_blocker.unblock():
            nodes = [Replica(template, tmp_path / str(number), name, market) for name in ("one", "two")]
            try:
                follow(market, nodes, rng)
            finally:
                for node in nodes:
                    node.drop()


def follow(market: Market, nodes: list[Replica], rng: Random) -> None:
    """What the market's chain holds, told to both in other orders; they propose in turns, each commits."""
    certificate = None
    for at, past in enumerate(market.blocks):
        raws = [one.raw for one in past.transactions if not one.transaction.rule_built]
        for node in nodes:
            node.hear(rng.sample(raws, len(raws)))
        block = nodes[at % 2].propose(past.header.time, certificate)
        certificate = market.certificate(block)
        for node in nodes:
            node.commit(block, certificate)
    one, two = nodes
    assert one.everything() == two.everything()
    assert one.audit() == two.audit() == []
    assert min(node.answers["pending"] for node in nodes) > 15, [node.answers for node in nodes]
    print(*(dict(node.answers) for node in nodes), sep="\n")
