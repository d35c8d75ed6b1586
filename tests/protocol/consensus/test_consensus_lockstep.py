"""No schedule and no liar makes the real machine fork, by exhaustion; and the checker sees what would."""

import pytest
from lockstep_breaks import break_rules
from lockstep_bridge import Mismatch
from lockstep_explorer import Explored, Explorer, Fork
from lockstep_model import BREAKS, World, worlds


def title(world: World) -> str:
    """Such as `4 validators, 1 lies, height 3`."""
    return f"{len(world.names)}-{len(world.liars)}-{world.height}"


def explore(world: World, rounds: int) -> Explored:
    explored = Explorer(world).run(rounds)
    print(f"{title(world)}, {rounds} rounds: {explored}")
    return explored


# What there is to explore, counted once: an explorer that loses sight of something is noticed.
STATES = {  # by validators and rounds, then by height
    (4, 4): {1: 9_705, 2: 9_672, 3: 9_126, 4: 8_342},
    (4, 5): {1: 60_957, 2: 58_504, 3: 50_934, 4: 60_737},
    (7, 2): {1: 561, 4: 543, 5: 543, 6: 561},
}


@pytest.mark.parametrize("world", worlds(4, 1, 4), ids=title)
def test_one_liar_of_four_makes_no_fork_in_four_rounds(world: World):
    assert explore(world, 4).states == STATES[4, 4][world.height]


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("world", worlds(4, 1, 5), ids=title)
def test_one_liar_of_four_makes_no_fork_in_five_rounds(world: World):
    assert explore(world, 5).states == STATES[4, 5][world.height]


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize("world", worlds(7, 2, 2), ids=title)
def test_two_liars_of_seven_make_no_fork_in_two_rounds(world: World):
    assert explore(world, 2).states == STATES[7, 2][world.height]


def test_every_place_of_the_liar_in_the_rotation_is_explored():
    places = [[world.proposer(round_) for round_ in range(4)].index(None) for world in worlds(4, 1, 4)]
    assert sorted(places) == [0, 1, 2, 3]
    turns = {tuple(world.proposer(round_) is None for round_ in range(2)) for world in worlds(7, 2, 2)}
    assert len(turns) == 4


@pytest.mark.parametrize("world", worlds(4, 2, 4), ids=title)
def test_two_liars_of_four_make_a_fork(world: World):
    with pytest.raises(Fork, match=r"v0 decided aaaa of round \d and v1 decided bbbb of round \d"):
        Explorer(world).run(4)


@pytest.mark.parametrize("broken", BREAKS)
def test_a_broken_lock_makes_a_fork(broken: str, monkeypatch):
    """The model and the real rules are broken alike, so they agree; and two real machines do not."""
    break_rules(broken, monkeypatch)
    with pytest.raises(Fork, match=r"v\d decided aaaa .* and v\d decided bbbb"):
        for world in worlds(4, 1, 4):
            Explorer(world, broken).run(4)


@pytest.mark.parametrize("broken", BREAKS)
def test_real_rules_that_break_are_not_what_the_model_says(broken: str, monkeypatch):
    break_rules(broken, monkeypatch)
    with pytest.raises(Mismatch):
        for world in worlds(4, 1, 4):
            Explorer(world).run(4)


@pytest.mark.parametrize("broken", BREAKS)
def test_a_model_that_breaks_is_not_what_the_real_rules_do(broken: str):
    with pytest.raises(Mismatch):
        for world in worlds(4, 1, 4):
            Explorer(world, broken).run(4)
