"""What a dishonest peer writes into its queue, with its own credentials: nothing of it has an effect."""

import base64
import json
import os
import pickle
import random
import time
import zlib
from pathlib import Path
from typing import Any

import pytest
import redis
from inbox_fixtures import be, fresh_lines, label, message, node, own_node, python  # noqa: F401 - fixtures
from inbox_node import Node, wait_for
from pytest_django import Settings

from ledger import broker, transport, wire


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
