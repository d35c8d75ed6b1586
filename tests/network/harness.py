"""A network for tests: free ports, its own folder, and a look at which processes belong to it."""

from collections.abc import Sequence
from pathlib import Path

from demo.network import OBSERVERS, VALIDATORS, Network
from demo.node import PROGRAMS
from embedded.ports import free_ports


def make_network(
    folder: Path,
    *,
    programs: tuple[str, ...] = PROGRAMS,
    validators: Sequence[str] = VALIDATORS,
    observers: Sequence[str] = OBSERVERS,
) -> Network:
    """A network that is not started yet; without fsync, because a killed process loses nothing by that."""
    names = (*validators, *observers)
    ports = free_ports(2 * len(names))
    return Network(
        folder,
        validators=validators,
        observers=observers,
        web_ports=dict(zip(names, ports, strict=False)),
        broker_ports=dict(zip(names, ports[len(names) :], strict=True)),
        label="demo-test",
        programs=programs,
        durable=False,
    )


def processes_of(folder: Path) -> list[str]:
    """The command lines of all living processes that know the folder, by argument or environment."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            command = (entry / "cmdline").read_bytes()
            knows = bytes(folder) in command or bytes(folder) in (entry / "environ").read_bytes()
        except (OSError, ValueError):
            continue
        if entry.name.isdigit() and command and knows:
            found.append(command.replace(b"\0", b" ").decode(errors="replace"))
    return found
