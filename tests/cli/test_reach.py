"""Collecting figures, and asking what was reached, as a person does it."""

from typing import Any

import pytest

from tests.acceptance.ministry import Ministry, Said, connected
from tests.conftest import Rehearsal

DAY = 86_400
OTHERS = """\
[[account]]
ministry = "Atlantis"
platform = "x"
handle = "atlantis"
posts_per_day = 3

[[account]]
ministry = "Lemuria"
platform = "facebook"
handle = "mfa"
followers = 12000
"""


@pytest.fixture
def spoken(ministry: Ministry, rehearsal: Rehearsal) -> Ministry:
    """A ministry whose message has been out for two days; time stands nearly still."""
    connected(ministry, rehearsal)
    assert ministry.say("publish", "messages/grain.md", "--yes").code == 0
    rehearsal.post("/rehearsal/clock", {"advance": 2 * DAY, "rate": 1})
    return ministry


def reached(ministry: Ministry, *arguments: str) -> Any:
    return ministry.say("report", "reach", "--json", *arguments).json


def entries(ministry: Ministry) -> list[dict[str, Any]]:
    from contextlib import closing
    from json import loads

    with closing(ministry.app()) as app, app.store.read() as reading:
        bodies = [loads(entry.body) for entry in reading.entries()]
    return [body["facts"] for body in bodies if body["event"] == "figures-collected"]


def test_before_anything_was_read_nothing_is_claimed(spoken: Ministry) -> None:
    answer = reached(spoken, "--by", "platform")
    assert (answer["together"]["posts"], answer["together"]["counted"], answer["together"]["views"]) == (4, 0, None)
    assert "ministry-social report collect" in spoken.say("report", "reach").out


def test_x_is_left_out_with_a_sentence_that_says_why(spoken: Ministry) -> None:
    said = spoken.say("report", "collect")
    assert said.code == 0
    assert "X is left out: it bills each post" in said.out
    assert "of 2 accounts and 1 post were read." in said.out
    by_platform = {row["name"]: row for row in reached(spoken, "--by", "platform")["rows"]}
    assert by_platform["facebook"]["counted"] == 1
    assert (by_platform["x"]["posts"], by_platform["x"]["counted"], by_platform["x"]["reach"]) == (3, 0, None)
    assert entries(spoken) == [{"accounts": 2, "posts": 1, "figures": 12, "failed": 0}]


def test_with_x_its_price_is_said_and_others_are_asked_after(spoken: Ministry, rehearsal: Rehearsal) -> None:
    rehearsal.enrol("x", "4711", "atlantis", "atlantis")
    spoken.environment["MINISTRY_SOCIAL_REACH_X"] = "true"
    spoken.write("others.toml", OTHERS)
    said = spoken.say("report", "collect", "--others", "others.toml")
    assert said.code == 0, said.err
    assert "X takes about $0.455 for it" in said.out
    assert "Lemuria: Facebook tells us nothing of mfa" in said.out
    answer = reached(spoken, "--others", "others.toml")
    ranked = {one["rival"]["name"]: one for one in answer["ranking"]}
    assert ranked["Atlantis"]["rival"]["followers"] > 0
    assert ranked["Lemuria"]["rival"]["followers"] == 12_000
    assert ranked["Atlantis"]["mean"] is None
    assert answer["together"]["counted"] == 4


def test_what_was_just_read_is_not_asked_for_again(spoken: Ministry) -> None:
    spoken.say("report", "collect")
    assert spoken.say("report", "collect", "--json").json["posts"] == 0


def test_an_account_that_fails_ends_nothing_and_a_throttled_platform_is_left_alone(spoken: Ministry, rehearsal: Rehearsal) -> None:
    rehearsal.fault("throttled", "facebook", action="read", seconds=1800)
    said = spoken.say("report", "collect")
    assert said.code == 1
    assert "page: Facebook asks for fewer calls." in said.out
    assert "of 1 account and 0 posts were read; 1 account failed." in said.out
    rehearsal.post("/rehearsal/clock", {"advance": 60})
    assert "page: Facebook wants no questions before " in spoken.say("report", "collect").out


def test_a_message_is_told_wave_by_wave(spoken: Ministry) -> None:
    spoken.say("report", "collect")
    said = spoken.say("report", "reach", "--message", "grain-corridor")
    assert said.code == 0
    assert "grain-corridor  1 " in said.out
    [wave] = reached(spoken, "--message", "grain-corridor")["waves"]
    assert (wave["posts"], wave["counted"]) == (4, 1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--account", "embassy-pari"], "There is no account embassy-pari. Did you mean embassy-paris?"),
        (["--campaign", "none"], "There is no campaign none."),
        (["--from", "2026-12-02", "--to", "2026-12-01"], "The time in --from lies after the one in --to."),
        (["--html", "nowhere/reach.html"], "nowhere/reach.html cannot be written"),
    ],
)
def test_what_cannot_be_is_said_in_a_sentence(spoken: Ministry, arguments: list[str], says: str) -> None:
    said: Said = spoken.say("report", "reach", *arguments)
    assert said.code != 0
    assert says in said.err
