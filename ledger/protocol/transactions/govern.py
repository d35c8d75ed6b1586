"""`govern`: the network's own changes, by institutions behind more than two thirds of the validators."""

from typing import Annotated

from msgspec import Meta

from ledger.protocol.acts.base import check_sorted
from ledger.protocol.consensus.proposers import is_quorum
from ledger.protocol.governance import GOVERN_ACTS, AnyGovernAct
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.transactions.base import Transaction
from ledger.protocol.validators import validators_at
from ledger.protocol.values import Address, Strict


class GovernBody(Strict):
    """What changes, and who signs for it."""

    act: AnyGovernAct
    signers: Annotated[tuple[Address, ...], Meta(min_length=1, max_length=64)]


class Govern(Transaction, tag="govern"):
    """Consumes the network's record: one change at a time."""

    body: GovernBody

    def check_in_force(self, version: int) -> None:
        if not isinstance(self.body.act, GOVERN_ACTS[version]):
            raise Rejected(Reason.MALFORMED, "body.act", f"There is no such act in version {version}.")

    def check_form(self) -> None:
        super().check_form()
        check_sorted(self.body.signers, "body.signers")
        self.body.act.check_form(self.chain)

    def keys(self) -> tuple[str, ...]:
        return ("network",)

    def signers(self, state: State) -> set[str]:
        return set(self.body.signers)

    def needs(self, state: State, id: str) -> Needs:
        needs = self.body.act.needs(state)
        needs.records |= {"network", *(f"wallet/{address}" for address in self.body.signers)}
        return needs

    def effect(self, turn: Turn) -> Delta:
        self._check_signers(turn)
        return self.body.act.execute(turn)

    def _check_signers(self, turn: Turn) -> None:
        owners = [validator.institution for validator in validators_at(turn.state, turn.height)]
        parties, signers = self.body.act.parties(turn), set(self.body.signers)
        if signers - parties - set(owners):
            raise Rejected(Reason.NOT_ENOUGH_VALIDATORS, "body.signers", "Validators' institutions sign.")
        if unasked := sorted(parties - signers):
            raise Rejected(Reason.NOT_ENOUGH_VALIDATORS, "body.signers", f"{unasked[0]} must sign too.")
        if not is_quorum(sum(owner in signers for owner in owners), len(owners)):
            raise Rejected(Reason.NOT_ENOUGH_VALIDATORS, "body.signers")
