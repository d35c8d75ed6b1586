"""axe-core over the page that a browser shows; a finding names the page, the rule and the element."""

from pathlib import Path
from typing import Final

from playwright.sync_api import Page

AXE: Final = Path(__file__).resolve().parent.parent.parent / "node_modules" / "axe-core" / "axe.min.js"
GRAVE: Final = ("serious", "critical")
RUN: Final = """async (grave) => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter((rule) => grave.includes(rule.impact))
  .flatMap((rule) => rule.nodes.map((node) => `${rule.id}: ${node.html.slice(0, 300)} (${node.failureSummary})`))"""


def findings(page: Page) -> list[str]:
    """What is serious or critical here, one line an element; the portal's own policy stays in force."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    return list(page.evaluate(RUN, list(GRAVE)))
