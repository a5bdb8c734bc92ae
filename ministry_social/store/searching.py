"""Searching the ledger: each question goes the way of one index, and comes back in the ledger's order, a page at a time."""

from collections.abc import Iterator
from heapq import merge
from typing import Any

import sqlalchemy as sa

from ..model.ledger import Entry
from ..model.searching import Search
from ..rules.timing import stamp
from .rows import Rows
from .tables import BY_A_PERSON, COMMON_EVENTS, RARE, entry

_FIRST, _PAGE = 50, 5000  # entries of a first page, and of the largest
_FEW = 50  # so many messages, accounts or persons are asked for one by one

Condition = sa.ColumnElement[bool] | sa.TextClause


class SearchReading(Rows):
    """The part of `ports.Reading` that answers an auditor."""

    def search(self, asked: Search) -> Iterator[Entry]:
        """See `Reading.search`."""
        within, others = self._within(asked)
        if within is None or asked.accounts == ():
            return iter(())
        column, values, stated = _way(asked)
        others += [_plain(one).in_(wanted) for one, wanted in _lists(asked) if one is not column]
        if column is None:
            return self._pages([*within, *others], asked.newest_first)
        streams = [self._pages([column == value, *stated, *within, *others], asked.newest_first) for value in values]
        return merge(*streams, key=lambda found: found.position, reverse=asked.newest_first)

    def _within(self, asked: Search) -> tuple[list[Condition] | None, list[Condition]]:
        """Between which positions the entries of this time are, and which of these are of it. None: there are none at all.

        Entries are in the order of time but for seconds, or hours where a clock was moved. The index knows the first and the last
        of them, wherever they are; what lies between them and is of another time is left out.
        """
        if asked.since is None and asked.until is None:
            return [], []
        bounds = [entry.c.at >= stamp(asked.since)] if asked.since is not None else []
        bounds += [entry.c.at < stamp(asked.until)] if asked.until is not None else []
        first, last = self._run(sa.select(sa.func.min(entry.c.position), sa.func.max(entry.c.position)).where(*bounds)).one()
        if first is None:
            return None, []
        of_it: list[Condition] = [_plain(entry.c.at) >= stamp(asked.since)] if asked.since is not None else []
        of_it += [_plain(entry.c.at) < stamp(asked.until)] if asked.until is not None else []
        return [entry.c.position.between(first, last)], of_it

    def _pages(self, wanted: list[Condition], newest_first: bool) -> Iterator[Entry]:
        """Page by page, each larger than the one before: who wants a few waits for a few, and no cursor is left open."""
        position = entry.c.position
        order = position.desc() if newest_first else position
        query = sa.select(position, entry.c.body, entry.c.seal).where(*wanted).order_by(order)
        size, beyond = _FIRST, list[Condition]()
        while True:
            rows = self._run(query.where(*beyond).limit(size)).all()
            for place, body, seal in rows:
                yield Entry(position=place, body=body, seal=seal)
            if len(rows) < size:
                return
            last = rows[-1].position
            beyond, size = [position < last if newest_first else position > last], min(size * 10, _PAGE)


def _way(asked: Search) -> tuple[sa.Column[Any] | None, tuple[str, ...], list[Condition]]:
    """The index to go by: its column, the values to ask for one by one, and what must be said for it to be taken.

    The way of no index is that of the positions.
    """
    common = set(COMMON_EVENTS.replace("'", "").split(", "))
    rare = bool(asked.events) and not common & set(asked.events)
    ways: tuple[tuple[bool, sa.Column[Any], tuple[str, ...], str], ...] = (
        (_few(asked.messages), entry.c.message, asked.messages, ""),
        (asked.accounts is not None and _few(asked.accounts), entry.c.account, asked.accounts or (), ""),
        (rare, entry.c.event, tuple(one.value for one in asked.events), RARE),
        (_few(asked.persons) and "engine" not in asked.persons, entry.c.by, asked.persons, BY_A_PERSON),
    )
    for taken, column, values, stated in ways:
        if taken:
            return column, tuple(dict.fromkeys(values)), [sa.text(stated)] if stated else []
    return None, (), []


def _lists(asked: Search) -> list[tuple[sa.Column[Any], tuple[str, ...]]]:
    """Every list that was asked for."""
    found = [
        (entry.c.message, asked.messages), (entry.c.by, asked.persons), (entry.c.event, tuple(one.value for one in asked.events)),
    ]  # fmt: skip
    accounts = [] if asked.accounts is None else [(entry.c.account, asked.accounts)]
    return [(column, values) for column, values in found if values] + accounts


def _few(values: tuple[str, ...]) -> bool:
    return 0 < len(values) <= _FEW


def _plain(column: sa.Column[Any]) -> sa.ColumnElement[str]:
    """The column as a value for which no index is looked at."""
    value: sa.ColumnElement[str] = column.concat("")
    return value
