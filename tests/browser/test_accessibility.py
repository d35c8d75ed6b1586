"""axe finds nothing serious or critical on any page of the access matrix, in both languages, themes and widths."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.axe import findings
from tests.browser.conftest import beside
from tests.browser.portal import RunningPortal
from tests.browser.screenshots import PICTURES
from tests.browser.test_portal_pages import WIDTHS, say_purpose, sign_in
from tests.ledger.world import NodeTown
from tests.portal.desk import desk_places
from tests.portal.matrix import address_of, portal_names
from tests.protocol.town import SHARE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]  # many pages, on a machine that may be busy

VISITORS = ("olga", "ida", "house 0", "")  # whoever may see most comes first; "" has not signed in
NO_PAGE = {
    "set_language": "a button, answered by the page where it was pressed",
    **dict.fromkeys(
        ("mfa_activate_totp", "mfa_add_webauthn", "mfa_generate_recovery_codes", "mfa_remove_webauthn"),
        "asks for the password first: tests/browser/test_passkeys.py opens them",
    ),
    **dict.fromkeys(
        (
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_download_recovery_codes",
            "mfa_reauthenticate",
        ),
        "nobody here has an authenticator app",
    ),
    **dict.fromkeys(
        (
            "account_reset_password_from_key_done",
            "mfa_list_webauthn",
            "mfa_authenticate",
            "mfa_login_webauthn",
            "mfa_reauthenticate_webauthn",
        ),
        "leads on to another page",
    ),
    "notices-bell": "a part of the header",
    "invitation": "its link is over",
}
STATES = {
    "search-nothing": "/search/?q=nothing",
    "instruments-nothing": "/instruments/?q=nothing",
    "register-before": f"/instruments/{SHARE}/register/?height=1",
    "register-unread": f"/instruments/{SHARE}/register/?height=x",
    "not-found": "/nowhere/",
}


LOOKS = [
    ("en-GB", "light"),
    ("zh-CN", "dark"),
    pytest.param("en-GB", "dark", marks=pytest.mark.long),
    pytest.param("zh-CN", "light", marks=pytest.mark.long),
]


@pytest.mark.parametrize(("language", "theme"), LOOKS)
def test_axe_finds_nothing_grave_on_any_page(
    browser: Browser, portal: RunningPortal, town: NodeTown, language: str, theme: str
) -> None:
    found = []
    for page, path, name in every_page(browser, portal, town, language, theme):
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            keep_picture(page, f"{name}-{width}-{theme}-{language[:2]}")
            found += [f"{path} at {width}: {finding}" for finding in findings(page)]
    assert not found, "\n".join(found)
    page.evaluate("document.querySelector('h1').append(new Image())")
    assert [finding.partition(":")[0] for finding in findings(page)] == ["image-alt"], "axe sees nothing"


def every_page(
    browser: Browser, portal: RunningPortal, town: NodeTown, language: str, theme: str
) -> Iterator[tuple[Page, str, str]]:
    """Each page of the matrix with its address and name, opened by the first visitor who may; one at least may."""
    share = beside(lambda: town.blocks[-1].transactions[0].id)
    desks = beside(lambda: desk_places(town))
    profiles = [profile(browser, portal, name, language, theme) for name in VISITORS]
    for name in portal_names():
        path = desks.get(name) or address_of(name, share)
        context = opener(profiles, portal.url + path, name)
        if context:
            yield show(context, portal.url + path), path, name
    for kind in ("withdraw", "amend"):  # forms of their own under the address of a change
        path = f"/requests/{SHARE}/{kind}/"
        context = opener(profiles, portal.url + path, kind)
        assert context, kind
        yield show(context, portal.url + path), path, f"request-{kind}"
    for name, path in STATES.items():
        yield show(profiles[0], portal.url + path), path, name
    page = profile(browser, portal, VISITORS[0], language, theme).pages[0]
    path = f"/instruments/{SHARE}/register/"
    page.goto(portal.url + path)
    yield page, f"{path} before its purpose", "purpose"


def keep_picture(page: Page, name: str) -> None:
    """`make screenshots` lets this walk take a picture of every page that it opens."""
    if folder := os.environ.get(PICTURES):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def profile(browser: Browser, portal: RunningPortal, name: str, language: str, theme: str) -> BrowserContext:
    """A visitor's own browser profile with one page open."""
    context = browser.new_context(locale=language, color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    page = context.new_page()
    if name:
        sign_in(page, portal, name)
    return context


def show(context: BrowserContext, url: str) -> Page:
    """The profile's page at this address; where a supervisor is asked why, it says so."""
    page = context.pages[0]
    page.goto(url)
    page.wait_for_load_state("networkidle" if "/api/docs/" in url else "load")
    if page.locator("#id_purpose").count():
        say_purpose(page)
    return page


def opener(profiles: list[BrowserContext], url: str, name: str) -> BrowserContext | None:
    """Whose profile gets this page; None where there is no page: a file, or what only takes a form."""
    answers = []
    for context in profiles:
        answer = context.request.get(url, max_redirects=0)
        kind = answer.headers.get("content-type", "")
        if answer.status == 200 and kind.startswith("text/html"):
            return context
        if answer.status == 405 or (answer.status == 200 and kind) or name in NO_PAGE:
            return None
        answers.append(answer.status)
    raise AssertionError(f"{name}: nobody could open {url}: {answers}")
