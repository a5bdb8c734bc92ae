"""The control interface."""

from tests.conftest import Rehearsal


def test_health_names_the_platforms(rehearsal: Rehearsal) -> None:
    assert rehearsal.get("/rehearsal/health")["platforms"] == ["facebook", "x", "youtube"]


def test_the_clock_can_be_moved_and_runs_at_a_rate(rehearsal: Rehearsal) -> None:
    moved = rehearsal.post("/rehearsal/clock", {"now": "2026-12-01T09:00:00+00:00", "rate": 0})
    assert moved["now"].startswith("2026-12-01T09:00:00")
    assert rehearsal.post("/rehearsal/clock", {"advance": 60})["now"].startswith("2026-12-01T09:01:00")


def test_an_unknown_fault_is_refused_with_the_list(rehearsal: Rehearsal) -> None:
    assert "there are: delay-before" in rehearsal.fault("earthquake", "x")["error"]
