"""Accessibility: axe-core over a page in a real browser, by light and dark, on a screen and on paper."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.reference.node import installed

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking", "--no-first-run"]
# WCAG 2.2 at the levels A and AA, which EN 301 549 asks of public bodies, and what axe calls good practice.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PAPER = 680  # CSS pixels: A4 upright with margins of 15 mm
_RUN = """tags => axe.run(document, {runOnly: tags, resultTypes: ["violations"]}).then(found => found.violations.map(
    one => one.id + ': ' + one.help + ' ' + one.nodes.map(node => node.target.join(' ')).slice(0, 5).join('; ')))"""


@contextmanager
def browser() -> Iterator[Browser]:
    """A headless Chromium."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            yield chromium
        finally:
            chromium.close()


def violations(page: Page) -> list[str]:
    """What axe-core has against the page as it stands: a line for each rule, with where. Nothing: all is well."""
    page.evaluate(_source())  # not as a <script>: a page's own policy may forbid those
    found: list[str] = page.evaluate(_RUN, RULES)
    return found


def violations_everywhere(chromium: Browser, address: str) -> dict[str, list[str]]:
    """The same of an address by light, in the dark, on a narrow screen and as printed; only what there is something against."""
    looks = {
        "light": {"color_scheme": "light"},
        "dark": {"color_scheme": "dark"},
        "narrow": {"viewport": {"width": 320, "height": 640}},
        "print": {"viewport": {"width": PAPER, "height": 1000}},
    }
    found = {}
    for look, how in looks.items():
        context = chromium.new_context(**how)  # type: ignore[arg-type]
        page = context.new_page()
        page.goto(address)
        if look == "print":
            page.emulate_media(media="print")
        found[look] = violations(page)
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            found[look].append("the page is wider than its window, or than its paper")
        context.close()
    return {look: lines for look, lines in found.items() if lines}


@cache
def _source() -> str:
    return (installed(Path(__file__).parent) / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
