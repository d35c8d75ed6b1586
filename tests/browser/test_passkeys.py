"""A passkey in Chromium, with a virtual authenticator: added, used to sign in without a password, removed."""

import pytest
from playwright.sync_api import Browser, Page

from portal.models import AuditEvent
from tests.browser.conftest import beside
from tests.browser.portal import RunningPortal
from tests.browser.test_portal_pages import visitor
from tests.ledger.world import NodeTown
from tests.portal.conftest import PASSWORD

pytestmark = pytest.mark.browser
AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def give_authenticator(page: Page) -> None:
    """The device's own fingerprint reader, as it were."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def test_a_passkey_signs_in_without_a_password(
    browser: Browser, portal: RunningPortal, town: NodeTown
) -> None:
    with visitor(browser) as (page, complaints):
        give_authenticator(page)
        page.goto(f"{portal.url}/sign-in/?next=/account/passkeys/new/")
        page.locator("#id_login").fill("olga")
        page.locator("#id_password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/account/confirm/**")
        page.locator("#id_password").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/account/passkeys/new/")
        page.locator("#id_name").fill("Laptop")
        page.locator("#id_passwordless").check()
        page.locator("main form button").click()
        page.wait_for_url("**/account/recovery-codes/")
        assert page.locator(".codes li").count() == 10
        page.goto(f"{portal.url}/account/")
        assert page.get_by_text("Laptop").is_visible()
        page.get_by_role("button", name="Sign out").click()
        page.goto(f"{portal.url}/sign-in/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.wait_for_url(f"{portal.url}/")
        assert page.get_by_role("button", name="Sign out").is_visible()
        assert complaints == []
    events = beside(lambda: list(AuditEvent.objects.order_by("id").values_list("event", flat=True)))
    assert events.count("account:signed-in") == 2 and "account:second-factor-added" in events


def test_without_one_the_page_says_so(browser: Browser, portal: RunningPortal, town: NodeTown) -> None:
    with visitor(browser) as (page, _):
        give_authenticator(page)
        page.goto(f"{portal.url}/sign-in/")
        page.get_by_role("button", name="Sign in with a passkey").click()
        page.get_by_role("alert").wait_for()
        assert "The browser gave no passkey" in page.get_by_role("alert").inner_text()
