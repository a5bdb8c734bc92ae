"""The control interface."""

import time

import requests

from tests.conftest import Rehearsal


def test_health_names_the_platforms(rehearsal: Rehearsal) -> None:
    assert rehearsal.get("/rehearsal/health")["platforms"] == ["facebook", "x", "youtube"]


def test_the_clock_can_be_moved_and_runs_at_a_rate(rehearsal: Rehearsal) -> None:
    moved = rehearsal.post("/rehearsal/clock", {"now": "2026-12-01T09:00:00+00:00", "rate": 0})
    assert moved["now"].startswith("2026-12-01T09:00:00")
    assert rehearsal.post("/rehearsal/clock", {"advance": 60})["now"].startswith("2026-12-01T09:01:00")


def test_an_unknown_fault_is_refused_with_the_list(rehearsal: Rehearsal) -> None:
    assert "there are: delay-before" in rehearsal.fault("earthquake", "x")["error"]


def test_each_request_to_a_platform_is_noted_with_the_moment_that_it_arrived(rehearsal: Rehearsal) -> None:
    token = rehearsal.enrol("facebook", "101", "page")["access_token"]
    rehearsal.fault("delay-before", "facebook", action="read", seconds=0.3)
    sent = time.time()
    requests.get(f"{rehearsal.address}/api/facebook/101", headers={"Authorization": f"Bearer {token}"}, timeout=10)
    requests.get(f"{rehearsal.address}/api/x/2/users/me", timeout=10)
    of_page, unknown = rehearsal.get("/rehearsal/requests")
    assert (of_page["platform"], of_page["method"], of_page["path"]) == ("facebook", "GET", "/api/facebook/101")
    assert sent <= of_page["arrived"] < sent + 0.3, "when it arrived, not when it was carried out"
    assert (of_page["account"], unknown["account"]) == ("page", None)
    assert rehearsal.get("/rehearsal/requests", account="page") == [of_page]
    assert rehearsal.get("/rehearsal/requests", platform="x") == [unknown]
