"""Who plays: everybody has a wallet of his own and speaks to the node of his own institution."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

from clients.api import Answer, NodeClient
from clients.build import Frame, Json
from clients.coins import Coin, select
from clients.signing import Signed, Signer, Task, sign, sign_batch

T = TypeVar("T")
PATIENCE_SECONDS = 180  # on a machine with much else to do, too


class StoryFailed(Exception):
    """Something was accepted that must be refused, refused that must be accepted, or never came."""


@dataclass(slots=True)
class Actor:
    """Somebody with a wallet, at one node."""

    name: str
    wallet: Signer
    node: NodeClient
    chain: str
    _own: NodeClient | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        """His wallet's address."""
        return self.wallet.address

    @property
    def frame(self) -> Frame:
        """For a transaction that he signs now."""
        return Frame.at(self.chain, int(time.time()))

    @property
    def own(self) -> NodeClient:
        """His node, knowing that it is he who asks."""
        if self._own is None:
            self._own = self.node.as_wallet(self.wallet)
        return self._own

    def coins(self, asset: str) -> list[Coin]:
        """His live outputs of an asset."""
        coins = [Coin.parse(row, self.address) for row in self.own.outputs(self.address)]
        return [coin for coin in coins if coin.asset == asset]

    def pick(self, asset: str, quantity: int) -> list[Coin]:
        """Outputs of his that pay this quantity."""
        return select(self.coins(asset), asset, quantity, at=int(time.time()))

    def sign(self, transaction: Json, *others: Signer) -> Signed:
        """Signed by him, and by whoever else must."""
        return sign(transaction, self.wallet, *others)

    def commit(self, transaction: Json, *others: Signer) -> Answer:
        """Sign, submit to his node, and wait until it is final."""
        return self.settle([self.sign(transaction, *others)])[0]

    def commit_batch(self, tasks: list[Task]) -> list[Answer]:
        """Many at once under one signature of his, in one request."""
        return self.settle(sign_batch(tasks, self.wallet))

    def settle(self, signed: list[Signed]) -> list[Answer]:
        """Submit to his node, and wait until all is final."""
        return self.node.settle(signed, within_seconds=PATIENCE_SECONDS)


def until(look: Callable[[], T], what: str) -> T:
    """The first answer of `look` that is something; StoryFailed if none comes in time."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := look()):
        if time.monotonic() > deadline:
            raise StoryFailed(f"{what}: not seen within {PATIENCE_SECONDS} seconds")
        time.sleep(0.1)
    return found
