"""Second factors: an authenticator app from adding it to signing in with it, recovery codes, devices, who needs one."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from portal.models import Account, AuditEvent
from tests.ledger.world import NodeTown
from tests.portal.conftest import PASSWORD, account, organisation, signed_in

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36"


def code(secret: str) -> str:
    """What the app shows now; used ones are forgotten, so that a test need not wait for the next."""
    cache.clear()
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def sign_in(client: Client, name: str = "olga", **headers: str) -> str:
    """Where the password leads."""
    answer = client.post("/sign-in/", {"login": name, "password": PASSWORD}, headers=headers)
    return answer.headers["Location"]


def add_app(client: Client) -> str:
    """The secret of an app that was added as people do."""
    client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/app/"})
    secret = client.get("/account/app/").context["form"].secret
    answer = client.post("/account/app/", {"code": code(secret)})
    assert answer.headers["Location"] == "/account/recovery-codes/", answer.content.decode()
    return str(secret)


def events() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("event", flat=True))


def test_an_app_is_added_and_then_asked_for(
    client: Client, transactional_db: None, town: NodeTown, mailoutbox: list
):
    olga = account("olga", "operator")
    Account.objects.filter(pk=olga.pk).update(email="olga@csd.example")
    sign_in(client)
    secret = add_app(client)
    assert [mail.to for mail in mailoutbox] == [["olga@csd.example"]]
    client.post("/sign-out/")
    assert sign_in(client) == "/account/second-factor/"
    assert client.get("/audit-log/").headers["Location"].startswith("/sign-in/")
    assert client.post("/account/second-factor/", {"code": "000000"}).status_code == 200
    assert client.post("/account/second-factor/", {"code": code(secret)}).headers["Location"] == "/"
    assert client.get("/audit-log/").status_code == 200
    assert events() == [
        "account:signed-in", "account:second-factor-added", "account:second-factor-added", "account:signed-out",
        "account:second-factor-failed", "account:signed-in",
    ]  # fmt: skip


def test_a_recovery_code_signs_in_once(client: Client, town: NodeTown):
    account("olga", "operator")
    sign_in(client)
    add_app(client)
    shown = re.findall(r"<li><code>(\d{8})</code>", client.get("/account/recovery-codes/").content.decode())
    assert len(shown) == 10
    client.post("/sign-out/")
    for place in ("/", None):
        sign_in(client)
        cache.clear()
        answer = client.post("/account/second-factor/", {"code": shown[0]})
        assert answer.headers.get("Location") == place
        client.post("/sign-out/")


def test_secrets_do_not_rest_in_the_clear(client: Client, town: NodeTown):
    account("olga", "operator")
    sign_in(client)
    secret = add_app(client)
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_the_password_is_asked_again_before_a_factor_is_touched(town: NodeTown):
    client = signed_in("olga", "operator")  # not by its password
    assert client.get("/account/app/").headers["Location"].startswith("/account/confirm/")
    assert client.post("/account/confirm/", {"password": "x", "next": "/account/app/"}).status_code == 200
    answer = client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/app/"})
    assert answer.headers["Location"] == "/account/app/"
    assert client.get("/account/app/").status_code == 200


@pytest.mark.parametrize(
    ("role", "needs"), [("view", False), ("prepare", False), ("sign", True), ("administrator", True)]
)
def test_on_a_real_network_who_signs_or_administrates_needs_one(
    client: Client, town: NodeTown, settings: Settings, role: str, needs: bool
):
    settings.SECOND_FACTOR_REQUIRED = True
    account("iris", role, organisation("Issuer", town.issuer.address))
    sign_in(client, "iris")
    answer = client.get("/wallet/links/")
    assert (answer.status_code == 302) is needs and answer.headers.get("Location") == (
        "/account/" if needs else None
    )
    if needs:
        assert "need a second factor" in client.get("/account/").content.decode()
        add_app(client)
        assert client.get("/wallet/links/").status_code == 200


def test_a_device_is_seen_and_ended_by_its_owner_only(client: Client, town: NodeTown):
    account("olga", "operator")
    account("otto")
    elsewhere, stranger = Client(), Client()
    sign_in(client, **{"User-Agent": CHROME})
    sign_in(elsewhere)
    sign_in(stranger, "otto")
    page = client.get("/account/sessions/").content.decode()
    assert "Chrome, Linux" in page and page.count("/end/") == 1
    other = UserSession.objects.get(session_key=elsewhere.session.session_key)
    assert stranger.post(f"/account/sessions/{other.pk}/end/").status_code == 404
    assert client.post(f"/account/sessions/{other.pk}/end/").headers["Location"] == "/account/sessions/"
    assert elsewhere.get("/account/").headers["Location"].startswith("/sign-in/")
    assert client.get("/account/").status_code == 200


def test_a_forgotten_password_is_set_anew_by_a_link(client: Client, town: NodeTown, mailoutbox: list):
    olga = account("olga", "operator")
    Account.objects.filter(pk=olga.pk).update(email="olga@csd.example")
    for address in ("olga@csd.example", "nobody@csd.example"):
        assert (
            client.post("/account/password/forgotten/", {"email": address})
            .headers["Location"]
            .endswith("/sent/")
        )
    link = re.search(r"http://testserver(/account/password/new/\S+)", mailoutbox[0].body)
    assert link, mailoutbox[0].body
    form = client.get(link[1], follow=True)
    new = {"password1": PASSWORD + "!", "password2": PASSWORD + "!"}
    assert client.post(form.request["PATH_INFO"], new).status_code == 302
    assert Account.objects.get().check_password(PASSWORD + "!")
    assert "lapsed" in client.get(link[1], follow=True).content.decode()
    assert "There is no account" in mailoutbox[1].body
