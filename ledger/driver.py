"""FRONT DOOR of consensus on one node: `happen` for our own events, `receive` for what peers send."""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from ledger import intake, quarantine
from ledger.desk import CannotRun, Desk, Progress, UnknownVersion
from ledger.envelopes import Summary, open_envelope
from ledger.failpoints import reached
from ledger.guard import Mark
from ledger.protocol.consensus import machine
from ledger.protocol.consensus.events import Event
from ledger.protocol.consensus.state import State
from ledger.protocol.reasons import Rejected
from ledger.protocol.signed import Submission
from ledger.turn import MustHalt, Turn, start_height

log = logging.getLogger(__name__)
refused: Counter[str] = Counter()  # envelopes by reason, since this process began


def open_node(desk: Desk) -> None:
    """Note where the node stands at its first start; to be called before anything happens in a process."""
    with desk.atomic():
        progress = desk.progress(lock=True) or _begin(desk)
        if progress.node_key != desk.me.public and not _is_governed(desk, progress):
            raise CannotRun(
                "This database belongs to another node key: its signatures are not ours to continue, "
                "unless the ledger in it says that the network has given this node the new key."
            )
        progress.node_key = desk.me.public
        if progress.halted.startswith(UnknownVersion.BEGINS):  # if it is still too old, it will find out
            progress.halted = ""
        desk.save(progress)
    quarantine.compare(desk)


def happen(
    desk: Desk,
    *events: Event,
    summary: Summary | None = None,
    transactions: Sequence[Submission] = (),
    now: datetime | None = None,
) -> bool:
    """Give the machine events, with parts of blocks that came along, in one atomic(). Whether a height ended.

    Nothing leaves this node before the atomic() is committed and the guard's file knows what was signed: what is to
    be sent lies in the outbox. In this order, a file that knows more than the database means that the database went
    back, and never just a crash.
    """
    if not (events or summary or transactions):
        return False
    try:
        with desk.alone(), _signing(desk) as signed:
            with desk.atomic():
                progress = desk.progress(lock=True)
                assert progress is not None
                if progress.halted:
                    return False
                turn = Turn(desk, progress, now or desk.now(), signed)
                height = turn.state.height
                turn.bring(summary, transactions)
                turn.run(events)
                turn.save()
                reached("event.saved")
            reached("event.committed")
            return turn.state.height > height
    except MustHalt as stop:
        log.critical("THIS NODE HAS STOPPED: %s", stop)  # whatever is wrong must not become another vote
        desk.halt(str(stop))
        return False


def receive(desk: Desk, payload: bytes) -> None:
    """Take in one envelope. Bad ones are refused and counted, never raised: they would come back for ever."""
    now = desk.now()
    try:
        envelope = open_envelope(desk.me, payload, lambda: _voters(desk))
        brought = intake.take(desk, envelope, payload, now)
        ended = happen(
            desk, *brought.events, summary=brought.summary, transactions=brought.transactions, now=now
        )
    except Rejected as refusal:
        refused[refusal.reason] += 1
        log.info("Refused an envelope of %d bytes: %s %s.", len(payload), refusal.reason, refusal)
        return
    if ended:
        hear_early(desk)


def _voters(desk: Desk) -> dict[str, bytes]:
    progress = desk.progress()
    return progress.keys() if progress else {}


def hear_early(desk: Desk) -> None:
    """Take in what came before its height did."""
    while (progress := desk.progress()) and (envelope := desk.take_early(progress.height)):
        reached("early.taken")
        receive(desk, envelope)


def _is_governed(desk: Desk, progress: Progress) -> bool:
    """Whether the ledger says that the validator of this database votes, or is about to, by the key that we have."""
    sets = (desk.validators(height) for height in (progress.height, progress.height + 1))
    ours = (progress.state.me, desk.me.public)
    return any((each.name, each.node_key) == ours for members in sets for each in members)


@contextmanager
def _signing(desk: Desk) -> Iterator[list[Mark]]:
    """What was signed inside is in the guard's file afterwards; if the commit failed, then before anything is sent."""
    signed: list[Mark] = []
    try:
        yield signed
    except Exception:
        desk.unsure = desk.unsure or bool(signed)
        raise
    if signed:
        desk.remember(tuple(signed))


def _begin(desk: Desk) -> Progress:
    """A node that begins, or begins again with an empty consensus: the guard's file knows what it had signed."""
    height, _ = desk.tip()
    state = State(desk.me.chain, desk.me.name)
    progress = Progress(desk.me.public, state, {}, desk.certificate_at(height), decided_at=desk.now())
    start = start_height(desk, progress, height + 1)
    progress.state, _ = machine.apply(state, start)
    desk.save(progress)
    desk.log([(height + 1, start)])
    reached("begin.logged")
    return progress
