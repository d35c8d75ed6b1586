"""`transfer`: change registration, from wallet to wallet by the owner's signature alone."""

from collections import Counter
from typing import ClassVar

from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.rules import instrument_of, move, needs_of
from ledger.protocol.sealing import Note, check_note
from ledger.protocol.state import Delta, Needs, State, Turn, unspent
from ledger.protocol.transactions.base import Transaction
from ledger.protocol.values import Output, Strict


class TransferBody(Strict):
    """A transfer's only extra: a sealed note to the receiver and the regulator."""

    note: Note | None = None


class Transfer(Transaction, tag="transfer"):
    """Spend outputs of any owners who sign; create outputs of the same assets and sums."""

    body: TransferBody
    spends: ClassVar[bool] = True

    def check_form(self) -> None:
        super().check_form()
        if not self.outputs:
            raise Rejected(Reason.NOT_CONSERVED, "outputs", "A transfer has outputs.")
        if any(output.hold is not None or output.locked_until is not None for output in self.outputs):
            raise Rejected(Reason.MALFORMED, "outputs", "A transfer makes outputs without hold and lock.")
        if self.body.note is not None:
            check_note(self.body.note)

    def signers(self, state: State) -> set[str]:
        entries = [state.output(outpoint) for outpoint in self.inputs]
        return {entry.output.owner for entry in entries if entry is not None}

    def needs(self, state: State, id: str) -> Needs:
        needs = needs_of(state, [state.outputs.get(outpoint) for outpoint in self.inputs], self.outputs)
        needs.outputs |= set(self.inputs)
        return needs

    def effect(self, turn: Turn) -> Delta:
        spent = {
            outpoint: unspent(turn.state, outpoint, f"inputs[{number}]")
            for number, outpoint in enumerate(self.inputs)
        }
        self._check_conserved(spent)
        self._check_free(turn, spent)
        self._check_note(turn)
        delta = Delta()
        move(turn, spent, self.outputs, delta)
        return delta

    def _check_conserved(self, spent: dict[str, Output]) -> None:
        given: Counter[str] = Counter()
        for output in spent.values():
            given[output.asset] += output.quantity
        taken: Counter[str] = Counter()
        for output in self.outputs:
            taken[output.asset] += output.quantity
        for asset in sorted(given | taken):
            if given[asset] != taken[asset]:
                raise Rejected(
                    Reason.NOT_CONSERVED,
                    "outputs",
                    f"Inputs have {given[asset]} of {asset}, outputs {taken[asset]}.",
                )

    def _check_free(self, turn: Turn, spent: dict[str, Output]) -> None:
        self._check_holds(spent)
        for number, output in enumerate(spent.values()):
            field = f"inputs[{number}]"
            instrument = instrument_of(turn.state, output.asset)
            until = max(output.locked_until or 0, instrument.rules.lock_up or 0)
            if turn.time < until:
                raise Rejected(Reason.LOCKED, field, f"The units are locked up until {until} (UTC seconds).")
            if instrument.status != "active":
                raise Rejected(Reason.INSTRUMENT_CLOSED, field)

    def _check_holds(self, spent: dict[str, Output]) -> None:
        """What is held for somebody reaches him, beyond what he gives himself."""
        handed: Counter[tuple[str, str]] = Counter()
        gained: Counter[tuple[str, str]] = Counter()
        for output in self.outputs:
            gained[output.asset, output.owner] += output.quantity
        for output in spent.values():
            gained[output.asset, output.owner] -= output.quantity
            if output.hold is not None:
                handed[output.asset, output.hold.to] += output.quantity
        for (asset, owner), quantity in handed.items():
            if gained[asset, owner] < quantity:
                raise Rejected(Reason.HELD, "inputs", f"{quantity} units are held for {owner}.")

    def _check_note(self, turn: Turn) -> None:
        note = self.body.note
        if note is None:
            return
        regulator = turn.state.network.roles.regulator
        if [reader.address for reader in note.readers] != [self.outputs[0].owner, regulator]:
            raise Rejected(
                Reason.BAD_NOTE, "body.note.readers", "The first output's owner and the regulator read it."
            )
