"""The gate of the inbox: of what a peer wrote into its queue, nothing passes but the texts of one task.

Whoever may write to a queue writes the whole message: routing, delivery tag, priority, compression, task name,
eta, callbacks. Kombu and Celery trust all of that (a forged routing key, for one, would make the node itself put a
redelivered message into its internal jobs queue). So a message is parsed here by a closed schema, before either
sees it, and a new message is made with headers of our own.
"""

import logging
from collections import Counter
from queue import Empty
from typing import Annotated, Any, Final, Literal
from uuid import uuid4

import msgspec
from kombu.transport import TRANSPORT_ALIASES, redis

from ledger import wire

TASK: Final = "ledger.deliver"
SCHEME: Final = "tallystick"  # of a broker address whose queues are read through the gate
MAX_MESSAGE: Final = wire.MAX_TASK + 65_536  # bytes in the queue: the texts, their quotes and the headers
LOG_EVERY: Final = 1_000

log = logging.getLogger(__name__)

Text = Annotated[str, msgspec.Meta(pattern=wire.TEXT)]
Texts = Annotated[list[Text], msgspec.Meta(max_length=wire.MAX_ENVELOPES)]


class Headers(msgspec.Struct):
    """The one header that matters; the rest is not even read."""

    task: Literal["ledger.deliver"]


class Message(msgspec.Struct, rename={"content_type": "content-type"}):
    """A task message as `transport.publish` writes it."""

    body: str
    headers: Headers
    content_type: Literal["application/json"]


_message = msgspec.json.Decoder(Message)
_body = msgspec.json.Decoder(tuple[tuple[Texts], msgspec.Raw, msgspec.Raw])
_encode = msgspec.json.encode


def admit(queue: str, raw: bytes) -> dict[str, Any] | None:
    """The message to run for what was found in `queue`, or None if it is not one of ours."""
    if len(raw) > MAX_MESSAGE:
        return None
    try:
        (texts,), _, _ = _body.decode(_message.decode(raw).body)
    except (msgspec.MsgspecError, UnicodeError, RecursionError):
        return None
    if sum(map(len, texts)) > wire.MAX_TASK:
        return None
    return _rebuilt(queue, texts)


def _rebuilt(queue: str, texts: list[str]) -> dict[str, Any]:
    number = str(uuid4())
    return {
        "body": _encode([[texts], {}, {}]).decode(),
        "content-type": "application/json",
        "content-encoding": "utf-8",
        "headers": {"lang": "py", "task": TASK, "id": number, "retries": 0},
        "properties": {
            "correlation_id": number,
            "delivery_tag": number,
            "delivery_info": {"exchange": "", "routing_key": queue},
            "priority": 0,
            "body_encoding": None,
        },
    }


class Channel(redis.Channel):
    """Kombu's Redis channel, except that what is popped from a queue goes through `admit`."""

    refused: Counter[str] = Counter()

    def _brpop_read(self, **options: Any) -> bool:
        try:
            queue, raw = self._reply(**options)
            self._queue_cycle.rotate(queue)  # also after a refusal: a peer's garbage waits its turn
            message = admit(queue, raw)
            if message is None:
                self._refuse(queue, raw)
                raise Empty
            self.connection._deliver(message, queue)
            return True
        finally:
            self._in_poll = None

    def _reply(self, **options: Any) -> tuple[str, bytes]:
        connection = self.client.connection
        try:
            reply = self.client.parse_response(connection, "BRPOP", **options)
        except self.connection_errors:
            connection.disconnect()
            raise
        if not reply:
            raise Empty
        return reply[0].decode(), reply[1]

    def _refuse(self, queue: str, raw: bytes) -> None:
        """Count; log seldom, and nothing of the content: both the log and its reader can be attacked."""
        if self.refused[queue] % LOG_EVERY == 0:
            log.warning(
                "Refused a message of %d bytes in %s (every %dth is logged).", len(raw), queue, LOG_EVERY
            )
        self.refused[queue] += 1


class Transport(redis.Transport):
    """Kombu's Redis transport with the gate."""

    Channel = Channel


TRANSPORT_ALIASES[SCHEME] = f"{__name__}:Transport"


def gated(url: str) -> str:
    """The same broker, read through the gate."""
    for scheme in ("redis://", "redis+socket://"):
        if url.startswith(scheme):
            return url.replace("redis", SCHEME, 1)
    raise ValueError(
        "The inbox needs a Redis broker: BROKER_URL must begin with redis:// or redis+socket://."
    )
