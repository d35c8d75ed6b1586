"""The six broken locks of the lock-step checker as one-line changes of the real rules."""

import inspect
import sys
from collections.abc import Callable
from typing import Any

import pytest

from ledger.protocol.consensus import machine, proposers, rules, votes

FREE_FRESH = "state.locked is None or state.locked.block == first.block"
FREE_AGAIN = "locked is None or locked.round <= pol_round or locked.block == block"

# name of the break -> function, old part of a line, new part
LINES: dict[str, list[tuple[Callable[..., Any], str, str]]] = {
    "nolock": [(rules.prevote_fresh, FREE_FRESH, "True"), (rules.prevote_again, FREE_AGAIN, "True")],
    "nosetlock": [(rules.lock, "precommit(replace(state, locked=polka), block)", "precommit(state, block)")],
    "unlocknil": [
        (rules.precommit_nil, "precommit(state, NIL)", "precommit(replace(state, locked=None), NIL)")
    ],
    "nopolka": [(rules.prevote_again, " or not has_polka(state, pol_round, block)", "")],
    "l28": [(rules.prevote_again, FREE_AGAIN, "True")],
    "quorum-1": [(proposers.is_quorum, "3 * count > 2 * total", "3 * (count + 1) > 2 * total")],
}


def break_rules(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the broken functions in the place of the real ones, wherever the core has them."""
    for function, old, new in LINES[name]:
        broken = rewritten(function, old, new)
        for module in (machine, proposers, rules, votes):
            if vars(module).get(function.__name__) is function:
                monkeypatch.setattr(module, function.__name__, broken)
        table = tuple(broken if rule is function else rule for rule in machine.RULES)
        monkeypatch.setattr(machine, "RULES", table)


def rewritten(function: Callable[..., Any], old: str, new: str) -> Callable[..., Any]:
    """The function with one change in its source."""
    source = inspect.getsource(function)
    assert source.count(old) == 1, f"{function.__name__} no longer has one {old!r}"
    namespace = dict(vars(sys.modules[function.__module__]))
    exec(source.replace(old, new), namespace)  # noqa: S102  our own source
    return namespace[function.__name__]
