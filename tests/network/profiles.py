"""People of the demonstration at their browsers, each with a profile of his own; what they send and get is kept."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from demo.network import Network
from demo.operators import open_vault, password_file
from demo.people import PEOPLE
from demo.wallets import PASSPHRASE
from tests.browser import desk_pages
from tests.browser.find_chromium import find_chromium
from tests.browser.screenshots import Visitor, sign_in


class Profiles:
    """Opens profiles on a running network; what each sends and gets is recorded with its bodies."""

    def __init__(self, network: Network, browser: Browser, folder: Path) -> None:
        self.network, self.browser, self.folder = network, browser, folder
        self.vault = open_vault(network)
        self.contexts: list[BrowserContext] = []
        self.desks: dict[tuple[str, str], Page] = {}
        self.sent: list[bytes] = []

    def page(self, node: str, name: str) -> Page:
        """The signed-in page of a person's profile; his own wallet is in it, and open."""
        if (node, name) not in self.desks:
            page = self.desks[node, name] = self.empty(node, name)
            person = next(each for each in PEOPLE[node] if each.name == name)
            backup = self.vault.path(person.wallet).read_bytes()
            desk_pages.take_wallet(page, self.network.url(node), backup, PASSPHRASE)
        return self.desks[node, name]

    def empty(self, node: str, name: str) -> Page:
        """A signed-in page of a new profile without a wallet."""
        record = self.folder / f"{len(list(self.folder.iterdir()))}.har"
        record.touch()
        context = self.browser.new_context(
            locale="en-GB", record_har_path=record, record_har_content="embed", record_har_mode="full"
        )
        self.contexts.append(context)
        context.on("request", lambda request: self.sent.append(request.post_data_buffer or b""))
        password = password_file(self.network, node, name).read_text().strip()
        sign_in(context, Visitor(self.network.url(node), name, password))
        return context.new_page()

    def traffic(self) -> bytes:
        """Every request and answer of all profiles until now, heads and bodies; the profiles are closed."""
        self.desks.clear()
        while self.contexts:
            self.contexts.pop().close()
        return b"\n".join([*self.sent, *(record.read_bytes() for record in self.folder.iterdir())])

    def address(self, wallet: str) -> str:
        """The address of a person's wallet."""
        return self.vault.people([wallet])[wallet].address


@contextmanager
def profiles(network: Network, folder: Path) -> Iterator[Profiles]:
    """One Chromium for everybody."""
    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=arguments)
        yield Profiles(network, browser, folder)
        browser.close()


def logs_of(network: Network) -> Iterator[tuple[str, Path]]:
    """Every log of every node."""
    for name, node in network.nodes.items():
        for path in sorted(node.home.folder.rglob("*.log")):
            yield f"log {path.name} of {name}", path
