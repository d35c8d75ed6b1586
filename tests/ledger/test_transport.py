"""From `publish` to the driver through real brokers and real workers; and what a dishonest peer writes instead."""

import base64
import json
import os
import pickle
import random
import socket
import subprocess
import sys
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import redis
from inbox_node import HERE, Node, wait_for
from pytest_django import Settings

from ledger import broker, transport, wire

QUICK_SECONDS = 3.5


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(tmp_path_factory.mktemp("csd"))
    node.server.start()
    node.start_worker()
    yield node
    node.stop()


@pytest.fixture
def own_node(tmp_path: Path) -> Iterator[Node]:
    """A node that the test may break."""
    node = Node(tmp_path / "own")
    node.server.start()
    yield node
    node.stop()


@pytest.fixture(autouse=True)
def fresh_lines() -> Iterator[None]:
    transport._lines.clear()
    yield
    transport._lines.clear()


def be(settings: Settings, folder: Path, peer: str, *nodes: Node) -> None:
    """This test process is `peer`, with credentials for the nodes."""
    settings.TALLYSTICK_NODE = peer
    settings.TALLYSTICK_HOME = folder
    for node in nodes:
        node.peer_file(folder, peer)


def label() -> bytes:
    """An envelope that was never sent before."""
    return json.dumps({"test": str(uuid4())}).encode()


class TestDelivery:
    """What honest nodes rely on."""

    def test_envelopes_arrive_whatever_their_size(
        self, node: Node, settings: Settings, tmp_path: Path
    ) -> None:
        be(settings, tmp_path, "regulator", node)
        small, text, noise = label(), label() * 20_000, random.Random(1).randbytes(wire.MAX_ENVELOPE)
        assert transport.publish("csd", [small, b"", text, noise, b"\x00\xff not text"])
        node.wait_received(small, b"", text, noise, b"\x00\xff not text")

    def test_more_than_one_task_can_carry_goes_in_several(
        self, node: Node, settings: Settings, tmp_path: Path
    ) -> None:
        be(settings, tmp_path, "regulator", node)
        envelopes = [label() for _ in range(wire.MAX_ENVELOPES + 5)]
        envelopes += [random.Random(seed).randbytes(900_000) for seed in range(3)]
        assert transport.publish("csd", envelopes)
        node.wait_received(*envelopes)

    def test_an_envelope_beyond_the_limit_is_dropped_and_the_others_go_on(
        self, node: Node, settings: Settings, tmp_path: Path
    ) -> None:
        be(settings, tmp_path, "regulator", node)
        before, after = label(), label()
        assert transport.publish("csd", [before, bytes(wire.MAX_ENVELOPE + 1), after])
        node.wait_received(before, after)

    def test_two_peers_and_the_node_itself_write_side_by_side(
        self, node: Node, settings: Settings, tmp_path: Path
    ) -> None:
        envelopes = {peer: [label() for _ in range(50)] for peer in ["regulator", "exchange", "csd"]}
        for peer, own in envelopes.items():
            transport._lines.clear()
            be(settings, tmp_path / peer, peer, node)
            settings.BROKER_URL = node.url(broker.OWNER, "owner-secret")
            assert all(transport.publish("csd", [envelope]) for envelope in own)
        node.wait_received(*(envelope for own in envelopes.values() for envelope in own))

    def test_an_error_in_the_driver_costs_one_envelope_only(
        self, node: Node, settings: Settings, tmp_path: Path
    ) -> None:
        be(settings, tmp_path, "regulator", node)
        after = label()
        assert transport.publish("csd", [b"raise", after])
        node.wait_received(b"raise", after)
        assert node.owner().hlen("unacked.inbox.csd") == 0

    def test_the_peers_are_those_of_the_network_file(self, node: Node, settings: Settings) -> None:
        settings.TALLYSTICK_NODE, settings.TALLYSTICK_HOME = "exchange", node.home
        assert transport.peers() == ["csd", "issuer", "regulator"]


class TestUnreachable:
    """Never an exception, never a long wait."""

    def broken(self, settings: Settings, folder: Path, port: int) -> None:
        settings.TALLYSTICK_NODE, settings.TALLYSTICK_HOME = "regulator", folder
        (folder / "peers").mkdir()
        entry = {"broker": f"redis://peer-regulator:x@127.0.0.1:{port}/0", "queue": "node.csd.from.regulator"}
        (folder / "peers" / "csd.json").write_text(json.dumps(entry))

    def test_nobody_listens(self, settings: Settings, tmp_path: Path) -> None:
        with socket.socket() as nobody:
            nobody.bind(("127.0.0.1", 0))
            self.broken(settings, tmp_path, nobody.getsockname()[1])
            began = time.monotonic()
            assert not transport.publish("csd", [b"x"])
            assert time.monotonic() - began < 1

    def test_somebody_listens_and_never_answers(self, settings: Settings, tmp_path: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            self.broken(settings, tmp_path, silent.getsockname()[1])
            began = time.monotonic()
            assert not transport.publish("csd", [b"x"])
            assert time.monotonic() - began < QUICK_SECONDS
            began = time.monotonic()
            assert not transport.publish("csd", [b"x"])
            assert time.monotonic() - began < 0.1, "the line rests instead of costing two seconds each time"

    def test_no_such_peer_or_no_proper_file(self, settings: Settings, tmp_path: Path) -> None:
        settings.TALLYSTICK_NODE, settings.TALLYSTICK_HOME = "regulator", tmp_path
        assert not transport.publish("nobody", [b"x"])
        assert not transport.publish("../escape", [b"x"])
        (tmp_path / "peers").mkdir()
        (tmp_path / "peers" / "csd.json").write_text("{")
        assert not transport.publish("csd", [b"x"])

    def test_wrong_password(self, node: Node, settings: Settings, tmp_path: Path) -> None:
        self.broken(settings, tmp_path, node.server.port)
        assert not transport.publish("csd", [b"x"])

    def test_a_broker_that_comes_back_is_reached_again(
        self, own_node: Node, settings: Settings, tmp_path: Path
    ) -> None:
        be(settings, tmp_path, "regulator", own_node)
        assert transport.publish("csd", [b"x"])
        own_node.server.stop()
        assert not transport.publish("csd", [b"x"])
        own_node.server.start()
        wait_for(lambda: transport.publish("csd", [b"x"]))


def message(*envelopes: bytes, **changes: Any) -> bytes:
    """What `publish` puts into a queue, with keys of the message, its headers or its properties changed."""
    texts = changes.pop("texts", [wire.pack(envelope) for envelope in envelopes])
    body = json.dumps([[texts], {}, changes.pop("embed", {})])
    headers: dict[str, Any] = {"lang": "py", "task": transport.TASK, "id": str(uuid4())}
    properties: dict[str, Any] = {
        "delivery_mode": 2,
        "delivery_info": {"exchange": "", "routing_key": "node.csd.from.regulator"},
        "priority": 0,
        "body_encoding": None,
        "delivery_tag": str(uuid4()),
    }
    whole = {"body": body, "content-encoding": "utf-8", "content-type": "application/json"}
    parts: dict[str, Any] = {"headers": headers, "properties": properties}
    for name, part in parts.items():
        other = changes.pop(name, {})
        parts[name] = None if other is None else {**part, **other}
    return json.dumps({**whole, **parts, **changes}).encode()


def bomb() -> str:
    return "z" + base64.b64encode(zlib.compress(bytes(100_000_000), 9)).decode()


class Pickled:
    """Would leave a file behind if anybody unpickled it."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (os.mkdir, (str(self.path),))


SIGNATURE = {
    "task": transport.TASK,
    "args": [["r" + base64.b64encode(b"by a callback").decode()]],
    "kwargs": {},
}
WITHOUT_EFFECT: dict[str, dict[str, Any]] = {
    "eta": {"headers": {"eta": "2999-01-01T00:00:00+00:00"}},
    "eta that is none": {"headers": {"eta": {"no": "date"}}},
    "expires": {"headers": {"expires": "1999-01-01T00:00:00+00:00"}},
    "retries": {"headers": {"retries": 10**9}},
    "timelimit": {"headers": {"timelimit": [0.001, 0.001]}},
    "shadow": {"headers": {"shadow": "other.task"}},
    "group and stamps": {"headers": {"group": "x", "stamped_headers": ["x"], "stamps": {"x": 1}}},
    "compression": {"headers": {"compression": "zlib"}},
    "callbacks": {"embed": {"callbacks": [SIGNATURE], "errbacks": [SIGNATURE]}},
    "chain and chord": {"embed": {"chain": [SIGNATURE], "chord": SIGNATURE}},
    "reply_to": {"properties": {"reply_to": "jobs.csd", "correlation_id": "x"}},
    "priority": {"properties": {"priority": 9}},
    "routing": {"properties": {"delivery_info": {"exchange": "jobs.csd", "routing_key": "jobs.csd"}}},
    "tag": {"properties": {"delivery_tag": {"no": "tag"}}},
    "no properties": {"properties": None},
    "encoding": {"content-encoding": "utf-16"},
}
REFUSED: dict[str, bytes] = {
    "nothing": b"",
    "no JSON": b"{",
    "no UTF-8": b'{"body": "\xff\xfe"}',
    "no object": b"[]",
    "null": b"null",
    "deep": b"[" * 1_000_000,
    "deep and unknown": b'{"x":' + b"[" * 1_000_000 + b"]" * 1_000_000 + b"}",
    "long": message(texts=["r" + "A" * 3_000_000]),
    "long and unknown": message(b"refused", x="x" * 3_000_000),
    "no body": b'{"headers": {"task": "ledger.deliver"}}',
    "other task": message(b"refused", headers={"task": "ledger.tasks.other"}),
    "task of Celery": message(b"refused", headers={"task": "celery.backend_cleanup"}),
    "no task": message(b"refused", headers={"task": None}),
    "protocol 1": message(b"refused", headers=None, body=json.dumps({"task": transport.TASK, "args": [[]]})),
    "other arguments": message(b"refused", body=json.dumps([[["rAAAA"], 1], {}, {}])),
    "arguments by name": message(b"refused", body=json.dumps([[], {"texts": ["rAAAA"]}, {}])),
    "no list": message(texts="rAAAA"),
    "no texts": message(texts=[1, 2]),
    "too many": message(texts=["r"] * (wire.MAX_ENVELOPES + 1)),
    "other tag": message(texts=["xAAAA"]),
    "no base64": message(texts=["rA"]),
    "line break": message(texts=["rAAAA\n"]),
    "no zlib": message(texts=["zAAAA"]),
    "cut off": message(texts=["z" + base64.b64encode(zlib.compress(b"x" * 10_000)[:-6]).decode()]),
    "zip bomb": message(texts=[bomb()]),
    "one bad among good": message(texts=[wire.pack(b"refused"), "zAAAA"]),
    "too much unpacked": message(texts=[wire.pack(bytes(wire.MAX_ENVELOPE))] * 5),
}


class TestDishonestPeers:
    """A peer with its own credentials, writing by hand."""

    @pytest.mark.parametrize("name", WITHOUT_EFFECT)
    def test_what_else_a_message_says_has_no_effect(self, node: Node, name: str) -> None:
        mine, next_one = label(), label()
        peer = node.as_peer("regulator")
        peer.lpush(node.queue("regulator"), message(mine, **WITHOUT_EFFECT[name]))
        peer.lpush(node.queue("regulator"), message(next_one))
        node.wait_received(mine, next_one)
        assert b"by a callback" not in node.received()
        assert node.owner().llen("jobs.csd") == 0

    @pytest.mark.parametrize("name", REFUSED)
    def test_what_is_no_proper_task_is_refused(self, node: Node, name: str) -> None:
        assert node.worker
        before, peer, next_one = node.received(), node.as_peer("regulator"), label()
        peer.lpush(node.queue("regulator"), REFUSED[name])
        peer.lpush(node.queue("regulator"), message(next_one))
        node.wait_received(next_one)
        assert node.received() == [*before, next_one]
        assert node.worker.alive
        wait_for(lambda: node.owner().hlen("unacked.inbox.csd") == 0)

    def test_the_app_knows_one_task(self, node: Node) -> None:
        result = python("from ledger.inbox import app; app.finalize(); print(*app.tasks)", node)
        assert result.stdout.split() == [transport.TASK], result.stderr

    def test_pickles_stay_closed(self, node: Node, tmp_path: Path) -> None:
        body = base64.b64encode(pickle.dumps([Pickled(tmp_path / "opened")])).decode()
        peer, next_one = node.as_peer("regulator"), label()
        for kind in ["application/x-python-serialize", "application/json", "application/data", "yaml"]:
            changes = {"content-type": kind, "content-encoding": "binary", "body": body}
            peer.lpush(node.queue("regulator"), message(properties={"body_encoding": "base64"}, **changes))
        peer.lpush(node.queue("regulator"), message(next_one))
        node.wait_received(next_one)
        assert not (tmp_path / "opened").exists()

    def test_random_damage_never_stops_the_worker(self, node: Node) -> None:
        seed = random.SystemRandom().randrange(2**32)
        print(f"seed {seed}")
        chance, whole, next_one = random.Random(seed), bytearray(message(b"refused")), label()
        peer = node.as_peer("regulator")
        for _ in range(500):
            damaged = bytearray(whole)
            for _ in range(chance.randint(1, 5)):
                damaged[chance.randrange(len(damaged))] = chance.randrange(256)
            peer.lpush(node.queue("regulator"), bytes(damaged[: chance.randint(1, len(damaged))]))
        peer.lpush(node.queue("regulator"), message(next_one))
        node.wait_received(next_one)
        assert node.worker and node.worker.alive

    def test_memory_stays_bounded_under_large_messages(self, node: Node) -> None:
        assert node.worker
        peer, next_one = node.as_peer("regulator"), label()
        lists = b'{"body": "x", "x": [' + b"[],[]," * 600_000 + b"[]]}"
        for _ in range(5):
            peer.lpush(node.queue("regulator"), message(texts=[bomb()] * 4))
            peer.lpush(node.queue("regulator"), lists)
        with pytest.raises((redis.ConnectionError, redis.ResponseError)):
            peer.lpush(node.queue("regulator"), b"x" * 104_857_600)
        peer.lpush(node.queue("regulator"), message(next_one))
        node.wait_received(next_one)
        status = Path(f"/proc/{node.worker.process.pid}/status").read_text()
        peak_kb = int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
        assert peak_kb < 300_000

    def test_a_flood_of_one_peer_does_not_hold_up_another(
        self, own_node: Node, settings: Settings, tmp_path: Path
    ) -> None:
        own_node.start_worker()
        be(settings, tmp_path, "exchange", own_node)
        flooder, queue = own_node.as_peer("regulator"), own_node.queue("regulator")
        flood = [message(b"flood"), b"garbage"] * 20_000
        shut_out = False
        while not shut_out:
            try:
                flooder.lpush(queue, *flood)
            except (redis.ConnectionError, redis.ResponseError):
                shut_out = own_node.owner().hexists(broker.SHUT_OUT_KEY, "regulator")
            wanted = label()
            wait_for(lambda: transport.publish("csd", [wanted]))  # noqa: B023  called before it changes
            began = time.monotonic()
            own_node.wait_received(wanted)
            assert time.monotonic() - began < 2, "the other peer's message was held up"
        assert own_node.owner().llen(queue) == 0


class TestFaults:
    """Processes that die."""

    def test_a_task_in_hand_when_the_worker_is_killed_comes_again_in_its_own_queue(
        self, own_node: Node
    ) -> None:
        worker, owner = own_node.start_worker(), own_node.owner()
        held = b"hold " + label()
        forged = {"delivery_info": {"exchange": "", "routing_key": "jobs.csd"}, "priority": 9}
        own_node.as_peer("regulator").lpush(own_node.queue("regulator"), message(held, properties=forged))
        own_node.wait_received(held)
        assert worker.alive
        own_node.kill_worker()
        ((tag, _),) = owner.zrange("unacked_index.inbox.csd", 0, -1, withscores=True)
        owner.zadd("unacked_index.inbox.csd", {tag: 1})  # long ago: nobody waits for the visibility timeout
        (own_node.home / "released").touch()
        own_node.start_worker()
        wait_for(lambda: own_node.received().count(held) == 2, own_node.log)
        wait_for(lambda: owner.hlen("unacked.inbox.csd") == 0)
        assert owner.llen("jobs.csd") == 0

    def test_what_waits_while_the_worker_is_down_arrives_when_it_is_back(
        self, own_node: Node, settings: Settings, tmp_path: Path
    ) -> None:
        be(settings, tmp_path, "regulator", own_node)
        own_node.start_worker()
        own_node.kill_worker()
        envelopes = [label() for _ in range(20)]
        assert all(transport.publish("csd", [envelope]) for envelope in envelopes)
        own_node.start_worker()
        own_node.wait_received(*envelopes)

    def test_the_worker_goes_on_after_its_broker_was_killed_and_wiped(
        self, own_node: Node, settings: Settings, tmp_path: Path
    ) -> None:
        be(settings, tmp_path, "regulator", own_node)
        worker = own_node.start_worker()
        assert own_node.server.child
        own_node.server.child.process.kill()
        own_node.server.stop()
        for part in own_node.server.folder.glob("appendonly*"):
            part.unlink()
        own_node.server.start()
        wanted = label()
        wait_for(lambda: transport.publish("csd", [wanted]))
        own_node.wait_received(wanted)
        assert worker.alive

    def test_a_worker_asked_to_stop_ends_the_pacemaker(self, own_node: Node) -> None:
        worker = own_node.start_worker()
        worker.process.terminate()
        wait_for(lambda: not worker.alive, own_node.log)
        assert own_node.received()[-1] == b"stop"


def python(program: str, node: Node) -> "subprocess.CompletedProcess[str]":
    """Run a program in the node's environment."""
    environment = {**node.environment(), "PYTHONPATH": f"{HERE}:{HERE.parent.parent}"}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)


class TestHearing:
    """The watchdog: a worker that does not hear its own broker ends itself."""

    def run(self, node: Node, hears: bool) -> "subprocess.CompletedProcess[str]":
        """A process with a short-tempered watchdog and no worker, for a second; `hears`: something else delivers."""
        program = f"""
import django, time
django.setup()
from django.conf import settings
from ledger import broker, watchdog
watchdog.TICK_SECONDS = 0.05
dog = watchdog.Watchdog("csd", broker.Doorkeeper(broker.connect(settings.BROKER_URL), "csd", []))
dog.hearing.echo_seconds, dog.hearing.silence_seconds = 0.1, 0.4
dog.start()
for _ in range(30):
    time.sleep(0.05)
    if {hears}: dog.hearing.heard()
dog.stop()
"""
        return python(program, node)

    def test_a_deaf_worker_ends(self, own_node: Node) -> None:
        result = self.run(own_node, hears=False)
        assert (result.returncode, "no longer hears" in result.stderr) == (1, True)

    def test_one_that_hears_goes_on(self, own_node: Node) -> None:
        assert self.run(own_node, hears=True).returncode == 0

    def test_one_whose_broker_is_away_goes_on(self, own_node: Node) -> None:
        own_node.server.stop()
        assert self.run(own_node, hears=False).returncode == 0

    def test_the_echo_of_a_real_worker_comes_back(self, own_node: Node) -> None:
        own_node.start_worker()
        queue = own_node.queue("csd")
        calls = "cmdstat_lpush"
        wait_for(lambda: calls in own_node.owner().info("commandstats"))
        wait_for(lambda: own_node.owner().llen(queue) == 0)
