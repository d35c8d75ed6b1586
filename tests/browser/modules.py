"""The wallet's modules in a page of their own: static files as the portal serves them, and what a function answers."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent.parent


class Files(SimpleHTTPRequestHandler):
    """Static files as the portal serves them: under /static/, with a strict policy."""

    def translate_path(self, path: str) -> str:
        """Also this folder's harness."""
        clean = path.partition("?")[0].removeprefix("/")
        return str(ROOT / clean.replace("tests/", "tests/browser/", 1))

    def end_headers(self) -> None:
        """No inline code, nothing from elsewhere."""
        self.send_header(
            "Content-Security-Policy", "default-src 'none'; script-src 'self'; connect-src 'self'"
        )
        super().end_headers()

    def log_message(self, *args: Any) -> None:
        """Silent."""


@contextmanager
def served_files() -> Iterator[str]:
    """A server of the static folder on a free port; its address."""
    if not (ROOT / "static" / "vendor" / "hpke.mjs").exists():
        from portal.frontend import bundle

        bundle.build()
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(ROOT)))
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def run(page: Page, function: str, *arguments: Any, module: str = "wire_format") -> Any:
    """What a function of one of the modules beside this file answers."""
    call = "async ([module, name, args]) => (await import(`/tests/${module}.mjs`))[name](...args)"
    return page.evaluate(call, [module, function, list(arguments)])
