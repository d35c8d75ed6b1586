"""One node's public API: submit, ask, wait; every refusal arrives with the node's reason."""

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import quote

from clients.build import Json
from clients.http import Http, NodeError, NotThere, Refused
from clients.proofs import Proven, check_proof, lineage_of
from clients.signing import Signed, Signer, token_request
from ledger.protocol.encoding import canonical
from ledger.protocol.light import Lineage

__all__ = ["Answer", "NodeClient", "NodeError", "NotThere", "Refused", "StillWaiting"]

SUBMIT_MAX: Final = 1_000
PAGE_ROWS: Final = 500
POLL_SECONDS: Final = 0.03
POLL_SECONDS_MAX: Final = 0.5


class StillWaiting(NodeError):
    """Not final within the time given; it may still become so."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a node says of one transaction: pending, committed, refused, void, acceptable or unknown; and why."""

    id: str
    status: str
    height: int | None = None
    reason: str = ""
    field: str = ""
    detail: str = ""

    @classmethod
    def parse(cls, row: Json) -> Self:
        """From one element of `answers`, or from the status of a transaction."""
        texts = {name: row.get(name) or "" for name in ("reason", "field", "detail")}
        return cls(row.get("id") or "", row["status"], row.get("height"), **texts)

    @property
    def settled(self) -> bool:
        """Nothing more will come from this node: committed, void, or refused by it."""
        return self.status in ("committed", "void", "refused")

    def raise_if_refused(self) -> Self:
        """Itself, unless the node refused or the transaction can never be committed."""
        if self.status in ("refused", "void"):
            raise Refused(self.reason or self.status.upper(), self.detail, self.field, self.id)
        return self


class NodeClient:
    """One node, or the next of several where it is down; spoken to as `wallet`, or as the public without one."""

    def __init__(self, *urls: str, wallet: Signer | None = None, timeout_seconds: float = 30) -> None:
        self.urls = urls
        self._http = Http(urls, timeout_seconds=timeout_seconds)
        self._wallet = wallet
        self._tokens: dict[str, str] = {}

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def as_wallet(self, wallet: Signer) -> "NodeClient":
        """The same node, which will know by a signature that it is this wallet that asks."""
        return NodeClient(*self.urls, wallet=wallet)

    # Submitting ------------------------------------------------------------------------------------------

    def submit(self, signed: Iterable[Signed]) -> list[Answer]:
        """One answer each, in order; a refusal is an answer here, not an exception."""
        return self._submit("transactions", list(signed))

    def dry_run(self, signed: Iterable[Signed]) -> list[Answer]:
        """What the node would answer; nothing is stored. Without witnesses: for a wallet that would sign them."""
        return self._submit("transactions/dry-run", list(signed))

    def status(self, id: str) -> Answer:
        """Where one transaction stands on this node; unknown if the node never had it."""
        try:
            return Answer.parse({"id": id} | self.get(f"transactions/{id}"))
        except NotThere:
            return Answer(id, "unknown")

    def wait_final(self, ids: Iterable[str], *, within_seconds: float = 60) -> list[Answer]:
        """Wait until each is committed, void, or refused by this node; raises StillWaiting after the time."""
        deadline = time.monotonic() + within_seconds
        return [self._wait_for(id, deadline) for id in ids]

    def settle(self, signed: Sequence[Signed], *, within_seconds: float = 60) -> list[Answer]:
        """Submit and wait until every one is committed; raises Refused for the first that is not.

        A node that does not know them, because the one that took them is down, gets the same bytes again.
        """
        deadline = time.monotonic() + within_seconds
        for answer in self.submit(signed):
            answer.raise_if_refused()
        return [self._wait_for(item.id, deadline, item).raise_if_refused() for item in signed]

    # Reading ---------------------------------------------------------------------------------------------

    def network(self) -> Json:
        """The chain, its label and height, validators and roles."""
        answer: Json = self.get("network")
        return answer

    def genesis(self) -> Json:
        """The document that the network started from; compare its digest with the one you were given."""
        answer: Json = self.get("genesis")
        return answer

    def record(self, key: str) -> Json | None:
        """A public record as {key, version, value, height}; None if there is none."""
        return self._get_or_none(f"records/{quote(key, safe='/')}")

    def outputs(self, address: str) -> list[Json]:
        """The live outputs of a wallet; for that wallet and for supervisors."""
        return self._pages(f"wallets/{address}/outputs", "position")

    def instruments(self) -> list[Json]:
        """All instruments, public terms and totals."""
        return self._pages("instruments", "isin")

    def instrument(self, isin: str) -> Json | None:
        """One instrument; None if it is not registered."""
        return self._get_or_none(f"instruments/{isin}")

    def register(self, isin: str, height: int | None = None) -> Any:
        """Who holds what, now or as of a height; for the issuer and for supervisors."""
        return self.get(f"instruments/{isin}/register", {} if height is None else {"height": height})

    def notes(self, id: str) -> list[bytes]:
        """The sealed notes of a transaction, in the readers' order; for its parties and the regulator."""
        return [bytes.fromhex(text) for text in self.get(f"transactions/{id}/notes")["notes"]]

    def lineage(self, genesis: Json) -> Lineage:
        """The validators of every height so far, proven from this genesis on; raises NotProven if they are not."""
        return lineage_of(genesis, self.get("handovers"))

    def prove_output(self, outpoint: str, known: Lineage) -> Proven:
        """A live output, proven by the validators' signatures; raises NotProven if the node cannot."""
        return check_proof(self.get("proofs", {"output": outpoint}), known)

    def prove_record(self, key: str, known: Lineage) -> Proven:
        """A record as it stands, proven in the same way."""
        return check_proof(self.get("proofs", {"key": key}), known)

    def lodge_list(self, rows: Sequence[Json]) -> Json:
        """Lodge a long holders' list with the node; answers its root, chunks, rows and total."""
        answer: Json = self._http.post("lists", canonical({"rows": list(rows)}), self._headers)
        return answer

    def wait_height(self, height: int, *, within_seconds: float = 60) -> None:
        """Wait until this node has committed that height: then it knows what another node knew."""
        deadline = time.monotonic() + within_seconds
        while self.network()["height"] < height:
            if time.monotonic() > deadline:
                raise StillWaiting(f"{self._http.url} has not reached height {height}")
            time.sleep(POLL_SECONDS)

    def get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        """Any GET."""
        return self._http.get(path, params, self._headers)

    # ------------------------------------------------------------------------------------------------------

    def _pages(self, path: str, key: str) -> list[Json]:
        """The whole of a list; each page begins after the last row of the one before."""
        rows: list[Json] = []
        while True:
            after = {"after": rows[-1][key]} if rows else {}
            page = self.get(path, {"limit": PAGE_ROWS, **after})
            rows += page
            if len(page) < PAGE_ROWS:
                return rows

    def _submit(self, path: str, signed: list[Signed]) -> list[Answer]:
        answers: list[Answer] = []
        for at in range(0, len(signed), SUBMIT_MAX):
            part = signed[at : at + SUBMIT_MAX]
            body = b'{"transactions":[' + b",".join(item.raw for item in part) + b"]}"
            rows = self._http.post(path, body, self._headers)["answers"]
            answers += [Answer.parse({"id": item.id} | row) for item, row in zip(part, rows, strict=True)]
        return answers

    def _wait_for(self, id: str, deadline: float, again: Signed | None = None) -> Answer:
        pause = POLL_SECONDS
        while not (answer := self.status(id)).settled:
            if time.monotonic() > deadline:
                raise StillWaiting(f"{id} is still {answer.status} at {self._http.url}")
            if answer.status == "unknown" and again is not None:
                self.submit([again])[0].raise_if_refused()
            time.sleep(pause)
            pause = min(pause * 1.1, POLL_SECONDS_MAX)
        return answer

    def _headers(self, url: str) -> dict[str, str]:
        """Each node has tokens of its own, so the wallet proves itself to each that it comes to."""
        if self._wallet is None:
            return {}
        if url not in self._tokens:
            self._tokens[url] = _token(url, self._wallet)
        return {"Authorization": f"Bearer {self._tokens[url]}"}

    def _get_or_none(self, path: str) -> Json | None:
        try:
            answer: Json = self.get(path)
        except NotThere:
            return None
        return answer


def _token(url: str, wallet: Signer) -> str:
    public = Http([url], timeout_seconds=30)
    try:
        chain = public.get("network", None, lambda _: {})["chain"]
        body = canonical(token_request(chain, wallet, int(time.time())))
        return str(public.post("tokens", body, lambda _: {})["token"])
    finally:
        public.close()
