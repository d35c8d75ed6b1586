"""A node of the transport's tests: a real broker from the wheel and a real Celery worker."""

import json
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import redis

from embedded.ports import free_ports
from embedded.postgres import write_private
from embedded.processes import Child, kill, spawn, stop
from embedded.redis import Redis
from ledger import broker

HERE = Path(__file__).parent
NAMES = ["csd", "regulator", "exchange", "issuer"]
OWNER_PASSWORD = "owner-secret"


def password(peer: str) -> str:
    return f"{peer}-secret"


@dataclass
class Node:
    """The node `csd` with its broker; the other NAMES are its peers."""

    home: Path
    name: str = "csd"
    server: Redis = field(init=False)
    worker: Child | None = None

    def __post_init__(self) -> None:
        self.home.mkdir(parents=True, exist_ok=True)
        peers = {name: password(name) for name in NAMES if name != self.name}
        acl = broker.acl_lines(node=self.name, owner_password=OWNER_PASSWORD, peers=peers)
        write_private(self.home / "users.acl", "\n".join(acl) + "\n")
        (self.home / "network.json").write_text(json.dumps({"nodes": [{"name": name} for name in NAMES]}))
        port = free_ports(1)[0]
        self.server = Redis(self.home / "redis", port, self.home / "users.acl", broker.OWNER, OWNER_PASSWORD)

    def url(self, user: str, secret: str) -> str:
        return f"redis://{user}:{secret}@127.0.0.1:{self.server.port}/0"

    def peer_file(self, home: Path, peer: str) -> None:
        """What the peer keeps about us in its own folder."""
        (home / "peers").mkdir(parents=True, exist_ok=True)
        entry = {"broker": self.url(broker.peer_user(peer), password(peer)), "queue": self.queue(peer)}
        (home / "peers" / f"{self.name}.json").write_text(json.dumps(entry))

    def queue(self, peer: str) -> str:
        return broker.queue_name(self.name, peer)

    def owner(self) -> "redis.Redis":
        return self.server.client()

    def as_peer(self, peer: str) -> "redis.Redis":
        return broker.connect(self.url(broker.peer_user(peer), password(peer)))

    def start_worker(self) -> Child:
        flags = ["--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel=WARNING"]
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "ledger.inbox",
            "worker",
            "--pool=threads",
            "-c",
            "1",
        ]
        root = HERE.parent.parent
        self.worker = spawn(
            "inbox", [*command, *flags], log=self.home / "inbox.log", env=self.environment(), cwd=root
        )
        starts = self.received().count(b"start")
        wait_for(lambda: self.received().count(b"start") > starts, self.log)
        return self.worker

    def environment(self) -> dict[str, str]:
        own_broker = self.url(broker.OWNER, OWNER_PASSWORD)
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "inbox_settings",
            "PYTHONPATH": str(HERE),
            "TALLYSTICK_NODE": self.name,
            "TALLYSTICK_HOME": str(self.home),
            "BROKER_URL": own_broker,  # the celery command reads it too, by itself …
            "CELERY_BROKER_READ_URL": own_broker,  # … and this: neither may lead past the gate
        }

    def kill_worker(self) -> None:
        assert self.worker
        kill(self.worker)
        self.worker = None

    def stop(self) -> None:
        if self.worker:
            stop([self.worker])
        self.server.stop()

    def received(self) -> list[bytes]:
        path = self.home / "received"
        return [bytes.fromhex(line) for line in path.read_text().splitlines()] if path.exists() else []

    def wait_received(self, *envelopes: bytes) -> None:
        wait_for(lambda: set(envelopes) <= set(self.received()), self.log)

    def log(self) -> str:
        return (self.home / "inbox.log").read_text()[-4000:]


def wait_for(condition: Callable[[], bool], explain: Callable[[], str] = str, seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.02)
