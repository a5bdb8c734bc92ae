"""`account connect`: the platform's own sign-in from a terminal, or a credential that somebody was given."""

import sys
from datetime import timedelta
from typing import Any

import click

from ..app import App
from ..desk import accounts as desk_accounts
from ..desk.connecting import Connected, accept, begin, finish, ready
from ..errors import InvalidSettings, SignInFailed
from ..model.account import Account
from ..model.life import Stage
from ..model.signin import Begun
from .callback import callback
from .credential import no_longer_needed, read_credential
from .options import PLATFORMS, open_app

_TRIES = 3  # to type a PIN


@click.command()
@click.argument("name")
@click.option("--browser", is_flag=True, help="Open the platform's page in this machine's browser.")
@click.option("--pin", is_flag=True, help="X, where no browser here can be led back: X shows a number, to be typed here.")
@click.option("--token", type=click.File(encoding="utf-8"), help="Facebook: a system user's token; a file, or - to paste it.")
@click.option("--credential", type=click.File(encoding="utf-8"), help="JSON file with a whole credential, or - for standard input.")
@click.option("--port", type=click.IntRange(1, 65535), help="Where to wait for the answer. Default: [onboarding] callback_port.")
@click.option("--wait", type=click.IntRange(1, 60), default=10, show_default=True, metavar="MINUTES", help="How long to wait.")
def connect(name: str, browser: bool, pin: bool, token: Any, credential: Any, port: int | None, wait: int) -> None:
    """Connect an account by its platform's own sign-in.

    It prints the address of the platform's page, and waits until you have agreed there. The credential goes into the vault and
    nowhere else, and only if it is the expected account's and may post.

    \b
    Whole credentials, for --credential:
    X:        {"consumer_key", "consumer_secret", "access_token", "access_token_secret"}
    Facebook: {"page_id", "access_token"}
    YouTube:  {"client_id", "client_secret", "refresh_token", "token_uri", "channel_id"}
    \b
    Examples:
      ministry-social account connect embassy-paris --browser
      ministry-social account connect embassy-paris --pin
      ministry-social account connect page --token -
      ministry-social account connect embassy-paris --credential paris.json
    """
    if sum((pin, token is not None, credential is not None)) > 1:
        raise click.UsageError("Choose one of --pin, --token and --credential.")
    app = open_app()
    account = ready(app.reception, name).account
    if credential is not None:
        _whole(app, account, credential)
    elif token is not None:
        _tell(app, accept(app.reception, name, {"access_token": _pasted(token)}, by=app.person))
    elif pin:
        _tell(app, _by_hand(app, account))
    else:
        _tell(app, _led_back(app, account, port=port, browser=browser, wait=timedelta(minutes=wait)))


def _whole(app: App, account: Account, file: Any) -> None:
    remedy = f"For {PLATFORMS[account.platform]}: {{{', '.join(desk_accounts.FIELDS[account.platform])}}}"
    desk_accounts.connect(app.store, app.clock, app.vault, account, read_credential(file, remedy), person=app.person)
    click.echo(f"{account.name} is connected." + no_longer_needed(file))
    _next(ready(app.reception, account.name).stage, account.name)


def _pasted(file: Any) -> str:
    """A token, typed where nobody sees it, or read from a pipe or a file."""
    text = click.prompt("Token", hide_input=True) if file is sys.stdin and sys.stdin.isatty() else file.read()
    return str(text).strip()


def _led_back(app: App, account: Account, *, port: int | None, browser: bool, wait: timedelta) -> Connected:
    """By the platform's page and back to this machine."""
    with callback(port or app.settings.onboarding.callback_port) as here:
        begun = begin(app.reception, account.name, callback=here.address, by=app.person)
        _ask_to_agree(account, begun, browser=browser)
        click.echo(f"Waiting at {here.address} for {wait.total_seconds() / 60:g} minutes. Ctrl-C stops.", err=True)
        answer = here.wait(begun.state, app.clock.deadline(wait))
        if answer is None:
            raise SignInFailed(
                "Nobody came back in time, so nothing was connected.", code="expired",
                remedy=f"Try again: ministry-social account connect {account.name}",
            )  # fmt: skip
        return finish(app.reception, account.name, begun, answer, callback=here.address, by=app.person)


def _by_hand(app: App, account: Account) -> Connected:
    """With a number that the platform shows, typed here. A mistyped one may be typed again."""
    begun = begin(app.reception, account.name, callback="", by=app.person)
    _ask_to_agree(account, begun, browser=False)
    click.echo(f"Then type here the number that {PLATFORMS[account.platform]} shows.", err=True)
    for left in range(_TRIES - 1, -1, -1):
        try:
            return finish(app.reception, account.name, begun, {"pin": _number()}, callback="", by=app.person)
        except SignInFailed as wrong:
            if wrong.code != "strange-answer" or not left:
                raise
            click.echo(f"{wrong.sentence} {'Once more' if left == 1 else f'{left} times more'} can you try.", err=True)
    raise AssertionError("the last try returns or raises")


def _number() -> str:
    """A line of the terminal, or of a pipe."""
    click.echo("PIN: ", nl=False, err=True)
    line = sys.stdin.readline()
    if not line:
        raise InvalidSettings(
            "No number came, so nothing was connected: standard input is at its end.",
            remedy="Run this in a terminal, or write the number into a pipe once X has shown it.",
        )
    return line.strip()


def _ask_to_agree(account: Account, begun: Begun, *, browser: bool) -> None:
    handle = account.handle if account.platform == "facebook" else f"@{account.handle}"
    click.echo(f"Open this address in a browser, sign in as {handle} at {PLATFORMS[account.platform]}, and agree:\n")
    click.echo(f"  {begun.address}\n")
    if browser:
        import webbrowser

        if not webbrowser.open(begun.address):
            click.echo("This machine has no browser that could be opened: copy the address.", err=True)
    sys.stdout.flush()


def _tell(app: App, done: Connected) -> None:
    """Whose account is connected, what it allows, what to know, what comes next."""
    granted, name = done.granted, done.account.name
    handle = f"@{granted.handle.removeprefix('@')}, " if granted.handle and done.account.platform != "facebook" else ""
    click.echo(f"{name} is connected: {handle}{granted.name} (id {granted.id}).")
    click.echo(f"Allowed   {', '.join(granted.scopes) or 'what the app asks for; the platform names nothing'}")
    click.echo(f"Until     {f'{granted.until:%Y-%m-%d %H:%M} UTC' if granted.until else 'somebody takes it back'}")
    for warning in done.warnings:
        click.echo(f"Note      {warning}")
    _next(done.stage, name)


def _next(stage: Stage | None, name: str) -> None:
    if stage is Stage.CONNECTED:
        click.echo(f"Next: ministry-social account verify {name}")
