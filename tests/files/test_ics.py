"""Calendar files: whatever program opens them finds the same times."""

from datetime import UTC, datetime, timedelta

import pytest
from icalendar import Calendar

from ministry_social.files.ics import calendar_bytes
from ministry_social.model.appointment import Appointment

NOW = datetime(2026, 11, 1, 12, 0, 0, 5, tzinfo=UTC)


def appointment(account: str = "embassy-ankara", **fields: object) -> Appointment:
    values = {
        "key": f"grain/1/{account}/post", "at": datetime(2026, 12, 1, 6, 0, tzinfo=UTC), "local": datetime(2026, 12, 1, 9, 0),
        "zone": "Europe/Istanbul", "account": account, "mission": account, "platform": "x", "kind": "local", "message": "grain",
        "wave": 1, "state": "planned", "says": "waits for its time", "url": "", "over": False,
    }  # fmt: skip
    return Appointment(**values | fields)  # type: ignore[arg-type]


def read(*appointments: Appointment) -> list[object]:
    return list(Calendar.from_ical(calendar_bytes(appointments, name="Tavoria", now=NOW)).walk("VEVENT"))


def test_an_appointment_says_when_where_and_what() -> None:
    [event] = read(appointment())
    assert str(event["UID"]) == "grain/1/embassy-ankara/post"
    assert event.decoded("DTSTART") == datetime(2026, 12, 1, 6, 0, tzinfo=UTC)
    assert event.decoded("DTEND") - event.decoded("DTSTART") == timedelta(minutes=15)
    assert event.decoded("DTSTAMP") == datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
    assert str(event["SUMMARY"]) == "grain · embassy-ankara (X)"
    assert str(event["DESCRIPTION"]).splitlines() == [
        "local of the message grain, wave 1, on embassy-ankara: waits for its time.",
        "On the wall there: 2026-12-01 09:00 (Europe/Istanbul).",
    ]
    assert (str(event["STATUS"]), str(event["TRANSP"])) == ("CONFIRMED", "TRANSPARENT")
    assert "URL" not in event


def test_what_is_out_carries_its_address() -> None:
    [event] = read(appointment(url="https://x.com/TAV_Ankara/status/1"))
    assert str(event["URL"]) == "https://x.com/TAV_Ankara/status/1"


def test_what_will_never_go_out_is_cancelled() -> None:
    [event] = read(appointment(over=True))
    assert str(event["STATUS"]) == "CANCELLED"


def test_the_same_appointment_has_the_same_name_in_every_file() -> None:
    first, later = read(appointment()), read(appointment(at=datetime(2026, 12, 2, 6, 0, tzinfo=UTC)))
    assert [event["UID"] for event in first] == [event["UID"] for event in later]


def test_the_file_is_as_rfc_5545_wants_it() -> None:
    written = calendar_bytes([appointment(message="grain-" + "ö" * 70)], name="Tavoria", now=NOW)
    assert written.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//ministry_social//schedule//EN\r\n")
    assert b"DTSTART:20261201T060000Z\r\n" in written
    assert b"\n" not in written.replace(b"\r\n", b"")
    assert max(len(line) for line in written.split(b"\r\n")) <= 75


@pytest.mark.parametrize("text", ["a; b, c", "two\nlines", "back\\slash"])
def test_what_stands_in_a_text_comes_back_whole(text: str) -> None:
    [event] = read(appointment(says=text))
    assert text in str(event["DESCRIPTION"])


def test_a_calendar_without_appointments_is_one() -> None:
    assert read() == []
