"""With TALLYSTICK_POSTGRES the nodes' databases stand on one given server, and still open to nobody else."""

from collections.abc import Iterator

import psycopg
import pytest

from demo.network import Network
from embedded.postgres import Postgres
from tests.network.harness import make_network

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server that was there before."""
    server = Postgres(tmp_path_factory.mktemp("given"), durable=False, connections=100)
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def network(server: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """Five nodes on it, without programs."""
    folder = tmp_path_factory.mktemp("nodes")
    with pytest.MonkeyPatch.context() as patch, make_network(folder, programs=()) as network:
        patch.setenv("TALLYSTICK_POSTGRES", server.url())
        network.start()
        yield network


def databases(server: Postgres) -> set[str]:
    with psycopg.connect(server.url()) as admin:
        rows = admin.execute("SELECT datname FROM pg_database WHERE datname LIKE 'tallystick%'").fetchall()
    return {row[0] for row in rows}


def test_each_node_has_a_database_there_and_opens_no_other(network: Network, server: Postgres) -> None:
    names = databases(server)
    assert len(names) == 5
    for node in network.nodes.values():
        assert node.database
        for url in (node.database.owner_url, node.database.runtime_url):
            opened = [name for name in names if opens(url, name)]
            assert len(opened) == 1
            assert opened[0].endswith(node.name)


def opens(url: str, database: str) -> bool:
    try:
        psycopg.connect(url, dbname=database).close()
    except psycopg.OperationalError as error:
        assert "permission denied" in str(error)
        return False
    return True


def test_a_wiped_node_loses_its_database_and_gets_a_new_one(network: Network, server: Postgres) -> None:
    before = databases(server)
    network.wipe("exchange")
    assert len(databases(server)) == 4
    network.start_node("exchange")
    assert databases(server) == before
