"""One node on this machine: its own servers, its own programs, and the environment that makes them a node."""

import os
import secrets
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from functools import cached_property, partial
from hashlib import sha256
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from embedded.database import Database, drop_database, make_database
from embedded.ports import require_free
from embedded.postgres import Postgres, write_private
from embedded.processes import Child, wait_until
from embedded.redis import Redis
from embedded.supervisor import Supervisor
from embedded.trouble import Trouble
from ledger.broker import OWNER
from ledger.node.files import Home

ROOT: Final = Path(__file__).resolve().parent.parent
PROGRAMS: Final = ("inbox", "jobs", "web")
SERVERS, WORKERS = 0, 1  # layers: what stops first stands above
INHERITED: Final = ("HOME", "LD_LIBRARY_PATH", "PATH", "TMPDIR")
CELERY: Final = (
    "worker",
    "--loglevel=INFO",
    "--pool=threads",
    "-c",
    "1",
    "--without-gossip",
    "--without-mingle",
    "--without-heartbeat",
)


@dataclass
class Node:
    """A node whose home was made by `node_init`; it can be started, killed, wiped and started again."""

    name: str
    home: Home
    web_port: int
    supervisor: Supervisor
    programs: tuple[str, ...] = PROGRAMS
    durable: bool = True
    children: list[Child] = field(default_factory=list)
    database: Database | None = None

    @property
    def url(self) -> str:
        """Where its API and its portal answer."""
        return f"http://localhost:{self.web_port}"

    @property
    def broker_port(self) -> int:
        """Where its inbox answers; fixed when the node was made, because its peers know it."""
        return urlsplit(self.home.config.inbox).port or 0

    @property
    def log_folder(self) -> Path:
        """Where its programs write their logs."""
        return self.home.path("logs")

    def require_ports(self) -> None:
        """Say which port is taken before anything is started."""
        require_free(self.broker_port, f"the inbox of {self.name}")
        if "web" in self.programs:
            require_free(self.web_port, f"the portal of {self.name}")

    def start_servers(self) -> None:
        """Start database server and broker, and bring the database up to this code."""
        shared = os.environ.get("TALLYSTICK_POSTGRES")
        if not shared:
            self.children.append(self.postgres.start(name=f"the database of {self.name}"))
        passwords = self._passwords()
        self.database = make_database(shared or self.postgres.url(), self._database_name(), *passwords)
        self.children.append(self._redis().start(name=f"the inbox of {self.name}"))

    def migrate(self, *join: str | Path) -> None:
        """Migrate as the owner and join as the run-time role; nothing to do if this code did both before."""
        assert self.database
        stamp, wanted = self.home.path("migrated"), _migrations()
        if stamp.exists() and stamp.read_text() == wanted:
            return
        owner = {**self.environment(), "DATABASE_URL": self.database.owner_url}
        self._run_manage("migrate", "--verbosity=0", env=owner)
        self._run_manage("join", *join)
        stamp.write_text(wanted)

    def start_programs(self) -> None:
        """Start the workers and the web server; return once all of them are ready for work."""
        started = [(program, self._start_program(program)) for program in self.programs]
        self.children += [child for _, child in started]
        for program, child in started:
            wait_until(partial(self._is_ready, program, child), [child], child.name, timeout_s=120)

    def manage(self, *words: str) -> str:
        """What a management command prints on this node; its failure is `Trouble`."""
        command = [sys.executable, str(ROOT / "manage.py"), *words]
        done = subprocess.run(command, env=self.environment(), cwd=ROOT, capture_output=True, text=True)
        if done.returncode:
            raise Trouble(f"{words[0]} failed on {self.name}: {done.stderr.strip() or done.stdout.strip()}")
        return done.stdout

    def stop(self) -> None:
        """Stop it in good order."""
        self.supervisor.stop(self.children)
        self.children = []

    def kill(self) -> None:
        """End all its processes at the same moment, as a power cut would."""
        self.supervisor.kill(list(reversed(self.children)))
        self.children = []

    def kill_program(self, program: str) -> None:
        """End one of its programs."""
        for child in [child for child in self.children if child.name == self._program_name(program)]:
            self.supervisor.kill([child])
            self.children.remove(child)

    def wipe(self) -> None:
        """Lose database and broker, keep identity, key and guard: what a broken disk leaves of a node."""
        assert not self.children, "stop or kill it first"
        if shared := os.environ.get("TALLYSTICK_POSTGRES"):
            drop_database(shared, self._database_name())
        for name in ("postgres", "redis"):
            shutil.rmtree(self.home.path(name), ignore_errors=True)
        self.home.path("migrated").unlink(missing_ok=True)

    def environment(self) -> dict[str, str]:
        """What makes a process one of this node's, and of no other."""
        assert self.database
        own = dict(line.split("=", 1) for line in self.home.path("node.env").read_text().splitlines())
        return {
            **{name: os.environ[name] for name in INHERITED if name in os.environ},
            **own,
            "DATABASE_URL": self.database.runtime_url,
            "DJANGO_SETTINGS_MODULE": "portal.settings",
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "TALLYSTICK_BIND": f"127.0.0.1:{self.web_port}",
            "TALLYSTICK_ORIGIN": self.url,
        }

    @cached_property
    def postgres(self) -> Postgres:
        """Its database server."""
        return Postgres(self.home.path("postgres"), durable=self.durable, supervisor=self.supervisor)

    def _redis(self) -> Redis:
        return Redis(
            self.home.path("redis"),
            port=self.broker_port,
            acl_file=self.home.path("broker.acl"),
            user=OWNER,
            password=self.home.broker_password,
            supervisor=self.supervisor,
        )

    def _passwords(self) -> tuple[str, str]:
        path = self.home.path("database.passwords")
        if not path.exists():
            write_private(path, f"{secrets.token_hex(16)} {secrets.token_hex(16)}")
        owner, runtime = path.read_text().split()
        return owner, runtime

    def _database_name(self) -> str:
        """On a server of its own a plain name; on a shared one, a name that no other network here has."""
        if not os.environ.get("TALLYSTICK_POSTGRES"):
            return "tallystick"
        network = sha256(str(self.home.folder.absolute().parent).encode()).hexdigest()[:8]
        return f"tallystick_{network}_{self.name}"

    def _run_manage(self, *words: str | Path, env: dict[str, str] | None = None) -> None:
        self.supervisor.run(
            f"{words[0]} of {self.name}",
            [sys.executable, ROOT / "manage.py", *words],
            env=env or self.environment(),
            cwd=ROOT,
            log=self.log_folder / "manage.log",
        )

    def _start_program(self, program: str) -> Child:
        name = f"{program}@{self.name}"
        commands: dict[str, list[str]] = {
            "inbox": ["celery", "-A", "ledger.inbox", *CELERY, "-n", name],
            "jobs": ["celery", "-A", "portal.celery", *CELERY, "-n", name],
            "web": ["gunicorn", "-c", "portal/gunicorn.py", "portal.wsgi:application"],
        }
        return self.supervisor.spawn(
            self._program_name(program),
            [sys.executable, "-m", *commands[program]],
            env=self.environment(),
            cwd=ROOT,
            log=self.log_folder / f"{program}.log",
            layer=WORKERS,
        )

    def _program_name(self, program: str) -> str:
        return f"the {program} program of {self.name}"

    def _is_ready(self, program: str, child: Child) -> bool:
        if program == "web":
            return _answers(f"http://127.0.0.1:{self.web_port}/", child.log)
        return any(line.endswith(" ready.") for line in child.last_lines(1_000))


def _answers(url: str, log: Path) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own http address
            return True
    except urllib.error.HTTPError as error:
        if error.code >= 500:
            raise Trouble(f"The web server at {url} answers with an error; see {log}.") from error
        return True
    except OSError:
        return False


def _migrations() -> str:
    """A digest of all migrations: the database is up to date if it was brought there by exactly these."""
    files = sorted(ROOT.glob("*/migrations/*.py"))
    return sha256(b"".join(str(file).encode() + file.read_bytes() for file in files)).hexdigest()
