"""`attest` and `revoke`: identity claims by which wallets may receive instruments; the directory of cards."""

from msgspec import field
from msgspec.structs import replace

from ledger.protocol.acts.base import check_active
from ledger.protocol.encoding import INT_MAX, check_text
from ledger.protocol.keys import Card, address, check_card
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import (
    Claim,
    Country,
    InvestorClass,
    Topic,
    Wallet,
    claim_key,
    participant_key,
    wallet_key,
)
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.transactions.base import Transaction
from ledger.protocol.values import Address, HolderNumber, Strict, Text, Time


class AttestBody(Strict):
    """Who says what of whose wallet, and until when."""

    card: Card
    investor_class: InvestorClass = field(name="class")
    country: Country
    holder: HolderNumber
    issuer: Address
    topic: Topic
    until: Time
    wallet: Address


class RevokeBody(Strict):
    """The claim that its issuer takes back, and why."""

    issuer: Address
    reason: Text
    topic: Topic
    wallet: Address


class Attest(Transaction, tag="attest"):
    """A claim issuer and the wallet's owner sign; a wallet's first claim makes its record."""

    body: AttestBody

    def check_form(self) -> None:
        super().check_form()
        check_card(self.body.card, "body.card")

    def keys(self) -> tuple[str, ...]:
        return (claim_key(self.body.issuer, self.body.wallet),)

    def signers(self, state: State) -> set[str]:
        return {self.body.issuer, self.body.wallet}

    def needs(self, state: State, id: str) -> Needs:
        body = self.body
        people = {participant_key(body.issuer), wallet_key(body.issuer), wallet_key(body.wallet)}
        return Needs(records={*self.keys(), *people})

    def effect(self, turn: Turn) -> Delta:
        body = self.body
        check_active(turn.state, body.issuer, "claim_issuer", "body.issuer")
        if body.until <= turn.time:
            raise Rejected(Reason.BAD_DEADLINE, "body.until", "The claim would have lapsed already.")
        delta = Delta()
        wallet = turn.state.find(wallet_key(body.wallet), Wallet)
        if wallet is None:
            if address(body.card) != body.wallet:
                raise Rejected(Reason.HOLDER_MISMATCH, "body.card", "The address is not that of the card.")
            delta.written[wallet_key(body.wallet)] = Wallet(card=body.card, freezes=(), holder=body.holder)
        elif wallet.card != body.card or wallet.holder != body.holder:
            raise Rejected(Reason.HOLDER_MISMATCH, "body.holder")
        delta.written[self.keys()[0]] = Claim(
            investor_class=body.investor_class,
            country=body.country,
            holder=body.holder,
            status="valid",
            until=body.until,
        )
        return delta


class Revoke(Transaction, tag="revoke"):
    """A claim ends now; its wallet keeps and may sell, not receive."""

    body: RevokeBody

    def check_form(self) -> None:
        super().check_form()
        check_text(self.body.reason, "body.reason")

    def keys(self) -> tuple[str, ...]:
        return (claim_key(self.body.issuer, self.body.wallet),)

    def versions(self) -> tuple[int, int]:
        return 1, INT_MAX

    def signers(self, state: State) -> set[str]:
        return {self.body.issuer}

    def needs(self, state: State, id: str) -> Needs:
        issuer = self.body.issuer
        return Needs(records={*self.keys(), participant_key(issuer), wallet_key(issuer)})

    def effect(self, turn: Turn) -> Delta:
        check_active(turn.state, self.body.issuer, "claim_issuer", "body.issuer")
        claim = turn.state.get(self.keys()[0], Claim, field="body.wallet")
        if claim.status == "revoked":
            raise Rejected(Reason.STALE, "body.wallet", "The claim is revoked already.")
        delta = Delta()
        delta.written[self.keys()[0]] = replace(claim, status="revoked")
        return delta
