"""`cost`: what X bills, spent and planned."""

import re
from collections.abc import Callable
from typing import Any

import click

from ..app import App
from ..desk.costs import charges
from ..model.cost import Charge
from ..rules.budget import Sum, sums
from ..rules.cost import dollars
from . import show
from .options import json_option, open_app, print_json

# What a row stands for, besides its month.
_BY: dict[str, Callable[[Charge], tuple[str, ...]]] = {
    "account": lambda charge: (charge.month, charge.account),
    "mission": lambda charge: (charge.month, charge.mission),
    "message": lambda charge: (charge.month, charge.message),
    "wave": lambda charge: (charge.month, f"{charge.message}/{charge.wave}"),
    "month": lambda charge: (charge.month,),
}


def month(value: str) -> str:
    """A parameter's type: a month."""
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", value, re.ASCII):
        raise click.BadParameter(f'"{value}" is no month. Write year and month: 2026-12.')
    return value


@click.command()
@click.option("--by", type=click.Choice(list(_BY)), default="mission", show_default=True, help="What a row stands for.")
@click.option("--month", "only", type=month, metavar="MONTH", help="This month (UTC) alone, such as 2026-12.")
@json_option
def cost(by: str, only: str | None, as_json: bool) -> None:
    """Show what X bills in each month: what was spent, and what is planned. What reading costs is not in it.

    \b
    Examples:
      ministry-social cost
      ministry-social cost --by account --month 2026-12
    """
    app = open_app()
    purse = app.purse
    with app.store.read() as reading:
        found = [charge for charge in charges(reading, purse) if only in (None, charge.month)]
    added = sums(found, _BY[by])
    rows = [_row(by, key, added[key], purse.budgets.of(key[1]) if by == "mission" else 0) for key in added]
    if as_json:
        print_json(rows)
    elif not rows:
        click.echo("Nothing was spent, and nothing that costs is planned.")
    else:
        _table(app, by, rows)


def _row(by: str, key: tuple[str, ...], added: Sum, budget: int) -> dict[str, Any]:
    """Amounts in thousandths of a dollar; `budget` is null where there is none."""
    named = {"month": key[0]} | ({by: key[1]} if by != "month" else {})
    return named | {"spent": added.spent, "planned": added.planned, "total": added.total, "budget": budget or None}


def _table(app: App, by: str, rows: list[dict[str, Any]]) -> None:
    titles = ["month"] + ([by] if by != "month" else [])
    budgets = ["budget"] if any(row["budget"] for row in rows) else []
    cells = [
        [*(row[title] for title in titles), *(dollars(row[name]) for name in ("spent", "planned", "total")), *_budget(row, budgets)]
        for row in rows
    ]
    show.table(cells, [*titles, "spent", "planned", "together", *budgets])
    together = Sum(spent=sum(row["spent"] for row in rows), planned=sum(row["planned"] for row in rows))
    click.echo(
        f"\n{dollars(together.spent)} spent, {dollars(together.planned)} planned on X, without what reading costs; "
        f"prices of {app.settings.x.prices_date}."
    )


def _budget(row: dict[str, Any], shown: list[str]) -> list[str]:
    """The cell of the budget, where that column is shown."""
    if not shown:
        return []
    budget = row["budget"]
    return [dollars(budget) + (" exceeded" if row["total"] > budget else "") if budget else ""]
