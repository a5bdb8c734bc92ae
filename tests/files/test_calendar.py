"""The ministry's own calendar: closures and mourning, and how mistakes in it are reported."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings
from ministry_social.files.calendar import calendar_file, load_calendar
from ministry_social.files.public_holidays import public_holidays
from ministry_social.files.written import hours, kinds
from ministry_social.model.message import Place
from ministry_social.model.times import Cause, Closure, Rule

REPOSITORY = Path(__file__).parents[2]
MISSIONS = ("mfa", "embassy-ankara", "embassy-paris")
DAYS = """\
# Between the years
[[days]]
what = "closure"
from = 2026-12-24
to = 2027-01-01
rule = "move"
reason = "The embassy is closed"
mission = "embassy-ankara"

[[days]]
what = "mourning"
from = 2026-11-10
rule = "skip"
reason = "National mourning"
country = "TR"

[[days]]
what = "closure"
from = 2026-05-02
rule = "warn"
reason = "The ministry moves"
all = true
"""


def load(write: Callable[..., Path], text: str) -> tuple[Closure, ...]:
    return load_calendar(write(text, "calendar.toml"), MISSIONS)


def test_each_entry_says_whom_it_concerns_for_how_long_and_why(write: Callable[..., Path]) -> None:
    closed, mourning, moves = load(write, DAYS)
    assert (closed.cause, closed.first, closed.last) == (Cause.CLOSURE, date(2026, 12, 24), date(2027, 1, 1))
    assert (closed.rule, closed.reason, closed.mission) == (Rule.MOVE, "The embassy is closed", "embassy-ankara")
    assert (mourning.cause, mourning.first, mourning.last, mourning.country) == (
        Cause.MOURNING, date(2026, 11, 10), date(2026, 11, 10), "TR",
    )  # fmt: skip
    assert (moves.rule, moves.country, moves.mission) == (Rule.WARN, "", "")


def test_it_knows_its_line(write: Callable[..., Path]) -> None:
    file = write(DAYS, "calendar.toml")
    assert [one.place for one in load_calendar(file, MISSIONS)] == [Place(file=str(file), line=line) for line in (2, 10, 17)]


def test_where_there_is_no_file_nothing_is_closed(tmp_path: Path) -> None:
    assert load_calendar(calendar_file(tmp_path), MISSIONS) == ()


def test_the_ready_calendar_is_empty_and_its_example_is_right(write: Callable[..., Path]) -> None:
    text = (REPOSITORY / "config" / "calendar.toml").read_text(encoding="utf-8")
    assert load(write, text) == ()
    example = "\n".join(line.removeprefix("# ") for line in text.split("#\n", 1)[1].splitlines())
    [closure] = load(write, example)
    assert (closure.first, closure.last, closure.mission) == (date(2026, 12, 24), date(2027, 1, 1), "embassy-ankara")


MISTAKES = [
    ('what = "closure"', 'what = "closed"', ':3: what: "closed" is not possible. Did you mean closure?'),
    ("from = 2026-12-24", 'from = "24 December"', ":4: from: '24 December' is not a day. Write one without quotes: 2026-12-24."),
    ("from = 2026-12-24", "from = 2026-12-24T08:00:00Z", ":4: from: "),
    ("to = 2027-01-01", "to = 2026-12-23", ":5: to (2026-12-23) is before from (2026-12-24). The last day"),
    ('rule = "move"', 'rule = "mov"', ':6: rule: "mov" is not possible. Did you mean move?'),
    ('reason = "The embassy is closed"', 'reason = ""', ":7: reason: '' does not fit here."),
    ('"embassy-ankara"', '"embassy-ancara"', ":8: mission: There is no mission embassy-ancara. Did you mean embassy-ankara?"),
    ('mission = "embassy-ankara"', 'country = "Turkey"', ":8: country: 'Turkey' is not a country code."),
    ('mission = "embassy-ankara"', "all = false", ':8: all is False. Write one line: country = "TR", or'),
    ('mission = "embassy-ankara"', "", ":2: These days do not say whom they concern. Write one line: country"),
    ('mission = "embassy-ankara"', 'mission = "mfa"\nall = true', ":2: These days name mission and all. Write one line"),
    ('rule = "move"\n', "", ":2: These days have no rule. Add a line: rule = ..."),
    ('rule = "move"', 'rul = "move"', ":6: Unknown name rul. Did you mean rule?"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "sentence"), MISTAKES)
def test_a_mistake_is_reported_with_file_line_and_remedy(write: Callable[..., Path], right: str, wrong: str, sentence: str) -> None:
    with pytest.raises(InvalidSettings) as said:
        load(write, DAYS.replace(right, wrong, 1))
    assert f"calendar.toml{sentence}" in str(said.value)


@pytest.mark.parametrize(
    ("text", "sentence"), [("day = 1\n", "Unknown name day. Did you mean days?"), ("days = 1\n", "is no list of tables")]
)
def test_anything_but_days_is_refused(write: Callable[..., Path], text: str, sentence: str) -> None:
    with pytest.raises(InvalidSettings, match="calendar.toml:1: .*" + sentence):
        load(write, text)


class TestPublicHolidays:
    def test_each_country_has_its_own(self) -> None:
        found = public_holidays({"TR", "FR", "US"}, {2026})
        assert "Republic Day" in found["TR"][date(2026, 10, 29)]
        assert date(2026, 7, 14) in found["FR"]
        assert date(2026, 7, 4) in found["US"]
        assert date(2026, 7, 14) not in found["US"]

    def test_a_country_that_the_library_does_not_know_has_none(self) -> None:
        assert public_holidays({"XT"}, {2026}) == {}

    def test_years_that_no_calendar_knows_are_left_out(self) -> None:
        assert public_holidays({"TR"}, {9999}) == {}

    def test_all_countries_of_the_ready_config_are_known_but_the_invented_one(self) -> None:
        from ministry_social.files.accounts import load_accounts

        countries = {account.country for account in load_accounts(REPOSITORY / "config" / "accounts.toml")}
        assert countries - public_holidays(countries, {2027}).keys() == {"XT"}


@pytest.mark.parametrize("text", ["08:00", "8:00-20:00", "08:00-24:00", "08:00 - 20:00", "08:00-08:00"])
def test_hours_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"are no hours\. Write two times of day"):
        hours(text)


def test_a_kind_that_is_none_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match=r"There is no kind of message travel\. "):
        kinds("correction, travel")
    assert kinds("correction,travel-advice") == ("correction", "travel-advice")
    assert kinds("") == ()
