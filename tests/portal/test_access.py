"""The access matrix is the law: every URL has a row, and every row is what every visitor meets."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Final

import pytest
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.access import MATRIX, OPEN, Audience, admits
from portal.models import Account, AuditEvent, ClaimRequest, Contact, Invitation, Notice, WalletLink
from tests.ledger.world import NodeTown
from tests.portal.conftest import PASSWORD, account, organisation, signed_in
from tests.portal.matrix import NAMES, OWNED, address_of, arguments_of, portal_names
from tests.protocol.town import SHARE

OPENED: Final = {200, 302, 400, 401, 405}  # the view itself answered
OWN: Final = {Audience.OWN, Audience.PREPARE, Audience.SIGN}
# Nobody here has such a thing, and the view says so.
EMPTY: Final = {
    "mfa_view_recovery_codes", "mfa_download_recovery_codes", "mfa_deactivate_totp", "invitation", "organisation",
}  # fmt: skip


def test_every_url_has_a_row_and_every_row_a_url():
    assert set(NAMES) == set(MATRIX)


EVERYBODY: Final = ("anonymous", "view", "prepare", "sign", "administrator", "other", "clerk", "operator")
MEMBERS: Final = EVERYBODY[1:]
# Four people of the issuer, one of the notary, and two of the CSD, whose node it is: a clerk and an administrator.
OPEN_TO: Final[dict[Audience, Collection[str]]] = {
    Audience.ANYONE: EVERYBODY,
    Audience.SIGNED_IN: MEMBERS,
    Audience.OWN: MEMBERS,
    Audience.PREPARE: {"prepare", "sign", "other", "clerk"},
    Audience.SIGN: {"sign", "other", "clerk"},
    Audience.ADMINISTRATOR: {"administrator", "other", "operator"},
    Audience.OPERATOR: {"operator"},
    Audience.SUPERVISOR: {"clerk", "operator"},
    Audience.REGISTER: set(MEMBERS) - {"other"},
}


def visitor(role: str, town: NodeTown) -> Client:
    """A browser in which somebody of this role is signed in."""
    if role == "anonymous":
        return Client()
    if role == "other":
        made = account("nora", "sign", organisation("Notary", town.notary.address))
        made.is_administrator = True
        made.save()
        client = Client()
        client.force_login(made)
        return client
    if role in {"clerk", "operator"}:
        return signed_in(role, "sign" if role == "clerk" else "operator")
    return signed_in(role, role, organisation("Issuer", town.issuer.address))


@pytest.mark.parametrize("role", EVERYBODY)
def test_every_url_is_what_its_row_says_for_every_role(town: NodeTown, share: str, role: str):
    client = visitor(role, town)
    wrong = []
    for name in portal_names():
        answer = client.get(address_of(name, share))
        sent_away = answer.headers.get("Location", "").startswith("/sign-in/?next=")
        opened = answer.status_code in OPENED and not sent_away
        if MATRIX[name] in OWN or arguments_of(name) & OWNED or name in EMPTY:
            opened = (
                opened or answer.status_code == 404
            )  # the view has looked: that is another's, or nobody's
        if opened is not (role in OPEN_TO[MATRIX[name]]):
            wrong.append(f"{name}: {answer.status_code}")
        if role != "anonymous" and answer.status_code == 403:
            assert AuditEvent.objects.first().event == "page:refused", name
    assert not wrong


def test_the_things_of_one_are_not_there_for_another(town: NodeTown, share: str):
    """Neither another organisation's administrator nor people of the node's own find them, by any method."""
    ids = things_of(visitor("sign", town), town)
    assert set(ids) == OWNED, "make one of each here"
    for client in (visitor("other", town), visitor("clerk", town)):
        client.post("/account/confirm/", {"password": PASSWORD, "next": "/"})
        for name in portal_names():
            if MATRIX[name] in OPEN and MATRIX[name] is not Audience.SIGNED_IN:
                continue
            if arguments_of(name) & OWNED:
                address = address_of(name, share, **ids)
                codes = {client.get(address).status_code, client.post(address).status_code}
                assert codes <= {302, 403, 404, 405} and codes & {403, 404}, f"{name}: {codes}"


def things_of(client: Client, town: NodeTown) -> dict[str, int]:
    """One of each kind of thing that belongs to the account or the organisation of this visitor."""
    owner = Account.objects.get(pk=client.session["_auth_user_id"])
    link = WalletLink.objects.create(
        account=owner, organisation=owner.organisation, address=town.ann.address, linked_at=timezone.now()
    )
    session = UserSession.objects.create(user=owner, ip="127.0.0.1", session_key=client.session.session_key)
    passkey = Authenticator.objects.create(user=owner, type=Authenticator.Type.WEBAUTHN, data={})
    issued = Invitation.objects.create(
        organisation=owner.organisation, email="new@issuer.example", made_by=owner, digest=b"x" * 32,
        made_at=timezone.now(), expires_at=timezone.now() + timedelta(days=1),
    )  # fmt: skip
    contact = Contact.objects.create(
        organisation=owner.organisation, address=town.bob.address, label="Bob", made_by=owner, made_at=timezone.now()
    )  # fmt: skip
    notice = Notice.objects.create(account=owner, kind="units-received", subject="00", made_at=timezone.now())
    asked = ClaimRequest.objects.create(
        account=owner, organisation=owner.organisation, wallet=town.ann.address, card={}, issuer=town.house.address,
        investor_class="RETL", country="DE", made_at=timezone.now(),
    )  # fmt: skip
    made = {
        "claim_request": asked,
        "contact": contact,
        "invitation": issued,
        "link": link,
        "notice": notice,
        "member": owner,
        "pk": passkey,
        "session": session,
    }
    return {name: thing.pk for name, thing in made.items()}


@pytest.mark.parametrize(
    ("institution", "opens"), [("issuer", True), ("regulator", True), ("notary", False), ("exchange", False)]
)
def test_registers_open_on_their_issuers_and_supervisors_nodes_and_evidence_on_supervisors(
    operator: Client, town: NodeTown, share: str, become: Callable, institution: str, opens: bool
):
    become(town, institution)
    closed = {Audience.REGISTER: not opens, Audience.SUPERVISOR: institution != "regulator"}
    for name in portal_names():
        if MATRIX[name] in closed:
            answer = operator.get(address_of(name, share))
            assert (answer.status_code in OPENED) is not closed[MATRIX[name]], name


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
