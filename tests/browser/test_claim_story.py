"""An investor asks a claim issuer in one browser; its people and the investor sign the claim, each in their own."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

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
TO_SIGN = "dialog.review[open] .button-primary"


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


def test_a_claim_is_asked_for_signed_by_three_people_and_valid(
    browser: Browser, portal: RunningPortal, town: NodeTown, tmp_path: Path
) -> None:
    members = {name: town.house.members[at] for at, name in enumerate(("hal", "hera"))}
    with signed_in(browser, portal, "nora") as (nora, complaints):
        saved = steps.create(nora, portal.url, PASSPHRASE, tmp_path)
        nora.goto(f"{portal.url}/claims/request/")
        looks_right(nora)
        nora.locator("#ask [name=country]").fill("de")
        nora.locator("#ask button").click()
        nora.wait_for_url(f"{portal.url}/claims/")
        expect(nora.locator("main")).to_contain_text("Waiting for the claim issuer")
        looks_right(nora)
        with signed_in(browser, portal, "hal") as (hal, _):
            steps.restore(hal, portal.url, backup(town, members["hal"], tmp_path / "hal"), PASSPHRASE)
            hal.goto(f"{portal.url}/claims/")
            looks_right(hal)
            hal.get_by_role("link", name="Look").click()
            looks_right(hal)
            hal.locator("#answer button").click()
            sentence = steps.reviewed(hal).locator(".review-sentence")
            expect(sentence).to_contain_text(f"the wallet {saved.address} belongs to a retail investor in DE")
            steps.sign(hal)
            hal.wait_for_url("**/drafts/*/", timeout=steps.SLOW_MS)
            draft = hal.url
        with signed_in(browser, portal, "hera") as (hera, _):
            steps.restore(hera, portal.url, backup(town, members["hera"], tmp_path / "hera"), PASSPHRASE)
            hera.goto(draft)
            hera.locator("[data-sign]").click()
            steps.sign(hera)
            expect(hera.locator("[data-sign]")).to_have_count(0)
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
        assert complaints == []
