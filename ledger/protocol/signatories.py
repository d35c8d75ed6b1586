"""Who has to sign a transaction, and how single people's signatures become its witnesses."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ledger.protocol.keys import Card, MemberSignature, MultiCard, SingleCard, Witness, address
from ledger.protocol.records import Wallet, wallet_key
from ledger.protocol.state import State
from ledger.protocol.transactions.base import Transaction


@dataclass(frozen=True, slots=True)
class Signatory:
    """One witness that is needed: for which wallet (empty for a card that comes into force), and by which card."""

    wallet: str
    card_address: str
    card: Card | None  # None if nothing has shown the first card of this wallet yet

    @property
    def people(self) -> tuple[str, ...]:
        """The addresses of the single cards that may sign."""
        if isinstance(self.card, MultiCard):
            return tuple(map(address, self.card.cards))
        return (self.card_address,)

    @property
    def needed(self) -> int:
        """How many of them must."""
        return self.card.m if isinstance(self.card, MultiCard) else 1

    def given(self, signed: Iterable[str]) -> tuple[str, ...]:
        """Those of its people who have signed, in the card's order."""
        have = set(signed)
        return tuple(person for person in self.people if person in have)

    def lacking(self, signed: Iterable[str]) -> int:
        """How many more must."""
        return max(0, self.needed - len(self.given(signed)))


def signatories(transaction: Transaction, state: State) -> list[Signatory]:
    """The exact set of witnesses that this transaction needs in this state, by the address of the card."""
    if transaction.rule_built:
        return []
    new = {address(card): Signatory("", address(card), card) for card in transaction.new_cards()}
    shown = getattr(getattr(transaction, "body", None), "card", None)
    owners = {
        one.card_address: one for one in (_of(each, state, shown) for each in transaction.signers(state))
    }
    return [found for _, found in sorted((new | owners).items())]


def witness_of(signatory: Signatory, cards: Mapping[str, SingleCard], given: Mapping[str, str]) -> Witness:
    """The witness made of people's signatures (hex, by the address of their card), of whom enough have signed."""
    card, people = signatory.card, signatory.given(given)
    assert len(people) >= signatory.needed, "somebody has to sign yet"
    if not isinstance(card, MultiCard):
        return Witness(card=card or cards[signatory.card_address], signature=given[signatory.card_address])
    places = {person: place for place, person in enumerate(signatory.people)}
    members = tuple(
        MemberSignature(member=places[person], signature=given[person]) for person in people[: card.m]
    )
    return Witness(card=card, signature=members)


def _of(owner: str, state: State, shown: Card | None) -> Signatory:
    """By the card in force: the first one while the wallet has no record, which only its attestation shows."""
    wallet = state.find(wallet_key(owner), Wallet)
    if wallet is not None:
        return Signatory(owner, address(wallet.card), wallet.card)
    first = shown if shown is not None and address(shown) == owner else None
    return Signatory(owner, owner, first)
