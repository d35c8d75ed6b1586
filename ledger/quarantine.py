"""When it is not known what this node's key has signed: sign nothing, until the network is past all of it."""

import logging
from datetime import datetime, timedelta
from typing import Final

from ledger.desk import Desk
from ledger.guard import REST, Kind, Mark
from ledger.protocol.consensus.messages import Proposal, Vote

FRESH: Final = timedelta(seconds=10)
BEYOND: Final = 2  # heights past the furthest one in progress: nobody can have signed there

log = logging.getLogger(__name__)


def compare(desk: Desk) -> None:
    """After a start or a failed commit: the guard's file catches up with what was signed at that very moment."""
    if desk.guard.marks() is None:
        log.critical(
            "The double-sign guard is missing: this node follows, and signs nothing until that is safe."
        )
        return
    look_back(desk)
    last, kept = desk.guard.last(), desk.last_signed()
    if kept and (last is None or kept.place > last.place):
        desk.remember((kept,))


def look_back(desk: Desk) -> None:
    """Be silent for the rest of a height if the database went back: what we were locked on, it no longer knows.

    To refuse only what was signed before would not do: in a later round we might vote against our own lock.
    """
    last = desk.guard.last()
    if last is None or last.digest == REST:
        return
    known = desk.signed(last)
    if known is None or known[0] != last.digest:
        log.critical(
            "The database is older than the guard: this node signs from height %d on.", last.height + 1
        )
        desk.guard.rest_until(last.height + 1)


def doubt(desk: Desk, message: Vote | Proposal) -> None:
    """Our own signature came from outside. If we do not know it, this is not the only copy of this node.

    The caller holds the lock on the progress.
    """
    kind: Kind = message.type if isinstance(message, Vote) else "proposal"
    mark = Mark(message.signing_bytes().hex(), message.height, kind, message.round)
    known = desk.signed(mark)
    ours = (known and known[0] == mark.digest) or mark in (desk.guard.marks() or ())
    if not ours and desk.guard.allows(mark):
        log.critical("A %s of ours at %d that this node never signed: it signs no more.", kind, mark.height)
        desk.guard.lose()


def end_if_safe(desk: Desk, now: datetime) -> None:
    """End a quarantine once enough validators said where they are: we sign only well past the furthest."""
    if desk.guard.marks() is not None:
        return
    with desk.atomic():
        progress = desk.progress(lock=True)
        assert progress is not None
        said = [peer for peer in desk.peers() if peer.name in progress.validators]
        heights = [peer.height for peer in said if peer.seen_at > now - FRESH]
        total = len(progress.validators)
        if len(heights) >= total - (total - 1) // 3 - 1:
            height = max([progress.height, *heights]) + BEYOND
            log.critical("The quarantine ends: this node signs from height %d on.", height)
            desk.guard.rest_until(height)
