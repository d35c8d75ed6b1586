"""Rivals at the door of the pool, and what a block that another node built does to what waits there."""

import pytest
from msgspec.structs import replace

from clients import build
from clients.signing import Signed, sign
from ledger import selectors
from ledger.protocol.block import Block, transactions_root
from ledger.protocol.signed import read
from tests.ledger.world import NodeTown, count
from tests.protocol.town import altered
from tests.protocol.world import person

pytestmark = pytest.mark.django_db


def others_block(town: NodeTown, *listed: Signed, time: int | None = None) -> Block:
    """A block of transactions that our pool does not have, or of none."""
    empty = town.build()
    assert empty.transactions == (), "our own pool is not what this is about"
    submitted = tuple(read(one.raw) for one in listed)
    root = transactions_root(one.digest for one in submitted)
    header = replace(empty.header, transactions_root=root, time=time or empty.header.time)
    return Block(header, empty.certificate, submitted)


def became(one: Signed) -> tuple[str, str | None, bool]:
    found = selectors.status([one.id])[one.id]
    return found.status, found.reason, found.final


def test_a_rival_is_void_and_frees_what_else_it_consumed(town: NodeTown):
    town.register({"ann": 100})
    town.submit(town.pay("ann", "ann", 60))  # two outputs now: 60 and 40
    theirs = town.pay("ann", "bob", 60)
    block = others_block(town, theirs)
    first, second = town.coins("ann")
    both = build.transfer(town.frame, [first, second], [build.output(first.asset, town.at("cho"), 100)])
    ours = sign(both, person("ann"))
    assert town.ask(ours)[0].status == "pending"
    town.commit(block)
    assert became(ours) == ("void", "SPENT", True)
    assert count("ledger_pending") == count("ledger_claimed") == 0
    assert town.coins("ann") == [second]
    assert town.ask(town.pay("ann", "cho", 40))[0].status == "pending"


def test_a_rival_of_what_is_pending_is_refused(town: NodeTown):
    town.register({"ann": 100})
    assert town.ask(town.pay("ann", "bob", 60))[0].status == "pending"
    (answer,) = town.ask(town.pay("ann", "cho", 60))
    assert (answer.status, answer.reason) == ("refused", "CONFLICTS_WITH_PENDING")


def test_what_is_committed_leaves_the_pool_with_its_claims(town: NodeTown):
    town.register({"ann": 100})
    theirs = town.pay("ann", "bob", 60)
    block = others_block(town, theirs)
    town.ask(theirs)
    town.commit(block)
    assert became(theirs) == ("committed", None, True)
    assert count("ledger_pending") == count("ledger_claimed") == 0


@pytest.mark.parametrize(("late_by", "status"), [(-1, "pending"), (0, "void")])
def test_what_a_blocks_time_has_outlived_is_void(town: NodeTown, late_by: int, status: str):
    town.register({"ann": 100})
    ends = town.time + 30
    block = others_block(town, time=ends + late_by)
    short = town.pay("ann", "bob", 1)
    short = sign(altered(short.transaction, since=ends - 60, expires=ends), person("ann"))
    town.ask(short)
    town.commit(block)
    assert became(short)[0] == status
    assert count("ledger_pending") == count("ledger_claimed") == (status == "pending")
