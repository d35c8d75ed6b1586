"""`amend`: the words and the rules of a registered instrument, as they are from now on (version 3)."""

from typing import Any, ClassVar, Final

from msgspec.structs import replace

from ledger.protocol.acts.base import Act, Case, own_instrument
from ledger.protocol.acts.terms import check_claim_issuers, check_words
from ledger.protocol.encoding import Positive
from ledger.protocol.identifiers import check_isin, check_lei
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Cfi, Documents, Fisn, Lei, Rules, TermLines, instrument_key
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.values import Isin

AMENDABLE: Final = ("cfi", "documents", "fisn", "lei", "rules", "terms")


class Amend(Act, tag="amend"):
    """A field that is given replaces that field of the instrument whole; the others stay as they are.

    What counts units or money (authorised, decimals, currency, nominal) is changed by other acts.
    """

    first_version: ClassVar[int] = 3

    isin: Isin
    version: Positive
    cfi: Cfi | None = None
    documents: Documents | None = None
    fisn: Fisn | None = None
    lei: Lei | None = None
    rules: Rules | None = None
    terms: TermLines | None = None

    def check_form(self) -> None:
        check_isin(self.isin)
        if not self._given():
            raise Rejected(Reason.MALFORMED, "body.act", "Give at least one field that is to change.")
        if self.lei is not None:
            check_lei(self.lei)
        check_words(self.fisn or "", self.documents or (), self.terms or ())
        check_claim_issuers(self.rules or Rules())

    def needs(self, state: State) -> Needs:
        return Needs(records={instrument_key(self.isin)})

    def execute(self, turn: Turn, proposal: Case) -> Delta:
        instrument = own_instrument(turn, self.isin, self.version, proposal.proposer)
        amended = replace(instrument, **self._given())
        if amended == instrument:
            raise Rejected(Reason.STALE_BASIS, "body.act", "The instrument says all of this already.")
        delta = Delta()
        delta.written[instrument_key(self.isin)] = amended
        return delta

    def _given(self) -> dict[str, Any]:
        given = {name: getattr(self, name) for name in AMENDABLE}
        return {name: value for name, value in given.items() if value is not None}
