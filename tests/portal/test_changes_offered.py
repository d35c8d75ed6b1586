"""Changes are offered to an instrument's issuer, and only those that the protocol in force has."""

import pytest
from django.test import Client

from ledger.protocol.acts.amend import Amend
from tests.ledger.world import NodeTown
from tests.portal.conftest import organisation, signed_in
from tests.protocol.town import SHARE

AMEND = f"/requests/{SHARE}/amend/"


@pytest.fixture
def issuer(town: NodeTown, share: str) -> Client:
    return signed_in("isa", "sign", organisation("Issuer", town.issuer.address))


def test_its_issuer_is_offered_every_change(issuer: Client) -> None:
    page = issuer.get(f"/instruments/{SHARE}/").content.decode()
    assert AMEND in page and f"/requests/{SHARE}/increase/" in page
    assert 'id="terms-form"' in issuer.get(AMEND).content.decode()


def test_before_its_version_a_change_is_explained_and_not_offered(
    issuer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Amend, "first_version", 9)
    page = issuer.get(f"/instruments/{SHARE}/").content.decode()
    assert AMEND not in page and f"/requests/{SHARE}/increase/" in page
    said = issuer.get(AMEND).content.decode()
    assert "does not have such requests yet" in said and "terms-form" not in said


def test_nobody_else_is_offered_any(operator: Client, share: str) -> None:
    assert "/requests/" + SHARE not in operator.get(f"/instruments/{SHARE}/").content.decode()
