"""Envelopes on their way: written in the atomic() of what causes them, sent by the pacemaker after its commit."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import connection

from ledger.models import Outbox

CHANNEL: Final = "tallystick"
KEEP: Final = timedelta(seconds=60)  # for an unreachable peer; later it catches up by other ways
SEND_AT_ONCE: Final = 500


def put(peers: Iterable[str], envelopes: Sequence[bytes], *, height: int | None = None) -> None:
    """Send these to each of the peers, if and when the caller's atomic() commits.

    `height` says that they are of no use any more once that height is decided.
    """
    rows = [Outbox(peer=peer, height=height, envelope=envelope) for peer in peers for envelope in envelopes]
    if rows:
        Outbox.objects.bulk_create(rows)
        wake()


def wake() -> None:
    """Have the pacemaker look around, as soon as the caller's atomic() commits."""
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {CHANNEL}")


def waiting(peer: str) -> list[tuple[int, bytes]]:
    """What is to be sent to a peer, oldest first: ids and envelopes."""
    rows = Outbox.objects.filter(peer=peer).order_by("id")[:SEND_AT_ONCE]
    return [(id_, bytes(envelope)) for id_, envelope in rows.values_list("id", "envelope")]


def peers_waiting() -> set[str]:
    """For whom something waits."""
    return set(Outbox.objects.order_by().values_list("peer", flat=True).distinct())


def sent(ids: Iterable[int]) -> None:
    """The peer's broker took these. Whether they arrived, its next status shows."""
    Outbox.objects.filter(id__in=list(ids)).delete()


def forget(*, below: int, now: datetime) -> None:
    """Drop what is of no use any more."""
    Outbox.objects.filter(height__lt=below).delete()
    Outbox.objects.filter(created_at__lt=now - KEEP).delete()
