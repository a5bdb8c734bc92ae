"""`alert`: whom the ministry tells, and the secrets that this needs."""

import secrets as chance
from typing import Any

import click

from ..app.alerting import SECRETS
from ..desk.alerting import MAIL, Alert, send
from ..desk.chores import note
from ..errors import AlertFailed, InvalidSettings
from ..model.ledger import Event
from ..model.notice import Notice
from .options import json_option, open_app, print_json


@click.group()
def alert() -> None:
    """Mail and webhook to those who must know: test, secret."""


@alert.command("test")
@click.option("--to", help="Only to this mail address, whoever it is.")
@json_option
def test_(to: str | None, as_json: bool) -> None:
    """Send a test to everybody whom [alerts] names, and say what came of it.

    \b
    Examples:
      ministry-social alert test
      ministry-social alert test --to anna@mfa.example.org
    """
    app = open_app()
    bell = app.means.bell
    channels = (f"{MAIL} {to}",) if to else bell.channels("")
    if not channels or not bell.ways or (to and MAIL not in bell.ways):
        raise InvalidSettings(
            "Nobody would be told.", remedy="Set [alerts] smtp, mail_from and to, or webhook, in config/ministry.toml."
        )
    notice = Notice(
        subject="Test of the alerts", lines=("This is a test: alerts of the ministry's accounts would come like this.",)
    )
    done = [send(bell, Alert(channel=one, notice=notice), app.clock.now()) for one in channels]
    failed = sum(1 for one in done if one.error)
    note(app.store, app.clock, Event.ALERT_TESTED, {"told": len(done) - failed, "failed": failed}, person=app.person)
    if as_json:
        print_json([{"channel": one.alert.channel, "error": str(one.error) if one.error else ""} for one in done])
    else:
        for one in done:
            click.echo(f"Told      {one.alert.channel}" if one.error is None else f"NOT told  {one.alert.channel}: {one.error}")
    if failed:
        raise AlertFailed("Not everybody could be told.")


@alert.command("secret")
@click.argument("name", type=click.Choice(list(SECRETS)))
@click.option("--file", type=click.File(encoding="utf-8"), help="The file that holds it, or - for standard input.")
@click.option("--new", is_flag=True, help="Make one by chance and print it once, for the program that checks signatures.")
def secret(name: str, file: Any, new: bool) -> None:
    """Store a secret with which alerts are sent in the vault, and nowhere else.

    \b
    smtp-password  the password of [alerts] smtp_user
    webhook-key    the key with which the webhook is signed
    \b
    Examples:
      ministry-social alert secret smtp-password --file - < password.txt
      ministry-social alert secret webhook-key --new
    """
    if (file is None) != new or (new and name != "webhook-key"):
        raise click.UsageError("Say --file FILE" + (", or --new." if name == "webhook-key" else "."))
    app = open_app()
    text = chance.token_hex(32) if new else str(file.read()).rstrip("\r\n")
    if not text:
        raise InvalidSettings("There is nothing in it.", file=file.name)
    app.vault.put_alert(name, text)
    note(app.store, app.clock, Event.ALERT_SECRET, {"secret": name}, person=app.person)
    click.echo(text if new else f"{name} is stored.")
