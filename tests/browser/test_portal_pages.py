"""Every page in Chromium: nothing that the policy forbids, no error, no sideways scrolling, one headline."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, expect

from tests.browser.conftest import beside
from tests.browser.portal import RunningPortal
from tests.ledger.world import NodeTown
from tests.portal.conftest import PASSWORD
from tests.protocol.town import SHARE

pytestmark = pytest.mark.browser

WIDTHS = (1440, 390)
CHECKS = """() => ({
  sideways: document.documentElement.scrollWidth - innerWidth,
  headlines: document.querySelectorAll("h1").length,
  language: document.documentElement.lang,
  unnamed: [...document.querySelectorAll("button, a, input:not([type=hidden])")].filter((one) =>
    !(one.textContent.trim() || one.getAttribute("aria-label") || one.labels?.length)).map((one) => one.outerHTML),
})"""


def paths(town: NodeTown) -> list[str]:
    last = town.blocks[-1]
    return [
        "/",
        "/network/",
        "/network/evidence/",
        "/blocks/",
        f"/blocks/{last.header.height}/",
        *[f"/transactions/{one.transactions[0].id}/" for one in (town.blocks[0], town.blocks[-2], last)],
        "/instruments/",
        "/instruments/?q=nothing",
        f"/instruments/{SHARE}/",
        f"/instruments/{SHARE}/register/",
        f"/instruments/{SHARE}/register/?height=1",
        "/audit-log/",
        "/search/?q=nothing",
        "/api/docs/",
        "/sign-in/",
    ]


def complains(said: ConsoleMessage) -> bool:
    """Not of a node whose newest block was not certified yet: it says so by 503, and the wallet asks again."""
    is_patient = "/api/proofs" in said.location["url"] and "503" in said.text
    return said.type in ("error", "warning") and not is_patient


@contextmanager
def visitor(
    browser: Browser, language: str = "en-GB", theme: str = "light", **options: Any
) -> Iterator[tuple[Page, list[str]]]:
    """A page of a new profile, and everything that its console complains of."""
    context = browser.new_context(locale=language, color_scheme=theme, **options)  # type: ignore[arg-type]
    page, complaints = context.new_page(), []
    page.on("console", lambda said: complaints.append(said.text) if complains(said) else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("requestfailed", lambda request: complaints.append(request.url) if broken(request) else None)
    yield page, complaints
    context.close()


def broken(request: Request) -> bool:
    """Not one that the visitor's next step cut short, as it does with icons."""
    return request.failure != "net::ERR_ABORTED"


def sign_in(page: Page, portal: RunningPortal, name: str = "olga") -> None:
    page.goto(f"{portal.url}/sign-in/?next=/")
    page.locator("#id_login").fill(name)
    page.locator("input[type=password]").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{portal.url}/")


def state_purposes(page: Page, portal: RunningPortal) -> None:
    """Say why, once a session, wherever this visitor is asked before anything is shown: supervisors are."""
    for path in (f"/instruments/{SHARE}/register/", "/network/evidence/"):
        page.goto(portal.url + path)
        if page.locator("#id_purpose").count():
            say_purpose(page)
    page.goto(f"{portal.url}/")


def say_purpose(page: Page) -> None:
    """What a supervisor is asked before anything is shown."""
    with page.expect_navigation():
        page.locator("#id_purpose").fill("case 17")
        page.keyboard.press("Enter")


@pytest.mark.parametrize(("language", "theme"), [("en-GB", "light"), ("zh-CN", "dark")])
def test_every_page_is_sound(
    browser: Browser, portal: RunningPortal, town: NodeTown, language: str, theme: str
) -> None:
    with visitor(browser, language, theme) as (page, complaints):
        sign_in(page, portal)
        state_purposes(page, portal)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            for path in paths(town):
                page.goto(portal.url + path)
                found = page.evaluate(CHECKS)
                where = f"{path} at {width}"
                assert found["sideways"] <= 0, where
                assert "/api/docs/" in path or found["headlines"] == 1, where  # that page is not ours
                assert found["language"] == language.lower().replace("zh-cn", "zh-hans").replace(
                    "en-gb", "en"
                )
                assert "/api/docs/" in path or found["unnamed"] == [], where
                assert page.locator("html").get_attribute("data-bs-theme") == theme
        assert complaints == []


def test_the_front_page_shows_a_new_block_by_itself(
    browser: Browser, portal: RunningPortal, town: NodeTown
) -> None:
    with visitor(browser) as (page, complaints):
        page.goto(portal.url)
        height = beside(town.commit).header.height
        expect(page.locator(f'a.notch[href="/blocks/{height}/"]')).to_have_count(1, timeout=15_000)
        assert complaints == []


def test_an_operator_reads_a_register_now_and_then(
    browser: Browser, portal: RunningPortal, town: NodeTown
) -> None:
    with visitor(browser) as (page, complaints):
        before = town.blocks[-1].header.height - 1
        page.goto(f"{portal.url}/instruments/{SHARE}/")
        page.get_by_role("link", name="Register of holders").click()
        page.get_by_label("Name").fill("olga")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        say_purpose(page)
        expect(page.get_by_role("heading", name="Register of holders")).to_be_visible()
        assert page.evaluate("document.querySelector('canvas').toDataURL().length") > 5_000, (
            "the chart is empty"
        )
        page.get_by_label("As of block").fill(str(before))
        page.get_by_role("button", name="Show").click()
        expect(page.get_by_text("As it stood after block")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        assert download.value.suggested_filename == f"register-{SHARE}-{before}.csv"
        assert complaints == []


def test_language_theme_menu_and_copying_by_keyboard(
    browser: Browser, portal: RunningPortal, town: NodeTown
) -> None:
    with visitor(browser) as (page, complaints):
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        page.goto(f"{portal.url}/blocks/")
        page.locator(".hash .copy").first.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#said")).to_have_text("Copied.")
        assert page.evaluate("navigator.clipboard.readText()") == town.blocks[-1].hash
        page.set_viewport_size({"width": 390, "height": 800})
        page.get_by_role("button", name="Open the menu").press("Enter")
        page.get_by_role("button", name="Change between light and dark").press("Enter")
        page.get_by_role("button", name="中文").press("Enter")
        page.wait_for_function("document.documentElement.lang === 'zh-hans'")
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
        expect(page.get_by_role("heading", name="区块")).to_be_visible()
        assert complaints == []
