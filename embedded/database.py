"""One node's database on any PostgreSQL server: its two roles, and what each of them may do."""

from dataclasses import dataclass
from urllib.parse import urlencode

import psycopg
from psycopg import sql

# May work with the owner's tables; migrations revoke what must not change.
RUNTIME_GROUP = "tallystick_runtime"
MAKING = (
    7_411_905  # the lock of whoever makes roles and databases; nodes on one server start at the same time
)


@dataclass(frozen=True)
class Database:
    """One node's database: the owner migrates it, the run-time role works with it."""

    owner_url: str
    runtime_url: str


def make_database(admin_url: str, name: str, owner_password: str, runtime_password: str) -> Database:
    """Make the roles and the database unless there; nobody else on that server may connect to it.

    The run-time role may read and write the tables that the owner will make, never alter or truncate them.
    """
    owner, runtime = f"{name}_owner", f"{name}_run"
    with psycopg.connect(admin_url, autocommit=True) as admin:
        admin.execute("SELECT pg_advisory_lock(%s)", [MAKING])
        _ensure_role(admin, RUNTIME_GROUP, None)
        _ensure_role(admin, owner, owner_password)
        _ensure_role(admin, runtime, runtime_password)
        _run(admin, "GRANT {} TO {}", RUNTIME_GROUP, runtime)
        if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            _run(admin, "GRANT {} TO CURRENT_USER", owner)  # a managed server's administrator needs it
            _run(admin, "CREATE DATABASE {} OWNER {}", name, owner)
        _run(admin, "REVOKE ALL ON DATABASE {} FROM PUBLIC", name)
        _run(admin, "GRANT CONNECT ON DATABASE {} TO {}", name, runtime)
    owner_url = _with(admin_url, name, owner, owner_password)
    with psycopg.connect(owner_url, autocommit=True) as as_owner:
        for what in ("SELECT, INSERT, UPDATE, DELETE ON TABLES", "USAGE ON SEQUENCES"):
            _run(as_owner, f"ALTER DEFAULT PRIVILEGES GRANT {what} TO {{}}", RUNTIME_GROUP)
    return Database(owner_url=owner_url, runtime_url=_with(admin_url, name, runtime, runtime_password))


def drop_database(admin_url: str, name: str) -> None:
    """Remove the database and the roles of its own."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        _run(admin, "DROP DATABASE IF EXISTS {} WITH (FORCE)", name)
        _run(admin, "DROP ROLE IF EXISTS {}, {}", f"{name}_owner", f"{name}_run")


def _ensure_role(admin: psycopg.Connection, name: str, password: str | None) -> None:
    if not admin.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        _run(admin, "CREATE ROLE {} NOLOGIN", name)
    if password is not None:
        statement = sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(
            sql.Identifier(name), sql.Literal(password)
        )
        admin.execute(statement)


def _run(admin: psycopg.Connection, statement: str, *names: str) -> None:
    admin.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _with(admin_url: str, database: str, user: str, password: str) -> str:
    known = psycopg.conninfo.conninfo_to_dict(admin_url)
    place = {key: str(known[key]) for key in ("host", "port") if known.get(key)}
    return f"postgresql://{user}:{password}@/{database}?{urlencode(place)}"
