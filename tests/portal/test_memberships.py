"""Participants: admitted by the card that they made, suspended, admitted again as they were."""

import json

from clients import acts
from clients.wallet import MultiWallet
from portal import applications
from portal.models import Application
from tests.ledger.world import NodeTown
from tests.portal import desk
from tests.portal.conftest import organisation, signed_in
from tests.portal.test_requests import page
from tests.protocol.world import holder, institution


def test_the_csd_admits_and_suspends(town: NodeTown) -> None:
    newcomer = institution("newcomer")
    nina = signed_in("nina", "sign", organisation("Newcomer"))
    body = {"name": "Newcomer", "roles": ["issuer"], "needed": 2}
    for number, client in enumerate((nina, signed_in("nora", "sign", organisation("Newcomer")))):
        card = newcomer.members[number].card
        assert desk.post(client, "/participants/application/", body | {"card": card}).status_code == 200
    row = Application.objects.get()
    cecil = signed_in("cecil", "sign")
    assert f"/participants/admission/?application={row.pk}" in page(cecil, "/inbox/").replace("&amp;", "&")
    shown = page(cecil, f"/participants/admission/?application={row.pk}")
    assert "nina" in shown and "nora" in shown and '"scheme": "multi"' in shown
    assert nina.get(f"/participants/admission/?application={row.pk}").status_code == 404
    assert cecil.get(f"/participants/{town.house.address}/suspension/").status_code == 200
    assert nina.get(f"/participants/{town.house.address}/suspension/").status_code == 404
    assert town.house.address in page(nina, "/participants/")
    wallet = applications.act_of(row)["wallet"]
    assert "nora" in page(nina, "/participants/application/")
    pair = MultiWallet.of(2, newcomer.members[:2])
    assert wallet == pair.address
    act = acts.admit(pair, holder=holder("newcomer"), name="Newcomer", roles=["issuer"])
    town.decide(act, town.csd, pair)
    assert "participants/admission" not in page(cecil, "/inbox/")
    assert row.organisation.__class__.objects.get(pk=row.organisation_id).address == wallet
    assert "is a participant" in page(nina, "/participants/application/")


def test_a_suspended_participant_is_told_so_and_admitted_again_as_it_was(town: NodeTown) -> None:
    path = f"/participants/admission/?participant={town.house.address}"
    cecil, (hal, _) = signed_in("cecil", "sign"), desk.person_of(town, "house")
    assert cecil.get(path).status_code == 404  # it is active
    assert "There is nothing to apply for" in page(hal, "/participants/application/")
    town.decide(acts.suspend(town.house.address, "Late accounts"), town.csd)
    assert path in page(cecil, "/participants/") and path not in page(hal, "/participants/")
    assert "Your organisation is suspended" in page(hal, "/participants/application/")
    assert hal.get(path).status_code == 404
    shown = page(cecil, path)
    assert "Admit a participant again" in shown and town.house.members[0].address in shown
    said = json.loads(shown.partition('<script id="page-data" type="application/json">')[2].partition("<")[0])
    assert said["act"]["holder"] == town.value(f"wallet/{town.house.address}")["holder"]
    town.decide({"act": "admit", **said["act"]}, town.csd, town.house)
    assert town.value(f"participant/{town.house.address}")["status"] == "active"
    assert cecil.get(path).status_code == 404
