"""What a node does by itself at a moment: timers that ran out, a height to begin, questions, announcements."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from ledger import documents_sync, driver, gossip, quarantine, sync
from ledger.desk import SEND_AT_ONCE, Desk, Progress
from ledger.failpoints import reached
from ledger.protocol.consensus.events import Begun, Timeouts

EMPTY_BLOCK_EVERY: Final = timedelta(seconds=10)
LOOK: Final = timedelta(milliseconds=100)  # between two beats while something is lacking
LONGEST: Final = timedelta(milliseconds=Timeouts().cap_ms)  # that any timer is ever set to
IDLE: Final = timedelta(seconds=1)  # between two beats at most
ANNOUNCE_AGAIN: Final = timedelta(seconds=10)
ANNOUNCED_AT_ONCE: Final = 200


class Pulse:
    """What is due at a moment; the pacemaker asks it again and again."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.asker = sync.Asker(desk)
        self.collector = documents_sync.Collector(desk)
        self.announced_at = desk.now()
        self.beaten_at = self.announced_at - LOOK

    def step(self, now: datetime) -> timedelta:
        """What is due; a full beat only LOOK after another. How long nothing else will be, unless woken."""
        if timedelta(0) <= now - self.beaten_at < LOOK:
            self.begin_height(now)
            return LOOK - (now - self.beaten_at)
        self.beaten_at = now
        return self.beat(now)

    def beat(self, now: datetime) -> timedelta:
        """Do everything that is due. How long nothing else will be, unless woken."""
        driver.hear_early(self.desk)
        timers = self.desk.timers()
        for fires_at, timer in timers:
            if not now < fires_at <= now + LONGEST:  # set further off, it was set by a clock put back since
                driver.happen(self.desk, timer, now=now)
        progress, begins_at = self.begin_height(now)
        self.asker.ask(progress, now)
        self.collector.ask(now)
        if not timedelta(0) <= now - self.announced_at <= ANNOUNCE_AGAIN:
            self.announced_at = now
            self._announce_again(now)
        if self.asker.asked:
            return LOOK
        moments = [fires_at for fires_at, _ in timers] + ([begins_at] if begins_at else [])
        return min([IDLE, *(moment - now for moment in moments if moment > now)])

    def begin_height(self, now: datetime) -> tuple[Progress, datetime | None]:
        """Only what a commit of our own can make due at once: the next height. And when it will be, if not now."""
        progress = self._progress()
        begins_at = self._begins_at(progress, now)
        if begins_at is None or begins_at > now:
            return progress, begins_at
        driver.happen(self.desk, Begun(progress.height), now=now)
        return self._progress(), None

    def _begins_at(self, progress: Progress, now: datetime) -> datetime | None:
        """When the height should begin here, before anybody's proposal for it has come; None: not by us."""
        if progress.state.step != "new" or progress.halted or self.desk.me.name not in progress.validators:
            return None
        if sync.is_behind(self.desk, progress):
            return None
        decided_at = min(progress.decided_at, now)  # a clock may have been put back
        if progress.follow_up:
            return decided_at
        youngest = self.desk.last_arrival()
        if youngest is None:
            return decided_at + EMPTY_BLOCK_EVERY
        if progress.fruitless < 2 or youngest > decided_at:
            return decided_at
        return decided_at + timedelta(seconds=2 ** min(progress.fruitless - 2, 3))

    def _announce_again(self, now: datetime) -> None:
        """What has been pending for long may have been lost on its way to the others."""
        old = self.desk.pending_before(now - ANNOUNCE_AGAIN, ANNOUNCED_AT_ONCE)
        gossip.admitted(self.desk, old, announce=True)

    def _progress(self) -> Progress:
        progress = self.desk.progress()
        assert progress is not None
        return progress


def send_waiting(desk: Desk, peer: str, publish: Callable[[str, list[bytes]], bool], *more: bytes) -> bool:
    """Hand a peer's broker what waits for it; False if it could not be reached, and all stays."""
    with desk.alone():
        if desk.unsure:
            quarantine.compare(desk)
            desk.unsure = False
        waiting = desk.waiting(peer)
    envelopes = [envelope for _, envelope in waiting] + list(more)
    if not envelopes:
        return True
    reached("send.ready")
    if not publish(peer, envelopes):
        return False
    reached("send.published")
    desk.sent(id_ for id_, _ in waiting)
    return len(waiting) < SEND_AT_ONCE or send_waiting(desk, peer, publish)
