"""All children of one run: started while it lasts, watched, and stopped with it."""

import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

from embedded.processes import Child, ended_of, kill, spawn, stop
from embedded.trouble import Trouble


@dataclass
class Supervisor:
    """All children of one run; as a context manager it stops them on the way out, whatever happened."""

    children: list[Child] = field(default_factory=list)
    tasks: list[Child] = field(default_factory=list)  # those of the children that are meant to end
    closed: bool = False
    lock: Lock = field(default_factory=Lock)

    def __enter__(self) -> "Supervisor":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def spawn(
        self, name: str, command: Sequence[str | Path], *, is_task: bool = False, **options: Any
    ) -> Child:
        """As `spawn`; once the run is being closed, nothing more is started. A task may end by itself."""
        with self.lock:
            if self.closed:
                raise Trouble(f"{name} is not started any more: everything is being stopped.")
            child = spawn(name, command, **options)
            self.children.append(child)
            if is_task:
                self.tasks.append(child)
        return child

    def run(
        self, name: str, command: Sequence[str | Path], *, timeout_s: float = 300, **options: Any
    ) -> None:
        """Start a program that ends by itself, and wait for it; failure is `Trouble`."""
        child = self.spawn(name, command, is_task=True, **options)
        ended = child.ended_within(timeout_s)
        end = child.obituary()
        self.forget([child])
        if not ended:
            raise Trouble(f"{name} did not end within {timeout_s:g} seconds; its log is {child.log}.")
        if child.process.returncode:
            raise end

    def stop(self, children: Sequence[Child] | None = None, grace_s: float = 15) -> None:
        """Stop the named children (all by default); a second Ctrl-C ends them at once."""
        with self.lock:
            chosen = list(self.children if children is None else children)
        self.forget(chosen)
        try:
            stop(chosen, grace_s)
        except KeyboardInterrupt:
            for child in chosen:
                kill(child)

    def close(self) -> None:
        """Stop everything; what another thread is about to start is refused from now on."""
        with self.lock:
            self.closed = True
        self.stop()

    def kill(self, children: Sequence[Child]) -> None:
        """End children at once, as a power cut would, and forget them."""
        chosen = list(children)
        self.forget(chosen)
        for child in chosen:
            kill(child)

    def forget(self, children: Sequence[Child]) -> None:
        """Children that ended as wanted are no longer watched."""
        with self.lock:
            self.children = [child for child in self.children if child not in children]
            self.tasks = [child for child in self.tasks if child not in children]

    def watch(self, timeout_s: float) -> None:
        """Wait; `Trouble` as soon as a child ends by itself. With 0 seconds it is a check."""
        with self.lock:
            pidfds = {child.pidfd: child for child in self.children if child not in self.tasks}
        for pidfd in ended_of(pidfds, int(timeout_s * 1000)):
            if pidfds[pidfd] in self.children and not self.closed:  # else another thread ended it on purpose
                raise pidfds[pidfd].obituary()


def stop_on_sigterm() -> None:
    """Make SIGTERM and SIGHUP end the program the way Ctrl-C does, so that `finally` and `with` run."""

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, interrupt)
    signal.signal(signal.SIGHUP, interrupt)
