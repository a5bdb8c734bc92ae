"""Figures: read and written."""

from collections.abc import Collection, Mapping
from datetime import datetime

import sqlalchemy as sa

from ..model.figures import Figure
from ..rules.timing import stamp, unstamp
from .house_tables import figure
from .rows import Rows

# As text, and named: a year of a ministry has a million rows, and reading a hundred thousand of them must be quick.
_NEWEST = sa.text(
    """
    SELECT one.account, one.post, one.name, one.value
    FROM (SELECT account, post, name, MAX(at) AS at FROM figure WHERE post <> '' AND at >= :since GROUP BY account, post, name)
    AS newest JOIN figure AS one
    ON one.account = newest.account AND one.post = newest.post AND one.name = newest.name AND one.at = newest.at
    """
)


class FigureReading(Rows):
    """This part of `ports.Reading`."""

    def newest_figures(self, since: datetime) -> Mapping[tuple[str, str], Mapping[str, int]]:
        """See `Reading.newest_figures`."""
        found: dict[tuple[str, str], dict[str, int]] = {}
        for account, post, name, value in self._run(_NEWEST, {"since": stamp(since)}):
            found.setdefault((account, post), {})[name] = value
        return found

    def account_figures(self, name: str, since: datetime, until: datetime) -> Mapping[str, tuple[tuple[datetime, int], ...]]:
        """See `Reading.account_figures`."""
        here = (figure.c.post == "") & (figure.c.name == name) & figure.c.at.between(since, until)
        query = sa.select(figure.c.account, figure.c.at, figure.c.value).where(here).order_by(figure.c.account, figure.c.at)
        found: dict[str, list[tuple[datetime, int]]] = {}
        for account, at, value in self._run(query):
            found.setdefault(account, []).append((at, value))
        return {account: tuple(series) for account, series in found.items()}

    def read_at(self, account: str) -> Mapping[str, datetime]:
        """See `Reading.read_at`."""
        query = sa.select(figure.c.post, sa.func.max(figure.c.at)).where(figure.c.account == account).group_by(figure.c.post)
        return {post: at if isinstance(at, datetime) else unstamp(at) for post, at in self._run(query)}


class FigureWriting(FigureReading):
    """This part of `ports.Transaction`."""

    def keep_figures(self, figures: Collection[Figure]) -> None:
        """See `Transaction.keep_figures`."""
        for account, at in {(one.account, one.at) for one in figures}:
            self._run(sa.delete(figure).where((figure.c.account == account) & (figure.c.at == at)))
        if figures:
            self._run(sa.insert(figure), [vars(one) for one in figures])
