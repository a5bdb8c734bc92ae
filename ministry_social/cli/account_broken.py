"""`account list --broken`: what cannot post now, why, and the command that mends it."""

from collections.abc import Sequence
from typing import Any

import click

from ..app import App
from ..model.life import AccountRecord, Stage
from . import show
from .options import print_json


def broken(app: App, chosen: Sequence[AccountRecord]) -> list[dict[str, Any]]:
    """A row for each account in force that is paused or has no credential, and for each platform that is paused."""
    in_force = [one for one in chosen if one.stage is Stage.ACTIVE]
    with app.store.read() as reading:
        pauses = {(one.scope, one.value): one for one in reading.pauses()}
    rows = []
    for platform in dict.fromkeys(one.account.platform for one in in_force):
        if (pause := pauses.get(("platform", platform))) is not None:
            rows.append(_row(platform, "paused", pause.reason, pause.remedy))
    for one in in_force:
        if not app.vault.has(one.name):
            mends = f"ministry-social account connect {one.name} --credential FILE"
            rows.append(_row(one.name, "not connected", "There is no credential for it.", mends))
        elif (pause := pauses.get(("account", one.name))) is not None:
            resumes = "" if pause.probe_at else f"Once that is done: ministry-social resume --account {one.name}"
            rows.append(_row(one.name, "paused", pause.reason, f"{pause.remedy} {resumes}".strip()))
    return rows


def tell_broken(app: App, rows: list[dict[str, Any]], *, as_json: bool) -> None:
    """Print them."""
    if as_json:
        print_json(rows)
    elif rows:
        show.table([list(row.values()) for row in rows], ["account", "state", "why", "what mends it"])
    else:
        click.echo("Every account in force is connected, and none is paused.")


def _row(name: str, state: str, why: str, mends: str) -> dict[str, Any]:
    return {"account": name, "state": state, "why": why.strip(), "mends": mends}
