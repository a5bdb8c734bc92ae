"""Several processes on one store, on both databases: each writes alone, and one that is killed leaves nothing half done."""

import json
import random
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.store import SqlStore, open_store

from .conftest import NOON, Noon, count, planned, put, verify

WRITER = """
import sys
from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.store import open_store
from tests.store.conftest import NOON, Noon, planned

url, name, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
store = open_store(url, "rehearsal", Noon(), by=name)
print("ready", flush=True)
for turn in range(number):
    with store.begin() as tx:
        one = planned(f"{name}-{turn}")
        tx.plan(one, by=name, at=NOON)
        for again in range(5):
            tx.keep(f"{name} {turn} {again}".encode())
        started = tx.record(Event.STARTED, by=name, at=NOON, delivery=one, change={"state": State.SENDING, "fence": name})
        tx.record(Event.ACCEPTED, by=name, at=NOON, delivery=started, change={"state": State.PUBLISHED})
store.close()
"""


def writer(url: str, name: str, number: int) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", WRITER, url, name, str(number)], stdout=subprocess.PIPE, text=True)


def ready(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def finish(process: subprocess.Popen[str], code: int = 0) -> None:
    process.communicate(timeout=60)
    assert process.returncode == code


def test_processes_that_write_at_once_never_break_the_chain(store: SqlStore, url: str) -> None:
    for process in [writer(url, name, 60) for name in ("ana", "ben")]:
        finish(process)
    assert verify(store) == 1 + 3 * 60 * 2


def test_threads_that_write_at_once_never_break_the_chain(store: SqlStore) -> None:
    def write(name: str) -> None:
        for turn in range(20):
            with store.begin() as tx:
                put(tx, planned(f"{name}-{turn}"), State.PUBLISHED)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, ("ana", "ben", "eva", "tom")))
    assert verify(store) == 1 + 3 * 20 * 4


def test_of_two_that_want_the_same_delivery_one_gets_it(store: SqlStore) -> None:
    with store.begin() as tx:
        for number in range(30):
            put(tx, planned(f"embassy-{number}"))

    def take(name: str) -> int:
        taken = 0
        while True:
            with store.begin() as tx:
                found = tx.due(NOON, 1)
                for one in found:
                    tx.record(Event.STARTED, by=name, at=NOON, delivery=one, change={"state": State.SENDING, "fence": name})
            if not found:
                return taken
            taken += 1

    with ThreadPoolExecutor(3) as pool:
        assert sum(pool.map(take, ("ana", "ben", "eva"))) == 30
    assert verify(store) == 1 + 30 + 30


def test_processes_that_make_the_same_store_at_once_make_one(url: str) -> None:
    for process in [writer(url, name, 3) for name in ("ana", "ben", "eva")]:
        finish(process)
    store = open_store(url, "rehearsal", Noon(), by="ana")
    with store.read() as reading:
        events = [json.loads(entry.body)["event"] for entry in reading.entries()]
    assert events.count("opened") == 1
    assert verify(store) == 1 + 3 * 3 * 3
    store.close()


def test_nothing_half_is_found_after_a_kill_in_the_middle_of_a_transaction(store: SqlStore, url: str) -> None:
    moments = random.Random(7)
    for turn in range(4):
        process = ready(writer(url, f"p{turn}", 100_000))
        time.sleep(moments.uniform(0.01, 0.15))
        process.send_signal(signal.SIGKILL)
        finish(process, -signal.SIGKILL)
        entries = verify(store)
        with store.read() as reading:
            found = reading.deliveries()
            assert {delivery.state.value for delivery in found} <= {"published"}
            assert len([*reading.entries()]) == 1 + 3 * len(found)
            assert all(len(reading.history(delivery=delivery.key)) == 3 for delivery in found[-3:])
    assert entries > 1


def test_a_reader_sees_one_moment_while_others_write(store: SqlStore, url: str) -> None:
    process = ready(writer(url, "ana", 100))
    with store.read() as reading:
        before = len(reading.deliveries())
        finish(process)
        assert len(reading.deliveries()) == before
    assert count(store, "delivery") == 100
