"""The public API: clear answers, clear refusals, and what is not public only for whom it concerns."""

import json
import time
from collections.abc import Callable
from io import StringIO
from typing import Any

import msgspec
import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from clients import build
from clients.proofs import check_certificate, check_proof
from clients.signing import Signer, sign, token_request
from ledger.models import ApiLookup
from ledger.protocol.block import Header
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.encoding import INT_MAX, canonical
from ledger.protocol.reasons import Reason
from ledger.protocol.values import Output
from ledger.services import lodge_list
from tests.ledger.world import NodeTown
from tests.protocol.town import BOND, SHARE
from tests.protocol.world import person

pytestmark = pytest.mark.django_db


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


@pytest.fixture
def api(client: Client, town: NodeTown) -> Api:
    """Without a wallet."""
    return Api(client)


@pytest.fixture
def as_wallet(client: Client, town: NodeTown) -> Callable[[Signer], Api]:
    """A program that has proved to hold a wallet."""

    def prove(wallet: Signer) -> Api:
        answer = Api(client).post("tokens", token_request(town.chain, wallet, int(time.time())))
        assert answer.status_code == 200, answer.content
        return Api(client, {"Authorization": f"Bearer {answer.json()['token']}"})

    return prove


class TestSubmitting:
    def test_pending_then_committed(self, api: Api, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50})
        paid = town.pay("ann", "bob", 30)
        assert api.submit(paid.raw) == [{"id": paid.id, "status": "pending"}]
        assert api.get(f"transactions/{paid.id}").json()["final"] is False
        town.commit()
        said = api.get(f"transactions/{paid.id}").json()
        assert (said["status"], said["final"], said["height"]) == ("committed", True, town.height)
        assert api.submit(paid.raw)[0]["status"] == "committed"

    @pytest.mark.parametrize(
        ("body", "reason"),
        [
            (b"", "MALFORMED"),
            (b"{", "MALFORMED"),
            (b"[]", "MALFORMED"),
            (b'{"transactions":[]}', "MALFORMED"),
            (b'{"transactions":{}}', "MALFORMED"),
            (b'{"transactions":[{}],"more":1}', "MALFORMED"),
            (b'{"transactions":[' + b"{}," * 1_000 + b"{}]}", "MALFORMED"),
            (b"\xff\xfe", "MALFORMED"),
            (b"[" * 100_000, "MALFORMED"),
            (b'{"transactions":["' + b"x" * 32_000_001 + b'"]}', "OVERSIZED"),
        ],
        ids=lambda value: str(value[:24]),
    )
    def test_a_body_that_is_none(self, api: Api, body: bytes, reason: str) -> None:
        answer = api.post("transactions", body)
        assert answer.status_code == 400
        assert answer.json()["reason"] == reason
        assert answer.json()["detail"]

    def test_every_element_is_judged_by_itself(self, api: Api, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50})
        good = town.pay("ann", "bob", 30)
        spaced = good.raw.replace(b'":', b'": ', 1)
        doubled = good.raw.replace(b'{"transaction"', b'{"transaction":1,"transaction"', 1)
        unknown = altered(town, kind="mint")
        cases = [
            (b"1", "MALFORMED"),
            (b"null", "MALFORMED"),
            (spaced, "NOT_CANONICAL"),
            (doubled, "MALFORMED"),
            (unknown, "UNKNOWN_KIND"),
            (altered(town, extra=1), "MALFORMED"),
            (altered(town, chain="demo-0000000000000000"), "WRONG_CHAIN"),
            (altered(town, expires=town.time + 90_000), "BAD_VALIDITY"),
            (altered(town, **{"from": town.time + 600, "expires": town.time + 700}), "NOT_YET_VALID"),
            (altered(town, **{"from": town.time - 700, "expires": town.time - 600}), "EXPIRED"),
            (altered(town, inputs=[good.transaction["inputs"][0]] * 2), "DUPLICATE_INPUT"),
            (altered(town, outputs=output(town, 0)), "MALFORMED"),
            (altered(town, outputs=output(town, -1)), "MALFORMED"),
            (altered(town, outputs=output(town, INT_MAX)).replace(b"%d" % INT_MAX, b"%d" % 2**53), "MALFORMED"),
            (altered(town, outputs=output(town, 99)), "NOT_CONSERVED"),
            (big(good.raw), "OVERSIZED"),
        ]  # fmt: skip
        answers = api.submit(*[raw for raw, _ in cases], good.raw)
        assert [answer.get("reason") for answer in answers[:-1]] == [reason for _, reason in cases]
        assert answers[-1] == {"id": good.id, "status": "pending"}
        assert all(answer["detail"] and answer["iso"] for answer in answers[:-1])

    def test_dry_run_stores_nothing(self, api: Api, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50})
        bare = canonical({"transaction": town.pay("ann", "bob", 30).transaction, "witnesses": []})
        answer = api.post("transactions/dry-run", b'{"transactions":[' + bare + b"]}").json()["answers"][0]
        assert answer["status"] == "acceptable"
        assert api.get(f"transactions/{answer['id']}").status_code == 404

    def test_a_thousand_in_one_request(self, api: Api, town: NodeTown) -> None:
        town.register({"ann": 100, "bob": 50})
        paid = town.pay("ann", "bob", 30)
        answers = api.submit(*[paid.raw] * 1_000)
        assert [answer["status"] for answer in answers].count("pending") == 1
        assert len(answers) == 1_000


class TestReading:
    def test_blocks_certificates_and_proofs_hold_for_a_client(self, api: Api, town: NodeTown) -> None:
        coins = town.register({"ann": 100, "bob": 50})
        town.commit()
        validators = town.genesis.validators
        said = api.get(f"blocks/{town.height}/certificate").json()
        check_certificate(
            msgspec.convert(said["header"], Header),
            msgspec.convert(said["certificate"], Certificate),
            validators,
        )
        for query in (f"output={coins[0].outpoint}", f"key=instrument/{SHARE}"):
            check_proof(api.get(f"proofs?{query}").json(), validators, chain=town.chain)
        assert api.get(f"proofs?output={'0' * 64}:0").status_code == 404
        assert api.get("proofs").json()["reason"] == "MALFORMED"

    def test_a_state_not_certified_yet_is_said_to_be(self, api: Api, town: NodeTown) -> None:
        town.register({"ann": 100})
        answer = api.get(f"proofs?key=instrument/{SHARE}")
        assert (answer.status_code, answer.json()["reason"]) == (503, "NOT_READY")

    def test_public_lists(self, api: Api, town: NodeTown) -> None:
        town.register({"ann": 100})
        assert [row["isin"] for row in api.get("instruments").json()] == [SHARE]
        assert api.get(f"instruments/{SHARE}").json()["issued"] == 100
        assert {row["value"]["name"] for row in api.get("participants").json()} >= {
            "issuer",
            "notary",
            "house",
        }
        assert [row["height"] for row in api.get("blocks?limit=2").json()] == [town.height, town.height - 1]
        assert len(api.get("reasons").json()) == len(Reason)
        assert api.get("network").json()["height"] == town.height
        assert api.get("genesis").json()["label"] == "test"
        assert api.get("records/network").json()["version"] == 1

    @pytest.mark.parametrize(
        "path",
        [
            "transactions/" + "0" * 64, "blocks/999999", "blocks/99999999999999999999", "instruments/NONE",
            "records/nothing", "blocks/999999/certificate", "nowhere",
        ],
    )  # fmt: skip
    def test_what_is_not_there(self, api: Api, path: str) -> None:
        assert api.get(path).status_code == 404

    @pytest.mark.parametrize(
        "path",
        [
            "transactions/x",
            "blocks?before=x",
            "blocks?limit=-1",
            "proofs?output=x",
            "records/%00",
            "instruments?after=%00",
        ],
    )
    def test_what_cannot_be_asked(self, api: Api, path: str) -> None:
        answer = api.get(path)
        assert answer.status_code == 400
        assert answer.json()["field"]


class TestWhoMaySee:
    def test_a_register_now_and_as_of_a_height(
        self, town: NodeTown, api: Api, as_wallet: Callable[[Signer], Api]
    ) -> None:
        town.register({"ann": 100, "bob": 50})
        before = town.height
        town.submit(town.pay("ann", "bob", 30))
        issuer = as_wallet(town.issuer)

        def held(query: str) -> dict[str, int]:
            rows = issuer.get(f"instruments/{SHARE}/register{query}").json()["rows"]
            return {row["owner"]: row["quantity"] for row in rows}

        assert held("") == {town.at("ann"): 70, town.at("bob"): 80}
        assert held(f"?height={before}") == {town.at("ann"): 100, town.at("bob"): 50}
        assert held(f"?height={before - 1}") == {}
        assert as_wallet(town.regulator).get(f"instruments/{SHARE}/register").status_code == 200
        assert as_wallet(person("ann")).get(f"instruments/{SHARE}/register").status_code == 403
        assert api.get(f"instruments/{SHARE}/register").status_code == 403
        assert list(ApiLookup.objects.values_list("granted", flat=True)) == [True] * 4 + [False] * 2

    def test_a_wallets_outputs(self, town: NodeTown, api: Api, as_wallet: Callable[[Signer], Api]) -> None:
        (coin,) = town.register({"ann": 100})
        path = f"wallets/{town.at('ann')}/outputs"
        assert [row["outpoint"] for row in as_wallet(person("ann")).get(path).json()] == [coin.outpoint]
        assert as_wallet(person("bob")).get(path).status_code == 403
        assert api.get(path).status_code == 403

    def test_a_token_needs_the_wallets_keys_the_chain_and_the_hour(self, town: NodeTown, api: Api) -> None:
        now = int(time.time())
        good = token_request(town.chain, person("ann"), now)
        for wrong, reason in (
            (good | {"address": town.at("bob")}, "BAD_SIGNATURE"),
            (good | {"time": now - 1_000}, "EXPIRED"),
            (token_request("demo-0000000000000000", person("ann"), now), "BAD_SIGNATURE"),
            ({**good, "more": 1}, "MALFORMED"),
        ):
            answer = api.post("tokens", wrong)
            assert (answer.status_code, answer.json()["reason"]) == (400, reason)

    def test_a_token_ends_with_its_card(self, town: NodeTown, as_wallet: Callable[[Signer], Api]) -> None:
        town.register({"ann": 100})
        ann, new = as_wallet(person("ann")), person("ann again")
        path = f"wallets/{town.at('ann')}/outputs"
        assert ann.get(path).status_code == 200
        town.submit(
            sign(build.rotate_card(town.frame, town.at("ann"), new.card, version=1), person("ann"), new)
        )
        assert ann.get(path).status_code == 401


@pytest.mark.parametrize("count", [5_000, pytest.param(100_000, marks=pytest.mark.long)])
def test_a_long_list_is_lodged_and_allotted(town: NodeTown, count: int) -> None:
    """One wallet in the list is nobody's yet: its units are in trust, and every chunk is entered."""
    names = ("ann", "bob", "cho")
    outputs = [Output(asset=f"{BOND}.1", owner=town.at(names[at % 3]), quantity=1) for at in range(count - 1)]
    outputs.append(Output(asset=f"{BOND}.1", owner=town.at("dan"), quantity=1))
    lodged = lodge_list(outputs=outputs)
    assert (lodged.rows, lodged.total, lodged.chunks) == (count, count, count // 500)
    act = {
        "act": "register",
        **town.terms(BOND, quantity=count, authorised=count),
        "list": {"chunks": lodged.chunks, "root": lodged.root},
    }
    town.decide(act, town.issuer)
    assert town.value(f"instrument/{BOND}")["status"] == "allotting"
    while town.value(f"instrument/{BOND}")["status"] == "allotting":
        assert len(town.commit().transactions) >= 1
    assert town.counter(f"issued/{BOND}.1") == count
    assert town.counter(f"promised/{BOND}.1") == 0
    assert [coin.quantity for coin in town.coins("issuer", BOND) if coin.held] == [1]


class TestCommands:
    def test_network_status(self, town: NodeTown) -> None:
        said = StringIO()
        call_command("network", "status", "--json", stdout=said)
        assert json.loads(said.getvalue())["height"] == town.height
        call_command("network", "status", stdout=said)

    def test_a_node_without_genesis_says_so(self, db: None) -> None:
        with pytest.raises(CommandError, match="no genesis yet"):
            call_command("network", "status")


def altered(town: NodeTown, **changes: Any) -> bytes:
    """A transfer of ann's with these fields, signed by her, canonical."""
    transaction = town.pay("ann", "bob", 30).transaction | changes
    return sign(transaction, person("ann")).raw


def output(town: NodeTown, quantity: int) -> list[dict[str, Any]]:
    return [{"asset": f"{SHARE}.1", "owner": town.at("bob"), "quantity": quantity}]


def big(raw: bytes) -> bytes:
    return raw.replace(b'"kind":"transfer"', b'"kind":"transfer' + b"x" * 300_000 + b'"')
