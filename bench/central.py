"""The central ledger to compare with: one PostgreSQL function call per transfer, durable; no signature, no proof."""

import random
import threading
import time
from pathlib import Path
from typing import Final

import psycopg

from embedded.postgres import Postgres

SECONDS: Final = 4.0
ACCOUNTS: Final = 10_000
SCHEMA: Final = """
CREATE TABLE account (owner int PRIMARY KEY, quantity bigint NOT NULL CHECK (quantity >= 0));
CREATE TABLE movement (id bigserial PRIMARY KEY, giver int, taker int, quantity bigint, at timestamptz DEFAULT now());
INSERT INTO account SELECT n, 1000000 FROM generate_series(0, 9999) n;
CREATE FUNCTION move(giver_ int, taker_ int, quantity_ bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM account WHERE owner IN (giver_, taker_) ORDER BY owner FOR UPDATE;
    UPDATE account SET quantity = quantity - quantity_ WHERE owner = giver_;
    UPDATE account SET quantity = quantity + quantity_ WHERE owner = taker_;
    INSERT INTO movement (giver, taker, quantity) VALUES (giver_, taker_, quantity_);
END $$;
"""


def measure(folder: Path, clients: tuple[int, ...] = (1, 2, 8)) -> dict[int, float]:
    """Transfers per second for each number of clients."""
    server = Postgres(folder)
    server.start()
    try:
        url = server.url()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(SCHEMA)
        return {count: _run(url, count) for count in clients}
    finally:
        server.stop()


def _run(url: str, clients: int) -> float:
    done = [0] * clients
    end = time.perf_counter() + SECONDS
    threads = [threading.Thread(target=_client, args=(url, number, done, end)) for number in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / SECONDS


def _client(url: str, number: int, done: list[int], end: float) -> None:
    seeded = random.Random(number)  # noqa: S311 - a load, not a secret
    with psycopg.connect(url, autocommit=True) as connection:
        while time.perf_counter() < end:
            giver, taker = seeded.sample(range(ACCOUNTS), 2)
            connection.execute("SELECT move(%s, %s, 1)", (giver, taker))
            done[number] += 1
