"""Collecting figures as a worker does: one account after the other, spread, politely, and after the deliveries."""

import json
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from ministry_social.desk import figures
from ministry_social.desk.means import Means
from ministry_social.errors import PlatformError, Throttled, Unreachable
from ministry_social.model.account import Account, Credential
from ministry_social.model.delivery import PostRef
from ministry_social.model.figures import AccountFigures, PostFigures
from ministry_social.rules.collecting import Habit

from .bench import HOUR, NOON, Bench, says

HABIT = Habit(every=6 * HOUR, days=30, platforms=frozenset({"x", "facebook"}))


@dataclass
class Counts:
    """A platform that tells one like a post, and remembers who asked after what; `next` holds errors to come."""

    together: int = 2
    asked: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)
    next: deque[PlatformError | None] = field(default_factory=deque)

    def of_account(self, account: Account, credential: Credential) -> AccountFigures:
        self._do()
        return AccountFigures(followers=100)

    def of_posts(self, account: Account, credential: Credential, posts: Sequence[PostRef]) -> Mapping[PostRef, PostFigures]:
        self.asked.append((account.name, tuple(post.id for post in posts)))
        self._do()
        return {post: PostFigures(likes=1) for post in posts}

    def of_other(self, ours: Account, credential: Credential, handle: str) -> AccountFigures:
        raise AssertionError("a worker asks after nobody else")

    def _do(self) -> None:
        error = self.next.popleft() if self.next else None
        if error is not None:
            raise error


def begun(bench: Bench, *names: str) -> tuple[Means, Counts]:
    """Each account has published one post, and a worker has run for the first time."""
    bench.plan(*[says(name) for name in names])
    while bench.send():
        bench.clock.pass_by(timedelta(minutes=1))
    counts = Counts()
    means = replace(bench.means, figures={"x": counts}, habit=HABIT)
    assert not turn(bench, means), "posts need time"
    bench.clock.pass_by(6 * HOUR)
    return means, counts


def turn(bench: Bench, means: Means) -> list[str]:
    """What an engine does once; the accounts that were read."""
    with bench.store.read() as reading:
        if not figures.any_due(reading, means):
            return []
    with bench.store.begin() as tx:
        tasks = figures.claim(tx, means, 1)
    done = [figures.collect(means, one) for one in tasks]
    with bench.store.begin() as tx:
        figures.settle(tx, means, done)
    return [one.account.name for one in tasks]


def rounds(bench: Bench) -> list[dict[str, int]]:
    """What the ledger says of collecting."""
    with bench.store.read() as reading:
        bodies = [json.loads(entry.body) for entry in reading.entries()]
    return [body["facts"] for body in bodies if body["event"] == "figures-collected"]


def test_a_round_is_spread_over_its_time_and_is_one_entry(bench: Bench) -> None:
    means, counts = begun(bench, "oslo", "bern", "rome")
    assert turn(bench, means) == ["oslo"]
    assert turn(bench, means) == [], "the next one's turn is a third of a round later"
    for name in ("bern", "rome"):
        bench.clock.pass_by(2 * HOUR)
        assert rounds(bench) == []
        assert turn(bench, means) == [name]
    assert rounds(bench) == [{"accounts": 3, "posts": 3, "figures": 6, "failed": 0}]
    assert [name for name, _ in counts.asked] == ["oslo", "bern", "rome"]
    bench.clock.pass_by(2 * HOUR)
    assert turn(bench, means) == ["oslo"]


def test_deliveries_go_first(bench: Bench) -> None:
    means, _ = begun(bench, "oslo")
    bench.plan(says("bern"), message="wheat")
    assert turn(bench, means) == []
    bench.send()
    bench.clock.pass_by(timedelta(minutes=2))
    assert turn(bench, means) == ["oslo"]


def test_who_publishes_collects_nothing_and_neither_does_a_worker_that_is_not_to(bench: Bench) -> None:
    means, _ = begun(bench, "oslo")
    assert turn(bench, bench.means) == []
    assert turn(bench, replace(means, habit=replace(HABIT, every=timedelta()))) == []


def test_a_platform_that_wants_fewer_questions_is_left_alone_until_it_says_so(bench: Bench) -> None:
    means, counts = begun(bench, "oslo", "bern")
    until = bench.clock.now() + 9 * HOUR
    counts.next.append(Throttled("Slower.", retry_at=until))
    assert turn(bench, means) == ["oslo"]
    bench.clock.pass_by(6 * HOUR)
    assert turn(bench, means) == []
    bench.clock.pass_by(3 * HOUR)
    assert turn(bench, means) == ["bern"]
    assert rounds(bench) == [{"accounts": 1, "posts": 1, "figures": 2, "failed": 1}]


def test_what_was_read_before_an_error_is_kept_and_the_rest_comes_with_the_next_round(bench: Bench) -> None:
    means, counts = begun(bench, "oslo")
    counts.next += [None, Unreachable("No.")]
    turn(bench, means)
    with bench.store.read() as reading:
        assert set(reading.read_at("oslo")) == {""}
    bench.clock.pass_by(6 * HOUR)
    turn(bench, means)
    with bench.store.read() as reading:
        assert len(reading.read_at("oslo")) == 2


def test_no_request_asks_for_more_than_the_platform_answers(bench: Bench) -> None:
    means, counts = begun(bench, "oslo")
    posts = tuple(PostRef(kind="post", id=str(number)) for number in range(5))
    with bench.store.read() as reading:
        task = replace(figures.task_of(reading, bench.accounts["oslo"], HABIT, NOON), posts=posts)
    assert figures.collect(means, task).posts == 5
    assert [len(ids) for _, ids in counts.asked] == [2, 2, 1]


def test_a_bug_in_a_library_ends_nothing(bench: Bench) -> None:
    means, counts = begun(bench, "oslo")
    counts.next.append(ValueError("what?"))  # type: ignore[arg-type]
    turn(bench, means)
    assert rounds(bench) == [{"accounts": 0, "posts": 0, "figures": 0, "failed": 1}]
