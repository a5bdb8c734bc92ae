"""Similarity on 295 reference pairs in six languages: the bars that it has to reach, also with pairs written without seeing it."""

import pytest

from tests.reference.similarity import ALIKE, HALVES, KINDS, Judged, blocked, judged, misses, table

LANGUAGES = {"ar", "en", "es", "fr", "ru", "tr"}


@pytest.fixture(scope="module", params=HALVES)
def pairs(request: pytest.FixtureRequest) -> list[Judged]:
    return judged(request.param)


def test_there_are_pairs_of_each_kind_in_each_language(pairs: list[Judged]) -> None:
    assert len(pairs) >= 100
    for kind in KINDS:
        assert kind == "translation" or {pair.language for pair in pairs if pair.kind == kind} == LANGUAGES


def test_of_copies_and_swaps_98_in_100_are_blocked(pairs: list[Judged]) -> None:
    some, every = blocked(pairs, ALIKE)
    assert some >= 0.98 * every, "\n".join(misses(pairs))


def test_of_local_texts_5_in_100_are_blocked_at_most(pairs: list[Judged]) -> None:
    some, every = blocked(pairs, ["local"])
    assert some <= 0.05 * every, "\n".join(misses(pairs))


def test_no_translation_is_blocked(pairs: list[Judged]) -> None:
    assert blocked(pairs, ["translation"])[0] == 0, "\n".join(misses(pairs))


def test_a_miss_is_printed_with_its_likeness_and_both_texts() -> None:
    missed = Judged(language="en", kind="swap", left="Open in Oslo", right="Closed in Rome", why="all swapped", likeness=123)
    assert list(misses([missed])) == ["12.3%  en swap: all swapped\n    Open in Oslo\n    Closed in Rome"]
    assert "copy + swap" in list(table(judged("own")))[-1]
