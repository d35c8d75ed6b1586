"""Private keys, for programs that hold their own: one wallet's, or the m members' of an institution."""

import secrets
from dataclasses import dataclass, field
from operator import itemgetter

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from nacl.signing import SigningKey

from ledger.protocol import keys
from ledger.protocol.keys import MultiCard, SingleCard

MemberSignature = dict[str, object]


@dataclass(frozen=True, slots=True)
class Wallet:
    """One wallet's two private keys, raw (never shown by `repr`), and the card of their public halves."""

    sign: bytes = field(repr=False)
    seal: bytes = field(repr=False)
    card: SingleCard

    @property
    def address(self) -> str:
        """The address, as long as this is the wallet's first card."""
        return keys.address(self.card)

    def signature(self, message: bytes) -> str:
        """The hex signature for a witness."""
        return sign(self.sign, message).hex()


@dataclass(frozen=True, slots=True)
class JointWallet:
    """An institution's wallet with exactly the m members' keys that will sign."""

    card: MultiCard
    members: tuple[Wallet, ...]

    def __post_init__(self) -> None:
        assert len(self.members) == self.card.m, f"exactly {self.card.m} members sign"

    @property
    def address(self) -> str:
        """The address, as long as this is the wallet's first card."""
        return keys.address(self.card)

    def signature(self, message: bytes) -> list[MemberSignature]:
        """The members' signatures for a witness, in the order that the protocol asks."""
        signers = sorted(
            ((self.card.cards.index(each.card), each) for each in self.members), key=itemgetter(0)
        )
        return [{"member": place, "signature": member.signature(message)} for place, member in signers]


def generate() -> Wallet:
    """A new wallet."""
    return from_seeds(secrets.token_bytes(32), secrets.token_bytes(32))


def from_seeds(sign: bytes, seal: bytes) -> Wallet:
    """The wallet with this Ed25519 seed and this X25519 private key."""
    public_seal = X25519PrivateKey.from_private_bytes(seal).public_key().public_bytes_raw()
    return Wallet(sign, seal, SingleCard(public_seal.hex(), bytes(SigningKey(sign).verify_key).hex()))


def sign(seed: bytes, message: bytes) -> bytes:
    """The 64-byte Ed25519 signature."""
    return SigningKey(seed).sign(message).signature


def multi_card(m: int, members: list[SingleCard]) -> MultiCard:
    """The card that needs `m` of these members, sorted as the protocol asks."""
    card = MultiCard(m, tuple(sorted(members, key=keys.address)))
    keys.check_card(card)
    return card
