"""What became of a wave, in a table, a sentence, and what to do where a person is needed."""

from collections.abc import Sequence
from typing import Any

import click

from ..model.delivery import State
from ..rules.lifecycle import PLAIN
from . import show
from .options import print_json

# What `delivery list --json` gives of each delivery.
FIELDS = (
    "id", "message", "wave", "account", "platform", "kind", "state", "waits_for", "attempts", "due_at", "sent_at", "remote_id",
    "url", "error",
)  # fmt: skip
_BAD = frozenset({State.FAILED, State.UNKNOWN, State.MISSED, State.CANCELLED})

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


def all_well(rows: Rows) -> bool:
    """Whether nothing failed, is in doubt, came too late, was called off, or waits for an approval or for a paused platform."""
    return not any(row["state"] in _BAD or _paused(row) or _unapproved(row) for row in rows)


def summary(rows: Rows) -> str:
    """`38 published, 0 failed, 0 being checked, 2 waiting.`"""
    states = [row["state"] for row in rows]
    paused, held, unapproved = sum(map(_paused, rows)), sum(map(_held, rows)), sum(map(_unapproved, rows))
    said = [
        f"{states.count('published')} published",
        f"{states.count('failed')} failed",
        f"{states.count('unknown')} being checked",
    ]
    others = {
        "being sent": states.count("sending"), "waiting": states.count("planned") - paused - held - unapproved,
        "waiting for approval": unapproved, "paused": paused, "held": held,
        "missed": states.count("missed"), "called off": states.count("cancelled"), "taken down": states.count("recalled"),
    }  # fmt: skip
    return ", ".join([*said, *(f"{count} {word}" for word, count in others.items() if count)]) + "."


def what_to_do(rows: Rows) -> list[str]:
    """A line for each delivery that needs a person, and the ways on."""
    lines = [f"  {row['account']}: {row['error']}" for row in rows if row["state"] in ("failed", "missed", "cancelled")]
    lines += [f"  When mended: ministry-social delivery retry {row['id']}" for row in rows if row["state"] == "failed"][:1]
    for row in rows:
        if row["state"] == "unknown":
            lines += [f"  {row['account']}: {row['error']} {_doubt(row)}"]
    lines += _of_pauses([row for row in rows if _paused(row)])
    held = [row for row in rows if _held(row)]
    if held:
        some = f"{len(held)} deliveries are" if len(held) > 1 else f"{held[0]['account']} is"
        lines.append(f"  {some} held. {held[0]['why']}   Let go: ministry-social release {held[0]['waits_for'].split()[1]}")
    lines += _of_approvals([row for row in rows if _unapproved(row)])
    waiting = [row for row in rows if row["state"] == "planned" and not (_paused(row) or _held(row) or _unapproved(row))]
    lines += [f"  {row['account']} {row['says']}. {row['error']}".rstrip() for row in waiting if _is_held_up(row)]
    if waiting:
        lines.append("  What waits goes out when its time has come: with ministry-social worker, or when publish runs on its file.")
    return lines


def _of_approvals(unapproved: Rows) -> list[str]:
    """Each message once that waits for signatures, with the way to what is missing."""
    lines = []
    for message in dict.fromkeys(row["message"] for row in unapproved):
        waves = sorted({row["wave"] for row in unapproved if row["message"] == message})
        way = f"show {message}" + (f" --wave {waves[0]}" if waves[0] > 1 else "") if len(waves) == 1 else "list"
        what = f"Wave {', '.join(map(str, waves))} of {message}" if waves != [1] else message
        lines.append(f"  {what} is not approved. What is missing: ministry-social approval {way}")
    return lines


def _of_pauses(paused: Rows) -> list[str]:
    """Each pause once, with whom it stops."""
    lines = []
    for waits in dict.fromkeys(row["waits_for"] for row in paused):
        _, scope, value = waits.split(" ", 2)
        lines.append(f"  {value} is paused. {next(row['why'] for row in paused if row['waits_for'] == waits)}")
        lines.append(f"  When mended: ministry-social resume --{scope} {value}")
    return lines


def _doubt(row: dict[str, Any]) -> str:
    if row["says"] == PLAIN[State.UNKNOWN]:
        return "It is looked for on the account, and only sent again when it is certainly not there."
    return f"A person must decide: ministry-social delivery settle {row['id']} --help"


def _paused(row: dict[str, Any]) -> bool:
    return bool(row["waits_for"].startswith("pause "))


def _unapproved(row: dict[str, Any]) -> bool:
    return bool(row["waits_for"] == "approval")


def _held(row: dict[str, Any]) -> bool:
    return bool(row["waits_for"].startswith("hold "))


def _is_held_up(row: dict[str, Any]) -> bool:
    """Whether a delivery waits for more than its time."""
    return bool(row["error"]) or row["waits_for"] == "account"
