"""The access matrix is the law: every URL has a row, and every row is what every visitor meets."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import Settings

from portal.access import MATRIX, Audience, admits
from portal.models import AuditEvent
from tests.ledger.world import NodeTown
from tests.portal.conftest import account
from tests.portal.matrix import NAMES, address_of, portal_names
from tests.protocol.town import SHARE

OPENED = {200, 302, 400, 401, 405}  # the view itself answered
OWNED = {
    Audience.OWN,
    Audience.PREPARE,
    Audience.SIGN,
}  # where it also answers 404: that is another's, or nobody's
VIEWED = {Audience.ANYONE, Audience.SIGNED_IN, Audience.OWN}


def opened(name: str, status: int) -> bool:
    """Whether the matrix let the visitor through to the view."""
    return status in OPENED or (MATRIX[name] in OWNED and status == 404)


def test_every_url_has_a_row_and_every_row_a_url():
    assert set(NAMES) == set(MATRIX)


@pytest.mark.parametrize("name", portal_names())
def test_anonymous_visitors_are_sent_to_sign_in(client: Client, share: str, name: str):
    answer = client.get(address_of(name, share))
    if MATRIX[name] is Audience.ANYONE:
        assert answer.status_code in OPENED
        assert not answer.headers.get("Location", "").startswith("/sign-in/?")
    else:
        assert answer.headers["Location"].startswith("/sign-in/?next=")


@pytest.mark.parametrize("name", portal_names())
def test_viewers_see_what_is_public_or_for_everybody_here(viewer: Client, share: str, name: str):
    answer = viewer.get(address_of(name, share))
    open_to_viewers = MATRIX[name] in VIEWED
    assert opened(name, answer.status_code) is open_to_viewers
    if not open_to_viewers:
        assert AuditEvent.objects.get().event == "page:refused"


@pytest.mark.parametrize("name", portal_names())
def test_operators_of_a_supervisor_see_everything_that_asks_for_no_mandate(
    operator: Client, share: str, name: str
):
    mandated = MATRIX[name] in {Audience.PREPARE, Audience.SIGN}
    assert opened(name, operator.get(address_of(name, share)).status_code) is not mandated


@pytest.mark.parametrize("name", portal_names())
@pytest.mark.parametrize(
    ("institution", "opens"), [("issuer", True), ("regulator", True), ("notary", False), ("exchange", False)]
)
def test_registers_open_on_their_issuers_and_supervisors_nodes_and_evidence_on_supervisors(
    operator: Client, town: NodeTown, share: str, become: Callable, name: str, institution: str, opens: bool
):  # fmt: skip
    become(town, institution)
    answer = operator.get(address_of(name, share))
    mandated = dict.fromkeys((Audience.PREPARE, Audience.SIGN), True)
    closed = {Audience.REGISTER: not opens, Audience.SUPERVISOR: institution != "regulator", **mandated}
    may_open = not closed.get(MATRIX[name], False)
    assert opened(name, answer.status_code) is may_open


def test_another_issuers_register_stays_closed(
    operator: Client, town: NodeTown, share: str, become: Callable
):
    town.join("other", "issuer")
    town.other = town.house  # a participant that issues nothing
    become(town, "other")
    assert operator.get(f"/instruments/{SHARE}/register/").status_code == 403
    assert "Register of holders" not in operator.get(f"/instruments/{SHARE}/").content.decode()


def test_a_url_without_a_row_is_closed(operator: Client, town: NodeTown, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delitem(MATRIX, "home")
    assert operator.get("/").status_code == 403


def test_an_account_that_was_closed_opens_nothing(db: None):
    gone = account("gone", "operator")
    gone.is_active = False
    assert not any(admits(audience, gone) for audience in set(Audience) - {Audience.ANYONE, Audience.PROGRAM})


def test_cookies_are_named_after_the_node(settings: Settings):
    assert settings.SESSION_COOKIE_NAME.endswith("_session") and "tallystick_" in settings.CSRF_COOKIE_NAME
