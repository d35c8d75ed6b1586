"""What an investor does in the browser, step by step, on any portal: each takes a page that is signed in."""

from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

# Deriving a key from a passphrase takes its time on purpose.
SLOW_MS = 30_000


@dataclass(frozen=True, slots=True)
class Saved:
    """A wallet's backup as it was downloaded."""

    address: str
    file: Path


def create(page: Page, portal: str, passphrase: str, folder: Path) -> Saved:
    """A new wallet: saved, read back, open."""
    page.goto(f"{portal}/wallet/new/")
    choose = page.locator("#choose")
    choose.locator("[name=passphrase]").fill(passphrase)
    choose.locator("[name=again]").fill(passphrase)
    with page.expect_download(timeout=SLOW_MS) as download:
        choose.locator("button").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    back = page.locator("#read-back")
    back.locator("[name=file]").set_input_files(file)
    back.locator("[name=passphrase]").fill(passphrase)
    back.locator("button").first.click()
    page.wait_for_url(f"{portal}/wallet/", timeout=SLOW_MS)
    return Saved(address(page), file)


def restore(page: Page, portal: str, file: Path, passphrase: str) -> str:
    """A wallet from its backup, open; its address."""
    page.goto(f"{portal}/wallet/restored/")
    page.locator("[name=file]").set_input_files(file)
    page.locator("[name=passphrase]").fill(passphrase)
    page.locator("#restore-wallet button").click()
    page.wait_for_url(f"{portal}/wallet/", timeout=SLOW_MS)
    return address(page)


def address(page: Page) -> str:
    """Of the first wallet on the wallet's page."""
    place = page.locator(".wallet [data-address]").first
    expect(place).to_contain_text("tally1")
    return place.inner_text()


def fill_transfer(page: Page, portal: str, *, isin: str, quantity: str, to: str, note: str = "") -> None:
    """The page, its form filled in and sent off to be checked."""
    page.goto(f"{portal}/holdings/send/?isin={isin}")
    check_transfer(page, quantity=quantity, to=to, note=note)


def check_transfer(page: Page, *, quantity: str, to: str, note: str = "") -> None:
    """The form of the page that is open, filled in and sent off to be checked."""
    form = page.locator("#send")
    form.locator("[name=quantity]").fill(quantity)
    form.locator("[name=to]").fill(to)
    form.locator("[name=note]").fill(note)
    form.locator("button").click()


def unlock(page: Page, passphrase: str) -> None:
    """In the dialog that asks for it."""
    dialog = page.locator("dialog[open]")
    dialog.locator("[name=passphrase]").fill(passphrase)
    dialog.locator("button.button-primary").click()


def reviewed(page: Page) -> Locator:
    """The dialog that shows what would be signed."""
    dialog = page.locator("dialog.review[open]")
    expect(dialog.locator(".review-sentence")).to_be_visible(timeout=SLOW_MS)
    return dialog


def sign(page: Page) -> str:
    """Sign what is shown; the sentence that was signed."""
    dialog = reviewed(page)
    sentence = dialog.locator(".review-sentence").inner_text()
    dialog.locator("button.button-primary").click()
    return sentence


def standing(page: Page, wanted: str) -> Locator:
    """The panel that follows the transaction, once it says this."""
    panel = page.locator("#follow")
    expect(panel).to_have_attribute("data-standing", wanted, timeout=SLOW_MS)
    return panel
