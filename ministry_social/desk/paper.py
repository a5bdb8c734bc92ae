"""The paper: what a release will make public, account by account, for the eyes of those who sign."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from ..errors import LedgerBroken
from ..model.account import Account
from ..model.ledger import Event
from ..ports import Reading
from ..rules.canonical import digest
from ..rules.timing import unstamp
from .approved import whole

_TEXTS = ("title", "text", "message", "description")


def paper(reading: Reading, release: str, accounts: Mapping[str, Account]) -> dict[str, tuple[str, ...]]:
    """Lines for each delivery, by its key, from the very bytes that are signed. Raises `LedgerBroken` where one is missing."""
    held = whole(reading, release)
    return {one["key"]: tuple(_lines(reading, one, accounts.get(one["account"]))) for one in held["deliveries"]}


def before(reading: Reading, message: str, wave: int, release: str) -> str:
    """The release that was submitted before this one for the same wave; empty where there is none."""
    bodies = [json.loads(entry.body) for entry in reading.approvals([message])]
    ours = [body["facts"] for body in bodies if body["event"] == Event.RELEASED and body["facts"]["wave"] == wave]
    named = [str(facts["release"]) for facts in ours]
    return next((name for name in reversed(named[: named.index(release)]) if name != release), "") if release in named else ""


def strangers(reading: Reading, release: str, accounts: Mapping[str, Account]) -> tuple[str, ...]:
    """Accounts that are other ones in this machine's config than in the release."""
    held = whole(reading, release)
    return tuple(
        one["account"]
        for one in held["deliveries"]
        if one["account"] not in accounts or accounts[one["account"]].id != one["account_id"]
    )


def _lines(reading: Reading, one: Mapping[str, Any], account: Account | None) -> Iterator[str]:
    handle = "" if account is None else f" @{account.handle}"
    yield f"{one['account']} on {one['platform']}{handle} (id {one['account_id']}): {one['kind']}"
    yield f"  due      {_moment(unstamp(one['due_at']), account)}"
    if one["stale_at"]:
        yield f"  not after {_moment(unstamp(one['stale_at']), account)}"
    for key in one["waits_for"]:
        yield f"  after    {key}"
    yield from _said(_body(reading, one["payload"]))
    for media in one["media"]:
        yield f"  media    sha256:{media['digest']}"
        yield f"           alt: {media['alt'] or 'none'}"
    if one["otherwise"]:
        yield "  or, if what it waits for does not come:"
        yield from _said(_body(reading, one["otherwise"]))


def _said(body: Mapping[str, Any]) -> Iterator[str]:
    for name in _TEXTS:
        if body.get(name):
            yield from (f"  | {line}" for line in _text(body[name]).split("\n"))
    for name, value in body.items():
        if name not in (*_TEXTS, "media") and value not in ("", None, [], {}):
            yield f"  {name:<8} {_text(value) if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)}"


def _text(value: Any) -> str:
    """A text, with what a reference stands for in words."""
    pieces = value if isinstance(value, list) else [value]
    return "".join(one if isinstance(one, str) else f"[{one['field']} of {one['delivery']}]" for one in pieces)


def _body(reading: Reading, name: str) -> Mapping[str, Any]:
    body = reading.blob(name)
    if body is None or digest(body) != name:
        raise LedgerBroken("What would be sent is missing or was changed.")
    return dict(json.loads(body))


def _moment(moment: datetime, account: Account | None) -> str:
    utc = f"{moment:%Y-%m-%d %H:%M} UTC"
    if account is None or account.zone == "UTC":
        return utc
    return f"{utc} ({moment.astimezone(ZoneInfo(account.zone)):%Y-%m-%d %H:%M} {account.zone})"
