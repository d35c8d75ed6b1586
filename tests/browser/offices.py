"""People at their desks in Chromium, each with a profile of his own; and what others do meanwhile, not played."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from clients.backup import write_backup
from clients.keys import Wallet
from ledger.protocol.genesis import genesis_digest
from tests.browser import desk_pages as desks
from tests.browser.conftest import beside
from tests.browser.portal import RunningPortal
from tests.browser.test_portal_pages import sign_in
from tests.ledger.world import NodeTown
from tests.portal import desk

PASSPHRASE = "hazel and willow"


class Desk:
    """One person with a browser profile of his own, signed in, his wallet in it."""

    def __init__(
        self, browser: Browser, portal: RunningPortal, town: NodeTown, name: str, number: int, folder: Path
    ):
        self.portal, self.town = portal, town
        self.wallet: Wallet = beside(lambda: desk.person_of(town, name, number))[1]
        self.context: BrowserContext = browser.new_context(locale="en-GB")
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        sign_in(self.page, portal, f"{name} {number}")
        path = folder / f"{name} {number}.json"
        network = beside(lambda: (town.chain, genesis_of(town)))
        write_backup(path, self.wallet, PASSPHRASE, chain=network[0], genesis=network[1])
        desks.take_wallet(self.page, portal.url, path.read_bytes(), PASSPHRASE)


Make = Callable[[str, int], Desk]


@contextmanager
def offices(browser: Browser, portal: RunningPortal, town: NodeTown, folder: Path) -> Iterator[Make]:
    """Makes people's desks; nothing that any of them has shown may have failed in its page."""
    made: list[Desk] = []
    commit(town)

    def make(name: str, number: int) -> Desk:
        made.append(Desk(browser, portal, town, name, number, folder))
        return made[-1]

    yield make
    for each in made:
        assert each.complaints == []
        each.context.close()


def genesis_of(town: NodeTown) -> str:
    return genesis_digest(town.genesis).hex()


def commit(town: NodeTown) -> None:
    """A block of what is pending, and one that certifies its state."""
    beside(lambda: (town.commit(), town.commit()))


def second_signature(town: NodeTown, name: str, draft: str, then: str = "submitted") -> None:
    """A second person's, whose browser is not played."""
    client, wallet = desk.person_of(town, name, 1)
    path = draft.partition("/drafts/")[2]
    transaction = desk.said(client.get(f"/drafts/{path}draft.json"))["transaction"]
    answer = desk.sign(client, wallet, json.loads(transaction))
    assert desk.said(answer)["status"] == then, answer.content


def carried(town: NodeTown, name: str, draft: str) -> None:
    """A second person signs, and whoever is asked approves, in browsers that are not played; it is executed."""
    beside(lambda: (second_signature(town, name, draft), town.commit(), decided(town, draft)))


def decided(town: NodeTown, draft: str) -> None:
    """The yes of everybody whom the request of this draft asks."""
    request = draft.rstrip("/").rpartition("/")[2]
    value = town.value(f"proposal/{request}")
    for role in sorted(value["approvers"]):
        town.submit(town.approval(request, role, value["act"]))
    town.commit()
    assert town.value(f"proposal/{request}")["status"] == "executed"
