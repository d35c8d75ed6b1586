"""Children are watched, stopped in order, and none outlives its parent, however the parent ends."""

import os
import select
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from embedded.processes import spawn, wait_until
from embedded.supervisor import Supervisor
from embedded.trouble import Trouble

ROOT = Path(__file__).parents[2]
WAITS = [sys.executable, "-c", "import signal; signal.pause()"]


def test_stop_ends_the_whole_process_group(tmp_path: Path) -> None:
    grandchild = tmp_path / "pid"
    script = f"import os, signal; p = os.fork(); p and open({str(grandchild)!r}, 'w').write(str(p))"
    script += "; signal.pause()"
    with Supervisor() as supervisor:
        child = supervisor.spawn("family", [sys.executable, "-c", script], log=tmp_path / "log")
        wait_until(lambda: grandchild.exists() and grandchild.read_text() != "", [child], "family")
        pid = int(grandchild.read_text())
        assert runs(pid)
    assert_gone([child.process.pid, pid])


def test_higher_layers_stop_first(tmp_path: Path) -> None:
    order = tmp_path / "order"
    script = """
        import pathlib, signal, sys
        def leave(*_):
            open(sys.argv[1], "a").write(sys.argv[2]); sys.exit()
        signal.signal(signal.SIGTERM, leave)
        pathlib.Path(sys.argv[1] + sys.argv[2]).touch()
        while True: signal.pause()
    """
    with Supervisor() as supervisor:
        for name, layer in (("server", 0), ("worker", 1)):
            command = [sys.executable, "-c", textwrap.dedent(script), str(order), f"{name} "]
            child = supervisor.spawn(name, command, log=tmp_path / "log", layer=layer)
            wait_until(Path(f"{order}{name} ").exists, [child], name)
    assert order.read_text() == "worker server "


def test_a_child_that_dies_is_told_in_a_sentence_with_its_last_words(tmp_path: Path) -> None:
    with Supervisor() as supervisor:
        command = [sys.executable, "-c", "print('I could not find my hat'); raise SystemExit(3)"]
        supervisor.spawn("worker of csd", command, log=tmp_path / "worker.log")
        with pytest.raises(Trouble, match=r"worker of csd ended by itself \(exit code 3\)") as trouble:
            supervisor.watch(timeout_s=30)
        assert "I could not find my hat" in str(trouble.value)


def test_a_full_disk_is_named_as_such(tmp_path: Path) -> None:
    child = spawn(
        "postgres", ["sh", "-c", "echo could not write: No space left on device; exit 1"], log=tmp_path / "l"
    )
    with pytest.raises(Trouble, match="The disk is full: postgres had to stop"):
        wait_until(lambda: False, [child], "postgres")


def test_a_program_that_is_not_there_is_told_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Trouble, match="broker cannot be started: /nowhere/redis is not there"):
        spawn("broker", ["/nowhere/redis"], log=tmp_path / "log")


def test_not_ready_in_time_names_the_log(tmp_path: Path) -> None:
    with Supervisor() as supervisor:
        child = supervisor.spawn("sleeper", WAITS, log=tmp_path / "sleeper.log")
        with pytest.raises(Trouble, match=r"sleeper was not ready within 0\.1 seconds; see .*sleeper\.log"):
            wait_until(lambda: False, [child], "sleeper", timeout_s=0.1)


def test_a_command_is_waited_for_and_its_failure_told(tmp_path: Path) -> None:
    with Supervisor() as supervisor:
        supervisor.run("migrations", ["true"], log=tmp_path / "log")
        with pytest.raises(Trouble, match=r"migrations ended by itself \(exit code 1\)"):
            supervisor.run("migrations", ["false"], log=tmp_path / "log")
        with pytest.raises(Trouble, match=r"migrations did not end within 0\.1 seconds"):
            supervisor.run("migrations", WAITS, log=tmp_path / "log", timeout_s=0.1)
        assert supervisor.children == []


def test_nothing_is_started_while_everything_is_being_stopped(tmp_path: Path) -> None:
    supervisor = Supervisor()
    supervisor.close()
    with pytest.raises(Trouble, match="worker is not started any more"):
        supervisor.spawn("worker", WAITS, log=tmp_path / "log")


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_when_the_parent_ends(tmp_path: Path, how: signal.Signals) -> None:
    script = """
        import signal, sys
        from pathlib import Path
        from embedded.postgres import Postgres
        from embedded.processes import spawn
        from embedded.supervisor import Supervisor, stop_on_sigterm
        folder = Path(sys.argv[1])
        signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
        stop_on_sigterm()
        with Supervisor() as supervisor:
            server = Postgres(folder / "pg", supervisor=supervisor).start()
            child = supervisor.spawn("waits", sys.argv[2:], log=folder / "log", layer=1)
            print(server.process.pid, child.process.pid, flush=True)
            supervisor.watch(timeout_s=60)
    """
    command = [sys.executable, "-c", textwrap.dedent(script), str(tmp_path), *WAITS]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, text=True
    ) as parent:
        assert parent.stdout
        pids = [int(pid) for pid in parent.stdout.readline().split()]
        assert len(pids) == 2, parent.communicate()[1]
        parent.send_signal(how)
    assert_gone(pids)


def runs(pid: int) -> bool:
    """Whether the process exists and is more than an entry that nobody has collected yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def assert_gone(pids: list[int], timeout_s: float = 10) -> None:
    deadline = time.monotonic() + timeout_s
    for pid in pids:
        try:
            pidfd = os.pidfd_open(pid)
        except ProcessLookupError:
            continue
        poller = select.poll()
        poller.register(pidfd, select.POLLIN)
        poller.poll(max(0, int((deadline - time.monotonic()) * 1000)))
        os.close(pidfd)
    assert not [pid for pid in pids if runs(pid)]
