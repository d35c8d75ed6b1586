"""A private Redis server: kept between runs, closed to strangers, known to be our own child."""

from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
import redis

from embedded.ports import free_ports, is_free
from embedded.postgres import write_private
from embedded.redis import Redis
from embedded.trouble import Trouble


def broker(folder: Path, port: int) -> Redis:
    acl = folder / "users.acl"
    secret = sha256(b"secret").hexdigest()
    write_private(acl, f"user default off\nuser node on #{secret} ~* &* +@all\n")
    return Redis(folder / "redis", port, acl, "node", "secret")


def test_what_was_accepted_is_there_after_a_restart(tmp_path: Path) -> None:
    server = broker(tmp_path, free_ports(1)[0])
    try:
        server.start()
        server.client().lpush("queue", "message")
        server.stop()
        assert is_free(server.port)
        server.start()
        assert server.client().lrange("queue", 0, -1) == ["message"]
        assert server.client().config_get("maxmemory-policy") == {"maxmemory-policy": "noeviction"}
    finally:
        server.stop()


def test_strangers_and_wrong_passwords_are_refused(tmp_path: Path) -> None:
    server = broker(tmp_path, free_ports(1)[0])
    try:
        server.start()
        for user, password in (("node", "guess"), ("default", ""), ("nobody", "secret")):
            with pytest.raises(redis.AuthenticationError):
                replace(server, user=user, password=password).client().ping()
    finally:
        server.stop()


def test_a_taken_port_gives_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "stranger").mkdir()
    (tmp_path / "ours").mkdir()
    stranger = broker(tmp_path / "stranger", free_ports(1)[0])
    stranger.start()
    try:
        with pytest.raises(Trouble, match=f"Port {stranger.port}, wanted for inbox of csd, is taken"):
            broker(tmp_path / "ours", stranger.port).start(name="inbox of csd")
    finally:
        stranger.stop()


def test_a_stranger_who_takes_the_port_in_the_last_moment_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "stranger").mkdir()
    (tmp_path / "ours").mkdir()
    stranger = broker(tmp_path / "stranger", free_ports(1)[0])
    stranger.start()
    monkeypatch.setattr("embedded.redis.require_free", lambda *_: None)
    try:
        with pytest.raises(Trouble, match=r"Another Redis server|ended by itself"):
            broker(tmp_path / "ours", stranger.port).start()
    finally:
        stranger.stop()


def test_an_open_user_list_is_refused(tmp_path: Path) -> None:
    server = broker(tmp_path, free_ports(1)[0])
    server.acl_file.write_text("user default on nopass ~* +@all\n")
    with pytest.raises(Trouble, match="does not switch the default user off"):
        server.start()
