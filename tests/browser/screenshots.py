"""Pictures of every page of a running portal: `python -m tests.browser.screenshots URL FOLDER [NAME]`.

NAME signs in as that operator, with the password from TALLYSTICK_OPERATOR_PASSWORD; without it, public pages only.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.find_chromium import find_chromium

WIDTHS = (1440, 390)
THEMES = ("light", "dark")
LOCALES = {"en": "en-GB", "zh": "zh-CN"}
PUBLIC = {"home": "/", "network": "/network/", "blocks": "/blocks/", "instruments": "/instruments/"}
OTHERS = {
    "search": "/search/?q=nothing",
    "sign-in": "/sign-in/",
    "not-found": "/nowhere/",
    "api": "/api/docs/",
}
SIGNED_IN = {"audit-log": "/audit-log/"}
# Pages of single things are found by following the first such link.
FOLLOWED = {
    "transaction": ("/", "a[href^='/transactions/']"),
    "block": ("/", "main td a[href^='/blocks/']"),
    "instrument": ("/instruments/", "main a[href^='/instruments/']"),
}


@dataclass(frozen=True, slots=True)
class Portal:
    """A running portal, and who signs in there."""

    url: str
    operator: str


def main() -> None:
    """All pages, both widths, both themes, both languages."""
    url, folder, *name = sys.argv[1:]
    portal = Portal(url.rstrip("/"), name[0] if name else "")
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        for path in pictures(browser, portal, Path(folder)):
            print(path)
        browser.close()


def pictures(browser: Browser, portal: Portal, folder: Path) -> Iterator[Path]:
    """Take them one after the other: `<folder>/<page>-<width>-<theme>-<language>.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    for language, locale in LOCALES.items():
        for theme in THEMES:
            context = browser.new_context(locale=locale, color_scheme=theme)  # type: ignore[arg-type]
            page = context.new_page()
            for name, path in addresses(page, portal).items():
                page.goto(portal.url + path)
                page.wait_for_load_state("load")
                for width in WIDTHS:
                    page.set_viewport_size({"width": width, "height": 900})
                    target = folder / f"{name}-{width}-{theme}-{language}.png"
                    page.screenshot(path=target, full_page=True)
                    yield target
            context.close()


def addresses(page: Page, portal: Portal) -> dict[str, str]:
    """The pages that this visitor finds, by name."""
    found = PUBLIC | OTHERS
    for name, (start, link) in FOLLOWED.items():
        page.goto(portal.url + start)
        places = page.locator(link)
        if places.count():
            found[name] = places.first.get_attribute("href") or start
    if portal.operator:
        sign_in(page, portal)
        found |= SIGNED_IN
        if "instrument" in found:
            found["register"] = f"{found['instrument']}register/"
    return found


def sign_in(page: Page, portal: Portal) -> None:
    """By the form, as people do."""
    page.goto(f"{portal.url}/sign-in/?next=/")
    page.locator("#id_login").fill(portal.operator)
    page.locator("#id_password").fill(os.environ["TALLYSTICK_OPERATOR_PASSWORD"])
    page.keyboard.press("Enter")
    page.wait_for_url(f"{portal.url}/")


if __name__ == "__main__":
    main()
