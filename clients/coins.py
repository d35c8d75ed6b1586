"""Which outputs a wallet spends: the smallest that suffices, and a few crumbs swept up on the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

INPUTS_MAX: Final = 256
# Above so many outputs of an asset, each payment takes a few of the smallest along, unasked.
TIDY_ABOVE: Final = 8
SWEPT_MAX: Final = 4


@dataclass(frozen=True, slots=True)
class Coin:
    """A live output as the wallet knows it."""

    outpoint: str
    asset: str
    owner: str
    quantity: int
    locked_until: int = 0
    held: bool = False

    @classmethod
    def parse(cls, row: Mapping[str, Any], owner: str = "") -> "Coin":
        """From a row of GET wallets/<address>/outputs."""
        lock = row.get("locked_until") or 0
        return cls(
            row["outpoint"],
            row["asset"],
            row.get("owner", owner),
            row["quantity"],
            lock,
            bool(row.get("hold")),
        )


class NotEnough(Exception):
    """The wallet's free outputs do not add up to what should be paid."""


def free(coins: Iterable[Coin], asset: str, at: int) -> list[Coin]:
    """The coins of this asset that may move at this time, smallest first."""
    usable = (coin for coin in coins if coin.asset == asset and not coin.held and coin.locked_until <= at)
    return sorted(usable, key=lambda coin: (coin.quantity, coin.outpoint))


def select(coins: Iterable[Coin], asset: str, quantity: int, *, at: int) -> list[Coin]:
    """Coins for this payment, at most 256; raises NotEnough with the sum that is free."""
    usable = free(coins, asset, at)
    chosen = _smallest_single(usable, quantity) or _largest_first(usable, quantity)
    if sum(coin.quantity for coin in chosen) < quantity:
        total = sum(coin.quantity for coin in usable)
        sums = f"{quantity} of {asset} to pay, {total} free in {len(usable)} outputs"
        raise NotEnough(sums if total < quantity else f"{sums}: too many, pay yourself first to merge some")
    return chosen + _swept(usable, chosen)


def _smallest_single(usable: Sequence[Coin], quantity: int) -> list[Coin]:
    return next(([coin] for coin in usable if coin.quantity >= quantity), [])


def _largest_first(usable: Sequence[Coin], quantity: int) -> list[Coin]:
    chosen: list[Coin] = []
    missing = quantity
    for coin in reversed(usable[-INPUTS_MAX:]):
        if missing <= 0:
            break
        chosen.append(coin)
        missing -= coin.quantity
    return chosen


def _swept(usable: Sequence[Coin], chosen: Sequence[Coin]) -> list[Coin]:
    if len(usable) <= TIDY_ABOVE:
        return []
    room = min(SWEPT_MAX, INPUTS_MAX - len(chosen))
    return [coin for coin in usable if coin not in chosen][:room]
