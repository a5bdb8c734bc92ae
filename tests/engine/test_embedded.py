"""The embedded engine: one process that sends what is due, alone, and leaves nothing in the air."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from ministry_social.engine import embedded
from ministry_social.engine.embedded import Embedded, alone
from ministry_social.errors import NotAllowed, OutcomeUnknown, Unreachable
from ministry_social.model.delivery import Delivery, Slot, State
from ministry_social.model.variant import Kind, Reference
from ministry_social.rules.waiting import nothing_moves
from ministry_social.store import SqliteStore
from ministry_social.store.transaction import SqlTransaction
from tests.desk.bench import HOUR, MINUTE, NOON, Bench, account, attachment, make_bench, says, video, with_video

HOLDER = """
import sys, time
from pathlib import Path
from ministry_social.engine.embedded import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@dataclass
class Notes:
    """A watcher that writes down what it is told."""

    changes: list[Delivery] = field(default_factory=list)
    bytes_done: list[tuple[str, int, int]] = field(default_factory=list)

    def changed(self, delivery: Delivery) -> None:
        self.changes.append(delivery)

    def progress(self, key: str, done: int, total: int) -> None:
        self.bytes_done.append((key, done, total))


class CountingStore(SqliteStore):
    """The store, which counts its writing transactions."""

    commits = 0

    @contextmanager
    def begin(self) -> Iterator[SqlTransaction]:
        with super().begin() as tx:
            yield tx
        self.commits += 1


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = make_bench(tmp_path)
    yield made
    made.verify()
    made.store.close()


@pytest.fixture
def notes() -> Notes:
    return Notes()


def settled(bench: Bench, patience: float = 60.0) -> Callable[[], bool]:
    """Whether nothing moves any more; a test that hangs is ended by the count of its rounds."""
    rounds = iter(range(5000))

    def enough() -> bool:
        next(rounds)
        with bench.store.read() as reading:
            return nothing_moves(reading.deliveries(), bench.clock.now(), patience * MINUTE)

    return enough


def until(condition: Callable[[], bool]) -> None:
    """Wait, not for ever, until something has happened in another thread."""
    for _ in range(2000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it never happened")


def test_a_second_engine_is_kept_out_until_the_first_has_gone_even_by_a_kill(tmp_path: Path) -> None:
    lock = tmp_path / "data" / "ledger.engine"
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(NotAllowed, match="Another engine runs on this store"), alone(lock):
        pass
    holder.send_signal(signal.SIGKILL)
    holder.communicate(timeout=10)
    for _ in range(2):
        with alone(lock):
            pass


def test_a_wave_goes_out_with_all_that_waits_for_each_other(bench: Bench, notes: Notes) -> None:
    original = Reference(delivery="grain/1/mfa/post", field="id", shape="x-id")
    repost = replace(says("oslo", kind=Kind.REPOST)[1], of=original)
    pictures = says("lima", attachments=(attachment(),))
    bench.times = replace(bench.times, repost_gap=MINUTE)
    bench.plan(video(), with_video("mfa"), says("bern"), pictures, (account("oslo"), repost))
    Embedded(bench.means, notes, threads=3).run(settled(bench))
    states = {name: bench.delivery(name).state.value for name in ("mfa", "bern", "lima", "oslo")}
    assert set(states.values()) == {"published"}
    assert bench.clock.at - NOON < 1.1 * MINUTE  # the repost was due after one
    assert {change.key for change in notes.changes if change.state is State.PUBLISHED} == {
        call.key for call in bench.stage.published
    }
    assert {key for key, _, _ in notes.bytes_done} == {"grain/1/channel/video", "grain/1/lima/post"}


def test_a_group_shares_one_commit(bench: Bench, notes: Notes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "GATHER", 10.0)  # however slow the machine is
    bench.plan(*[says(f"embassy-{number}") for number in range(16)])
    store = CountingStore(bench.store.file)
    everybody = threading.Barrier(16, timeout=10)
    bench.stage.meanwhile = everybody.wait  # each sees that all of the group are under way
    engine = Embedded(replace(bench.means, store=store), notes, threads=16)

    def enough() -> bool:
        until(lambda: all(future.done() for future in engine._under_way["send"]))
        with store.read() as reading:
            return all(delivery.state is State.PUBLISHED for delivery in reading.deliveries())

    engine.run(enough)
    store.close()
    assert store.commits <= 1 + 5  # one says that all have started; the rest is at worst half of what is left, again and again
    assert {call.state for call in bench.stage.published} == {"sending"}


def test_never_more_are_claimed_than_threads_are_free(bench: Bench, notes: Notes) -> None:
    bench.plan(*[says(f"embassy-{number}") for number in range(7)])
    most = 0

    def count() -> None:
        nonlocal most
        with bench.store.read() as reading:
            most = max(most, len(reading.deliveries(states=(State.SENDING,))))

    bench.stage.meanwhile = count
    Embedded(bench.means, notes, threads=2).run(settled(bench))
    assert (most, len(bench.stage.published)) == (2, 7)


@pytest.mark.parametrize("error", [None, KeyboardInterrupt, RuntimeError])
def test_what_is_in_flight_is_settled_before_it_ends(bench: Bench, notes: Notes, error: type[BaseException] | None) -> None:
    bench.plan(*[says(f"embassy-{number}") for number in range(5)])
    go = threading.Event()
    bench.stage.meanwhile = lambda: go.wait(10) and None

    def stop() -> bool:
        if len(bench.stage.published) < 2:
            return False
        go.set()
        if error is not None:
            raise error
        return True

    engine = Embedded(bench.means, notes, threads=2)
    if error is None:
        engine.run(stop)
    else:
        with pytest.raises(error):
            engine.run(stop)
    with bench.store.read() as reading:
        states = sorted(delivery.state.value for delivery in reading.deliveries())
    assert states == ["planned"] * 3 + ["published"] * 2
    assert len(notes.changes) == 2


def test_results_are_not_lost_when_the_watcher_fails(bench: Bench) -> None:
    class Broken(Notes):
        def changed(self, delivery: Delivery) -> None:
            raise BrokenPipeError

    bench.plan(*[says(f"embassy-{number}") for number in range(4)])
    with pytest.raises(BrokenPipeError):
        Embedded(bench.means, Broken(), threads=4).run(settled(bench))
    with bench.store.read() as reading:
        assert {delivery.state for delivery in reading.deliveries()} == {State.PUBLISHED}


def test_an_upload_stops_with_the_engine_and_goes_on_with_the_next(bench: Bench, notes: Notes) -> None:
    bench.plan(video())
    going = threading.Event()

    class Slow(Notes):
        def progress(self, key: str, done: int, total: int) -> None:
            going.set()
            until(lambda: engine._stopping)

    engine = Embedded(bench.means, Slow())
    engine.run(lambda: going.wait(0.01))
    stopped = bench.delivery("channel", part="video")
    assert (stopped.state, stopped.prepared) == (State.PLANNED, False)
    Embedded(bench.means, notes).run(settled(bench))
    assert bench.delivery("channel", part="video").state is State.PUBLISHED
    assert bench.stage.prepared[-1].prepared is not None  # it went on from what was kept


def run_counted(bench: Bench, notes: Notes, last: object) -> tuple[int, int]:
    """Run until a moment; returns how many rounds it took, and how many commits."""
    store = CountingStore(bench.store.file)
    rounds = 0

    def enough() -> bool:
        nonlocal rounds
        rounds += 1
        return bool(bench.clock.at >= last) or rounds > 5000

    Embedded(replace(bench.means, store=store), notes).run(enough)
    store.close()
    return rounds, store.commits


def test_a_pace_that_is_used_up_does_not_make_it_spin(bench: Bench, notes: Notes) -> None:
    bench.plan(*[says(f"embassy-{number}") for number in range(3)])
    with bench.store.begin() as tx:
        tx.keep_slot(Slot(key="x/app", next_at=NOON + 2 * MINUTE, left=0))
    rounds, commits = run_counted(bench, notes, NOON + MINUTE)
    assert rounds <= 2 * 60 + 5  # it looks twice a second
    assert commits == 1  # and says once that they wait
    assert bench.stage.published == []
    run_counted(bench, notes, NOON + 2 * MINUTE)
    Embedded(bench.means, notes).run(settled(bench))
    assert len(bench.stage.published) == 3


@pytest.mark.parametrize("held", ["in doubt", "prepared by another", "waiting for what is in doubt"])
def test_what_is_due_and_cannot_go_does_not_make_it_spin(bench: Bench, notes: Notes, held: str) -> None:
    if held == "prepared by another":
        bench.plan(says("oslo", attachments=(attachment(),)))
        bench.waiting()
    elif held == "in doubt":
        bench.plan(says("oslo"))
        bench.plan(says("oslo"), message="wheat")
        bench.stage.next.append(OutcomeUnknown("Lost."))
        bench.send()
    else:
        bench.plan(video(), with_video("oslo"))
        bench.prepare()
        bench.stage.next.append(OutcomeUnknown("Lost."))
        bench.send()
    rounds, commits = run_counted(bench, notes, NOON + MINUTE)
    # What is in doubt is looked for after 2, 4, 8, 16, 32 seconds: each look is claimed and settled, a round and a commit each.
    looks = 0 if held == "prepared by another" else 6
    assert rounds <= 2 * 60 + 5 + 2 * looks
    assert commits <= 2 * looks


def test_it_sends_at_the_very_time_that_something_is_due(bench: Bench, notes: Notes) -> None:
    bench.plan(says("oslo"), at=NOON + 0.3 * MINUTE / 60)
    Embedded(bench.means, notes).run(settled(bench))
    assert bench.delivery("oslo").sent_at == NOON + 0.3 * MINUTE / 60


def test_a_throttle_is_waited_for_without_an_attempt_lost(bench: Bench, notes: Notes) -> None:
    bench.plan(says("oslo"))
    bench.stage.next.extend([Unreachable("Gone."), Unreachable("Gone.")])
    Embedded(bench.means, notes).run(settled(bench))
    assert (bench.delivery("oslo").state, bench.delivery("oslo").attempts) == (State.PUBLISHED, 3)


def test_it_writes_down_what_was_missed_while_nobody_ran(bench: Bench, notes: Notes) -> None:
    bench.plan(says("oslo"), says("bern"))
    bench.claim()
    bench.plan(says("lima"), message="wheat")
    bench.clock.pass_by(13 * HOUR)
    Embedded(bench.means, notes).run(settled(bench))
    assert bench.delivery("oslo").state is State.UNKNOWN
    assert bench.delivery("lima", message="wheat").state is State.MISSED
