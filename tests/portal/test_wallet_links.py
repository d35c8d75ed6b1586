"""A wallet becomes an account's by a proof of possession and in no other way; whose links are whose."""

import time
from typing import Any

import msgspec
from django.test import Client

from clients.signing import Signer, token_request
from portal import wallets
from portal.models import Account, AuditEvent, WalletLink
from tests.ledger.world import NodeTown
from tests.portal.conftest import account, organisation, signed_in


def proof(town: NodeTown, signer: Signer, ago: int = 0, **changes: Any) -> dict[str, Any]:
    return token_request(town.chain, signer, int(time.time()) - ago) | changes


def post(client: Client, body: object) -> Any:
    return client.post("/wallet/links/", msgspec.json.encode(body), content_type="application/json")


def test_a_wallet_is_linked_by_its_signature_and_then_seen(viewer: Client, town: NodeTown):
    vera = Account.objects.get(username="vera")
    assert wallets.addresses_of(vera) == {town.csd.address}
    answer = post(viewer, proof(town, town.ann, label="Laptop"))
    assert answer.status_code == 201
    assert answer.json() == {
        "id": WalletLink.objects.get().pk,
        "address": town.ann.address,
        "label": "Laptop",
    }
    assert wallets.addresses_of(vera) == {town.csd.address, town.ann.address}
    assert viewer.get("/wallet/links/").json()["wallets"] == [answer.json()]
    assert AuditEvent.objects.get().event == "wallet:linked"


def test_linked_again_it_is_one_link_with_the_new_name(viewer: Client, town: NodeTown):
    for label in ("Laptop", "Old laptop"):
        assert post(viewer, proof(town, town.ann, label=label)).status_code == 201
    assert WalletLink.objects.get().label == "Old laptop" and AuditEvent.objects.count() == 1


def test_nothing_but_a_fresh_proof_of_this_very_wallet_links_it(viewer: Client, town: NodeTown):
    theirs = proof(town, town.bob)
    for wrong, field in (
        (proof(town, town.ann, address=town.bob.address), "witnesses"),
        (proof(town, town.ann, ago=301), "time"),
        (proof(town, town.ann, signature=theirs["signature"]), "witnesses"),
        (proof(town, town.ann, label="x" * 81), "$.label"),
        (proof(town, town.ann) | {"organisation": 1}, "$"),
        ("nonsense", "$"),
    ):
        answer = post(viewer, wrong)
        assert answer.status_code == 400 and answer.json()["detail"], wrong
        assert answer.json()["field"] == field
    assert not WalletLink.objects.exists()


def test_an_institutions_address_is_seen_by_its_people_and_a_members_card_by_its_owner(town: NodeTown):
    issuer = organisation("Issuer", town.issuer.address)
    iris, ivan = account("iris", "sign", issuer), account("ivan", "view", issuer)
    client = Client()
    client.force_login(iris)
    member = town.issuer.members[0]
    assert post(client, proof(town, member)).status_code == 201
    assert wallets.addresses_of(iris) == {town.issuer.address, member.address}
    assert wallets.addresses_of(ivan) == {town.issuer.address}
    assert client.get("/wallet/links/").json()["organisation"]["address"] == town.issuer.address


def test_a_link_is_forgotten_by_its_owner_only(viewer: Client, town: NodeTown):
    link = post(viewer, proof(town, town.ann)).json()["id"]
    for stranger in (signed_in("colin"), signed_in("oda", "administrator", organisation("Others"))):
        assert stranger.post(f"/wallet/links/{link}/removal/").status_code == 404
    assert viewer.get(f"/wallet/links/{link}/removal/").status_code == 405
    assert viewer.post(f"/wallet/links/{link}/removal/").status_code == 200
    assert not WalletLink.objects.exists()
    assert AuditEvent.objects.first().event == "wallet:unlinked"
