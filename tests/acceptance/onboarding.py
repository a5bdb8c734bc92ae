"""A ministry whose embassies come on board through a real browser, for the tests of it: one of each for a whole file."""

import json
import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from ministry_social.app import App
from ministry_social.clock import RehearsalClock
from ministry_social.console.serving import pages, serving
from ministry_social.console.words import words
from ministry_social.rehearsal.server import Server
from tests.acceptance.ministry import Ministry, Said, connected, new_ministry
from tests.conftest import Rehearsal
from tests.rehearsal.test_pages import CHROMIUM, QUIET

BROWSER = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ, reason="no-chromium: no Chromium on this machine (CI needs one)"
)
PLATFORMS = ("x", "facebook", "youtube")
NAMES = {"x": "embassy-riga", "facebook": "riga-page", "youtube": "riga-channel"}
HANDLES = {"x": "TAV_Riga", "facebook": "TAV.Riga", "youtube": "TAVRiga"}
TITLE = "Embassy of Tavoria in Riga"
EN = words("en")
FAST, SLOW = 300.0, 10.0  # rates of the rehearsal's clock: for publishing, and for people who read


@dataclass
class Onboarding:
    """A ministry, its rehearsal, its pages, and a browser."""

    ministry: Ministry
    rehearsal: Rehearsal
    browser: Browser
    base: str
    warnings: list[str]
    reader: App  # for looking at the store and the vault

    def say(self, *arguments: str, person: str = "head-of-press", stdin: str = "") -> Said:
        """Run a command as this person; it must succeed."""
        self.ministry.environment["LOGNAME"] = person
        said = self.ministry.say(*arguments, stdin=stdin)
        assert said.code == 0, said.err
        return said

    def ask_for(self, platform: str, name: str = "", handle: str = "") -> str:
        """An attaché asks for an account, somebody else approves, and the mission opens it at the platform."""
        name, handle = name or NAMES[platform], handle or HANDLES[platform]
        self.say(
            "account", "request", name, "--platform", platform, "--handle", handle, "--title", TITLE, "--languages", "en",
            "--zone", "Europe/Riga", "--country", "LV", "--city", "Riga", person="attache",
        )  # fmt: skip
        self.say("account", "approve", name)
        self.say("rehearsal", "open", name)
        return name

    def link(self, name: str) -> str:
        return self.say("account", "invite", name).out.strip()

    def account(self, name: str) -> Any:
        return self.say("account", "show", name, "--json").json

    def clock(self, **wish: Any) -> None:
        self.rehearsal.post("/rehearsal/clock", wish)

    def pass_by(self, **time: float) -> None:
        """Move the rehearsal's clock, which runs on, and wait until everybody has looked at it again."""
        now = datetime.fromisoformat(self.rehearsal.get("/rehearsal/clock")["now"])
        self.clock(now=(now + timedelta(**time)).isoformat())
        Event().wait(RehearsalClock.REFRESH + 0.1)

    def ledger(self, name: str = "") -> list[dict[str, Any]]:
        """What the ledger holds about an account, oldest first."""
        with self.reader.store.read() as reading:
            return [body for entry in reading.entries() if (body := json.loads(entry.body))["about"].get("account", "") == name]

    def last(self, name: str = "") -> dict[str, Any]:
        return self.ledger(name)[-1]

    def stored(self, name: str) -> bool:
        return self.reader.vault.has(name)

    @contextmanager
    def visitor(self, locale: str = "en-GB") -> Iterator[Page]:
        """Somebody with a browser of their own, in their language."""
        context = self.browser.new_context(locale=locale)
        try:
            yield context.new_page()
        finally:
            context.close()


def press(page: Page) -> None:
    """The one button of our own page."""
    page.get_by_role("button").click()


def agree(page: Page, platform: str, handle: str = "", *, allow: bool = True) -> None:
    """What a person does on the platform's own page."""
    handle = handle or HANDLES[platform]
    if platform == "x":
        page.get_by_label("You are signed in at X as").select_option(label=f"@{handle} ({TITLE})" if handle else "")
        page.get_by_role("button", name="Authorize app" if allow else "Cancel").click()
    elif platform == "facebook":
        page.get_by_label(f"@{handle},").check()
        page.get_by_role("button", name="Continue" if allow else "Not now").click()
    else:
        page.get_by_label("Choose your channel").select_option(label=f"{TITLE} (@{handle})")
        page.get_by_role("button", name="Continue" if allow else "Cancel").click()


def shown(page: Page) -> str:
    """What stands on a page, as a person reads it."""
    return " ".join(page.inner_text("body").split())


def said(key: str, platform: str = "", handle: str = "") -> str:
    """A sentence of the English pages."""
    section, _, name = key.partition(".")
    text = EN[section][name] if name else EN[section]
    names = {"x": "X", "facebook": "Facebook", "youtube": "YouTube", "": ""}
    at = {"facebook": handle}.get(platform, f"@{handle}")
    return str(text).format(platform=names[platform], handle=at, inviter="head-of-press", until="")


@contextmanager
def onboarding_in(folder: Path) -> Iterator[Onboarding]:
    """Everything that a file of tests needs, started once."""
    server, monkeypatch, warnings = Server(), pytest.MonkeyPatch(), []
    port = free_port()
    with server.running() as address, sync_playwright() as playwright:
        rehearsal = Rehearsal(address=address, world=server.world)
        ministry = connected(new_ministry(folder / "ministry", monkeypatch), rehearsal, rate=SLOW)
        ministry.environment |= {"MINISTRY_SOCIAL_ONBOARDING_PORT": str(port)}
        assert ministry.say("account", "import", "config/accounts.toml").code == 0
        base = f"http://127.0.0.1:{port}"
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        with (
            closing(ministry.app()) as app,
            closing(ministry.app()) as reader,
            serving(pages(app, base_url=base, warn=warnings.append), host="127.0.0.1", port=port),
        ):
            yield Onboarding(ministry, rehearsal, browser, base, warnings, reader)
        browser.close()
        monkeypatch.undo()


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
