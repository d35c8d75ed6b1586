"""Programs that speak to a node's API in tests, perhaps as a wallet."""

from typing import Any

from django.test import Client

from ledger.protocol.encoding import canonical


class Api:
    """A program that speaks to this node, perhaps as a wallet."""

    def __init__(self, client: Client, headers: dict[str, str] | None = None) -> None:
        self.client, self.headers = client, headers or {}

    def get(self, path: str) -> Any:
        return self.client.get(f"/api/{path}", headers=self.headers)

    def post(self, path: str, body: bytes | dict[str, Any]) -> Any:
        content = body if isinstance(body, bytes) else canonical(body)
        return self.client.post(
            f"/api/{path}", content, content_type="application/json", headers=self.headers
        )

    def submit(self, *raws: bytes) -> list[dict[str, Any]]:
        answer = self.post("transactions", b'{"transactions":[' + b",".join(raws) + b"]}")
        assert answer.status_code == 200, answer.content
        return answer.json()["answers"]
