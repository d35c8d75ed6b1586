"""An investor asks a claim issuer; its people and the investor sign, each in a browser of their own; it is revoked."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from clients.backup import make_backup
from clients.keys import Wallet
from ledger.protocol.genesis import genesis_digest
from portal.models import Organisation
from tests.browser import wallet_steps as steps
from tests.browser.investors import PASSPHRASE, commit, enrol, publish_seal, signed_in
from tests.browser.portal import RunningPortal
from tests.browser.test_wallet_story import looks_right
from tests.ledger.world import NodeTown
from tests.portal.conftest import account

pytestmark = pytest.mark.browser


@pytest.fixture
def town(town: NodeTown) -> NodeTown:
    """Nora is new; Hal and Hera sign for the claim issuer."""
    enrol("nora")
    house = Organisation.objects.create(name="House", address=town.house.address)
    account("hal", "sign", house)
    account("hera", "sign", house)
    publish_seal(town)
    return town


def backup(town: NodeTown, wallet: Wallet, file: Path) -> Path:
    genesis = genesis_digest(town.genesis).hex()
    file.write_bytes(make_backup(wallet, PASSPHRASE, chain=town.chain, genesis=genesis))
    return file


def test_a_claim_is_asked_for_signed_by_three_people_valid_and_revoked(
    browser: Browser, portal: RunningPortal, town: NodeTown, tmp_path: Path
) -> None:
    with (
        signed_in(browser, portal, "nora") as (nora, complaints),
        signed_in(browser, portal, "hal") as (hal, _),
        signed_in(browser, portal, "hera") as (hera, _),
    ):
        saved = steps.create(nora, portal.url, PASSPHRASE, tmp_path)
        for at, (name, page) in enumerate((("hal", hal), ("hera", hera))):
            file = backup(town, town.house.members[at], tmp_path / name)
            steps.restore(page, portal.url, file, PASSPHRASE)
        nora.goto(f"{portal.url}/claims/request/")
        looks_right(nora)
        nora.locator("#ask [name=country]").fill("de")
        nora.locator("#ask button").click()
        nora.wait_for_url(f"{portal.url}/claims/")
        expect(nora.locator("main")).to_contain_text("Waiting for the claim issuer")
        looks_right(nora)
        hal.goto(f"{portal.url}/claims/")
        looks_right(hal)
        hal.get_by_role("link", name="Look").click()
        looks_right(hal)
        hal.locator("#answer button").click()
        sentence = steps.reviewed(hal).locator(".review-sentence")
        expect(sentence).to_contain_text(f"the wallet {saved.address} belongs to a retail investor in DE")
        signed_by_both(hal, hera)
        nora.goto(f"{portal.url}/claims/")
        nora.get_by_role("link", name="Read and sign").click()
        nora.locator("[data-sign]").click()
        expect(steps.reviewed(nora).locator(".review-sentence")).to_contain_text(
            "house may declare your wallet"
        )
        steps.sign(nora)
        expect(nora.locator("[data-standing]")).to_be_visible()
        commit(town)
        nora.goto(f"{portal.url}/claims/")
        expect(nora.locator("main")).to_contain_text("Valid")
        hal.goto(f"{portal.url}/claims/")
        hal.locator("tr", has_text=saved.address[-5:]).get_by_role("link", name="Revoke").last.click()
        looks_right(hal)
        hal.locator("[name=reason]").fill("The documents have expired.")
        hal.locator("#revocation button").click()
        expect(steps.reviewed(hal).locator(".review-sentence")).to_contain_text(saved.address)
        signed_by_both(hal, hera)
        commit(town)
        nora.goto(f"{portal.url}/claims/")
        expect(nora.locator("main")).to_contain_text("Revoked")
        assert complaints == []


def signed_by_both(hal: Page, hera: Page) -> None:
    """What Hal's page shows is signed by him, and then by Hera in hers."""
    steps.sign(hal)
    hal.wait_for_url("**/drafts/*/", timeout=steps.SLOW_MS)
    hera.goto(hal.url)
    hera.locator("[data-sign]").click()
    steps.sign(hera)
    expect(hera.locator("[data-sign]")).to_have_count(0)
