"""Private investors of a town: their accounts, their wallets' backups, and the network's next block."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

from clients import build
from clients.backup import make_backup
from clients.notes import epoch_at
from clients.signing import sign
from ledger.protocol.genesis import genesis_digest
from portal.models import Organisation
from tests.browser.conftest import beside
from tests.browser.portal import RunningPortal
from tests.browser.test_portal_pages import visitor
from tests.ledger.world import NodeTown
from tests.portal.conftest import PASSWORD, account
from tests.protocol.world import person

PASSPHRASE = "hazel, split lengthwise"


def enrol(*names: str) -> None:
    """An account for each, and an organisation of its own."""
    for name in names:
        account(name, "sign", Organisation.objects.create(name=name, is_person=True))


def backup_of(town: NodeTown, name: str, folder: Path) -> Path:
    """The backup file of a person's wallet."""
    file = folder / f"{name}.json"
    genesis = genesis_digest(town.genesis).hex()
    file.write_bytes(make_backup(person(name), PASSPHRASE, chain=town.chain, genesis=genesis))
    return file


def publish_seal(town: NodeTown) -> None:
    """The regulator's key for the notes of this quarter; its record is certified too."""
    office, now = town.regulator.address, town.time
    seal = {"epoch": epoch_at(now), "from": 0, "key": person("seal").card.seal, "until": now + 10**8}
    town.submit(sign(build.rotate_seal(town.frame, office, seal), town.regulator))
    town.commit()


def commit(town: NodeTown) -> int:
    """A block of what is pending, and one more that certifies its state; the height of the first."""

    def both() -> int:
        height = town.commit().header.height
        town.commit()
        return int(height)

    return beside(both)


@contextmanager
def signed_in(
    browser: Browser, portal: RunningPortal, name: str, language: str = "en-GB", **options: Any
) -> Iterator[tuple[Page, list[str]]]:
    """A page of a profile of its own, in which this person has signed in; and what its console complains of."""
    with visitor(browser, language, **options) as (page, complaints):
        page.goto(f"{portal.url}/sign-in/?next=/")
        page.locator("#id_login").fill(name)
        page.locator("input[type=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(f"{portal.url}/")
        yield page, complaints
