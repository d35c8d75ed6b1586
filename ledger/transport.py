"""Sends envelopes to other nodes; the only place that knows that peers are Celery queues."""

import json
import logging
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Lock
from uuid import uuid4

from django.conf import settings
from kombu import Connection, Producer

from ledger import broker, wire

TASK = "ledger.deliver"
TIMEOUT_SECONDS = 2
MIN_REST_SECONDS = 0.5
REST_FACTOR = 4  # a line rests four times as long as its failure took: a dead peer costs a fifth of our time

log = logging.getLogger(__name__)


def publish(peer: str, envelopes: list[bytes]) -> bool:
    """Whether the peer's broker took them all, which is no promise that they arrive.

    Never raises, and never takes much longer than two seconds. An envelope beyond the limit is dropped here, loudly:
    no node would take it, and it must not hold up the others. No envelopes at all is a task too (an echo).
    """
    with _lock:
        line = _lines.setdefault(peer, _Line(peer))
    return line.send(envelopes)


def peers() -> list[str]:
    """The names of all other nodes of the network file, validators and observers."""
    network = json.loads((settings.TALLYSTICK_HOME / "network.json").read_text())
    names = (broker.checked_name(node["name"]) for node in network["nodes"])
    return sorted(name for name in names if name != settings.TALLYSTICK_NODE)


@dataclass
class _Line:
    """The cached connection to one peer's broker, used by one thread at a time."""

    peer: str
    lock: Lock = field(default_factory=Lock)
    connection: Connection | None = None
    producer: Producer | None = None
    queue: str = ""
    rests_until: float = 0.0
    down: bool = False

    def send(self, envelopes: list[bytes]) -> bool:
        with self.lock:
            began = time.monotonic()
            if began < self.rests_until:
                return False
            try:
                for texts in wire.batches(self._acceptable(envelopes)):
                    self._send(texts)
            except Exception as error:  # a broker's, a file's, a library's: all mean "unreachable"
                self._hang_up(error, time.monotonic() - began)
                return False
            self._note(down=False, why="")
            return True

    def _acceptable(self, envelopes: list[bytes]) -> Iterator[bytes]:
        for envelope in envelopes:
            if len(envelope) <= wire.MAX_ENVELOPE:
                yield envelope
            else:
                log.error(
                    "Dropped an envelope of %d bytes for %s: no node would take it.", len(envelope), self.peer
                )

    def _send(self, texts: list[str]) -> None:
        """One Celery message, protocol 2, straight into the queue: no exchange that would have to be read first."""
        if self.producer is None:
            self._dial()
        assert self.producer is not None
        number = str(uuid4())
        self.producer.publish(
            [[texts], {}, {}],
            exchange="",
            routing_key=self.queue,
            serializer="json",
            headers={"lang": "py", "task": TASK, "id": number},
            correlation_id=number,
            retry=False,
        )

    def _dial(self) -> None:
        url, self.queue = _address(self.peer)
        options = {
            "socket_timeout": TIMEOUT_SECONDS,
            "socket_connect_timeout": TIMEOUT_SECONDS,
            "retry_on_timeout": False,
            "max_connections": 2,
            "body_encoding": None,
            "priority_steps": [0],
        }
        self.connection = Connection(url, transport_options=options)
        # Connection.connect() would try twice, with two seconds of sleep between.
        transport = self.connection.transport
        channel = transport.create_channel(transport.establish_connection())
        self.producer = Producer(channel, auto_declare=False)

    def _hang_up(self, error: Exception, failed_seconds: float) -> None:
        if self.connection is not None:
            with suppress(Exception):  # it is broken already
                self.connection.transport.close_connection(self.connection.transport)
        self.connection = self.producer = None
        self.rests_until = time.monotonic() + max(MIN_REST_SECONDS, REST_FACTOR * failed_seconds)
        self._note(down=True, why=f"{type(error).__name__}: {error}")

    def _note(self, *, down: bool, why: str) -> None:
        """Log a change, not every attempt."""
        if down and not self.down:
            log.warning("Cannot reach %s: %s", self.peer, why)
        elif self.down and not down:
            log.info("Reached %s again.", self.peer)
        self.down = down


def _address(peer: str) -> tuple[str, str]:
    """Broker and queue: our own for the node itself, else as the peer told us when it joined."""
    if peer == settings.TALLYSTICK_NODE:
        return settings.BROKER_URL, broker.queue_name(peer, peer)
    path = settings.TALLYSTICK_HOME / "peers" / f"{broker.checked_name(peer)}.json"
    entry = json.loads(path.read_text())
    return entry["broker"], entry["queue"]


_lock = Lock()
_lines: dict[str, _Line] = {}
