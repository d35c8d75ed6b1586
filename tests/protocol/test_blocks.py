"""Whole blocks: their order, their limits, chained spends, and that set-based loading suffices."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace

from clients import acts, build
from clients.signing import Signed, sign
from ledger.protocol import transition
from ledger.protocol.block import Header, transactions_root
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.signed import Submission
from ledger.protocol.transition import apply_block
from tests.protocol import lists
from tests.protocol.town import BOND, SHARE, Town
from tests.protocol.world import NEWEST, holder, institution, person

ASSET = f"{SHARE}.1"


def spend(t: Town, outpoint: str, *outputs: tuple[str, int], by: str) -> Signed:
    """Of an output that need not be committed yet."""
    paid = [build.output(ASSET, t.at(name), quantity) for name, quantity in outputs]
    return sign(build.transaction(t.frame, "transfer", {}, [outpoint], paid), t.signer(by))


def applied(t: Town, *listed: Signed, **changes: object) -> Reason | None:
    """What becomes of a block of these whose header is changed."""
    ready = [t.admit(each) for each in listed]
    header: Header = replace(t.header(ready, None), **changes)
    try:
        apply_block(t.open(), header, ready)
    except Rejected as refusal:
        return refusal.reason
    return None


def test_outputs_of_a_block_are_spent_in_the_same_block(town: Town) -> None:
    coin = town.register({"ann": 10})[0]
    first = spend(town, coin.outpoint, ("bob", 10), by="ann")
    second = spend(town, f"{first.id}:0", ("cho", 4), ("bob", 6), by="bob")
    third = spend(town, f"{second.id}:0", ("ann", 4), by="cho")
    size = len(town.source.leaves)
    town.block(first, second, third)
    assert (town.total("ann"), town.total("bob"), town.total("cho")) == (4, 6, 0)
    assert len(town.source.leaves) == size + 4  # what was spent at once has its place too
    assert town.source.leaves[size] == town.source.leaves[size + 1] == bytes(32)
    assert town.counter(f"holders/{ASSET}") == 2


@pytest.mark.parametrize("order", [(1, 0), (0, 0), (0, 1, 1)], ids=["backwards", "twice", "double spend"])
def test_a_block_with_one_that_does_not_apply_is_none(town: Town, order: tuple[int, ...]) -> None:
    coin = town.register({"ann": 10})[0]
    first = spend(town, coin.outpoint, ("bob", 10), by="ann")
    chain = [first, spend(town, f"{first.id}:0", ("cho", 10), by="bob")]
    before = town.source.commitment
    assert town.refusal(*[chain[place] for place in order]) in (Reason.UNKNOWN_INPUT, Reason.BAD_BLOCK)
    assert town.source.commitment == before


def test_of_two_that_spend_one_output_the_first_wins(town: Town) -> None:
    coin = town.register({"ann": 10})[0]
    to_bob, to_cho = (spend(town, coin.outpoint, (name, 10), by="ann") for name in ("bob", "cho"))
    assert town.copy().refusal(to_bob, to_cho) is Reason.SPENT
    assert town.copy().refusal(to_cho, to_bob) is Reason.SPENT
    town.block(to_cho)
    assert town.total("cho") == 10


def test_known_body_under_other_witnesses_in_the_same_block(town: Town) -> None:
    town.register({"ann": 10})
    alone = town.pay("ann", "bob", 1)
    assert town.refusal(alone, town.batched(alone, town.ann)) is Reason.BAD_BLOCK


HEADERS: dict[str, Callable[[Header], object]] = {
    "transactions_root": lambda header: "ab" * 32,
    "version": lambda header: NEWEST + 1,
    "validators_root": lambda header: "ab" * 32,
    "next_validators_root": lambda header: "ab" * 32,
    "proposer": lambda header: "stranger",
}


@pytest.mark.parametrize("field", HEADERS)
def test_a_header_describes_its_block(town: Town, field: str) -> None:
    town.register({"ann": 10})
    payment = town.pay("ann", "bob", 1)
    assert applied(town, payment) is None
    assert applied(town, payment, **{field: HEADERS[field](town.header([], None))}) is Reason.BAD_BLOCK


def test_the_root_is_over_whole_digests_in_order(town: Town) -> None:
    coins = town.register({"ann": 10, "bob": 10})
    pair = [
        spend(town, coin.outpoint, ("cho", 10), by=name)
        for coin, name in zip(coins, ("ann", "bob"), strict=True)
    ]
    turned = transactions_root(town.admit(each).digest for each in pair[::-1])
    assert applied(town, *pair) is None
    assert applied(town, *pair, transactions_root=turned) is Reason.BAD_BLOCK


def test_a_block_holds_so_much(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    coins = town.register({"ann": 10, "bob": 10})
    pair = [
        spend(town, coin.outpoint, ("cho", 10), by=name)
        for coin, name in zip(coins, ("ann", "bob"), strict=True)
    ]
    bytes_of_both = sum(len(town.admit(each).raw) for each in pair)
    monkeypatch.setattr(transition, "BLOCK_BYTES", bytes_of_both)
    assert applied(town, *pair) is None
    monkeypatch.setattr(transition, "BLOCK_BYTES", bytes_of_both - 1)
    assert applied(town, *pair) is Reason.BAD_BLOCK
    monkeypatch.undo()
    monkeypatch.setattr(transition, "BLOCK_TRANSACTIONS", 1)
    assert applied(town, *pair) is Reason.BAD_BLOCK


def thousand(t: Town, **rules: int) -> list[Submission]:
    """A thousand outputs of one unit each, and a thousand transfers that give them all to Bob."""
    lines = [{"owner": t.at("ann"), "quantity": 1}] * 1_000
    id = t.decide(acts.register(t.terms(quantity=1_000, rules=rules), holders=lines), t.issuer)
    return [t.admit(spend(t, f"{id}:{place}", ("bob", 1), by="ann")) for place in range(1_000)]


def test_a_thousand_transfers_up_to_a_holders_limit_in_one_block(town: Town) -> None:
    """They read one instrument and one counter, in block order, and none is in another's way."""
    payments = thousand(town, max_per_holder=1_000)
    town.block(*payments)
    assert town.counter(f"position/{ASSET}/{holder('bob')}") == town.total("bob") == 1_000
    assert town.counter(f"holders/{ASSET}") == 1
    assert town.source.naive_root() == town.source.tree_root


def test_the_one_above_the_limit_is_the_last(town: Town) -> None:
    payments = thousand(town, max_per_holder=1_000)
    town.register({"ann": 1}, isin=BOND)
    lines = [{"owner": town.at("cho"), "quantity": 1}]
    increase = acts.increase(SHARE, 1, version=1, holders=lines, authorised=1_001)
    id = town.decide(increase, town.issuer)
    town.block(*payments[:999])
    extra = town.admit(spend(town, f"{id}:0", ("bob", 1), by="cho"))
    assert town.copy().refusal(payments[999], extra) is Reason.OVER_HOLDER_LIMIT
    assert town.copy().refusal(extra, payments[999]) is Reason.OVER_HOLDER_LIMIT
    town.block(extra)
    assert town.counter(f"position/{ASSET}/{holder('bob')}") == 1_000


def test_regulator_and_notary_approve_in_one_block_in_either_order(town: Town) -> None:
    act = town.registration({"ann": 10})
    id = town.propose(act, town.issuer)
    yes = [town.approval(id, role, act) for role in ("regulator", "notary")]
    for order in (yes, yes[::-1]):
        there = town.copy()
        there.block(*order)
        assert there.total("ann") == 10
        assert there.coins("ann")[0].outpoint == f"{order[1].id}:0"  # hangs on the approval that executes


def test_proposal_and_both_approvals_in_one_block(town: Town) -> None:
    act = town.registration({"ann": 10})
    proposal = town.proposal(act, town.issuer)
    town.block(proposal, *[town.approval(proposal.id, role, act) for role in ("notary", "regulator")])
    assert town.total("ann") == 10


def test_a_block_of_everything_is_loaded_in_a_few_queries(town: Town) -> None:
    """Reading what was not loaded ahead would be right, and one query each: the block would be slow."""
    rows = lists.rows_of("ann", "dan")
    list_id = lists.announce(town, rows)
    claims = {"claims": {"issuers": [town.house.address]}}
    coins = town.register(
        {"ann": 10, "bob": 10, "cho": 10}, rules=claims | {"max_per_holder": 30, "max_holders": 9}
    )
    act = acts.decrease(SHARE, [coins[1].outpoint], version=1)
    burn = town.propose(act, town.issuer, town.bob)
    town.submit(town.approval(burn, "regulator", act))
    fresh, seal = (
        person("cho, fresh"),
        {"epoch": "2027Q3", "from": 1, "key": person("s").card.seal, "until": 2},
    )
    everything = [
        town.pay("ann", "bob", 5), town.approval(burn, "notary", act), lists.chunk(town, list_id, rows, 0),
        town.attestation("dan"), town.proposal(town.admission("new", "bank"), town.csd, institution("new")),
        sign(build.rotate_card(town.frame, town.at("cho"), fresh.card, version=1), town.cho, fresh),
        sign(build.rotate_seal(town.frame, town.regulator.address, seal), town.regulator),
    ]  # fmt: skip
    ready = [town.admit(each) for each in everything]
    state = town.open()
    header = town.header(ready, None)
    town.source.loads = 0
    transition.check_contents(state, header, ready)
    transition.prefetch(ready, state)
    ahead = town.source.loads
    apply_block(state, header, ready)
    print(f"{ahead} loads ahead, {town.source.loads - ahead} more")
    assert ahead <= 6
    assert town.source.loads == ahead
