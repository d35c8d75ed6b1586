"""An investor's day in Chromium: a wallet made and restored elsewhere, a transfer, its sealed note read."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from clients.backup import read_backup
from tests.browser import wallet_steps as steps
from tests.browser.investors import PASSPHRASE, backup_of, commit, enrol, publish_seal, signed_in
from tests.browser.portal import RunningPortal
from tests.browser.test_portal_pages import CHECKS, WIDTHS
from tests.ledger.world import NodeTown
from tests.protocol.town import SHARE

pytestmark = pytest.mark.browser


@pytest.fixture
def town(town: NodeTown) -> NodeTown:
    """Ann has 100 shares, Bob 170; both have accounts."""
    enrol("ann", "bob", "nora")
    publish_seal(town)
    return town


def looks_right(page: Page) -> None:
    """No sideways scrolling at either width, one headline, every control has a name."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        found = page.evaluate(CHECKS)
        assert found["sideways"] <= 0 and found["headlines"] == 1 and found["unnamed"] == [], page.url


def test_a_wallet_is_made_backed_up_and_restored_in_another_browser(
    browser: Browser, portal: RunningPortal, tmp_path: Path
) -> None:
    with signed_in(browser, portal, "nora") as (page, complaints):
        page.goto(f"{portal.url}/wallet/")
        expect(page.get_by_role("heading", name="No wallet in this browser yet")).to_be_visible()
        looks_right(page)
        saved = steps.create(page, portal.url, PASSPHRASE, tmp_path)
        assert read_backup(saved.file, PASSPHRASE)[0].address == saved.address
        expect(page.locator(".wallet")).to_have_attribute("data-open", "true")
        expect(page.locator(".wallet")).to_have_attribute("data-linked", "true")
        looks_right(page)
        page.get_by_role("button", name="Lock now").click()
        expect(page.locator(".wallet")).to_have_attribute("data-open", "false")
        page.locator("form.unlock [name=passphrase]").fill("not this one")
        page.get_by_role("button", name="Unlock").click()
        expect(page.get_by_text("That is not the passphrase of this wallet.")).to_be_visible(
            timeout=steps.SLOW_MS
        )
        page.reload()
        expect(page.locator(".wallet")).to_have_attribute("data-open", "false")
        assert complaints == []
    with signed_in(browser, portal, "nora") as (other, complaints):
        other.goto(f"{portal.url}/wallet/")
        expect(other.locator("[data-elsewhere]")).to_contain_text(saved.address)
        assert steps.restore(other, portal.url, saved.file, PASSPHRASE) == saved.address
        expect(other.locator(".wallet")).to_have_attribute("data-open", "true")
        other.get_by_role("button", name="Forget on this device").click()
        other.get_by_label("I have the backup file").check()
        other.get_by_role("button", name="Forget it").click()
        expect(other.get_by_role("heading", name="No wallet in this browser yet")).to_be_visible()
        assert complaints == []


def test_another_file_or_passphrase_opens_nothing(
    browser: Browser, portal: RunningPortal, town: NodeTown, tmp_path: Path
) -> None:
    strange = backup_of(town, "ann", tmp_path)
    strange.write_bytes(strange.read_bytes().replace(town.chain.encode(), b"demo-0000000000000000"))
    with signed_in(browser, portal, "nora") as (page, _):
        page.goto(f"{portal.url}/wallet/restored/")
        page.locator("[name=file]").set_input_files(strange)
        page.locator("[name=passphrase]").fill(PASSPHRASE)
        page.locator("#restore-wallet button").click()
        expect(page.locator("[data-said=not-opened]")).to_be_visible(timeout=steps.SLOW_MS)


def test_a_wallet_locks_itself_when_nobody_is_there(
    browser: Browser, portal: RunningPortal, town: NodeTown, tmp_path: Path
) -> None:
    with signed_in(browser, portal, "ann") as (page, _):
        page.clock.install()
        steps.restore(page, portal.url, backup_of(town, "ann", tmp_path), PASSPHRASE)
        page.clock.fast_forward("14:00")
        page.mouse.click(5, 5)  # somebody is there
        page.clock.fast_forward("14:00")
        expect(page.locator(".wallet")).to_have_attribute("data-open", "true")
        page.clock.fast_forward("15:01")
        expect(page.locator(".wallet")).to_have_attribute("data-open", "false")


def test_a_transfer_with_a_note_from_one_browser_to_another(
    browser: Browser, portal: RunningPortal, town: NodeTown, tmp_path: Path
) -> None:
    with signed_in(browser, portal, "ann") as (ann, complaints):
        steps.restore(ann, portal.url, backup_of(town, "ann", tmp_path), PASSPHRASE)
        cancel_another(ann, portal, town)
        steps.fill_transfer(ann, portal.url, isin=SHARE, quantity="20", to=town.at("bob"), note="Grüße 🤝")
        sentence = steps.sign(ann)
        assert sentence == f"Transfer 20 TOWN/SHARE ({SHARE}) to {town.at('bob')}."
        steps.standing(ann, "pending")
        height = commit(town)
        panel = steps.standing(ann, "committed")
        expect(panel).to_contain_text(f"Final, in block {height}")
        expect(panel).to_contain_text("3 of 4 validators signed it")
        expect(ann.locator("#send [name=holding]")).to_contain_text("80 free")
        ann.goto(f"{portal.url}/holdings/")
        expect(ann.locator("main")).to_contain_text("−20")
        looks_right(ann)
        assert complaints == []
    with signed_in(browser, portal, "bob") as (bob, complaints):
        steps.restore(bob, portal.url, backup_of(town, "bob", tmp_path), PASSPHRASE)
        bob.goto(f"{portal.url}/holdings/history/")
        looks_right(bob)
        bob.get_by_role("button", name="Read the note").click()
        expect(bob.locator("#note [data-words]")).to_have_text("Grüße 🤝")
        assert complaints == []


def cancel_another(ann: Page, portal: RunningPortal, town: NodeTown) -> None:
    """A transfer that was too much is taken back while it is pending."""
    steps.fill_transfer(ann, portal.url, isin=SHARE, quantity="100", to=town.at("bob"))
    steps.sign(ann)
    steps.standing(ann, "pending")
    ann.goto(f"{portal.url}/holdings/")
    ann.get_by_role("button", name="Cancel").click()
    steps.sign(ann)
    expect(steps.standing(ann, "pending")).to_contain_text("You have asked to cancel")
    expect(ann.locator("main")).to_contain_text("Being cancelled", timeout=steps.SLOW_MS)
    commit(town)
    expect(steps.standing(ann, "committed")).to_contain_text("Cancelled: the first can never take effect")


def test_what_would_be_refused_is_said_before_signing(
    browser: Browser, portal: RunningPortal, town: NodeTown, tmp_path: Path
) -> None:
    with signed_in(browser, portal, "ann") as (page, _):
        steps.restore(page, portal.url, backup_of(town, "ann", tmp_path), PASSPHRASE)
        said = {
            ("20", town.at("dan")): "A receiver's wallet is not known",
            ("20,5", town.at("bob")): "That is not a quantity of this instrument",
            ("1.5", town.at("bob")): "That is not a quantity of this instrument",
            ("101", town.at("bob")): "Your wallet has less than that free to move: 100",
            ("20", town.at("bob")[:-1]): "That is not an address",
            ("20", town.at("ann")): "That is your own address",
        }
        page.goto(f"{portal.url}/holdings/send/?isin={SHARE}")
        for (quantity, to), sentence in said.items():
            steps.check_transfer(page, quantity=quantity, to=to)
            expect(page.locator("#send [role=alert]:visible")).to_contain_text(sentence)
            assert page.locator("dialog[open]").count() == 0


def test_a_locked_wallet_asks_for_its_passphrase_first(
    browser: Browser, portal: RunningPortal, town: NodeTown, tmp_path: Path
) -> None:
    with signed_in(browser, portal, "ann", "zh-CN") as (page, complaints):
        steps.restore(page, portal.url, backup_of(town, "ann", tmp_path), PASSPHRASE)
        page.locator("[data-do=lock]").click()
        expect(page.locator(".wallet")).to_have_attribute("data-open", "false")
        steps.fill_transfer(page, portal.url, isin=SHARE, quantity="5", to=town.at("bob"))
        steps.unlock(page, PASSPHRASE)
        dialog = steps.reviewed(page)
        expect(dialog.locator(".review-sentence")).to_have_text(
            f"将 5 TOWN/SHARE ({SHARE}) 过户给 {town.at('bob')}。"
        )
        page.keyboard.press("Escape")
        expect(page.locator("dialog[open]")).to_have_count(0)
        assert page.locator("#follow").is_hidden() and complaints == []
