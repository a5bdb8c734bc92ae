"""A six-week campaign, run against the rehearsal with its clock moved, from the plan to the bill."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from ministry_social.files.accounts import load_accounts
from ministry_social.rehearsal.server import Server
from ministry_social.rules.similarity import Spoken, near_duplicates
from tests.acceptance.campaign_files import CAMPAIGN, LOCAL, SAID, write_campaign
from tests.acceptance.ministry import Ministry, connected, new_ministry
from tests.conftest import Rehearsal

BEFORE = "2027-03-01T12:00:00+00:00"
RATE = 20.0  # not more: media are prepared an hour of real time ahead, and X keeps them for a day of its own
FILE = "campaigns/harbours.toml"
# Six Tuesdays, over the changes of summer time in America (14 March), Europe (28 March) and New Zealand (4 April).
TUESDAYS = ("2027-03-09", "2027-03-16", "2027-03-23", "2027-03-30", "2027-04-06", "2027-04-13")


@dataclass
class Run:
    """The campaign after its end: what was shown before, and what really stands there."""

    ministry: Ministry
    rehearsal: Rehearsal
    plan: dict[str, Any] = field(default_factory=dict)
    table: str = ""
    calendar: dict[str, datetime] = field(default_factory=dict)
    planned: dict[str, datetime] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)

    def rehearse(self) -> None:
        """Plan, start, and move the clock from one due time to the next until nothing waits any more."""
        self.plan = self.ministry.say("campaign", "plan", FILE, "--json").json
        self.table = self.ministry.say("campaign", "plan", FILE).out
        started = self.ministry.say("campaign", "start", FILE, "--yes")
        assert (started.code, started.err) == (0, "")
        self.ministry.say("schedule", "ics", "-o", "all.ics")
        events = Calendar.from_ical((self.ministry.folder / "all.ics").read_bytes()).walk("VEVENT")
        self.calendar = {key_of(str(event["UID"])): event.decoded("DTSTART") for event in events}
        self.planned = {row["id"]: datetime.fromisoformat(row["due_at"]) for row in self.deliveries()}
        for moment in sorted(self.planned.values()):
            if any(row["state"] == "planned" and self.planned[row["id"]] <= moment for row in self.deliveries()):
                self.go_to(moment)
        self.rows = self.deliveries()

    def go_to(self, moment: datetime) -> None:
        """Be at this moment, and let a worker send what is due."""
        now = datetime.fromisoformat(self.rehearsal.get("/rehearsal/clock")["now"])
        if now < moment:
            self.rehearsal.post("/rehearsal/clock", {"now": moment.isoformat()})
        said = self.ministry.say("worker", "--until-idle")
        assert said.code == 0, said.err

    def deliveries(self) -> list[dict[str, Any]]:
        return list(self.ministry.say("delivery", "list", "--json").json)

    def records(self, *kinds: str) -> list[dict[str, Any]]:
        return [one for one in self.rehearsal.records() if one["kind"] in kinds]


def key_of(uid: str) -> str:
    return next(piece for piece in re.split(r"[@\s]", uid) if "/" in piece)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    """The whole campaign, once for all tests of this file."""
    server = Server()
    with server.running() as address, pytest.MonkeyPatch.context() as patch:
        rehearsal = Rehearsal(address=address, world=server.world)
        ministry = connected(new_ministry(tmp_path_factory.mktemp("campaign") / "ministry", patch), rehearsal, rate=RATE)
        # What a worker reads besides (how accounts stand, what stands on them) is billed by X, and no part of the plan.
        ministry.environment |= {"MINISTRY_SOCIAL_STANDING_EVERY": "0s", "MINISTRY_SOCIAL_WATCH_EVERY": "0s"}
        rehearsal.post("/rehearsal/clock", {"now": BEFORE})
        write_campaign(ministry)
        done = Run(ministry, rehearsal)
        done.rehearse()
        yield done


def test_every_wave_is_out(run: Run) -> None:
    assert {row["state"] for row in run.rows} == {"published"}, [row for row in run.rows if row["state"] != "published"]
    speaking = Counter(row["wave"] for row in run.rows)
    # Nine accounts, the channel in the first wave only, and Washington silent from the fifth on.
    assert speaking == {1: 9, 2: 8, 3: 8, 4: 8, 5: 7, 6: 7}
    shown = run.ministry.say("campaign", "show", "harbours-again").out
    assert shown.count(" published") == 6
    assert "over" in run.ministry.say("campaign", "list").out


def test_no_text_was_refused(run: Run) -> None:
    events = Counter(event for row in run.rows for event in run.ministry.story(row["id"]))
    assert not events.keys() & {"refused", "duplicate", "lost", "not-sent", "preparation-lost"}
    assert events["accepted"] == len(run.rows)


def test_what_stands_there_is_what_the_plan_showed(run: Run) -> None:
    shown = Counter(
        (account["account"], account["text"].split("\n")[0])
        for wave in run.plan["waves"]
        for account in wave["accounts"]
        if account["kind"] not in (None, "repost", "video")
    )
    # A page's post with a video is a video to Facebook.
    stands = [one for one in run.records("post", "video") if one["platform"] != "youtube"]
    assert shown == Counter((one["account"], one["text"].split("\n")[0]) for one in stands)


def test_no_account_says_a_wording_twice_and_each_post_of_a_wave_has_its_kind(run: Run) -> None:
    said: dict[str, list[int]] = defaultdict(list)
    kinds: dict[str, list[str]] = defaultdict(list)
    for wave in run.plan["waves"]:
        for account in wave["accounts"]:
            if account["kind"] not in (None, "repost"):
                said[account["account"]].append(account["wording"])
                kinds[account["account"]].append(account["with"])
    assert said["mfa"] == [1, 2, 3, 4, 5, 6]
    assert said["embassy-washington"] == [1, 2, 3, 4]
    assert all(len(set(numbers)) == len(numbers) for numbers in said.values())
    for name in ("mfa", "embassy-paris", "embassy-ankara", "page"):
        assert set(kinds[name]) == {"text", "picture", "video", "link"}, name
    assert kinds["channel"] == ["video"]


def test_no_two_posts_on_x_say_nearly_the_same(run: Run) -> None:
    """Every pair of posts of all six weeks: by the words that they have in common, and by our own rule."""
    posts = [one for one in run.records("post") if one["platform"] == "x"]
    assert len(posts) == 6 * 5 + 4
    for one, other in combinations(posts, 2):
        left, right = words(one["text"]), words(other["text"])
        assert len(left & right) / len(left | right) < 0.34, (one["account"], one["text"], other["account"], other["text"])
    spoken = [Spoken(who=one["account"], text=one["text"]) for one in posts]
    assert near_duplicates(spoken, threshold=run.ministry.app().settings.similarity.threshold) == ()


def words(text: str) -> set[str]:
    """The words of a text, without the addresses that all of them may have."""
    return set(re.findall(r"\w+", re.sub(r"https?://\S+", "", text).casefold()))


def test_a_missing_wording_was_said_before_it_happened(run: Run) -> None:
    said = "embassy-washington has no unused wording of harbour-pact from wave 5 on."
    assert run.plan["shortage"] == [said]
    assert said in run.table
    assert said in run.ministry.say("campaign", "show", "harbours-again").out


def test_the_calendar_file_shows_nine_oclock_on_each_wall(run: Run) -> None:
    zones = {one.name: one.zone for one in load_accounts(run.ministry.folder / "config" / "accounts.toml")}
    assert run.calendar.keys() == {row["id"] for row in run.rows}
    for row in run.rows:
        wall = datetime.fromisoformat(f"{TUESDAYS[row['wave'] - 1]}T09:00").replace(tzinfo=ZoneInfo(zones[row["account"]]))
        late = timedelta(minutes=10) if row["kind"] == "repost" else timedelta()
        assert timedelta() <= run.calendar[row["id"]] - wall.astimezone(UTC) <= late, row["id"]
    assert run.calendar == run.planned


def test_nothing_went_out_before_its_time(run: Run) -> None:
    due = {(row["account"], row["remote_id"]): run.planned[row["id"]] for row in run.rows}
    posts = [one for one in run.records("post") if one["platform"] == "x"]
    assert all(datetime.fromisoformat(one["at"]) >= due[(one["account"], one["id"])] for one in posts)


def test_the_cost_was_right_to_the_cent(run: Run) -> None:
    bill = run.rehearsal.get("/rehearsal/x/bill")
    assert run.plan["cost"] == bill["total"]
    assert sum(wave["cost"] for wave in run.plan["waves"]) == bill["total"]
    assert f"about ${bill['total'] / 1000:.3f} on X" in run.table


def test_the_ledger_says_what_was_planned_and_holds_together(run: Run) -> None:
    with run.ministry.app().store.read() as reading:
        entries = [entry.body for entry in reading.entries()]
    assert sum('"event":"campaign-planned"' in body for body in entries) == 1
    assert "unbroken" in run.ministry.say("store", "verify").out


def test_started_again_it_plans_nothing_and_changed_it_is_refused(run: Run) -> None:
    again = run.ministry.say("campaign", "start", FILE, "--yes")
    assert (again.code, "nothing new is planned" in again.out) == (0, True)
    run.ministry.write("campaigns/other.toml", CAMPAIGN.replace("COUNT=6", "COUNT=5"))
    refused = run.ministry.say("campaign", "start", "campaigns/other.toml", "--yes")
    assert (refused.code, "in another form" in refused.err) == (1, True)
    assert len(run.deliveries()) == len(run.rows)


def test_stopped_after_its_first_wave_nothing_more_leaves(ministry: Ministry, rehearsal: Rehearsal) -> None:
    rehearsal.post("/rehearsal/clock", {"now": BEFORE, "rate": RATE})
    write_campaign(ministry)
    ministry.say("campaign", "start", FILE, "--yes")
    going = Run(ministry, rehearsal)
    for moment in sorted({row["due_at"] for row in going.deliveries() if row["wave"] == 1}):
        going.go_to(datetime.fromisoformat(moment))
    stopped = ministry.say("campaign", "stop", "harbours-again", "--reason", "the treaty is signed")
    assert "38 posts called off." in stopped.out, stopped
    stands = rehearsal.records()
    for day in TUESDAYS[1:]:
        going.go_to(datetime.fromisoformat(f"{day}T23:00Z"))
    assert rehearsal.records() == stands
    assert Counter((row["wave"] == 1, row["state"]) for row in going.deliveries()) == {
        (True, "published"): 9,
        (False, "cancelled"): 38,
    }


def test_the_files_of_this_test_have_a_wording_for_each_wave() -> None:
    assert {len(texts) for texts in SAID.values()} == {6}
    assert {mission: len(texts) for mission, (_, texts) in LOCAL.items()}["embassy-washington"] == 4
