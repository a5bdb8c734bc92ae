"""Calendar files (iCalendar, RFC 5545), which any calendar program opens.

They hold no texts: such files are passed on and subscribed to, and a text under embargo has no place in them.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ..model.appointment import Appointment

if TYPE_CHECKING:
    from icalendar import Event

_LONG = timedelta(minutes=15)  # a post takes a moment; a calendar shows what has a length
_PRODUCT = "-//ministry_social//schedule//EN"
_PLATFORMS = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}


def calendar_bytes(appointments: Iterable[Appointment], *, name: str, now: datetime) -> bytes:
    """A calendar with this name, made at `now`. Whoever imports a later one finds the same appointments, by their UIDs."""
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for one in appointments:
        calendar.add_component(_event(one, now))
    return bytes(calendar.to_ical())


def _event(one: Appointment, now: datetime) -> "Event":
    from icalendar import Event

    event = Event()
    event.add("uid", one.key)
    event.add("dtstamp", now.replace(microsecond=0))
    event.add("dtstart", one.at.replace(microsecond=0))
    event.add("dtend", one.at.replace(microsecond=0) + _LONG)
    event.add("summary", f"{one.message} · {one.account} ({_PLATFORMS.get(one.platform, one.platform)})")
    event.add("description", _description(one))
    event.add("categories", [_PLATFORMS.get(one.platform, one.platform), one.kind])
    event.add("status", "CANCELLED" if one.over else "CONFIRMED")
    event.add("transp", "TRANSPARENT")  # nobody is busy because of it
    if one.url:
        event.add("url", one.url)
    return event


def _description(one: Appointment) -> str:
    return "\n".join(
        (
            f"{one.kind} of the message {one.message}, wave {one.wave}, on {one.account}: {one.says}.",
            f"On the wall there: {one.local:%Y-%m-%d %H:%M} ({one.zone}).",
        )
    )
