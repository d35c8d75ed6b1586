"""Rows of the consensus driver on this node's database: the desk (ledger.desk.Desk) without the ledger's services."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from functools import lru_cache
from threading import RLock
from typing import Final
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.db.transaction import atomic
from django.utils import timezone

from ledger.desk import KEEP, SEND_AT_ONCE, CannotRun, Peer, Progress
from ledger.envelopes import Status
from ledger.guard import ORDER, Guard, Mark
from ledger.local import Local, local
from ledger.models import (
    ConsensusEvent,
    EarlyEnvelope,
    Evidence,
    NodeState,
    Outbox,
    PeerStatus,
    ProposedBlock,
    ProposedTransaction,
    SignedMessage,
    Timer,
)
from ledger.protocol.consensus.events import Event, TimeoutFired
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.consensus.state import State
from ledger.protocol.encoding import canonical, digest, parse
from ledger.protocol.records import Validator
from ledger.protocol.signed import Submission
from ledger.protocol.validators import validators_at
from ledger.store import chain, pool
from ledger.store.bodies import CERTIFICATE_MAX, BodyRows
from ledger.store.documents import DocumentRows
from ledger.store.source import state_at

CHANNEL: Final = "tallystick"
CORE_VERSION: Final = 1  # of the machine's state in NodeState; another one cannot be read
STATE_MAX: Final = 10_000_000

_alone = RLock()


class Rows(BodyRows):
    """Keeps nothing itself: the database and the home folder are those of the moment."""

    unsure = False
    documents = DocumentRows()

    @property
    def me(self) -> Local:
        """This process's node."""
        return local()

    @property
    def guard(self) -> Guard:
        """The file in its home."""
        return Guard(settings.TALLYSTICK_HOME)

    def now(self) -> datetime:
        """The machine's clock."""
        return timezone.now()

    def atomic(self) -> AbstractContextManager[None]:
        """The database's."""
        return atomic()

    def alone(self) -> AbstractContextManager[object]:
        """Between the threads of this process; a second process does not run on this database."""
        return _alone

    def wake(self) -> None:
        """Have the pacemaker look around, as soon as the caller's atomic() commits."""
        with connection.cursor() as cursor:
            cursor.execute(f"NOTIFY {CHANNEL}")

    def progress(self, *, lock: bool = False) -> Progress | None:
        """None before the first start. With `lock` nobody else gets it until the caller's atomic() ends."""
        found = NodeState.objects.select_for_update() if lock else NodeState.objects
        row = found.first()
        if row is None:
            return None
        if row.core_version != CORE_VERSION:
            raise CannotRun(
                f"The consensus state is of version {row.core_version}; this software has {CORE_VERSION}."
            )
        return Progress(
            node_key=row.node_key,
            state=_read_state(row.state),
            validators=row.validators,
            certificate=_read_certificate(row.certificate),
            decided_at=row.decided_at,
            follow_up=row.follow_up,
            fruitless=row.fruitless,
            halted=row.halted,
        )

    def save(self, progress: Progress) -> None:
        """Put it in the place of the one before."""
        state, certificate = progress.state, progress.certificate
        fields = {
            "node_key": progress.node_key,
            "state": canonical(state).decode(),
            "height": state.height,
            "round": state.round,
            "step": state.step,
            "validators": progress.validators,
            "certificate": canonical(certificate).decode() if certificate else "",
            "decided_at": progress.decided_at,
            "follow_up": progress.follow_up,
            "fruitless": progress.fruitless,
            "halted": progress.halted,
        }
        if not NodeState.objects.update(**fields):
            NodeState.objects.create(instance=uuid4().hex, core_version=CORE_VERSION, **fields)

    def halt(self, sentence: str) -> None:
        """Note why this node has stopped for good."""
        NodeState.objects.update(halted=sentence)

    def log(self, events: Sequence[tuple[int, Event]]) -> None:
        """Append what happened to the machine, each with the height that it led to."""
        ConsensusEvent.objects.bulk_create(
            [ConsensusEvent(height=height, event=canonical(event).decode()) for height, event in events]
        )

    def signed(self, mark: Mark) -> tuple[str, str] | None:
        """Digest and signature of what this node's key signed at the mark's height, round and kind."""
        found = SignedMessage.objects.filter(height=mark.height, round=mark.round, kind=mark.kind)
        return found.values_list("digest", "signature").first()

    def keep_signed(self, mark: Mark, signature: str) -> None:
        """Keep it for ever."""
        SignedMessage.objects.create(
            height=mark.height, round=mark.round, kind=mark.kind, digest=mark.digest, signature=signature
        )

    def last_signed(self) -> Mark | None:
        """The furthest of all that was kept as signed."""
        rows = SignedMessage.objects.order_by("-height", "-round").values_list(
            "digest", "height", "kind", "round"
        )
        return max((Mark(*row) for row in rows[: len(ORDER)]), key=lambda mark: mark.place, default=None)

    def keep_evidence(self, validator: str, height: int, round: int, kind: str, proof: str) -> None:
        """Keep the proof that a validator said two things; the first proof of each is enough."""
        row = Evidence(validator=validator, height=height, round=round, kind=kind, proof=proof)
        Evidence.objects.bulk_create([row], ignore_conflicts=True)

    def timers(self) -> list[tuple[datetime, TimeoutFired]]:
        """When which timer runs out, the first one first."""
        rows = Timer.objects.order_by("fires_at", "id")
        return [(row.fires_at, TimeoutFired(row.height, row.kind, row.round)) for row in rows]

    def set_timer(self, timer: TimeoutFired, fires_at: datetime) -> None:
        """Have it run out then."""
        Timer.objects.create(height=timer.height, round=timer.round, kind=timer.kind, fires_at=fires_at)

    def end_timer(self, timer: TimeoutFired) -> None:
        """It ran out."""
        Timer.objects.filter(height=timer.height, round=timer.round, kind=timer.kind).delete()

    def put(self, peers: Iterable[str], envelopes: Sequence[bytes], *, height: int | None = None) -> None:
        """Send these to each peer, if and when the caller's atomic() commits."""
        rows = [
            Outbox(peer=peer, height=height, envelope=envelope) for peer in peers for envelope in envelopes
        ]
        if rows:
            Outbox.objects.bulk_create(rows)
            self.wake()

    def waiting(self, peer: str) -> list[tuple[int, bytes]]:
        """What is to be sent to a peer, oldest first, SEND_AT_ONCE at most: ids and envelopes."""
        rows = Outbox.objects.filter(peer=peer).order_by("id")[:SEND_AT_ONCE]
        return [(id_, bytes(envelope)) for id_, envelope in rows.values_list("id", "envelope")]

    def peers_waiting(self) -> set[str]:
        """For whom something waits."""
        return set(Outbox.objects.order_by().values_list("peer", flat=True).distinct())

    def sent(self, ids: Iterable[int]) -> None:
        """The peer's broker took these. Whether they arrived, its next status shows."""
        Outbox.objects.filter(id__in=list(ids)).delete()

    def note_status(self, peer: str, status: Status, now: datetime) -> None:
        """Note where a peer says it stands."""
        said = {"height": status.height, "round": status.round, "step": status.step, "tip": status.tip}
        PeerStatus.objects.bulk_create(
            [PeerStatus(name=peer, seen_at=now, **said)],
            update_conflicts=True,
            unique_fields=["name"],
            update_fields=[*said, "seen_at"],
        )

    def peers(self) -> list[Peer]:
        """What is known of each peer, the freshest first, then by name."""
        rows = PeerStatus.objects.order_by("-seen_at", "name").values_list("name", "height", "seen_at")
        return [Peer(*row) for row in rows]

    def keep_early(self, peer: str, height: int, envelope: bytes, *, decided: bool) -> None:
        """Keep an envelope for a height to come; it may be lost."""
        key = digest("tallystick/early/1", envelope)
        row = EarlyEnvelope(digest=key, height=height, peer=peer, decided=decided, envelope=envelope)
        EarlyEnvelope.objects.bulk_create([row], ignore_conflicts=True)

    def early_of(self, peer: str) -> int:
        """How many a peer has there."""
        return EarlyEnvelope.objects.filter(peer=peer).count()

    def take_early(self, height: int) -> bytes | None:
        """Take out the one that came first of those for this height or before."""
        row = EarlyEnvelope.objects.filter(height__lte=height).order_by("received_at").first()
        if row is None:
            return None
        row.delete()
        return bytes(row.envelope)

    def decided_early(self) -> set[int]:
        """The heights to come whose final block is there."""
        return set(EarlyEnvelope.objects.filter(decided=True).values_list("height", flat=True))

    def forget(self, height: int, now: datetime) -> None:
        """A height is decided: drop its timers, blocks and envelopes, and envelopes that waited too long."""
        Timer.objects.all().delete()
        Outbox.objects.filter(height__lt=height).delete()
        Outbox.objects.filter(created_at__lt=now - KEEP).delete()
        ProposedBlock.objects.filter(height__lte=height).delete()
        ProposedTransaction.objects.filter(height__lte=height).delete()

    def tip(self) -> tuple[int, str]:
        """Height and hash of the last block, or of genesis."""
        tip = chain.tip()
        return tip.height, tip.hash

    def validators(self, height: int) -> Sequence[Validator]:
        """Who votes at this height, up to the one after the next block."""
        return validators_at(state_at(chain.tip().state_size), height)

    def certificate_at(self, height: int) -> Certificate | None:
        """By which this node decided a height; None for genesis and heights to come."""
        return chain.certificate_at(height)

    def last_arrival(self) -> datetime | None:
        """When the youngest pending transaction came; None while nothing waits for a block."""
        return pool.pending_rows().order_by("-sequence").values_list("received_at", flat=True).first()

    def pending_before(self, moment: datetime, limit: int) -> Sequence[Submission]:
        """The oldest pending transactions that came before this."""
        old = pool.pending_rows().filter(received_at__lt=moment)[:limit]
        return [pool.read_row(bytes(row.raw), row.notes) for row in old]


@lru_cache(maxsize=4)
def _read_state(text: str) -> State:
    """Frozen, and asked for by everything that happens: read once."""
    return parse(text.encode(), State, limit=STATE_MAX)


@lru_cache(maxsize=4)
def _read_certificate(text: str) -> Certificate | None:
    return parse(text.encode(), Certificate, limit=CERTIFICATE_MAX) if text else None
