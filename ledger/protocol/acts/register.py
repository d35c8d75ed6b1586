"""`register`: the initial entry of an instrument and its first holders (the paper's initial registration)."""

from ledger.protocol.acts.base import Act, Case
from ledger.protocol.acts.issue import HolderList, Holders, check_holders, check_room, issue, outputs_of
from ledger.protocol.acts.terms import check_claim_issuers, check_words
from ledger.protocol.encoding import Positive
from ledger.protocol.identifiers import check_isin, check_lei
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Instrument, Terms, instrument_key
from ledger.protocol.rules import needs_of
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.values import Isin, asset_of


class Register(Terms, Act, tag="register"):
    """Initial registration: final with the signatures of issuer, regulator and notary."""

    isin: Isin
    quantity: Positive
    holders: Holders | None = None
    list: HolderList | None = None

    def check_in_force(self, version: int) -> None:
        if version > 1:  # version 1 judged the letters of an address only
            check_claim_issuers(self.rules)

    def check_form(self) -> None:
        check_isin(self.isin)
        check_lei(self.lei)
        check_words(self.fisn, self.documents, self.terms)
        check_holders(self.quantity, self.holders, self.list)

    def needs(self, state: State) -> Needs:
        asset = asset_of(self.isin, 1)
        needs = needs_of(state, [], outputs_of(asset, self.holders or ()))
        if self.rules.claims:
            issuers, holders = self.rules.claims.issuers, self.holders or ()
            needs.records |= {f"claim/{by}/{line.owner}/identity" for by in issuers for line in holders}
        needs.records.add(instrument_key(self.isin))
        needs.counters |= {f"issued/{asset}", f"promised/{asset}", f"holders/{asset}"}
        return needs

    def execute(self, turn: Turn, proposal: Case) -> Delta:
        key, asset = instrument_key(self.isin), asset_of(self.isin, 1)
        if turn.state.record(key) is not None:
            raise Rejected(Reason.INSTRUMENT_EXISTS, "body.act.isin")
        check_room(turn, asset, self.quantity, self.authorised)
        delta = Delta()
        instrument = self._instrument(proposal)
        issue(with_instrument(turn, key, instrument), proposal, asset, self.quantity, delta,
              holders=self.holders, list=self.list, initial=True)  # fmt: skip
        delta.written[key] = instrument
        return delta

    def _instrument(self, proposal: Case) -> Instrument:
        terms = {name: getattr(self, name) for name in Terms.__struct_fields__}
        return Instrument(
            **terms,
            edition=1,
            issuer=proposal.proposer,
            notary=proposal.approvers["notary"],
            status="active" if self.holders is not None else "allotting",
        )


def with_instrument(turn: Turn, key: str, instrument: Instrument) -> Turn:
    """The same turn as it will be once the instrument is there: its own rules judge its first holders."""
    return Turn(turn.state.imagine(key, instrument), turn.id, turn.time, turn.height)
