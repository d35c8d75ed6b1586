"""A simulated node: the real driver and pulse on a desk in memory, which may crash wherever something is kept."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from ledger import driver, sync
from ledger.local import Local
from ledger.pulse import Pulse, send_waiting
from tests.simulation.books import Books
from tests.simulation.desk import MemoryDesk
from tests.simulation.rows import Rows, Watch
from tests.simulation.town import EPOCH

BEGINNING = datetime.fromtimestamp(EPOCH, UTC)


class Crash(BaseException):
    """The process is gone, at this point."""


class Node:
    """What happens on one node; `time_ms` is the simulator's, the node's clock may differ from it."""

    def __init__(
        self,
        me: Local,
        books: Books,
        time_ms: Callable[[], int],
        watch: Watch,
        desk_type: type[MemoryDesk] = MemoryDesk,
    ) -> None:
        self.name, self.time_ms = me.name, time_ms
        self.skew = timedelta(0)
        self.fuse = 0  # points until it crashes; 0: it does not
        self.fell_at = ""  # the point of its last crash
        self.up = False
        self.next_step = 0
        self.desk = desk_type(me, books, self.clock, self.reached, watch)
        self.pulse: Pulse
        self.backups: list[Rows] = []
        self.rolled_back = False

    def clock(self) -> datetime:
        """What it believes the time to be."""
        return BEGINNING + timedelta(milliseconds=self.time_ms()) + self.skew

    def reached(self, point: str) -> None:
        """A point where it may crash."""
        if self.fuse:
            self.fuse -= 1
            if not self.fuse:
                raise Crash(point)

    @contextmanager
    def running(self) -> Iterator[None]:
        """What happens inside may end in a crash; then it is down."""
        try:
            yield
        except Crash as crash:
            self.up, self.fell_at = False, str(crash)

    def start(self) -> None:
        """For the first time or again."""
        with self.running():
            driver.open_node(self.desk)
            self.pulse = Pulse(self.desk)
            self.up = True

    def stop(self) -> None:
        """All that was not committed is gone."""
        self.up, self.fuse = False, 0

    def receive(self, envelope: bytes) -> None:
        """An envelope arrives."""
        with self.running():
            driver.receive(self.desk, envelope)

    def step(self) -> int:
        """What the pacemaker does when it wakes; after how many milliseconds it wakes by itself."""
        self.desk.woken = False
        with self.running():
            return max(1, int(self.pulse.step(self.clock()).total_seconds() * 1_000))
        return 0

    def send(self, publish: Callable[[str, list[bytes]], bool], *, status: bool) -> None:
        """What the senders do: hand out what waits, and our status if it is time."""
        with self.running():
            more = [sync.sealed_status(self.desk)] if status else []
            waiting = self.desk.peers_waiting()
            for peer in self.desk.me.peer_keys:
                if more or peer in waiting:
                    send_waiting(self.desk, peer, publish, *more)

    def submit(self, raw: bytes) -> bool:
        """A client's transaction; whether it was answered "pending"."""
        with self.running():
            return self.desk.submit(raw)
        return False

    @property
    def height(self) -> int:
        """The height in progress."""
        progress = self.desk.rows.progress
        return progress.height if progress else 0
