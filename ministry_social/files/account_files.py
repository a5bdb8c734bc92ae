"""Files of accounts to take in, CSV or TOML: every row that is whole, and every mistake of the others."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from ..errors import InvalidSettings, MinistryError
from ..model.account import Account
from ..model.intake import AccountsFile, Written, Wrong
from ..model.message import Place
from .account_rows import OPTIONAL, REQUIRED, Row, read_row
from .accounts import toml_rows
from .lines import nearest, read_text

_LISTS = ("languages", "groups", "leads", "links")
_TRUTHS = ("official", "central")
_SAYS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_VARIABLE = "variables."  # a column for each: variables.website
_SIZE = 16 << 20  # bytes: more than any ministry has accounts


def read_accounts(path: Path) -> AccountsFile:
    """What a file of accounts holds. Raises `InvalidSettings` where it is none at all."""
    if path.suffix.lower() == ".toml":
        return _whole(path, toml_rows(path))
    if path.suffix.lower() == ".csv":
        return _whole(path, tuple(_csv_rows(path)))
    raise InvalidSettings(f"{path} is neither CSV nor TOML.", remedy="Its name ends in .csv or .toml.")


def from_words(words: Mapping[str, str]) -> tuple[Account | None, tuple[MinistryError, ...]]:
    """An account whose fields somebody has said one by one, as a row of CSV has them; or all that is wrong."""
    row = Row(
        values=_values(words), number=0, place=Place(file="", line=0), problem=_spoken,
        missing="Say it: --{key}.", as_text="all of its digits",
    )  # fmt: skip
    account, wrong = read_row(row, id_needed=False)
    return (None if account is None else replace(account, place=None)), wrong


def _spoken(sentence: str, *names: Any, remedy: str = "") -> MinistryError:
    return InvalidSettings(sentence, remedy=remedy)


def _whole(path: Path, rows: Sequence[Row]) -> AccountsFile:
    found = [(row, *read_row(row, id_needed=False)) for row in rows]
    return AccountsFile(
        file=str(path),
        written=tuple(Written(row=row.number, account=account) for row, account, _ in found if account is not None),
        wrong=tuple(_wrong(row, one) for row, _, mistakes in found for one in mistakes),
    )


def _wrong(row: Row, mistake: MinistryError) -> Wrong:
    name = row.values.get("name")
    return Wrong(
        file=row.place.file,
        row=row.number,
        line=mistake.line or row.place.line,
        account=name if isinstance(name, str) else "",
        sentence=mistake.sentence,
        remedy=mistake.remedy,
    )


def _csv_rows(path: Path) -> Iterator[Row]:
    """Every row below the header. Rows are counted as a spreadsheet counts them: the header is row 1."""
    file, text = str(path), read_text(path, InvalidSettings, most=_SIZE)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    columns: list[str] = []
    line = 1
    try:
        for number, cells in enumerate(reader, start=1):
            if not columns:
                columns = _columns(file, [cell.strip() for cell in cells])
            elif any(cell.strip() for cell in cells):
                yield _csv_row(file, number, line, columns, [cell.strip() for cell in cells])
            line = reader.line_num + 1
    except csv.Error as error:
        remedy = 'A cell that holds a quotation mark or a line break stands between quotation marks, and " in it is "".'
        raise InvalidSettings(f"This is not valid CSV: {error}.", file=file, line=line, remedy=remedy) from error
    if not columns:
        raise InvalidSettings("There is no account in this file.", file=file, remedy="Its first line names the columns.")


def _delimiter(text: str) -> str:
    """What stands between two columns: spreadsheets of some countries write semicolons."""
    header = Counter(text.partition("\n")[0])
    return max((",", ";", "\t"), key=lambda sign: header[sign])


def _columns(file: str, columns: list[str]) -> list[str]:
    """The header, checked once for all rows."""
    columns = [column.lower() for column in columns]
    known = (*REQUIRED, *(name for name in OPTIONAL if name != "variables"))
    missing = [name for name in REQUIRED if name not in columns and name != "id"]
    if missing:
        raise InvalidSettings(
            f"There is no column {', '.join(missing)}.",
            file=file,
            line=1,
            remedy="The first line names the columns: docs/accounts.md.",
        )
    for column in columns:
        if column not in known and not re.fullmatch(r"variables\.[a-z][a-z0-9_]*", column):
            raise InvalidSettings(f'Unknown column "{column}".', file=file, line=1, remedy=nearest(column, known))
    twice = [column for column, number in Counter(columns).items() if number > 1]
    if twice:
        raise InvalidSettings(f"The column {twice[0]} stands here twice.", file=file, line=1, remedy="Remove one.")
    return columns


def _csv_row(file: str, number: int, line: int, columns: Sequence[str], cells: Sequence[str]) -> Row:
    problem, more = partial(_problem, file, line), len(cells) - len(columns)
    said = f"It has {len(cells)} cells, and the header {len(columns)}."
    return Row(
        values=_values(dict(zip(columns, cells, strict=False))),
        number=number,
        place=Place(file=file, line=line),
        problem=problem,
        wrong=(problem(said, remedy="A cell that holds the sign between two columns stands in quotation marks."),)
        if more > 0
        else (),
        missing="Fill in the column {key}.",
        as_text="as text, so that the spreadsheet does not shorten it",
    )


def _values(cells: Mapping[str, str]) -> dict[str, Any]:
    """The cells of a row, as TOML would have them. An empty cell says nothing."""
    found: dict[str, Any] = {}
    for column, cell in cells.items():
        if not cell:
            continue
        if column in _LISTS:
            found[column] = [one for one in re.split(r"[\s;]+", cell) if one]
        elif column in _TRUTHS:
            found[column] = _SAYS.get(cell.lower(), cell)
        elif column.startswith(_VARIABLE):
            found.setdefault("variables", {})[column.removeprefix(_VARIABLE)] = cell
        else:
            found[column] = cell
    return found


def _problem(file: str, line: int, sentence: str, *names: Any, remedy: str = "") -> MinistryError:
    return InvalidSettings(sentence, file=file, line=line, remedy=remedy)
