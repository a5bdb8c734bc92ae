"""`account invite` and `account invitations`: links with which missions connect their accounts."""

from typing import Any

import click

from ..desk import inviting as desk
from ..errors import InvalidSettings
from ..model.life import Invitation
from ..rules.timing import stamp
from . import show
from .options import json_option, open_app, print_json


@click.command()
@click.argument("name")
@click.option("--days", type=click.IntRange(1, 30), default=7, show_default=True, help="How long the link counts.")
@click.option("--base-url", help="Where the pages are. Default: [onboarding] base_url.")
@click.option("--withdraw", is_flag=True, help="Take the link back instead: it opens nothing any more.")
def invite(name: str, days: int, base_url: str | None, withdraw: bool) -> None:
    """Make the link with which a mission connects its account.

    It is for this account, works once, and is shown once: it is kept nowhere. A new link takes the place of the one before.
    Give it to the person who runs the account, over a way that only they read.

    \b
    Examples:
      ministry-social account invite embassy-riga
      ministry-social account invite embassy-riga --days 2
      ministry-social account invite embassy-riga --withdraw
    """
    app = open_app()
    if withdraw:
        ended = desk.take_back(app.reception, name, person=app.person)
        click.echo(f"{show.number(len(ended), 'link')} of {name} taken back." if ended else f"No link of {name} was open.")
        return
    base = (base_url or app.settings.onboarding.base_url).rstrip("/")
    if not base or (app.settings.live and not base.startswith("https://")):
        raise InvalidSettings(
            "Nobody knows where the onboarding pages are, which a live ministry serves over https.",
            remedy="Set [onboarding] base_url in config/ministry.toml.",
        )
    link, made = desk.invite(app.reception, name, days=days, base_url=base, person=app.person)
    click.echo(f"The link for {name}, until {made.until:%Y-%m-%d %H:%M} UTC, to be used once:\n", err=True)
    click.echo(link)
    click.echo("\nIt is shown this once. The pages behind it: ministry-social onboard serve", err=True)


@click.command()
@click.argument("name", required=False)
@json_option
def invitations(name: str | None, as_json: bool) -> None:
    """List the links that were made, and how they stand: open, used, expired or void. Never the links themselves.

    \b
    Examples:
      ministry-social account invitations
      ministry-social account invitations embassy-riga
    """
    app = open_app()
    now = app.clock.now()
    with app.store.read() as reading:
        rows = [_row(one, desk.state_of(one, now)) for one in reading.invitations(name)]
    if as_json:
        print_json(rows)
        return
    if not rows:
        click.echo("No link was made." + ("" if name else "   ministry-social account invite NAME"))
        return
    show.table(
        [[r["account"], r["state"], r["at"], r["until"], r["by"], r["id"]] for r in rows],
        ["account", "state", "made", "until", "by", "invitation"],
    )


def _row(one: Invitation, state: str) -> dict[str, Any]:
    return {
        "id": one.id, "account": one.account, "state": state, "by": one.by, "at": stamp(one.at), "until": stamp(one.until),
        "used_at": stamp(one.used_at) if one.used_at else None,
    }  # fmt: skip


COMMANDS = (invite, invitations)
