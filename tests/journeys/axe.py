"""axe-core in the page: what it finds, in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

SOURCE = (Path(__file__).parent / "assets" / "axe.min.js").read_text(encoding="utf-8")
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WORDS = [
    "button-name", "document-title", "empty-heading", "frame-title", "html-has-lang", "html-lang-valid", "image-alt",
    "input-button-name", "label", "label-content-name-mismatch", "landmark-unique", "link-name", "select-name",
    "summary-name", "valid-lang",
]  # fmt: skip
RUN = """async options => (await axe.run(document, options)).violations.flatMap(
  rule => rule.nodes.map(node => `${rule.id} at ${node.target}: ${node.failureSummary}`))"""


def everything(page: Page, *, without: tuple[str, ...] = ()) -> list[str]:
    """What all rules find."""
    return _run(page, {"runOnly": TAGS, "rules": {rule: {"enabled": False} for rule in without}})


def contrast(page: Page) -> list[str]:
    """What the one rule finds that depends on colours."""
    return _run(page, {"runOnly": ["color-contrast"]})


def names(page: Page) -> list[str]:
    """What the rules find that depend on words: languages, and the names of controls and landmarks."""
    return _run(page, {"runOnly": {"type": "rule", "values": WORDS}})


def _run(page: Page, options: dict[str, Any]) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(SOURCE)
    return page.evaluate(RUN, {**options, "resultTypes": ["violations"]})
