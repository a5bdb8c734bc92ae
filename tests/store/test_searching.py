"""Searching: every question finds what looking at each entry finds, on each database, wherever clocks jumped."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa

from ministry_social.model.ledger import Entry, Event
from ministry_social.model.searching import Search
from ministry_social.rules.timing import unstamp
from ministry_social.store import SqliteStore, SqlStore

from .conftest import MINUTE, NOON

EVENTS = (Event.RECEIVED, Event.PLANNED, Event.RECALLED)
PERSONS, ACCOUNTS, MESSAGES = ("anna", "engine"), ("oslo", "bern", ""), ("grain", "lamp", "")
WITHIN = ((None, None), (NOON + 10 * MINUTE, NOON + 30 * MINUTE), (None, NOON + 5 * MINUTE), (NOON - MINUTE, NOON))


def fill(store: SqlStore) -> list[Entry]:
    """One entry of each sort, each a minute after the other; in the middle a clock goes back by half an hour."""
    with store.begin() as tx:
        for number, (event, person, account, message) in enumerate(product(EVENTS, PERSONS, ACCOUNTS, MESSAGES)):
            at = NOON + number * MINUTE - (30 * MINUTE if number >= 27 else timedelta())
            tx.record(event, by=person, at=at, account=account, message=message)
    with store.read() as reading:
        return list(reading.entries())


def fits(asked: Search, entry: Entry) -> bool:
    body: dict[str, Any] = json.loads(entry.body)
    at = unstamp(body["at"])
    lists = (
        (asked.persons, body["by"]), (asked.messages, body["about"].get("message")), (asked.events, body["event"]),
    )  # fmt: skip
    return (
        all(not wanted or has in wanted for wanted, has in lists)
        and (asked.accounts is None or body["about"].get("account") in asked.accounts)
        and (asked.since is None or at >= asked.since)
        and (asked.until is None or at < asked.until)
    )


def test_a_search_finds_what_looking_at_every_entry_finds(store: SqlStore) -> None:
    ledger = fill(store)
    lists = product(
        ((), ("anna",)), (None, (), ("oslo", "bern")), ((), ("lamp",)),
        ((), (Event.RECALLED,), (Event.PLANNED, Event.RECALLED)), WITHIN,
    )  # fmt: skip
    with store.read() as reading:
        for persons, accounts, messages, events, (since, until) in lists:
            asked = Search(persons=persons, accounts=accounts, messages=messages, events=events, since=since, until=until)
            wanted = [one for one in ledger if fits(asked, one)]
            assert list(reading.search(asked)) == wanted, asked
            assert list(reading.search(replace(asked, newest_first=True))) == wanted[::-1], asked


def test_many_pages_come_in_the_ledgers_order(file_store: SqliteStore) -> None:
    with file_store.begin() as tx:
        for number in range(700):
            tx.record(Event.RECALLED, by="anna", at=NOON, account=("oslo", "bern", "riga")[number % 3])
    with file_store.read() as reading:
        found = [one.position for one in reading.search(Search(accounts=("oslo", "riga")))]
    assert found == sorted(found)
    assert len(found) == 467


@pytest.mark.parametrize(
    ("asked", "index"),
    [
        (Search(accounts=("oslo",), since=NOON, events=(Event.PLANNED,)), "entry_account"),
        (Search(messages=("grain",), accounts=("oslo",)), "entry_message"),
        (Search(persons=("anna",), until=NOON + 50 * MINUTE), "entry_by"),
        (Search(events=(Event.RECALLED,), persons=("engine",)), "entry_rare"),
    ],
)
def test_each_question_goes_the_way_of_one_index(file_store: SqliteStore, asked: Search, index: str) -> None:
    assert index in plan_of(file_store, asked)[-1]


def test_a_time_is_looked_up_and_not_searched_for(file_store: SqliteStore) -> None:
    plans = plan_of(file_store, Search(since=NOON - MINUTE, until=NOON + MINUTE))
    assert "INDEX entry_at (at>? AND at<?)" in plans[0]
    assert "position>? AND position<?" in plans[-1]


def plan_of(store: SqliteStore, asked: Search) -> list[str]:
    """How SQLite goes about each statement of a search."""
    fill(store)
    said: list[str] = []
    with store.read() as reading:
        run = reading._run

        def explained(statement: Any, parameters: Any = None) -> Any:
            compiled = statement.compile(reading._connection.engine, compile_kwargs={"literal_binds": True})
            said.append(
                " ".join(row[-1] for row in run(sa.text(f"EXPLAIN QUERY PLAN {str(compiled).replace(':', chr(92) + ':')}")))
            )
            return run(statement, parameters)

        reading._run = explained  # type: ignore[method-assign]
        assert list(reading.search(asked))
    return said


def test_an_older_ledger_can_be_asked_after_an_upgrade(store: SqlStore) -> None:
    moment: datetime = NOON
    with store.read() as reading:
        [opened] = reading.search(Search(events=(Event.OPENED,), persons=("ana",), since=moment))
    assert json.loads(opened.body)["facts"] == {"world": "rehearsal"}
