"""HTTP to a node, or to the next of several where one is down; a refusal arrives with the node's reason."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import httpx

from clients.build import Json

# GETs are tried again, they change nothing; POSTs only where no connection was made, so nothing was sent.
SAFE_TRIES: Final = 4
PAUSE_SECONDS: Final = 0.4
Headers = Callable[[str], Mapping[str, str]]


class NodeError(Exception):
    """The node could not be used: not reached, not ready, or not understood."""


class Refused(NodeError):
    """The node refuses, with one reason of the network's list and a sentence."""

    def __init__(self, reason: str, detail: str, field: str = "", id: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.field = field
        self.id = id


class NotThere(Refused):
    """What was asked for is not there (HTTP 404)."""


class Http:
    """Requests to the first of these base addresses that can be reached; it stays with that one."""

    def __init__(self, urls: Sequence[str], *, timeout_seconds: float) -> None:
        assert urls, "no node to speak to"
        self._urls = [url.rstrip("/") + "/" for url in urls]
        self._at = 0
        transport = httpx.HTTPTransport(retries=1)  # repeats only connections that were never made
        self._http = httpx.Client(timeout=timeout_seconds, transport=transport, trust_env=False)

    @property
    def url(self) -> str:
        """The base address in use."""
        return self._urls[self._at]

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def get(self, path: str, params: Mapping[str, Any] | None, headers: Headers) -> Any:
        """The answer's JSON; tried again where a node is briefly out of reach or has no time."""
        number = 1
        while True:
            try:
                return self._send("GET", path, headers, params=params)
            except (httpx.TransportError, _Unready) as error:
                if number == SAFE_TRIES:
                    raise NodeError(f"{self.url} does not answer: {error}") from error
                time.sleep(PAUSE_SECONDS * number)
                number += 1

    def post(self, path: str, body: bytes, headers: Headers) -> Any:
        """The answer's JSON; sent once at most."""
        try:
            return self._send("POST", path, headers, content=body)
        except (httpx.TransportError, _Unready) as error:
            raise NodeError(f"{self.url}{path}: no answer, so ask for the status: {error}") from error

    def _send(self, method: str, path: str, headers: Headers, **options: Any) -> Any:
        for number in range(1, len(self._urls) + 1):
            try:
                said = {"Content-Type": "application/json", **headers(self.url)}
                return _answer(self._http.request(method, self.url + path, headers=said, **options))
            except (httpx.ConnectError, httpx.ConnectTimeout):
                self._at = (self._at + 1) % len(self._urls)
                if number == len(self._urls):
                    raise
        raise AssertionError("unreachable")


class _Unready(Exception):
    """An answer that may be another one in a moment."""


def _answer(response: httpx.Response) -> Any:
    if response.is_success:
        return response.json()
    if response.status_code in (429, 502, 503, 504):
        raise _Unready(f"HTTP {response.status_code}")
    raise _refusal(response)


def _refusal(response: httpx.Response) -> Refused:
    try:
        said: Json = response.json()
    except ValueError:
        said = {}
    if not isinstance(said, dict):
        said = {"detail": str(said)}
    error = NotThere if response.status_code == 404 else Refused
    reason = said.get("reason") or f"HTTP {response.status_code}"
    return error(reason, str(said.get("detail") or response.url), str(said.get("field") or ""))
