"""What a peer, or a stranger, can do with connections alone: the others go on."""

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
import redis
from inbox_fixtures import be, fresh_lines, label, own_node  # noqa: F401 - fixtures
from inbox_node import NAMES, Node, wait_for
from pytest_django import Settings

from ledger import broker, transport

PEERS = [name for name in NAMES if name != "csd"]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(tmp_path_factory.mktemp("connections"))
    node.server.start()
    yield node
    node.stop()


def test_a_peer_that_reads_no_answers_is_cut_off_by_the_server(node: Node) -> None:
    """PING answers with what it was given: four megabytes a time, kept for a reader who never comes."""
    owner = node.owner()
    before = owner.info("memory")["used_memory_peak"]
    connection = node.as_peer("regulator").connection_pool.get_connection()
    ping = b"*2\r\n$4\r\nPING\r\n$4000000\r\n" + b"x" * 4_000_000 + b"\r\n"
    with pytest.raises(redis.ConnectionError):
        for _ in range(100):
            connection.send_packed_command([ping], check_health=False)
    assert owner.info("memory")["used_memory_peak"] - before < 64_000_000
    assert node.as_peer("exchange").ping()


def test_strangers_cannot_keep_the_door_occupied(node: Node) -> None:
    owner, keeper = node.owner(), broker.Doorkeeper(node.owner(), "csd", PEERS)
    with ExitStack() as open_, node.as_peer("exchange") as peer:
        for _ in range(broker.MAX_STRANGERS + 10):
            open_.enter_context(socket.create_connection(("127.0.0.1", node.server.port)))
        wait_for(lambda: strangers(owner) == broker.MAX_STRANGERS + 10)
        assert peer.ping()
        assert "connections of strangers were closed" in keeper.check()[0]
        wait_for(lambda: strangers(owner) == 0)
        assert peer.ping()
        assert keeper.check() == []


def strangers(owner: "redis.Redis") -> int:
    """Connections that have not said who they are."""
    return sum(client["user"] == "default" for client in owner.client_list())


def test_a_peer_that_fills_the_memory_holds_up_nobody_for_long(
    own_node: Node, settings: Settings, tmp_path: Path
) -> None:
    """Full, the broker refuses every write; the doorkeeper of the worker empties it within two looks."""
    own_node.start_worker()
    be(settings, tmp_path, "exchange", own_node)
    flooder, queue, refused = own_node.as_peer("regulator"), own_node.queue("regulator"), 0
    deadline = time.monotonic() + 30
    while not refused and time.monotonic() < deadline:
        try:
            flooder.lpush(queue, *[b"x" * 3_900_000] * 2)
        except (redis.ResponseError, redis.ConnectionError):  # full, or already shut out
            refused += 1
    assert refused
    began, wanted = time.monotonic(), label()
    wait_for(lambda: transport.publish("csd", [wanted]))
    own_node.wait_received(wanted)
    assert time.monotonic() - began < 6
    with suppress(redis.RedisError):
        flooder.close()
