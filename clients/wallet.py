"""An institution's wallet as one program may hold it: all members' keys, of which any m sign."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from clients.keys import JointWallet, MemberSignature, Wallet, multi_card
from ledger.protocol.keys import MultiCard


@dataclass(frozen=True, slots=True)
class MultiWallet:
    """A card of n members with the keys of those who are at hand, at least m of them.

    Where members sit apart, each gives `member.signature(message)`, and only the signatures are put together.
    """

    card: MultiCard
    members: tuple[Wallet, ...]

    @classmethod
    def of(cls, m: int, members: Sequence[Wallet]) -> Self:
        """The wallet that needs m of these members, all of them at hand."""
        return cls(multi_card(m, [member.card for member in members]), tuple(members))

    @property
    def address(self) -> str:
        """The address, as long as this is the wallet's first card."""
        return self.signed_by(*range(self.card.m)).address

    def signed_by(self, *places: int) -> JointWallet:
        """The same wallet on a day when exactly these members sign."""
        return JointWallet(self.card, tuple(self.members[place] for place in places))

    def signature(self, message: bytes) -> list[MemberSignature]:
        """The signatures for a witness, of the first m members at hand."""
        return self.signed_by(*range(self.card.m)).signature(message)
