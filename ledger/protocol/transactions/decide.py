"""`approve`, `refuse`, `retract`: how a proposal ends; the last approval executes its act."""

from typing import Literal

from msgspec.structs import replace

from ledger.protocol.acts.base import basis_of, check_active
from ledger.protocol.encoding import Hex32, check_text
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Approval, ApproverRole, participant_key, wallet_key
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.transactions.base import Transaction
from ledger.protocol.transactions.propose import Proposal
from ledger.protocol.values import Strict, Text

# The codes of protocol.md section 9 as version 1 has them: frozen, whatever reasons.py will hold later.
RefusalCode = Literal[
    "BLOC", "DQUA", "DSEC", "FLIM", "LACK", "LATE", "NARR", "OTHR", "PODU", "PRSY", "REFE", "REGD", "RSTR", "SAFE",
]  # fmt: skip


class ApproveBody(Strict):
    """Which proposal, in which role, and the digest of the act that was judged."""

    basis: Hex32
    proposal: Hex32
    role: ApproverRole


class RefusalReason(Strict):
    """An ISO 20022 reason code and a sentence."""

    code: RefusalCode
    text: Text


class RefuseBody(ApproveBody):
    """As an approval, with the reason why not."""

    reason: RefusalReason


class RetractBody(Strict):
    """The proposal that its proposer takes back."""

    proposal: Hex32


class _Decision(Transaction):
    """One institution's answer to a proposal: consumes the key of its role, reads the proposal."""

    body: ApproveBody

    def keys(self) -> tuple[str, ...]:
        return (self._approval_key(self.body.role),)

    def versions(self) -> tuple[int, int]:
        return 0, 0

    def signers(self, state: State) -> set[str]:
        return {self._approver(state)}

    def needs(self, state: State, id: str) -> Needs:
        key = f"proposal/{self.body.proposal}"
        needs = Needs(records={key, "network"})
        if proposal := state.known(key, Proposal):
            roles = proposal.act.approver_roles
            needs = proposal.act.needs(state)
            needs.records |= {participant_key(proposal.approver(role) or "") for role in roles}
            needs.records |= {self._approval_key(role) for role in roles}
            needs.records.add(wallet_key(proposal.approver(self.body.role) or ""))
            needs.records |= {key, "network", participant_key(proposal.proposer)}
        return needs

    def _approval_key(self, role: str) -> str:
        return f"approval/{self.body.proposal}/{role}"

    def _proposal(self, state: State) -> Proposal:
        return state.get(f"proposal/{self.body.proposal}", Proposal, field="body.proposal")

    def _approver(self, state: State) -> str:
        address = self._proposal(state).approver(self.body.role)
        if address is None:
            raise Rejected(Reason.WRONG_ROLE, "body.role")
        return address

    def _check_open(self, turn: Turn) -> Proposal:
        proposal = self._proposal(turn.state)
        if proposal.status != "open":
            raise Rejected(Reason.PROPOSAL_CLOSED, "body.proposal", f"The proposal is {proposal.status}.")
        if turn.time > proposal.deadline:
            raise Rejected(Reason.PROPOSAL_LAPSED, "body.proposal")
        check_active(turn.state, self._approver(turn.state), self.body.role, "body.role")
        if self.body.basis != basis_of(proposal.act):
            raise Rejected(Reason.STALE_BASIS, "body.basis")
        return proposal


class Approve(_Decision, tag="approve"):
    """A yes. If every other role has said yes, the act is executed in this transaction."""

    body: ApproveBody

    def effect(self, turn: Turn) -> Delta:
        proposal = self._check_open(turn)
        by = self._approver(turn.state)
        delta = Delta()
        if all(self._approved(turn.state, role) for role in proposal.act.approver_roles):
            check_active(turn.state, proposal.proposer, proposal.act.proposer_role, "body.proposal")
            delta.merge(proposal.act.execute(turn, proposal.case(self.body.proposal)))
            delta.written[f"proposal/{self.body.proposal}"] = replace(proposal, status="executed")
        approval = Approval(basis=self.body.basis, by=by, verdict="approved")
        delta.written[self._approval_key(self.body.role)] = approval
        return delta

    def _approved(self, state: State, role: str) -> bool:
        return role == self.body.role or state.find(self._approval_key(role), Approval) is not None


class Refuse(_Decision, tag="refuse"):
    """A no with a reason: the proposal is closed; its proposer may correct it and propose anew."""

    body: RefuseBody

    def check_form(self) -> None:
        super().check_form()
        check_text(self.body.reason.text, "body.reason.text")

    def effect(self, turn: Turn) -> Delta:
        proposal = self._check_open(turn)
        reason = f"{self.body.reason.code}: {self.body.reason.text}"[:500]
        delta = Delta()
        delta.written[self._approval_key(self.body.role)] = Approval(
            basis=self.body.basis, by=self._approver(turn.state), verdict="refused", reason=reason
        )
        delta.written[f"proposal/{self.body.proposal}"] = replace(proposal, status="refused")
        return delta


class Retract(Transaction, tag="retract"):
    """The proposer takes an open proposal back."""

    body: RetractBody

    def keys(self) -> tuple[str, ...]:
        return (f"proposal/{self.body.proposal}",)

    def versions(self) -> tuple[int, int]:
        return 1, 1

    def signers(self, state: State) -> set[str]:
        return {state.get(self.keys()[0], Proposal, field="body.proposal").proposer}

    def needs(self, state: State, id: str) -> Needs:
        needs = Needs(records={*self.keys(), "network"})
        if proposal := state.known(self.keys()[0], Proposal):
            needs.records.add(wallet_key(proposal.proposer))
        return needs

    def effect(self, turn: Turn) -> Delta:
        proposal = turn.state.get(self.keys()[0], Proposal, field="body.proposal")
        if proposal.status != "open":
            raise Rejected(Reason.PROPOSAL_CLOSED, "body.proposal", f"The proposal is {proposal.status}.")
        delta = Delta()
        delta.written[self.keys()[0]] = replace(proposal, status="retracted")
        return delta
