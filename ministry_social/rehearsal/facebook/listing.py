"""Lists: newest first, a page at a time, with cursors (developers.facebook.com/docs/graph-api/results)."""

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from .call import Call
from .errors import invalid
from .schedule import moment

USUAL, MOST = 25, 100  # rows of one answer; more than 100 was refused since v2.4 (developers.facebook.com/docs/apps/upgrading)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One row of a list: its id, its time, and what is shown of it."""

    id: str
    at: datetime
    node: Callable[[], dict[str, Any]]


def listing(call: Call, rows: Sequence[Row]) -> dict[str, Any]:
    """One page of the rows (given newest first), within `since` and `until`, from the cursor on."""
    rows = _between(call, rows)
    start, end = _window(call, rows, _limit(call))
    page = rows[start:end]
    if not page:
        return {"data": []}
    paging: dict[str, Any] = {"cursors": {"before": _cursor(page[0]), "after": _cursor(page[-1])}}
    if end < len(rows):
        paging["next"] = _address(call, "after", page[-1])
    if start > 0:
        paging["previous"] = _address(call, "before", page[0])
    return {"data": [row.node() for row in page], "paging": paging}


def _limit(call: Call) -> int:
    text = call.get("limit") or str(USUAL)
    if not text.isdigit() or int(text) > MOST:
        raise invalid(f"The parameter limit should not exceed {MOST}")
    return int(text)


def _between(call: Call, rows: Sequence[Row]) -> list[Row]:
    since, until = (_moment(call, name) for name in ("since", "until"))
    return [
        row
        for row in rows
        if (since is None or int(row.at.timestamp()) >= since) and (until is None or int(row.at.timestamp()) <= until)
    ]


def _moment(call: Call, name: str) -> int | None:
    if not call.get(name):
        return None
    found = moment(call.get(name), call.now)
    if found is None:
        raise invalid(f"Param {name} must be a valid time")
    return int(found.timestamp())


def _window(call: Call, rows: list[Row], limit: int) -> tuple[int, int]:
    if call.get("before"):
        end = _place(rows, call.get("before"))
        return max(0, end - limit), end
    start = _place(rows, call.get("after")) + 1 if call.get("after") else 0
    return start, min(len(rows), start + limit)


def _cursor(row: Row) -> str:
    return base64.urlsafe_b64encode(row.id.encode()).decode()


def _place(rows: list[Row], cursor: str) -> int:
    try:
        wanted = base64.urlsafe_b64decode(cursor.encode()).decode()
        return next(number for number, row in enumerate(rows) if row.id == wanted)
    except (binascii.Error, UnicodeError, StopIteration) as lost:
        raise invalid("Invalid cursors values") from lost


def _address(call: Call, way: str, row: Row) -> str:
    # As Facebook writes it: its own host, and with the token.
    query = {name: text for name, text in call.texts.items() if name not in ("after", "before")}
    path = call.request.path.removeprefix("/api/facebook")
    return f"https://graph.facebook.com{path}?{urlencode(query | {way: _cursor(row)})}"
