"""Child processes that are watched while they run and that never outlive us."""

import ctypes
import os
import select
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from embedded.trouble import Trouble

POLL_MS = 20
GONE_MS = 5_000
LOG_LINES = 8
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)
# The kernel sends the death signal when the *thread* that started the child ends, so all children are
# started by one thread that lives as long as the process.
_spawner = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")


@dataclass(eq=False)
class Child:
    """A running program of ours with its log file."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    log_start: int
    stop_signal: signal.Signals
    layer: int
    pidfd: int
    lock: Lock = field(default_factory=Lock)

    @property
    def alive(self) -> bool:
        """Whether the program still runs (does not reap it)."""
        return not self.ended_within(0)

    def ended_within(self, timeout_s: float) -> bool:
        """Wait for the program's end, at most so long; whether it has come."""
        if self.process.returncode is not None:
            return True
        return bool(ended_of([self.pidfd], max(0, int(timeout_s * 1000))))

    def last_lines(self, count: int = LOG_LINES) -> list[str]:
        """The end of what this run wrote to its log."""
        with self.log.open("rb") as stream:
            stream.seek(self.log_start)
            return stream.read().decode(errors="replace").splitlines()[-count:]

    def obituary(self) -> Trouble:
        """The sentence for a child that ended by itself, with its last words; ends the rest of its group."""
        _end_group(self)
        lines = self.last_lines()
        if any("No space left on device" in line for line in lines):
            return Trouble(f"The disk is full: {self.name} had to stop (its log is {self.log}).")
        end = _how(self.process.returncode)
        words = "".join(f"\n    {line}" for line in lines)
        return Trouble(f"{self.name} ended by itself {end}; its log is {self.log}.{words}")


def spawn(
    name: str,
    command: Sequence[str | Path],
    *,
    log: Path,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stop_signal: signal.Signals = signal.SIGTERM,
    death_signal: signal.Signals = signal.SIGKILL,
    layer: int = 0,
) -> Child:
    """Start a program in a process group of its own; it gets `death_signal` if we die, however we die."""
    log.parent.mkdir(parents=True, exist_ok=True)
    parent = os.getpid()

    def tie_to_parent() -> None:
        _libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:  # it died between fork and prctl
            os._exit(1)

    def start() -> subprocess.Popen[bytes]:
        with log.open("ab") as output:
            return subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
                start_new_session=True,
                preexec_fn=tie_to_parent,
            )

    log_start = log.stat().st_size if log.exists() else 0
    try:
        process = _spawner.submit(start).result()
    except FileNotFoundError as error:
        raise Trouble(f"{name} cannot be started: {error.filename} is not there.") from error
    return Child(name, process, log, log_start, stop_signal, layer, os.pidfd_open(process.pid))


def wait_until(
    ready: Callable[[], bool], children: Iterable[Child], what: str, timeout_s: float = 60
) -> None:
    """Return as soon as `ready()`; a child that dies meanwhile, or no success in time, is `Trouble`."""
    pidfds = {child.pidfd: child for child in children}
    deadline = time.monotonic() + timeout_s
    while not ready():
        for pidfd in ended_of(pidfds, POLL_MS):
            raise pidfds[pidfd].obituary()
        if time.monotonic() > deadline:
            logs = ", ".join(sorted({str(child.log) for child in pidfds.values()}))
            raise Trouble(f"{what} was not ready within {timeout_s:g} seconds; see {logs}.")


def stop(children: Sequence[Child], grace_s: float = 15) -> None:
    """Stop the children, the highest layer first; nothing of theirs is left running."""
    for layer in sorted({child.layer for child in children}, reverse=True):
        _stop_together([child for child in children if child.layer == layer], grace_s)


def kill(child: Child) -> None:
    """End a child and its group at once, as a power cut would."""
    _end_group(child)


def _stop_together(children: Sequence[Child], grace_s: float) -> None:
    for child in children:
        if child.alive:
            child.process.send_signal(child.stop_signal)
    deadline = time.monotonic() + grace_s
    for child in children:
        child.ended_within(deadline - time.monotonic())
        _end_group(child)


def _end_group(child: Child) -> None:
    """Kill what is left of the child, its group and its descendants, and wait until they are gone."""
    with child.lock:  # two threads may notice the same death
        _end_group_once(child)


def _end_group_once(child: Child) -> None:
    if child.process.returncode is None:
        family = _descendants(child.process.pid)  # PostgreSQL's helpers leave the group of their parent
        with suppress(ProcessLookupError):  # not reaped yet: the number cannot be somebody else's
            os.killpg(child.process.pid, signal.SIGKILL)
        for pidfd in family:
            with suppress(ProcessLookupError):
                signal.pidfd_send_signal(pidfd, signal.SIGKILL)
        child.process.wait()
        for pidfd in family:
            ended_of([pidfd], GONE_MS)
            os.close(pidfd)
    if child.pidfd >= 0:
        os.close(child.pidfd)
        child.pidfd = -1


def _descendants(pid: int) -> list[int]:
    """Handles of all processes below this one."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    found, queue = [], [pid]
    while queue:
        below = children.get(queue.pop(), [])
        queue += below
        found += below
    handles = []
    for each in found:
        with suppress(ProcessLookupError):
            handles.append(os.pidfd_open(each))
    return handles


def ended_of(pidfds: Iterable[int], timeout_ms: int) -> list[int]:
    """Those of the process handles whose process has ended, waiting up to the time for the first."""
    poller = select.poll()
    for pidfd in pidfds:
        poller.register(pidfd, select.POLLIN)
    return [pidfd for pidfd, _ in poller.poll(timeout_ms)]


def _how(code: int) -> str:
    return f"(signal {signal.Signals(-code).name})" if code < 0 else f"(exit code {code})"
