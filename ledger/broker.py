"""What a node's Redis must look like, so that a peer can write to its own queue and do nothing else."""

import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

OWNER: Final = "owner"

# What kombu and redis-py send to publish one task without a declared exchange; HELLO and AUTH are open to all.
PEER_COMMANDS: Final = ("lpush", "ping")

# A peer's one message is cut off by the server itself; a full memory refuses writes and loses nothing.
SERVER_SETTINGS: Final = {
    "maxmemory": "256mb",
    "maxmemory-policy": "noeviction",
    "proto-max-bulk-len": "4mb",
    "client-query-buffer-limit": "8mb",
    # PING echoes: whoever sends and never reads would have the server keep all its answers.
    "client-output-buffer-limit": "normal 16mb 8mb 10",
}

MAX_WAITING: Final = 10_000  # tasks in one peer's queue
MAX_CONNECTIONS: Final = 32  # of one peer
MAX_CONNECTION_BYTES: Final = 67_108_864  # all connections of one peer, commands half sent included
MAX_STRANGERS: Final = 64  # connections that have not said who they are, which takes a moment
SHUT_OUT_SECONDS: Final = 60
SHUT_OUT_KEY: Final = "tallystick.shut_out"  # peer -> the second at which it may come back

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,31}")


def queue_name(node: str, peer: str) -> str:
    """The queue in `node`'s broker that only `peer` writes to (and, for the node itself, its loop-back)."""
    return f"node.{checked_name(node)}.from.{checked_name(peer)}"


def checked_name(name: str) -> str:
    """The name itself; one that could mean more than a name in a key pattern or a path is `ValueError`."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name!r} is no node name: small letters, digits and _, at most 32")
    return name


def peer_user(peer: str) -> str:
    """The peer's user name in our broker."""
    return f"peer-{checked_name(peer)}"


def acl_lines(*, node: str, owner_password: str, peers: Mapping[str, str]) -> list[str]:
    """The lines of the ACL file; passwords (by peer) appear in it as digests only."""
    return [
        "user default off resetchannels",
        f"user {OWNER} on {_digest(owner_password)} ~* &* +@all",
        *(_peer_line(node, peer, password) for peer, password in sorted(peers.items())),
    ]


def _peer_line(node: str, peer: str, password: str) -> str:
    commands = " ".join(f"+{command}" for command in PEER_COMMANDS)
    return f"user {peer_user(peer)} on {_digest(password)} resetchannels ~{queue_name(node, peer)} {commands}"


def _digest(password: str) -> str:
    return "#" + sha256(password.encode()).hexdigest()


def connect(url: str) -> "redis.Redis":
    """A client for a broker address as Celery writes it; what does not answer fails at once."""
    return redis.Redis.from_url(
        url.replace("redis+socket://", "unix://", 1),
        socket_timeout=5,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )


def revoke_peer(owner: "redis.Redis", *, node: str, peer: str) -> None:
    """Shut a peer out at once, until its user is switched on again or the broker reads its ACL file anew."""
    owner.hdel(SHUT_OUT_KEY, peer)
    _switch_off(owner, node, peer)


def admit_peer(owner: "redis.Redis", *, peer: str) -> None:
    """Let a peer that was shut out or revoked write again."""
    owner.hdel(SHUT_OUT_KEY, peer)
    owner.acl_setuser(peer_user(peer), enabled=True)


def _switch_off(owner: "redis.Redis", node: str, peer: str) -> None:
    owner.acl_setuser(peer_user(peer), enabled=False)
    owner.execute_command("CLIENT", "KILL", "USER", peer_user(peer))  # `off` alone lets those inside stay
    owner.delete(queue_name(node, peer))


@dataclass
class Doorkeeper:
    """Keeps one flooding peer from filling the broker; to be asked about once a second.

    The rule: half of the memory is shared equally among the peers. A queue beyond its share or beyond
    MAX_WAITING tasks is emptied, which costs nobody but its peer anything: every node sends again what was not
    answered. A peer that does it again within a minute, or holds too many or too heavy connections, is shut out
    for a minute. An honest peer empties into a node that was down, once, and goes on. Connections that do not
    say whose they are are closed when they are many.
    """

    owner: "redis.Redis"
    node: str
    peers: Iterable[str]
    overflowed_at: dict[str, float] = field(default_factory=dict)

    def check(self) -> list[str]:
        """Apply the rule once; a sentence for every peer against which something was done."""
        self._readmit()
        share = self._share()
        connections = self._connections()
        findings = [self._check(peer, share, connections.get(peer_user(peer), [])) for peer in self.peers]
        findings.append(self._check_strangers(len(connections.get("default", []))))
        return [finding for finding in findings if finding]

    def _readmit(self) -> None:
        for peer, until in self.owner.hgetall(SHUT_OUT_KEY).items():
            if float(until) <= time.time():
                admit_peer(self.owner, peer=peer)

    def _share(self) -> int:
        memory = int(self.owner.config_get("maxmemory")["maxmemory"])
        return (memory or 268_435_456) // 2 // max(1, len(list(self.peers)))

    def _connections(self) -> dict[str, list[int]]:
        """The weights of every user's connections."""
        weights: dict[str, list[int]] = {}
        for client in self.owner.client_list():
            weights.setdefault(client["user"], []).append(int(client["tot-mem"]))
        return weights

    def _check(self, peer: str, share: int, connections: list[int]) -> str | None:
        if len(connections) > MAX_CONNECTIONS or sum(connections) > MAX_CONNECTION_BYTES:
            return self._shut_out(peer, "too many or too heavy connections")
        queue = queue_name(self.node, peer)
        if self.owner.llen(queue) <= MAX_WAITING and self._weight(queue) <= share:
            return None
        now, before = time.monotonic(), self.overflowed_at.get(peer)
        self.overflowed_at[peer] = now
        if before is not None and now - before < SHUT_OUT_SECONDS:
            return self._shut_out(peer, "its queue overflowed twice within a minute")
        self.owner.delete(queue)
        return f"the queue of {peer} overflowed and was emptied"

    def _check_strangers(self, number: int) -> str | None:
        """The server takes a limited number of connections, and asks no password of one that only waits."""
        if number <= MAX_STRANGERS:
            return None
        self.owner.execute_command("CLIENT", "KILL", "USER", "default")
        return f"{number} connections of strangers were closed"

    def _weight(self, queue: str) -> int:
        return int(self.owner.memory_usage(queue, samples=0) or 0)

    def _shut_out(self, peer: str, why: str) -> str:
        self.owner.hset(SHUT_OUT_KEY, peer, str(time.time() + SHUT_OUT_SECONDS))
        _switch_off(self.owner, self.node, peer)
        return f"{peer} is shut out for {SHUT_OUT_SECONDS} seconds: {why}"
