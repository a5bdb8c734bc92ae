"""How things look in a terminal: tables, findings, progress bars."""

import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click

from ..model.finding import Finding
from ..model.plan import Cost


def table(rows: Sequence[Sequence[str]], titles: Sequence[str]) -> None:
    """A table of left-aligned columns. In a terminal the last column folds; elsewhere nothing is ever cut."""
    from rich.console import Console
    from rich.table import Table

    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), show_edge=False)
    for number, title in enumerate(titles):
        made.add_column(title, overflow="fold", no_wrap=number < len(titles) - 1)
    for row in rows:
        made.add_row(*(cell.replace("[", "\\[") for cell in row))
    width = None if sys.stdout.isatty() else 400
    Console(width=width, highlight=False, soft_wrap=False).print(made)


def findings(found: Sequence[Finding]) -> None:
    """One line each, blocking ones first, and a last line that counts."""
    for finding in found:
        place = f"{finding.place.file}:{finding.place.line}" if finding.place else ""
        accounts = f" [{some(finding.accounts)}]" if finding.accounts and not _named(finding) else ""
        click.echo(f"{place}  {finding.weight.value:<8}  {finding.name}  {finding.sentence}{accounts}".strip())
    click.echo(f"{count(found)}." + ("   Explained: ministry-social help findings" if found else ""))


def count(found: Iterable[Finding]) -> str:
    """`1 blocking, 2 advisory`."""
    weights = [finding.weight.value for finding in found]
    return f"{weights.count('blocking')} blocking, {weights.count('advisory')} advisory"


def _named(finding: Finding) -> bool:
    return all(name in finding.sentence for name in finding.accounts) or len(finding.accounts) > 5


def cost(spent: Cost, prices_date: str, with_link: str, others: str) -> str:
    """The line about money."""
    return (
        f"about ${spent.total / 1000:.2f} on X ({spent.with_link} posts with a link at ${with_link}, "
        f"{spent.others} others at ${others}, {spent.alt_texts} alt texts; prices of {prices_date})"
    )


def some(names: Iterable[str], most: int = 5) -> str:
    """The first few names."""
    listed = list(names)
    return ", ".join(listed[:most]) + (f" and {len(listed) - most} more" if len(listed) > most else "")


def delivery_table(rows: Iterable[dict[str, Any]]) -> None:
    """Deliveries as a press officer reads them."""
    table(
        [[r["account"], r["platform"], r["kind"], r["says"], r["url"] or r["error"]] for r in rows],
        ["account", "platform", "kind", "state", "address"],
    )
