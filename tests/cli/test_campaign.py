"""`campaign`, as a press officer uses it."""

from pathlib import Path

import pytest

from tests.acceptance.campaign_files import CAMPAIGN, write_campaign
from tests.acceptance.ministry import Ministry
from tests.conftest import Rehearsal

FILE = "campaigns/harbours.toml"
SHORTAGE = "embassy-washington has no unused wording of harbour-pact from wave 5 on."


@pytest.fixture
def ministry(ministry: Ministry, rehearsal: Rehearsal) -> Ministry:
    """A ministry with a campaign that begins in nine days."""
    rehearsal.post("/rehearsal/clock", {"now": "2027-02-28T12:00:00+00:00"})
    write_campaign(ministry)
    return ministry


def test_check_says_of_all_waves_what_there_is_to_know(ministry: Ministry) -> None:
    said = ministry.say("campaign", "check", FILE)
    assert (said.code, said.err) == (0, "")
    assert f"messages/local/harbour-pact/embassy-washington.md:2  advisory  wordings-run-out  {SHORTAGE}" in said.out
    assert said.out.endswith("0 blocking, 4 advisory.   Explained: ministry-social help findings\n")
    rows = ministry.say("campaign", "check", FILE, "--json").json
    assert {row["name"] for row in rows} == {"wordings-run-out", "owes-local-text", "unusual-time", "no-captions"}


def test_check_fails_where_a_wave_would_be_silent(ministry: Ministry) -> None:
    only = 'audience = "account:embassy-washington"\n'
    ministry.write(FILE, CAMPAIGN[: CAMPAIGN.index("audience")] + only)
    said = ministry.say("campaign", "check", FILE)
    assert said.code == 1
    assert "blocking  silent-wave  In wave 5 (2027-04-06) no account would say anything." in said.out
    refused = ministry.say("campaign", "start", FILE, "--yes")
    assert (refused.code, "what blocks it has to be mended first" in refused.err) == (1, True)


def test_plan_shows_every_wave_its_cost_and_what_is_missing(ministry: Ministry) -> None:
    said = ministry.say("campaign", "plan", FILE)
    assert said.code == 0, said.err
    assert said.out.startswith("Campaign  harbours-again · 6 waves\nGoal      Every master")
    rows = [line.split() for line in said.out.splitlines() if line[:1].isdigit()]
    assert [row[0] for row in rows] == list("123456")
    total = sum(float(row[-1].removeprefix("$")) for row in rows)
    assert f"Cost      about ${total:.3f} on X" in said.out
    assert SHORTAGE in said.out
    assert ministry.say("delivery", "list", "--json").json == []


def test_plan_shows_what_each_account_says_in_one_wave(ministry: Ministry) -> None:
    said = ministry.say("campaign", "plan", FILE, "--wave", "5").out
    assert "mfa  original, wording 5, " in said
    assert "embassy-dakar  repost  " in said
    assert "    reposts harbour-pact/5/embassy-paris/post\n" in said
    assert "embassy-washington  has said every wording that it has" in said
    assert "embassy-london" not in said
    found = ministry.say("campaign", "plan", FILE, "--wave", "5", "--json").json
    assert [wave["wave"] for wave in found["waves"]] == [5]
    assert "has 6" in ministry.say("campaign", "plan", FILE, "--wave", "7").err


def test_start_asks_and_plans_all_waves(ministry: Ministry) -> None:
    asked = ministry.say("campaign", "start", FILE)
    assert (asked.code, "Nobody can be asked here. Say --yes." in asked.err) == (2, True)
    assert ministry.say("delivery", "list", "--json").json == []
    said = ministry.say("campaign", "start", FILE, "--yes")
    assert said.code == 0, said.err
    assert "6 waves planned. They go out when their time has come: with ministry-social worker." in said.out
    assert len(ministry.say("delivery", "list", "--json").json) == 47
    planned = ministry.say("campaign", "plan", FILE)
    assert (planned.code, "is in force in this very form" in planned.err) == (1, True)


def test_list_and_show_say_how_far_it_has_come(ministry: Ministry) -> None:
    assert ministry.say("campaign", "list").out.startswith("No campaign was put in force yet.")
    ministry.say("campaign", "start", FILE, "--yes")
    assert "harbours-again  6      2027-03-08 20:00  2027-04-13 09:00  47 waits  not begun" in ministry.say("campaign", "list").out
    shown = ministry.say("campaign", "show", "harbours-again").out
    assert "9 waits" in shown
    assert SHORTAGE in shown
    [row] = ministry.say("campaign", "list", "--json").json
    assert (row["campaign"], row["waves"][0]["states"]) == ("harbours-again", {"planned": 9})
    assert "Did you mean harbours-again?" in ministry.say("campaign", "show", "harbour-again").err


def test_stop_calls_off_what_is_not_out_and_says_why_it_must_be_said(ministry: Ministry) -> None:
    ministry.say("campaign", "start", FILE, "--yes")
    assert "Say why: --reason TEXT" in ministry.say("campaign", "stop", "harbours-again").err
    said = ministry.say("campaign", "stop", "harbours-again", "--reason", "the treaty is signed")
    assert (said.code, "Stopped   harbours-again. 47 posts called off." in said.out) == (0, True)
    assert {row["state"] for row in ministry.say("delivery", "list", "--json").json} == {"cancelled"}
    assert "stopped" in ministry.say("campaign", "list").out
    assert "the treaty is signed" in ministry.say("campaign", "show", "harbours-again").out
    again = ministry.say("campaign", "stop", "harbours-again", "--reason", "twice")
    assert "was stopped before" in again.out
    refused = ministry.say("campaign", "start", FILE, "--yes")
    assert (refused.code, "was stopped. To begin anew, give it a new id" in refused.err) == (1, True)


def test_a_file_that_is_not_there_is_named_with_the_nearest(ministry: Ministry) -> None:
    said = ministry.say("campaign", "check", str(Path(FILE).with_name("harbour.toml")))
    assert (said.code, f"Did you mean {FILE}?" in said.err) == (2, True)
