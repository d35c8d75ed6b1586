"""One case of the simulator: a seed, and by it how this network misbehaves. Same case, same run."""

from dataclasses import dataclass, replace
from random import Random
from typing import Final

FAULTS: Final = (
    "loss",
    "duplication",
    "delays",
    "clogs",
    "partitions",
    "clocks",
    "crashes",
    "brokers",
    "rollbacks",
    "outages",
    "liars",
)


@dataclass(frozen=True)
class Case:
    """What is to be run. A failing case is shrunk by switching fault classes off and by shortening it."""

    seed: int
    validators: int = 4
    off: tuple[str, ...] = ()
    seconds: int = 6  # of virtual time, with faults; then the healing
    liars: int | None = None  # as many as are tolerated, unless said otherwise

    @property
    def tolerated(self) -> int:
        """How many validators may do anything at all."""
        return (self.validators - 1) // 3

    def without(self, fault: str) -> "Case":
        """The same with this class of faults switched off."""
        return replace(self, off=tuple(sorted({*self.off, fault})))


@dataclass(frozen=True)
class Weather:
    """How bad it is, drawn once for a case (a swarm: every case has some of the faults, none has all)."""

    loss: float
    duplication: float
    delay_ms: int  # on average
    jitter: bool  # delays differ from message to message: reordering
    clog_every_ms: int  # 0: never
    partition_every_ms: int
    clock_every_ms: int
    crash_every_ms: int
    broker_every_ms: int
    rollback_every_ms: int
    outage_every_ms: int
    liars: int
    observers: int
    liars_stay: bool  # they go on while the network is healed
    unreachable_is_told: bool  # a broker beyond a partition refuses; else it seems to take what is lost


def weather(case: Case, random: Random) -> Weather:
    """All is drawn always, so that switching one class off changes no other."""
    drawn = Weather(
        loss=random.choice((0.0, 0.0, 0.02, 0.1, 0.4)),
        duplication=random.choice((0.0, 0.0, 0.1, 0.5)),
        delay_ms=random.choice((2, 10, 40, 150)),
        jitter=random.random() < 0.8,
        clog_every_ms=random.choice((0, 0, 1_000, 3_000)),
        partition_every_ms=random.choice((0, 0, 700, 2_000, 4_000)),
        clock_every_ms=random.choice((0, 0, 1_000, 4_000)),
        crash_every_ms=random.choice((0, 0, 500, 2_000, 4_000)),
        broker_every_ms=random.choice((0, 0, 2_000)),
        rollback_every_ms=random.choice((0, 0, 0, 3_000)),
        outage_every_ms=random.choice((0, 0, 0, 4_000)),
        liars=case.liars if case.liars is not None else random.choice((0, case.tolerated)),
        observers=random.choice((0, 0, 1)),
        liars_stay=random.random() < 0.5,
        unreachable_is_told=random.random() < 0.5,
    )
    calm = {
        "loss": {"loss": 0.0},
        "duplication": {"duplication": 0.0},
        "delays": {"delay_ms": 5, "jitter": False},
        "clogs": {"clog_every_ms": 0},
        "partitions": {"partition_every_ms": 0},
        "clocks": {"clock_every_ms": 0},
        "crashes": {"crash_every_ms": 0},
        "brokers": {"broker_every_ms": 0},
        "rollbacks": {"rollback_every_ms": 0},
        "outages": {"outage_every_ms": 0},
        "liars": {"liars": 0},
    }
    for fault in case.off:
        drawn = replace(drawn, **calm[fault])  # type: ignore[arg-type]
    return drawn
