"""The desk in memory, on which the simulator stands, and the one in Postgres keep the same rows of the same events."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.transaction import atomic, set_rollback
from django.utils import timezone

from ledger import driver, services, sync
from ledger.desk import Desk
from ledger.guard import Guard
from ledger.models import (
    Block,
    ConsensusEvent,
    EarlyEnvelope,
    Evidence,
    NodeState,
    Outbox,
    PeerStatus,
    Pending,
    ProposedBlock,
    ProposedTransaction,
    SignedMessage,
    Timer,
)
from ledger.node.files import Home, Member, Network, NodeConfig, write, write_bytes
from ledger.protocol.encoding import canonical
from ledger.protocol.genesis import chain_id
from ledger.pulse import Pulse, send_waiting
from tests.protocol.world import institution, person
from tests.simulation.books import opened
from tests.simulation.desk import MemoryDesk
from tests.simulation.script import ME, OTHERS, Act, Script
from tests.simulation.town import EPOCH, OBSERVERS, genesis, resident

pytestmark = pytest.mark.django_db
ACTS, SCRIPTS, PARTS = 30, 200, 10


class Clock:
    """Both nodes' time; it goes on between two acts."""

    def __init__(self) -> None:
        self.time = datetime.fromtimestamp(EPOCH, UTC)

    def now(self) -> datetime:
        return self.time


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Django's too."""
    clock = Clock()
    monkeypatch.setattr(timezone, "now", clock.now)
    return clock


@pytest.fixture
def v0(tmp_path: Path, settings: Any) -> Home:
    """The home of the node v0, as the simulator has it."""
    settings.TALLYSTICK_HOME = tmp_path / "v0"
    home, where = Home(settings.TALLYSTICK_HOME), institution("csd").address
    write(
        home.path("node.json"),
        NodeConfig(inbox="redis://127.0.0.1:1/0", institution=where, name=ME, validator=True),
    )
    write_bytes(home.path("node.key"), person(f"node {ME}").sign.hex().encode(), private=True)
    members = tuple(
        Member(
            institution=where, name=name, node_key=person(f"node {name}").card.sign, validator=name in OTHERS
        )
        for name in (ME, *OTHERS, *OBSERVERS)
    )
    write(home.path("network.json"), Network(chain=chain_id(genesis(4)), nodes=members))
    return home


@pytest.mark.parametrize(
    "part", [0, 1, 2, *(pytest.param(part, marks=pytest.mark.long) for part in range(3, PARTS))]
)
def test_the_same_events_leave_the_same_rows(part: int, clock: Clock, v0: Home):
    filled: set[str] = set()
    for seed in range(part, SCRIPTS, PARTS):
        with atomic():
            left = play(seed, clock, v0)
            filled |= {name for name, kept in left.items() if kept}
            set_rollback(True)
    assert filled >= left.keys() - {"kept"}, "every table is put to the test"


def play(seed: int, clock: Clock, home: Home) -> dict[str, Any]:
    """One script on both desks; what differs names the seed. What is left on both."""
    services.install_genesis(document=genesis(4))
    Guard(home.folder).create()
    memory, postgres = MemoryDesk(resident(4, ME), opened(genesis(4)), clock.now), services.NodeDesk()
    nodes: list[tuple[Desk, Pulse]] = []
    for desk in (memory, postgres):
        driver.open_node(desk)
        nodes.append((desk, Pulse(desk)))
    for number, act in enumerate(Script(seed, memory).acts(ACTS)):
        clock.time += timedelta(milliseconds=100 + number)
        told = [do(act, *node) for node in nodes]
        Pending.objects.filter(received_at__lt=clock.time - timedelta(days=1)).update(received_at=clock.time)
        assert told[0] == told[1], f"seed {seed}, act {number}: {act}"
    kept, expected = rows_of_postgres(), rows_of_memory(memory)
    for name in expected:
        assert kept[name] == expected[name], f"seed {seed}: {name}"
    return expected


def do(act: Act, desk: Any, pulse: Pulse) -> object:
    """Have it happen; what a caller sees of it."""
    if act.what == "receive":
        return driver.receive(desk, act.raw)
    if act.what == "beat":
        return pulse.beat(desk.now())
    if act.what == "tell":
        return sync.sealed_status(desk)
    if act.what == "send":
        sent: list[object] = []
        send_waiting(desk, "v1", lambda peer, envelopes: not sent.append((peer, envelopes)))  # type: ignore[func-returns-value]
        return sent
    if isinstance(desk, MemoryDesk):
        return desk.submit(act.raw) and "known"
    (answer,) = services.submit(raws=[act.raw])
    return answer.status in ("pending", "committed") and "known"


def rows_of_postgres() -> dict[str, Any]:
    """Everything that the driver keeps, in order."""
    row, text = NodeState.objects.get(), lambda raw: bytes(raw)
    return {
        "events": list(ConsensusEvent.objects.order_by("sequence").values_list("height", "event")),
        "state": row.state,
        "progress": (
            row.validators,
            row.certificate,
            row.decided_at,
            row.follow_up,
            row.fruitless,
            row.halted,
        ),
        "signed": set(SignedMessage.objects.values_list("height", "round", "kind", "digest", "signature")),
        "guard": services.NodeDesk().guard.marks(),
        "evidence": set(Evidence.objects.values_list("validator", "height", "round", "kind", "proof")),
        "timers": set(Timer.objects.values_list("height", "round", "kind", "fires_at")),
        "outbox": rows(Outbox.objects.order_by("id"), ("peer", "height", "envelope"), text),
        "early": rows(
            EarlyEnvelope.objects.order_by("received_at"), ("height", "peer", "decided", "envelope"), text
        ),
        "peers": set(PeerStatus.objects.values_list("name", "height", "seen_at")),
        "summaries": set(ProposedBlock.objects.values_list("hash", "summary")),
        "kept": {(bytes(one.digest).hex(), one.height) for one in ProposedTransaction.objects.all()},
        "pool": [bytes(one.digest).hex() for one in Pending.objects.order_by("sequence")],
        "blocks": [
            (bytes(one.hash).hex(), bytes(one.certificate)) for one in Block.objects.order_by("height")
        ],
    }


def rows(found: Any, names: tuple[str, ...], text: Callable[[Any], bytes]) -> list[tuple[Any, ...]]:
    """Rows whose last column is bytes."""
    return [(*row[:-1], text(row[-1])) for row in found.values_list(*names)]


def rows_of_memory(desk: MemoryDesk) -> dict[str, Any]:
    """The same of the desk in memory."""
    kept = desk.rows
    row = kept.progress
    assert row is not None
    certificate = canonical(row.certificate).decode() if row.certificate else ""
    return {
        "events": [(height, canonical(event).decode()) for height, event in kept.events],
        "state": canonical(row.state).decode(),
        "progress": (row.validators, certificate, row.decided_at, row.follow_up, row.fruitless, row.halted),
        "signed": {(*place, *what) for place, what in kept.signed.items()},
        "guard": desk.guard.marks(),
        "evidence": {(*place, proof) for place, proof in kept.evidence.items()},
        "timers": {(one.height, one.round, one.kind, at) for one, at in kept.timers.items()},
        "outbox": [row[:3] for row in kept.outbox.values()],
        "early": [(*row, envelope) for envelope, row in kept.early.items()],
        "peers": {(one.name, one.height, one.seen_at) for one, _ in kept.peers.values()},
        "summaries": {(block, canonical(one).decode()) for block, one in kept.summaries.items()},
        "kept": {(digest, height) for digest, (height, _) in kept.kept.items()},
        "pool": list(kept.pool),
        "blocks": [(block.hash, canonical(certificate)) for block, certificate in kept.blocks],
    }
