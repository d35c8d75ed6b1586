"""A validator lies; the regulator's operator reads in the browser what it signed, and takes the proof away."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import Settings

from ledger.protocol.consensus.evidence import are_signed
from ledger.protocol.consensus.messages import Evidence
from ledger.protocol.encoding import canonical, parse
from tests.browser.portal import RunningPortal
from tests.browser.test_portal_pages import CHECKS, WIDTHS, sign_in, state_purposes, visitor
from tests.ledger.world import NodeTown, record_evidence
from tests.portal.conftest import belong_to
from tests.protocol.liars import two_votes
from tests.protocol.world import node

pytestmark = pytest.mark.browser


@pytest.fixture
def portal(town: NodeTown, settings: Settings) -> Iterator[RunningPortal]:
    """The regulator's portal, after the exchange's node voted twice and a proposer put that on the ledger."""
    record_evidence(two_votes(town, "exchange"))
    town.commit()
    belong_to(settings, town, "regulator")
    with RunningPortal() as running:
        yield running


def test_the_regulator_sees_who_signed_twice(browser: Browser, portal: RunningPortal) -> None:
    with visitor(browser) as (page, complaints):
        sign_in(page, portal)
        state_purposes(page, portal)
        page.goto(f"{portal.url}/network/")
        page.get_by_role("link", name="Evidence").click()
        sentence = "exchange voted for two different things in the second vote of round 0 on block 1."
        expect(page.get_by_role("heading", name=sentence)).to_be_visible()
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            found = page.evaluate(CHECKS)
            assert found["sideways"] <= 0 and found["headlines"] == 1 and found["unnamed"] == []
        with page.expect_download() as download:
            page.get_by_role("link", name="JSON", exact=True).click()
        case = json.loads(Path(download.value.path()).read_text())
        proof = parse(canonical(case["evidence"]), Evidence, limit=10_000)  # type: ignore[arg-type]
        assert are_signed(proof, bytes.fromhex(node("exchange").card.sign))
        assert complaints == []


def test_in_chinese_too(browser: Browser, portal: RunningPortal) -> None:
    with visitor(browser, "zh-CN", "dark") as (page, complaints):
        sign_in(page, portal)
        state_purposes(page, portal)
        page.goto(f"{portal.url}/network/evidence/")
        expect(page.get_by_role("heading", name="证据")).to_be_visible()
        expect(
            page.get_by_role("heading", name="exchange 在区块 1 第 0 轮的第二轮表决中投了两张不同的票。")
        ).to_be_visible()
        assert complaints == []
