"""`make demo` as a visitor meets it: twice over one ledger, interrupted, a child killed, itself killed."""

import os
import random
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from demo.network import BROKER_PORTS_ABOVE, OBSERVERS, VALIDATORS
from demo.node import ROOT
from embedded.ports import HOST, is_free
from tests.network.harness import processes_of

pytestmark = pytest.mark.network

STARTED = "Chain demo-"
FINISHED = "Everything runs until Ctrl-C."


class Demo:
    """A running demonstration and what it said so far."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process, self.said = process, ""

    def read_until(self, words: str) -> str:
        """What it says up to the line with these words."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            if words in line:
                return line
        raise AssertionError(f"it ended without saying {words!r}:\n{self.said}")

    def end(self) -> int:
        """Its exit code, once it has said everything."""
        assert self.process.stdout
        self.said += self.process.stdout.read()
        return self.process.wait()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One ledger for all tests of this file, which go on from one another."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module", autouse=True)
def ctrl_c_counts() -> Iterator[None]:
    """Whoever started the tests in the background had a shell ignore it, for all their children too."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="module")
def port() -> int:
    """The first of five web ports, free as the brokers' ports above them are."""
    places = range(len(VALIDATORS) + len(OBSERVERS))
    while True:
        port = random.randrange(20_000, 23_000)
        if all(is_free(port + place) and is_free(port + place + BROKER_PORTS_ABOVE) for place in places):
            return port


@contextmanager
def demo(folder: Path, port: int, **environment: str) -> Iterator[Demo]:
    command = [sys.executable, "-m", "demo"]
    inherited = {key: value for key, value in os.environ.items() if key not in {"ONCE", "PORT"}}
    env = {**inherited, "TALLYSTICK_DEMO": str(folder), "PORT": str(port), **environment}
    with subprocess.Popen(
        command, cwd=ROOT, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        try:
            yield Demo(process)
        finally:
            process.send_signal(signal.SIGTERM)


def test_the_first_run_tells_the_story_and_leaves_nothing(folder: Path, port: int) -> None:
    with demo(folder, port, ONCE="1") as run:
        assert run.end() == 0, run.said
    assert "Median seconds to final" in run.said
    assert f"http://localhost:{port + 1}" in run.said
    assert processes_of(folder) == []


def test_the_second_run_continues_the_same_ledger_until_it_is_interrupted(folder: Path, port: int) -> None:
    chain = (folder / "csd" / "network.json").read_text()
    with demo(folder, port) as run:
        run.read_until(FINISHED)
        assert "is registered already" in run.said
        run.process.send_signal(signal.SIGINT)
        assert run.end() == 0, run.said
    assert (folder / "csd" / "network.json").read_text() == chain
    assert processes_of(folder) == []


def test_a_killed_child_is_told_and_ends_everything(folder: Path, port: int) -> None:
    with demo(folder, port) as run:
        run.read_until(STARTED)
        victim = next(pid for pid in pids_below(run.process.pid) if "inbox@exchange" in command_of(pid))
        os.kill(victim, signal.SIGKILL)
        assert run.end() == 1, run.said
    assert "the inbox program of exchange ended by itself (signal SIGKILL)" in run.said
    assert "Traceback" not in run.said
    assert processes_of(folder) == []


def test_a_killed_demonstration_takes_everything_with_it(folder: Path, port: int) -> None:
    with demo(folder, port) as run:
        run.read_until(STARTED)
        children = pids_below(run.process.pid)
        assert len(children) >= 25
        run.process.kill()
        run.end()
    deadline = time.monotonic() + 20
    while left := processes_of(folder):
        assert time.monotonic() < deadline, left
        select.select([], [], [], 0.1)


def test_a_taken_port_is_told(folder: Path, port: int) -> None:
    with socket.socket() as stranger:
        stranger.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        stranger.bind((HOST, port))
        stranger.listen()
        with demo(folder, port) as run:
            assert run.end() == 1
    assert f"Port {port}, wanted for the portal of csd, is taken by another program" in run.said
    assert "Traceback" not in run.said
    assert processes_of(folder) == []


@pytest.mark.parametrize("wrong", ["http", "0", "65000", "-1", ""])
def test_a_wrong_port_is_told(folder: Path, wrong: str) -> None:
    with demo(folder, 0, PORT=wrong) as run:
        assert run.end() == 1
    assert f"PORT={wrong} is no port" in run.said
    assert "Traceback" not in run.said


def pids_below(pid: int) -> list[int]:
    """The process's children, whichever of its threads started them."""
    threads = Path(f"/proc/{pid}/task").iterdir()
    return [int(each) for thread in threads for each in (thread / "children").read_text().split()]


def command_of(pid: int) -> str:
    """The process's command line."""
    return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
