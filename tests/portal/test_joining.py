"""Invitations, members, organisations, and investors who ask for an account."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.frontend import languages
from portal.models import Account, AuditEvent, Invitation, Organisation
from tests.ledger.world import NodeTown
from tests.portal.conftest import PASSWORD, account, organisation, signed_in


@pytest.fixture
def issuer(town: NodeTown) -> Organisation:
    return organisation("Issuer", town.issuer.address)


@pytest.fixture
def boss(issuer: Organisation) -> Client:
    return signed_in("bea", "administrator", issuer)


def link_in(mailoutbox: list) -> str:
    found = re.search(r"http://localhost:8000(/\S+)", mailoutbox[-1].body)
    assert found, mailoutbox[-1].body
    return found[1]


def accept(link: str, name: str = "iris", password: str = PASSWORD) -> Any:
    return Client().post(link, {"username": name, "password": password})


def invite(client: Client, email: str = "iris@issuer.example", mandate: str = "sign", **more: str) -> Any:
    return client.post("/members/", {"email": email, "mandate": mandate} | more)


def test_an_invitation_makes_one_account_at_its_place(boss: Client, issuer: Organisation, mailoutbox: list):
    assert "on its way to iris@issuer.example" in invite(boss).content.decode()
    link = link_in(mailoutbox)
    assert "Issuer" in Client().get(link).content.decode()
    assert accept(link).headers["Location"] == "/sign-in/"
    iris = Account.objects.get(username="iris")
    assert (iris.organisation, iris.mandate, iris.is_administrator) == (issuer, "sign", False)
    assert accept(link, "again").status_code == 404 and not Account.objects.filter(username="again").exists()
    assert (
        Client().post("/sign-in/", {"login": "iris@issuer.example", "password": PASSWORD}).headers["Location"]
        == "/"
    )
    events = AuditEvent.objects.order_by("id").values_list("event", flat=True)
    assert list(events) == ["account:invited", "account:joined", "account:signed-in"]


def test_the_token_rests_as_a_digest_and_lapses(boss: Client, mailoutbox: list):
    invite(boss)
    link = link_in(mailoutbox)
    assert link.split("/")[2].encode() not in bytes(Invitation.objects.get().digest)
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert accept(link).status_code == 404
    assert "This link is over" in Client().get(link).content.decode()


@pytest.mark.parametrize(
    ("name", "password", "says"),
    [
        ("bea", PASSWORD, "This name is taken"),
        ("BEA", PASSWORD, "This name is taken"),
        ("iris@issuer.example", PASSWORD, "no @"),
        ("iris", "short", "too short"),
        ("hazel and willow", "hazel and willow", "too similar"),
        ("a\x00b", PASSWORD, "Null characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(
    boss: Client, mailoutbox: list, name: str, password: str, says: str
):
    invite(boss)
    answer = accept(link_in(mailoutbox), name, password)
    assert answer.status_code == 200 and says in answer.content.decode()
    assert Account.objects.count() == 1


def test_an_address_has_one_account(boss: Client, mailoutbox: list):
    Account.objects.update(email="bea@issuer.example")
    answer = invite(boss, "BEA@issuer.example")
    assert "has an account with this e-mail address already" in answer.content.decode() and not mailoutbox


def test_invited_again_the_earlier_link_ends(boss: Client, mailoutbox: list):
    invite(boss)
    first = link_in(mailoutbox)
    invite(boss)
    assert accept(first).status_code == 404 and accept(link_in(mailoutbox)).status_code == 302


def test_an_invitation_is_withdrawn(boss: Client, mailoutbox: list):
    invite(boss)
    boss.post(f"/members/invitations/{Invitation.objects.get().pk}/removal/")
    assert accept(link_in(mailoutbox)).status_code == 404


def test_a_members_mandate_is_changed_and_an_account_closed(boss: Client, issuer: Organisation):
    ivan = signed_in("ivan", "view", issuer)
    row = Account.objects.get(username="ivan")
    boss.post(f"/members/{row.pk}/", {"mandate": "prepare", "is_active": "on"})
    row.refresh_from_db()
    assert row.may_prepare and not row.may_sign and not row.is_administrator
    boss.post(f"/members/{row.pk}/", {"mandate": "prepare"})
    assert ivan.get("/account/").headers["Location"].startswith("/sign-in/")
    closed = Client().post("/sign-in/", {"login": "ivan", "password": PASSWORD}, follow=True)
    assert "This account is closed" in closed.content.decode() and "Sign out" not in closed.content.decode()
    assert AuditEvent.objects.filter(event="account:changed", subject="ivan").count() == 2


def test_an_administrator_does_not_lock_himself_out(boss: Client):
    bea = Account.objects.get()
    for said in ({"mandate": "sign", "is_active": "on"}, {"mandate": "sign", "is_administrator": "on"}):
        boss.post(f"/members/{bea.pk}/", said)
        bea.refresh_from_db()
        assert bea.is_administrator and bea.is_active
    assert "Another administrator" in boss.get("/members/").content.decode()
    boss.post(f"/members/{bea.pk}/", {"mandate": "nonsense"})
    assert "Choose a mandate" in boss.get("/members/").content.decode()


def test_the_nodes_operator_makes_organisations_and_links_them(
    operator: Client, town: NodeTown, mailoutbox: list
):
    page = operator.get("/organisations/").content.decode()
    assert "notary" in page and town.csd.address not in page.split("<form")[-1]
    new = {"participant": town.notary.address, "email": "nora@notary.example"}
    operator.post("/organisations/", new)
    accept(link_in(mailoutbox), "nora")
    nora = Account.objects.get(username="nora")
    assert nora.organisation.address == town.notary.address and nora.is_administrator and nora.may_sign
    operator.post("/organisations/", {"name": "Broker", "email": "bo@broker.example"})
    broker = Organisation.objects.get(name="Broker")
    taken = operator.post(f"/organisations/{broker.pk}/", {"participant": town.notary.address}, follow=True)
    assert "Choose a participant" in taken.content.decode()
    operator.post(f"/organisations/{broker.pk}/", {"participant": town.house.address})
    broker.refresh_from_db()
    assert broker.address == town.house.address
    assert (
        operator.post(f"/organisations/{broker.pk}/", {"participant": town.issuer.address}).status_code == 404
    )


def test_an_investor_asks_for_an_account_of_his_own(town: NodeTown, mailoutbox: list):
    answer = Client().post("/join/", {"email": "ann@people.example"})
    assert "We have written to ann@people.example" in answer.content.decode()
    assert "/invitations/" not in answer.content.decode()  # only its owner reads that mail
    accept(link_in(mailoutbox), "ann")
    ann = Account.objects.get()
    assert ann.organisation.is_person and ann.may_sign and not ann.is_administrator


def test_asking_does_not_tell_who_has_an_account(town: NodeTown, mailoutbox: list):
    account("ann")
    Account.objects.update(email="ann@people.example")
    known = Client().post("/join/", {"email": "ann@people.example"}).content.decode()
    unknown = Client().post("/join/", {"email": "bob@people.example"}).content.decode()
    tokens = re.compile(r'name="csrfmiddlewaretoken" value="\w+"')
    assert tokens.sub("", known).replace("ann@", "bob@") == tokens.sub("", unknown)
    assert "has one already" in mailoutbox[0].body and "Choose a name" in mailoutbox[1].body


def test_asking_is_held_up(town: NodeTown):
    cache.clear()
    codes = [Client().post("/join/", {"email": f"a{n}@people.example"}).status_code for n in range(11)]
    assert codes == [200] * 10 + [429]


def test_in_a_demonstration_the_page_shows_the_link_and_mails_are_files(
    town: NodeTown, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    settings.EMAIL_BACKEND, settings.EMAIL_FILE_PATH = (
        "django.core.mail.backends.filebased.EmailBackend",
        tmp_path / "mail",
    )
    monkeypatch.setattr("portal.node.Node.is_demonstration", True)
    page = Client().post("/join/", {"email": "ann@people.example"}).content.decode()
    shown = re.search(r'data-copy="http://localhost:8000(/invitations/[^"]+)"', page)
    assert shown and accept(shown[1], "ann").status_code == 302
    [mail] = (tmp_path / "mail").iterdir()
    assert shown[1] in mail.read_text()


def test_mails_speak_the_pages_language(boss: Client, mailoutbox: list):
    languages.compile_all()
    boss.post(
        "/members/", {"email": "iris@issuer.example", "mandate": "view"}, headers={"Accept-Language": "zh-CN"}
    )
    assert "邀请" in mailoutbox[0].body
