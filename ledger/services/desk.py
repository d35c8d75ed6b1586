"""The desk of this process's node: its rows, and its ledger by the services."""

from collections.abc import Collection, Sequence
from functools import cache

from ledger import watchdog
from ledger.guard import Mark
from ledger.protocol.block import Block
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.reasons import Rejected
from ledger.services.admission import Answer, admit_from_peer
from ledger.services.blocks import build_block, check_block, commit_block
from ledger.services.lists import save_chunks
from ledger.store.consensus import Rows


@cache
def own_desk() -> "NodeDesk":
    """The one that all threads of a worker share."""
    return NodeDesk()


class NodeDesk(Rows):
    """What consensus needs of this node (ledger.desk.Desk)."""

    def remember(self, marks: tuple[Mark, ...]) -> None:
        """Have the guard know these; a node that cannot do that ends at once, with nothing of it sent."""
        try:
            self.guard.advance(marks)
        except OSError as error:
            watchdog.leave(f"The double-sign guard cannot be written, so this node ends: {error}.")

    def build_block(self, *, time: int, certificate: Certificate | None) -> Block:
        """The next block from the pool. UnknownVersion if this software is too old."""
        return build_block(time=time, proposer=self.me.name, certificate=certificate)

    def check_block(self, block: Block) -> Rejected | None:
        """Why this block cannot follow ours; None if it can. UnknownVersion if this software is too old."""
        return check_block(block=block)

    def commit_block(self, block: Block, certificate: Certificate) -> None:
        """Enter a decided block. Rejected here means: this node is wrong."""
        commit_block(block=block, certificate=certificate)

    def admit(self, raws: Sequence[bytes]) -> list[Answer]:
        """Take into the pool what a peer passed on, as far as it is good."""
        return admit_from_peer(raws=raws)

    def keep_chunks(self, peer: str, entries: Collection[tuple[bytes, int, int, bytes, str]]) -> None:
        """Store chunks of a holders' list that a peer handed on. Rejected where too many of its lists wait."""
        save_chunks(list(entries), lodger=peer)
