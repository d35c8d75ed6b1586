"""The threads of a node beside its tasks: one keeps the beat, and one for each peer sends the outbox."""

import logging
from threading import Event, Lock, Thread
from time import monotonic
from typing import Any, Final

from django.db import Error, close_old_connections, connection, connections

from ledger import driver, sync, transport, watchdog
from ledger.desk import CannotRun, Desk
from ledger.pulse import LOOK, Pulse, send_waiting
from ledger.services import own_desk
from ledger.store.consensus import CHANNEL

STATUS_SECONDS: Final = 1.0
REST_SECONDS: Final = 0.5
RUNS_ALONE: Final = 0x7A11_1E5  # advisory: one process per database
LOCK_TRIES: Final = 20

log = logging.getLogger(__name__)


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


class OwnStatus:
    """What every peer is told once a second, sealed once for all of them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.lock = Lock()
        self.sealed = b""
        self.good_until = monotonic()

    def current(self) -> bytes:
        """Not older than half the time until the next."""
        with self.lock:
            if monotonic() >= self.good_until:
                self.sealed = sync.sealed_status(self.desk)
                self.good_until = monotonic() + STATUS_SECONDS / 2
            return self.sealed


class Sender(_Runner):
    """Sends one peer its envelopes, and our status every second: a dead peer holds up nobody else."""

    def __init__(self, desk: Desk, peer: str, status: OwnStatus) -> None:
        super().__init__(f"sender {peer}")
        self.desk, self.peer, self.status = desk, peer, status
        self.status_at = monotonic()

    def step(self) -> None:
        """Wait for something to send."""
        self.woken.wait(STATUS_SECONDS)
        self.woken.clear()
        status = []
        if monotonic() >= self.status_at:
            self.status_at = monotonic() + STATUS_SECONDS
            status = [self.status.current()]
        if not send_waiting(self.desk, self.peer, transport.publish, *status):
            self.ended.wait(REST_SECONDS)


class Pacemaker(_Runner):
    """Keeps the beat, and tells the senders when the outbox has changed."""

    def __init__(self) -> None:
        super().__init__("pacemaker")
        self.desk = own_desk()
        self.pulse = Pulse(self.desk)
        status = OwnStatus(self.desk)
        self.senders = [Sender(self.desk, peer, status) for peer in transport.peers()]
        self.listener: Any = None
        self.rest = LOOK

    def begin(self) -> None:
        """Take the lock of this database, then start every thread."""
        self._listen()
        driver.open_node(self.desk)
        for thread in (*self.senders, self):
            thread.start()

    def end(self) -> None:
        """Return once nothing more will be done."""
        for thread in (self, *self.senders):
            thread.stop()
        for thread in (self, *self.senders):
            thread.join(timeout=5)

    def step(self) -> None:
        """Sleep until something was committed or is due; then do it."""
        if self.listener is None or self.listener.closed:
            self._listen()
        for _ in self.listener.notifies(timeout=self.rest.total_seconds(), stop_after=1):
            pass
        self.rest = self.pulse.step(self.desk.now())
        waiting = self.desk.peers_waiting()
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
                self.listener.execute(f"LISTEN {CHANNEL}")
                return
            self.ended.wait(REST_SECONDS)
        watchdog.leave("Another process runs on this node's database: this one ends.")


_running: list[Pacemaker] = []


def start() -> None:
    """Begin the beat of this process's node; a node that may not run ends the process with a sentence."""
    pacemaker = Pacemaker()
    try:
        pacemaker.begin()
    except (CannotRun, LookupError) as error:
        watchdog.leave(str(error))
    _running.append(pacemaker)


def stop() -> None:
    """End it."""
    while _running:
        _running.pop().end()
