"""When nobody knows what this node's key has signed: sign nothing, until the network is past all of it."""

import logging
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.db.transaction import atomic

from ledger.guard import Guard, Kind, Mark
from ledger.models import NodeState, PeerStatus, SignedMessage
from ledger.protocol.consensus.messages import Proposal, Vote

FRESH: Final = timedelta(seconds=10)
BEYOND: Final = 2  # heights past the furthest one in progress: nobody can have signed there

log = logging.getLogger(__name__)


def doubt(message: Vote | Proposal, guard: Guard) -> None:
    """Our own signature came from outside. If we do not know it, this is not the only copy of this node.

    The caller holds the lock on NodeState.
    """
    kind: Kind = message.type if isinstance(message, Vote) else "proposal"
    mark = Mark(message.signing_bytes().hex(), message.height, kind, message.round)
    known = SignedMessage.objects.filter(height=mark.height, round=mark.round, kind=kind)
    if not known.filter(digest=mark.digest).exists() and guard.allows(mark):
        log.critical("A %s of ours at %d that this node never signed: it signs no more.", kind, mark.height)
        guard.lose()


def end_if_safe(now: datetime) -> None:
    """End a quarantine once enough validators said where they are: we sign only well past the furthest."""
    guard = Guard(settings.TALLYSTICK_HOME)
    if guard.marks() is not None:
        return
    with atomic():
        row = NodeState.objects.select_for_update().get()
        fresh = PeerStatus.objects.filter(name__in=row.validators, seen_at__gt=now - FRESH)
        heights = list(fresh.values_list("height", flat=True))
        total = len(row.validators)
        if len(heights) >= total - (total - 1) // 3 - 1:
            height = max([row.height, *heights]) + BEYOND
            log.critical("The quarantine ends: this node signs from height %d on.", height)
            guard.rest_until(height)
