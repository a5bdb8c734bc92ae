"""A year of a ministry, made up: its accounts, 20,000 posts, and what became of them, put into a store in bulk."""

import hashlib
import json
import random
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ministry_social.model.account import Account
from ministry_social.rules.timing import stamp

START, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
_NAMES = {
    "x": ("likes", "reposts", "replies", "quotes", "saves", "views"),
    "facebook": ("likes", "reposts", "replies", "views", "viewers", "clicks"),
    "youtube": ("likes", "replies", "views"),
}
_COLUMNS = (
    "key", "message", "wave", "account", "platform", "part", "kind", "payload", "otherwise", "release", "due_at", "waits_for",
    "state", "prepared", "attempts", "fence", "sent_at", "remote_id", "url", "error", "prepare_fence", "prepare_tries", "stuck",
    "look_first",
)  # fmt: skip


def fill(file: Path, accounts: Sequence[Account], *, posts: int = 20_000, readings: int = 3, seed: int = 1) -> None:
    """Put a year into a store that is there already and empty. Some posts were never read; some were taken down."""
    chance = random.Random(seed)
    bodies: dict[str, str] = {}
    rows = [_delivery(number, posts, accounts, chance, bodies) for number in range(posts)]
    with closing(sqlite3.connect(file)) as store:
        store.execute("PRAGMA synchronous = OFF")
        marks = ", ".join("?" * len(_COLUMNS))
        store.executemany(f"INSERT INTO delivery ({', '.join(_COLUMNS)}) VALUES ({marks})", rows)
        store.executemany("INSERT INTO blob VALUES (?, ?)", [(digest, body.encode()) for digest, body in bodies.items()])
        store.executemany("INSERT INTO figure VALUES (?, ?, ?, ?, ?)", _of_posts(rows, readings, chance))
        store.executemany("INSERT INTO figure VALUES (?, ?, ?, ?, ?)", _of_accounts(accounts, chance))
        store.commit()


def _delivery(
    number: int, posts: int, accounts: Sequence[Account], chance: random.Random, bodies: dict[str, str]
) -> tuple[Any, ...]:
    account = chance.choice(accounts)
    message, wave = f"message-{number // 40}", number % 40 // 10 + 1
    sent = START + (END - START) * number / posts
    form = "video" if account.platform == "youtube" else chance.choice(("text", "link", "picture", "video", "repost"))
    form = "text" if form == "repost" and account.platform == "facebook" else form
    body = json.dumps(_body(number, form), sort_keys=True)
    digest = hashlib.sha256(body.encode()).hexdigest()
    bodies[digest] = body
    kind = {"repost": "repost", "video": "video" if account.platform == "youtube" else "local"}.get(form, "local")
    state = "recalled" if chance.random() < 0.01 else "published"
    return (
        f"{message}/{wave}/{account.name}/{number}", message, wave, account.name, account.platform, str(number), kind, digest, "",
        "r", stamp(sent), "", state, 1, 1, "f", stamp(sent), f"id-{number}", "", "", "", 0, 0, 0,
    )  # fmt: skip


def _body(number: int, form: str) -> dict[str, Any]:
    media = {"picture": [{"kind": "image"}], "video": [{"kind": "video"}]}.get(form, [])
    return {"text": f"Number {number}" + (" https://example.org/more" if form == "link" else ""), "media": media}


def _of_posts(rows: Sequence[tuple[Any, ...]], readings: int, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        named = dict(zip(_COLUMNS, row, strict=True))
        if chance.random() < 0.05:  # nobody ever read it
            continue
        sent = datetime.fromisoformat(named["sent_at"])
        most = {name: chance.randrange(0, 900 if name != "views" else 20_000) for name in _NAMES[named["platform"]]}
        for reading in range(1, readings + 1):
            at = stamp(sent + timedelta(hours=6) * reading**2)
            for name, value in most.items():
                yield named["account"], named["remote_id"], name, at, value * reading // readings


def _of_accounts(accounts: Sequence[Account], chance: random.Random) -> Iterator[tuple[Any, ...]]:
    """Followers once a day; of one account in ten never."""
    for number, account in enumerate(accounts):
        if number % 10 == 9:
            continue
        followers = chance.randrange(500, 90_000)
        for day in range(365):
            followers += chance.randrange(-5, 60)
            yield account.name, "", "followers", stamp(START + timedelta(days=day, hours=6)), followers
