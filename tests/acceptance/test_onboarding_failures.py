"""Each way in which coming on board fails: a clear sentence, an entry in the ledger, and no credential stored."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, Route

from tests.acceptance.onboarding import (
    BROWSER,
    HANDLES,
    NAMES,
    PLATFORMS,
    Onboarding,
    agree,
    free_port,
    onboarding_in,
    press,
    said,
    shown,
)
from tests.axe import violations

pytestmark = BROWSER

OTHERS = {"x": "TAV_Tallinn", "facebook": "TAV.Tallinn", "youtube": "TAVTallinn"}  # accounts of another mission


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Onboarding]:
    with onboarding_in(tmp_path_factory.mktemp("onboarding")) as found:
        found.clock(rate=1)
        for platform in PLATFORMS:
            found.ask_for(platform)
            found.ask_for(platform, f"tallinn-{platform}", OTHERS[platform])
        yield found


@pytest.fixture
def house(shared: Onboarding) -> Iterator[Onboarding]:
    """Approved accounts, of which none is connected; and so it stays, whatever a test tries."""
    yield shared
    shared.rehearsal.post("/rehearsal/x/settings", {"access": "read-write"})
    for name in (*NAMES.values(), *(f"tallinn-{platform}" for platform in PLATFORMS)):
        assert not shared.stored(name), name
    assert shared.warnings == []


@pytest.fixture(scope="module")
def window(shared: Onboarding) -> Iterator[Page]:
    with shared.visitor() as found:
        yield found


@pytest.fixture
def page(house: Onboarding, window: Page) -> Page:
    """A browser that remembers nothing."""
    window.context.clear_cookies()
    return window


def tells(house: Onboarding, page: Page, platform: str, code: str) -> dict[str, Any]:
    """The page has the sentence for this code; answers the ledger's last entry about the account, which has it too."""
    words = shown(page)
    sentence = "wrong-page" if (platform, code) == ("facebook", "wrong-account") else code
    assert said(f"failures.{sentence}", platform, HANDLES[platform]) in words
    assert said("failed.again") in words
    entry = house.last(NAMES[platform])
    assert (entry["event"], entry["facts"]["code"], entry["facts"]["platform"]) == ("not-connected", code, platform)
    assert re.fullmatch(r"invitation [a-z2-7]{16}", entry["by"])
    return entry


def refused(house: Onboarding, page: Page, reason: str, name: str) -> None:
    """The page says why the link opens nothing, and shows nothing of any account; the ledger has it."""
    words = shown(page)
    assert said(f"links.{reason}") in words
    for secret in (*HANDLES.values(), *OTHERS.values(), "Riga", "head-of-press"):
        assert secret not in words
    entry = house.last(name)
    assert (entry["event"], entry["facts"]["reason"]) == ("invitation-refused", reason)


@pytest.mark.parametrize("platform", PLATFORMS)
def test_somebody_does_not_agree(house: Onboarding, page: Page, platform: str) -> None:
    page.goto(house.link(NAMES[platform]))
    press(page)
    agree(page, platform, allow=False)
    tells(house, page, platform, "denied")
    assert violations(page) == []


@pytest.mark.parametrize("platform", PLATFORMS)
def test_another_account_signs_in_and_its_answer_is_used_twice(house: Onboarding, page: Page, platform: str) -> None:
    page.goto(house.link(NAMES[platform]))
    press(page)
    agree(page, platform, OTHERS[platform])
    reason = tells(house, page, platform, "wrong-account")["facts"]["reason"]
    assert HANDLES[platform] in reason  # the error names both
    assert OTHERS[platform] in reason
    assert reason in shown(page)
    page.reload()
    tells(house, page, platform, "code-used")


@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_sign_in_takes_too_long(house: Onboarding, page: Page, platform: str) -> None:
    page.goto(house.link(NAMES[platform]))
    press(page)
    back: list[str] = []

    def held_up(route: Route) -> None:
        back.append(route.fetch(max_redirects=0).headers["location"])
        route.fulfill(body="The line is slow.")

    page.route("**/api/**", held_up)
    agree(page, platform)
    page.get_by_text("The line is slow.").wait_for()
    page.unroute("**/api/**")
    house.pass_by(hours=2)
    page.goto(back[0])
    tells(house, page, platform, "expired")


def test_a_permission_is_left_out_on_x(house: Onboarding, page: Page) -> None:
    house.rehearsal.post("/rehearsal/x/settings", {"access": "read"})  # as the app is registered there
    page.goto(house.link(NAMES["x"]))
    press(page)
    agree(page, "x")
    tells(house, page, "x", "missing-scope")


def test_a_permission_is_left_out_on_facebook(house: Onboarding, page: Page) -> None:
    page.goto(house.link(NAMES["facebook"]))
    press(page)
    page.get_by_label("pages_manage_posts").uncheck()
    agree(page, "facebook")
    tells(house, page, "facebook", "missing-scope")


def test_a_permission_is_left_out_on_youtube(house: Onboarding, page: Page) -> None:
    page.goto(house.link(NAMES["youtube"]))
    press(page)
    other = "https%3A%2F%2Fwww.googleapis.com%2Fauth%2Fyoutube.upload"
    page.goto(page.url.replace("youtube.force-ssl", f"youtube.force-ssl+{other}"))  # boxes to tick are shown from two on
    page.get_by_label("youtube.upload").check()
    agree(page, "youtube")
    tells(house, page, "youtube", "missing-scope")


def test_a_link_was_altered(house: Onboarding, page: Page) -> None:
    link = house.link(NAMES["x"])
    page.goto(link[:-1] + ("a" if link[-1] != "a" else "b"))
    refused(house, page, "altered", "")


def test_a_link_is_made_to_look_like_another_accounts(house: Onboarding, page: Page) -> None:
    one, other = house.link(NAMES["x"]), house.link("tallinn-x")
    start = one.rindex("/") + 1
    page.goto(one[: start + 16] + other[start + 16 :])  # the one's id, the other's secret
    refused(house, page, "altered", "")


def test_a_link_opens_no_other_account(house: Onboarding, page: Page) -> None:
    """Whoever began with one link, and brings back the answer, connects that link's account or none."""
    page.goto(house.link("tallinn-x"))
    press(page)
    agree(page, "x")  # signs in as the other account
    entry = house.last("tallinn-x")
    assert (entry["event"], entry["facts"]["code"]) == ("not-connected", "wrong-account")
    assert house.account(NAMES["x"])["stage"] == "invited"


def test_an_invitation_has_ended(house: Onboarding, page: Page) -> None:
    link = house.link(NAMES["facebook"])
    house.pass_by(days=8)
    page.goto(link)
    refused(house, page, "expired", NAMES["facebook"])


def test_a_newer_link_takes_the_place_of_the_older(house: Onboarding, page: Page) -> None:
    older = house.link(NAMES["facebook"])
    house.link(NAMES["facebook"])
    page.goto(older)
    refused(house, page, "void", NAMES["facebook"])


def test_an_invitation_ends_while_somebody_signs_in(house: Onboarding, page: Page) -> None:
    page.goto(house.link(NAMES["youtube"]))
    press(page)
    house.say("account", "invite", NAMES["youtube"], "--withdraw")
    agree(page, "youtube")
    refused(house, page, "void", NAMES["youtube"])


def test_an_answer_comes_into_another_browser(house: Onboarding, page: Page) -> None:
    page.goto(house.link(NAMES["x"]))
    press(page)
    token = page.url.partition("oauth_token=")[2].partition("&")[0]
    with house.visitor() as stranger:
        stranger.goto(f"{house.base}/callback/x?oauth_token={token}&oauth_verifier=guessed")
        assert said("failures.strange-answer") in shown(stranger)
    entry = house.last()
    assert (entry["event"], entry["facts"]["code"], entry["by"]) == ("not-connected", "strange-answer", "a stranger")


def test_looking_uses_nothing_up_and_only_our_own_button_begins(house: Onboarding) -> None:
    link = house.link(NAMES["x"])
    before = len(house.ledger(NAMES["x"]))
    assert requests.head(link, timeout=10).text == ""
    assert len(house.ledger(NAMES["x"])) == before
    assert requests.get(link, timeout=10).status_code == 200
    pressed = requests.post(link, data={"visit": "guessed"}, timeout=10, allow_redirects=False)
    assert (pressed.status_code, said("stale_form") in pressed.text) == (403, True)
    assert house.say("account", "invitations", NAMES["x"], "--json").json[-1]["state"] == "open"


def test_nobody_can_flood_the_ledger(house: Onboarding) -> None:
    link = house.link(NAMES["x"])
    house.pass_by(hours=2)
    before = len(house.ledger()), len(house.ledger(NAMES["x"]))
    for _ in range(13):
        requests.get(f"{house.base}/invitation/{'a' * 72}", timeout=10)
        requests.get(link, timeout=10)
    assert (len(house.ledger()), len(house.ledger(NAMES["x"]))) == (before[0] + 10, before[1] + 10)
    house.pass_by(hours=2)
    requests.get(f"{house.base}/invitation/{'a' * 72}", timeout=10)
    assert house.last()["facts"] == {"reason": "altered", "left_out": 3}


@pytest.mark.parametrize("platform", ["facebook", "youtube"])
def test_a_platform_without_a_pin_says_so(house: Onboarding, platform: str) -> None:
    done = house.ministry.say("account", "connect", NAMES[platform], "--pin", stdin="1234567\n")
    assert (done.code, "shows no number to type" in done.err) == (1, True)
    assert house.last(NAMES[platform])["facts"]["code"] == "not-here"


def test_a_wrong_pin_is_refused_three_times(house: Onboarding) -> None:
    done = house.ministry.say("account", "connect", NAMES["x"], "--pin", stdin="1\n2\n3\n4\n")
    assert done.code == 1
    assert done.err.count("X does not take this PIN") == 3
    assert [entry["facts"].get("code") for entry in house.ledger(NAMES["x"])][-3:] == ["strange-answer"] * 3


def test_no_number_comes_at_all(house: Onboarding) -> None:
    done = house.ministry.say("account", "connect", NAMES["x"], "--pin")
    assert (done.code, "No number came, so nothing was connected" in done.err) == (2, True)


def test_a_token_of_another_page_is_refused(house: Onboarding) -> None:
    other = next(one.id for one in house.rehearsal.world.profiles if one.name == "tallinn-facebook")
    token = house.rehearsal.post("/rehearsal/facebook/tokens", {"kind": "system-user", "pages": [other]})["access_token"]
    done = house.ministry.say("account", "connect", NAMES["facebook"], "--token", "-", stdin=token)
    assert done.code == 1
    assert "TAV.Riga" in done.err
    assert "TAV.Tallinn" in done.err
    assert token not in done.out + done.err
    assert house.last(NAMES["facebook"])["facts"]["code"] == "wrong-account"


def test_nobody_comes_back_to_the_terminal(house: Onboarding, monkeypatch: pytest.MonkeyPatch) -> None:
    from ministry_social.cli import callback

    monkeypatch.setattr(callback.Callback, "wait", lambda self, state, deadline: None)
    done = house.ministry.say("account", "connect", NAMES["youtube"], "--port", str(free_port()))
    assert (done.code, "Nobody came back in time" in done.err) == (1, True)


def test_the_ledger_holds_together_after_all_of_it(house: Onboarding) -> None:
    house.say("store", "verify")
