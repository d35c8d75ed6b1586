"""What a peer can do with its user in our broker: write to its own queue, and not one thing more."""

from collections.abc import Iterator

import pytest
import redis
from inbox_node import NAMES, Node, wait_for

from ledger import broker

NEEDS_NO_LOGIN = {"auth", "hello"}  # Redis lets everybody say who they are
PEERS = [name for name in NAMES if name != "csd"]


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    node = Node(tmp_path_factory.mktemp("broker"))
    node.server.start()
    yield node
    node.stop()


@pytest.fixture
def owner(node: Node) -> Iterator["redis.Redis"]:
    with node.owner() as owner:
        owner.flushall()
        yield owner
        owner.flushall()
        for peer in PEERS:
            broker.admit_peer(owner, peer=peer)


def doorkeeper(owner: "redis.Redis") -> broker.Doorkeeper:
    return broker.Doorkeeper(owner, "csd", PEERS)


def answer(connection: "redis.Connection", *command: str) -> str:
    """The server's answer as text, be it an error or not."""
    connection.send_command(*command)
    try:
        return repr(connection.read_response())
    except redis.RedisError as error:
        return f"{type(error).__name__}: {error}"


def arguments(arity: int, key: str) -> list[str]:
    """As many as the command wants, each of them the one key that the peer may touch."""
    return [key] * (abs(arity) - 1)


def test_every_other_command_is_refused(node: Node, owner: "redis.Redis") -> None:
    commands = {name: details["arity"] for name, details in owner.command().items()}
    assert len(commands) > 200
    peer = node.as_peer("regulator")
    allowed = set()
    for name, arity in sorted(commands.items()):
        connection = peer.connection_pool.get_connection()
        if "no permissions" not in answer(connection, name, *arguments(arity, node.queue("regulator"))):
            allowed.add(name)
        connection.disconnect()
        peer.connection_pool.release(connection)
    assert allowed == NEEDS_NO_LOGIN | set(broker.PEER_COMMANDS)
    assert owner.keys() == [node.queue("regulator")], "only LPUSH had an effect"


@pytest.mark.parametrize(
    "command",
    [
        ["FLUSHALL"],
        ["BRPOP", "node.csd.from.regulator", "1"],
        ["CLIENT", "LIST"],
        ["CLIENT", "KILL", "USER", "owner"],
        ["CONFIG", "SET", "requirepass", "x"],
        ["ACL", "SETUSER", "peer-regulator", "+@all"],
        ["EVAL", "return redis.call('FLUSHALL')", "0"],
        ["MULTI"],
        ["SUBSCRIBE", "x"],
        ["PUBLISH", "x", "x"],
        ["SELECT", "1"],
        ["MONITOR"],
        ["SHUTDOWN", "NOSAVE"],
        ["REPLICAOF", "127.0.0.1", "1"],
        ["DEBUG", "SEGFAULT"],
    ],
    ids=" ".join,
)
def test_the_dangerous_ones_as_one_would_write_them(
    node: Node, owner: "redis.Redis", command: list[str]
) -> None:
    with pytest.raises(redis.exceptions.NoPermissionError):
        node.as_peer("regulator").execute_command(*command)


@pytest.mark.parametrize(
    "key",
    [
        "node.csd.from.exchange",
        "node.csd.from.csd",
        "node.csd.from.regulator\x06\x163",
        "node.csd.from.regulatorx",
        "jobs.csd",
        "_kombu.binding.node.csd.from.regulator",
        "unacked.inbox.csd",
        broker.SHUT_OUT_KEY,
    ],
)
def test_no_other_key_can_be_written(node: Node, owner: "redis.Redis", key: str) -> None:
    with pytest.raises(redis.exceptions.NoPermissionError):
        node.as_peer("regulator").lpush(key, "x")
    assert owner.keys() == []


def test_without_the_right_password_there_is_nothing(node: Node) -> None:
    for user, secret in [
        ("default", ""),
        ("peer-regulator", "exchange-secret"),
        ("owner", "regulator-secret"),
    ]:
        with pytest.raises(redis.AuthenticationError):
            broker.connect(node.url(user, secret)).ping()


def test_the_acl_file_holds_no_password_and_refuses_strange_names() -> None:
    lines = broker.acl_lines(node="csd", owner_password="hush", peers={"central_bank": "quiet"})
    assert lines[0].split()[:3] == ["user", "default", "off"]
    assert not any("hush" in line or "quiet" in line for line in lines)
    for name in ["*", "a b", "a\nuser x on nopass", "", "../x", "A", "x" * 33]:
        with pytest.raises(ValueError, match="is no node name"):
            broker.acl_lines(node="csd", owner_password="x", peers={name: "x"})


def test_the_server_runs_with_the_settings_the_inbox_relies_on(owner: "redis.Redis") -> None:
    sizes = {"256mb": "268435456", "16mb": "16777216", "4mb": "4194304", "8mb": "8388608"}
    for name, value in broker.SERVER_SETTINGS.items():
        wanted = " ".join(sizes.get(word, word) for word in value.split())
        assert owner.config_get(name)[name].startswith(wanted)  # of the buffers, other classes follow


def test_a_hundred_megabytes_in_one_message_are_cut_off(node: Node, owner: "redis.Redis") -> None:
    before = owner.info("memory")["used_memory_peak"]
    with pytest.raises((redis.ConnectionError, redis.ResponseError)):
        node.as_peer("regulator").lpush(node.queue("regulator"), b"x" * 104_857_600)
    assert owner.info("memory")["used_memory_peak"] - before < 16_000_000
    assert owner.keys() == []


def test_a_revoked_peer_is_out_at_once_and_stays_out(node: Node, owner: "redis.Redis") -> None:
    with node.as_peer("regulator") as inside:
        inside.lpush(node.queue("regulator"), "x")
        broker.revoke_peer(owner, node="csd", peer="regulator")
        with pytest.raises((redis.ConnectionError, redis.AuthenticationError)):
            inside.ping()
    assert owner.keys() == []
    doorkeeper(owner).check()
    with pytest.raises(redis.AuthenticationError):
        node.as_peer("regulator").ping()
    assert node.as_peer("exchange").ping()


def test_an_overflowing_queue_is_emptied_and_its_peer_shut_out_when_it_goes_on(
    node: Node, owner: "redis.Redis"
) -> None:
    keeper = doorkeeper(owner)
    flood = ["x"] * (broker.MAX_WAITING + 1)
    node.as_peer("exchange").lpush(node.queue("exchange"), "honest")
    with node.as_peer("regulator") as peer:
        peer.lpush(node.queue("regulator"), *flood)
        assert keeper.check() == ["the queue of regulator overflowed and was emptied"]
        assert owner.keys() == [node.queue("exchange")]
        peer.lpush(node.queue("regulator"), *flood)
        assert "regulator is shut out" in keeper.check()[0]
        with pytest.raises((redis.ConnectionError, redis.AuthenticationError)):
            peer.lpush(node.queue("regulator"), "x")
    assert owner.keys("node.*") == [node.queue("exchange")]


def test_a_peer_that_was_shut_out_comes_back_even_if_the_worker_restarted(
    node: Node, owner: "redis.Redis"
) -> None:
    keeper = doorkeeper(owner)
    keeper._shut_out("regulator", "the test says so")
    doorkeeper(owner).check()
    with pytest.raises(redis.AuthenticationError):
        node.as_peer("regulator").ping()
    owner.hset(broker.SHUT_OUT_KEY, "regulator", "1")
    doorkeeper(owner).check()
    assert node.as_peer("regulator").ping()


def test_few_but_heavy_messages_overflow_a_queue_too(node: Node, owner: "redis.Redis") -> None:
    peer = node.as_peer("regulator")
    for _ in range(15):
        peer.lpush(node.queue("regulator"), b"x" * 4_000_000)
    assert doorkeeper(owner).check() == ["the queue of regulator overflowed and was emptied"]


def test_too_many_connections_and_commands_half_sent_are_seen(node: Node, owner: "redis.Redis") -> None:
    connections = [node.as_peer("regulator") for _ in range(broker.MAX_CONNECTIONS + 1)]
    assert all(connection.ping() for connection in connections)
    assert "regulator is shut out" in doorkeeper(owner).check()[0]
    half = node.as_peer("exchange").connection_pool.get_connection()
    piece = b"$4000000\r\n" + b"x" * 4_000_000 + b"\r\n"
    half.send_packed_command([b"*1000\r\n$5\r\nLPUSH\r\n", *[piece] * 20], check_health=False)
    findings: list[str] = []
    wait_for(lambda: bool(findings.extend(doorkeeper(owner).check()) or findings))
    assert findings == [
        f"exchange is shut out for {broker.SHUT_OUT_SECONDS} seconds: too many or too heavy connections"
    ]
