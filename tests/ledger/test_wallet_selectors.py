"""What a wallet has, what moved, what is pending: read off rows that the node wrote."""

from clients import build
from clients.signing import sign
from ledger.selectors import wallets
from tests.ledger.world import NodeTown
from tests.protocol.town import SHARE


def test_positions_with_what_may_not_move(town: NodeTown) -> None:
    holders = {"ann": 120, "bob": 150}
    act = town.registration(holders)
    act["holders"][1]["locked_until"] = town.time + 1_000
    town.decide(act, town.issuer)
    found = wallets.positions([town.at("ann"), town.at("bob")], time=town.time)
    assert {(each.owner, each.quantity, each.locked, each.held, each.outputs) for each in found} == {
        (town.at("ann"), 120, 0, 0, 1),
        (town.at("bob"), 150, 150, 0, 1),
    }
    later = wallets.positions([town.at("bob")], time=town.time + 2_000)
    assert later[0].locked == 0 and later[0].locked_until is None


def test_moves_newest_first_a_page_at_a_time(town: NodeTown) -> None:
    town.register({"ann": 120, "bob": 150})
    first = town.submit(town.pay("ann", "bob", 20))
    second = town.submit(town.pay("bob", "ann", 5))
    found = wallets.moves([town.at("ann")])
    assert [(each.txid, each.kind, each.change) for each in found[:2]] == [
        (second, "transfer", 5),
        (first, "transfer", -20),
    ]
    assert (found[2].kind, found[2].change) == ("approve", 120)
    last = found[0]
    rest = wallets.moves([town.at("ann")], before=(last.sequence, last.asset, last.owner))
    assert [each.txid for each in rest] == [each.txid for each in found[1:]]
    assert wallets.moves([town.at("cho")]) == []


def test_what_is_on_its_way_is_shown_to_both_ends(town: NodeTown) -> None:
    coins = town.register({"ann": 120, "bob": 150})
    sent = town.pay("ann", "bob", 20)
    town.ask(sent)
    for name in ("ann", "bob"):
        assert [each.txid for each in wallets.pending_moves([town.at(name)])] == [sent.id]
    assert wallets.pending_moves([town.at("cho")]) == []
    town.commit()
    assert wallets.pending_moves([town.at("ann")]) == []
    assert wallets.owners_of([coins[0].outpoint, f"{sent.id}:0"]) == {
        coins[0].outpoint: town.at("ann"),
        f"{sent.id}:0": town.at("bob"),
    }


def test_all_of_a_coin_sent_is_still_seen_by_its_sender(town: NodeTown) -> None:
    coins = town.register({"ann": 120, "bob": 150})
    whole = build.transfer(town.frame, [coins[0]], [build.output(f"{SHARE}.1", town.at("bob"), 120)])
    town.ask(sign(whole, town.ann))
    assert len(wallets.pending_moves([town.at("ann")])) == 1


def test_claims_about_a_wallet(town: NodeTown) -> None:
    found = wallets.claims_about([town.at("ann"), town.at("dan")])
    assert [each.key for each in found] == [f"claim/{town.house.address}/{town.at('ann')}/identity"]
