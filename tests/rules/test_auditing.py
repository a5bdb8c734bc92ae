"""The auditor's walk, and what checkpoints say of it."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from ministry_social.errors import LedgerBroken
from ministry_social.model.auditing import Claim
from ministry_social.model.ledger import Row
from ministry_social.rules import dump
from ministry_social.rules.auditing import check, check_end, walk
from ministry_social.rules.chain import GENESIS, seal
from ministry_social.rules.merkle import EMPTY, Frontier


def sealed(bodies: Iterable[str]) -> list[Row]:
    rows, before = list[Row](), GENESIS
    for position, body in enumerate(bodies, 1):
        before = seal(before, body)
        rows.append((position, body.encode(), before.encode()))
    return rows


def root(rows: Sequence[Row]) -> bytes:
    return Frontier().append(row[1] for row in rows).root


def claim(size: int, found: bytes | None = None, where: str = "the archive") -> Claim:
    return Claim(size=size, root=root(LEDGER[:size]) if found is None else found, where=where)


LEDGER = sealed(json.dumps({"n": number, "by": "clára"}, ensure_ascii=False) for number in range(3000))


@pytest.mark.parametrize("page", [1, 7, 1024, 3000])
def test_a_walk_finds_the_roots_wherever_the_pages_are_cut(page: int) -> None:
    marks = {0, 1, 2, 1023, 1024, 1025, 2999, 3000, 3001}
    walked = walk((LEDGER[start : start + page] for start in range(0, 3000, page)), marks)
    assert walked.broken is None
    assert (walked.size, walked.seal, walked.root) == (3000, LEDGER[-1][2].decode(), root(LEDGER))
    assert walked.first == LEDGER[0][1]
    assert dict(walked.roots) == {size: root(LEDGER[:size]) for size in marks if size <= 3000}


def test_nothing_is_a_whole_ledger_too() -> None:
    walked = walk([], {0})
    assert (walked.size, walked.seal, walked.root, walked.broken) == (0, GENESIS, EMPTY, None)
    check(walked, [Claim(size=0, root=EMPTY, where="")])
    check_end(walked, (0, GENESIS))


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ((9, *LEDGER[4][1:]), "Entry 5 is missing; the next one found is 9."),
        ((5, b"{}", LEDGER[4][2]), "Entry 5 is not what was sealed"),
        ((5, b"\xff", LEDGER[4][2]), "Entry 5 is not what was sealed"),
        ((5, LEDGER[4][1], b"\xff"), "Entry 5 is not what was sealed"),
        ((5, LEDGER[4][1], LEDGER[4][2].upper()), "Entry 5 is not what was sealed"),
        ((5, None, None), "Entry 5 is not what was sealed"),
        (("5", *LEDGER[4][1:]), "Entry 5 is missing; the next one found is 5."),
    ],
)
def test_the_first_entry_that_is_wrong_is_named(row: Any, sentence: str) -> None:
    walked = walk([[*LEDGER[:4], row, *LEDGER[5:]]], {4, 5})
    assert (walked.size, walked.root, set(walked.roots)) == (4, root(LEDGER[:4]), {0, 4})
    with pytest.raises(LedgerBroken, match=sentence) as broken:
        check(walked, [claim(4), claim(3000)])
    assert (broken.value.first, broken.value.last) == (5, None)


def again(at: int) -> list[Row]:
    """Somebody has rewritten an entry, and sealed everything anew."""
    return sealed(row[1].decode().replace("clára", "mallory" if row[0] == at else "clára") for row in LEDGER)


def test_what_only_a_checkpoint_shows_lies_between_the_last_that_agrees_and_the_first_that_does_not() -> None:
    walked = walk([again(150)], {100, 200, 300})
    with pytest.raises(
        LedgerBroken, match=r"entries 101 to 200 is not what was signed: the chain holds, but the archive has"
    ) as broken:
        check(walked, [claim(300), claim(100), claim(200)])
    assert (broken.value.first, broken.value.last) == (101, 200)
    check(walked, [claim(100)])  # nobody else has seen it


def test_the_nearer_of_two_witnesses_counts() -> None:
    walked = walk([again(150)], {149, 150})
    with pytest.raises(LedgerBroken, match=r"Entry 150 is not what was signed.*Up to entry 149 it agrees"):
        check(walked, [claim(149, where="a"), claim(150, where="b")])


def test_what_was_rewritten_before_a_break_of_the_chain_is_named_first() -> None:
    rows = again(150)
    walked = walk([[*rows[:2000], *LEDGER[2000:]]], {200})
    assert walked.broken is not None
    with pytest.raises(LedgerBroken, match=r"entries 1 to 200 is not what was signed.*No smaller checkpoint is known"):
        check(walked, [claim(200)])


@pytest.mark.parametrize(("left", "says"), [(2999, "1 entry is missing"), (2500, "500 entries are missing")])
def test_a_ledger_that_was_cut_says_how_many_are_missing(left: int, says: str) -> None:
    walked = walk([LEDGER[:left]], {100, 3000})
    with pytest.raises(LedgerBroken, match=says) as broken:
        check(walked, [claim(100), claim(3000)])
    assert (broken.value.first, broken.value.last, broken.value.agreed) == (left + 1, 3000, 100)


def test_two_checkpoints_of_one_size_that_differ_are_two_histories() -> None:
    walked = walk([LEDGER], {100, 200})
    with pytest.raises(LedgerBroken, match=r"b has another checkpoint of 200 entries than a: both are signed"):
        check(walked, [claim(100, where="a"), claim(200, where="a"), claim(200, bytes(32), where="b")])


@pytest.mark.parametrize(
    ("end", "says", "first"),
    [
        ((3002, "x"), "At the end 2 entries are missing: 3,002 were written", 3001),
        ((2999, LEDGER[-2][2].decode()), "Entry 3,000 was added by somebody else", 3000),
        ((3000, GENESIS), "another seal than the store has written", 1),
    ],
)
def test_the_stores_own_note_of_its_end_is_held_against_it(end: tuple[int, str], says: str, first: int) -> None:
    walked = walk([LEDGER])
    with pytest.raises(LedgerBroken, match=says) as broken:
        check_end(walked, end)
    assert broken.value.first == first
    check_end(walked, (3000, walked.seal))
    check_end(walked, None)


def test_a_dump_reads_as_it_was_written_and_in_no_other_way() -> None:
    lines = [dump.line(position, body.decode(), seal.decode()) for position, body, seal in LEDGER]
    assert [row for page in dump.pages(lines) for row in page] == LEDGER
    for other in (
        b" " + lines[0],
        lines[0][:-1],
        lines[0].replace(b'":', b'": '),
        lines[0].replace("á".encode(), b"\\u00e1"),
        b"[]\n",
    ):
        assert list(dump.pages([other])) == [[(0, b"", b"")]]
