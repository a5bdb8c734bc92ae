"""Losing the database: what its driver says then, in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from ..errors import StoreGone

# SQLSTATE classes of PostgreSQL: connection lost, server going down or coming up, session ended by a time limit.
_GONE = ("08", "57P", "25P03", "25P04")


@contextmanager
def gone(name: str) -> Iterator[None]:
    """Around a transaction: a connection that is lost, or a lock that never comes, is a `StoreGone`."""
    try:
        yield
    except sa.exc.DBAPIError as wrong:
        if not lost(wrong):
            raise
        raise StoreGone(
            f"The store {name} does not answer ({type(wrong.orig).__name__}).",
            remedy="Nothing is sent until it does; what was sent already is written down then, or looked for.",
        ) from wrong


def lost(wrong: sa.exc.DBAPIError) -> bool:
    """Whether the driver says that the connection is lost, or that a lock never came."""
    if wrong.connection_invalidated or isinstance(wrong, sa.exc.InterfaceError):
        return True
    if not isinstance(wrong, sa.exc.OperationalError):
        return False
    state = getattr(wrong.orig, "sqlstate", None)
    locked = "locked" in str(wrong.orig) or "busy" in str(wrong.orig)  # SQLite has no codes in Python 3.11's driver but words
    return locked if state is None and "sqlite" in type(wrong.orig).__module__ else state is None or state.startswith(_GONE)
