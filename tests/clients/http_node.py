"""A small HTTP server that answers as it is told: the other end for tests of the client."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Answers = dict[tuple[str, str], list[tuple[int, Any]]]


class Server:
    """Answers each request from a list for its method and path, or for `*`; the last answer is given for ever."""

    def __init__(self, answers: Answers) -> None:
        self.answers, self.seen = answers, []  # type: ignore[var-annotated]
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.reply("GET", b"")

            def do_POST(self) -> None:
                self.reply("POST", self.rfile.read(int(self.headers["Content-Length"])))

            def reply(self, method: str, body: bytes) -> None:
                path = self.path.partition("?")[0]
                server.seen.append((method, path, body, self.headers.get("Authorization")))
                missing = server.answers.get((method, "*"), [(404, {"reason": "UNKNOWN_RECORD"})])
                left = server.answers.get((method, path), missing)
                status, said = left.pop(0) if len(left) > 1 else left[0]
                raw = json.dumps(said(body) if callable(said) else said).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_address[1]}/api"
        self.thread = threading.Thread(target=self.http.serve_forever, args=[0.01], daemon=True)
        self.thread.start()

    def close(self) -> None:
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()

    def count(self, method: str, path: str) -> int:
        return sum((each[0], each[1]) == (method, path) for each in self.seen)
