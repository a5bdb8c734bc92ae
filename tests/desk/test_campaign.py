"""Campaigns at the desk: planned ahead, put in force whole, stopped at once."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from ministry_social.desk import campaign, compose, deliver, schedule, waves
from ministry_social.desk.compose import House
from ministry_social.desk.waves import Material, Piece, Plan
from ministry_social.errors import InvalidMessage, LedgerBroken, NotAllowed, OutcomeUnknown, Unreachable
from ministry_social.files.templates import fill
from ministry_social.model.account import Account
from ministry_social.model.campaign import Campaign, CampaignRecord, PostKind
from ministry_social.model.delivery import State
from ministry_social.model.message import Message, Place, Prose, Wording
from ministry_social.rules.adapt import Rules
from ministry_social.rules.canonical import digest
from ministry_social.rules.cost import Prices

from .bench import CREDENTIAL, HOUR, Bench, account, says

HERE = Place(file="grain.md", line=9)
TEXTS = (
    "The corridor stays open for another year.",
    "Ships with wheat sail again from Mersin.",
    "Bread has become cheaper in forty towns.",
)
WEEK, DAY = timedelta(days=7), timedelta(days=1)
ACCOUNTS = (account("mfa", central=True), account("page", "facebook"), account("oslo"))


def message(*texts: str, name: str = "grain") -> Message:
    first, *more = (Wording(language="en", place=HERE, number=n, short=Prose(text=t, place=HERE)) for n, t in enumerate(texts, 1))
    return Message(id=name, kind="statement", source="en", place=HERE, wordings={"en": first}, more={"en": tuple(more)})


def material(*said: Message, source: bytes = b"one", **fields: Any) -> Material:
    """A campaign of three weeks, from the second of December on, at nine in Greenwich."""
    values: dict[str, Any] = {
        "id": "again", "goal": "all know", "start": date(2026, 12, 2), "end": date(2026, 12, 31), "repeat": "FREQ=WEEKLY;COUNT=3",
        "at": time(9), "zone": "UTC", "place": Place(file="again.toml", line=1), "messages": tuple(one.id for one in said),
        "kinds": (PostKind.TEXT,),
    }  # fmt: skip
    pieces = [Piece(message=one, revision=digest(one.id.encode()), file="grain.md", source=one.id.encode()) for one in said]
    return Material(campaign=Campaign(**values | fields), pieces=pieces, source=digest(source), description=source)


def planned(bench: Bench, made: Material, accounts: Sequence[Account] = ACCOUNTS) -> Plan:
    for one in accounts:
        bench.accounts[one.name] = one
        bench.vault.put(one.name, CREDENTIAL)
    house = House(
        accounts=accounts, platforms=bench.means.platforms, fill=fill, rules=Rules(fallback="en", reposts=5),
        prices=Prices(), threshold=0.45,
    )  # fmt: skip
    with bench.store.read() as reading:
        return waves.plan(reading, made, house, bench.times, bench.clock.now(), WEEK)


def started(bench: Bench, made: Material) -> CampaignRecord:
    return campaign.start(bench.store, bench.clock, planned(bench, made), bench.times, person="ana")


def states(bench: Bench) -> dict[str, State]:
    with bench.store.read() as reading:
        return {one.key: one.state for one in reading.deliveries()}


def events(bench: Bench) -> list[dict[str, Any]]:
    with bench.store.read() as reading:
        return [body for entry in reading.entries() if (body := json.loads(entry.body))["event"].startswith("campaign-")]


def test_every_wave_is_planned_with_another_wording_at_its_time(bench: Bench) -> None:
    plan = planned(bench, material(message(*TEXTS)))
    assert [wave.timed.due["mfa"].isoformat() for wave in plan.waves] == [f"2026-12-{day:02}T09:00:00+00:00" for day in (2, 9, 16)]
    said = [next(one.variant.own for one in wave.draft.assignments if one.variant) for wave in plan.waves]
    assert said == list(TEXTS)
    assert (plan.blocked, plan.shortage) == (False, ())
    assert plan.cost == 3 * 2 * 15, "the original and a repost in each wave"
    assert states(bench) == {}, "nothing is kept"


def test_wordings_that_run_out_are_said_before_and_a_wave_of_silence_blocks(bench: Bench) -> None:
    plan = planned(bench, material(message(*TEXTS[:2])))
    assert [one.sentence for one in plan.shortage] == [
        "mfa has no unused wording of grain from wave 3 on.",
        "page has no unused wording of grain from wave 3 on.",
    ]
    assert plan.blocked
    assert "silent-wave" in {one.name for one in plan.findings}
    with pytest.raises(NotAllowed, match="again has a blocking finding"):
        campaign.start(bench.store, bench.clock, plan, bench.times, person="ana")


def test_a_wave_is_compared_with_the_waves_before_it(bench: Bench) -> None:
    plan = planned(bench, material(message(TEXTS[0], TEXTS[1], TEXTS[0].replace("year", "month"))))
    assert [one.name for one in plan.findings if one.weight.value == "blocking"] == ["said-before"]


@pytest.mark.parametrize(("days", "blocked"), [(3, True), (30, False)])
def test_a_wave_is_compared_with_what_was_said_in_the_days_before_it(bench: Bench, days: int, blocked: bool) -> None:
    bench.plan(says("oslo", TEXTS[1]), message="wheat")
    bench.send()
    made = material(message(*TEXTS[1:], TEXTS[0]), start=(bench.clock.now() + days * DAY).date(), end=date(2027, 3, 1))
    assert planned(bench, made).blocked is blocked


def test_messages_take_turns_each_with_its_own_wordings(bench: Bench) -> None:
    both = material(message(*TEXTS[:2]), message("Twelve ports have promised shelter.", name="ports"))
    plan = planned(bench, both)
    assert [(wave.piece.message.id, wave.wave) for wave in plan.waves] == [("grain", 1), ("ports", 2), ("grain", 3)]
    assert not plan.shortage


def test_a_first_wave_that_has_passed_is_refused_with_the_line_of_its_start(bench: Bench) -> None:
    start = Place(file="again.toml", line=3)
    with pytest.raises(InvalidMessage, match="Wave 1 was to begin on 2026-11-30 09:00, which has passed") as caught:
        planned(bench, material(message(*TEXTS), start=date(2026, 11, 30), places={"start": start}))
    assert caught.value.line == 3


def test_a_wave_before_the_end_of_an_embargo_is_refused(bench: Bench) -> None:
    later = replace(message(*TEXTS), embargo=bench.clock.now() + 2 * WEEK)
    with pytest.raises(InvalidMessage, match=r"Wave 1 \(2026-12-02 09:00\) begins before the embargo of grain ends"):
        planned(bench, material(later))
    assert planned(bench, material(later, start=date(2026, 12, 16))).waves


def test_put_in_force_every_delivery_is_planned_under_its_wave(bench: Bench) -> None:
    record = started(bench, material(message(*TEXTS)))
    assert set(states(bench)) == {f"grain/{wave}/{name}/post" for wave in (1, 2, 3) for name in ("mfa", "page", "oslo")}
    assert [wave.wordings for wave in record.waves] == [{"mfa": n, "page": n} for n in (1, 2, 3)]
    [event] = events(bench)
    assert event["facts"] == {
        "campaign": "again", "goal": "all know", "source": digest(b"one"), "record": event["facts"]["record"], "waves": 3,
    }  # fmt: skip
    with bench.store.read() as reading:
        assert [one.number for one in reading.revisions("grain")] == [1], "one revision, however many waves"
    bench.verify()


def test_the_same_again_changes_nothing_another_form_is_refused(bench: Bench) -> None:
    made = material(message(*TEXTS))
    plan = planned(bench, made)
    first = campaign.start(bench.store, bench.clock, plan, bench.times, person="ana")
    assert campaign.start(bench.store, bench.clock, plan, bench.times, person="ana") == first
    assert len(events(bench)) == 1
    with pytest.raises(NotAllowed, match="in another form"):
        campaign.refuse_if_another(first, material(message(*TEXTS), source=b"two"))


def test_what_was_shown_is_what_is_put_in_force(bench: Bench) -> None:
    plan = planned(bench, material(message(*TEXTS)))
    other = replace(plan, material=replace(plan.material, description=b"two"))
    with pytest.raises(LedgerBroken, match="not the one that was checked"):
        campaign.start(bench.store, bench.clock, other, bench.times, person="ana")
    bench.plan(says("oslo", "Good morning."))
    with pytest.raises(NotAllowed, match="released meanwhile"):
        campaign.start(bench.store, bench.clock, plan, bench.times, person="ana")
    assert events(bench) == []


def test_what_was_published_before_is_a_used_wording_and_its_wave_is_taken(bench: Bench) -> None:
    bench.plan(says("mfa", TEXTS[0]))
    bench.send()
    plan = planned(bench, material(message(*TEXTS), repeat="FREQ=WEEKLY;COUNT=2"))
    assert [wave.wave for wave in plan.waves] == [2, 3]
    numbers = [{one.account.name: one.wording for one in wave.draft.assignments if one.variant} for wave in plan.waves]
    assert [found["mfa"] for found in numbers] == [2, 3]
    assert [found["page"] for found in numbers] == [1, 2]


def test_a_stop_calls_off_what_has_not_started_and_names_what_had_left(bench: Bench) -> None:
    started(bench, material(message(*TEXTS)))
    bench.clock.pass_by(22 * HOUR)
    bench.stage.next.extend([OutcomeUnknown("Lost.")])
    first = bench.send()[0]
    ended = campaign.stop(bench.store, bench.clock, "again", reason="signed", person="ben")
    assert [one.key for one in ended.left] == [first.key]
    published = sum(state is State.PUBLISHED for state in states(bench).values())
    assert ended.cancelled == 9 - published - 1
    assert not bench.claim(), "nothing more leaves"
    assert events(bench)[-1]["facts"] == {
        "campaign": "again",
        "reason": "signed",
        "cancelled": ended.cancelled,
        "left": [first.key],
    }
    with bench.store.read() as reading:
        assert reading.delivery("grain/3/mfa/post").error == "Called off: signed"  # type: ignore[union-attr]
    again = campaign.stop(bench.store, bench.clock, "again", reason="twice", person="cem")
    assert (again.already, again.record.reason) == (True, "signed")
    bench.verify()


def test_what_had_left_when_the_campaign_was_stopped_and_is_not_out_is_not_sent_again(bench: Bench) -> None:
    started(bench, material(message(*TEXTS)))
    bench.clock.pass_by(22 * HOUR)
    claims = bench.claim()
    ended = campaign.stop(bench.store, bench.clock, "again", reason="signed", person="ben")
    assert {one.key for one in ended.left} == {one.delivery.key for one in claims}
    bench.stage.next.extend(Unreachable("No network.") for _ in claims)
    back = bench.settle(*[deliver.send(bench.means, one) for one in claims])
    assert {one.state for one in back} == {State.PLANNED}
    bench.clock.pass_by(HOUR)
    assert not bench.claim()
    bench.tidy()
    assert set(states(bench).values()) == {State.MISSED, State.CANCELLED}


def test_a_stop_of_a_campaign_that_there_is_not_is_refused(bench: Bench) -> None:
    with pytest.raises(NotAllowed, match="There is no campaign wheat"):
        campaign.stop(bench.store, bench.clock, "wheat", reason="signed", person="ben")


def test_after_a_stop_a_new_campaign_uses_the_wordings_that_were_not_said(bench: Bench) -> None:
    started(bench, material(message(*TEXTS)))
    bench.clock.pass_by(22 * HOUR)
    bench.send()
    record = campaign.stop(bench.store, bench.clock, "again", reason="a pause", person="ben").record
    with pytest.raises(NotAllowed, match="was stopped"):
        campaign.refuse_if_another(record, material(message(*TEXTS)))
    plan = planned(bench, material(message(*TEXTS), id="anew", start=date(2026, 12, 10), repeat="FREQ=WEEKLY;COUNT=2"))
    assert [wave.wave for wave in plan.waves] == [4, 5]
    assert [next(one.wording for one in wave.draft.assignments if one.account.name == "mfa") for wave in plan.waves] == [2, 3]


def test_a_wave_of_a_campaign_is_replaced_by_no_publish(bench: Bench) -> None:
    started(bench, material(message(*TEXTS)))
    with pytest.raises(NotAllowed, match="part of the campaign again"):
        schedule.refuse_if_started(bench.store, "grain", 1, digest(b"changed"))
    with pytest.raises(NotAllowed, match="part of the campaign again"):
        bench.plan(says("mfa", "Something else."))


def test_another_wave_of_the_same_message_counts_as_said(bench: Bench) -> None:
    started(bench, material(message(*TEXTS)))
    with bench.store.read() as reading:
        said = compose.said_lately(reading, bench.means.platforms, ACCOUNTS, bench.clock.now(), but="grain")
    assert [one.text for one in said] == list(TEXTS[1:])
