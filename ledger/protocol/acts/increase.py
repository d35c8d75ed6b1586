"""`increase`: further units of a registered instrument."""

from msgspec.structs import replace

from ledger.protocol.acts.base import Act, Case, own_instrument
from ledger.protocol.acts.issue import HolderList, Holders, check_holders, check_room, issue, outputs_of
from ledger.protocol.encoding import Positive
from ledger.protocol.identifiers import check_isin
from ledger.protocol.records import Instrument, instrument_key
from ledger.protocol.rules import needs_of
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.values import Isin, asset_of


class Increase(Act, tag="increase"):
    """A capital increase within what is authorised, or with a new authorised quantity."""

    isin: Isin
    quantity: Positive
    version: Positive
    authorised: Positive | None = None
    holders: Holders | None = None
    list: HolderList | None = None

    def check_form(self) -> None:
        check_isin(self.isin)
        check_holders(self.quantity, self.holders, self.list)

    def needs(self, state: State) -> Needs:
        needs = Needs(records={instrument_key(self.isin)})
        if instrument := state.known(instrument_key(self.isin), Instrument):
            asset = asset_of(self.isin, instrument.edition)
            needs = needs_of(state, [], outputs_of(asset, self.holders or ()))
            needs.counters |= {f"issued/{asset}", f"promised/{asset}"}
        return needs

    def execute(self, turn: Turn, proposal: Case) -> Delta:
        instrument = own_instrument(turn, self.isin, self.version, proposal.proposer)
        asset = asset_of(self.isin, instrument.edition)
        check_room(turn, asset, self.quantity, self.authorised or instrument.authorised)
        delta = Delta()
        issue(
            turn, proposal, asset, self.quantity, delta, holders=self.holders, list=self.list, initial=False
        )
        if self.authorised is not None:
            delta.written[instrument_key(self.isin)] = replace(instrument, authorised=self.authorised)
        return delta
