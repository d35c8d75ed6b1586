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

from clients.build import transaction_id
from portal.access import MATRIX, OPEN, Audience, admits
from portal.models import Account, AuditEvent, ClaimRequest, Contact, Invitation, Notice, WalletLink
from tests.ledger.world import NodeTown
from tests.portal import desk
from tests.portal.conftest import PASSWORD, account, organisation, signed_in
from tests.portal.matrix import NAMES, OWNED, address_of, arguments_of, portal_names
from tests.protocol.town import BOND, SHARE

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


METHODS: Final = ("get", "head", "post", "put", "patch", "delete")


def test_every_own_address_of_another_organisations_thing_leads_nowhere(town: NodeTown, share: str):
    """For people with every mandate, of a participant that has no part in any of it, by every method."""
    owner = visitor("sign", town)
    things = things_of(owner, town)
    named = {name: things for name in portal_names() if arguments_of(name) & OWNED} | texts_of(town, share)
    asked = [name for name in portal_names() if MATRIX[name] in OWN and arguments_of(name)]
    assert set(asked) <= set(named), "an address of somebody's own: name a thing of the issuer's for it"
    bella = account("bella", "sign", organisation("Bank", town.bank.address))
    Account.objects.filter(pk=bella.pk).update(is_administrator=True)
    stranger = Client()
    stranger.force_login(bella)
    owners = [owner, visitor("clerk", town), desk.person_of(town, "house")[0]]
    for name in asked:
        address = address_of(name, share, **named[name])
        assert any(one.get(address).status_code in {200, 405} for one in owners), f"{name}: not even its own"
        codes = {getattr(stranger, method)(address).status_code for method in METHODS}
        assert codes <= {404, 405} and 404 in codes, f"{name}: {codes}"


def texts_of(town: NodeTown, share: str) -> dict[str, dict[str, str]]:
    """Things of the issuer's that addresses name by text: its draft, request, instrument; a wallet, a participant."""
    ida, _ = desk.person_of(town, "issuer")
    act = town.registration({"ann": 100}, BOND, fisn="BOND")
    asked = town.proposal(act, town.issuer, deadline=town.time + 3_600).transaction
    assert desk.draft(ida, asked).status_code == 201
    draft = {"txid": transaction_id(asked)}
    return {
        **dict.fromkeys(("draft", "draft-json", "draft-signatures", "draft-withdrawal"), draft),
        "request": {"txid": town.propose(act, town.issuer)},
        "request-change": {"isin": SHARE},
        "participant-suspension": {"address": town.house.address},
        "claim-revocation": {"wallet": town.at("ann")},
    }


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
