"""Pictures of every page: `make screenshots`, or `python -m tests.browser.screenshots URL FOLDER [NAME]`.

Without a URL the demonstration is started, its story is played, and one of each institution signs in; then every
page of the access matrix is taken with work on the desks. With a URL, that portal's public pages are taken, and
those of NAME, whose password is in TALLYSTICK_OPERATOR_PASSWORD.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import django
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser import contact_sheet
from tests.browser.find_chromium import find_chromium

if TYPE_CHECKING:
    from demo.network import Network

PICTURES: Final = "TALLYSTICK_PICTURES"  # the folder in which another walk keeps its pictures
ROOT: Final = Path(__file__).resolve().parent.parent.parent
FOLDER: Final = ROOT / ".run" / "screenshots"
WIDTHS: Final = (1440, 390)
THEMES: Final = ("light", "dark")
LOCALES: Final = {"en": "en-GB", "zh": "zh-CN"}
# States of public pages that no link leads to.
OTHERS: Final = {"search-nothing": "/search/?q=nothing", "not-found": "/nowhere/"}
# First screens in docs/screenshots; nodes that have just heard of each other stand at the same block.
README: Final = {"network": "/network/", "instrument": "/instruments/DE0007236101/"}
EACH, WELL = "document.querySelectorAll('tbody tr')", "document.querySelectorAll('tbody .state-good')"
ALIKE: Final = f"{WELL}.length === 2 * {EACH}.length"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who looks at which portal; without a name, nobody signs in."""

    url: str
    name: str = ""
    password: str = ""
    folder: str = "public"


def main() -> None:
    """All pages, both widths, both themes, both languages, and one sheet to look at them."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    django.setup()
    if len(sys.argv) > 2:
        url, folder, *name = sys.argv[1:]
        password = os.environ.get("TALLYSTICK_OPERATOR_PASSWORD", "")
        signed_in = [Visitor(url.rstrip("/"), each, password, each) for each in name]
        show(Path(folder), take([Visitor(url.rstrip("/")), *signed_in], Path(folder)))
    else:
        of_the_demonstration(FOLDER)


def of_the_demonstration(folder: Path) -> None:
    """Start the five nodes, play the story, visit both portals; what a run before left is thrown away."""
    from demo import story
    from demo.operators import ensure_people
    from tests.network.harness import make_network

    shutil.rmtree(folder, ignore_errors=True)
    with make_network(folder / "network") as network:
        network.start()
        story.run(network, print)
        ensure_people(network)
        taken = take(everybody(network), folder / "pages")
        if os.environ.get("README") == "1":
            for_the_readme(network.url("csd"))
    shutil.rmtree(folder / "network", ignore_errors=True)
    show(folder / "pages", taken + at_the_desks(folder / "pages" / "desks"))


def everybody(network: "Network") -> list[Visitor]:
    """Who has not signed in, and the first person of each institution on each portal."""
    from demo.operators import password_file
    from demo.people import PEOPLE

    first = {
        (node, each.institution): (node, each) for node, people in PEOPLE.items() for each in people[::-1]
    }
    return [Visitor(network.url("csd"))] + [
        Visitor(
            network.url(node),
            person.name,
            password_file(network, node, person.name).read_text().strip(),
            f"{person.name}-at-{node}",
        )
        for node, person in first.values()
    ]


def at_the_desks(place: Path) -> list[Path]:
    """Every page of the access matrix with work on the desks, as axe is walked over them."""
    place.mkdir(parents=True)
    walk = [sys.executable, "-m", "pytest", "-q", "-n0", "tests/browser/test_accessibility.py"]
    subprocess.run(walk, cwd=ROOT, env=os.environ | {PICTURES: str(place)}, check=True)
    return sorted(place.glob("*.png"))


def take(visitors: list[Visitor], folder: Path) -> list[Path]:
    """Every visitor's pictures."""
    with chromium() as browser:
        return [path for visitor in visitors for path in pictures(browser, visitor, folder)]


def for_the_readme(url: str) -> None:
    """The pictures of the README, as who has not signed in sees them on a desk."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": WIDTHS[0], "height": 900}, locale=LOCALES["en"])
        for name, path in README.items():
            page.goto(url + path)
            settle(page)
            if name == "network":
                page.wait_for_function(ALIKE)
            page.screenshot(path=ROOT / "docs" / "screenshots" / f"{name}.png")


@contextmanager
def chromium() -> Iterator[Browser]:
    """The browser of this machine, without a window."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield browser
        browser.close()


def show(folder: Path, taken: list[Path]) -> None:
    """The sheet of them."""
    print(f"{len(taken)} pictures: {contact_sheet.write(folder, taken)}")


def pictures(browser: Browser, visitor: Visitor, folder: Path) -> Iterator[Path]:
    """Take them one after the other: `<folder>/<visitor>/<page>-<width>-<theme>-<language>.png`."""
    place = folder / visitor.folder
    place.mkdir(parents=True, exist_ok=True)
    found: dict[str, str] = {}
    for language, locale in LOCALES.items():
        for theme in THEMES:
            context = browser.new_context(locale=locale, color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
            if visitor.name:
                sign_in(context, visitor)
            found = found or addresses(context, visitor)
            yield from _of_one_look(context, visitor.url, found, place, f"{theme}-{language}")
            context.close()


def addresses(context: BrowserContext, visitor: Visitor) -> dict[str, str]:
    """The pages by name: everybody's for who has not signed in, else the front page and what is not public."""
    from tests.browser.crawl import pages

    met = list(pages(context, visitor.url))
    if visitor.name:
        return {each.name: each.path for each in met if not each.is_public or each.name == "home"}
    return {each.name: each.path for each in met} | OTHERS


def _of_one_look(
    context: BrowserContext, url: str, found: dict[str, str], place: Path, look: str
) -> Iterator[Path]:
    from tests.browser.crawl import state_purpose

    page = context.new_page()
    for name, path in found.items():
        page.goto(url + path)
        state_purpose(page)
        settle(page)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            target = place / f"{name}-{width}-{look}.png"
            page.screenshot(path=target, full_page=True)
            yield target


def settle(page: Page) -> None:
    """Fonts are there, and scripts have drawn what they draw."""
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready.then(() => true)")


def sign_in(context: BrowserContext, visitor: Visitor) -> None:
    """By the form, as people do."""
    page = context.new_page()
    page.goto(f"{visitor.url}/sign-in/?next=/")
    page.locator("#id_login").fill(visitor.name)
    page.locator("#id_password").fill(visitor.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{visitor.url}/")
    page.close()


if __name__ == "__main__":
    main()
