"""Random transactions, right and wrong, over a few wallets and two instruments: what must hold always holds."""

import random
from collections import Counter
from functools import cache
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from clients import acts, build
from clients.build import Json
from clients.signing import Signed, sign
from ledger.protocol.keys import address
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Wallet, wallet_key
from ledger.protocol.state import Entry
from tests.protocol.town import BOND, SHARE, Town, altered
from tests.protocol.world import holder, person

NAMES: Final = ("ann", "bob", "cho")
ISINS: Final = (SHARE, BOND)
LIMIT: Final = 120  # of one holder, in the share
FEW: Final = 2  # holders of the bond
ATTACKS: Final = (
    "none",
    "twice",
    "more",
    "less",
    "stranger",
    "spent",
    "thief",
    "unknown",
    "swapped",
    "extra",
)


@st.composite
def seeds(draw: st.DrawFn) -> random.Random:
    """A generator of its own for each step, so that a failing run shrinks."""
    return random.Random(draw(st.integers(0, 2**32)))


class LedgerMachine(RuleBasedStateMachine):
    """The town's ledger beside the simplest account of it: a dictionary of live outputs."""

    @initialize()
    def found(self) -> None:
        self.town = _town().copy()
        self.live: dict[str, Entry] = self.town.source.live()
        self.gone: list[str] = []

    @rule(rng=seeds(), attack=st.sampled_from(ATTACKS))
    def transfer(self, rng: random.Random, attack: str) -> None:
        """A payment by one or two owners; with an attack it must be refused."""
        if not any(self._coins(name) for name in NAMES):
            return  # everything was burnt
        signed = self._payment(rng, attack)
        before = self.town.source.commitment
        reason = self.town.refusal(signed)
        if attack == "none":
            assert reason in (None, Reason.OVER_HOLDER_LIMIT, Reason.TOO_MANY_HOLDERS), reason
        else:
            assert reason is not None, f"{attack} was accepted"
        self._follow(signed, reason, before)

    @rule(rng=seeds(), size=st.integers(2, 5))
    def block(self, rng: random.Random, size: int) -> None:
        """Independent payments of different owners in one block: any order gives the same counters."""
        names = rng.sample(NAMES, min(size, len(NAMES)))
        payments = [self._payment(rng, "none", names=[name]) for name in names if self._coins(name)]
        ways = [payments, payments[::-1]]
        towns = [self.town.copy() for _ in ways]
        reasons = [town.refusal(*way) for town, way in zip(towns, ways, strict=True)]
        if reasons == [None, None]:
            first, second = (_sorted(town.source.counters) for town in towns)
            assert first == second
            self.town.block(*payments)
            self.live = self.town.source.live()

    @rule(rng=seeds())
    def burn(self, rng: random.Random) -> None:
        """A tendered output is burnt; without its owner's signature it is not even proposed."""
        found = self._coins(rng.choice(NAMES))
        if not found:
            return
        outpoint, entry = rng.choice(found)
        act = acts.decrease(entry.output.asset[:12], [outpoint], version=1)
        assert self.town.refusal(self.town.proposal(act, self.town.issuer)) is Reason.WRONG_WITNESSES
        self.town.decide(act, self.town.issuer, self._signer(entry.output.owner))
        self.gone.append(outpoint)
        self.live = self.town.source.live()

    @rule(name=st.sampled_from(NAMES), isin=st.sampled_from(ISINS), quantity=st.integers(1, 400))
    def increase(self, name: str, isin: str, quantity: int) -> None:
        """New units, if authorised and within the limits."""
        lines = [{"owner": self.town.at(name), "quantity": quantity}]
        act = acts.increase(isin, quantity, version=1, holders=lines)
        issued = self.town.counter(f"issued/{isin}.1")
        self.town.time += 1  # or it might be the same proposal as before, byte for byte
        try:
            self.town.decide(act, self.town.issuer)
        except Rejected as refusal:
            over = issued + quantity > 1_000
            assert (refusal.reason is Reason.OVER_ISSUE) is over
            assert over or refusal.reason in (Reason.OVER_HOLDER_LIMIT, Reason.TOO_MANY_HOLDERS)
        self.live = self.town.source.live()

    @rule(name=st.sampled_from(NAMES))
    def rotate(self, name: str) -> None:
        """A new card; the address and all that it owns stay."""
        wallet = self.town.value(wallet_key(self.town.at(name)))
        version = self.town.version(wallet_key(self.town.at(name)))
        fresh = person(f"{name} {version}")
        made = build.rotate_card(self.town.frame, self.town.at(name), fresh.card, version=version)
        self.town.submit(sign(made, KEYS[address(wallet.card)], fresh))
        KEYS[address(fresh.card)] = fresh

    @invariant()
    def counters_are_sums(self) -> None:
        if not hasattr(self, "town"):
            return
        sums: Counter[str] = Counter()
        for entry in self.town.source.live().values():
            output = entry.output
            assert output.quantity > 0
            who = self.town.value(wallet_key(output.owner)).holder
            sums[f"issued/{output.asset}"] += output.quantity
            sums[f"position/{output.asset}/{who}"] += output.quantity
        for name in list(sums):
            if name.startswith("position/"):
                sums[f"holders/{name.split('/')[1]}"] += 1
        assert dict(sums) == {name: value for name, value in self.town.source.counters.items() if value}

    @invariant()
    def limits_hold(self) -> None:
        if hasattr(self, "town"):
            counters = self.town.source.counters
            assert all(counters.get(f"position/{SHARE}.1/{holder(name)}", 0) <= LIMIT for name in NAMES)
            treasury = (
                counters.get(f"position/{BOND}.1/{holder('issuer')}", 0) > 0
            )  # counted, yet never refused
            assert counters.get(f"holders/{BOND}.1", 0) <= FEW + treasury
            assert all(counters.get(f"issued/{isin}.1", 0) <= 1_000 for isin in ISINS)

    @invariant()
    def roots_agree(self) -> None:
        if hasattr(self, "town"):
            assert self.town.source.naive_root() == self.town.source.tree_root

    def _coins(self, name: str) -> list[tuple[str, Entry]]:
        owner = self.town.at(name)
        return [(outpoint, entry) for outpoint, entry in self.live.items() if entry.output.owner == owner]

    def _signer(self, owner: str) -> Any:
        wallet = self.town.value(wallet_key(owner))
        assert isinstance(wallet, Wallet)
        return KEYS[address(wallet.card)]

    def _payment(self, rng: random.Random, attack: str, names: list[str] | None = None) -> Signed:
        owned = [item for name in names or NAMES for item in self._coins(name)]
        spent = dict(rng.sample(owned, min(len(owned), rng.randint(1, 3))))
        outputs = self._split(rng, spent)
        inputs = sorted(spent)
        signers = [self._signer(entry.output.owner) for entry in spent.values()]
        if attack == "twice":
            inputs = [*inputs, inputs[-1]]
        elif attack == "more":
            outputs[0] = altered(outputs[0], quantity=outputs[0]["quantity"] + 1)
        elif attack == "less":
            outputs = [*outputs[1:], *([altered(outputs[0], quantity=outputs[0]["quantity"] - 1)])]
        elif attack == "stranger":
            outputs[0] = altered(outputs[0], owner=self.town.at("dan"))
        elif attack == "spent":
            inputs = sorted([*inputs, *(self.gone[-1:] or ["ab" * 32 + ":0"])])
        elif attack == "thief":
            signers = [person("dan")]
        elif attack == "unknown":
            inputs = sorted([*inputs, "cd" * 32 + ":1"])
        elif attack == "swapped":
            outputs[0] = altered(outputs[0], asset=f"{SHARE}.2")
        elif attack == "extra":
            signers = [*signers, person("dan")]
        made = build.transaction(self.town.frame, "transfer", {}, inputs, outputs)
        return sign(made, *signers)

    def _split(self, rng: random.Random, spent: dict[str, Entry]) -> list[Json]:
        """The same sums for an asset, to anybody."""
        totals: Counter[str] = Counter()
        for entry in spent.values():
            totals[entry.output.asset] += entry.output.quantity
        outputs = []
        for asset, total in totals.items():
            cut = rng.randint(0, total)
            takers = [self.town.at(rng.choice((*NAMES, "issuer"))) for _ in range(2)]
            parts = zip(takers, (cut, total - cut), strict=True)
            outputs += [build.output(asset, taker, part) for taker, part in parts if part]
        return outputs

    def _follow(self, signed: Signed, reason: Reason | None, before: str) -> None:
        if reason is not None:
            assert self.town.source.commitment == before
            return
        self.gone += signed.transaction["inputs"]
        assert not set(signed.transaction["inputs"]) & set(self.town.source.live())
        assert self.town.refusal(signed) is Reason.SPENT
        self.live = self.town.source.live()


def _sorted(counters: dict[str, int]) -> list[tuple[str, int]]:
    return sorted((name, value) for name, value in counters.items() if value)


@cache
def _town() -> Town:
    town = Town()
    town.register({"ann": 100, "bob": 100, "issuer": 100}, rules={"max_per_holder": LIMIT})
    town.register({"ann": 50, "bob": 50}, isin=BOND, rules={"max_holders": FEW})
    return town


KEYS: Final[dict[str, Any]] = {person(name).address: person(name) for name in NAMES}


def run(examples: int, steps: int) -> None:
    """Print the seed of a failing run with its steps; a run that failed is tried first the next time."""
    run_state_machine_as_test(
        LedgerMachine,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            derandomize=examples < 100,  # the same in every quick run
            phases=[Phase.reuse, Phase.generate, Phase.shrink],
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_short_history() -> None:
    run(examples=12, steps=15)


@pytest.mark.long
def test_any_long_history() -> None:
    run(examples=400, steps=60)
