"""What every transaction has in common; a kind adds its body, what it consumes, who signs, what it does."""

import re
from typing import Annotated, ClassVar, Final

from msgspec import Meta, field

from ledger.protocol.encoding import INT_MAX
from ledger.protocol.keys import Card
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.state import Delta, Needs, State, Turn, unspent
from ledger.protocol.values import DAY, OUTPUTS_MAX, Output, Strict, Time

INPUTS_MAX: Final = 256
OUTPOINT = re.compile(r"[0-9a-f]{64}:(0|[1-9][0-9]{0,3})\Z")
VERSIONED_KEY = re.compile(r"([a-z]+(?:/[A-Za-z0-9_]+)*)@(0|[1-9][0-9]{0,9})\Z")
Input = Annotated[str, Meta(max_length=300)]


class Transaction(Strict, tag_field="kind"):
    """A transaction without its witnesses (protocol.md section 3)."""

    chain: Annotated[str, Meta(max_length=64)]
    expires: Time
    since: Time = field(name="from")
    inputs: Annotated[tuple[Input, ...], Meta(max_length=INPUTS_MAX)]
    outputs: Annotated[tuple[Output, ...], Meta(max_length=OUTPUTS_MAX)]

    rule_built: ClassVar[bool] = False
    spends: ClassVar[bool] = False  # whether its inputs are outputs, rather than record keys

    def check_form(self) -> None:
        """Refuse what no state could make right; a kind extends it."""
        self._check_times()
        self._check_inputs()
        if self.outputs and not (self.spends or self.rule_built):
            raise Rejected(Reason.WRONG_INPUTS, "outputs", "This kind has no outputs of its own.")

    def check_in_force(self, version: int) -> None:
        """Refuse what this kind may hold in other protocol versions than this one."""

    def keys(self) -> tuple[str, ...]:
        """The record keys that its inputs name, each with the version that it replaces."""
        return ()

    def versions(self) -> tuple[int, int]:
        """The least and the greatest version that its input may name: an approval is given once, never replaced."""
        return 0, INT_MAX

    def consumed(self, id: str) -> list[str]:
        """What it takes for itself, by which the pool tells that two transactions exclude each other."""
        return [item if self.spends else item.partition("@")[0] for item in self.inputs]

    def signers(self, state: State) -> set[str]:
        """Whose cards in force must be among the witnesses."""
        return set()

    def new_cards(self) -> tuple[Card, ...]:
        """Cards that must be among the witnesses because they come into force."""
        return ()

    def needs(self, state: State, id: str) -> Needs:
        """What judging it is going to look at, as far as that is known by now."""
        return Needs()

    def effect(self, turn: Turn) -> Delta:
        """What it changes at its turn; refused where the state does not allow it."""
        raise AssertionError(f"{type(self).__name__} does nothing")

    def _check_times(self) -> None:
        if not 0 < self.expires - self.since <= DAY:
            raise Rejected(Reason.BAD_VALIDITY, "expires")

    def _check_ruled_times(self) -> None:
        if self.since != 0 or self.expires != DAY:
            raise Rejected(
                Reason.BAD_VALIDITY, "expires", "A rule-built transaction is valid from 0 to 86400."
            )

    def _check_inputs(self) -> None:
        if len(set(self.inputs)) != len(self.inputs):
            raise Rejected(Reason.DUPLICATE_INPUT, "inputs")
        if list(self.inputs) != sorted(self.inputs):
            raise Rejected(Reason.WRONG_INPUTS, "inputs", "The inputs must be sorted.")
        if self.spends:
            self._check_outpoints()
        elif sorted(self.keys()) != [self._key(item) for item in self.inputs]:
            raise Rejected(
                Reason.WRONG_INPUTS, "inputs", f"It consumes {', '.join(self.keys()) or 'no named key'}."
            )
        else:
            self._check_versions()

    def _check_versions(self) -> None:
        least, greatest = self.versions()
        if not all(least <= int(item.partition("@")[2]) <= greatest for item in self.inputs):
            raise Rejected(
                Reason.WRONG_INPUTS, "inputs", "This kind does not consume that version of the key."
            )

    def _check_outpoints(self) -> None:
        if not self.inputs:
            raise Rejected(Reason.WRONG_INPUTS, "inputs", "It consumes at least one output.")
        for item in self.inputs:
            if not OUTPOINT.match(item):
                raise Rejected(Reason.WRONG_INPUTS, "inputs", f"{item[:80]} is not an output.")

    @staticmethod
    def _key(item: str) -> str:
        match = VERSIONED_KEY.match(item)
        if match is None:
            raise Rejected(Reason.WRONG_INPUTS, "inputs", f"{item[:80]} is not a key at a version.")
        return match[1]

    def check_consumed(self, state: State, id: str) -> None:
        """Refuse what is not there to be consumed: an output unknown or spent, a key at another version."""
        for number, item in enumerate(self.inputs):
            if self.spends:
                unspent(state, item, f"inputs[{number}]")
                continue
            key, _, version = item.partition("@")
            record = state.record(key)
            if (record.version if record else 0) != int(version):
                stands = record.version if record else 0
                raise Rejected(Reason.STALE, "inputs", f"{key} is at version {stands}, not {version}.")
