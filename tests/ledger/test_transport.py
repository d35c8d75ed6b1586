"""From `publish` to the driver through real brokers and real workers."""

import json
import random
import socket
import subprocess
import time
from pathlib import Path

from inbox_fixtures import be, fresh_lines, label, message, node, own_node, python  # noqa: F401 - fixtures
from inbox_node import Node, wait_for
from pytest_django import Settings

from ledger import broker, transport, wire

QUICK_SECONDS = 3.5


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
