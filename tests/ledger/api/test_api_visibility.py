"""The public API: holders' addresses and numbers for whom they concern; pages; what a cache may keep."""

from collections.abc import Callable

import pytest

from clients.acts import list_root
from clients.build import Json, output
from clients.signing import Signer
from ledger.models import ApiLookup
from tests.ledger.api.program import Api
from tests.ledger.world import NodeTown, count
from tests.protocol.town import BOND, SHARE
from tests.protocol.world import holder, person

pytestmark = pytest.mark.django_db
AsWallet = Callable[[Signer], Api]


def value(api: Api, key: str) -> Json:
    """The value of a record as this program is shown it."""
    answer = api.get(f"records/{key}")
    assert answer.status_code == 200, answer.content
    shown: Json = answer.json()["value"]
    return shown


class TestRecords:
    def test_a_wallets_holder_number_is_not_public(
        self, town: NodeTown, api: Api, as_wallet: AsWallet
    ) -> None:
        key = f"wallet/{town.at('ann')}"
        assert set(value(api, key)) == set(value(as_wallet(person("bob")), key)) == {"card"}
        for entitled in (person("ann"), town.regulator, town.csd):
            assert value(as_wallet(entitled), key)["holder"] == holder("ann")

    def test_of_a_claim_the_public_sees_that_it_is_there(
        self, town: NodeTown, api: Api, as_wallet: AsWallet
    ) -> None:
        key = f"claim/{town.house.address}/{town.at('ann')}/identity"
        assert value(api, key) == value(as_wallet(person("bob")), key) == {}
        assert api.get(f"records/{key}").json()["version"] == 1
        for entitled in (person("ann"), town.house, town.regulator):
            assert value(as_wallet(entitled), key)["country"] == "DE"

    def test_first_holders_are_for_those_who_decide(
        self, town: NodeTown, api: Api, as_wallet: AsWallet
    ) -> None:
        act = town.registration({"ann": 100})
        key = f"proposal/{town.propose(act, town.issuer)}"
        public = value(api, key)
        assert "holders" not in public["act"]
        assert public["act"]["isin"] == SHARE
        assert town.at("ann") not in str(public)
        for entitled in (town.issuer, town.notary, town.regulator):
            assert value(as_wallet(entitled), key)["act"] == act

    @pytest.mark.parametrize("key", ["network", "participant", "instrument"])
    def test_what_is_public_is_whole(self, town: NodeTown, api: Api, key: str) -> None:
        town.register({"ann": 100})
        keys = {
            "participant": f"participant/{town.issuer.address}",
            "instrument": f"instrument/{SHARE}",
        }
        assert value(api, keys.get(key, key)) == town.value(keys.get(key, key))


class TestProofs:
    def test_of_an_output_and_of_a_hidden_record(self, town: NodeTown, api: Api, as_wallet: AsWallet) -> None:
        (coin,) = town.register({"ann": 100})
        town.commit()
        for query, entitled in (
            (f"output={coin.outpoint}", (person("ann"), town.issuer, town.regulator)),
            (f"key=wallet/{town.at('ann')}", (person("ann"), town.csd)),
        ):
            assert api.get(f"proofs?{query}").status_code == 403
            assert as_wallet(person("bob")).get(f"proofs?{query}").status_code == 403
            for wallet in entitled:
                assert as_wallet(wallet).get(f"proofs?{query}").status_code == 200
        assert ApiLookup.objects.filter(event="proof", granted=True).count() == 2  # of the two supervisors
        assert api.get(f"proofs?key=instrument/{SHARE}").status_code == 200


class TestLists:
    def test_only_issuers_lodge_them(self, town: NodeTown, api: Api, as_wallet: AsWallet) -> None:
        rows = [output(f"{BOND}.1", town.at("ann"), 1) for _ in range(501)]
        for stranger in (api, as_wallet(person("ann")), as_wallet(town.notary)):
            assert stranger.post("lists", {"rows": rows}).status_code == 403
        assert count("ledger_holderlistchunk") == 0
        said = as_wallet(town.issuer).post("lists", {"rows": rows}).json()
        assert said == {**list_root(rows), "rows": 501, "total": 501}

    @pytest.mark.parametrize(
        ("changes", "reason"),
        [
            ({"quantity": 0}, "MALFORMED"),
            ({"quantity": 2**53}, "MALFORMED"),
            ({"quantity": 2**53 - 1}, "OVER_ISSUE"),
            ({"asset": f"{SHARE}.1"}, "NOT_CONSERVED"),
            ({"owner": "ann"}, "MALFORMED"),
            ({"more": 1}, "MALFORMED"),
        ],
        ids=str,
    )
    def test_a_list_that_could_never_be_allotted(
        self, town: NodeTown, as_wallet: AsWallet, changes: Json, reason: str
    ) -> None:
        rows = [output(f"{BOND}.1", town.at("ann"), 1) for _ in range(3)]
        issuer = as_wallet(town.issuer)
        raw = {"rows": [*rows, rows[0] | changes]}
        body = str(raw).replace("'", '"').encode()
        answer = issuer.post("lists", body)
        assert (answer.status_code, answer.json()["reason"]) == (400, reason)


class TestPages:
    def test_outputs_page_by_position(self, town: NodeTown, as_wallet: AsWallet) -> None:
        town.register({"ann": 100})
        for _ in range(3):
            town.submit(town.pay("ann", "ann", 10))
        ann, path = as_wallet(person("ann")), f"wallets/{town.at('ann')}/outputs"
        everything = ann.get(path).json()
        first = ann.get(f"{path}?limit=2").json()
        rest = ann.get(f"{path}?after={first[-1]['position']}").json()
        assert len(first) == 2
        assert first + rest == everything

    def test_participants_and_instruments_page_by_key(self, town: NodeTown, api: Api) -> None:
        town.register({"ann": 1})
        town.register({"ann": 1}, BOND)
        assert [row["isin"] for row in api.get(f"instruments?after={BOND}").json()] == [SHARE]
        everybody = api.get("participants").json()
        second = everybody[0]["key"].partition("/")[2]
        assert api.get(f"participants?after={second}").json() == everybody[1:]


def test_only_what_lasts_may_be_kept(town: NodeTown, api: Api) -> None:
    assert api.get(f"blocks/{town.height}")["Cache-Control"] == "public, max-age=60"
    for moving in ("network", "blocks", f"blocks/{town.height + 9}", "instruments"):
        assert api.get(moving)["Cache-Control"] == "no-store"


def test_the_people_of_a_joint_wallet_see_what_concerns_it(
    town: NodeTown, as_wallet: Callable[[Signer], Api]
) -> None:
    """Nobody holds a joint wallet alone: each of its people asks by a card of his own."""
    act = town.registration({"ann": 120, "bob": 150, "issuer": 30})
    asked = town.propose(act, town.issuer)
    key, clerk = f"records/proposal/{asked}", as_wallet(town.issuer.members[1])
    assert clerk.get(key).json()["value"]["act"] == act
    assert as_wallet(town.notary.members[0]).get(key).json()["value"]["act"] == act
    assert "holders" not in as_wallet(town.house.members[0]).get(key).json()["value"]["act"]
    assert as_wallet(town.regulator.members[2]).get(f"wallets/{town.at('ann')}/outputs").status_code == 200
    assert clerk.get(f"wallets/{town.issuer.address}/outputs").status_code == 200
    assert clerk.get(f"wallets/{town.notary.address}/outputs").status_code == 403
