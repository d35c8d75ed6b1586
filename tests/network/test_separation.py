"""Five nodes are five: own database server, own broker, and credentials that open nothing elsewhere."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
import redis

from demo.network import Network
from demo.node import Node
from embedded.trouble import Trouble
from ledger import broker
from ledger.node.files import Invitation, read
from tests.network.harness import make_network, processes_of

pytestmark = pytest.mark.network


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Network]:
    """The servers of five nodes, without programs."""
    folder = tmp_path_factory.mktemp("separation")
    with make_network(folder, programs=()) as network:
        network.start()
        yield network
    assert processes_of(folder) == []


def pairs(network: Network) -> list[tuple[Node, Node]]:
    nodes = list(network.nodes.values())
    return [(one, other) for one in nodes for other in nodes if one is not other]


def test_there_are_five_database_servers_and_five_brokers(network: Network) -> None:
    pids = {child.process.pid for node in network.nodes.values() for child in node.children}
    assert len(pids) == 10
    assert len({node.postgres.sockets for node in network.nodes.values()}) == 5
    assert len({node.broker_port for node in network.nodes.values()}) == 5


def test_no_nodes_database_credentials_open_another_database(network: Network) -> None:
    for node, other in pairs(network):
        assert node.database
        for url in (node.postgres.url(), node.database.owner_url, node.database.runtime_url):
            with psycopg.connect(url):
                pass
            stolen = url.replace(
                quote(str(node.postgres.sockets), safe=""), quote(str(other.postgres.sockets), safe="")
            )
            assert stolen != url
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(stolen)


def test_no_nodes_broker_credentials_open_another_broker(network: Network) -> None:
    for node, other in pairs(network):
        own = node.environment()["BROKER_URL"]
        broker.connect(own).ping()
        with pytest.raises(redis.AuthenticationError):
            broker.connect(own.replace(f":{node.broker_port}/", f":{other.broker_port}/")).ping()


def test_an_invitation_opens_one_inbox_and_only_to_write(network: Network) -> None:
    for node, host in pairs(network):
        invitation = read(node.home.path("peers") / f"{host.name}.json", Invitation)
        client = broker.connect(invitation.broker)
        client.lpush(invitation.queue, "x")
        for words in (
            ["FLUSHALL"],
            ["LRANGE", invitation.queue, 0, -1],
            ["RPOP", invitation.queue],
            ["KEYS", "*"],
        ):
            with pytest.raises(redis.ResponseError, match="no permissions"):
                client.execute_command(*words)
        for third in network.nodes.values():
            if third is not host:
                elsewhere = invitation.broker.replace(f":{host.broker_port}/", f":{third.broker_port}/")
                with pytest.raises(redis.AuthenticationError):
                    broker.connect(elsewhere).ping()


def test_the_runtime_role_owns_nothing(network: Network) -> None:
    for node in network.nodes.values():
        assert node.database
        with psycopg.connect(node.database.runtime_url) as connection:
            for statement in (
                "UPDATE {} SET height = height",
                "DELETE FROM {}",
                "TRUNCATE {}",
                "DROP TABLE {}",
            ):
                with pytest.raises(psycopg.errors.InsufficientPrivilege), connection.transaction():
                    connection.execute(statement.format("ledger_block"))


def test_a_taken_port_is_told_before_anything_starts(tmp_path: Path, network: Network) -> None:
    second = make_network(tmp_path, programs=())
    second.broker_ports = {name: node.broker_port for name, node in network.nodes.items()}
    with pytest.raises(Trouble, match=r"Port \d+, wanted for the inbox of csd, is taken"), second:
        second.start()
    assert processes_of(tmp_path) == []
