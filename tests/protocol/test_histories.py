"""Random histories of a whole market: nothing out of nothing, nothing twice, the same from any node's point of view."""

import json
from collections import Counter
from functools import cache
from random import Random
from typing import Any

from hypothesis import strategies as st

from clients.build import Json
from ledger.protocol.encoding import canonical
from ledger.protocol.reasons import Rejected
from ledger.protocol.signed import check_form, read
from ledger.protocol.state import Delta
from ledger.protocol.transition import check_transaction, prefetch
from tests.fuzzing import chosen, search, sizes
from tests.protocol.market import Market, holdings
from tests.protocol.wire_values import altered, as_json

STEPS = 25


@cache
def opened() -> Market:
    return Market()


@sizes(40, 500)
def test_histories(examples: int) -> None:
    """The invariants are checked after each block; then the whole chain is replayed."""
    first, seen = chosen(examples), Counter[str]()
    for number in range(first, first + examples):
        print(f"history {number}")
        market, rng = opened().copy(), Random(number)
        for _ in range(STEPS):
            market.step(rng)
        again = market.replay()
        assert again.commitment == market.source.commitment
        assert holdings(again) == holdings(market.source)
        seen += market.books.seen
    print(dict(seen.most_common()))
    kinds = ("transfer", "propose", "approve", "refuse", "retract", "allot", "attest", "revoke", "rotate")
    missing = {"handed over", *(f"committed {kind}" for kind in kinds)} - set(seen)
    assert not missing, f"these histories try too little: {missing}"


@cache
def possible() -> tuple[Market, list[Json]]:
    """A market in full swing, and transactions of all kinds that it would commit now."""
    market, rng = opened().copy(), Random(10)
    for _ in range(20):
        market.step(rng)
    found: dict[str, list[Json]] = {}
    for _ in range(600):
        signed = market.idea(rng)
        made = json.loads(canonical(signed.transaction)) if signed is not None else None
        if made is not None and judged(market, made) is not None:
            found.setdefault(made["kind"], []).append(made)
    assert set(found) >= {"transfer", "propose", "approve", "attest", "revoke", "rotate"}, found.keys()
    return market, [each for listed in found.values() for each in listed[:8]]


def judged(market: Market, transaction: Any) -> Delta | None:
    """What it would change, as a dry-run without witnesses judges it, the rules of every kind included."""
    try:
        submitted = read(as_json({"transaction": transaction, "witnesses": []}))
        check_form(submitted, chain=market.chain, version=1)
        state = market.open()
        prefetch([submitted], state)
        delta = check_transaction(
            submitted, state, time=market.time, height=market.height + 1, witnessed=False
        )
        state.apply(submitted.id, delta)  # asserts that nothing falls below zero and nothing is spent twice
    except Rejected:
        return None
    return delta


@sizes(400, 6_000)
def test_altered_transactions_before_all_rules(examples: int) -> None:
    """Whatever is changed in what would be committed: refused with a reason, or still in order."""
    market, transactions = possible()
    passed = 0

    def check(changed: Any) -> None:
        nonlocal passed
        delta = judged(market, changed)
        if delta is not None and changed["kind"] == "transfer":
            passed += 1
            before, after = Counter[str](), Counter[str]()
            for outpoint in delta.spent:
                before[market.source.outputs[outpoint].output.asset] += market.source.outputs[
                    outpoint
                ].output.quantity
            for output in delta.created:
                after[output.asset] += output.quantity
            assert before == after

    search(examples, st.sampled_from(transactions).flatmap(altered), check)
    print(f"{passed} of {examples} altered transactions were still transfers in order")
