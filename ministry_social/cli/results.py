"""What became of a wave, in a table, a sentence, and what to do where a person is needed."""

from collections.abc import Sequence
from typing import Any

import click

from ..model.delivery import State
from . import show
from .options import print_json

# What `delivery list --json` gives of each delivery.
FIELDS = (
    "id", "message", "wave", "account", "platform", "kind", "state", "waits_for", "attempts", "due_at", "sent_at", "remote_id",
    "url", "error",
)  # fmt: skip
BAD = frozenset({State.FAILED, State.UNKNOWN, State.MISSED, State.CANCELLED})

Rows = Sequence[dict[str, Any]]


def tell(rows: Rows, *, as_json: bool, hint: str = "") -> None:
    """Print deliveries as `desk.report.rows` gives them."""
    if as_json:
        print_json([machine(row) for row in rows])
        return
    show.deliveries(rows)
    click.echo("\n" + summary(rows) + hint)
    for line in what_to_do(rows):
        click.echo(line)


def machine(row: dict[str, Any]) -> dict[str, Any]:
    """A delivery for machines: without the words for people."""
    return {name: row[name] for name in FIELDS}


def summary(rows: Rows) -> str:
    """`38 published, 0 failed, 0 being checked, 2 wait.`"""
    states = [row["state"] for row in rows]
    said = [
        f"{states.count('published')} published",
        f"{states.count('failed')} failed",
        f"{states.count('unknown')} being checked",
    ]
    for state, word in (("sending", "being sent"), ("planned", "waiting"), ("missed", "missed"), ("cancelled", "called off")):
        if states.count(state):
            said.append(f"{states.count(state)} {word}")
    return ", ".join(said) + "."


def what_to_do(rows: Rows) -> list[str]:
    """A line for each delivery that needs a person, and the ways on."""
    lines = [f"  {row['account']}: {row['error']}" for row in rows if row["state"] in ("failed", "missed", "cancelled")]
    unknown = [row for row in rows if row["state"] == "unknown"]
    lines += [f"  {row['account']}: {row['error']} Look at the account; it is never sent again by itself." for row in unknown]
    failed = [row["id"] for row in rows if row["state"] == "failed"]
    if failed:
        lines.append(f"  When mended: ministry-social delivery retry {failed[0]}")
    lines += [f"  {row['account']} {row['says']}. {row['error']}".rstrip() for row in rows if _is_held_up(row)]
    if any(row["state"] == "planned" for row in rows):
        lines.append("  What waits goes out when its time has come and publish runs on the same file again.")
    return lines


def _is_held_up(row: dict[str, Any]) -> bool:
    """Whether a delivery waits for more than its time."""
    return row["state"] == "planned" and (bool(row["error"]) or row["waits_for"] == "account")
