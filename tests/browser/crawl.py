"""Finds the pages of a running portal as a visitor does, by its links: one address for each name in the matrix."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from playwright.sync_api import BrowserContext, Page

from portal.access import MATRIX, Audience

LINKS = "[...document.querySelectorAll('a[href^=\"/\"]')].map((link) => link.getAttribute('href'))"


@dataclass(frozen=True, slots=True)
class Found:
    """A page: its name in the access matrix, and an address that shows it."""

    name: str
    path: str

    @property
    def is_public(self) -> bool:
        """Whether everybody may open it."""
        return MATRIX[self.name] is Audience.ANYONE


def pages(context: BrowserContext, url: str) -> Iterator[Found]:
    """Every page that links lead to from the front page, in the order in which they are met."""
    page, waiting, seen = context.new_page(), deque(["/"]), {"home"}
    while waiting:
        path = waiting.popleft()
        if not is_page(context, url + path):
            continue
        page.goto(url + path)
        state_purpose(page)
        yield Found(resolve(urlsplit(path).path).view_name, path)
        for link, name in _links(page):
            if name not in seen:
                seen.add(name)
                waiting.append(link)
    page.close()


def is_page(context: BrowserContext, url: str) -> bool:
    """Whether this address shows a page to this visitor, not a file and not another page."""
    answer = context.request.get(url, max_redirects=0)
    return answer.status == 200 and answer.headers.get("content-type", "").startswith("text/html")


def state_purpose(page: Page) -> None:
    """Say why a supervisor looks there, where the page asks."""
    if page.locator("#id_purpose").count():
        with page.expect_navigation():
            page.locator("#id_purpose").fill("pictures of every page")
            page.keyboard.press("Enter")


def _links(page: Page) -> Iterator[tuple[str, str]]:
    """The page's links to other pages of the portal, with their names."""
    for link in page.evaluate(LINKS):
        try:
            name = resolve(urlsplit(link).path).view_name
        except Resolver404:
            continue
        if MATRIX.get(name) not in {None, Audience.PROGRAM}:
            yield link, name
