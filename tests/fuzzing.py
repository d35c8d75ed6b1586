"""How the fuzz tests search: the same few examples in every quick run, many fresh ones in a long run, seeds printed."""

import os
import random
from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis.strategies import SearchStrategy

FIXED: Final = 20_261_123
GIVEN: Final = os.environ.get("TALLYSTICK_SEED")  # to repeat a long run


class Many(int):
    """A number of examples that only a long run looks at: fresh ones each time."""


def sizes(quick: int, many: int) -> pytest.MarkDecorator:
    """Runs a test with `examples` of each size; the many only in a long run."""
    return pytest.mark.parametrize(
        "examples",
        [pytest.param(quick, id="quick"), pytest.param(Many(many), id="many", marks=pytest.mark.long)],
    )


def chosen(examples: int) -> int:
    """The seed of a run of so many examples: fixed for a quick one, fresh for a long one, printed with a failure."""
    fresh = random.SystemRandom().randrange(2**32) if isinstance(examples, Many) else FIXED
    number = int(GIVEN) if GIVEN else fresh
    print(f"TALLYSTICK_SEED={number}")
    return number


def frame(examples: int, **more: Any) -> settings:
    """No deadline on a shared machine, no files left behind, and the failing example as a line to paste."""
    return settings(
        max_examples=examples,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        **more,
    )


def search(examples: int, strategy: SearchStrategy[Any], check: Callable[[Any], None]) -> None:
    """Look for a drawn value for which `check` fails; the smallest one found is raised."""

    def case(drawn: Any) -> None:
        check(drawn)

    seed(chosen(examples))(frame(examples)(given(strategy)(case)))()
