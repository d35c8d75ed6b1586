"""What people do at their desks, each step on a page that is given: the same steps play on any network."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from playwright.sync_api import Page, expect

REVIEW = "dialog.review[open]"


def take_wallet(page: Page, url: str, backup: bytes, passphrase: str) -> None:
    """The wallet of this backup is in this browser, and open in this tab."""
    page.goto(f"{url}/inbox/")
    page.evaluate(
        """async ([file, passphrase]) => {
             const keyring = await import("/static/wallet/keyring.js");
             await keyring.add(new TextEncoder().encode(file), passphrase);
           }""",
        [backup.decode(), passphrase],
    )


def fill_registration(
    page: Page,
    url: str,
    terms: Mapping[str, str],
    holders: Sequence[tuple[str, str]],
    papers: Sequence[Path] = (),
    lines: Sequence[tuple[str, str]] = (),
) -> None:
    """The issuer's form, filled but not sent."""
    page.goto(f"{url}/requests/registration/")
    expect(page.locator("[data-submit]")).to_be_enabled()
    fill_terms(page, terms)
    for label, text in lines:
        page.locator("[data-add-term]").click()
        page.locator("[name=term-label]").last.fill(label)
        page.locator("[name=term-text]").last.fill(text)
    for at, (address, quantity) in enumerate(holders):
        if at:
            page.locator("[data-holders] [data-add]").click()
        name_holder(page, address, quantity)
    if papers:
        page.locator("[data-papers]").set_input_files(list(papers))
        expect(page.locator("[data-paper-rows] > *")).to_have_count(len(papers))


def name_holder(page: Page, address: str, quantity: str) -> None:
    """The last row of the first holders."""
    page.locator("[data-holders] [name=owner]").last.fill(address)
    page.locator("[data-holders] [name=quantity]").last.fill(quantity)


def fill_terms(page: Page, terms: Mapping[str, str]) -> None:
    """Some fields of the form, by their names; before its script is there nobody types."""
    expect(page.locator("[data-submit]")).to_be_enabled()
    for name, text in terms.items():
        field = page.locator(f"#terms-form [name={name}]")
        field.fill(text)
        field.press("Tab")


def send_and_sign(page: Page) -> str:
    """Send the form, read what is signed, sign; the draft's address."""
    page.locator("[data-submit]").click()
    return sign_review(page)


def sign_review(page: Page) -> str:
    """Sign in the review that is about to open; the draft's address."""
    expect(page.locator(f"{REVIEW} .review-sentence")).to_be_visible(timeout=30_000)
    page.locator(f"{REVIEW} .button-primary").click()
    page.wait_for_url("**/drafts/*/", timeout=30_000)
    return page.url


def cosign(page: Page, draft: str) -> None:
    """A second person reads the draft in this browser, and signs."""
    page.goto(draft)
    expect(page.locator("[data-sentence]")).not_to_be_empty(timeout=30_000)
    page.locator("[data-sign]").click()
    expect(page.locator(f"{REVIEW} .review-sentence")).to_be_visible(timeout=30_000)
    with page.expect_navigation():
        page.locator(f"{REVIEW} .button-primary").click()


def expect_final(page: Page) -> None:
    """The draft's page has checked the certificate of its block."""
    expect(page.locator("#draft[data-final=true]")).to_be_visible(timeout=60_000)


def read_document(page: Page, title: str) -> str:
    """The text of a document of the request that this page shows, opened in it."""
    page.locator(f'[data-document][data-title="{title}"]').click()
    shown = page.locator("#paper [data-text]")
    expect(shown).not_to_be_empty(timeout=30_000)
    text = shown.inner_text()
    page.locator("#paper [data-close]").click()
    return text


def approve(page: Page) -> str:
    """An approver's yes on the request's page; the draft's address."""
    page.locator("form[data-answer] [value=approve]").click()
    return sign_review(page)


def refuse(page: Page, code: str, text: str) -> str:
    """An approver's no on the request's page, with a reason; the draft's address."""
    page.locator("form[data-answer] details summary").click()
    page.locator("form[data-answer] [name=code]").select_option(code)
    page.locator("form[data-answer] [name=text]").fill(text)
    page.locator("form[data-answer] [value=refuse]").click()
    return sign_review(page)


def judge(page: Page, url: str, title: str) -> None:
    """Open a request that waits in the inbox by its title."""
    open_item(page, url, title)
    expect(page.locator("#request")).to_be_visible()


def open_item(page: Page, url: str, title: str) -> None:
    """Open whatever waits in the inbox under this title."""
    page.goto(f"{url}/inbox/")
    page.locator("tr", has_text=title).first.get_by_role("link").first.click()


def apply(page: Page, url: str, roles: Sequence[str], needed: int = 1) -> None:
    """A candidate's person hands in the card of the wallet in this browser."""
    page.goto(f"{url}/participants/application/")
    page.locator("[name=needed]").fill(str(needed))
    for role in roles:
        page.locator(f"[name=role][value={role}]").check()
    page.locator("[data-submit]").click()
    expect(page.locator(".people li").first).to_be_visible(timeout=30_000)
