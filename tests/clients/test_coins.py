"""Which outputs a wallet spends."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clients.coins import INPUTS_MAX, TIDY_ABOVE, Coin, NotEnough, select

ASSET = "DE0007236101.1"


def coin(number: int, quantity: int, **more: object) -> Coin:
    return Coin(f"{number:064x}:0", ASSET, "tally1owner", quantity, **more)  # type: ignore[arg-type]


def pick(quantities: list[int], wanted: int) -> list[int]:
    chosen = select(
        [coin(number, quantity) for number, quantity in enumerate(quantities)], ASSET, wanted, at=0
    )
    return [each.quantity for each in chosen]


def test_the_smallest_output_that_suffices_is_spent_alone():
    assert pick([500, 30, 80, 100], 75) == [80]


def test_an_exact_output_leaves_no_change():
    assert pick([500, 80, 75], 75) == [75]


def test_without_one_that_suffices_the_largest_come_first():
    assert pick([10, 40, 50, 20], 85) == [50, 40]


def test_crumbs_are_swept_up_only_when_there_are_many():
    assert pick([100, *range(1, TIDY_ABOVE)], 100) == [100]
    assert pick([100, *range(1, TIDY_ABOVE + 1)], 100) == [100, 1, 2, 3, 4]


def test_what_may_not_move_is_not_chosen():
    coins = [coin(1, 100, held=True), coin(2, 100, locked_until=50), coin(3, 7)]
    with pytest.raises(NotEnough, match="7 free in 1 outputs"):
        select(coins, ASSET, 8, at=49)
    assert select(coins, ASSET, 8, at=50) == [coins[1]]


def test_another_instruments_outputs_do_not_count():
    with pytest.raises(NotEnough):
        select([Coin("0" * 64 + ":0", "US0378331005.1", "tally1owner", 10)], ASSET, 1, at=0)


def test_a_payment_that_needs_more_inputs_than_a_transaction_takes_is_not_possible():
    assert len(pick([1] * (INPUTS_MAX + 50), INPUTS_MAX)) == INPUTS_MAX
    with pytest.raises(NotEnough):
        pick([1] * (INPUTS_MAX + 50), INPUTS_MAX + 1)


@given(st.lists(st.integers(1, 1_000), max_size=300), st.integers(1, 50_000))
def test_a_choice_always_suffices_and_never_repeats(quantities: list[int], wanted: int):
    try:
        chosen = select([coin(n, quantity) for n, quantity in enumerate(quantities)], ASSET, wanted, at=0)
    except NotEnough:
        assert sum(sorted(quantities)[-INPUTS_MAX:]) < wanted
        return
    assert sum(each.quantity for each in chosen) >= wanted
    assert len({each.outpoint for each in chosen}) == len(chosen) <= INPUTS_MAX
