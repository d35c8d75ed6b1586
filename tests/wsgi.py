"""The portal as a server calls it, for requests that no test client would make."""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.core.cache import cache
from django.core.signals import request_finished, request_started
from django.db import close_old_connections

from portal.wsgi import application

Answer = tuple[int, dict[str, str], bytes]


def served(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """One request, as PEP 3333 has it, except that the test's own database connection stays open."""
    signals = (request_started, request_finished)
    for signal in signals:
        signal.disconnect(close_old_connections)
    try:
        answer = application(environ, start_response)
        body = b"".join(answer)
        answer.close()  # type: ignore[attr-defined]
    finally:
        for signal in signals:
            signal.connect(close_old_connections)
    return [body]


def ask(method: str = "GET", path: str = "/", query: str = "", body: bytes = b"", **headers: str) -> Answer:
    """Status, headers and body; path, query and headers as the bytes on the wire, which WSGI shows as Latin-1."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": "localhost",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": BytesIO(body),
        "wsgi.errors": BytesIO(),
    }
    names = {"Content_Length": "CONTENT_LENGTH", "Content_Type": "CONTENT_TYPE"}
    environ |= {names.get(name, f"HTTP_{name.upper()}"): value for name, value in headers.items()}
    said: dict[str, Any] = {}
    cache.clear()  # nobody has asked too often

    def start_response(status: str, shown: list[tuple[str, str]], *_: object) -> None:
        said.update(status=int(status[:3]), headers=dict(shown))

    whole = b"".join(served(environ, start_response))
    return said["status"], said["headers"], whole
