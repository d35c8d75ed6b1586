"""`evidence`: a validator signed two things in one place; built by rule, recorded once, punished by nobody."""

from typing import ClassVar, Final

from ledger.protocol.consensus.evidence import Place, are_signed, check_conflict, in_order, place_of, said
from ledger.protocol.consensus.messages import Evidence as Conflict
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import ProvenEvidence, Validator
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.transactions.base import Transaction
from ledger.protocol.validators import validators_at
from ledger.protocol.values import DAY, Strict

BLOCK_EVIDENCE: Final = 8  # transactions a block: a liar must not fill the ledger with his lies


class EvidenceBody(Strict):
    """Both messages, as they were signed."""

    proof: Conflict


class Evidence(Transaction, tag="evidence"):
    """Valid if the node key that the set of that height gives has signed both messages."""

    body: EvidenceBody
    rule_built: ClassVar[bool] = True

    @classmethod
    def of(cls, proof: Conflict, chain: str) -> "Evidence":
        """What a proposer builds of this proof."""
        proof = in_order(proof)
        return cls(
            body=EvidenceBody(proof=proof),
            chain=chain,
            expires=DAY,
            since=0,
            inputs=(f"{place_of(said(proof.first)).key}@0",),
            outputs=(),
        )

    @property
    def place(self) -> Place:
        """Who said two things, and where."""
        return place_of(said(self.body.proof.first))

    def check_form(self) -> None:
        super().check_form()
        self._check_ruled_times()
        if self.outputs:
            raise Rejected(Reason.WRONG_INPUTS, "outputs", "Evidence has no outputs.")
        check_conflict(self.body.proof, self.chain)

    def keys(self) -> tuple[str, ...]:
        return (self.place.key,)

    def versions(self) -> tuple[int, int]:
        return 0, 0

    def needs(self, state: State, id: str) -> Needs:
        return Needs(records={"network", *self.keys()})

    def effect(self, turn: Turn) -> Delta:
        validator = self._validator(turn)
        if not are_signed(self.body.proof, bytes.fromhex(validator.node_key)):
            raise Rejected(Reason.BAD_SIGNATURE, "body.proof", f"{validator.name} did not sign both.")
        delta = Delta()
        delta.written[self.place.key] = ProvenEvidence(
            first=said(self.body.proof.first).signing_bytes().hex(),
            institution=validator.institution,
            node_key=validator.node_key,
            second=said(self.body.proof.second).signing_bytes().hex(),
        )
        return delta

    def _validator(self, turn: Turn) -> Validator:
        name, height = self.place.validator, self.place.height
        if 1 <= height <= turn.height:
            for validator in validators_at(turn.state, height):
                if validator.name == name:
                    return validator
        raise Rejected(Reason.BAD_EVIDENCE, "body.proof", f"{name} is no validator of height {height}.")
