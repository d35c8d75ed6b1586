"""Ends a worker that is alive but deaf (its supervisor starts it again), and keeps the door of the broker."""

import logging
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Thread

from ledger import transport
from ledger.broker import Doorkeeper

TICK_SECONDS = 1.0

log = logging.getLogger(__name__)


def leave(sentence: str) -> None:
    """End the whole process from any thread; a deaf worker would not finish a polite shutdown either."""
    log.critical(sentence)
    logging.shutdown()
    os._exit(1)


@dataclass
class Hearing:
    """Whether this worker still hears what its own broker accepted for it."""

    echo: Callable[[], bool]  # sends a message to this worker; whether the broker took it
    silence_seconds: float = 30.0
    echo_seconds: float = 10.0
    last_heard: float = 0.0
    last_echo: float = 0.0
    unanswered_since: float | None = None

    def heard(self) -> None:
        """A delivery has arrived, from whomever."""
        self.last_heard = time.monotonic()
        self.unanswered_since = None

    def is_deaf(self) -> bool:
        """Ask often: sends an echo when it is time; true if echoes stayed unheard for too long."""
        now = time.monotonic()
        if now - max(self.last_heard, self.last_echo) >= self.echo_seconds:
            self.last_echo = now
            if not self.echo():
                self.unanswered_since = None  # with the broker away nobody could hear anything
            elif self.unanswered_since is None:
                self.unanswered_since = now
        return self.unanswered_since is not None and now - self.unanswered_since > self.silence_seconds


class Watchdog:
    """One thread that asks the hearing and the doorkeeper once a second."""

    def __init__(self, node: str, doorkeeper: Doorkeeper) -> None:
        self.hearing = Hearing(lambda: transport.publish(node, []))
        self.doorkeeper = doorkeeper
        self._ended = Event()
        self._thread = Thread(target=self._run, name="watchdog", daemon=True)

    def start(self) -> None:
        """Begin, with a first echo."""
        self._thread.start()

    def stop(self) -> None:
        """Return once nothing more will be done."""
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(TICK_SECONDS):
            if self.hearing.is_deaf():
                leave("This worker no longer hears its own broker: it ends, to be started again.")
            self._keep_door()

    def _keep_door(self) -> None:
        try:
            for finding in self.doorkeeper.check():
                log.warning("%s.", finding)
        except Exception as error:  # the broker is away: nothing to guard until it is back
            log.warning("Could not look after the broker: %s", error)
