"""A year of 46 accounts and 20,000 posts: reported in less than five seconds, and every figure counted again in another way."""

import csv
import json
import math
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ministry_social.model.account import Account
from ministry_social.rehearsal.server import Server
from ministry_social.store import store_file
from tests.axe import browser, violations_everywhere
from tests.reach_year import END, START, fill

from .ministry import Ministry, Said, new_ministry

PERIOD = ("--from", "2026-01-01", "--to", "2026-12-31")
SECONDS = 5.0
ACTS = ("likes", "reposts", "replies", "quotes")


@dataclass(eq=False)
class Year:
    """A ministry with a year behind it."""

    ministry: Ministry
    accounts: dict[str, Account]
    file: Path

    def report(self, *arguments: str) -> Said:
        said = self.ministry.say("report", "reach", *arguments)
        assert said.code == 0, said.err
        return said


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    with pytest.MonkeyPatch.context() as patch, Server().running() as address:
        ministry = new_ministry(tmp_path_factory.mktemp("year") / "ministry", patch)
        ministry.serve_at(address)
        with closing(ministry.app()) as app:
            app.store.close()
            made = Year(ministry, {one.name: one for one in app.accounts}, store_file(app.settings.store.url))
        fill(made.file, list(made.accounts.values()))
        yield made


def rows(year: Year, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(year.file)) as store:
        return store.execute(query).fetchall()


@pytest.fixture(scope="module")
def posts(year: Year) -> list[dict[str, Any]]:
    """Each post with its last figures, put together without a line of the product's: dictionaries over the raw rows."""
    last: dict[tuple[str, str], dict[str, tuple[str, int]]] = defaultdict(dict)
    for account, post, name, at, value in rows(year, "SELECT account, post, name, at, value FROM figure WHERE post != ''"):
        if name not in last[account, post] or last[account, post][name][0] < at:
            last[account, post][name] = (at, value)
    bodies = dict(rows(year, "SELECT digest, bytes FROM blob"))
    found = []
    for account, platform, message, kind, payload, sent, remote in rows(
        year, "SELECT account, platform, message, kind, payload, sent_at, remote_id FROM delivery"
    ):
        body = json.loads(bodies[payload])
        media = [one["kind"] for one in body["media"]]
        repost = kind == "repost"
        found.append(
            {
                "account": account, "platform": platform, "message": message, "repost": repost, "replies": None, "views": None,
                "rich": bool(media) or kind == "video", "at": datetime.fromisoformat(sent), "acts": None,
                "country": year.accounts[account].country, "mission": year.accounts[account].mission,
                "language": year.accounts[account].languages[0],
            }
        )  # fmt: skip
        told = {} if repost else {name: value for name, (_, value) in last[account, remote].items()}
        found[-1] |= {name: told.get(name) for name in ("replies", "views")}
        if any(name in told for name in ACTS):
            found[-1]["acts"] = sum(told.get(name, 0) for name in ACTS)
    return found


@cache
def followers(year: Year) -> dict[str, tuple[int, int]]:
    """How many follow each account, when they were first and last counted."""
    series: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for account, at, value in rows(year, "SELECT account, at, value FROM figure WHERE post = '' AND name = 'followers'"):
        series[account].append((at, value))
    return {account: (min(counts)[1], max(counts)[1]) for account, counts in series.items()}


def recount(year: Year, posts: list[dict[str, Any]], members: set[str]) -> dict[str, Any]:
    """The measures of some posts, by the definitions of docs/reach.md and nothing else."""
    counted = [one for one in posts if one["acts"] is not None]
    own = [one for one in posts if not one["repost"]]
    replied = [one["replies"] > 0 for one in posts if one["replies"] is not None]
    views = [one["views"] for one in posts if one["views"] is not None]
    middle = START + (END - START) / 2
    early, late = ([one["acts"] for one in counted if (one["at"] >= middle) is half] for half in (False, True))
    shares = [many / len(posts) for many in Counter(one["language"] for one in posts).values()]
    first_last = [ends for account, ends in followers(year).items() if account in members]
    before, after = sum(one[0] for one in first_last), sum(one[1] for one in first_last)
    return {
        "accounts": len(members), "posts": len(posts), "counted": len(counted), "known": len(first_last),
        "reach": after if first_last else None, "growth": (after - before) / before if first_last else None,
        "vocality": len(posts) / len(members) / 365, "interactions": sum(one["acts"] for one in counted),
        "efficiency": sum(one["acts"] for one in counted) / len(counted), "views": sum(views) if views else None,
        "proficiency": sum(one["rich"] for one in own) / len(own), "languages": len(shares),
        "diversity": math.prod(share**-share for share in shares), "response": sum(replied) / len(replied),
        "momentum": (sum(late) / len(late)) / (sum(early) / len(early)) - 1,
    }  # fmt: skip


def same(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        assert found[name] == (value if value is None else pytest.approx(value, rel=1e-9)), (found["name"], name)


def test_a_year_is_reported_in_less_than_five_seconds_also_for_a_spreadsheet(year: Year) -> None:
    began = time.process_time()  # other tests run meanwhile: what counts is our own work
    answer = year.report(*PERIOD, "--json", "--csv", "reach.csv").json
    assert time.process_time() - began < SECONDS
    assert answer["together"]["posts"] == 20_000
    with (year.ministry.folder / "reach.csv").open(encoding="utf-8") as file:
        written = list(csv.DictReader(file))
    for row, found in zip(written, answer["rows"], strict=True):
        assert row["account"] == found["name"]
        assert row["reach"] == ("" if found["reach"] is None else str(found["reach"]))
        assert int(row["interactions"]) == found["interactions"]
    assert any(row["reach"] == "" for row in written), "an empty cell where nothing is known"


@pytest.mark.parametrize("by", ["mission", "language"])
def test_every_figure_is_the_same_when_it_is_counted_in_another_way(year: Year, posts: list[dict[str, Any]], by: str) -> None:
    answer = year.report(*PERIOD, "--by", by, "--json").json
    same(answer["together"], recount(year, posts, set(year.accounts)))
    members: dict[str, set[str]] = defaultdict(set)
    said: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for one in year.accounts.values() if by != "language" else ():  # a language is its posts; a mission is there without any
        members[getattr(one, by)].add(one.name)
    for post in posts:
        said[post[by]].append(post)
        members[post[by]].add(post["account"])
    assert [row["name"] for row in answer["rows"]] == sorted(members)
    for row in answer["rows"]:
        same(row, recount(year, said[row["name"]], members[row["name"]]))


def test_the_waves_of_a_message_add_up(year: Year, posts: list[dict[str, Any]]) -> None:
    answer = year.report("--message", "message-17", *PERIOD, "--json").json
    views = sum(one["views"] or 0 for one in posts if one["message"] == "message-17")
    assert [one["wave"] for one in answer["waves"]] == [1, 2, 3, 4]
    assert answer["waves"][-1]["views_so_far"] == sum(one["views"] or 0 for one in answer["waves"]) == views


def test_the_pages_have_no_barrier_by_light_in_the_dark_on_a_narrow_screen_and_on_paper(year: Year) -> None:
    year.ministry.write("others.csv", "ministry,platform,handle,followers,posts_per_day\nAtlantis,x,mfa,9,1\n")
    year.report("--from", "2026-12-01", "--to", "2026-12-31", "--by", "platform", "--html", "reach.html", "--others", "others.csv")
    year.report("--message", "message-17", *PERIOD, "--by", "platform", "--html", "message.html")
    with browser() as chromium:
        for name in ("reach.html", "message.html"):
            page = chromium.new_page()
            asked: list[str] = []
            page.on("request", lambda request, asked=asked: asked.append(request.url))
            page.goto((year.ministry.folder / name).as_uri())
            assert len(asked) == 1, "the page needs nothing besides itself"
            assert page.locator("script").count() == 0
            assert page.locator("figure svg[role=img] > title").count() == page.locator("svg").count() > 2
            assert page.locator("section:has(svg)").count() == page.locator("section:has(svg):has(table)").count()
            assert violations_everywhere(chromium, page.url) == {}
