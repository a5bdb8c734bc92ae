"""The commands on PostgreSQL: `worker`, and `publish`, `store move` and `store restore` beside it."""

import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import psycopg
import pytest

from ministry_social.app import App
from ministry_social.engine.jobs import Pulse, conninfo, workers
from ministry_social.engine.ready import FOLDER_FILE
from tests.acceptance.ministry import Ministry
from tests.conftest import Rehearsal
from tests.files.conftest import write_video
from tests.postgres import Postgres

GRAIN = "messages/grain.md"
ACCOUNTS = ["embassy-ankara", "embassy-paris", "mfa", "page"]
WHEAT = """\
+++
id = "wheat"
audience = "account:embassy-berlin"
+++

## en
### short
Germany and Tavoria sign an agreement on wheat today.
"""
FILM = """\
+++
id = "film"
audience = "account:channel + account:mfa"

[[media]]
file = "film.mp4"
+++

## en
### short
The minister speaks about the harvest.

## for youtube
### title
The minister speaks
"""


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    """A command that runs in this process takes the signals; the tests' own way with them comes back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def planned(ministry: Ministry) -> Ministry:
    """The ministry, with a message that is due now; nobody works."""
    said = ministry.say("publish", GRAIN, "--yes", "--wait", "0s")
    assert "4 waiting" in said.out, said.out + said.err
    return ministry


def accounts_of(rehearsal: Rehearsal) -> list[str]:
    """On which accounts something stands, each as often as it does."""
    return sorted(one["account"] for one in rehearsal.records())


def states(ministry: Ministry) -> Counter[str]:
    return Counter(row["state"] for row in ministry.deliveries().values())


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 40
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.02)


@contextmanager
def process(ministry: Ministry, *arguments: str) -> Iterator[Any]:
    """A command as a process of its own."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MINISTRY_SOCIAL_")}
    started = subprocess.Popen(
        [sys.executable, "-m", "ministry_social", *arguments],
        cwd=ministry.folder, env=kept | ministry.environment,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        yield started
    finally:
        if started.poll() is None:
            started.kill()
        started.communicate(timeout=20)


@contextmanager
def at_work(ministry: Ministry) -> Iterator[Any]:
    """A worker that the others know of; told to end at the end, and asked for its exit code."""
    counted = conninfo(ministry.environment["MINISTRY_SOCIAL_STORE_URL"]), Pulse.of(timedelta(minutes=1))
    with process(ministry, "worker") as worker:
        lines = iter(worker.stdout.readline, "")
        assert any(line.startswith("Working, 16 deliveries at a time.") for line in lines), worker.stderr.read()
        until(lambda: workers(*counted) == 1)
        yield worker
        out, err = ended(worker)
        assert worker.returncode == 0, out + err


def ended(worker: Any) -> tuple[str, str]:
    """Tell a process to end by SIGTERM; what it has said by then."""
    if worker.poll() is None:
        worker.send_signal(signal.SIGTERM)
    out, err = worker.communicate(timeout=30)
    return out, err


def refused(ministry: Ministry, rehearsal: Rehearsal) -> str:
    """Why a worker does not begin: one sentence, as for any setting that is wrong. Nothing was sent."""
    said = ministry.say("worker", "--until-idle")
    assert (said.code, said.err.count("\n")) == (2, 1), said.out + said.err
    assert "Working" not in said.out
    assert rehearsal.records() == []
    return said.err


def test_until_idle_it_sends_what_is_due_and_ends(planned: Ministry, rehearsal: Rehearsal) -> None:
    said = planned.say("worker", "--until-idle")
    assert said.code == 0, said.err
    assert accounts_of(rehearsal) == ACCOUNTS
    assert states(planned) == {"published": 4}
    assert said.out.count(": published  http") == 4
    assert said.out.endswith("Stopped. What had left is settled.\n")


def test_with_nothing_to_do_it_ends_at_once(ministry: Ministry, rehearsal: Rehearsal) -> None:
    assert ministry.say("worker", "--until-idle").code == 0
    assert rehearsal.records() == []


def test_until_idle_it_does_not_wait_for_what_is_held(planned: Ministry, rehearsal: Rehearsal) -> None:
    planned.say("hold", "--account", "page", "--reason", "not yet")
    assert planned.say("worker", "--until-idle").code == 0
    assert accounts_of(rehearsal) == ["embassy-ankara", "embassy-paris", "mfa"]
    planned.say("hold", "--all", "--reason", "nothing more")
    assert planned.say("worker", "--until-idle").code == 0
    assert states(planned) == {"published": 3, "planned": 1}


def test_until_idle_it_sends_what_waited_for_something_that_is_out_by_now(ministry: Ministry, rehearsal: Rehearsal) -> None:
    ministry.write("messages/film.md", FILM)
    write_video(ministry.folder / "messages" / "film.mp4")
    ministry.say("hold", "--account", "mfa", "--reason", "not yet")
    said = ministry.say("publish", "messages/film.md", "--yes", "--wait", "0s")
    assert "1 waiting, 1 held." in said.out, said.out + said.err
    assert ministry.say("worker", "--until-idle").code == 0
    assert accounts_of(rehearsal) == ["channel"]
    ministry.say("release", "--account", "mfa", "--reason", "now")
    assert ministry.say("worker", "--until-idle").code == 0
    assert accounts_of(rehearsal) == ["channel", "mfa"]


def test_what_signals_did_before_they_do_after_it(planned: Ministry) -> None:
    before = signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)
    assert planned.say("worker", "--until-idle").code == 0
    assert (signal.getsignal(signal.SIGTERM), signal.getsignal(signal.SIGINT)) == before


def test_it_refuses_a_media_folder_that_is_not_everybodys(ministry: Ministry, rehearsal: Rehearsal) -> None:
    assert ministry.say("worker", "--until-idle").code == 0
    ministry.say("publish", GRAIN, "--yes", "--wait", "0s")
    ministry.environment["MINISTRY_SOCIAL_MEDIA_DIRECTORY"] = "elsewhere"
    said = refused(ministry, rehearsal)
    assert "This is not the folder in which the ministry's media lie: all workers share one." in said
    assert FOLDER_FILE in said
    mark = (ministry.folder / "data" / "media" / FOLDER_FILE).read_text()
    (ministry.folder / "elsewhere" / FOLDER_FILE).write_text(mark)
    assert ministry.say("worker", "--until-idle").code == 0, "whoever moves the folder takes the file along"
    assert accounts_of(rehearsal) == ACCOUNTS


ANOTHER = {
    "a vault of its own": (
        {"MINISTRY_SOCIAL_VAULT_FILE": "data/own.sealed", "MINISTRY_SOCIAL_VAULT_KEY_FILE": "data/own.key"},
        "This machine's vault is not the one that the other workers use: its sealing key is another one.",
    ),
    "another key for everybody's": (
        {"MINISTRY_SOCIAL_VAULT_KEY": b64encode(bytes(range(32))).decode()},
        "vault.sealed does not open: it is sealed under the key ",
    ),
}


@pytest.mark.parametrize(("another", "sentence"), ANOTHER.values(), ids=ANOTHER)
def test_it_refuses_another_vault_while_others_work(
    planned: Ministry, rehearsal: Rehearsal, another: dict[str, str], sentence: str
) -> None:
    own = planned.environment.copy()
    planned.say("hold", "--all", "--reason", "not yet")
    with at_work(planned):
        planned.environment |= another
        said = refused(planned, rehearsal)
        assert sentence in said
        assert not [value for value in another.values() if value.endswith("=") and value in said]
        planned.environment = own
        planned.say("release", "--all", "--reason", "now")
        until(lambda: states(planned) == {"published": 4})
    assert accounts_of(rehearsal) == ACCOUNTS


@pytest.mark.parametrize(("seconds", "how"), [(2.5, "2.5 s ahead of"), (-3.0, "3.0 s behind")])
def test_it_refuses_to_work_with_a_wrong_clock(
    planned: Ministry, rehearsal: Rehearsal, monkeypatch: pytest.MonkeyPatch, seconds: float, how: str
) -> None:
    with monkeypatch.context() as wrong:
        wrong.setattr(App, "drift", lambda app: timedelta(seconds=seconds))
        assert f"This machine's clock is {how} the database's. " in refused(planned, rehearsal)
        wrong.setattr(App, "drift", lambda app: timedelta(seconds=seconds) / abs(seconds))
        assert planned.say("worker", "--until-idle").code == 0, "a second is within what is borne"


def test_the_clocks_of_this_machine_and_its_database_are_compared(ministry: Ministry) -> None:
    app = ministry.app()
    try:
        assert abs(app.drift()) < timedelta(seconds=2)
    finally:
        app.close()


def connections(url: str) -> int:
    """How many clients the server has on this database, besides the one that asks."""
    others = "datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    with psycopg.connect(conninfo(url)) as sql:
        row = sql.execute(f"SELECT count(*) FROM pg_stat_activity WHERE {others}".encode()).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize(
    "command", [("delivery", "list"), ("delivery", "show", "no/1/such/post"), ("worker", "--until-idle"), ("store", "verify")]
)
def test_a_command_gives_back_its_connections_however_it_ends(planned: Ministry, database: str, command: tuple[str, ...]) -> None:
    planned.say(*command)
    until(lambda: connections(database) == 0)


def test_publish_plans_and_watches_while_a_worker_sends(ministry: Ministry, rehearsal: Rehearsal) -> None:
    with at_work(ministry) as worker:
        said = ministry.say("publish", GRAIN, "--yes")
        assert (said.code, accounts_of(rehearsal)) == (0, ACCOUNTS), said.out + said.err
        assert "4 published, 0 failed, 0 being checked." in said.out
        assert "No worker runs" not in said.err
        out, _ = ended(worker)
    assert sorted(line.split("/")[2] for line in out.splitlines() if ": published" in line) == ACCOUNTS


def test_publish_without_a_worker_sends_nothing_and_says_so(ministry: Ministry, rehearsal: Rehearsal) -> None:
    with process(ministry, "publish", GRAIN, "--yes") as publish:
        assert publish.stderr.readline() == "No worker runs. Start one, on any machine: ministry-social worker\n"
        assert (rehearsal.records(), states(ministry)) == ([], {"planned": 4})
        assert ministry.say("worker", "--until-idle").code == 0
        out, err = publish.communicate(timeout=30)
    assert publish.returncode == 0, out + err
    assert "4 published, 0 failed, 0 being checked." in out
    assert accounts_of(rehearsal) == ACCOUNTS


def test_sigterm_ends_a_worker_with_nothing_in_flight(planned: Ministry, rehearsal: Rehearsal) -> None:
    planned.environment["MINISTRY_SOCIAL_SENDING_WORKERS"] = "1"
    rehearsal.fault("delay-after", "x", action="publish", seconds=1.0)
    with process(planned, "worker") as worker:
        until(lambda: rehearsal.records() != [])
        out, err = ended(worker)
    assert worker.returncode == 0, out + err
    assert "Stopping. What has left already is waited for; nothing more starts." in err
    assert out.endswith("Stopped. What had left is settled.\n")
    left = len(rehearsal.records())
    assert 0 < left < 4
    assert states(planned) == {"published": left, "planned": 4 - left}
    rehearsal.world.faults.remove()
    assert planned.say("worker", "--until-idle").code == 0
    assert accounts_of(rehearsal) == ACCOUNTS


def test_a_second_sigterm_ends_it_at_once_and_what_had_left_is_looked_for(planned: Ministry, rehearsal: Rehearsal) -> None:
    planned.environment |= {"MINISTRY_SOCIAL_SENDING_LEASE": "3s", "MINISTRY_SOCIAL_SENDING_TOTAL_TIMEOUT": "2s"}
    planned.environment |= {"MINISTRY_SOCIAL_SENDING_CONNECT_TIMEOUT": "1s"}
    rehearsal.fault("delay-after", "x", action="publish", seconds=1.5)
    with process(planned, "worker") as worker:
        until(lambda: len(rehearsal.records()) == 4)
        worker.send_signal(signal.SIGTERM)
        assert worker.stderr.readline().startswith("Stopping.")
        worker.send_signal(signal.SIGTERM)
        worker.communicate(timeout=10)
    assert worker.returncode == 128 + signal.SIGTERM
    assert states(planned)["sending"] > 0
    rehearsal.world.faults.remove()
    assert planned.say("worker", "--until-idle").code == 0
    assert (states(planned), accounts_of(rehearsal)) == ({"published": 4}, ACCOUNTS)


def test_after_a_move_from_sqlite_workers_send_the_rest_exactly_once(ministry: Ministry, rehearsal: Rehearsal) -> None:
    shared = ministry.environment.pop("MINISTRY_SOCIAL_STORE_URL")
    ministry.environment["MINISTRY_SOCIAL_SENDING_WORKERS"] = "1"
    rehearsal.fault("delay-after", "x", action="publish", seconds=1.0)
    with process(ministry, "publish", GRAIN, "--yes") as publish:
        until(lambda: rehearsal.records() != [])
        ended(publish)
    rehearsal.world.faults.remove()
    before = states(ministry)
    assert before["published"] == len(rehearsal.records()) == 4 - before["planned"]
    assert before["planned"] > 0

    moved = ministry.say("store", "move", shared)
    assert (moved.code, "and hold together" in moved.out) == (0, True), moved.err
    again = ministry.say("worker", "--until-idle")
    assert (again.code, "This store was moved to " in again.err) == (2, True), "nobody goes on with the old one"

    ministry.environment["MINISTRY_SOCIAL_STORE_URL"] = shared
    assert states(ministry) == before
    assert ministry.say("worker", "--until-idle").code == 0
    assert (states(ministry), accounts_of(rehearsal)) == ({"published": 4}, ACCOUNTS)
    assert ministry.say("store", "verify").code == 0


def test_a_store_is_not_moved_away_from_a_worker(planned: Ministry) -> None:
    planned.say("hold", "--all", "--reason", "not yet")
    with at_work(planned):
        said = planned.say("store", "move", f"sqlite:///{planned.folder}/data/other.sqlite")
        assert (said.code, "Error: Workers run on this database. " in said.err) == (1, True)
    assert not (planned.folder / "data" / "other.sqlite").exists()


def test_what_was_due_before_a_restore_is_looked_for_before_anything_is_sent(
    planned: Ministry, rehearsal: Rehearsal, postgres: Postgres
) -> None:
    """The backup knows nothing of four posts that went out later. A fifth did not: it goes out once that is certain."""
    planned.environment["MINISTRY_SOCIAL_SENDING_SETTLE"] = "1s"
    planned.write("messages/wheat.md", WHEAT)
    later = (rehearsal.world.clock.now() + timedelta(hours=6)).isoformat()
    assert planned.say("publish", "messages/wheat.md", "--yes", "--at", later, "--wait", "0s").code == 0
    assert planned.say("store", "backup", "ledger.sqlite").code == 0
    assert planned.say("worker", "--until-idle").code == 0
    assert accounts_of(rehearsal) == ACCOUNTS

    planned.environment["MINISTRY_SOCIAL_STORE_URL"] = postgres.new_database()
    restored = planned.say("store", "restore", "ledger.sqlite")
    assert "5 deliveries are looked for before anything is sent." in restored.out
    rehearsal.post("/rehearsal/clock", {"now": later})
    assert planned.say("worker", "--until-idle").code == 0
    assert states(planned) == {"published": 5}
    assert accounts_of(rehearsal) == sorted([*ACCOUNTS, "embassy-berlin"])
    assert planned.story("grain-corridor/1/mfa/post")[-3:] == ["restored", "doubted", "found"]
    assert planned.story("wheat/1/embassy-berlin/post")[-5:] == ["restored", "doubted", "absent", "started", "accepted"]
    assert planned.say("store", "verify").code == 0
    postgres.drop(planned.environment["MINISTRY_SOCIAL_STORE_URL"])
