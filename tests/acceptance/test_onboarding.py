"""An embassy's whole way, from asking for an account to its first post, through a real browser and in a terminal."""

import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import IO

import pytest

from tests.acceptance.onboarding import (
    BROWSER,
    EN,
    FAST,
    HANDLES,
    PLATFORMS,
    SLOW,
    TITLE,
    Onboarding,
    agree,
    free_port,
    onboarding_in,
    press,
    said,
    shown,
)
from tests.axe import violations
from tests.files.conftest import write_video

pytestmark = BROWSER

# The way, as the ledger tells it.
WAY = [
    "taken-in",
    "account-approved",
    "invited",
    "invitation-opened",
    "connected",
    "verified",
    "activated",
    "planned",
    "started",
    "accepted",
]
SAID = {
    "embassy-riga": "Tavoria opens its embassy in Riga.",
    "riga-page": "The embassy has a page of its own, where visas are explained.",
    "riga-channel": "Good morning from the Daugava.",
    "embassy-vilnius": "Ona Petraite is the first ambassador to live on Pilies Street.",
}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Onboarding]:
    with onboarding_in(tmp_path_factory.mktemp("onboarding")) as found:
        yield found


def first_message(house: Onboarding, name: str, platform: str) -> str:
    """A message for this account alone."""
    media = ""
    if platform == "youtube":
        write_video(house.ministry.folder / "messages" / "riga.mp4")
        media = '\n[[media]]\nfile = "riga.mp4"\n'
    front = f'+++\nid = "first-{name}"\naudience = "account:{name}"\n{media}+++\n'
    text = f"\n## en\n### headline\nFrom Riga\n### short\n{SAID[name]}\n"
    return str(house.ministry.write(f"messages/first-{name}.md", front + text))


def publish_first(house: Onboarding, name: str, platform: str) -> None:
    """Verify, activate, and say something: it stands on the rehearsal."""
    house.say("account", "verify", name)
    house.say("account", "activate", name)
    message = first_message(house, name, platform)
    house.clock(rate=FAST)
    done = house.say("publish", message, "--yes")
    house.clock(rate=SLOW)
    assert "1 published, 0 failed" in done.out
    [record] = house.rehearsal.records(platform=platform, account=name)
    assert SAID[name] in record["text"]


def story(house: Onboarding, name: str) -> list[str]:
    """The events of an account's way, each once."""
    events = [entry["event"] for entry in house.ledger(name)]
    return [event for event in dict.fromkeys(events) if event in WAY]


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_embassy_comes_on_board_from_its_request_to_its_first_post(house: Onboarding, platform: str) -> None:
    name = house.ask_for(platform)
    assert house.account(name)["id"] == ""
    with house.visitor() as page:
        page.goto(house.link(name))
        before, against = shown(page), violations(page)
        press(page)
        agree(page, platform)
        assert page.url.partition("#")[0] == f"{house.base}/connected"  # Facebook adds #_=_
        after = shown(page)
        against += violations(page)
    assert against == []
    assert said("invitation.title", platform, HANDLES[platform]) in before
    assert TITLE in before
    assert "head-of-press" in before
    assert said("connected.title", platform, HANDLES[platform]) in after
    known = house.account(name)
    assert known["stage"] == "connected"
    assert known["connected"] is True
    assert known["id"] in after
    assert [one["state"] for one in house.say("account", "invitations", name, "--json").json] == ["used"]
    publish_first(house, name, platform)
    assert story(house, name) == WAY
    assert house.warnings == []


def test_it_reads_what_it_allows_in_its_own_language(house: Onboarding) -> None:
    name = house.ask_for("x", "embassy-amman-new", "TAV_AmmanNew")
    with house.visitor("ar-JO") as page:
        page.goto(house.link(name))
        assert page.get_attribute("html", "dir") == "rtl"
        assert page.get_attribute("html", "lang") == "ar"
        assert "ربط @TAV_AmmanNew" in shown(page)
        sides = page.eval_on_selector_all("dd", "all => all.map(one => getComputedStyle(one).direction)")
        assert set(sides) == {"rtl"}
        page.get_by_role("link", name="Français").click()
        assert "Connecter @TAV_AmmanNew" in shown(page)
        press(page)
        page.get_by_role("button", name="Cancel").click()
        assert "Vous n'avez pas accepté chez X ; rien n'a donc été connecté." in shown(page)
        page.get_by_role("link", name="Réessayer").click()
        assert "Connecter @TAV_AmmanNew" in shown(page)


class Terminal:
    """A command that runs by itself, with a real terminal for its standard input."""

    def __init__(self, house: Onboarding, *arguments: str) -> None:
        self._keyboard, inner = pty.openpty()
        environment = os.environ | house.ministry.environment | {"LOGNAME": "head-of-press"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "ministry_social", *arguments],
            cwd=house.ministry.folder, env=environment, stdin=inner, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        os.close(inner)

    def address(self) -> str:
        """The address that it prints for the browser."""
        for line in self.out:
            if found := re.fullmatch(r" {2}(http\S+)\n", line):
                return found[1]
        raise AssertionError("no address was printed")

    def type(self, text: str) -> None:
        os.write(self._keyboard, f"{text}\n".encode())

    def rest(self) -> str:
        """All that it still says; it must succeed."""
        said, _ = self._process.communicate(timeout=30)
        os.close(self._keyboard)
        assert self._process.returncode == 0, said
        return said

    @property
    def out(self) -> IO[str]:
        assert self._process.stdout is not None
        return self._process.stdout


def test_an_embassy_without_a_browser_on_its_machine_types_a_pin(house: Onboarding) -> None:
    name = house.ask_for("x", "embassy-vilnius", "TAV_Vilnius")
    terminal = Terminal(house, "account", "connect", name, "--pin")
    with house.visitor() as page:  # on somebody's telephone
        page.goto(terminal.address())
        agree(page, "x", "TAV_Vilnius")
        pin = page.inner_text("#pin")
    terminal.type("not a number")
    terminal.type(pin)
    told = terminal.rest()
    assert "That is no PIN: X shows a number of seven digits. 2 times more can you try." in told
    assert f"{name} is connected: @TAV_Vilnius, {TITLE} (id {house.account(name)['id']})." in told
    assert f"Next: ministry-social account verify {name}" in told
    publish_first(house, name, "x")
    assert story(house, name) == [event for event in WAY if event not in ("invited", "invitation-opened")]


def test_somebody_at_a_terminal_signs_in_with_a_browser_beside_it(house: Onboarding) -> None:
    name = house.ask_for("youtube", "vilnius-channel", "TAVVilnius")
    terminal = Terminal(house, "account", "connect", name, "--port", str(free_port()))
    with house.visitor() as page:
        page.goto(terminal.address())
        agree(page, "youtube", "TAVVilnius")
        assert "You can close this page. The terminal says what came of it." in shown(page)
    assert f"{name} is connected: @TAVVilnius, {TITLE}" in terminal.rest()
    assert house.account(name)["stage"] == "connected"


def test_an_administrator_pastes_a_system_users_token(house: Onboarding) -> None:
    name = house.ask_for("facebook", "vilnius-page", "TAV.Vilnius")
    page_id = next(one.id for one in house.rehearsal.world.profiles if one.name == name)
    token = house.rehearsal.post("/rehearsal/facebook/tokens", {"kind": "system-user", "pages": [page_id]})["access_token"]
    done = house.say("account", "connect", name, "--token", "-", stdin=token)
    assert f"{name} is connected: {TITLE} (id {page_id})." in done.out
    assert token not in done.out + done.err


def test_an_active_account_is_connected_again_through_a_new_link(house: Onboarding) -> None:
    name = "embassy-paris"
    with closing(house.ministry.app()) as app:
        before = app.vault.get(name)
    with house.visitor() as page:
        page.goto(house.link(name))
        press(page)
        page.get_by_role("button", name="Authorize app").click()  # X has filled in the right account
        assert EN["next"]["active"][0] in shown(page)
    with closing(house.ministry.app()) as app:
        assert app.vault.get(name) != before
    assert house.account(name)["stage"] == "active"


def test_no_secret_of_the_whole_way_stands_in_the_clear(house: Onboarding) -> None:
    with closing(house.ministry.app()) as app:
        secrets = [one for name in ("embassy-riga", "riga-page", "riga-channel") for one in app.vault.get(name).secrets()]
    files = [path for path in Path(house.ministry.folder).rglob("*") if path.is_file()]
    assert len(secrets) >= 7
    for path in files:
        held = path.read_bytes()
        assert not [one for one in secrets if one.encode() in held], path
