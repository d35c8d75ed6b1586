"""FRONT DOOR of consensus on one node: `happen` for our own events, `receive` for what peers send."""

import logging
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db.transaction import atomic
from django.utils import timezone

from ledger import intake
from ledger.envelopes import Summary, open_envelope
from ledger.guard import Guard
from ledger.local import local
from ledger.models import ConsensusEvent, EarlyEnvelope, NodeState
from ledger.protocol.consensus import machine
from ledger.protocol.consensus.events import Event
from ledger.protocol.consensus.state import State
from ledger.protocol.encoding import canonical
from ledger.protocol.reasons import Rejected
from ledger.protocol.signed import Submission
from ledger.store import chain
from ledger.turn import MustHalt, Turn, start_height

CORE_VERSION: Final = 1  # of the machine's state in NodeState; another one cannot be read

log = logging.getLogger(__name__)
refused: Counter[str] = Counter()  # envelopes by reason, since this process began


class CannotRun(Exception):
    """This node may not start like this; the text is a sentence for its operator."""


def open_node() -> NodeState:
    """The node's row, made at its first start; to be called before anything happens in a process."""
    me = local()
    with atomic():
        row = NodeState.objects.select_for_update().first()
        if row is None:
            row = _first_row(me.name, me.chain, me.public)
        if row.node_key != me.public:
            raise CannotRun(
                "This database belongs to another node key: its signatures are not ours to continue."
            )
        if row.core_version != CORE_VERSION:
            raise CannotRun(
                f"The consensus state is of version {row.core_version}; this software has {CORE_VERSION}."
            )
    if Guard(settings.TALLYSTICK_HOME).marks() is None:
        log.critical(
            "The double-sign guard is missing: this node follows, and signs nothing until that is safe."
        )
    return row


def happen(
    *events: Event,
    summary: Summary | None = None,
    transactions: Sequence[Submission] = (),
    now: datetime | None = None,
) -> bool:
    """Give the machine events, with parts of blocks that came along, in one atomic(). Whether a height ended.

    Nothing leaves this node before the atomic() is committed: what is to be sent lies in the outbox.
    """
    if not (events or summary or transactions):
        return False
    try:
        with atomic():
            row = NodeState.objects.select_for_update().get()
            if row.halted:
                return False
            turn = Turn(row, local(), Guard(settings.TALLYSTICK_HOME), now or timezone.now())
            height = turn.state.height
            turn.bring(summary, transactions)
            turn.run(events)
            turn.save()
            return turn.state.height > height
    except MustHalt as stop:
        _halt(str(stop))
        return False


def receive(payload: bytes) -> None:
    """Take in one envelope. Bad ones are refused and counted, never raised: they would come back for ever."""
    now = timezone.now()
    try:
        envelope = open_envelope(local(), payload)
        brought = intake.take(envelope, payload, now)
        ended = happen(*brought.events, summary=brought.summary, transactions=brought.transactions, now=now)
    except Rejected as refusal:
        refused[refusal.reason] += 1
        log.info("Refused an envelope of %d bytes: %s %s.", len(payload), refusal.reason, refusal)
        return
    if ended:
        hear_early()


def hear_early() -> None:
    """Take in what came before its height did."""
    while row := EarlyEnvelope.objects.filter(height__lte=_height()).order_by("received_at").first():
        row.delete()
        receive(bytes(row.envelope))


def _height() -> int:
    return int(NodeState.objects.values_list("height", flat=True).get())


def _first_row(name: str, chain_name: str, key: str) -> NodeState:
    """A node that begins, or begins again with an empty consensus: the guard's file knows what it had signed."""
    tip = chain.tip()
    certificate = chain.certificate_at(tip.height)
    row = NodeState(
        instance=uuid4().hex,
        node_key=key,
        core_version=CORE_VERSION,
        certificate=canonical(certificate).decode() if certificate else "",
        decided_at=timezone.now(),
        follow_up=False,
    )
    start = start_height(row, tip.height + 1)
    turn_state, _ = machine.apply(State(chain_name, name), start)
    row.state = canonical(turn_state).decode()
    row.height, row.round, row.step = turn_state.height, turn_state.round, turn_state.step
    row.save(force_insert=True)
    ConsensusEvent.objects.create(height=turn_state.height, event=canonical(start).decode())
    return row


def _halt(sentence: str) -> None:
    """Stop for good: whatever is wrong here must not become another vote."""
    log.critical("THIS NODE HAS STOPPED: %s", sentence)
    NodeState.objects.update(halted=sentence)
