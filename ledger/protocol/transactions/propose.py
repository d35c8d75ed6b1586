"""`propose`: an act that needs other institutions' signatures is laid before them."""

from typing import Final, Literal

from ledger.protocol.acts import AnyAct
from ledger.protocol.acts.base import Case, check_active
from ledger.protocol.keys import Card
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import RECORD_TYPES, participant_key, wallet_key
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.transactions.base import Transaction
from ledger.protocol.values import DAY, Address, Strict, Time

DEADLINE_DAYS: Final = 90


class Approvers(Strict):
    """Whose signatures the act waits for."""

    regulator: Address
    notary: Address | None = None


class Proposal(Strict):
    """`proposal/<id>`."""

    act: AnyAct
    approvers: Approvers
    deadline: Time
    proposer: Address
    status: Literal["open", "executed", "refused", "retracted"]

    def approver(self, role: str) -> str | None:
        """The wallet that answers in this role, None if the act does not ask for the role."""
        address: str | None = getattr(self.approvers, role)
        return address

    def case(self, id: str) -> Case:
        """Who is behind the act."""
        approvers = {str(role): self.approver(role) or "" for role in self.act.approver_roles}
        return Case(id=id, proposer=self.proposer, approvers=approvers)


RECORD_TYPES["proposal"] = Proposal


class ProposeBody(Strict):
    """An act, by when it must be decided, and who proposes it; the notary where the act needs one."""

    act: AnyAct
    deadline: Time
    proposer: Address
    notary: Address | None = None


class Propose(Transaction, tag="propose"):
    """Consumes the key of its own id: it can never be proposed twice by the same bytes."""

    body: ProposeBody

    def check_in_force(self, version: int) -> None:
        self.body.act.check_in_force(version)

    def check_form(self) -> None:
        super().check_form()
        self.body.act.check_form()
        if (self.body.notary is not None) != ("notary" in self.body.act.approver_roles):
            raise Rejected(Reason.MALFORMED, "body.notary", "Name a notary exactly where the act needs one.")

    def consumed(self, id: str) -> list[str]:
        return [f"proposal/{id}"]

    def check_consumed(self, state: State, id: str) -> None:
        if state.record(f"proposal/{id}") is not None:
            raise Rejected(Reason.ALREADY_COMMITTED)

    def signers(self, state: State) -> set[str]:
        return {self.body.proposer} | self.body.act.signers(state)

    def new_cards(self) -> tuple[Card, ...]:
        return self.body.act.new_cards()

    def needs(self, state: State, id: str) -> Needs:
        needs = self.body.act.needs(state)
        people = [self.body.proposer, self.body.notary or self.body.proposer]
        needs.records |= {f"proposal/{id}", "network", *map(participant_key, people)}
        needs.records.add(wallet_key(self.body.proposer))
        return needs

    def effect(self, turn: Turn) -> Delta:
        proposal = self._proposal(turn)
        check_active(turn.state, self.body.proposer, self.body.act.proposer_role, "body.proposer")
        if self.body.notary is not None:
            check_active(turn.state, self.body.notary, "notary", "body.notary")
        case = proposal.case(turn.id)
        if len({case.proposer, *case.approvers.values()}) != 1 + len(case.approvers):
            raise Rejected(Reason.SAME_WALLET, "body.proposer")
        if not turn.time < self.body.deadline <= turn.time + DEADLINE_DAYS * DAY:
            raise Rejected(Reason.BAD_DEADLINE, "body.deadline")
        self.body.act.execute(turn, case)  # nobody is asked to sign what cannot be executed
        delta = Delta()
        delta.written[f"proposal/{turn.id}"] = proposal
        return delta

    def _proposal(self, turn: Turn) -> Proposal:
        body = self.body
        approvers = Approvers(regulator=turn.state.network.roles.regulator, notary=body.notary)
        return Proposal(
            act=body.act, approvers=approvers, deadline=body.deadline, proposer=body.proposer, status="open"
        )
