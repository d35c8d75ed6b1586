"""How often the database is asked does not depend on how much is asked for."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from clients import acts, build
from clients.coins import Coin
from clients.signing import Signed, sign
from ledger import driver, selectors, services
from ledger.pulse import IDLE, Pulse
from tests.ledger.queries import Asked, counted
from tests.ledger.world import NodeTown
from tests.protocol.town import SHARE
from tests.protocol.world import person

pytestmark = pytest.mark.django_db
FEW, MANY = 5, 900


@pytest.fixture
def rich(town: NodeTown) -> NodeTown:
    """Ann has many coins of one unit."""
    lines = [{"owner": town.at("ann"), "quantity": 1}] * (FEW + MANY)
    rules = {"max_per_holder": 1_000, "max_holders": 10, "claims": {"issuers": [town.house.address]}}
    town.decide(acts.register(town.terms(quantity=FEW + MANY, rules=rules), holders=lines), town.issuer)
    return town


def payments(town: NodeTown, coins: list[Coin]) -> list[Signed]:
    """Each coin to bob."""
    frame, bob = town.frame, town.at("bob")
    return [
        sign(build.transfer(frame, [coin], [build.output(coin.asset, bob, 1)]), person("ann"))
        for coin in coins
    ]


def test_submitting_building_checking_and_committing(rich: NodeTown, monkeypatch: pytest.MonkeyPatch):
    def numbers(coins: list[Coin]) -> list[int]:
        raws = [one.raw for one in payments(rich, coins)]
        found = []
        with counted(monkeypatch) as asked:
            answers = services.submit(raws=raws)
        assert {answer.status for answer in answers} == {"pending"}
        found.append(asked.number)
        with counted(monkeypatch) as asked:
            block = rich.build()
        assert len(block.transactions) == len(coins)
        found.append(asked.number)
        certificate = rich.certificate(block)
        for act in (
            lambda: services.check_block(block=block),
            lambda: services.commit_block(block=block, certificate=certificate),
        ):
            with counted(monkeypatch) as asked:
                assert act() is None
            found.append(asked.number)
        rich.blocks.append(block)
        return found

    coins = rich.coins("ann")
    few, many = numbers(coins[:FEW]), numbers(coins[FEW:])
    assert few == many
    assert max(few) < 40


@pytest.mark.parametrize(
    "read",
    [
        lambda town, n: selectors.outputs_of(town.at("ann"), limit=n),
        lambda town, n: selectors.register_page(f"{SHARE}.1", height=town.height, time=0, offset=0, limit=n),
        lambda town, n: selectors.instruments(limit=n),
        lambda town, n: selectors.participants(limit=n),
        lambda town, n: selectors.blocks(limit=n),
        lambda town, n: selectors.transactions_of(town.height, limit=n),
        lambda town, n: selectors.status([f"{number:064x}" for number in range(n)]),
    ],
    ids=["outputs", "register", "instruments", "participants", "blocks", "transactions", "status"],
)
def test_lists(rich: NodeTown, monkeypatch: pytest.MonkeyPatch, read: Callable[[NodeTown, int], object]):
    asked: list[Asked] = []
    for number in (1, 200):
        with counted(monkeypatch) as one:
            read(rich, number)
        asked.append(one)
    assert asked[0].number == asked[1].number <= 5


def test_an_idle_node_looks_once_a_second_and_asks_little(town: NodeTown, monkeypatch: pytest.MonkeyPatch):
    desk = services.NodeDesk()
    driver.open_node(desk)
    pulse = Pulse(desk)
    pulse.step(desk.now())
    with counted(monkeypatch) as asked:
        rest = pulse.step(desk.now() + timedelta(seconds=1))
    assert rest == IDLE and asked.number <= 8
