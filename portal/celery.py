"""The Celery app of the node's internal jobs, on a queue that no peer can reach.

celery -A portal.celery worker --pool=threads -c 1
"""

import os

from celery import Celery, signals
from kombu import Exchange, Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

from django.conf import settings

NODE = settings.TALLYSTICK_NODE
QUEUE = f"jobs.{NODE}"

app = Celery("jobs")
app.conf.update(
    broker_url=settings.BROKER_URL,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 600,
        "unacked_restore_interval": 5,
        "unacked_restore_throttle": 1,
        "unacked_key": f"unacked.{QUEUE}",
        "unacked_index_key": f"unacked_index.{QUEUE}",
        "unacked_mutex_key": f"unacked_mutex.{QUEUE}",
        "unacked_mutex_expire": 10,
        "socket_timeout": 5,
        "socket_connect_timeout": 5,
        "health_check_interval": 10,
        "retry_on_timeout": True,
    },
    task_queues=[Queue(QUEUE, Exchange(QUEUE), routing_key=QUEUE)],
    task_default_queue=QUEUE,
    task_default_exchange=QUEUE,
    task_default_routing_key=QUEUE,
    task_create_missing_queues=False,
    accept_content=["json"],
    task_serializer="json",
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=1,
    worker_enable_remote_control=False,
    timezone="UTC",
)
app.autodiscover_tasks(["ledger"])


@signals.worker_ready.connect
def follow_the_ledger(**_: object) -> None:
    """Beside the tasks, one thread makes notices of what was committed."""
    from portal.follower import Follower  # Django is set up by now

    Follower().start()
