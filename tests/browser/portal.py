"""A real portal for the browser: gunicorn with hashed static files, on the database of the test."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self
from urllib.parse import quote

import httpx
from django.conf import settings
from django.db import connection

from portal.node import this_node

ROOT = Path(__file__).resolve().parent.parent.parent
START_SECONDS = 60
SECRET_KEY = "only for the browser's tests, and not short"


class RunningPortal:
    """Started on a free port; `url` is where it answers. `static`: another folder of collected files."""

    def __init__(self, static: Path | None = None) -> None:
        self.static, self.port = static, 0

    def __enter__(self) -> Self:
        run = [sys.executable, "-m"]
        environment = self._environment()
        subprocess.run([*run, "portal.frontend"], cwd=ROOT, env=os.environ, check=True, capture_output=True)
        command = [*run, "gunicorn", "-c", "portal/gunicorn.py", "portal.wsgi:application"]
        self.process = subprocess.Popen(command, cwd=ROOT, env=environment)
        self._wait()
        return self

    def restart(self) -> None:
        """Another process at the same address: what it serves it has read anew."""
        self.__exit__()
        self.__enter__()

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait()

    def _environment(self) -> dict[str, str]:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", self.port))
            self.port = probe.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        database = connection.settings_dict
        host = f"host={quote(database['HOST'], safe='')}" if database["HOST"].startswith("/") else ""
        server = "" if host else f"{database['HOST']}:{database['PORT']}"
        user = quote(database["USER"] or "", safe="")
        login = f"{user}:{quote(database['PASSWORD'] or '', safe='')}@" if user else ""
        return os.environ | {
            "DATABASE_URL": f"postgresql://{login}{server}/{database['NAME']}?{host}",
            "TALLYSTICK_BIND": f"127.0.0.1:{self.port}",
            "TALLYSTICK_HOME": str(settings.TALLYSTICK_HOME),
            "TALLYSTICK_NODE": this_node().name,
            "TALLYSTICK_ORIGIN": self.url,
            "TALLYSTICK_SECRET_KEY": SECRET_KEY,
            "TALLYSTICK_LOG_LEVEL": "WARNING",
            **({"TALLYSTICK_STATIC_ROOT": str(self.static)} if self.static else {}),
        }

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and self.process.poll() is None:
            try:
                httpx.get(f"{self.url}/sign-in/")
                return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError("the portal did not start")
