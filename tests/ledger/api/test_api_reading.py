"""The public API: what is read, and what is not public only for whom it concerns."""

import json
import time
from collections.abc import Callable
from io import StringIO

import msgspec
import pytest
from django.core.management import CommandError, call_command

from clients import build
from clients.proofs import check_certificate, check_proof, lineage_of
from clients.signing import Signer, sign, token_request
from ledger.models import ApiLookup
from ledger.protocol.block import Header
from ledger.protocol.consensus.messages import Certificate
from ledger.protocol.light import lineage
from ledger.protocol.reasons import Reason
from tests.ledger.api.program import Api
from tests.ledger.world import NodeTown
from tests.protocol.stories.govern_validators import joined
from tests.protocol.town import SHARE
from tests.protocol.world import HOUSES, person

pytestmark = pytest.mark.django_db


class TestReading:
    def test_blocks_certificates_and_proofs_hold_for_a_client(
        self, town: NodeTown, api: Api, as_wallet: Callable[[Signer], Api]
    ) -> None:
        coins = town.register({"ann": 100, "bob": 50})
        town.commit()
        known = lineage(town.genesis)
        said = api.get(f"blocks/{town.height}/certificate").json()
        check_certificate(
            msgspec.convert(said["header"], Header),
            msgspec.convert(said["certificate"], Certificate),
            known,
        )
        ann = as_wallet(person("ann"))
        for query in (f"output={coins[0].outpoint}", f"key=instrument/{SHARE}"):
            check_proof(ann.get(f"proofs?{query}").json(), known)
        assert api.get(f"proofs?output={'0' * 64}:0").status_code == 404
        assert api.get("proofs").json()["reason"] == "MALFORMED"

    def test_validators_of_every_height_follow_from_genesis(self, api: Api, town: NodeTown) -> None:
        assert api.get("handovers").json() == []
        joined(town, "issuer", "notary")
        town.commit()
        known = lineage_of(api.get("genesis").json(), api.get("handovers").json())
        for height in range(1, town.height + 1):
            said = api.get(f"blocks/{height}/certificate").json()
            assert said["validators"] == list(msgspec.to_builtins(known.at(height)))
            check_certificate(
                msgspec.convert(said["header"], Header),
                msgspec.convert(said["certificate"], Certificate),
                known,
            )
        names = [each["name"] for each in api.get("network").json()["validators"]]
        assert names == [*HOUSES, "issuer", "notary"]
        assert api.get("records/validators/1").json()["value"]["validators"] == list(
            msgspec.to_builtins(known.at(1))
        )

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


class TestCommands:
    def test_network_status(self, town: NodeTown) -> None:
        said = StringIO()
        call_command("network", "status", "--json", stdout=said)
        assert json.loads(said.getvalue())["height"] == town.height
        call_command("network", "status", stdout=said)

    def test_a_node_without_genesis_says_so(self, db: None) -> None:
        with pytest.raises(CommandError, match="no genesis yet"):
            call_command("network", "status")
