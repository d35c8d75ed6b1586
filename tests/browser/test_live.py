"""Pages that keep themselves fresh: not behind other tabs, without losing the focus, politely said, never a mixture."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import beside
from tests.browser.portal import RunningPortal
from tests.browser.test_portal_pages import sign_in, visitor
from tests.ledger.world import NodeTown
from tests.protocol.town import SHARE

pytestmark = pytest.mark.browser

HIDE = "Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })"
SHOW = "delete document.hidden"


def polls(page: Page) -> list[str]:
    """The addresses that the page's live parts ask for, from now on."""
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.headers.get("hx-request") else None)
    return asked


def wait_for_polls(page: Page, path: str, times: int) -> None:
    """Until the page has asked so often again."""
    for _ in range(times):
        with page.expect_response(lambda answer: "hx-request" in answer.request.headers, timeout=30_000):
            pass
    assert path in page.url


def test_a_hidden_tab_does_not_ask_and_asks_again_when_it_is_seen(
    browser: Browser, portal: RunningPortal
) -> None:
    with visitor(browser) as (hidden, complaints):
        hidden.goto(f"{portal.url}/network/")
        wait_for_polls(hidden, "/network/", 1)
        hidden.evaluate(HIDE)
        asked = polls(hidden)
        seen = hidden.context.new_page()
        seen.goto(f"{portal.url}/network/")
        wait_for_polls(seen, "/network/", 3)
        assert asked == []
        hidden.evaluate(SHOW)
        wait_for_polls(hidden, "/network/", 1)
        assert complaints == []


def test_the_focus_stays_on_the_same_link(browser: Browser, portal: RunningPortal, town: NodeTown) -> None:
    with visitor(browser) as (page, complaints):
        page.goto(portal.url)
        link = page.locator(f"main a[href='/instruments/{SHARE}/']")
        link.focus()
        height = beside(town.commit).header.height
        expect(page.locator(f'a.notch[href="/blocks/{height}/"]')).to_have_count(1, timeout=30_000)
        expect(link).to_be_focused()
        assert complaints == []


def test_what_changed_is_said_politely_and_what_did_not_is_not(
    browser: Browser, portal: RunningPortal, town: NodeTown
) -> None:
    with visitor(browser) as (page, complaints):
        page.goto(f"{portal.url}/instruments/{SHARE}/")
        wait_for_polls(page, SHARE, 1)
        said = page.locator("#said[role=status]")
        expect(said).to_have_text("")
        beside(lambda: town.submit(town.pay("ann", "cho", 10)))
        expect(said).to_have_text("300 units issued, 4 holders.", timeout=30_000)
        assert complaints == []


def test_the_end_of_a_session_shows_where_to_sign_in(browser: Browser, portal: RunningPortal) -> None:
    with visitor(browser) as (page, _complaints):
        sign_in(page, portal)
        page.goto(f"{portal.url}/holdings/")
        page.context.clear_cookies()
        page.wait_for_url("**/sign-in/?next=**", timeout=30_000)
        expect(page.locator("h1")).to_have_count(1)


def test_going_back_shows_the_whole_page(browser: Browser, portal: RunningPortal) -> None:
    with visitor(browser) as (page, _complaints):
        page.goto(f"{portal.url}/network/")
        wait_for_polls(page, "/network/", 1)
        page.goto(f"{portal.url}/blocks/")
        page.go_back()
        expect(page.get_by_role("heading", level=1)).to_have_text("Network")
