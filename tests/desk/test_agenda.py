"""The agenda: what goes out when, in UTC and on the wall there."""

from dataclasses import replace
from datetime import datetime

from ministry_social.desk.agenda import OPEN, agenda
from ministry_social.model.appointment import Appointment
from ministry_social.model.delivery import State

from .bench import HOUR, MINUTE, NOON, Bench, says


def shown(bench: Bench, **asked: object) -> list[Appointment]:
    with bench.store.read() as reading:
        return agenda(reading, bench.clock.now(), bench.accounts, **asked)  # type: ignore[arg-type]


def planned(bench: Bench) -> None:
    bench.plan(says("oslo"), says("bern"), says("lima"), at={"oslo": NOON + HOUR, "bern": NOON, "lima": NOON + 24 * HOUR})
    bench.accounts["oslo"] = replace(bench.accounts["oslo"], zone="Asia/Kolkata", mission="embassy-oslo")


def test_it_comes_in_the_order_of_time_with_the_hour_on_the_wall_there(bench: Bench) -> None:
    planned(bench)
    bern, oslo, lima = shown(bench)
    assert (bern.at, oslo.at, lima.at) == (NOON, NOON + HOUR, NOON + 24 * HOUR)
    assert (oslo.local, oslo.zone, oslo.mission) == (datetime(2026, 12, 1, 18, 30), "Asia/Kolkata", "embassy-oslo")
    assert (oslo.key, oslo.says, oslo.over) == ("grain/1/oslo/post", "waits for its time", False)


def test_it_begins_and_ends_where_asked(bench: Bench) -> None:
    planned(bench)
    assert [one.account for one in shown(bench, since=NOON + HOUR)] == ["oslo", "lima"]
    assert [one.account for one in shown(bench, until=NOON + HOUR)] == ["bern"]
    assert [one.account for one in shown(bench, mission="embassy-oslo")] == ["oslo"]


def test_what_is_out_has_the_time_at_which_it_was_sent_and_is_left_out_unless_asked_for(bench: Bench) -> None:
    planned(bench)
    bench.clock.pass_by(MINUTE)
    bench.send()
    assert [one.account for one in shown(bench, states=OPEN)] == ["oslo", "lima"]
    bern = shown(bench, states=())[0]
    assert (bern.state, bern.at, bern.url) == (State.PUBLISHED, NOON + MINUTE, "https://stage.example.org/bern/1001")


def test_an_account_that_is_gone_is_shown_in_utc(bench: Bench) -> None:
    planned(bench)
    del bench.accounts["oslo"]
    [oslo] = [one for one in shown(bench) if one.account == "oslo"]
    assert (oslo.zone, oslo.mission, oslo.local) == ("UTC", "oslo", datetime(2026, 12, 1, 13, 0))
