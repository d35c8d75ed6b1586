"""The table of the paper's lines is complete, and its tests notice when a rule is missing."""

import inspect
import re
from collections.abc import Callable
from itertools import pairwise

import pytest
import test_consensus_decisions
import test_consensus_lines
from paper_lines import OURS, ROWS

from ledger.protocol.consensus import machine, rules

TESTS = {
    name: function
    for module in (test_consensus_lines, test_consensus_decisions)
    for name, function in vars(module).items()
    if name.startswith("test_")
}


def test_every_line_of_the_paper_stands_in_one_row():
    assert (ROWS[0][0], ROWS[-1][1]) == (10, 67)
    assert all(last + 1 == first for (_, last, *_), (first, *_) in pairwise(ROWS))


def test_every_row_has_a_test_and_every_test_a_row():
    named = {test for *_, tests in ROWS for test in tests} | {
        test for tests in OURS.values() for test in tests
    }
    assert all(tests for *_, tests in ROWS)
    assert named == TESTS.keys()


def test_every_line_that_the_code_cites_stands_in_the_table():
    source = inspect.getsource(rules) + inspect.getsource(machine)
    cited = {int(number) for number in re.findall(r"\bL(\d+)", source)}
    assert len(cited) > 20 and cited <= set(range(ROWS[0][0], ROWS[-1][1] + 1))


def lines_of(rule: Callable[..., object]) -> set[int]:
    """The lines in a rule's docstring: `L22-L27` are six."""
    found = re.findall(r"\bL(\d+)(?:-L(\d+))?", rule.__doc__ or "")
    return {line for first, last in found for line in range(int(first), int(last or first) + 1)}


def named_for(rule: Callable[..., object]) -> list[str]:
    """The tests that the table names for the rule's lines."""
    lines = lines_of(rule)
    rows = [tests for first, last, _, tests in ROWS if lines & set(range(first, last + 1))]
    return sorted({test for tests in rows for test in tests} | set(OURS.get(rule.__name__, ())))


@pytest.mark.parametrize("rule", rules.RULES, ids=lambda rule: rule.__name__)
def test_a_rule_that_is_missing_is_missed(rule: Callable[..., object], monkeypatch):
    assert bool(lines_of(rule)) != (rule.__name__ in OURS), "a rule is the paper's, or ours"
    monkeypatch.setattr(machine, "RULES", tuple(other for other in rules.RULES if other is not rule))
    failed = [name for name in named_for(rule) if fails(TESTS[name])]
    print(failed)
    assert failed


def fails(test: Callable[[], None]) -> bool:
    try:
        test()
    except Exception:  # of whatever kind: without its rule the story goes on differently
        return True
    return False
