"""With 100,000 holders and 1,000,000 outputs every list asks a bounded number of times, and outputs by index only."""

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from django.test import Client

from ledger import selectors
from ledger.store import rows
from tests.ledger.queries import counted
from tests.ledger.world import NodeTown
from tests.portal.big import Size, grow, wallet
from tests.portal.big_desk import INVESTOR, MANY, fill, move_in
from tests.portal.conftest import issue
from tests.protocol.town import SHARE

MOST_QUERIES = 22
SECONDS = 60  # on a busy machine; every page is far below it
REGISTER = f"/instruments/{SHARE}/register"
SMALL, LARGE = Size(2_000, 20_000), Size(100_000, 1_000_000)


def pages(town: NodeTown) -> list[str]:
    """Every list, and what is found from it."""
    height = max(town.height - 1, 1)
    return [
        "/",
        "/network/",
        "/instruments/",
        "/instruments/?q=BIG",
        f"/instruments/{SHARE}/",
        f"{REGISTER}/",
        f"{REGISTER}/?height={height}",
        f"{REGISTER}/?date=2099-01-01&order=address&page=30",
        f"{REGISTER}/?q={wallet(77)[-40:]}",
        f"{REGISTER}/?least=2&order=smallest",
        f"{REGISTER}.csv",
        f"{REGISTER}.xlsx",
        "/blocks/",
        f"/blocks/?before={height - 2}",
        f"/blocks/{height}/?from=50",
        f"/transactions/{town.blocks[-1].transactions[0].id}/",
        "/audit-log/?page=30",
        "/search/?q=BIG",
        "/search/?q=nothing",
    ]


DESKS = [
    (INVESTOR, "/holdings/"),
    (INVESTOR, "/holdings/history/"),
    (INVESTOR, "/holdings/send/"),
    (INVESTOR, "/holdings/addresses/?page=20"),
    (INVESTOR, "/holdings/addresses.json"),
    (INVESTOR, "/claims/"),
    (INVESTOR, "/notices/?page=20"),
    (INVESTOR, "/inbox/"),
    ("issuer", "/holdings/"),
    ("issuer", "/holdings/history/"),
    ("issuer", "/inbox/"),
    ("issuer", "/drafts/"),
    ("issuer", "/requests/"),
    ("issuer", "/requests/registration/"),
    ("issuer", f"/requests/{SHARE}/decrease/"),
    ("regulator", "/inbox/"),
    ("house", "/claims/"),
    ("house", f"/claims/?after={wallet(50)}"),
    ("olga", "/inbox/"),
    ("olga", "/members/?page=20"),
    ("olga", "/organisations/?page=20"),
    ("olga", "/participants/"),
    ("olga", "/network/evidence/"),
]


@pytest.mark.parametrize(
    "size",
    [SMALL, pytest.param(LARGE, marks=[pytest.mark.long, pytest.mark.timeout(1_200)])],
    ids=["small", "large"],
)
def test_lists_ask_little_and_outputs_by_index(
    operator: Client, town: NodeTown, monkeypatch: pytest.MonkeyPatch, size: Size
):
    issue(town)
    people = move_in(town) | {"olga": operator}
    visits = [("olga", path) for path in pages(town)] + DESKS
    before = [ask(people[name], path, monkeypatch)[0] for name, path in visits]
    grow(town, size)
    fill(town, "more", MANY)
    for (name, path), few in zip(visits, before, strict=True):
        queries, statements = ask(people[name], path, monkeypatch)
        assert queries <= min(few + 1, MOST_QUERIES), (name, path)  # a name more to look up
        for query, parameters in statements:
            assert not reads_all_outputs(query, parameters), (path, query)
    assert read_by_a_poll(monkeypatch) == [("ledger_block", "1.00")]


def test_a_plan_that_reads_all_outputs_is_seen(town: NodeTown):
    assert reads_all_outputs("SELECT sum(quantity) FROM ledger_output", ())


def ask(client: Client, path: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, list[tuple[str, Any]]]:
    """How often the database is asked for this page, and what about outputs."""
    began = time.monotonic()
    with counted(monkeypatch) as found, about_outputs(monkeypatch) as statements:
        answer = client.get(path)
        assert answer.status_code in {200, 302}, path
        b"".join(answer)
    assert time.monotonic() - began < SECONDS, path
    return found.number, statements


def read_by_a_poll(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """The tables that the headline of every page reads, and how many rows of each."""
    with counted(monkeypatch) as found:
        selectors.headline()
    (statement,) = found.statements
    plan = "\n".join(line for (line,) in rows.fetch(f"EXPLAIN (ANALYZE) {statement}"))
    return re.findall(r"Scan.* on (\w+) .*actual .*rows=([\d.]+) loops=1", plan)


@contextmanager
def about_outputs(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[tuple[str, Any]]]:
    """Every statement of the selectors that reads outputs, with its parameters."""
    seen: list[tuple[str, Any]] = []
    fetch = rows.fetch

    def noting(query: str, parameters: Any = ()) -> list[tuple[Any, ...]]:
        if "ledger_output" in query:
            seen.append((query, parameters))
        return fetch(query, parameters)

    with monkeypatch.context() as patch:
        patch.setattr(rows, "fetch", noting)
        yield seen


def reads_all_outputs(query: str, parameters: Sequence[Any] | dict[str, Any]) -> bool:
    """Whether the server would walk through the whole table of outputs for this.

    A table of a few pages may be walked through as well as looked up; so its pages are as dear as a large one's.
    """
    rows.execute("SET LOCAL seq_page_cost = 4")
    plan = "\n".join(line for (line,) in rows.fetch(f"EXPLAIN {query}", parameters))
    rows.execute("SET LOCAL seq_page_cost TO DEFAULT")
    return "Seq Scan on ledger_output" in plan
