"""`delivery schedule` and `schedule`, as a press officer uses them."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from typing import Any

import click
import pytest
from icalendar import Calendar

from ministry_social.cli.when import since, until, wish
from ministry_social.model.times import Wish
from tests.acceptance.ministry import Ministry, stopped
from tests.conftest import Rehearsal

AT = ("--at", "2030-12-02 09:00 local")
SCHEDULE = ("delivery", "schedule", "messages/grain.md", *AT)
CALENDAR = """\
[[days]]
what = "{what}"
from = 2030-12-02
rule = "{rule}"
reason = "The chancery moves"
mission = "embassy-ankara"
"""


def test_each_account_is_planned_for_its_own_hour_and_nothing_is_sent(ministry: Ministry, rehearsal: Rehearsal) -> None:
    said = ministry.say(*SCHEDULE, "--yes")
    assert said.code == 0, said
    assert said.out.startswith("World     rehearsal")
    # 09:00 in Ankara is 06:00 UTC all year; in Caldova and Paris it is 08:00 UTC in winter.
    span = "first 2030-12-02 06:00 UTC (embassy-ankara), last 2030-12-02 08:00 UTC (mfa)"
    assert f"\nTimes     {span}\n" in said.out
    assert f"\n4 deliveries, {span}.\nThey go out when their time has come: with ministry-social worker" in said.out
    due = {name: row["due_at"][11:16] for name, row in ministry.deliveries().items()}
    assert due == {"mfa": "08:00", "embassy-paris": "08:00", "embassy-ankara": "06:00", "page": "08:00"}
    assert rehearsal.records() == []


def test_without_a_terminal_and_without_yes_nothing_is_planned(ministry: Ministry) -> None:
    said = ministry.say(*SCHEDULE)
    assert said.code == 2
    assert said.err.startswith("Error: Nobody can be asked here. Say --yes.")
    assert ministry.deliveries() == {}


def test_whoever_is_asked_sees_the_times_first_and_can_say_no(ministry: Ministry) -> None:
    master, slave = os.openpty()
    command = [sys.executable, "-m", "ministry_social", *SCHEDULE]
    process = subprocess.Popen(command, cwd=ministry.folder, stdin=slave, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    os.close(slave)
    with stopped(process):
        os.write(master, b"n\n")
        out, err = process.communicate(timeout=30)
    os.close(master)
    assert process.returncode == 1
    assert out.index("Times     first 2030-12-02 06:00 UTC") < out.index("Publish on 4 accounts of the rehearsal? [y/N]")
    assert err.strip().endswith("Stopped. Nothing was sent.")
    assert ministry.deliveries() == {}


def test_what_a_closure_moves_is_said_and_planned(ministry: Ministry) -> None:
    ministry.write("config/calendar.toml", CALENDAR.format(what="closure", rule="move"))
    said = ministry.say(*SCHEDULE, "--yes")
    assert "\n1 waits for the end of a closure: The chancery moves (embassy-ankara).\n" in said.out
    assert "Checks    0 blocking, 1 advisory" in said.out
    assert ministry.deliveries()["embassy-ankara"]["due_at"] == "2030-12-03T06:00:00.000Z"


def test_what_mourning_skips_stays_silent_and_the_preview_says_so(ministry: Ministry) -> None:
    ministry.write("config/calendar.toml", CALENDAR.format(what="mourning", rule="skip"))
    said = ministry.say(*SCHEDULE, "--yes")
    assert "\n1 stays silent in mourning: The chancery moves (embassy-ankara).\n" in said.out
    assert "1 does not post at that time" in said.out
    assert set(ministry.deliveries()) == {"mfa", "embassy-paris", "page"}
    shown = ministry.say("message", "preview", "messages/grain.md", *AT, "--json").json
    [ankara] = [row for row in shown if row["account"] == "embassy-ankara"]
    assert (ankara["silence"], ankara["why"]) == (
        "not at that time",
        "it does not post at that time: mourning (The chancery moves)",
    )


def test_where_everybody_would_stay_silent_nothing_is_planned_and_the_reason_is_said(ministry: Ministry) -> None:
    everybody = CALENDAR.format(what="mourning", rule="skip").replace('mission = "embassy-ankara"', "all = true")
    ministry.write("config/calendar.toml", everybody)
    said = ministry.say(*SCHEDULE, "--yes")
    assert (said.code, "No account would say anything." in said.err) == (1, True)
    assert "\nTimes     nobody posts then\n          4 stay silent in mourning: The chancery moves (" in said.out
    assert ministry.deliveries() == {}


def test_publish_does_not_move_what_stands_and_says_what_does(ministry: Ministry) -> None:
    ministry.say(*SCHEDULE, "--yes")
    said = ministry.say("publish", "messages/grain.md", "--at", "2031-01-01T00:00:00Z", "--wait", "0s")
    assert "Its times stay as they are. Others: ministry-social delivery schedule messages/grain.md --at TIME\n" in said.out
    assert ministry.deliveries()["embassy-ankara"]["due_at"] == "2030-12-02T06:00:00.000Z"


def test_a_mistake_in_the_calendar_is_said_with_its_line(ministry: Ministry) -> None:
    ministry.write("config/calendar.toml", CALENDAR.format(what="holiday", rule="skip"))
    said = ministry.say(*SCHEDULE, "--yes")
    assert said.code == 2
    assert 'calendar.toml:2: what: "holiday" is not possible.' in said.err


def test_public_holidays_move_where_the_settings_say_so(ministry: Ministry) -> None:
    ministry.environment["MINISTRY_SOCIAL_TIMES_HOLIDAYS"] = "move"
    # 29 October, Republic Day, is a holiday in Turkey alone of these four.
    said = ministry.say("delivery", "schedule", "messages/grain.md", "--at", "2030-10-29 09:00 local", "--yes")
    assert "\n1 waits for the end of a holiday (TR).\n" in said.out
    assert ministry.deliveries()["embassy-ankara"]["due_at"] == "2030-10-30T06:00:00.000Z"


def test_publish_at_once_in_quiet_hours_waits_where_they_are_set(ministry: Ministry, rehearsal: Rehearsal) -> None:
    rehearsal.post("/rehearsal/clock", {"rate": 1, "now": "2026-12-08T22:00:00Z"})
    ministry.environment["MINISTRY_SOCIAL_TIMES_QUIET"] = "22:00-07:00"
    said = ministry.say("publish", "messages/grain.md", "--yes", "--wait", "0s")
    assert "4 wait for the end of quiet hours (mfa, embassy-paris, embassy-ankara, page)." in said.out
    assert rehearsal.records() == []
    due = {name: row["due_at"][8:16] for name, row in ministry.deliveries().items()}
    assert due == {"mfa": "09T06:00", "embassy-paris": "09T06:00", "embassy-ankara": "09T04:00", "page": "09T06:00"}


def test_travel_advice_does_not_wait_for_the_morning(ministry: Ministry, rehearsal: Rehearsal) -> None:
    rehearsal.post("/rehearsal/clock", {"now": "2026-12-08T22:00:00Z"})
    ministry.environment["MINISTRY_SOCIAL_TIMES_QUIET"] = "22:00-07:00"
    file = ministry.folder / "messages" / "grain.md"
    file.write_text(file.read_text().replace('id = "grain-corridor"', 'id = "grain-corridor"\nkind = "travel-advice"'))
    said = ministry.say("publish", "messages/grain.md", "--yes")
    assert (said.code, len(rehearsal.records())) == (0, 4)


def test_as_soon_as_the_embargo_ends(ministry: Ministry) -> None:
    command = ("delivery", "schedule", "messages/grain.md", "--at", "embargo", "--yes")
    said = ministry.say(*command)
    assert (said.code, "messages/grain.md:1: The message has no embargo." in said.err) == (1, True)
    file = ministry.folder / "messages" / "grain.md"
    file.write_text(file.read_text().replace('id = "grain-corridor"', 'id = "grain-corridor"\nembargo = 2030-12-02T05:00:00Z'))
    assert "4 deliveries, all at 2030-12-02 05:00 UTC.\n" in ministry.say(*command).out
    spread = ministry.say(*command, "--spread", "20m").out
    assert "4 deliveries, first 2030-12-02 05:00 UTC (mfa), last 2030-12-02 05:15 UTC (page).\n" in spread


def test_a_plan_gets_other_times_until_something_has_started(ministry: Ministry, rehearsal: Rehearsal) -> None:
    ministry.say(*SCHEDULE, "--yes")
    again = ministry.say("delivery", "schedule", "messages/grain.md", "--at", "2030-12-05T12:00:00Z", "--yes")
    assert "4 deliveries, all at 2030-12-05 12:00 UTC." in again.out
    assert {row["due_at"] for row in ministry.deliveries().values()} == {"2030-12-05T12:00:00.000Z"}
    ministry.say("delivery", "schedule", "messages/grain.md", "--yes")
    assert ministry.say("publish", "messages/grain.md").code == 0
    late = ministry.say(*SCHEDULE, "--yes")
    assert late.code == 1
    assert "4 of the deliveries of grain-corridor have been started already: the others keep their times." in late.err


def test_machines_are_told_the_times(ministry: Ministry) -> None:
    said = ministry.say(*SCHEDULE, "--yes", "--json").json
    assert said["message"] == "grain-corridor"
    assert said["due"]["embassy-ankara"] == "2030-12-02T06:00:00Z"


class TestCalendar:
    def test_is_shown_per_day(self, ministry: Ministry) -> None:
        ministry.say(*SCHEDULE, "--yes")
        assert words(ministry.say("schedule", "show").out) == [
            "day (UTC)|UTC|on the wall there|account|message|kind|state",
            "2030-12-02 Mon|06:00|2030-12-02 09:00|embassy-ankara|grain-corridor|local|waits for its time",
            "08:00|2030-12-02 09:00|embassy-paris|grain-corridor|translation|waits for its time",
            "08:00|2030-12-02 09:00|mfa|grain-corridor|original|waits for its time",
            "08:00|2030-12-02 09:00|page|grain-corridor|page-post|waits for its time",
        ]

    def test_is_shown_per_mission_in_the_order_of_the_config(self, ministry: Ministry) -> None:
        ministry.say(*SCHEDULE, "--yes")
        lines = words(ministry.say("schedule", "show", "--by", "mission").out)
        assert [line.split("|")[0] for line in lines] == ["mission", "mfa", "2030-12-02 08:00", "embassy-paris", "embassy-ankara"]

    def test_begins_and_ends_where_asked(self, ministry: Ministry) -> None:
        ministry.say(*SCHEDULE, "--yes")
        assert len(ministry.say("schedule", "show", "--from", "2030-12-02", "--to", "2030-12-02", "--json").json) == 4
        assert len(ministry.say("schedule", "show", "--from", "2030-12-02T07:00:00Z", "--json").json) == 3
        assert "Nothing is planned." in ministry.say("schedule", "show", "--to", "2030-12-01").out

    def test_is_there_for_machines(self, ministry: Ministry) -> None:
        ministry.say(*SCHEDULE, "--yes")
        [row] = ministry.say("schedule", "show", "--mission", "embassy-ankara", "--json").json
        assert (row["id"], row["at"], row["local"], row["zone"]) == (
            "grain-corridor/1/embassy-ankara/post", "2030-12-02T06:00:00.000Z", "2030-12-02T09:00:00", "Europe/Istanbul",
        )  # fmt: skip

    def test_what_is_out_is_shown_when_asked_for(self, ministry: Ministry) -> None:
        ministry.say("publish", "messages/grain.md", "--yes")
        assert "Nothing is planned." in ministry.say("schedule", "show").out
        assert {row["state"] for row in ministry.say("schedule", "show", "--all", "--json").json} == {"published"}

    def test_a_mission_that_is_none_is_said(self, ministry: Ministry) -> None:
        said = ministry.say("schedule", "show", "--mission", "embassy-ankar")
        assert (said.code, "There is no mission embassy-ankar. Did you mean embassy-ankara?" in said.err) == (2, True)

    def test_the_file_shows_the_same_times_and_no_text(self, ministry: Ministry) -> None:
        ministry.say(*SCHEDULE, "--yes")
        said = ministry.say("schedule", "ics", "-o", "ministry.ics")
        assert said.out == "4 appointments in ministry.ics.\n"
        written = (ministry.folder / "ministry.ics").read_bytes()
        shown = {row["id"]: row["at"] for row in ministry.say("schedule", "show", "--json").json}
        events: list[Any] = list(Calendar.from_ical(written).walk("VEVENT"))
        assert {str(one["UID"]): f"{one.decoded('DTSTART'):%Y-%m-%dT%H:%M:%S.000Z}" for one in events} == shown
        assert b"another year" not in written
        assert ministry.say("schedule", "ics").out.startswith("BEGIN:VCALENDAR\r\n") or os.linesep != "\n"

    def test_a_file_that_cannot_be_written_is_said(self, ministry: Ministry) -> None:
        said = ministry.say("schedule", "ics", "-o", "nowhere/ministry.ics")
        assert said.code == 1
        assert re.fullmatch(r"Error: .*nowhere/ministry\.ics.*No such file or directory.*\n", said.err)


def words(text: str) -> list[str]:
    """Each line, its columns divided by bars."""
    return [re.sub(r" {2,}", "|", line.strip()) for line in text.splitlines()]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2026-12-01 09:00 local", Wish(local=datetime(2026, 12, 1, 9, 0))),
        ("2026-12-01T09:00 LOCAL", Wish(local=datetime(2026, 12, 1, 9, 0))),
        ("2026-12-01 09:00 UTC", Wish(moment=datetime(2026, 12, 1, 9, 0, tzinfo=UTC))),
        ("2026-12-01T09:00:00Z", Wish(moment=datetime(2026, 12, 1, 9, 0, tzinfo=UTC))),
        ("2026-12-01T10:00:00+01:00", Wish(moment=datetime(2026, 12, 1, 9, 0, tzinfo=UTC))),
        ("Embargo", Wish(embargo=True)),
    ],
)
def test_times_are_understood_as_people_write_them(typed: str, meant: Wish) -> None:
    assert wish(typed) == meant


@pytest.mark.parametrize(
    "typed", ["tomorrow", "2026-12-01 09:00", "09:00 local", "2026-13-01 09:00 local", "9999-12-31T23:00:00Z", ""]
)
def test_what_is_no_time_is_refused_with_what_would_be_right(typed: str) -> None:
    with pytest.raises(click.BadParameter, match=r'Write date, time and zone: .* "2026-12-01 09:00 local"'):
        wish(typed)


def test_a_day_is_whole_in_a_range() -> None:
    assert since("2026-12-01") == datetime(2026, 12, 1, tzinfo=UTC)
    assert until("2026-12-01") == datetime(2026, 12, 2, tzinfo=UTC)
    assert since("2026-12-01T09:00:00Z") == until("2026-12-01T09:00:00Z") == datetime(2026, 12, 1, 9, tzinfo=UTC)
