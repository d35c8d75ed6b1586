"""`rotate`: a wallet's new card, or an institution's seal key for a quarter; the address stays."""

from msgspec import field
from msgspec.structs import replace

from ledger.protocol.encoding import INT_MAX, Hex32
from ledger.protocol.keys import Card, MultiCard, check_card, check_seal_key
from ledger.protocol.reasons import Reason, Rejected
from ledger.protocol.records import Epoch, Participant, Seal, Wallet, participant_key, wallet_key
from ledger.protocol.state import Delta, Needs, State, Turn
from ledger.protocol.transactions.base import Transaction
from ledger.protocol.values import Address, Strict, Time


class NewSeal(Strict):
    """A key to seal notes to, and when it is used."""

    epoch: Epoch
    since: Time = field(name="from")
    key: Hex32
    until: Time


class RotateBody(Strict):
    """Either a new card or a new seal key."""

    wallet: Address
    card: Card | None = None
    seal: NewSeal | None = None


class Rotate(Transaction, tag="rotate"):
    """The card in force signs, and a new card with it, to show that its owner has the keys."""

    body: RotateBody

    def check_form(self) -> None:
        if (self.body.card is None) == (self.body.seal is None):
            raise Rejected(Reason.MALFORMED, "body", "Give either card or seal.")
        super().check_form()
        if self.body.card is not None:
            check_card(self.body.card, "body.card")
        if self.body.seal is not None:
            check_seal_key(self.body.seal.key, "body.seal.key")
            if self.body.seal.since >= self.body.seal.until:
                raise Rejected(Reason.BAD_VALIDITY, "body.seal.until")

    def keys(self) -> tuple[str, ...]:
        if self.body.seal is not None:
            return (f"seal/{self.body.wallet}/{self.body.seal.epoch}",)
        return (wallet_key(self.body.wallet),)

    def versions(self) -> tuple[int, int]:
        return (0, 0) if self.body.seal is not None else (1, INT_MAX)

    def signers(self, state: State) -> set[str]:
        return {self.body.wallet}

    def new_cards(self) -> tuple[Card, ...]:
        return (self.body.card,) if self.body.card is not None else ()

    def needs(self, state: State, id: str) -> Needs:
        wallet = self.body.wallet
        return Needs(records={*self.keys(), wallet_key(wallet), participant_key(wallet)})

    def effect(self, turn: Turn) -> Delta:
        wallet = turn.state.get(wallet_key(self.body.wallet), Wallet, field="body.wallet")
        delta = Delta()
        if self.body.card is not None:
            delta.written[self.keys()[0]] = replace(wallet, card=self._new_card(wallet, self.body.card))
        elif self.body.seal is not None:
            turn.state.get(participant_key(self.body.wallet), Participant, field="body.wallet")
            seal = self.body.seal
            delta.written[self.keys()[0]] = Seal(since=seal.since, key=seal.key, until=seal.until)
        return delta

    def _new_card(self, wallet: Wallet, card: Card) -> Card:
        if card == wallet.card:
            raise Rejected(Reason.BAD_CARD, "body.card", "This card is in force already.")
        if isinstance(wallet.card, MultiCard) and not isinstance(card, MultiCard):
            raise Rejected(Reason.BAD_CARD, "body.card", "A wallet of several people stays one.")
        return card
