"""The clocks: the system's, the rehearsal's over HTTP, and a deadline that no jump lengthens."""

import itertools
import time
from datetime import UTC, datetime, timedelta

import pytest
from pytest_mock import MockerFixture

from ministry_social.clock import RehearsalClock, SystemClock, real_deadline
from ministry_social.errors import InvalidSettings
from tests.conftest import Rehearsal

MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock(rehearsal: Rehearsal, mocker: MockerFixture) -> RehearsalClock:
    """The rehearsal's clock, read anew each time that it is asked."""
    mocker.patch.object(RehearsalClock, "REFRESH", -1.0)
    return RehearsalClock(rehearsal.address)


def set_clock(rehearsal: Rehearsal, **wish: object) -> datetime:
    return datetime.fromisoformat(rehearsal.post("/rehearsal/clock", wish)["now"])


def test_the_systems_clock_is_aware_and_in_utc() -> None:
    now = SystemClock().now()
    assert now.tzinfo is UTC
    assert abs(now - datetime.now(UTC)) < MINUTE


def test_a_real_duration_is_itself_on_the_systems_clock() -> None:
    assert SystemClock().real(MINUTE) == MINUTE


@pytest.mark.parametrize(("ahead", "at_most", "slept"), [(10.0, 0.5, 0.5), (0.2, 0.5, 0.2), (-5.0, 0.5, 0.0)])
def test_sleeping_ends_at_the_moment_or_when_it_was_long_enough(
    mocker: MockerFixture, ahead: float, at_most: float, slept: float
) -> None:
    sleep = mocker.patch("time.sleep")
    clock = SystemClock()
    clock.sleep_until(clock.now() + timedelta(seconds=ahead), at_most)
    assert sleep.call_args.args[0] == pytest.approx(slept, abs=0.15)


def test_a_deadline_counts_down_on_both_clocks() -> None:
    deadline = real_deadline(MINUTE)
    assert 59 < deadline.left() <= 60
    assert 59 < SystemClock().deadline(MINUTE).left() <= 60


@pytest.mark.parametrize(
    ("wall", "monotonic", "left"), [(3600, 0, -3540), (-3600, 0, 60), (0, 3600, -3540), (-3600, 45, 15), (30, 45, 15)]
)
def test_no_jump_of_the_wall_clock_lengthens_a_deadline(mocker: MockerFixture, wall: float, monotonic: float, left: float) -> None:
    now, ticks = time.time(), time.monotonic()
    mocker.patch("time.time", return_value=now)
    mocker.patch("time.monotonic", return_value=ticks)
    deadline = real_deadline(MINUTE)
    mocker.patch("time.time", return_value=now + wall)
    mocker.patch("time.monotonic", return_value=ticks + monotonic)
    assert deadline.left() == pytest.approx(left, abs=0.01)


def test_the_rehearsals_clock_is_everybodys(rehearsal: Rehearsal, clock: RehearsalClock) -> None:
    wanted = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    set_clock(rehearsal, now=wanted.isoformat())
    for reader in (clock, RehearsalClock(rehearsal.address)):
        assert wanted <= reader.now() < wanted + MINUTE


def test_it_runs_at_its_rate_between_two_readings(rehearsal: Rehearsal, mocker: MockerFixture) -> None:
    set_clock(rehearsal, rate=600)
    clock = RehearsalClock(rehearsal.address)
    before = clock.now()
    ticks = time.monotonic()
    mocker.patch("time.monotonic", return_value=ticks + 0.4)  # not yet read again
    assert timedelta(seconds=230) < clock.now() - before < timedelta(seconds=260)


def test_a_jump_is_seen_with_the_next_reading(rehearsal: Rehearsal, clock: RehearsalClock) -> None:
    before = clock.now()
    rehearsal.post("/rehearsal/clock", {"advance": 7200})
    assert clock.now() - before >= timedelta(hours=2)
    rehearsal.post("/rehearsal/clock", {"advance": -7200})
    assert clock.now() - before < MINUTE


def test_without_a_jump_it_never_goes_back(rehearsal: Rehearsal, clock: RehearsalClock) -> None:
    set_clock(rehearsal, rate=100_000)  # the time that an answer takes is minutes here
    told = [clock.now() for _ in range(50)]
    assert all(earlier <= later for earlier, later in itertools.pairwise(told))


def test_where_it_stands_still_waiting_ends_all_the_same(
    rehearsal: Rehearsal, clock: RehearsalClock, mocker: MockerFixture
) -> None:
    set_clock(rehearsal, rate=0)
    assert clock.now() == clock.now()
    sleep = mocker.patch("time.sleep")
    clock.sleep_until(clock.now() + MINUTE, 0.5)
    assert sleep.call_args.args[0] == 0.5


def test_sleeping_is_shorter_where_time_runs_faster(rehearsal: Rehearsal, clock: RehearsalClock, mocker: MockerFixture) -> None:
    set_clock(rehearsal, rate=600)
    sleep = mocker.patch("time.sleep")
    clock.sleep_until(clock.now() + 10 * MINUTE, 5.0)
    assert 0.5 < sleep.call_args.args[0] <= 1.0


@pytest.mark.parametrize(("rate", "longer"), [(60, 60), (1, 1), (0, 1), (0.5, 1)])
def test_a_lease_of_real_time_is_as_much_longer_as_the_clock_is_faster(
    rehearsal: Rehearsal, clock: RehearsalClock, rate: float, longer: int
) -> None:
    set_clock(rehearsal, rate=rate)
    assert clock.real(MINUTE) == longer * MINUTE
    assert 59 < clock.deadline(MINUTE).left() <= 60  # a deadline is real time whatever the rate


def test_without_a_rehearsal_it_says_how_to_start_one() -> None:
    with pytest.raises(
        InvalidSettings, match=r"no rehearsal at http://127\.0\.0\.1:9\. Start it with: ministry-social rehearsal serve"
    ):
        RehearsalClock("http://127.0.0.1:9").now()


def test_a_server_that_is_no_rehearsal_is_not_taken_for_one(rehearsal: Rehearsal) -> None:
    with pytest.raises(InvalidSettings, match="There is no rehearsal"):
        RehearsalClock(f"{rehearsal.address}/api/x").now()
