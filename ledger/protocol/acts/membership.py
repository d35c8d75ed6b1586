"""`admit` and `suspend`: who may act in a role, by the CSD and the regulator."""

from typing import Annotated, ClassVar

from msgspec import Meta
from msgspec.structs import replace

from ledger.protocol.acts.base import Act, Case, check_sorted
from ledger.protocol.encoding import check_text
from ledger.protocol.identifiers import check_lei
from ledger.protocol.keys import Card, address, check_card
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import (
    ApproverRole,
    Lei,
    Participant,
    Role,
    Wallet,
    participant_key,
    wallet_key,
)
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.values import Address, HolderNumber, Name, Text


class _Membership(Act):
    """Acts of the CSD and the regulator."""

    proposer_role: ClassVar[Role] = "csd"
    approver_roles: ClassVar[tuple[ApproverRole, ...]] = ("regulator",)


class Admit(_Membership, tag="admit"):
    """A participant with its roles; it signs too, to show that it has the keys. Again after a suspension."""

    card: Card
    holder: HolderNumber
    name: Name
    roles: Annotated[tuple[Role, ...], Meta(min_length=1)]
    wallet: Address
    lei: Lei | None = None

    def check_form(self) -> None:
        check_card(self.card, "body.act.card")
        check_text(self.name, "body.act.name")
        check_sorted(self.roles, "body.act.roles")
        if self.lei is not None:
            check_lei(self.lei)

    def new_cards(self) -> tuple[Card, ...]:
        return (self.card,)

    def needs(self, state: State) -> Needs:
        return Needs(records={wallet_key(self.wallet), participant_key(self.wallet)})

    def execute(self, turn: Turn, proposal: Case) -> Delta:
        delta = Delta()
        wallet = turn.state.find(wallet_key(self.wallet), Wallet)
        if wallet is None:
            if address(self.card) != self.wallet:
                raise Rejected(
                    Reason.HOLDER_MISMATCH, "body.act.wallet", "The address is not that of the card."
                )
            delta.written[wallet_key(self.wallet)] = Wallet(card=self.card, freezes=(), holder=self.holder)
        elif wallet.card != self.card or wallet.holder != self.holder:
            raise Rejected(Reason.HOLDER_MISMATCH, "body.act.card")
        delta.written[participant_key(self.wallet)] = Participant(
            name=self.name, roles=self.roles, status="active", lei=self.lei
        )
        return delta


class Suspend(_Membership, tag="suspend"):
    """A participant's roles rest until it is admitted again."""

    address: Address
    reason: Text

    def check_form(self) -> None:
        check_text(self.reason, "body.act.reason")

    def needs(self, state: State) -> Needs:
        return Needs(records={participant_key(self.address)})

    def execute(self, turn: Turn, proposal: Case) -> Delta:
        participant = turn.state.get(participant_key(self.address), Participant, field="body.act.address")
        roles = turn.state.network.roles
        if self.address in (roles.csd, roles.regulator):
            raise Rejected(Reason.SAME_WALLET, "body.act.address", "CSD and regulator change by govern only.")
        if participant.status == "suspended":
            raise Rejected(Reason.NOT_A_PARTICIPANT, "body.act.address", "It is suspended already.")
        delta = Delta()
        delta.written[participant_key(self.address)] = replace(participant, status="suspended")
        return delta
