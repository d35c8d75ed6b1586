"""Signing in, and the command that makes the accounts of this issue."""

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from pytest_django import Settings

from portal.models import Account, AuditEvent
from tests.ledger.world import NodeTown
from tests.portal.conftest import PASSWORD, account


def test_an_operator_signs_in_and_out(client: Client, town: NodeTown):
    account("olga", "operator")
    answer = client.post("/sign-in/", {"login": "olga", "password": PASSWORD, "next": "/audit-log/"})
    assert answer.headers["Location"] == "/audit-log/"
    assert "Sign out" in client.get("/").content.decode()
    client.post("/sign-out/")
    assert "Sign in" in client.get("/").content.decode()
    events = AuditEvent.objects.order_by("id").values_list("event", flat=True)
    assert list(events) == ["account:signed-in", "account:signed-out"]


def test_a_wrong_password_is_said_in_words_and_written_down(client: Client, town: NodeTown):
    account("olga", "operator")
    answer = client.post("/sign-in/", {"login": "olga", "password": "x"})
    assert "do not fit together" in answer.content.decode()
    assert AuditEvent.objects.get().event == "account:sign-in-failed"


def test_signing_in_never_leads_to_another_site(client: Client, town: NodeTown):
    account("olga", "operator")
    form = {"login": "olga", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post("/sign-in/", form).headers["Location"] == "/"


def test_names_with_zero_bytes_are_no_trouble(client: Client, town: NodeTown):
    assert client.post("/sign-in/", {"login": "a\x00b", "password": "x"}).status_code == 200


def test_the_form_needs_its_token(town: NodeTown):
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/sign-in/", {"login": "olga", "password": PASSWORD})
    assert answer.status_code == 403 and "This form is too old" in answer.content.decode()


def test_the_command_makes_an_operator_and_changes_the_password(
    town: NodeTown, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("TALLYSTICK_OPERATOR_PASSWORD", PASSWORD)
    said = io.StringIO()
    call_command("create_operator", "olga", stdout=said)
    assert said.getvalue() == "olga can sign in on this node as operator.\n"
    call_command("create_operator", "olga", stdout=said)
    assert said.getvalue().endswith("as operator already.\n") and AuditEvent.objects.count() == 1
    monkeypatch.setenv("TALLYSTICK_OPERATOR_PASSWORD", PASSWORD + "!")
    call_command("create_operator", "olga", "--role", "viewer", stdout=said)
    olga = Account.objects.get(username="olga")
    assert olga.check_password(PASSWORD + "!") and not olga.is_operator
    assert olga.organisation.address == town.csd.address
    assert AuditEvent.objects.count() == 2


@pytest.mark.parametrize("password", ["short", "password1234", "olgaolgaolga"])
def test_the_command_refuses_weak_passwords(town: NodeTown, monkeypatch: pytest.MonkeyPatch, password: str):
    monkeypatch.setenv("TALLYSTICK_OPERATOR_PASSWORD", password)
    with pytest.raises(CommandError, match="password"):
        call_command("create_operator", "olgaolgaolga")
    assert not Account.objects.exists()


def test_the_command_needs_a_node(
    db: None, monkeypatch: pytest.MonkeyPatch, settings: Settings, tmp_path: Path
):
    monkeypatch.setenv("TALLYSTICK_OPERATOR_PASSWORD", PASSWORD)
    settings.TALLYSTICK_HOME = tmp_path
    with pytest.raises(CommandError, match="run node_init first"):
        call_command("create_operator", "olga")
