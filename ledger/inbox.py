"""The Celery app that peers reach: one task, one queue per peer, and nothing else.

celery -A ledger.inbox worker --pool=threads -c 1 --without-gossip --without-mingle --without-heartbeat
"""

import logging
import os
from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from typing import Any

import django
from celery import Celery, signals
from kombu import Connection, Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.conf import settings  # noqa: E402  Django has to be set up first
from django.db import close_old_connections  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

from ledger import broker, gate, transport, wire  # noqa: E402
from ledger.watchdog import Watchdog  # noqa: E402

log = logging.getLogger(__name__)
for _talkative in ("celery.app.trace", "celery.worker.strategy"):  # two lines for each message
    logging.getLogger(_talkative).setLevel(logging.WARNING)
NODE = settings.TALLYSTICK_NODE
PEERS = transport.peers()


def _queue(peer: str) -> Queue:
    name = broker.queue_name(NODE, peer)
    return Queue(name, Exchange(name), routing_key=name)


class Inbox(Celery):
    """Reads through the gate, whatever broker its environment or its command line name.

    `broker_url` could not promise that: the celery command itself takes BROKER_URL from the environment and prefers it.
    """

    def connection_for_read(self, url: str | None = None, **options: Any) -> Connection:
        """The only connection on which a worker consumes."""
        return super().connection_for_read(gate.gated(settings.BROKER_URL), **options)


# No fix-ups: Celery's for Django would close the database connection around every task.
app = Inbox("inbox", set_as_current=False, fixups=set())
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 30,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "unacked_key": f"unacked.inbox.{NODE}",
        "unacked_index_key": f"unacked_index.inbox.{NODE}",
        "unacked_mutex_key": f"unacked_mutex.inbox.{NODE}",
        "unacked_mutex_expire": 10,
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
        "health_check_interval": 10,
        "retry_on_timeout": True,
        "priority_steps": [0],
    },
    task_queues=[_queue(peer) for peer in [NODE, *PEERS]],
    task_default_queue=broker.queue_name(NODE, NODE),
    task_create_missing_queues=False,
    accept_content=["json"],
    task_serializer="json",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    task_publish_retry=False,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    worker_send_task_events=False,
)


@app.task(name=gate.TASK, shared=False)
def deliver(texts: list[str]) -> None:
    """Hand the envelopes of one task to the consensus driver. Never raises: it would be redelivered for ever."""
    watchdog.hearing.heard()
    try:
        envelopes = wire.unpack(texts)
    except ValueError as error:
        log.warning("Refused a task: %s.", error)
        return
    close_old_connections()
    for envelope in envelopes:
        _receive(envelope)


def _receive(envelope: bytes) -> None:
    watchdog.hearing.heard()  # a long task is no deafness
    try:
        _receiver()(envelope)
    except Exception:  # a lost message is sent again by its author; a raised one would come back for ever
        log.exception("An envelope of %d bytes was not taken in.", len(envelope))


@cache
def _receiver() -> Callable[[bytes], object]:
    if receiver := getattr(settings, "TALLYSTICK_RECEIVER", None):
        return import_string(receiver)
    from ledger import driver, services  # only now: a node of the tests may have no database

    return partial(driver.receive, services.own_desk())


@cache
def _pacemaker() -> Any:
    return import_module(getattr(settings, "TALLYSTICK_PACEMAKER", "ledger.pacemaker"))


watchdog = Watchdog(NODE, broker.Doorkeeper(broker.connect(settings.BROKER_URL), NODE, PEERS))


@app.on_after_finalize.connect
def _keep_one_task(sender: Celery, **_: object) -> None:
    """Celery registers its own tasks (chord, chain, map …) and every shared one in every app."""
    for name in set(sender.tasks) - {gate.TASK}:
        sender.tasks.unregister(name)


@signals.worker_ready.connect
def _begin(**_: object) -> None:
    watchdog.start()
    _pacemaker().start()
    signals.worker_shutdown.connect(_end)


def _end(**_: object) -> None:
    _pacemaker().stop()
    watchdog.stop()
