"""A private PostgreSQL server: kept between runs, shut to strangers, known to be our own child."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from embedded import postgres
from embedded.database import RUNTIME_GROUP, drop_database, make_database
from embedded.postgres import Postgres
from embedded.trouble import Trouble


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory):
    server = Postgres(tmp_path_factory.mktemp("pg"), durable=False)
    server.start()
    yield server
    server.stop()


def test_what_was_written_is_there_after_a_restart(tmp_path: Path) -> None:
    server = Postgres(tmp_path / "a folder's name" / ("long" * 30))
    try:
        server.start()
        with psycopg.connect(server.url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS value")
        server.stop()
        server.start()
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SELECT value FROM kept").fetchone() == (1,)
    finally:
        server.stop()


def test_what_was_committed_survives_a_power_cut(tmp_path: Path) -> None:
    server = Postgres(tmp_path)
    try:
        server.supervisor.kill([server.start()])
        server.start()
        with psycopg.connect(server.url()) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 1 AS value")
            connection.commit()
            server.supervisor.kill(server.supervisor.children)
        server.start()
        with psycopg.connect(server.url()) as connection:
            assert connection.execute("SELECT value FROM kept").fetchone() == (1,)
    finally:
        server.stop()


def test_it_listens_on_no_port_and_its_locale_is_fixed(server: Postgres) -> None:
    with psycopg.connect(server.url()) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
        collation = (
            "SELECT datcollate, pg_encoding_to_char(encoding) FROM pg_database WHERE datname = 'template1'"
        )
        assert connection.execute(collation).fetchone() in [("C.UTF-8", "UTF8"), ("C", "UTF8")]


def test_another_nodes_credentials_are_refused(server: Postgres, tmp_path: Path) -> None:
    other = Postgres(tmp_path, durable=False)
    other.start()
    try:
        ours = make_database(server.url(), "tallystick", "secret1", "secret2")
        make_database(other.url(), "tallystick", "secret3", "secret4")
        for url in (server.url(), ours.owner_url, ours.runtime_url):
            stolen = url.replace(
                str(server.sockets).replace("/", "%2F"), str(other.sockets).replace("/", "%2F")
            )
            assert stolen != url
            with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
                psycopg.connect(stolen)
    finally:
        other.stop()


def test_the_runtime_role_works_with_tables_and_owns_none(server: Postgres) -> None:
    database = make_database(server.url(), "roles", "owner", "run")
    with psycopg.connect(database.owner_url) as owner:
        owner.execute("CREATE TABLE committed (value int)")
        owner.execute(f"REVOKE UPDATE, DELETE ON committed FROM {RUNTIME_GROUP}")
        owner.execute("CREATE TABLE derived (id serial, value int)")
    with psycopg.connect(database.runtime_url, autocommit=True) as runtime:
        runtime.execute("INSERT INTO committed VALUES (1)")
        runtime.execute("INSERT INTO derived (value) VALUES (1)")
        runtime.execute("UPDATE derived SET value = 2")
        runtime.execute("DELETE FROM derived")
        for statement in (
            "UPDATE committed SET value = 2",
            "DELETE FROM committed",
            "TRUNCATE derived",
            "DROP TABLE derived",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                runtime.execute(statement)
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            runtime.execute("CREATE TABLE mine ()")
    drop_database(server.url(), "roles")


def test_two_nodes_on_one_server_cannot_open_each_others_database(server: Postgres) -> None:
    first = make_database(server.url(), "first", "a", "b")
    make_database(server.url(), "second", "c", "d")
    for url in (first.owner_url, first.runtime_url):
        with pytest.raises(psycopg.OperationalError, match="permission denied for database"):
            psycopg.connect(url.replace("/first?", "/second?"))


def test_a_second_server_on_the_same_folder_is_refused(server: Postgres) -> None:
    with pytest.raises(Trouble, match=r"(?s)ended by itself.*lock file|Another PostgreSQL"):
        Postgres(server.folder, durable=False).start()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_where_unshare_is_forbidden_a_system_user_serves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_unshare_works", lambda: False)
    made = subprocess.run(["mktemp", "-d"], capture_output=True, text=True, check=True).stdout.strip()
    Path(made).chmod(0o755)
    server = Postgres(Path(made) / "pg", durable=False)
    try:
        server.start()
        assert (server.data / "PG_VERSION").stat().st_uid != 0
    finally:
        server.stop()
        subprocess.run(["rm", "-rf", made], check=True)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_where_nobody_else_can_reach_the_folder_root_gets_a_sentence(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(postgres, "_unshare_works", lambda: False)
    (tmp_path / "closed").mkdir(mode=0o700)
    with pytest.raises(Trouble, match="PostgreSQL refuses to run as root, and no other user"):
        Postgres(tmp_path / "closed" / "pg").start()
