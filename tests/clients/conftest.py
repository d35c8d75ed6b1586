"""Shared by the tests of clients: every problem that a reader finds in a file, and a server to speak to."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from clients import http
from clients.files import InputError
from tests.clients.http_node import Answers, Server

Found = Callable[[Callable[[], object]], list[tuple[int, str, str]]]


@pytest.fixture(name="found")
def found_fixture() -> Found:
    """Line, column and words of every problem with which `parse` ends."""

    def found(parse: Callable[[], object]) -> list[tuple[int, str, str]]:
        with pytest.raises(InputError) as error:
            parse()
        for problem in error.value.problems:
            assert problem.file
            assert problem.what
            assert problem.remedy
        return [(each.line, each.column, each.what) for each in error.value.problems]

    return found


@pytest.fixture(name="serve")
def serve_fixture(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(http, "PAUSE_SECONDS", 0.01)
    servers: list[Server] = []

    def serve(answers: Answers) -> Server:
        servers.append(Server(answers))
        return servers[-1]

    yield serve
    for server in servers:
        server.close()
