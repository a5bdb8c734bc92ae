"""The job table: Procrastinate's, in the store's own database. It may be emptied or thrown away at any time; nothing is lost."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from typing import Any

import psycopg
from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from psycopg_pool import ConnectionPool

from ..errors import NotAllowed, StoreGone
from ..ports import Transaction

SEND, ERRAND, SWEEP = "send", "errand", "sweep"  # the tasks
SENDING, UPKEEP = "sending", "upkeep"  # the queues

_MAKING = 0x6D696E69  # the advisory lock under which the tables are made ("mini")
# Whatever version of Procrastinate made them. They hold nothing that is not in the ledger too.
_CLEAR = """
DO $$ DECLARE old regprocedure; BEGIN
  DROP TABLE IF EXISTS procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
  FOR old IN SELECT oid::regprocedure FROM pg_proc
    WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = current_schema()::regnamespace
  LOOP EXECUTE 'DROP FUNCTION ' || old || ' CASCADE'; END LOOP;
  DROP TYPE IF EXISTS procrastinate_job_to_defer_v1, procrastinate_job_status, procrastinate_job_event_type CASCADE;
END $$
"""
_VERSION = "SELECT obj_description(to_regclass('procrastinate_jobs'), 'pg_class')"
_HANDS = "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - make_interval(secs => %s)"
# A job whose worker has given no sign of life is of no use any more: the sweep makes another.
_LIVE = """
WITH gone AS (
  DELETE FROM procrastinate_jobs job WHERE status NOT IN ('todo', 'doing') OR status = 'doing' AND NOT EXISTS (
    SELECT FROM procrastinate_workers w WHERE w.id = job.worker_id AND w.last_heartbeat > now() - make_interval(secs => %s)
  ) RETURNING id
)
SELECT id FROM procrastinate_jobs WHERE task_name = 'send' AND id NOT IN (SELECT id FROM gone)
"""


def conninfo(url: str) -> str:
    """The store's address as PostgreSQL's own library reads it."""
    return f"postgresql://{url.partition('://')[2]}"


@dataclass(frozen=True)
class Pulse:
    """How often a worker gives a sign of life, and after how long without one it counts as dead; seconds of real time.

    A twelfth and a quarter of a lease: 5 s and 15 s of a minute. To be wrong about it costs a second job, and nothing else.
    """

    beat: float
    dead: float

    @classmethod
    def of(cls, lease: timedelta) -> "Pulse":
        """From the setting."""
        return cls(lease.total_seconds() / 12, lease.total_seconds() / 4)


def workers(conninfo: str, pulse: Pulse) -> int:
    """How many workers have given a sign of life lately."""
    with _gone(), psycopg.connect(conninfo, connect_timeout=5) as sql:
        return _workers(sql, pulse)


class Jobs:
    """What the sweep and others need of the job table, over few connections."""

    def __init__(self, conninfo: str, pulse: Pulse) -> None:
        self.conninfo = conninfo
        self.pulse = pulse
        pool = ConnectionPool(conninfo, min_size=0, max_size=4, max_idle=60, open=False, timeout=5, kwargs={"autocommit": True})
        self._pool = pool
        # An App of its own that knows no tasks: one whose connector is asynchronous cannot defer on our connection.
        self._app = App(connector=SyncPsycopgConnector())

    def open(self) -> None:
        """Begin; makes the tables where there are none, or those of another version."""
        self._pool.open()
        self._app.open(self._pool)
        with self._sql() as sql, sql.transaction():
            sql.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
            schema = self._app.schema_manager.get_schema()
            version = f"ministry_social {sha256(schema.encode()).hexdigest()[:16]}"
            found = _one(sql.execute(_VERSION))
            if found != version:
                if found is not None and _workers(sql, self.pulse):
                    raise NotAllowed(
                        "Workers of another version run on this database.", remedy="Stop them all, then start this one."
                    )
                sql.execute(_CLEAR)
                sql.execute(schema.encode())
                sql.execute(f"COMMENT ON TABLE procrastinate_jobs IS '{version}'".encode())

    def close(self) -> None:
        """Give back the connections."""
        self._pool.close()

    def live(self) -> frozenset[int]:
        """The jobs that will send something or are about to; those that a dead worker has left are removed."""
        with self._sql() as sql:
            return frozenset(row[0] for row in sql.execute(_LIVE, (self.pulse.dead,)))

    def send(self, tx: Transaction, groups: Sequence[Sequence[str]]) -> None:
        """A job for each group of deliveries, in the very transaction that marks them with it."""
        deferrer = self._app.configure_task(SEND, queue=SENDING, connection=tx.driver())
        with _gone():
            arguments: list[dict[str, Any]] = [{"keys": list(group)} for group in groups]
            jobs = deferrer.batch_defer(*arguments)
        for group, job in zip(groups, jobs, strict=True):
            tx.queue(group, job)

    def errand(self, name: str) -> None:
        """Ask for an errand, unless somebody has asked for it and nobody has begun."""
        self._ask(ERRAND, {"name": name}, f"errand {name}")

    def sweep(self) -> None:
        """Ask for a sweep right now."""
        self._ask(SWEEP, {"timestamp": 0}, SWEEP)

    def _ask(self, task: str, arguments: Mapping[str, Any], lock: str) -> None:
        try:
            with _gone():
                # Without a `lock`: a worker that died while it ran one would hold up all others.
                self._app.configure_task(task, queue=UPKEEP, queueing_lock=lock).defer(**arguments)
        except AlreadyEnqueued:
            pass

    @contextmanager
    def _sql(self) -> Iterator[psycopg.Connection[Any]]:
        with _gone(), self._pool.connection() as sql:
            yield sql


@contextmanager
def _gone() -> Iterator[None]:
    """A database that does not answer, in our words."""
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, ConnectorException) as gone:
        raise StoreGone("The database does not answer.", remedy="It is asked again and again.") from gone


def _workers(sql: psycopg.Connection[Any], pulse: Pulse) -> int:
    exists = _one(sql.execute("SELECT to_regclass('procrastinate_workers')")) is not None
    # Each is two of Procrastinate's, one for each queue.
    return (int(_one(sql.execute(_HANDS, (pulse.dead,)))) + 1) // 2 if exists else 0


def _one(rows: psycopg.Cursor[Any]) -> Any:
    row = rows.fetchone()
    return None if row is None else row[0]
