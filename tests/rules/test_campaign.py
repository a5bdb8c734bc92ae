"""The waves of a campaign: when they begin, whose turn it is, and who runs out of words."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from ministry_social.model.campaign import Campaign, CampaignRecord, PostKind, WaveRecord
from ministry_social.model.plan import Assignment, Silence
from ministry_social.model.times import Wish
from ministry_social.rules import campaign as rules
from ministry_social.rules.campaign_records import read_record, record_bytes
from tests.factories import account, local, message, mfa, place

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


def campaign(**fields: Any) -> Campaign:
    defaults: dict[str, Any] = {
        "id": "again", "goal": "80", "start": date(2026, 12, 1), "end": date(2027, 1, 31), "repeat": "FREQ=WEEKLY;BYDAY=TU;COUNT=3",
        "at": time(9), "place": place(file="again.toml"), "messages": ("grain.md", "wheat.md"),
    }  # fmt: skip
    return Campaign(**defaults | fields)


def test_waves_are_numbered_and_messages_take_turns() -> None:
    found = rules.waves(campaign())
    assert [(one.number, one.wall.day) for one in found] == [(1, 1), (2, 8), (3, 15)]
    assert [rules.message_of(campaign(), one) for one in found] == [0, 1, 0]


def test_an_hour_is_that_of_each_wall_or_of_one_zone() -> None:
    first = rules.waves(campaign())[0]
    assert rules.wish(campaign(), first) == Wish(local=datetime(2026, 12, 1, 9))
    paris = campaign(zone="Europe/Paris", spread=timedelta(minutes=30))
    assert rules.wish(paris, first) == Wish(moment=datetime(2026, 12, 1, 8, tzinfo=UTC), spread=timedelta(minutes=30))


def test_a_local_hour_has_passed_only_when_it_has_on_the_last_wall() -> None:
    first = rules.waves(campaign())[0]
    assert not rules.passed(campaign(), first, NOON + timedelta(hours=9))  # 21:00 UTC is 09:00 at UTC-12
    assert rules.passed(campaign(), first, NOON + timedelta(hours=9, seconds=1))
    assert rules.passed(campaign(zone="UTC"), first, NOON)
    assert rules.earliest(campaign(), first) == datetime(2026, 11, 30, 19, tzinfo=UTC)
    assert rules.earliest(campaign(zone="UTC"), first) == datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_platforms_take_turns_and_used_wordings_are_handed_on() -> None:
    turns = campaign(platforms=(frozenset({"x"}), frozenset({"facebook", "youtube"})), kinds=(PostKind.TEXT,))
    found = [rules.turn(turns, one, {"mfa": frozenset({1})}, ["channel"]) for one in rules.waves(turns)]
    assert [sorted(one.platforms) for one in found] == [["x"], ["facebook", "youtube"], ["x"]]
    assert (found[0].used, found[0].shown) == ({"mfa": frozenset({1})}, frozenset({"channel"}))
    assert rules.turn(campaign(), rules.waves(campaign())[0], {}, ()).platforms == frozenset()


def test_who_runs_out_is_named_once_from_which_wave_on_and_where_the_next_wording_belongs() -> None:
    ankara = account("embassy-ankara", "tr")
    said = message(locals=local("embassy-ankara", "Mersin.", "tr"))
    over = [
        Assignment(account=mfa(), reason="", silence=Silence.NO_WORDING),
        Assignment(account=ankara, reason="", silence=Silence.NO_WORDING),
        Assignment(account=account("embassy-paris"), reason="would repost mfa", silence=Silence.NO_WORDING),
    ]
    used = {"grain": {"mfa": frozenset({1}), "embassy-ankara": frozenset({1})}}
    found = rules.shortages([(2, said, over), (3, said, over)], used)
    assert [one.sentence for one in found] == [
        "mfa has no unused wording of grain from wave 2 on.",
        "embassy-ankara has no unused wording of grain from wave 2 on.",
    ]
    assert [one.name for one in found] == ["wordings-run-out"] * 2
    assert found[1].place == said.locals["embassy-ankara"].wording.place


def test_a_wave_in_which_nobody_speaks_blocks() -> None:
    found = rules.silent_wave(campaign(), rules.waves(campaign())[2])
    assert (found.name, found.weight.value) == ("silent-wave", "blocking")
    assert found.sentence.startswith("In wave 3 (2026-12-15) no account")


def test_a_record_reads_back_as_it_was_written() -> None:
    wave = WaveRecord(
        number=1, message="grain", wave=2, release="a" * 64, first=NOON, last=NOON, wordings={"mfa": 2},
        kinds={"mfa": "text"}, cost=15,
    )  # fmt: skip
    record = CampaignRecord(id="again", goal="80 %", source="b" * 64, by="ana", at=NOON, waves=(wave,), shortage=("None left.",))
    assert read_record(record_bytes(record)) == record
    stopped = replace(record, stopped_at=NOON, stopped_by="ben", reason="signed")
    assert record_bytes(stopped) == record_bytes(record)
    assert read_record(record_bytes(record), stopped_at=NOON, stopped_by="ben", reason="signed") == stopped
