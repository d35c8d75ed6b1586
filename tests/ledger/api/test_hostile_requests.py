"""Requests that no honest program makes: every address below /api/ answers in JSON, below 500, with a sentence."""

import json
from typing import Any, Final

import pytest

from ledger.protocol.reasons import Reason
from tests.ledger.world import NodeTown
from tests.wsgi import ask

pytestmark = pytest.mark.django_db
OTHER_REASONS: Final = {
    "UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND", "METHOD_NOT_ALLOWED", "NOT_ACCEPTABLE", "TOO_MANY", "NOT_READY",
}  # fmt: skip


def refused(method: str = "GET", path: str = "/api/blocks", **more: Any) -> int:
    """The status of a refusal, which must be a proper one."""
    status, headers, body = ask(method, path, **more)
    case = f"{method} {path[:80]!r} {ascii(more)[:200]}: {status} {body[:200]!r}"
    assert 400 <= status < 500, case
    assert headers["Content-Type"] == "application/json", case
    assert headers["Cache-Control"] == "no-store", case
    said = json.loads(body)
    assert set(said) == {"reason", "iso", "field", "detail"}, case
    assert said["reason"] in OTHER_REASONS | set(Reason), case
    assert said["detail"], case
    return status


def test_addresses_that_are_none(town: NodeTown) -> None:
    for path in (
        "/api/", "/api/nowhere", "/api/blocks/x", "/api/blocks/" + "9" * 5_000, "/api/blocks/-1", "/api/blocks/1.5",
        "/api/blocks/1/", "/api//blocks", "/api/../blocks", "/api/transactions//notes", "/api/network.json",
        "/api/records/", "/api/\xff\xfe", "/api/blocks/\xc0\xaf", "/api/\x00", "/api/" + "a" * 60_000, "/api/schema/x",
    ):  # fmt: skip
        assert refused(path=path) in (400, 404)


def test_methods_that_are_none(town: NodeTown) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND"):
        for path in ("/api/blocks", "/api/network", "/api/records/network", "/api/blocks/1"):
            assert refused(method, path) == 405
    for method in ("GET", "PUT", "DELETE", "TRACE"):
        assert refused(method, "/api/transactions") == refused(method, "/api/tokens") == 405


BODIES: Final = [
    b"", b"\x00", b"\xff" * 100, b"null", b"[]", b"{}", b'"x"', b"1e400", b"-", b"{" * 200_000, b"[" * 200_000,
    b'{"a":' * 100_000, "{}".encode("utf-16"), b"\xef\xbb\xbf{}", b'{"transactions":null}', b'{"transactions":[],}',
    b'{"rows":[{}]}', b'{"rows":[null]}', b'{"time":' + b"9" * 10_000 + b"}", b'{"time":1e5}', b"a=b&c=d",
    b'{"address":"\\ud800"}', b"--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--x--\r\n",
]  # fmt: skip


def test_bodies_that_are_none(town: NodeTown) -> None:
    for path in ("/api/transactions", "/api/transactions/dry-run", "/api/lists", "/api/tokens"):
        for body in BODIES:
            assert refused("POST", path, body=body, Content_Type="application/json") in (400, 403)


def test_content_types_and_character_sets(town: NodeTown) -> None:
    for charset in (
        "utf-16",
        "nonsense",
        "base64",
        "zlib",
        "undefined",
        "idna",
        "punycode",
        "hex",
        "unicode_escape",
    ):
        for kind in (f"application/json; charset={charset}", f"text/plain;CHARSET*=utf-8''{charset}; x=y"):
            assert refused("GET", query="limit=x\xff&before=%ff", Content_Type=kind) == 400
            assert refused("POST", "/api/tokens", body=b'{"a": "b"}', Content_Type=kind) == 400
    for kind in (
        "text/plain",
        "application/xml",
        "multipart/form-data; boundary=x",
        "multipart/form-data",
        "",
        "/",
        "\xff",
    ):
        assert refused("POST", "/api/tokens", body=b"--x\r\n", Content_Type=kind) == 400


def test_lengths(town: NodeTown) -> None:
    for length in ("-1", "x", "\xb2", "1e3", "9" * 30, "0x10", " 1", "+1", "1_0", ""):
        assert refused("POST", "/api/transactions", body=b"{}", Content_Length=length) == 400


def test_what_is_accepted(town: NodeTown) -> None:
    for accept in ("text/html", "image/*", "nonsense", ";;;", "application/json;q=x", "\xff", "*/*;" * 5_000):
        status, headers, _ = ask(path="/api/blocks", Accept=accept)
        assert status in (200, 406), accept
        assert headers["Content-Type"] == "application/json", accept
    assert refused(Accept="text/html") == 406


def test_tokens(town: NodeTown) -> None:
    for token in (
        "Bearer x",
        "Bearer \xff\xfe",
        "Bearer \x00",
        "bearer " + "x" * 60_000,
        "Bearer x y",
        "Bearer  ",
    ):
        assert refused(Authorization=token) == 401
    for nobody in ("", "Basic eDp5", "Bearer", "\xff", "nonsense " * 5_000):
        assert ask(path="/api/blocks", Authorization=nobody)[0] == 200, nobody[:30]


def test_hosts(town: NodeTown) -> None:
    for host in ("evil.example", "localhost:x", "local\x00host", "", "[::1", "\xff", "a" * 60_000):
        assert refused(Host=host) == 400


def test_cookies_that_no_database_takes(town: NodeTown) -> None:
    session = 'tallystick_node_session="' + "\\000" * 9 + '"'
    assert refused(Cookie=session) == 400
    for path in ("/", "/audit-log/", "/sign-in/"):
        assert ask(path=path, Cookie=session)[0] == 400


def test_other_headers_change_nothing(town: NodeTown) -> None:
    for headers in (
        {"Cookie": "\xff=\xff; =;;"}, {"Cookie": "tallystick_language=" + "x" * 5_000}, {"X_Forwarded_For": "\xff"},
        {"Accept_Language": "\xff, x-" + "y" * 5_000}, {"Accept_Language": "zh;q=x"}, {"X_Forwarded_Host": "evil"},
        {"Range": "bytes=0-"}, {"If_Modified_Since": "yesterday"}, {"Hx_Request": "true", "Hx_Target": "\xff"},
        {"X_Http_Method_Override": "DELETE"}, {"Origin": "null"}, {"Expect": "100-continue"},
    ):  # fmt: skip
        status, said, body = ask(path="/api/reasons", **headers)
        assert (status, said["Content-Type"]) == (200, "application/json"), headers
        assert len(json.loads(body)) == len(Reason)


def test_queries(town: NodeTown) -> None:
    for query in (
        "format=yaml", "format=../../x", "lang=../x", "lang=%00", "lang=\xff", "version=%00", "version=9", "group=x",
        "a=" + "&a=" * 3_000, "%", "=", "&" * 5_000,
    ):  # fmt: skip
        for path in ("/api/schema/", "/api/blocks"):
            assert ask(path=path, query=query)[0] < 500, (path, query[:30])
