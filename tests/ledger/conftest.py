"""Shared by the tests of the ledger: a town on one real node."""

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.ledger.world import NodeTown


@pytest.fixture
def home(tmp_path: Path, settings: Settings) -> Path:
    """The folder of the node whose database the test uses."""
    settings.TALLYSTICK_HOME = tmp_path / "node"
    return settings.TALLYSTICK_HOME


@pytest.fixture
def town(db: None, home: Path) -> NodeTown:
    """The usual people, admitted and attested."""
    return NodeTown()


@pytest.fixture
def shared_town(transactional_db: None, home: Path) -> NodeTown:
    """The same for tests with threads: what one connection commits, the others see."""
    return NodeTown()
