"""The real network under load: bulk admission at four validators, until all four have committed everything."""

import statistics
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import psycopg

from bench.economy import Economy
from clients.api import NodeClient
from clients.signing import Signed
from demo.network import VALIDATORS, Network

BULK = 1_000
WITHIN_SECONDS = 600


@dataclass(frozen=True)
class Latency:
    """Seconds from submit to final, one transfer at a time."""

    p50: float
    p95: float


def api(network: Network, name: str) -> str:
    """Where a node's API answers."""
    return f"{network.url(name)}/api"


def prepare(network: Network, economy: Economy, outputs: int) -> None:
    """Commit the economy's stages through one node."""
    client = NodeClient(api(network, "csd"))
    for stage in economy.stages(outputs):
        for at in range(0, len(stage), 20):
            for answer in client.settle(stage[at : at + 20], within_seconds=WITHIN_SECONDS):
                answer.raise_if_refused()


def throughput(network: Network, transfers: Sequence[Signed]) -> float:
    """Committed transfers per second: from the first submission until the last validator has the last one."""
    before = [_count(network, name) for name in VALIDATORS]
    share = -(-len(transfers) // len(VALIDATORS))
    start = time.perf_counter()
    with ThreadPoolExecutor(len(VALIDATORS)) as pool:
        shares = [transfers[place * share : (place + 1) * share] for place in range(len(VALIDATORS))]
        list(pool.map(_submit, [api(network, name) for name in VALIDATORS], shares))
    deadline = start + WITHIN_SECONDS
    for name, count in zip(VALIDATORS, before, strict=True):
        while _count(network, name) < count + len(transfers):
            if time.perf_counter() > deadline:
                raise TimeoutError(f"{name} has not committed all transfers within {WITHIN_SECONDS} s")
            time.sleep(0.02)
    return len(transfers) / (time.perf_counter() - start)


def latency(network: Network, transfers: Sequence[Signed]) -> Latency:
    """One transfer after another through one node, each timed until that node says committed."""
    client = NodeClient(api(network, "csd"))
    seconds = sorted(_timed(client, transfer) for transfer in transfers)
    return Latency(statistics.median(seconds), seconds[int(len(seconds) * 0.95)])


def _timed(client: NodeClient, transfer: Signed) -> float:
    start = time.perf_counter()
    for answer in client.settle([transfer], within_seconds=60):
        answer.raise_if_refused()
    return time.perf_counter() - start


def _submit(url: str, transfers: Sequence[Signed]) -> None:
    client = NodeClient(url)
    for at in range(0, len(transfers), BULK):
        for answer in client.submit(transfers[at : at + BULK]):
            answer.raise_if_refused()


def _count(network: Network, name: str) -> int:
    database = network.nodes[name].database
    assert database
    with psycopg.connect(database.runtime_url) as connection:
        row = connection.execute("SELECT count(*) FROM ledger_transaction WHERE kind = 'transfer'").fetchone()
    return int(row[0]) if row else 0
