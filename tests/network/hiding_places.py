"""Everything that the nodes of a network keep, as bytes to be searched: databases, brokers, logs."""

import subprocess
from collections.abc import Iterator

import redis

from demo.network import Network
from demo.node import Node
from embedded.postgres import binaries
from ledger.broker import OWNER
from tests.network.profiles import logs_of


def kept_by(network: Network) -> Iterator[tuple[str, bytes]]:
    """Place by place: each node's dump, its broker's values and files, its logs."""
    for name, node in network.nodes.items():
        yield f"database of {name}", dump(node)
        yield f"broker of {name}", b"\n".join(values(broker(node)))
        for file in sorted(path for path in node.home.path("redis").rglob("*") if path.is_file()):
            yield f"broker's file {file.name} of {name}", file.read_bytes()
    for place, path in logs_of(network):
        yield place, path.read_bytes()


def dump(node: Node) -> bytes:
    """The whole database as text, bytes in hex."""
    assert node.database
    command = [str(binaries() / "pg_dump"), "--dbname", node.postgres.url("tallystick"), "--inserts"]
    return subprocess.run(command, capture_output=True, check=True).stdout


def broker(node: Node) -> "redis.Redis":
    """A connection as the broker's owner."""
    return redis.Redis(port=node.broker_port, username=OWNER, password=node.home.broker_password)


def values(server: "redis.Redis") -> Iterator[bytes]:
    """Every key with what it holds, opened: a dump of Redis may be compressed."""
    readers = {
        b"string": lambda key: [server.get(key)],
        b"list": lambda key: server.lrange(key, 0, -1),
        b"set": server.smembers,
        b"hash": lambda key: [part for pair in server.hgetall(key).items() for part in pair],
        b"zset": lambda key: server.zrange(key, 0, -1),
        b"none": lambda _key: [],  # a message that was read meanwhile; what it left is in the files
    }
    for key in server.scan_iter():
        yield key
        yield from (each for each in readers[server.type(key)](key) if each)
        yield server.dump(key) or b""
