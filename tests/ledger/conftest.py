"""Shared by the tests of the ledger: a town on one real node."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker, Settings

from tests.ledger.consensus_network import OBSERVER, Nodes
from tests.ledger.databases import drop_template, make_template
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


@pytest.fixture(scope="session")
def template(postgres_url: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The server, with a template on it for the databases of many nodes."""
    with django_db_blocker.unblock():
        make_template(postgres_url)
    yield postgres_url
    drop_template(postgres_url)


@pytest.fixture
def nodes(template: str, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[Nodes]:
    """A network at height 1 that has not begun; at the end its chains and logs are compared."""
    with django_db_blocker.unblock():
        network = Nodes(template, tmp_path, (OBSERVER,))
        yield network
        network.check()
        network.drop()
