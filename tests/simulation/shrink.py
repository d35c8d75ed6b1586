"""Makes a failing case small: without every fault class that it can fail without, and as short as it can be."""

from collections.abc import Iterator
from dataclasses import replace

from tests.simulation.case import FAULTS, Case
from tests.simulation.run import Outcome, run


def kind_of(violation: str) -> str:
    """The first word: which invariant."""
    return violation.partition(":")[0]


def shrink(failed: Outcome) -> Outcome:
    """The smallest case found that breaks the same invariant."""
    smaller = next((one for one in map(run, _smaller(failed.case)) if _same(one, failed)), None)
    return shrink(smaller) if smaller else failed


def _smaller(case: Case) -> Iterator[Case]:
    yield from (case.without(fault) for fault in FAULTS if fault not in case.off)
    yield from (replace(case, seconds=seconds) for seconds in (1, 2, 3, 4, 6) if seconds < case.seconds)


def _same(one: Outcome, other: Outcome) -> bool:
    return kind_of(one.violation) == kind_of(other.violation)


def entry(failed: Outcome) -> str:
    """The line for regressions.py."""
    case = failed.case
    given = f"seed={case.seed}, validators={case.validators}, seconds={case.seconds}, off={case.off!r}"
    if case.liars is not None:
        given += f", liars={case.liars}"
    return f'    "{kind_of(failed.violation)}-{case.seed}": Case({given}),'
