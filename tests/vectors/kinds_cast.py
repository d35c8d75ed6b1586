"""Who appears in kinds.json: wallets with fixed seeds, single and joint, and the frame of their transactions."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import msgspec

from clients.build import Frame
from clients.keys import JointWallet, Wallet, from_seeds, multi_card
from ledger.protocol import keys

Json = dict[str, Any]

CHAIN: Final = "demo-0123456789abcdef"
NOW: Final = 1_795_000_000
FRAME: Final = Frame(CHAIN, NOW, NOW + 600)
SINGLE: Final = ("notary", "claims", "alice", "bob", "carol", "alice_new")
JOINT: Final = {"csd": (2, 3), "regulator": (2, 2), "issuer": (1, 2), "broker": (2, 3), "csd_new": (3, 4)}


@dataclass(frozen=True)
class Cast:
    """Every wallet by name; a joint one with exactly the members that sign, the last m of its card."""

    wallets: dict[str, Wallet | JointWallet]

    def __getitem__(self, name: str) -> Wallet | JointWallet:
        return self.wallets[name]

    def at(self, name: str) -> str:
        """The address of a wallet."""
        return self.wallets[name].address

    def card(self, name: str) -> Json:
        """The card of a wallet, as JSON."""
        return plain(self.wallets[name].card)

    def described(self) -> dict[str, Json]:
        """What another implementation needs to sign as they do."""
        return {
            name: {"address": wallet.address, **_secrets(wallet)} for name, wallet in self.wallets.items()
        }


def plain(value: Any) -> Any:
    """A Struct as JSON values."""
    return msgspec.json.decode(msgspec.json.encode(value))


def wallet(name: str) -> Wallet:
    """The wallet whose seeds follow from its name."""
    return from_seeds(seed(f"sign {name}"), seed(f"seal {name}"))


def seed(name: str) -> bytes:
    """32 bytes that follow from a name."""
    return sha256(f"tallystick vectors: {name}".encode()).digest()


def cast() -> Cast:
    """The same cast on every machine."""
    wallets: dict[str, Wallet | JointWallet] = {name: wallet(name) for name in SINGLE}
    return Cast(wallets | {name: _joint(name, m, n) for name, (m, n) in JOINT.items()})


def _joint(name: str, m: int, n: int) -> JointWallet:
    members = sorted(
        (wallet(f"{name} {number}") for number in range(n)), key=lambda each: keys.address(each.card)
    )
    return JointWallet(multi_card(m, [member.card for member in members]), tuple(members[-m:]))


def _secrets(wallet: Wallet | JointWallet) -> Json:
    if isinstance(wallet, JointWallet):
        members = [{"member": wallet.card.cards.index(each.card), **_pair(each)} for each in wallet.members]
        return {"card": plain(wallet.card), "members": members}
    return {"card": plain(wallet.card), **_pair(wallet)}


def _pair(wallet: Wallet) -> Json:
    return {"sign_seed": wallet.sign.hex(), "seal_private": wallet.seal.hex()}
