"""`make bench`: the network, the pipeline without consensus and a central database, in one run on one machine."""

import argparse
import os
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

import msgspec

from bench import central
from bench import network as networked
from bench.economy import HOLDERS, Economy
from bench.pipeline import BLOCK, Work
from demo.network import VALIDATORS, Network
from embedded.ports import free_ports

ROOT = Path(__file__).resolve().parent.parent
MARKS = "<!-- bench:begin -->", "<!-- bench:end -->"


def main() -> None:
    """Measure, print the table, and with `--write` put it into the README."""
    arguments = argparse.ArgumentParser(prog="bench")
    arguments.add_argument("--transfers", type=int, default=4 * BLOCK)
    arguments.add_argument("--write", action="store_true", help="put the table into README.md")
    options = arguments.parse_args()
    count = options.transfers
    with tempfile.TemporaryDirectory(prefix="tallystick-bench-") as folder:
        home = Path(folder)
        say("A central database, one function call per transfer …")
        clients = central.measure(home / "central")
        say("The pipeline without consensus, on one node and on four …")
        alone = pipeline(home / "alone", VALIDATORS[:1], count)
        four = pipeline(home / "four", VALIDATORS, count)
        say("The network: four validators, each with its own database, broker and workers …")
        full, light = network(home / "network", count)
    table = render(count, clients, alone, four, full, light)
    print(table)
    if options.write:
        write(table)


def pipeline(home: Path, names: tuple[str, ...], count: int) -> float:
    """Transfers per second of nodes that commit by themselves, all at once."""
    with _network(home, programs=()) as net:
        net.start()
        economy = _economy(net)
        stages = [[one.raw for one in stage] for stage in economy.stages(count)]
        work = Work(stages, [one.raw for one in economy.transfers(count)])
        file = home / "work"
        file.write_bytes(msgspec.msgpack.encode(work))
        runs = [_run(net, name, file) for name in names]
        for run in runs:
            if run.stdout is None or run.stdout.readline().strip() != "ready":
                raise RuntimeError("the pipeline did not get ready")
        for run in runs:
            assert run.stdin is not None
            run.stdin.write("\n")
            run.stdin.flush()
        seconds = [float(run.communicate()[0]) for run in runs]
    return count / max(seconds)


def network(home: Path, count: int) -> tuple[float, networked.Latency]:
    """Transfers per second under load, and seconds to final at light load."""
    with _network(home) as net:
        net.start()
        economy = _economy(net)
        networked.prepare(net, economy, count + 2 * HOLDERS)
        light = networked.latency(net, economy.transfers(60))
        networked.throughput(net, economy.transfers(HOLDERS))  # warm
        return networked.throughput(net, economy.transfers(count)), light


def render(
    count: int,
    clients: dict[int, float],
    alone: float,
    four: float,
    full: float,
    light: networked.Latency,
) -> str:
    """The table, with the machine that it was measured on."""
    lines = [
        ("**the network**: four validators, bulk admission, BFT agreement, durable on all four", full),
        ("the same work on four nodes at once, without consensus and gossip", four),
        ("the same work on one node alone", alone),
        *((f"a central database, one function call per transfer, {n} client(s); no signatures, no history proof", rate)
          for n, rate in clients.items()),
    ]  # fmt: skip
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    rows = "\n".join(f"| {what} | {rate:,.0f} | {rate / four:.2f} |" for what, rate in lines)
    return (
        f"`make bench` on {machine}, {count:,} transfers:\n\n"
        f"| | transfers/s | to the pipeline on four nodes |\n|---|---:|---:|\n{rows}\n\n"
        f"From submission to final at light load: p50 {light.p50:.2f} s, p95 {light.p95:.2f} s."
    )


def write(table: str) -> None:
    """Put the table between its marks in the README."""
    readme = ROOT / "README.md"
    before, rest = readme.read_text().split(MARKS[0])
    after = rest.split(MARKS[1])[1]
    readme.write_text(f"{before}{MARKS[0]}\n{table}\n{MARKS[1]}{after}")


def say(text: str) -> None:
    """Progress."""
    print(text, file=sys.stderr, flush=True)


def _network(home: Path, programs: tuple[str, ...] = ("inbox", "web")) -> Network:
    ports = free_ports(2 * len(VALIDATORS))
    return Network(
        home,
        observers=(),
        label="demo-bench",
        programs=programs,
        web_ports=dict(zip(VALIDATORS, ports, strict=False)),
        broker_ports=dict(zip(VALIDATORS, ports[len(VALIDATORS) :], strict=True)),
        say=say,
    )


def _economy(net: Network) -> Economy:
    return Economy(net.chain, net.founder("csd").wallet, net.founder("regulator").wallet)


def _run(net: Network, name: str, file: Path) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "bench.pipeline", str(file)],
        cwd=ROOT,
        env=net.nodes[name].environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


if __name__ == "__main__":
    main()
