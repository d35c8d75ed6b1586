"""One node's public API over HTTP: submit, ask, wait; every refusal arrives with the node's reason."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Self
from urllib.parse import quote

import httpx

from clients.build import Json
from clients.proofs import Proven, check_proof
from clients.signing import Signed, Signer, token_request
from ledger.protocol.encoding import canonical
from ledger.protocol.records import Validator

SUBMIT_MAX: Final = 1_000
# GETs are tried again: they change nothing. POSTs only where the connection was never made.
SAFE_TRIES: Final = 4
POLL_SECONDS: Final = 0.05
POLL_SECONDS_MAX: Final = 0.5


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


class StillWaiting(NodeError):
    """Not final within the time given; it may still become so."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a node says of one transaction: pending, committed, refused, void or acceptable, and why."""

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
    """One node, spoken to as the wallet whose token is held, or as the public without one."""

    def __init__(self, base_url: str, token: str = "", *, timeout_seconds: float = 30) -> None:
        self.base_url = base_url.rstrip("/")
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=self.base_url + "/",
            headers=headers,
            timeout=timeout_seconds,
            transport=httpx.HTTPTransport(retries=2),  # repeats only connections that were never made
            trust_env=False,
        )

    def close(self) -> None:
        """Give the connections back."""
        self._http.close()

    def log_in(self, wallet: Signer, *, at: int) -> "NodeClient":
        """A client for the same node that speaks as this wallet, proven by its signature, good for hours."""
        answer = self._post("tokens", canonical(token_request(self.network()["chain"], wallet, at)))
        return NodeClient(self.base_url, answer["token"])

    # Submitting ------------------------------------------------------------------------------------------

    def submit(self, signed: Iterable[Signed]) -> list[Answer]:
        """One answer each, in order; a refusal is an answer here, not an exception."""
        return self._submit("transactions", list(signed))

    def dry_run(self, signed: Iterable[Signed]) -> list[Answer]:
        """What the node would answer; nothing is stored. Without witnesses, signatures are not judged."""
        return self._submit("transactions/dry-run", list(signed))

    def status(self, id: str) -> Answer:
        """Where one transaction stands on this node."""
        return Answer.parse({"id": id} | self.get(f"transactions/{id}"))

    def wait_final(self, ids: Iterable[str], *, within_seconds: float = 60) -> list[Answer]:
        """Wait until each is committed, void, or refused by this node; raises StillWaiting after the time."""
        deadline = time.monotonic() + within_seconds
        return [self._wait_for(id, deadline) for id in ids]

    def settle(self, signed: Sequence[Signed], *, within_seconds: float = 60) -> list[Answer]:
        """Submit and wait until every one is committed; raises Refused for the first that is not."""
        pending = [answer.raise_if_refused() for answer in self.submit(signed)]
        ids = [answer.id for answer in pending]
        return [answer.raise_if_refused() for answer in self.wait_final(ids, within_seconds=within_seconds)]

    # Reading ---------------------------------------------------------------------------------------------

    def network(self) -> Json:
        """The chain, its label and height, validators and roles."""
        answer: Json = self.get("network")
        return answer

    def record(self, key: str) -> Json | None:
        """A public record as {key, version, value, height}; None if there is none."""
        return self._get_or_none(f"records/{quote(key, safe='/')}")

    def outputs(self, address: str) -> list[Json]:
        """The live outputs of a wallet; with its token or a supervisor's."""
        answer: list[Json] = self.get(f"wallets/{address}/outputs")
        return answer

    def instruments(self) -> list[Json]:
        """All instruments, public terms and totals."""
        answer: list[Json] = self.get("instruments")
        return answer

    def instrument(self, isin: str) -> Json | None:
        """One instrument; None if it is not registered."""
        return self._get_or_none(f"instruments/{isin}")

    def register(self, isin: str, height: int | None = None) -> Any:
        """Who holds what, now or as of a height; with the issuer's or a supervisor's token."""
        return self.get(f"instruments/{isin}/register", params={} if height is None else {"height": height})

    def notes(self, id: str) -> list[bytes]:
        """The sealed notes of a transaction, in the readers' order."""
        return [bytes.fromhex(text) for text in self.get(f"transactions/{id}/notes")["notes"]]

    def genesis(self) -> Json:
        """The document that the network started from; compare its digest with the one you were given."""
        answer: Json = self.get("genesis")
        return answer

    def prove_output(self, outpoint: str, validators: Sequence[Validator], *, chain: str) -> Proven:
        """A live output, proven by the validators' signatures; raises NotProven if the node cannot."""
        return check_proof(self.get("proofs", params={"output": outpoint}), validators, chain=chain)

    def prove_record(self, key: str, validators: Sequence[Validator], *, chain: str) -> Proven:
        """A record as it stands, proven in the same way."""
        return check_proof(self.get("proofs", params={"key": key}), validators, chain=chain)

    def wait_height(self, height: int, *, within_seconds: float = 60) -> None:
        """Wait until this node has committed that height: then it knows what another node knew."""
        deadline = time.monotonic() + within_seconds
        while self.network()["height"] < height:
            if time.monotonic() > deadline:
                raise StillWaiting(f"{self.base_url} has not reached height {height}")
            time.sleep(POLL_SECONDS)

    def lodge_list(self, rows: Sequence[Json]) -> Json:
        """Lodge a long holders' list with the node; answers its root, chunks, rows and total."""
        answer: Json = self._post("lists", canonical({"rows": list(rows)}))
        return answer

    def get(self, path: str, params: Json | None = None) -> Any:
        """Any GET, tried again where the node is briefly out of reach."""
        number = 1
        while True:
            try:
                return self._answer(self._http.get(path, params=params))
            except (httpx.TransportError, _Unready) as error:
                if number == SAFE_TRIES:
                    raise NodeError(f"{self.base_url} does not answer: {error}") from error
                time.sleep(0.2 * 2**number)
                number += 1

    # ------------------------------------------------------------------------------------------------------

    def _submit(self, path: str, signed: list[Signed]) -> list[Answer]:
        answers: list[Answer] = []
        for at in range(0, len(signed), SUBMIT_MAX):
            part = signed[at : at + SUBMIT_MAX]
            body = b'{"transactions":[' + b",".join(item.raw for item in part) + b"]}"
            rows = self._post(path, body)["answers"]
            answers += [Answer.parse({"id": item.id} | row) for item, row in zip(part, rows, strict=True)]
        return answers

    def _wait_for(self, id: str, deadline: float) -> Answer:
        pause = POLL_SECONDS
        while not (answer := self.status(id)).settled:
            if time.monotonic() > deadline:
                raise StillWaiting(f"{id} is still {answer.status} at {self.base_url}")
            time.sleep(pause)
            pause = min(pause * 1.3, POLL_SECONDS_MAX)
        return answer

    def _post(self, path: str, body: bytes) -> Any:
        headers = {"Content-Type": "application/json"}
        try:
            return self._answer(self._http.post(path, headers=headers, content=body))
        except (httpx.TransportError, _Unready) as error:
            raise NodeError(f"{self.base_url}/{path}: no answer, so ask for the status: {error}") from error

    def _get_or_none(self, path: str) -> Json | None:
        try:
            answer: Json = self.get(path)
        except _NotThere:
            return None
        return answer

    def _answer(self, response: httpx.Response) -> Any:
        if response.is_success:
            return response.json()
        if response.status_code in (429, 502, 503, 504):
            raise _Unready(f"HTTP {response.status_code}")
        try:
            said: Json = response.json()
        except ValueError:
            said = {}
        error = _NotThere if response.status_code == 404 else Refused
        if not isinstance(said, dict):
            said = {"detail": str(said)}
        what = said.get("reason") or f"HTTP {response.status_code}"
        raise error(what, str(said.get("detail", "")) or str(response.url), str(said.get("field") or ""))


class _NotThere(Refused):
    """HTTP 404: told apart so that a missing record can be an ordinary answer."""


class _Unready(Exception):
    """An answer that may be another one in a moment."""
