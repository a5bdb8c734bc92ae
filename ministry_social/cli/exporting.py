"""Exporting: rows as CSV, and files that are given to somebody."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from pathlib import Path
from typing import Any

import click

from ..errors import InvalidSettings


def csv_file(file: Path, titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows as CSV (UTF-8)."""
    write(file, csv_text(titles, rows))


def csv_text(titles: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Rows as CSV. A cell that a spreadsheet would take for a formula is marked as text."""
    made = StringIO()
    writer = csv.writer(made, lineterminator="\n")
    writer.writerow(titles)
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return made.getvalue()


def write(file: Path, text: str) -> None:
    """Write a file for somebody else; what stood there is replaced."""
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as wrong:
        raise InvalidSettings(f"{file} cannot be written: {wrong.strerror}.", remedy="Name another file.") from wrong
    click.echo(f"Written   {file}", err=True)


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
