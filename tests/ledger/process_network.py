"""The network of consensus_network with one node in a process of its own, which can be killed at a failpoint."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests.ledger.consensus_network import OBSERVER, Nodes

ROOT = Path(__file__).resolve().parent.parent.parent


class Killed(Exception):
    """The process reached its failpoint."""


class ProcessNodes(Nodes):
    """`apart` runs in its own process once `start` was called; everything it publishes is noted as the others' is."""

    apart = "regulator"

    def __init__(self, postgres_url: str, folder: Path) -> None:
        super().__init__(postgres_url, folder, (OBSERVER,))
        self.process: subprocess.Popen[str] | None = None

    def start(self, failpoint: str = "") -> None:
        """Begin, or begin again. Killed if the failpoint is on the way."""
        place = urlsplit(self.url)._replace(path=f"/{self.tag}_{self.apart}")
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "DATABASE_URL": urlunsplit(place),
            "TALLYSTICK_NODE": self.apart,
            "TALLYSTICK_HOME": str(self.folder / self.apart),
            "TALLYSTICK_FAILPOINT": failpoint,
        }
        command = [sys.executable, "-m", "tests.ledger.node_process"]
        self.process = subprocess.Popen(
            command, cwd=ROOT, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._answer()

    def stop(self) -> None:
        """End it, however it stands."""
        if self.process:
            self.process.kill()
            self.process.communicate()
            self.process = None

    def tell_apart(self, do: str, **what: Any) -> Any:
        """Have it do something; Killed if that leads to its failpoint."""
        assert self.process and self.process.stdin
        order = {"do": do, "reachable": self.alive(), **what}
        try:
            self.process.stdin.write(json.dumps(order) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # its last words are still to be read
        return self._answer()

    def beat(self, name: str, later: float = 0.0) -> None:
        if name == self.apart and self.process:
            self.tell_apart("beat", later=later)
        else:
            super().beat(name, later)

    def collect(self, name: str) -> None:
        if name == self.apart and self.process:
            self.tell_apart("send")
        else:
            super().collect(name)

    def deliver(self, name: str, envelope: bytes) -> None:
        if name == self.apart and self.process:
            self.tell_apart("receive", envelope=envelope.hex())
        else:
            super().deliver(name, envelope)

    def submit_apart(self, raw: bytes) -> str:
        """The status that it answers; Killed if it dies before."""
        return str(self.tell_apart("submit", raw=raw.hex()))

    def _answer(self) -> Any:
        assert self.process and self.process.stdout
        for line in self.process.stdout:
            said = json.loads(line)
            if "done" in said:
                return said["done"]
            for text in said["envelopes"]:
                self.note(bytes.fromhex(text))
                self.post.append((self.apart, said["peer"], bytes.fromhex(text)))
        if self.process.wait() != -9:
            raise AssertionError(f"the node ended with {self.process.returncode}")
        self.process = None
        raise Killed
