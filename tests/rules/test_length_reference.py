"""Our lengths beside those of X's reference implementation, npm `twitter-text`, which runs in Node."""

import os
from collections import Counter
from itertools import islice

import pytest

from tests.reference import tables
from tests.reference.compare import compare
from tests.reference.hostile import CLASSES, hostile
from tests.reference.node import Missing, installed
from tests.reference.sweep import sweep


@pytest.fixture(scope="module", autouse=True)
def reference() -> None:
    """Install it where it is missing; on a build machine it must be there."""
    try:
        installed()
    except Missing as missing:
        if os.environ.get("CI", "").lower() in ("1", "true"):
            raise
        pytest.skip(str(missing))


def test_lengths_agree_with_the_reference_on_hostile_texts() -> None:
    seen = compare(hostile(seed=1, count=24_000))
    assert seen.texts.total() == 24_000
    assert not seen.differences, "\n".join(seen.report())


def test_lengths_agree_on_a_sample_of_the_sweep_over_all_characters() -> None:
    seen = compare(islice(sweep(), 0, None, 499))
    assert not seen.differences, "\n".join(seen.report())


def test_a_wrong_count_would_be_noticed() -> None:
    """The comparison itself: names and texts stay together."""
    seen = compare([("right", "a"), ("wrong", "e\u1add\u0301.com")] * 1_500)
    assert seen.texts == Counter(right=1_500, wrong=1_500)
    assert not seen.shorter
    assert seen.longer.keys() <= {"wrong"}


def test_every_class_of_hostile_texts_has_at_least_a_twentieth() -> None:
    seen = Counter(name for name, _ in hostile(seed=7, count=1_000))
    assert len(CLASSES) >= 12
    assert seen.keys() == CLASSES.keys()
    assert min(seen.values()) >= 50


def test_a_seed_always_gives_the_same_texts() -> None:
    assert list(hostile(5, 200)) == list(hostile(5, 200)) != list(hostile(6, 200))


def test_the_tables_are_what_the_reference_does() -> None:
    assert tables.source() == tables.TARGET.read_text(encoding="utf-8")
