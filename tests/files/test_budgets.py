"""Budgets of single missions, and how mistakes in them are reported."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings
from ministry_social.files.budgets import budgets_file, load_budgets

REPOSITORY = Path(__file__).parents[2]
MISSIONS = ("mfa", "embassy-paris")


def test_a_line_gives_a_mission_its_budget(write: Callable[..., Path]) -> None:
    found = load_budgets(write('[missions]\nembassy-paris = "80.50"\nmfa = 100\n', "budgets.toml"), MISSIONS)
    assert found == {"embassy-paris": Decimal("80.50"), "mfa": Decimal(100)}


def test_without_a_file_or_lines_there_is_none(write: Callable[..., Path], tmp_path: Path) -> None:
    assert load_budgets(tmp_path / "budgets.toml", MISSIONS) == {}
    assert load_budgets(write("", "budgets.toml"), MISSIONS) == {}
    assert load_budgets(budgets_file(REPOSITORY / "config"), MISSIONS) == {}


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ('[missions]\nembassy-pariss = "80"\n', 2, "There is no mission embassy-pariss. Did you mean embassy-paris?"),
        ('[missions]\n\nmfa = "much"\n', 3, "mfa: 'much' is not an amount."),
        ('[missions]\nmfa = "-1"\n', 2, "mfa: -1 is too small: at least 0."),
        ("missions = 3\n", 1, "missions is no table."),
        ("[mission]\n", 1, "Did you mean missions?"),
    ],
)
def test_a_mistake_is_named_with_its_line(write: Callable[..., Path], text: str, line: int, says: str) -> None:
    file = write(text, "budgets.toml")
    with pytest.raises(InvalidSettings) as caught:
        load_budgets(file, MISSIONS)
    assert (caught.value.file, caught.value.line) == (str(file), line)
    assert says in str(caught.value)
