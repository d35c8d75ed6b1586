"""What visitors, issuers and guessers of passwords can do to the portal's pages: read, and no more."""

import pytest
from django.test import Client
from pytest_django import Settings

from ledger.protocol.encoding import INT_MAX
from portal.models import AuditEvent
from tests.ledger.world import NodeTown
from tests.portal.conftest import PASSWORD, account
from tests.protocol.town import BOND, SHARE

NUMBERS = ("-1", "9" * 15, "9" * 5_000, "\u00b2", "%00")


@pytest.mark.parametrize("time", [INT_MAX, 1_700_000_000_000, 253_402_300_800], ids=str)
def test_a_time_beyond_the_calendar_is_shown(client: Client, town: NodeTown, time: int):
    """An issuer that counts in milliseconds must not take down its instrument's page, or the front page."""
    town.register({"ann": 10}, BOND, rules={"lock_up": time})
    for path in ("/", "/instruments/", f"/instruments/{BOND}/", f"/search/?q={BOND}"):
        assert client.get(path, follow=True).status_code == 200, path


def test_numbers_in_addresses(client: Client, operator: Client, share: str):
    for number in NUMBERS:
        for path in (
            f"/blocks/?before={number}", f"/blocks/1/?from={number}", f"/instruments/?after={number}&page={number}",
            f"/instruments/{SHARE}/register/?height={number}&page={number}", f"/audit-log/?page={number}",
            f"/instruments/{SHARE}/register.csv?height={number}", f"/search/?q={number}", f"/transactions/{share}/",
        ):  # fmt: skip
            assert operator.get(path).status_code in (200, 302, 404), path[:80]


def test_what_only_some_may_see_is_kept_by_no_cache(operator: Client, share: str):
    for path in (f"/instruments/{SHARE}/register/", f"/instruments/{SHARE}/register.csv", "/audit-log/"):
        answer = operator.get(path)
        assert answer.status_code == 200
        assert "no-store" in answer.headers.get("Cache-Control", ""), path


def guess(client: Client, name: str, password: str, address: str = "192.0.2.1") -> int:
    """One attempt from one address; the status of the answer."""
    return client.post("/sign-in/", {"login": name, "password": password}, REMOTE_ADDR=address).status_code


class TestGuessing:
    @pytest.fixture(autouse=True)
    def quick(self, settings: Settings):
        """What a guess costs the server is not the matter here."""
        settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

    def test_a_password_cannot_be_tried_out(self, client: Client, town: NodeTown):
        account("olga", "operator")
        answers = [guess(client, "olga", f"guess {number}") for number in range(12)]
        assert answers == [200] * 5 + [429] * 7
        assert guess(client, "olga", PASSWORD) == 429
        assert AuditEvent.objects.filter(event="account:sign-in-failed").count() == 5

    def test_names_cannot_be_tried_out_either(self, client: Client, town: NodeTown):
        answers = [guess(client, f"name {number}", "x") for number in range(35)]
        assert answers == [200] * 30 + [429] * 5

    def test_who_is_locked_out_is_the_guesser(self, client: Client, town: NodeTown):
        account("olga", "operator")
        for number in range(6):
            guess(client, "olga", f"guess {number}")
        assert guess(client, "olga", PASSWORD, address="192.0.2.2") == 302

    def test_a_sign_in_forgets_the_slips_before_it(self, client: Client, town: NodeTown):
        account("olga", "operator")
        for _ in range(3):
            assert [guess(client, "olga", "slip") for _ in range(4)] == [200] * 4
            assert guess(client, "olga", PASSWORD) == 302
            client.post("/sign-out/")
