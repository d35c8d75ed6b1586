"""The wallet's code is held to the release that its owner accepted: another portal's files do not run here."""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, expect

from portal.frontend.__main__ import main as collect
from tests.browser import wallet_steps as steps
from tests.browser.axe import findings
from tests.browser.investors import PASSPHRASE, backup_of, enrol, signed_in
from tests.browser.portal import RunningPortal
from tests.ledger.world import NodeTown
from tests.protocol.town import SHARE

pytestmark = pytest.mark.browser

# What a browser does by itself within a day: fetch the worker's own file again.
LOOK_AGAIN = """(file) => {
  void navigator.serviceWorker.register(file, { scope: "/", updateViaCache: "none" }).then((found) => found.update());
}"""
RUNS = "document.documentElement.dataset.ran = 1;"


@pytest.fixture
def portal(town: NodeTown, tmp_path: Path) -> Iterator[RunningPortal]:
    """A portal whose collected files are the test's own: its operator alters them."""
    enrol("ann")
    collect()
    static = tmp_path / "static"
    shutil.copytree(settings.STATIC_ROOT, static, ignore=shutil.ignore_patterns("*.gz"))
    with RunningPortal(static) as running:
        yield running


def served(portal: RunningPortal, name: str) -> Path:
    """The file that pages load under this name."""
    assert portal.static is not None
    names = json.loads((portal.static / "staticfiles.json").read_text())["paths"]
    return portal.static / names[name]


def alter(path: Path, code: str) -> None:
    """The same length, and this code in the place of the first comment's words."""
    text = path.read_text()
    end = text.index("*/") + 2
    path.write_text(code + f"/*{' ' * (end - len(code) - 4)}*/" + text[end:])
    os.utime(path, (1, 1))  # whoever asks whether it has changed since hears of it


def open_form(page: Page, portal: RunningPortal) -> None:
    page.goto(f"{portal.url}/holdings/send/?isin={SHARE}")


def test_no_page_runs_what_its_owner_has_not_accepted(
    browser: Browser, portal: RunningPortal, town: NodeTown, tmp_path: Path
) -> None:
    with signed_in(browser, portal, "ann") as (page, _):
        steps.restore(page, portal.url, backup_of(town, "ann", tmp_path), PASSPHRASE)
        listed = page.request.get(f"{portal.url}/wallet/release.txt").body()
        first = hashlib.sha256(listed).hexdigest()
        answer = page.goto(f"{portal.url}/wallet/release/")
        assert answer and answer.all_headers()["content-security-policy"].endswith("form-action 'self'"), (
            "a portal without a policy could write its code into the page"
        )
        expect(page.locator("main")).to_contain_text(first)
        expect(page.get_by_text("Checked here")).to_be_visible()
        assert findings(page) == []

        good = served(portal, "wallet/payment.js").read_bytes()
        alter(served(portal, "wallet/payment.js"), RUNS)
        open_form(page, portal)
        expect(page.get_by_role("heading", name="This portal served altered wallet code")).to_be_visible()
        expect(page.locator("main")).to_contain_text(f"wallet/{served(portal, 'wallet/payment.js').name}")
        assert not has_run(page) and findings(page) == []
        served(portal, "wallet/payment.js").write_bytes(good)
        page.get_by_role("link", name="Try again").click()
        expect(page.locator(".wallet")).to_have_attribute("data-open", "false")

        alter(served(portal, "js/holdings/send.js"), RUNS)
        portal.restart()
        second = hashlib.sha256(page.request.get(f"{portal.url}/wallet/release.txt").body()).hexdigest()
        open_form(page, portal)
        question(page, first, second)
        page.get_by_role("link", name="Not now").click()
        expect(page.get_by_role("heading", name="The wallet's release")).to_be_visible()
        open_form(page, portal)
        question(page, first, second)
        page.get_by_role("button", name="Accept the new release").click()
        expect(page.locator("html")).to_have_attribute("data-ran", "1")  # its owner has said yes to that
        page.goto(f"{portal.url}/wallet/release/")
        expect(page.get_by_text("Checked here")).to_be_visible()

        alter(served(portal, "wallet/worker.js"), "self.other = 1;")
        portal.restart()
        page.evaluate(LOOK_AGAIN, f"/static/wallet/{served(portal, 'wallet/worker.js').name}")
        expect(page.get_by_role("heading", name="This portal served altered wallet code")).to_be_visible()


def question(page: Page, before: str, after: str) -> None:
    """Both digests, whole, and what differs; nothing of the new release has run."""
    expect(page.get_by_role("heading", name="This portal has a new release of the wallet")).to_be_visible()
    text = page.locator("main").inner_text().replace(" ", "")
    assert before in text and after in text
    assert page.locator("details li").all_text_contents() == ["js/holdings/send.js"]
    assert findings(page) == []
    assert not has_run(page)


def has_run(page: Page) -> bool:
    return page.locator("html").get_attribute("data-ran") is not None
