"""Rivals at the door of the pool, and what a block that another node built does to what waits there."""

from collections.abc import Sequence

import pytest
from msgspec.structs import replace

from clients import build
from clients.build import Json
from clients.coins import Coin
from clients.signing import Signed, sign
from ledger import selectors
from ledger.protocol.block import Block, transactions_root
from ledger.protocol.signed import read
from ledger.store import pool
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


def back(town: NodeTown, name: str = "ann", coins: int = 1) -> Signed:
    """The owner's oldest outputs, sent to himself: what the page calls to cancel."""
    taken = town.coins(name)[:coins]
    whole = build.output(taken[0].asset, town.at(name), sum(each.quantity for each in taken))
    return sign(build.transfer(town.frame, taken, [whole]), person(name))


def test_its_owner_cancels_what_is_pending(town: NodeTown):
    town.register({"ann": 100})
    paid, cancelled = town.pay("ann", "bob", 60), back(town)
    assert [town.ask(one)[0].status for one in (paid, cancelled, paid)] == ["pending"] * 3
    assert [one.id for one in pool.oldest(9)] == [cancelled.id]  # and that alone is passed on again
    assert [bytes(row.txid).hex() for row in pool.pending_rows()] == [cancelled.id]
    town.commit()
    assert became(cancelled) == ("committed", None, True) and became(paid) == ("void", "SPENT", True)
    assert count("ledger_pending") == count("ledger_claimed") == 0
    assert [coin.quantity for coin in town.coins("ann")] == [100]


def test_another_nodes_block_may_still_hold_what_was_cancelled(town: NodeTown):
    town.register({"ann": 100})
    paid, cancelled = town.pay("ann", "bob", 60), back(town)
    block = others_block(town, paid)
    town.ask(paid)
    town.ask(cancelled)
    town.commit(block)
    assert became(paid) == ("committed", None, True) and became(cancelled) == ("void", "SPENT", True)
    assert count("ledger_pending") == count("ledger_claimed") == 0
    assert [coin.quantity for coin in town.coins("bob")] == [60]


def test_a_cancel_that_ends_without_effect_takes_with_it_what_it_stood_for(town: NodeTown):
    town.register({"ann": 100})
    ends = town.time + 30
    block = others_block(town, time=ends)
    paid, cancelled = town.pay("ann", "bob", 60), back(town)
    cancelled = sign(altered(cancelled.transaction, since=ends - 60, expires=ends), person("ann"))
    town.ask(paid)
    town.ask(cancelled)
    town.commit(block)
    assert became(cancelled)[:2] == ("void", "EXPIRED")
    assert became(paid) == ("refused", "CONFLICTS_WITH_PENDING", False)
    assert count("ledger_pending") == count("ledger_claimed") == 0


def test_what_is_no_cancelling_stands_back_as_before(town: NodeTown):
    town.register({"ann": 100, "bob": 50})
    town.submit(town.pay("ann", "ann", 60))  # two outputs now: 60 and 40
    (first, second), (his,) = town.coins("ann"), town.coins("bob")

    def to(name: str, quantity: int) -> Json:
        return build.output(first.asset, town.at(name), quantity)

    def moved(coins: Sequence[Coin], *outputs: Json, by: str = "ann bob") -> Signed:
        signers = [person(name) for name in by.split()]
        return sign(build.transfer(town.frame, coins, outputs), *signers)

    both = moved([first, his], to("bob", 60), to("ann", 50))
    assert town.ask(both)[0].status == "pending"
    for why, rival in {
        "one of two owners alone": moved([first], to("ann", 60), by="ann"),
        "another payment": moved([first, his], to("cho", 110)),
        "given back, but not to everybody": moved([first, his], to("bob", 110)),
    }.items():
        assert town.ask(rival)[0].reason == "CONFLICTS_WITH_PENDING", why
    town.commit()
    (small,) = [coin for coin in town.coins("ann") if coin == second]
    tidied = moved([small], to("ann", 40), by="ann")
    again = moved([small], to("ann", 30), to("ann", 10), by="ann")
    assert town.ask(tidied)[0].status == "pending"
    assert town.ask(again)[0].reason == "CONFLICTS_WITH_PENDING"  # nothing is to be cancelled but a payment
    assert town.ask(moved([small], to("bob", 40), by="ann"))[0].reason == "CONFLICTS_WITH_PENDING"
