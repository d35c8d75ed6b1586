"""Consensus on real databases: four validators agree, survive loss, forgery, crashes and absence."""

from random import Random

import pytest

from tests.ledger.consensus_network import OBSERVER, Nodes
from tests.protocol.world import HOUSES


def test_a_transaction_is_committed_everywhere_and_its_state_certified(nodes: Nodes):
    txid = nodes.submit("csd", 1)
    nodes.run(lambda: nodes.height() >= 2)
    assert [count for _, _, count, _ in nodes.chain_of("csd")] == [1, 0]  # one more block certifies its state
    assert all(nodes.committed(name, txid) for name in nodes.names)


def test_an_idle_network_stands_still_until_it_is_time_for_an_empty_block(nodes: Nodes):
    for name in nodes.names:
        nodes.beat(name)
    assert nodes.post == [] and nodes.height() == 0
    for name in nodes.names:
        nodes.beat(name, later=10)
    nodes.carry()
    assert nodes.height() == 1


def test_the_observer_hands_its_transactions_to_the_validators(nodes: Nodes):
    txid = nodes.submit(OBSERVER, 1)
    nodes.run(lambda: nodes.committed(OBSERVER, txid))


def test_what_was_lost_on_its_way_to_the_validators_is_announced_again(nodes: Nodes):
    txid = nodes.submit(OBSERVER, 1)
    nodes.collect(OBSERVER)
    nodes.post.clear()
    nodes.beat(OBSERVER, later=11)
    nodes.run(lambda: nodes.committed(OBSERVER, txid))


@pytest.mark.parametrize("seed", range(3))
def test_loss_repetition_and_reordering(nodes: Nodes, seed: int):
    print(f"seed {seed}")
    random = Random(seed)
    nodes.shuffle = random
    nodes.filter = lambda sender, to, envelope: [envelope] * random.choice((0, 1, 1, 1, 2))
    txids = [nodes.submit(random.choice(HOUSES), number) for number in range(4)]
    nodes.run(lambda: all(nodes.committed(name, txid) for txid in txids for name in nodes.names), beats=300)


def test_lost_votes_come_with_the_next_status(nodes: Nodes):
    """No timer runs out and nobody asks: whoever hears what we have sends what we lack, by any author."""
    nodes.down = {"central_bank"}
    nodes.filter = lambda sender, to, raw: [] if to == "csd" and b'"kind":"vote"' in raw else [raw]
    nodes.submit("regulator", 1)
    nodes.beat("regulator")  # it proposes; the others beat no more, so that no timer of theirs is looked at
    nodes.carry()
    assert (nodes.rows()["csd"].height, nodes.rows()["csd"].step) == (1, "prevote")
    assert nodes.rows()["exchange"].step == "precommit"
    nodes.filter = lambda sender, to, raw: [raw]
    nodes.carry()
    assert nodes.rows()["csd"].step == "prevote", "nothing comes by itself"
    nodes.tell()
    assert nodes.height() >= 1


def test_with_one_validator_down_the_others_go_on_and_it_catches_up(nodes: Nodes):
    nodes.down = {"regulator"}
    for number in range(6):
        nodes.submit("csd", number)
        nodes.run(lambda: nodes.height() >= 2 * number + 2)  # noqa: B023 - called at once
    height = nodes.height()
    assert height > 8  # more than are asked for at once
    nodes.down = set()
    nodes.open("regulator")
    nodes.run(lambda: nodes.height() >= height)
    txid = nodes.submit("regulator", 10)
    nodes.run(lambda: all(nodes.committed(name, txid) for name in nodes.names))


def test_with_two_validators_down_nothing_is_decided_until_one_returns(nodes: Nodes):
    nodes.down = {"regulator", "exchange"}
    txid = nodes.submit("csd", 1)
    with pytest.raises(AssertionError):
        nodes.run(lambda: nodes.height() >= 1, beats=10)
    nodes.down = {"exchange"}
    nodes.run(lambda: nodes.committed("regulator", txid))


def test_a_node_whose_database_is_gone_comes_back_and_votes_only_beyond_what_it_signed(nodes: Nodes):
    nodes.submit("csd", 1)
    nodes.run(lambda: nodes.height() >= 2)
    nodes.submit("csd", 2)
    for name in nodes.names:
        nodes.beat(name)  # the regulator proposes or votes at height 3 and its words may be out
    nodes.carry()
    nodes.make_database("regulator")
    nodes.open("regulator")
    nodes.run(lambda: nodes.height() >= 4)
    txid = nodes.submit("regulator", 3)
    nodes.run(lambda: all(nodes.committed(name, txid) for name in nodes.names))
    assert any(who == "regulator" and height > 4 for who, height, _, _ in nodes.said)
