"""`delivery settle`: a person decides what became of a delivery in doubt."""

import re
import sys

import click

from ..app import App
from ..desk import decide
from ..errors import InvalidSettings, NotAllowed, PlatformError
from ..model.delivery import Delivery, PostRef, State
from ..model.variant import Kind
from .options import did_you_mean, open_app

# Where the id of a post stands in its address: on the platform's own pages, and on the rehearsal's.
_ID = {
    "x": re.compile(r"/status/(\d+)/?$"),
    "facebook": re.compile(r"(?:/posts/|/videos/|fbid=|facebook\.com/)([\d_]+)/?$"),
    "youtube": re.compile(r"(?:youtu\.be/|watch\?v=|/videos?/)([A-Za-z0-9_-]{11})/?$"),
}


@click.command()
@click.argument("key", metavar="ID")
@click.option("--published", "url", help="It stands there, under this address.")
@click.option("--absent", is_flag=True, help="It is not there. It will be sent again!")
@click.option("--reason", default="", help="How you know; it goes on record.")
@click.option("--yes", is_flag=True, help="With --absent: do not ask.")
def settle(key: str, url: str | None, absent: bool, reason: str, yes: bool) -> None:
    """Decide what became of a delivery in doubt, where the platform cannot be read.

    Mostly a doubt settles itself: the account's posts are read. Look at the account before you decide; to say --absent of
    something that stands there makes it appear twice.

    \b
    Examples:
      ministry-social delivery settle ID --published https://x.com/TavoriaLima/status/18400001 --reason "seen at 10:40"
      ministry-social delivery settle ID --absent --reason "looked at the account at 10:40"
    """
    if bool(url) == absent:
        raise click.UsageError("Say one of both: --published ADDRESS, or --absent.")
    if not reason.strip():
        raise click.UsageError("Say how you know: --reason TEXT. It goes on record.")
    app = open_app()
    delivery = _in_doubt(app, key)
    post = None if url is None else _checked(app, delivery, url)
    if absent and not yes:
        _ask(delivery)
    done = decide.settle(app.means, key, post=post, url=url or "", reason=reason.strip(), person=app.person)
    said = "is published" if done.state is State.PUBLISHED else "waits for its turn again: it goes out with publish or a worker"
    click.echo(f"{key} {said}.")


def _in_doubt(app: App, key: str) -> Delivery:
    with app.store.read() as reading:
        found = reading.delivery(key)
        if found is None:
            near = did_you_mean(key, [one.key for one in reading.deliveries(states=(State.UNKNOWN,))])
            raise InvalidSettings(f"There is no delivery {key}.{near}", remedy="See: ministry-social delivery list --in-doubt")
    if found.state is not State.UNKNOWN:
        raise NotAllowed(f"{key} is not in doubt: it is {found.state}.", remedy="See: ministry-social delivery list --in-doubt")
    return found


def _checked(app: App, delivery: Delivery, url: str) -> PostRef:
    """The post under the address; where the platform can be read, it must be there."""
    match = _ID[delivery.platform].search(url)
    if match is None:
        raise click.UsageError(f"{url} is no address of a post on {delivery.platform}.")
    kind = {Kind.VIDEO: "video", Kind.REPOST: "repost"}.get(delivery.kind, "post")
    post = PostRef(kind=kind, id=_whole_id(app, delivery, match[1]))
    try:
        there = decide.seen(app.means, delivery, post)
    except PlatformError as unreadable:
        click.echo(f"It cannot be read now, so your word counts: {unreadable.sentence}", err=True)
        return post
    if there is None:
        raise NotAllowed(f"Nothing stands there under {url}.", remedy="Look at the account again.")
    account = app.means.accounts[delivery.account]
    if there.account not in (account.id, account.name):
        raise NotAllowed(f"{url} is a post of another account, not of {account.name}.")
    return there.post


def _whole_id(app: App, delivery: Delivery, id: str) -> str:
    """Facebook's pages show the second half of a post's id only; the first is the Page's."""
    if delivery.platform == "facebook" and "_" not in id and delivery.kind is not Kind.VIDEO:
        return f"{app.means.accounts[delivery.account].id}_{id}"
    return id


def _ask(delivery: Delivery) -> None:
    if not sys.stdin.isatty():
        raise click.UsageError("Nobody can be asked here. Say --yes.")
    click.confirm(f"Have you looked at {delivery.account}? If it stands there, it will appear twice. Not there", abort=True)
