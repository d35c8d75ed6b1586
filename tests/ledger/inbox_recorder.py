"""Stands where the consensus driver and the pacemaker will be: writes down what an inbox worker hands over."""

import time

from django.conf import settings


def receive(payload: bytes) -> None:
    """One line per envelope; "hold" then waits to be released, "raise" raises."""
    write(payload.hex())
    if payload.startswith(b"hold"):
        while not (settings.TALLYSTICK_HOME / "released").exists():
            time.sleep(0.02)
    if payload == b"raise":
        raise RuntimeError("what a driver must not do, but might")


def start() -> None:
    """The pacemaker's."""
    write(b"start".hex())


def stop() -> None:
    """The pacemaker's."""
    write(b"stop".hex())


def write(line: str) -> None:
    """Append one whole line."""
    with (settings.TALLYSTICK_HOME / "received").open("a") as stream:
        stream.write(line + "\n")
