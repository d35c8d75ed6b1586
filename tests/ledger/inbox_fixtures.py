"""Shared by the tests of the inbox: its nodes as fixtures, and who this test process is."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from inbox_node import HERE, Node
from pytest_django import Settings

from ledger import transport, wire


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


def python(program: str, node: Node) -> "subprocess.CompletedProcess[str]":
    """Run a program in the node's environment."""
    environment = {**node.environment(), "PYTHONPATH": f"{HERE}:{HERE.parent.parent}"}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)


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
