"""Refusals: each is on record, and a program that tries again and again does not flood it."""

from ministry_social.rules.refusals import MOST, noted

REFUSED = {"command": "worker", "about": [], "why": "No."}


def test_a_refusal_is_written_once() -> None:
    assert noted(REFUSED, []) == REFUSED
    assert noted(REFUSED, [REFUSED]) is None
    assert noted(REFUSED | {"command": "hold"}, [REFUSED]) is not None


def test_of_one_person_the_hundredth_says_that_more_may_follow() -> None:
    others = [REFUSED | {"about": [str(number)]} for number in range(MOST - 1)]
    last = noted(REFUSED, others)
    assert last == REFUSED | {"more": True}
    assert noted(REFUSED, [*others, last]) is None
    assert noted(REFUSED | {"about": ["new"]}, [*others, last]) is None
