"""All that consensus needs of the world around it: rows, a clock, a ledger. The driver knows no other way out.

A node's desk is Postgres (ledger.services.NodeDesk); the simulator's is memory, with a clock that it turns itself.
"""

from collections.abc import Collection, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Protocol

from ledger.documents import Shelf
from ledger.envelopes import Decided, Status, Summary
from ledger.guard import Guard, Mark
from ledger.local import Local
from ledger.protocol.block import Block
from ledger.protocol.consensus.events import Event, TimeoutFired
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.consensus.state import State
from ledger.protocol.reasons import Rejected
from ledger.protocol.records import Validator
from ledger.protocol.signed import Submission

KEEP: Final = timedelta(seconds=60)  # an envelope for an unreachable peer; later it catches up by other ways
SEND_AT_ONCE: Final = 500


class CannotRun(Exception):
    """This node may not start like this; the text is a sentence for its operator."""


class UnknownVersion(Exception):
    """The next height runs under a protocol version that this software does not know: it must stop here."""

    BEGINS: Final = "This node's software is too old. "  # a restart, of newer software perhaps, tries again

    def __init__(self, height: int, version: int) -> None:
        super().__init__(
            f"{self.BEGINS}Height {height} runs under protocol version {version}, which it does not know. "
            "Install the release that does, and start the node again."
        )


@dataclass(slots=True)
class Progress:
    """Where a node stands: the machine's state and what surrounds it. Whoever changes it holds its lock."""

    node_key: str  # public; another key may not go on from here
    state: State
    validators: dict[str, str]  # name -> node key, of this height
    certificate: Certificate | None  # of the height before
    decided_at: datetime  # the height before
    follow_up: bool = False  # the block before has transactions: certify its state
    fruitless: int = 0  # blocks in a row without transactions though some waited
    halted: str = ""  # why this node stopped; empty while it runs

    @property
    def height(self) -> int:
        """The height in progress."""
        return self.state.height

    def keys(self) -> dict[str, bytes]:
        """The validators' node keys at the height in progress."""
        return {name: bytes.fromhex(key) for name, key in self.validators.items()}


@dataclass(frozen=True, slots=True)
class Peer:
    """What a peer last said of itself: hints, none of them certain."""

    name: str
    height: int
    seen_at: datetime


class Desk(Protocol):
    """What one node has. Everything written inside `atomic()` is kept as a whole or not at all."""

    unsure: bool  # a commit with signatures failed, and may have happened all the same

    @property
    def documents(self) -> Shelf:
        """Sealed documents beside the ledger; consensus never looks there."""

    @property
    def me(self) -> Local:
        """Who this node is."""

    @property
    def guard(self) -> Guard:
        """What its key has signed, outside of everything that `atomic()` can undo."""

    def now(self) -> datetime:
        """This node's own clock."""

    def atomic(self) -> AbstractContextManager[object]:
        """All that is written inside, or nothing."""

    def alone(self) -> AbstractContextManager[object]:
        """Inside, nothing else of this node looks for what is to be sent."""

    def wake(self) -> None:
        """Have the pacemaker look around, as soon as the caller's atomic() commits."""

    # Where the node stands.

    def progress(self, *, lock: bool = False) -> Progress | None:
        """None before the first start. With `lock` nobody else gets it until the caller's atomic() ends."""

    def save(self, progress: Progress) -> None:
        """Put it in the place of the one before."""

    def halt(self, sentence: str) -> None:
        """Note why this node has stopped for good."""

    def log(self, events: Sequence[tuple[int, Event]]) -> None:
        """Append what happened to the machine, each with the height that it led to."""

    def signed(self, mark: Mark) -> tuple[str, str] | None:
        """Digest and signature of what this node's key signed at the mark's height, round and kind."""

    def keep_signed(self, mark: Mark, signature: str) -> None:
        """Keep it for ever."""

    def last_signed(self) -> Mark | None:
        """The furthest of all that was kept as signed."""

    def remember(self, marks: tuple[Mark, ...]) -> None:
        """Have the guard know these; a node that cannot do that ends at once."""

    def keep_evidence(self, validator: str, height: int, round: int, kind: str, proof: str) -> None:
        """Keep the proof that a validator said two things; the first proof of each is enough."""

    def timers(self) -> list[tuple[datetime, TimeoutFired]]:
        """When which timer runs out, the first one first."""

    def set_timer(self, timer: TimeoutFired, fires_at: datetime) -> None:
        """Have it run out then."""

    def end_timer(self, timer: TimeoutFired) -> None:
        """It ran out."""

    # Envelopes on their way out, and what peers said.

    def put(self, peers: Iterable[str], envelopes: Sequence[bytes], *, height: int | None = None) -> None:
        """Send these to each peer, if and when the caller's atomic() commits.

        `height` says that they are of no use any more once that height is decided.
        """

    def waiting(self, peer: str) -> list[tuple[int, bytes]]:
        """What is to be sent to a peer, oldest first, SEND_AT_ONCE at most: ids and envelopes."""

    def peers_waiting(self) -> set[str]:
        """For whom something waits."""

    def sent(self, ids: Iterable[int]) -> None:
        """The peer's broker took these. Whether they arrived, its next status shows."""

    def note_status(self, peer: str, status: Status, now: datetime) -> None:
        """Note where a peer says it stands."""

    def peers(self) -> list[Peer]:
        """What is known of each peer, the freshest first, then by name."""

    def keep_early(self, peer: str, height: int, envelope: bytes, *, decided: bool) -> None:
        """Keep an envelope for a height to come; it may be lost."""

    def early_of(self, peer: str) -> int:
        """How many a peer has there."""

    def take_early(self, height: int) -> bytes | None:
        """Take out the one that came first of those for this height or before."""

    def decided_early(self) -> set[int]:
        """The heights to come whose final block is there."""

    # Blocks on their way.

    def keep_summary(self, block: str, summary: Summary) -> None:
        """Keep a checked summary until its height is decided."""

    def find_summary(self, block: str) -> Summary | None:
        """The summary of a block of the height in progress."""

    def proposed(self, height: int) -> list[str]:
        """The blocks of a height whose summary is here."""

    def keep_transactions(self, transactions: Iterable[Submission], height: int) -> None:
        """Keep transactions that a block names and that the pool does not have, until the height is decided."""

    def absent(self, digests: Sequence[str]) -> set[str]:
        """Which of these whole digests are neither pending nor kept here."""

    def find_transactions(self, digests: Sequence[str], height: int) -> dict[str, Submission]:
        """By whole digest: pending, kept, or committed at the height."""

    def forget(self, height: int, now: datetime) -> None:
        """A height is decided: drop its timers, blocks and envelopes, and envelopes that waited too long."""

    # The ledger and the pool.

    def tip(self) -> tuple[int, str]:
        """Height and hash of the last block, or of genesis."""

    def validators(self, height: int) -> Sequence[Validator]:
        """Who votes at this height, up to the one after the next block."""

    def certificate_at(self, height: int) -> Certificate | None:
        """By which this node decided a height; None for genesis and heights to come."""

    def decided(self, height: int) -> Decided | None:
        """A committed block as it travels, with its transactions if they are few; None for heights to come."""

    def build_block(self, *, time: int, certificate: Certificate | None) -> Block:
        """The next block from the pool. UnknownVersion if this software is too old."""

    def check_block(self, block: Block) -> Rejected | None:
        """Why this block cannot follow ours; None if it can. UnknownVersion if this software is too old."""

    def commit_block(self, block: Block, certificate: Certificate) -> None:
        """Enter a decided block. Rejected here means: this node is wrong."""

    def admit(self, raws: Sequence[bytes]) -> object:
        """Take into the pool what a peer passed on, as far as it is good."""

    def last_arrival(self) -> datetime | None:
        """When the youngest pending transaction came; None while nothing waits for a block."""

    def pending_before(self, moment: datetime, limit: int) -> Sequence[Submission]:
        """The oldest pending transactions that came before this."""

    def keep_chunks(self, peer: str, entries: Collection[tuple[bytes, int, int, bytes, str]]) -> None:
        """Store chunks of a holders' list: root, number, chunks, outputs, path. Rejected where too many wait."""
