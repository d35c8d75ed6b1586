"""What a node keeps: its rows, in dictionaries, and the guard's file outside of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from ledger.desk import Peer, Progress
from ledger.documents import DocumentChunk, Lacking, Sealed
from ledger.envelopes import Status, Summary
from ledger.guard import Guard, Mark, Marks
from ledger.protocol.block import Block
from ledger.protocol.consensus.events import Event, TimeoutFired
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.signed import Submission
from tests.simulation.books import Books


@dataclass
class Rows:
    """One database. What is in its containers is never changed in place, so a shallow copy is a backup."""

    books: Books
    progress: Progress | None = None
    blocks: list[tuple[Block, Certificate]] = field(default_factory=list)
    events: list[tuple[int, Event]] = field(default_factory=list)
    signed: dict[tuple[int, int, str], tuple[str, str]] = field(default_factory=dict)
    evidence: dict[tuple[str, int, int, str], str] = field(default_factory=dict)
    timers: dict[TimeoutFired, datetime] = field(default_factory=dict)
    outbox: dict[int, tuple[str, int | None, bytes, datetime]] = field(default_factory=dict)
    peers: dict[str, tuple[Peer, Status]] = field(default_factory=dict)
    early: dict[bytes, tuple[int, str, bool]] = field(default_factory=dict)
    summaries: dict[str, Summary] = field(default_factory=dict)
    kept: dict[str, tuple[int, Submission]] = field(default_factory=dict)
    pool: dict[str, tuple[Submission, datetime]] = field(default_factory=dict)
    sequence: int = 0

    def copy(self) -> "Rows":
        """As it is now."""
        other = Rows.__new__(Rows)
        other.__dict__ = {
            name: value.copy() if type(value) is dict else value for name, value in vars(self).items()
        }
        other.blocks, other.events = self.blocks.copy(), self.events.copy()
        return other


class NoDocuments:
    """The shelf of a node on which nobody lays anything: the simulator is about votes."""

    def take(self, sealed: Sealed, *, source: str) -> None:
        raise NotImplementedError("no documents are lodged in the simulator")

    def take_chunk(self, chunk: DocumentChunk) -> None:
        raise NotImplementedError("no documents are lodged in the simulator")

    def lacking(self, limit: int) -> list[Lacking]:
        return []

    def unknown(self, limit: int) -> list[str]:
        return []

    def copies(self, documents: Sequence[str]) -> list[Sealed]:
        return []

    def chunks(self, id: str, numbers: Sequence[int]) -> list[DocumentChunk]:
        return []


def copy_of(one: Progress) -> Progress:
    """dataclasses.replace, ten times as fast."""
    return Progress(
        one.node_key,
        one.state,
        one.validators,
        one.certificate,
        one.decided_at,
        one.follow_up,
        one.fruitless,
        one.halted,
    )


class Watch:
    """Told of what was committed that nobody may take back."""

    def signed(self, name: str, mark: Mark, signature: str) -> None:
        """A node has signed, and this may have left it."""

    def committed(self, name: str, block: Block) -> None:
        """A node has entered a block."""


NOBODY = Watch()


class MemoryGuard(Guard):
    """The guard's file, as a value that no rollback of the rows takes back."""

    def __init__(self, reached: Callable[[str], None]) -> None:
        self.reached = reached
        self.kept: Marks | None = ()

    def marks(self) -> Marks | None:
        """What the last signing event signed; None if the file is missing."""
        return self.kept

    def lose(self) -> None:
        """Trust it no more."""
        self.kept = None

    def _write(self, marks: Marks) -> None:
        self.reached("before the guard's file")
        self.kept = marks
        self.reached("after the guard's file")
