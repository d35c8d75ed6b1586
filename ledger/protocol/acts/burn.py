"""`decrease` and `withdraw`: units leave the register, and only units whose owners sign."""

from typing import Annotated

from msgspec import Meta
from msgspec.structs import replace

from ledger.protocol.acts.base import Act, Case, check_sorted, own_instrument
from ledger.protocol.encoding import Positive, check_text
from ledger.protocol.identifiers import check_isin
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Instrument, instrument_key
from ledger.protocol.rules import move, needs_of
from ledger.protocol.state import Delta, Needs, State, Turn, unspent
from ledger.protocol.values import Isin, OutpointText, Output, Text, asset_of

Outpoints = Annotated[tuple[OutpointText, ...], Meta(min_length=1, max_length=256)]


class _Burn(Act):
    """Outputs that are burnt when the last signature lands; their owners sign the proposal."""

    isin: Isin
    version: Positive

    def named(self) -> tuple[str, ...]:
        """The outputs that the act burns."""
        return ()

    def check_form(self) -> None:
        check_isin(self.isin)
        check_sorted(self.named(), "body.act.outputs")

    def signers(self, state: State) -> set[str]:
        entries = [state.output(outpoint) for outpoint in self.named()]
        return {entry.output.owner for entry in entries if entry is not None}

    def needs(self, state: State) -> Needs:
        needs = needs_of(state, [state.outputs.get(outpoint) for outpoint in self.named()], [])
        needs.records.add(instrument_key(self.isin))
        needs.outputs |= set(self.named())
        if instrument := state.known(instrument_key(self.isin), Instrument):
            needs.counters.add(f"promised/{asset_of(self.isin, instrument.edition)}")
        return needs

    def _burn(self, turn: Turn, asset: str, delta: Delta) -> None:
        spent: dict[str, Output] = {}
        for number, outpoint in enumerate(self.named()):
            field = f"body.act.outputs[{number}]"
            output = unspent(turn.state, outpoint, field)
            if output.asset != asset:
                raise Rejected(Reason.NOT_CONSERVED, field, f"{outpoint} is not of {asset}.")
            if output.hold is not None:
                raise Rejected(Reason.HELD, field)
            spent[outpoint] = output
        move(turn, spent, [], delta)


class Decrease(_Burn, tag="decrease"):
    """A reduction of capital: the named outputs, the treasury's or tendering holders', are burnt."""

    outputs: Outpoints

    def named(self) -> tuple[str, ...]:
        return self.outputs

    def execute(self, turn: Turn, proposal: Case) -> Delta:
        instrument = own_instrument(turn, self.isin, self.version, proposal.proposer)
        delta = Delta()
        self._burn(turn, asset_of(self.isin, instrument.edition), delta)
        return delta


class Withdraw(_Burn, tag="withdraw"):
    """Exit from the register: of the named outputs, or of the whole instrument, which is then closed."""

    destination: Text
    outputs: Outpoints | None = None

    def named(self) -> tuple[str, ...]:
        return self.outputs or ()

    def check_form(self) -> None:
        super().check_form()
        check_text(self.destination, "body.act.destination")

    def execute(self, turn: Turn, proposal: Case) -> Delta:
        instrument = own_instrument(turn, self.isin, self.version, proposal.proposer)
        delta = Delta()
        if self.outputs is None:
            self._check_complete(turn, asset_of(self.isin, instrument.edition))
            closed: Instrument = replace(instrument, status="withdrawn", exit_height=turn.height)
            delta.written[instrument_key(self.isin)] = closed
        else:
            self._burn(turn, asset_of(self.isin, instrument.edition), delta)
        return delta

    def _check_complete(self, turn: Turn, asset: str) -> None:
        """The exit register is final: nothing that was promised to a list may be entered after it."""
        if turn.state.counter(f"promised/{asset}"):
            raise Rejected(Reason.INSTRUMENT_CLOSED, "body.act.isin", "A list of holders is being allotted.")
