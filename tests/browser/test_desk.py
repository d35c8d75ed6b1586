"""An issuer asks, the regulator refuses, the issuer corrects, regulator and notary approve: by hand, in Chromium."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import desk_pages as desks
from tests.browser import wallet_steps
from tests.browser.conftest import beside
from tests.browser.investors import publish_seal
from tests.browser.offices import Desk, Make, commit, offices, second_signature
from tests.browser.portal import RunningPortal
from tests.ledger.world import NodeTown
from tests.portal import desk
from tests.protocol.town import BOND, LEI, SHARE

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TERMS = {
    "isin": BOND, "fisn": "TOWN/BOND 2031", "cfi": "DBFTFB", "lei": LEI, "currency": "EUR", "nominal": "1,000.00",
    "decimals": "0", "authorised": "1,000",
}  # fmt: skip


@pytest.fixture
def desks_of(browser: Browser, portal: RunningPortal, town: NodeTown, tmp_path: Path) -> Iterator[Make]:
    """Make a person's desk: `desks_of("issuer", 0)`."""
    with offices(browser, portal, town, tmp_path) as make:
        yield make


def test_a_registration_is_asked_refused_corrected_and_approved(
    desks_of, portal: RunningPortal, town: NodeTown, tmp_path: Path
) -> None:
    paper = tmp_path / "Terms.md"
    paper.write_text("The bond pays 2.5 per cent a year.")
    ida, ian = desks_of("issuer", 0), desks_of("issuer", 1)
    holders = [(town.at("ann"), "600"), (town.at("bob"), "300")]
    wrong = TERMS | {"fisn": "TOWN/BOND 2013"}
    desks.fill_registration(
        ida.page, portal.url, wrong, holders, [paper], [("Coupon", "2.5 per cent a year")]
    )
    draft = desks.send_and_sign(ida.page)
    expect(ida.page.get_by_text("1 of 2")).to_be_visible()
    desks.cosign(ian.page, draft)
    commit(town)
    desks.expect_final(ian.page)

    regina = desks_of("regulator", 0)
    desks.judge(regina.page, portal.url, "TOWN/BOND 2013")
    assert desks.read_document(regina.page, "Terms.md") == paper.read_text()
    request = regina.page.url
    draft = desks.refuse(regina.page, "DSEC", "The short name says 2013, the document 2031.")
    beside(lambda: second_signature(town, "regulator", draft))
    commit(town)

    ida.page.goto(request)
    expect(ida.page.get_by_text("The short name says 2013").first).to_be_visible()
    ida.page.get_by_role("link", name="Correct and ask again").click()
    expect(ida.page.locator("[name=fisn]")).to_have_value("TOWN/BOND 2013")
    desks.fill_terms(ida.page, {"fisn": TERMS["fisn"]})
    draft = desks.send_and_sign(ida.page)
    desks.cosign(ian.page, draft)
    commit(town)
    desks.expect_final(ian.page)

    desks.judge(regina.page, portal.url, TERMS["fisn"])
    expect(regina.page.locator(".differs")).to_have_count(1)
    request = regina.page.url
    draft = desks.approve(regina.page)
    beside(lambda: second_signature(town, "regulator", draft))
    commit(town)
    notary = desks_of("notary", 0)
    desks.judge(notary.page, portal.url, TERMS["fisn"])
    assert desks.read_document(notary.page, "Terms.md") == paper.read_text()
    draft = desks.approve(notary.page)
    beside(lambda: second_signature(town, "notary", draft))
    ida.page.goto(request)
    expect(ida.page.get_by_text("Not answered yet")).to_be_visible()
    commit(town)
    expect(ida.page.get_by_text("by the ledger, with the last approval")).to_be_visible(
        timeout=15_000
    )  # by itself
    assert beside(lambda: town.value(f"instrument/{BOND}")["fisn"]) == TERMS["fisn"]
    send_together(ida, ian, portal, town)


def send_together(ida: Desk, ian: Desk, portal: RunningPortal, town: NodeTown) -> None:
    """What the issuer holds itself: one of its people prepares and signs, another signs in his own browser."""
    beside(lambda: publish_seal(town))
    commit(town)
    sentence = f"Transfer 10 TOWN/SHARE ({SHARE}) to {town.at('bob')}."
    ida.page.goto(f"{portal.url}/holdings/send/?isin={SHARE}")
    expect(ida.page.locator("#send [data-joint]")).to_contain_text("several people sign")
    wallet_steps.check_transfer(ida.page, quantity="10", to=town.at("dan"))
    expect(ida.page.locator("#send [data-said=refused]")).to_contain_text("A receiver's wallet is not known")
    wallet_steps.check_transfer(ida.page, quantity="10", to=town.at("bob"), note="As agreed")
    review = wallet_steps.reviewed(ida.page)
    expect(review.locator(".review-sentence")).to_have_text(sentence)
    expect(review).to_contain_text("As agreed")
    draft = desks.sign_review(ida.page)
    ian.page.goto(draft)
    expect(ian.page.locator("[data-sentence]")).to_have_text(sentence, timeout=30_000)
    desks.cosign(ian.page, draft)
    commit(town)
    desks.expect_final(ian.page)
    assert beside(lambda: (town.total("issuer"), town.total("bob"))) == (20, 180)


def test_an_amendment_says_what_it_changes_and_what_stood_there(
    desks_of, portal: RunningPortal, town: NodeTown
) -> None:
    line = {"label": "Voting", "text": "One vote a share."}
    rules = {"max_holders": 9, "max_per_holder": 20_000}
    beside(lambda: town.register({"ann": 120, "bob": 150}, BOND, rules=rules, terms=[line]))
    commit(town)
    ida = desks_of("issuer", 0)
    page = ida.page
    page.goto(f"{portal.url}/requests/{BOND}/amend/")
    expect(page.locator("[name=term-text]")).to_have_value(line["text"])
    page.locator("[data-submit]").click()
    expect(page.locator("[data-said=other]")).to_contain_text("Nothing differs from what stands now")
    desks.fill_terms(page, {"fisn": "TOWN/NEW", "max_holders": "2"})
    page.locator("[name=term-text]").fill("Two votes a share.")
    page.locator("[data-submit]").click()
    review = page.locator(desks.REVIEW)
    expect(review.locator(".review-sentence")).to_contain_text(
        "short name, rules, terms in words", timeout=30_000
    )
    rows = dict(
        zip(review.locator("dt").all_inner_texts(), review.locator("dd").all_inner_texts(), strict=True)
    )
    assert rows["Short name"] == "TOWN/NEW" and rows["Short name – until now"] == "TOWN/SHARE"
    assert rows["Rule"] == "At most 2 holders." and rows["Rule – until now"] == "At most 9 holders."
    assert rows["Rule – unchanged"].startswith("No holder may have more than")
    assert rows["Voting"] == "Two votes a share." and rows["Voting – until now"] == line["text"]
    draft = desks.sign_review(page)
    beside(lambda: second_signature(town, "issuer", draft))
    commit(town)
    desks.expect_final(page)
    request = draft.rstrip("/").rpartition("/")[2]
    notary = desks_of("notary", 0)
    desks.judge(notary.page, portal.url, "TOWN/NEW")
    expect(notary.page.locator(".differs")).to_have_count(3)
    expect(notary.page.get_by_text("Voting: One vote a share.")).to_be_visible()
    changed = notary.page.locator(".differs .parts li")
    expect(changed.and_(notary.page.locator(".new"))).to_have_text(
        ["Voting: Two votes a share.", "At most 2 holders."]
    )
    expect(changed.and_(notary.page.locator(".gone"))).to_have_count(2)
    expect(changed).to_have_count(5)
    act = beside(lambda: town.value(f"proposal/{request}")["act"])
    assert set(act) == {"act", "fisn", "isin", "rules", "terms", "version"}
    for role in ("notary", "regulator"):
        beside(lambda role=role: town.submit(town.approval(request, role, act)))
    page.goto(f"{portal.url}/instruments/{BOND}/")
    expect(page.get_by_text("Two votes a share.")).to_be_visible()
    assert beside(lambda: town.value(f"instrument/{BOND}")["rules"]) == {
        "max_holders": 2,
        "max_per_holder": 20_000,
    }


def test_the_form_says_what_is_wrong_as_it_is_typed(desks_of, portal: RunningPortal, town: NodeTown) -> None:
    ida = desks_of("issuer", 0)
    page = ida.page
    desks.fill_registration(
        page, portal.url, TERMS | {"isin": BOND[:-1] + "0", "lei": "ABC"}, [("tally1nobody", "0")]
    )
    expect(page.locator("#isin-fault")).to_have_text(
        "The check digit of this ISIN is wrong: compare it with your source."
    )
    expect(page.locator("#lei-fault")).to_contain_text("A LEI has 20 characters")
    page.locator("[data-holders] [data-add]").click()
    page.locator("[data-holders] [name=owner]").last.fill(town.at("ann"))
    page.locator("[data-holders] [name=quantity]").last.fill("1,200")
    expect(page.locator("[data-faults]")).to_contain_text("Row 1: “tally1nobody” is no wallet address.")
    expect(page.locator("[data-over]")).to_contain_text("more than the 1,000 units")
    page.locator("[data-submit]").click()
    expect(page.locator("[data-said=other]")).to_be_visible()
    page.locator("[name=max_holders]").fill("50")
    expect(page.locator("[data-words]")).to_contain_text("At most 50 holders.")


def test_a_csv_file_is_previewed_row_by_row(
    desks_of, portal: RunningPortal, town: NodeTown, tmp_path: Path
) -> None:
    ida = desks_of("issuer", 0)
    page = ida.page
    page.goto(f"{portal.url}/requests/registration/")
    rows = tmp_path / "holders.csv"
    lines = [
        f"{town.at('ann')};100;",
        f"{town.at('bob')};x;",
        f"{town.at('bob')};50;2030-01-31",
        "nobody;5;never",
    ]
    rows.write_text("\n".join(["address;quantity;locked_until", *lines]))
    page.locator("[data-file]").set_input_files(rows)
    faults = page.locator("[data-faults] li")
    expect(faults).to_have_count(3)
    expect(faults.first).to_have_text("Row 3: “x” is no quantity that this instrument allows.")
    expect(page.locator("[data-total]")).to_have_text("First holders: 2. Units together: 150.")
    expect(page.locator("[data-preview] tbody tr")).to_have_count(2)


def test_a_long_list_is_cut_in_the_page_and_lodged(
    desks_of, portal: RunningPortal, town: NodeTown, tmp_path: Path
) -> None:
    ida = desks_of("issuer", 0)
    rows = tmp_path / "holders.csv"
    rows.write_text("address,quantity\n" + "".join(f"{town.at('ann')},2\n" for _ in range(1_001)))
    desks.fill_registration(ida.page, portal.url, TERMS | {"authorised": "5,000"}, [])
    ida.page.locator("[data-file]").set_input_files(rows)
    expect(ida.page.locator("[data-total]")).to_have_text("First holders: 1,001. Units together: 2,002.")
    draft = desks.send_and_sign(ida.page)
    said = beside(
        lambda: desk.said(
            desk.person_of(town, "issuer", 1)[0].get(f"{draft.removeprefix(portal.url)}draft.json")
        )
    )
    act = json.loads(said["transaction"])["body"]["act"]
    assert act["list"]["chunks"] == 3 and "holders" not in act and act["quantity"] == 2_002
