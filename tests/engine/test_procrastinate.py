"""The engine for many machines: its jobs are hints only, and the ledger decides."""

import asyncio
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from procrastinate.periodic import PeriodicDeferrer

from ministry_social.desk import stop
from ministry_social.engine import procrastinate
from ministry_social.engine.jobs import Jobs, Pulse, conninfo, workers
from ministry_social.engine.procrastinate import Distributed
from ministry_social.engine.sweep import Sweep
from ministry_social.errors import NotAllowed, StoreGone
from ministry_social.model.delivery import State
from ministry_social.ports import CHANGED
from ministry_social.store import PostgresStore
from tests.desk.bench import says
from tests.postgres import Postgres

from .bench import LEASE, PATIENCE, SECOND, Ground, Notes, again, until

LISTENS = f"SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query = 'LISTEN {CHANGED}'"
DROP = """
DROP TABLE IF EXISTS procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE
"""


def sql(url: str, statement: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(url) as connection:
        cursor = connection.execute(statement.encode())
        return cursor.fetchall() if cursor.description else []


def wave(shared: Ground, number: int) -> None:
    shared.plan(*[says(f"embassy-{n}") for n in range(number)])


@pytest.fixture
def jobs(shared: Ground) -> Iterator[Jobs]:
    """The job table, made."""
    made = shared.jobs()
    made.open()
    yield made
    made.close()


@contextmanager
def working(shared: Ground, *engines: Distributed) -> Iterator[None]:
    """Workers at their work, each in a thread; at the end they are stopped."""
    errors: list[BaseException] = []

    def work(engine: Distributed) -> None:
        try:
            engine.run()
        except BaseException as wrong:  # noqa: BLE001 - told to the test at its end
            errors.append(wrong)

    threads = [threading.Thread(target=work, args=(engine,)) for engine in engines]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for engine in engines:
            engine.stop()
        for thread in threads:
            thread.join(30)
    assert errors == []


def one_more(shared: Ground, notes: Notes, threads: int = 8) -> Distributed:
    """A worker with a store of its own, as another process has one."""
    return Distributed(again(shared), shared.jobs(), notes, threads=threads, say=shared.said.append)


def close(*engines: Distributed) -> None:
    for engine in engines:
        store = engine._means.store
        assert isinstance(store, PostgresStore)
        store.close()


def test_two_workers_share_a_wave_and_each_post_is_made_once(shared: Ground) -> None:
    wave(shared, 60)
    notes = Notes(), Notes()
    engines = [one_more(shared, one, threads=4) for one in notes]
    shared.stage.meanwhile = lambda: threading.Event().wait(0.02) and None
    with working(shared, *engines):
        until(lambda: shared.all_are(State.PUBLISHED))
    close(*engines)
    assert Counter(shared.times_sent().values()) == {1: 60}
    shares = [sum(1 for change in one.changes if change.state is State.PUBLISHED) for one in notes]
    assert sum(shares) == 60
    assert min(shares) > 5, shares


def test_what_is_planned_while_a_worker_waits_is_taken_on_without_the_periodic_sweep(
    shared: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(self: PeriodicDeferrer, jobs_to_defer: object) -> None:
        """No sweep comes by itself."""

    monkeypatch.setattr(PeriodicDeferrer, "defer_jobs", never)
    engine = one_more(shared, shared.notes)
    with working(shared, engine):
        until(lambda: sql(shared.url, LISTENS) == [(1,)])
        for message in ("grain", "wheat", "barley"):
            shared.plan(says("bern"), says("oslo"), message=message)
            until(lambda: shared.all_are(State.PUBLISHED))
        held = stop.hold(shared.means, "all", "", reason="wait", drill=False, person="ben")
        shared.plan(says("bern"), message="rye")
        stop.release(shared.means, [held.hold], reason="right after all", person="ben")
        until(lambda: shared.all_are(State.PUBLISHED))
    close(engine)


def test_a_task_that_has_lost_its_cancellation_is_cancelled_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(procrastinate, "_LOST", 0.02)

    async def deaf() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(PATIENCE)
        await asyncio.sleep(PATIENCE)

    async def broken() -> None:
        raise StoreGone("gone")

    async def ended() -> list[BaseException | None]:
        tasks = [asyncio.create_task(one) for one in (deaf(), broken())]
        await asyncio.sleep(0)
        tasks[0].cancel()
        return await procrastinate._ended(tasks)

    [nothing, gone] = asyncio.run(asyncio.wait_for(ended(), PATIENCE / 2))
    assert nothing is None
    assert isinstance(gone, StoreGone)


@pytest.mark.parametrize("harm", ["DELETE FROM procrastinate_jobs", "TRUNCATE procrastinate_jobs CASCADE", DROP],
                         ids=["deleted", "truncated", "dropped"])  # fmt: skip
def test_the_job_table_may_be_thrown_away_in_mid_wave_and_nothing_is_lost(shared: Ground, harm: str) -> None:
    wave(shared, 60)
    shared.stage.meanwhile = lambda: threading.Event().wait(0.02) and None
    engine = one_more(shared, shared.notes, threads=4)
    with working(shared, engine):
        for already in (8, 24, 40):
            until(lambda already=already: len(shared.stage.published) >= already)  # type: ignore[misc]
            sql(shared.url, harm)
        until(lambda: shared.all_are(State.PUBLISHED))
    close(engine)
    assert Counter(shared.times_sent().values()) == {1: 60}
    assert Counter(shared.events("embassy-7")) == {"planned": 1, "started": 1, "accepted": 1}


def test_a_job_and_its_marks_are_written_in_one_transaction_or_not_at_all(shared: Ground, jobs: Jobs) -> None:
    wave(shared, 4)
    keys = sorted(shared.states())
    count = "SELECT count(*) FROM procrastinate_jobs"
    with shared.store.begin() as tx:
        jobs.send(tx, [keys[:3], keys[3:]])
        assert len(tx.jobs()) == 2
        assert sql(shared.url, count) == [(0,)], "nobody sees a job before its deliveries are marked"
    assert sql(shared.url, count) == [(2,)]
    with shared.store.read() as reading:
        assert reading.jobs() == jobs.live()
        assert reading.due(shared.clock.now(), 9, unqueued=True) == ()

    def fail() -> None:
        with shared.store.begin() as tx:
            tx.unqueue(tx.jobs())
            jobs.send(tx, [keys])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert sql(shared.url, count) == [(2,)]
    with shared.store.read() as reading:
        assert len(reading.jobs()) == 2


def test_a_job_that_comes_twice_or_late_or_names_nonsense_sends_nothing_twice(shared: Ground, jobs: Jobs) -> None:
    wave(shared, 3)
    shared.run()
    with shared.store.begin() as tx:
        jobs.send(tx, [sorted(shared.states()), sorted(shared.states()), ["no/1/such/post"]])
    shared.plan(says("oslo"), message="wheat")
    shared.run()
    assert shared.all_are(State.PUBLISHED)
    assert Counter(shared.times_sent().values()) == {1: 4}
    until(lambda: jobs.live() == frozenset())


def test_a_job_whose_worker_has_died_is_made_anew(shared: Ground, jobs: Jobs) -> None:
    wave(shared, 3)
    with shared.store.begin() as tx:
        jobs.send(tx, [sorted(shared.states())])
    sql(shared.url, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 hour')")
    sql(shared.url, "UPDATE procrastinate_jobs SET status = 'doing', worker_id = (SELECT id FROM procrastinate_workers)")
    shared.run()
    assert shared.all_are(State.PUBLISHED)
    assert Counter(shared.times_sent().values()) == {1: 3}


def test_a_worker_counts_while_it_gives_signs_of_life(shared: Ground) -> None:
    address, pulse = conninfo(shared.url), Pulse.of(LEASE)
    assert workers(address, pulse) == 0
    engine = one_more(shared, shared.notes)
    with working(shared, engine):
        until(lambda: workers(address, pulse) == 1)
    until(lambda: workers(address, pulse) == 0)
    close(engine)


def test_never_more_jobs_wait_than_there_is_room_for(shared: Ground, jobs: Jobs, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is due later with more right to go must not stand behind thousands."""
    monkeypatch.setattr("ministry_social.engine.sweep._AHEAD", 3)
    wave(shared, 40)
    sweep = Sweep(shared.means, jobs, shared.notes)
    for _ in range(3):
        sweep._once()
    with shared.store.read() as reading:
        assert len(reading.due(shared.clock.now(), 99, unqueued=True)) == 40 - 3 * 8
        assert len(reading.jobs()) == 3


def test_the_tables_of_another_version_are_made_anew_but_not_while_its_workers_run(shared: Ground, jobs: Jobs) -> None:
    sql(shared.url, "COMMENT ON TABLE procrastinate_jobs IS 'ministry_social of yesterday'")
    sql(shared.url, "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    newer = shared.jobs()
    with pytest.raises(NotAllowed, match=r"Workers of another version run on this database. Stop them all"):
        newer.open()
    sql(shared.url, "DELETE FROM procrastinate_workers")
    newer.close()
    wave(shared, 2)
    shared.run()
    assert shared.all_are(State.PUBLISHED)


def test_workers_that_start_together_make_the_tables_once(shared: Ground) -> None:
    wave(shared, 12)
    engines = [one_more(shared, shared.notes) for _ in range(3)]
    with working(shared, *engines):
        until(lambda: shared.all_are(State.PUBLISHED))
    close(*engines)
    assert shared.said == []


def test_a_server_that_is_killed_in_mid_wave_is_waited_for(shared: Ground, postgres: Postgres) -> None:
    shared.means = shared.engine_means(lease=30 * SECOND)
    wave(shared, 60)
    shared.stage.meanwhile = lambda: threading.Event().wait(0.05) and None
    engine = one_more(shared, shared.notes, threads=4)
    with working(shared, engine):
        until(lambda: len(shared.stage.published) >= 10)
        postgres.kill_and_start()
        until(lambda: tolerant(lambda: shared.all_are(State.PUBLISHED)))
    close(engine)
    assert Counter(shared.times_sent().values()) == {1: 60}, "what had left was written down when it was back"
    assert shared.said[-1] == "The database is back."


def tolerant(condition: Callable[[], bool]) -> bool:
    """The same, false while the store is gone."""
    try:
        return condition()
    except StoreGone:
        return False


def test_a_worker_that_starts_before_its_database_waits_for_it(shared: Ground, postgres: Postgres) -> None:
    wave(shared, 3)
    engine = one_more(shared, shared.notes)
    postgres.kill()
    try:
        with working(shared, engine):
            until(lambda: any("does not answer" in line for line in shared.said))
            postgres.start()
            until(lambda: tolerant(lambda: shared.all_are(State.PUBLISHED)))
    finally:
        close(engine)
    assert Counter(shared.times_sent().values()) == {1: 3}


def test_a_stop_gives_the_rest_back_to_the_others(shared: Ground) -> None:
    wave(shared, 40)
    shared.stage.meanwhile = lambda: threading.Event().wait(0.05) and None
    first = one_more(shared, shared.notes, threads=2)
    with working(shared, first):
        until(lambda: len(shared.stage.published) >= 4)
    close(first)
    assert "sending" not in shared.states().values()
    left = len(shared.stage.published)
    assert left < 40
    shared.run(threads=8)
    assert shared.all_are(State.PUBLISHED)
    assert Counter(shared.times_sent().values()) == {1: 40}


def test_a_mistake_in_a_sweep_ends_the_worker_with_its_sentence(shared: Ground) -> None:
    wave(shared, 3)
    engine = one_more(shared, shared.notes)
    sql(shared.url, "DELETE FROM ledger_head")  # as it is after a move
    with pytest.raises(NotAllowed, match="This store was moved, and is not used any more"):
        engine.run()
    close(engine)
    assert shared.stage.published == []
    sql(shared.url, "INSERT INTO ledger_head SELECT 1, position, seal FROM entry ORDER BY position DESC LIMIT 1")


def test_a_sign_of_life_is_a_twelfth_of_a_lease() -> None:
    assert Pulse.of(timedelta(minutes=1)) == Pulse(5.0, 15.0)
