"""The tool that takes pictures finds every page that its visitor may open, and puts them on one sheet."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import contact_sheet, screenshots
from tests.browser.portal import RunningPortal
from tests.browser.screenshots import Visitor
from tests.portal.conftest import PASSWORD

pytestmark = pytest.mark.browser


@pytest.mark.long
def test_pictures_of_what_each_visitor_sees(
    browser: Browser, portal: RunningPortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screenshots, "LOCALES", {"en": "en-GB"})
    monkeypatch.setattr(screenshots, "THEMES", ("dark",))
    visitors = [Visitor(portal.url), Visitor(portal.url, "olga", PASSWORD, "olga")]
    taken = [path for each in visitors for path in screenshots.pictures(browser, each, tmp_path)]
    names = {f"{path.parent.name}/{path.name}" for path in taken}
    public = {"home", "network", "block", "transaction", "instrument", "account_login", "not-found"}
    assert {f"public/{page}-390-dark-en.png" for page in public} < names
    assert {f"olga/{page}-1440-dark-en.png" for page in ("home", "register", "audit-log")} < names
    assert not {name for name in names if name.startswith(("public/register", "olga/network"))}
    sheet = contact_sheet.write(tmp_path, taken).read_text()
    assert all(f'src="{name}"' in sheet for name in names)
