"""The institutions of the demonstration that run nodes, with the wallets that their own people would hold."""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import msgspec

from clients.keys import Wallet, from_seeds, generate
from clients.wallet import MultiWallet
from embedded.postgres import write_private
from ledger.node.files import InstitutionCard
from ledger.protocol.records import Role
from ledger.protocol.transactions.rotate import NewSeal

MEMBERS: Final = 3
NEEDED: Final = 2
QUARTERS: Final = 8
NAMES: Final[dict[str, tuple[str, tuple[Role, ...]]]] = {
    "csd": ("Tallystick Central Securities Depository", ("csd",)),
    "regulator": ("Securities Regulatory Commission", ("regulator",)),
    "exchange": ("Stock Exchange", ("exchange",)),
    "central_bank": ("Central Bank", ("central_bank",)),
    "issuer": ("Siemens Aktiengesellschaft", ("issuer",)),
}


class Quarter(msgspec.Struct, frozen=True):
    """A quarter of a year in UTC seconds."""

    epoch: str
    begins: int
    ends: int


@dataclass(frozen=True)
class Founder:
    """One institution: its joint wallet (2 of 3 people), its holder number, its keys for sealed notes."""

    name: str
    roles: tuple[Role, ...]
    holder: str
    wallet: MultiWallet
    seals: tuple[tuple[Quarter, Wallet], ...]

    @property
    def card(self) -> InstitutionCard:
        """The public file about it."""
        seals = tuple(
            NewSeal(epoch=quarter.epoch, since=quarter.begins, key=wallet.card.seal, until=quarter.ends)
            for quarter, wallet in self.seals
        )
        return InstitutionCard(
            card=self.wallet.card, holder=self.holder, name=self.name, roles=self.roles, seals=seals
        )


class _Secrets(msgspec.Struct):
    holder: str
    members: list[tuple[str, str]]
    seals: list[tuple[Quarter, tuple[str, str]]]


def founder(node: str, folder: Path) -> Founder:
    """The institution behind a node; made at the first call, the same ever after."""
    path = folder / f"{node}.json"
    name, roles = NAMES.get(node, (f"Institution of {node}", ("exchange",)))
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(
            path, msgspec.json.encode(_new(quarters=QUARTERS if "regulator" in roles else 0)).decode()
        )
    kept = msgspec.json.decode(path.read_bytes(), type=_Secrets)
    wallet = MultiWallet.of(NEEDED, [_wallet(pair) for pair in kept.members])
    seals = tuple((quarter, _wallet(pair)) for quarter, pair in kept.seals)
    return Founder(name, roles, kept.holder, wallet, seals)


def _new(quarters: int) -> _Secrets:
    now = time.gmtime()
    first = now.tm_year * 4 + (now.tm_mon - 1) // 3
    seals = [(_quarter(number), _pair()) for number in range(first, first + quarters)]
    return _Secrets(secrets.token_hex(16), [_pair() for _ in range(MEMBERS)], seals)


def _quarter(number: int) -> Quarter:
    begins, ends = (
        int(datetime(each // 4, each % 4 * 3 + 1, 1, tzinfo=UTC).timestamp()) for each in (number, number + 1)
    )
    return Quarter(f"{number // 4}Q{number % 4 + 1}", begins, ends)


def _pair() -> tuple[str, str]:
    wallet = generate()
    return wallet.sign.hex(), wallet.seal.hex()


def _wallet(pair: tuple[str, str]) -> Wallet:
    return from_seeds(bytes.fromhex(pair[0]), bytes.fromhex(pair[1]))
