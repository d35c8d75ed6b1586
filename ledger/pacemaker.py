"""The heartbeat of a node, beside its tasks: timers, new heights, questions, and the sending of the outbox."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event, Thread
from typing import Any, Final

from django.db import Error, close_old_connections, connection, connections
from django.utils import timezone

from ledger import driver, gossip, outbox, sync, transport, watchdog
from ledger.envelopes import StatusEnvelope, seal
from ledger.local import local
from ledger.models import NodeState, Pending, Timer
from ledger.protocol.consensus.events import Begun, TimeoutFired
from ledger.store import pool

EMPTY_BLOCK_EVERY: Final = timedelta(seconds=10)
STATUS_SECONDS: Final = 1.0
LOOK_SECONDS: Final = 0.1  # the longest sleep: a notification ends it at once
LOOK: Final = timedelta(seconds=LOOK_SECONDS)
ANNOUNCE_AGAIN: Final = timedelta(seconds=10)
ANNOUNCED_AT_ONCE: Final = 200
REST_SECONDS: Final = 0.5
RUNS_ALONE: Final = 0x7A11_1E5  # advisory: one process per database
LOCK_TRIES: Final = 20

log = logging.getLogger(__name__)


class Pulse:
    """What is due at a moment; the thread below asks it again and again."""

    def __init__(self) -> None:
        self.asker = sync.Asker()
        self.announced_at = timezone.now()

    def beat(self, now: datetime) -> None:
        """Do everything that is due."""
        driver.hear_early()
        for timer in Timer.objects.filter(fires_at__lte=now).order_by("fires_at", "id"):
            driver.happen(TimeoutFired(timer.height, timer.kind, timer.round), now=now)
        self.begin_height(now)
        self.asker.ask(NodeState.objects.get(), now)
        if now - self.announced_at > ANNOUNCE_AGAIN:
            self.announced_at = now
            announce_again(now)

    def begin_height(self, now: datetime) -> None:
        """Only what a commit of our own can make due at once: the next height."""
        row = NodeState.objects.get()
        if row.step == "new" and not row.halted and is_due(row, now):
            driver.happen(Begun(row.height), now=now)


def is_due(row: NodeState, now: datetime) -> bool:
    """Whether the height should begin here, before anybody's proposal for it has come."""
    if local().name not in row.validators or sync.is_behind(row):
        return False
    waited = now - row.decided_at
    if row.follow_up or waited >= EMPTY_BLOCK_EVERY:
        return True
    if pool.is_empty():
        return False
    if row.fruitless < 2 or Pending.objects.filter(received_at__gt=row.decided_at).exists():
        return True
    patience = timedelta(seconds=2 ** min(row.fruitless - 2, 3))
    return bool(waited >= patience)


def announce_again(now: datetime) -> None:
    """What has been pending for long may have been lost on its way to the others."""
    old = pool.pending_rows().filter(received_at__lt=now - ANNOUNCE_AGAIN)[:ANNOUNCED_AT_ONCE]
    gossip.admitted([pool.read_row(bytes(row.raw), row.notes) for row in old], announce=True)


def send_waiting(peer: str, publish: Callable[[str, list[bytes]], bool], *more: bytes) -> bool:
    """Hand a peer's broker what waits for it; False if it could not be reached, and all stays."""
    waiting = outbox.waiting(peer)
    envelopes = [envelope for _, envelope in waiting] + list(more)
    if not envelopes:
        return True
    if not publish(peer, envelopes):
        return False
    outbox.sent(id_ for id_, _ in waiting)
    return len(waiting) < outbox.SEND_AT_ONCE or send_waiting(peer, publish)


def sealed_status() -> bytes:
    """Our status, as it goes to every peer."""
    return seal(local(), StatusEnvelope, sync.status_of(NodeState.objects.get()))


class _Runner(Thread):
    """A thread that goes on whatever the database does, until it is told to stop."""

    def __init__(self, name: str) -> None:
        super().__init__(name=name, daemon=True)
        self.ended = Event()
        self.woken = Event()

    def stop(self) -> None:
        """Ask it to end."""
        self.ended.set()
        self.woken.set()

    def run(self) -> None:
        """Steps, with a rest after each that failed."""
        while not self.ended.is_set():
            try:
                close_old_connections()
                self.step()
            except Error as error:
                log.warning("%s: the database failed: %s", self.name, error)
                self.ended.wait(REST_SECONDS)
            except Exception:
                log.exception("%s: a step failed.", self.name)
                self.ended.wait(REST_SECONDS)
        connection.close()

    def step(self) -> None:
        """One turn of the loop."""
        raise NotImplementedError


class Sender(_Runner):
    """Sends one peer its envelopes, and our status every second: a dead peer holds up nobody else."""

    def __init__(self, peer: str) -> None:
        super().__init__(f"sender {peer}")
        self.peer = peer
        self.status_at = timezone.now()

    def step(self) -> None:
        """Wait for something to send."""
        self.woken.wait(STATUS_SECONDS)
        self.woken.clear()
        now = timezone.now()
        due = now >= self.status_at
        if due:
            self.status_at = now + timedelta(seconds=STATUS_SECONDS)
        if not send_waiting(self.peer, transport.publish, *([sealed_status()] if due else [])):
            self.ended.wait(REST_SECONDS)


class Pacemaker(_Runner):
    """Keeps the beat, and tells the senders when the outbox has changed."""

    def __init__(self) -> None:
        super().__init__("pacemaker")
        self.pulse = Pulse()
        self.senders = [Sender(peer) for peer in transport.peers()]
        self.listener: Any = None
        self.beaten_at = timezone.now()

    def begin(self) -> None:
        """Take the lock of this database, then start every thread."""
        self._listen()
        driver.open_node()
        for thread in (*self.senders, self):
            thread.start()

    def end(self) -> None:
        """Return once nothing more will be done."""
        for thread in (self, *self.senders):
            thread.stop()
        for thread in (self, *self.senders):
            thread.join(timeout=5)

    def step(self) -> None:
        """Sleep until something was committed or a moment has passed; then do what is due."""
        if self.listener is None or self.listener.closed:
            self._listen()
        for _ in self.listener.notifies(timeout=LOOK_SECONDS, stop_after=1):
            pass
        now = timezone.now()
        if now - self.beaten_at >= LOOK:
            self.beaten_at = now
            self.pulse.beat(now)
        else:
            self.pulse.begin_height(now)
        waiting = outbox.peers_waiting()
        for sender in self.senders:
            if sender.peer in waiting:
                sender.woken.set()

    def _listen(self) -> None:
        """A connection of our own that hears of commits and holds the lock by which a process runs alone."""
        wrapper = connections.create_connection("default")
        wrapper.ensure_connection()
        wrapper.set_autocommit(True)
        self.listener = wrapper.connection
        for _ in range(LOCK_TRIES):
            if self.listener.execute("SELECT pg_try_advisory_lock(%s)", (RUNS_ALONE,)).fetchone()[0]:
                self.listener.execute(f"LISTEN {outbox.CHANNEL}")
                return
            self.ended.wait(REST_SECONDS)
        watchdog.leave("Another process runs on this node's database: this one ends.")


_running: list[Pacemaker] = []


def start() -> None:
    """Begin the beat of this process's node; a node that may not run ends the process with a sentence."""
    pacemaker = Pacemaker()
    try:
        pacemaker.begin()
    except (driver.CannotRun, LookupError) as error:
        watchdog.leave(str(error))
    _running.append(pacemaker)


def stop() -> None:
    """End it."""
    while _running:
        _running.pop().end()
