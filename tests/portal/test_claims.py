"""Identity claims on the portal: asked for with a proof, drafted by the claim issuer, signed by both, revoked."""

import time
from typing import Any

import pytest
from django.test import Client

from clients import build
from clients.build import Json
from clients.keys import Wallet
from clients.signing import token_request
from portal.models import ClaimRequest, Organisation, WalletLink
from tests.ledger.queries import counted
from tests.ledger.world import NodeTown
from tests.portal.conftest import signed_in
from tests.portal.desk import draft, person_of, post, said, sign
from tests.protocol.world import holder, person

DAY = 86_400


@pytest.fixture
def dan(town: NodeTown) -> Client:
    """Nobody has attested Dan's wallet; his account has proved to hold it."""
    own = Organisation.objects.create(name="Dan", is_person=True)
    client = signed_in("dan", "sign", own)
    post(client, "/wallet/links/", proof(town, person("dan")))
    assert WalletLink.objects.filter(organisation=own).exists()
    return client


@pytest.fixture
def house(town: NodeTown) -> tuple[Client, Wallet]:
    """One of the people of the claim issuer."""
    return person_of(town, "house")


def proof(town: NodeTown, wallet: Wallet) -> Json:
    return token_request(town.chain, wallet, int(time.time()))


def asked(town: NodeTown, client: Client, **changes: Any) -> Any:
    wanted: Json = {"country": "DE", "investor_class": "RETL", "issuer": town.house.address}
    return post(client, "/claims/request/", proof(town, person("dan")) | wanted | changes)


def claim_of_dan(town: NodeTown) -> Json:
    body = {"class": "RETL", "country": "DE", "holder": holder("dan"), "until": town.time + 300 * DAY}
    whose = {"card": person("dan").card, "issuer": town.house.address, "wallet": town.at("dan")}
    return build.attest(town.frame, body | whose, version=0)


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_a_claim_from_the_question_to_the_ledger(
    dan: Client, house: tuple[Client, Wallet], town: NodeTown
) -> None:
    assert "No claim about your wallets yet" in text(dan, "/claims/")
    assert asked(town, dan).status_code == 201
    broker, broker_wallet = house
    row = ClaimRequest.objects.get()
    assert f"/claims/requests/{row.pk}/" in text(broker, "/claims/")
    assert f"/claims/requests/{row.pk}/" in text(broker, "/inbox/")
    assert town.at("dan") in text(broker, f"/claims/requests/{row.pk}/")
    claim = claim_of_dan(town)
    made = said(draft(broker, claim))
    assert post(broker, f"/claims/requests/{row.pk}/draft/", {"draft": made["id"]}).status_code == 200
    assert f"/drafts/{made['id']}/" in text(dan, "/claims/")
    assert "Nobody waits for you" in text(broker, "/claims/")
    sign(broker, broker_wallet, claim)
    second, second_wallet = person_of(town, "house", 1)
    sign(second, second_wallet, claim)
    assert said(sign(dan, person("dan"), claim))["status"] == "submitted"
    town.commit()
    assert "Valid" in text(dan, "/claims/") and "house" in text(dan, "/claims/")
    assert town.at("dan") in text(broker, "/claims/")


def test_who_asks_has_to_hold_the_wallet(dan: Client, town: NodeTown) -> None:
    forged = asked(town, dan, address=town.at("bob"))
    assert forged.status_code == 400 and not ClaimRequest.objects.exists()
    nobody = asked(town, dan, issuer=town.issuer.address)
    assert nobody.status_code == 400 and "no active claim issuer" in said(nobody)["detail"]
    assert asked(town, dan, country="Germany").status_code == 400
    assert asked(town, dan, investor_class="RICH").status_code == 400
    assert asked(town, dan).status_code == 201 and asked(town, dan, country="FR").status_code == 201
    assert ClaimRequest.objects.get().country == "FR"


def test_a_request_is_the_claim_issuers_own(
    dan: Client, house: tuple[Client, Wallet], town: NodeTown
) -> None:
    asked(town, dan)
    row = ClaimRequest.objects.get()
    notary, _wallet = person_of(town, "notary")
    for client in (dan, notary):
        assert client.get(f"/claims/requests/{row.pk}/").status_code == 404
        assert client.post(f"/claims/requests/{row.pk}/refusal/", {"reason": "no"}).status_code == 404
        assert client.get(f"/claims/{town.at('ann')}/revocation/").status_code == 404
    assert "Waiting for you" not in text(notary, "/claims/")


def test_declined_with_a_reason_that_the_asker_reads(
    dan: Client, house: tuple[Client, Wallet], town: NodeTown
) -> None:
    asked(town, dan)
    row, broker = ClaimRequest.objects.get(), house[0]
    path = f"/claims/requests/{row.pk}/refusal/"
    assert broker.post(path, {"reason": "Bring your passport."}).status_code == 302
    assert "Bring your passport." in text(dan, "/claims/")
    assert broker.post(path, {"reason": "Again."}).status_code == 404


def test_only_a_draft_of_that_claim_answers(
    dan: Client, house: tuple[Client, Wallet], town: NodeTown
) -> None:
    asked(town, dan)
    row, broker = ClaimRequest.objects.get(), house[0]
    whose = {"issuer": town.house.address, "wallet": town.at("ann")}
    other = build.revoke(town.frame, reason="moved", version=1, **whose)
    made = said(draft(broker, other))
    for id in (made["id"], "ab" * 32):
        assert post(broker, f"/claims/requests/{row.pk}/draft/", {"draft": id}).status_code == 400
    assert ClaimRequest.objects.get().status == "open"


def test_what_ends_soon_comes_first(house: tuple[Client, Wallet], town: NodeTown) -> None:
    town.submit(town.attestation("cho", version=1, until=town.time + 20 * DAY))
    town.submit(town.attestation("bob", version=1, until=town.time + 80 * DAY))
    page = text(house[0], "/claims/")
    ending = page.partition("Ending within 90 days")[2].partition("All claims that you issued")[0]
    assert ending.index(town.at("cho")) < ending.index(town.at("bob"))
    assert town.at("ann") not in ending and "Ends soon" in ending
    assert f"/claims/{town.at('ann')}/revocation/" in page


def test_the_page_asks_as_often_for_many_claims(
    house: tuple[Client, Wallet], town: NodeTown, monkeypatch: pytest.MonkeyPatch
) -> None:
    def number() -> int:
        with counted(monkeypatch) as found:
            text(house[0], "/claims/")
        return found.number

    few = number()
    town.block(*[town.attestation(f"person {each}", until=town.time + DAY) for each in range(60)])
    assert number() == few <= 25
    assert 'rel="next"' in text(house[0], "/claims/")
