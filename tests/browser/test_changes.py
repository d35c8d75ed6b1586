"""The lives of an instrument and of a participant, by hand: more, less, gone; admitted, suspended, back again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import desk_pages as pages
from tests.browser.conftest import beside
from tests.browser.offices import Desk, Make, carried, commit, decided, offices, second_signature
from tests.browser.portal import RunningPortal
from tests.ledger.world import NodeTown
from tests.protocol.town import SHARE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def desks_of(browser: Browser, portal: RunningPortal, town: NodeTown, tmp_path: Path) -> Iterator[Make]:
    """Make a person's desk: `desks_of("issuer", 0)`."""
    with offices(browser, portal, town, tmp_path) as make:
        yield make


def test_a_candidate_is_admitted_by_a_card_made_in_its_own_browser(
    desks_of, portal: RunningPortal, town: NodeTown
) -> None:
    nina = desks_of("newcomer", 0)
    pages.apply(nina.page, portal.url, ["issuer"])
    cecil = desks_of("csd", 0)
    pages.open_item(cecil.page, portal.url, "Newcomer")
    draft = pages.send_and_sign(cecil.page)
    beside(lambda: second_signature(town, "csd", draft, then="open"))
    pages.open_item(nina.page, portal.url, "Newcomer")
    pages.cosign(nina.page, nina.page.url)
    commit(town)
    pages.expect_final(nina.page)
    request = draft.rstrip("/").rpartition("/")[2]
    act = beside(lambda: town.value(f"proposal/{request}")["act"])
    beside(lambda: town.submit(town.approval(request, "regulator", act)))
    nina.page.goto(f"{portal.url}/participants/application/")
    expect(nina.page.get_by_text("Your organisation is a participant")).to_be_visible()
    assert beside(lambda: town.value(f"participant/{nina.wallet.address}")["roles"]) == ["issuer"]
    suspended_and_admitted_again(cecil, nina)


def suspended_and_admitted_again(cecil: Desk, nina: Desk) -> None:
    """The depository's person suspends the newcomer, and asks for it again; the newcomer signs that too."""
    town, url, row = cecil.town, cecil.portal.url, cecil.page.locator("tr", has_text="Newcomer")
    cecil.page.goto(f"{url}/participants/")
    row.get_by_role("link", name="Suspend").click()
    cecil.page.locator("[name=reason]").fill("The yearly accounts are late.")
    carried(town, "csd", pages.send_and_sign(cecil.page))
    nina.page.goto(f"{url}/participants/application/")
    expect(nina.page.get_by_text("Your organisation is suspended")).to_be_visible()
    cecil.page.goto(f"{url}/participants/")
    expect(row.get_by_text("Suspended")).to_be_visible()
    row.get_by_role("link", name="Admit again").click()
    draft = pages.send_and_sign(cecil.page)
    beside(lambda: second_signature(town, "csd", draft, then="open"))
    pages.open_item(nina.page, url, "Newcomer")
    pages.cosign(nina.page, nina.page.url)
    beside(lambda: (town.commit(), decided(town, draft)))
    cecil.page.goto(f"{url}/participants/")
    expect(row.get_by_role("link", name="Suspend")).to_be_visible()


def test_an_instrument_grows_shrinks_and_leaves_the_register(
    desks_of, portal: RunningPortal, town: NodeTown
) -> None:
    ida = desks_of("issuer", 0)
    page, instrument = ida.page, f"{portal.url}/instruments/{SHARE}/"
    page.goto(instrument)
    page.get_by_role("link", name="Capital increase").click()
    pages.name_holder(page, town.issuer.address, "70")
    expect(page.locator("[data-total]")).to_have_text("First holders: 1. Units together: 70.")
    carried(town, "issuer", pages.send_and_sign(page))

    page.goto(instrument)
    expect(page.locator("main")).to_contain_text("370")
    page.get_by_role("link", name="Capital decrease").click()
    expect(page.locator("[name=own]")).to_have_count(2)
    page.locator("tr", has_text="70").locator("[name=own]").check()
    expect(page.locator("[data-total]")).to_contain_text("70")
    page.locator("[name=owner]").fill(town.at("ann"))
    page.keyboard.press("Enter")
    expect(page.locator("[name=other]")).to_have_count(1)  # hers, which stay
    page.locator("[data-submit]").click()
    expect(page.locator(f"{pages.REVIEW} .review-sentence")).to_contain_text(
        "cancellation of 1 holding: 70 TOWN/SHARE"
    )
    expect(page.locator(f"{pages.REVIEW} .notice-bad")).to_have_count(0)  # all of it is proven
    carried(town, "issuer", pages.sign_review(page))

    page.goto(instrument)
    expect(page.locator("main")).to_contain_text("300")
    page.get_by_role("link", name="Withdrawal").click()
    page.get_by_label("The whole instrument").check()
    expect(page.locator("[name=own]").first).to_be_hidden()
    page.locator("[data-submit]").click()
    expect(page.locator("[data-said=other]")).to_have_text("Say in words where the register goes on.")
    page.locator("[name=destination]").fill("The paper register of the notary, from 1 January")
    carried(town, "issuer", pages.send_and_sign(page))
    page.goto(instrument)
    expect(page.locator("main")).to_contain_text("Withdrawn")
    expect(page.get_by_label("Ask for a change")).to_have_count(0)
