"""What every test in a real browser goes by: patience, and the barrier checker."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

PATIENCE_MS = 20_000
"""What does come is waited for no longer than it takes, so a slow machine costs time and no test."""
_AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_RUN = """
async (tags) => (await axe.run(document, { runOnly: tags, resultTypes: ["violations"] })).violations
  .map((found) => `${found.id}: ${found.nodes.map((node) => node.target.join(" ") + " " + node.failureSummary)}`)
"""


def find_barriers(page: Page) -> list[str]:
    """A line a violated rule, with the nodes that violate it."""
    page.evaluate(_AXE)
    found: list[str] = page.evaluate(_RUN, _RULES)
    return found
