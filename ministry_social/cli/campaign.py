"""`campaign`: messages that are said again and again, in other words each time."""

from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import click

from ..app import App
from ..desk import approve, waves
from ..desk import campaign as campaigning
from ..errors import InvalidMessage, NotAllowed
from ..files.campaigns import LoadedCampaign, load_campaign
from ..files.messages import Loaded
from ..model.campaign import CampaignRecord
from . import campaigns, show
from .keys import confirm, open_own, passphrase_option
from .options import did_you_mean, json_option, open_app, print_json, world_line
from .publish import agree, silent, take_media
from .signatures import found_for, look


def campaign_file(value: str) -> Path:
    """A parameter's type: a campaign's file, which must be there; else the nearest is suggested."""
    path = Path(value)
    if not path.is_file():
        beside = path.parent.glob("*.toml") if path.parent.is_dir() else ()
        raise click.UsageError(f"There is no file {path}.{did_you_mean(str(path), [str(one) for one in beside])}")
    return path


@click.group()
def campaign() -> None:
    """Messages said again and again, in other words each time: check, plan, start, sign, list, show, stop."""


@campaign.command()
@click.argument("file", type=campaign_file)
@json_option
def check(file: Path, as_json: bool) -> None:
    """Say what stops a campaign, and what its author should know of its waves.

    \b
    Example:
      ministry-social campaign check campaigns/grain-again.toml
    """
    planned = _Opened(file).plan()
    if as_json:
        print_json([campaigns.finding_row(finding) for finding in planned.findings])
    else:
        show.findings(planned.findings)
    if planned.blocked:
        click.get_current_context().exit(1)


@campaign.command()
@click.argument("file", type=campaign_file)
@click.option("--wave", "number", type=click.IntRange(1), metavar="NUMBER", help="Show what every account says in this wave.")
@json_option
def plan(file: Path, number: int | None, as_json: bool) -> None:
    """Show every wave of a campaign before anything is signed, and what it costs.

    \b
    Examples:
      ministry-social campaign plan campaigns/grain-again.toml
      ministry-social campaign plan campaigns/grain-again.toml --wave 2
    """
    planned = _Opened(file).plan()
    shown = [wave for wave in planned.waves if number in (None, wave.number)]
    if not shown:
        raise click.UsageError(f"There is no wave {number}: the campaign has {len(planned.waves)}.")
    if as_json:
        print_json(campaigns.plan_json(planned, shown))
    elif number is None:
        campaigns.tell_plan(planned)
    else:
        campaigns.tell_wave(shown[0])


@campaign.command()
@click.argument("file", type=campaign_file)
@click.option("--yes", is_flag=True, help="Do not ask. Going live needs --live besides.")
@click.option("--live", is_flag=True, help="With --yes: yes, to the public.")
@json_option
def start(file: Path, yes: bool, live: bool, as_json: bool) -> None:
    """Plan every wave of a campaign, all or nothing. A worker sends what is due.

    Where the policy asks for signatures, each wave waits for them: see campaign sign.

    \b
    Example:
      ministry-social campaign start campaigns/grain-again.toml
    """
    opened = _Opened(file)
    say = silent if as_json else click.echo
    say(world_line(opened.app))
    record = opened.standing()
    if record is not None:
        say(f"Campaign  {record.id} was put in force in this very form before: nothing new is planned.")
    else:
        record = _put_in_force(opened, yes=yes, live=live, quiet=as_json)
    with opened.app.store.read() as reading:
        stands = campaigning.signing(reading, opened.app.means, record)
    if as_json:
        print_json(campaigns.record_json(record, stands=stands))
        return
    lacks = campaigns.tell_approval(record, stands)
    condition = "they are approved and their time has come" if lacks else "their time has come"
    say(f"{show.number(len(record.waves), 'wave')} planned. They go out when {condition}: with ministry-social worker.")
    say(f'See: ministry-social campaign show {record.id}   Stop: ministry-social campaign stop {record.id} --reason "..."')


@campaign.command("list")
@json_option
def list_(as_json: bool) -> None:
    """List the campaigns that were put in force, and how far each has come.

    \b
    Example:
      ministry-social campaign list
    """
    app = open_app()
    with app.store.read() as reading:
        found = [(record, tuple(campaigning.deliveries(reading, record))) for record in reading.campaigns()]
    if as_json:
        print_json([campaigns.record_json(record, sent) for record, sent in found])
    elif not found:
        click.echo("No campaign was put in force yet.   ministry-social campaign start FILE")
    else:
        campaigns.tell_list(found, app.clock.now())


@campaign.command("show")
@click.argument("name", metavar="CAMPAIGN")
@json_option
def show_(name: str, as_json: bool) -> None:
    """Show a campaign: its goal, what became of each wave, and whether it is approved.

    \b
    Example:
      ministry-social campaign show grain-again
    """
    app = open_app()
    record = _named(app, name)
    with app.store.read() as reading:
        sent = tuple(campaigning.deliveries(reading, record))
        stands = campaigning.signing(reading, app.means, record)
    if as_json:
        print_json(campaigns.record_json(record, sent, stands))
    else:
        campaigns.tell_record(record, sent, stands)


@campaign.command()
@click.argument("name", metavar="CAMPAIGN")
@click.option("--wave", "number", type=click.IntRange(1), metavar="NUMBER", help="Sign this wave only.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@passphrase_option
def sign(name: str, number: int | None, yes: bool, passphrase_fd: int | None) -> None:
    """Sign a campaign with your own key, as a whole or wave by wave.

    Each wave is signed for itself: exactly its texts, pictures, accounts and times. Read each of them first.

    \b
    Examples:
      ministry-social campaign sign grain-again
      ministry-social campaign sign grain-again --wave 2
    """
    app = open_app()
    record = _named(app, name)
    if number is not None and number > len(record.waves):
        raise click.UsageError(f"There is no wave {number}: the campaign has {len(record.waves)}.")
    asked = [found_for(app, wave.message, wave.wave) for wave in record.waves if number in (None, wave.number)]
    mine = approve.theirs(app.means, asked, app.person)
    click.echo(f"Campaign  {record.id}: {show.number(len(mine), 'wave')} to sign, of {len(record.waves)}")
    for wave in record.waves:
        for one in mine:
            if (one.message, one.wave) == (wave.message, wave.wave):
                click.echo("")
                campaigns.tell_when(wave)
                look(app, one)
    click.echo("")
    confirm(f"Have you read {'them' if len(mine) > 1 else 'it'}, account by account? Sign?", yes=yes)
    approve.sign_all(app.means, open_own(app, passphrase_fd), mine, person=app.person)
    with app.store.read() as reading:
        campaigns.tell_approval(record, campaigning.signing(reading, app.means, record))


@campaign.command()
@click.argument("name", metavar="CAMPAIGN")
@click.option("--reason", default="", help="Why; it goes on record.")
@json_option
def stop(name: str, reason: str, as_json: bool) -> None:
    """Stop a campaign at once: whatever has not started is called off, for good.

    What is out stays; to take it down: ministry-social delivery recall.

    \b
    Example:
      ministry-social campaign stop grain-again --reason "the treaty is signed"
    """
    app = open_app()
    if not reason.strip():
        raise click.UsageError("Say why: --reason TEXT. It goes on record.")
    if not as_json:
        click.echo(world_line(app))
    ended = campaigning.stop(app.store, app.clock, name, reason=reason.strip(), person=app.person)
    if as_json:
        left = [one.key for one in ended.left]
        print_json({"campaign": name, "already": ended.already, "cancelled": ended.cancelled, "left": left})
    elif ended.already:
        click.echo(f"{name} was stopped before, by {ended.record.stopped_by}: {ended.record.reason}")
    else:
        click.echo(f"Stopped   {name}. {show.number(ended.cancelled, 'post')} called off.")
        for one in ended.left:
            click.echo(f"          {one.account} was being sent, or is being checked: see ministry-social delivery show {one.key}")


def _named(app: App, name: str) -> CampaignRecord:
    """A campaign that was put in force."""
    with app.store.read() as reading:
        record = campaigning.standing(reading, name)
        known = [one.id for one in reading.campaigns()]
    if record is None:
        raise NotAllowed(f"There is no campaign {name}.{did_you_mean(name, known)}", remedy="See: ministry-social campaign list")
    return record


@dataclass
class _Opened:
    """A campaign's file, read, and the ministry at hand."""

    file: Path

    def __post_init__(self) -> None:
        self.app: App = open_app()
        self.loaded: LoadedCampaign = load_campaign(self.file)

    @property
    def material(self) -> waves.Material:
        """What was read, as the desk takes it."""
        loaded = self.loaded
        pieces = [_piece(file, one) for file, one in zip(loaded.files, loaded.messages, strict=True)]
        return waves.Material(campaign=loaded.campaign, pieces=pieces, source=loaded.source, description=loaded.description)

    def standing(self) -> CampaignRecord | None:
        """The very campaign, where it is in force. Raises `NotAllowed` where its id stands for another."""
        with self.app.store.read() as reading:
            record = campaigning.standing(reading, self.loaded.campaign.id)
        campaigning.refuse_if_another(record, self.material)
        return record

    def plan(self) -> waves.Plan:
        """Every wave. Raises `NotAllowed` where the campaign is in force already."""
        record = self.standing()
        if record is not None:
            raise NotAllowed(
                f"The campaign {record.id} is in force in this very form.", remedy=f"See: ministry-social campaign show {record.id}"
            )
        app = self.app
        look_back = timedelta(days=app.settings.similarity.days)
        with app.store.read() as reading:
            return waves.plan(reading, self.material, app.house(), app.times, app.clock.now(), look_back, app.purse)


def _piece(path: Path, loaded: Loaded) -> waves.Piece:
    return waves.Piece(
        message=loaded.message, revision=loaded.revision, file=str(path), source=loaded.description, texts=loaded.texts
    )


def _put_in_force(opened: _Opened, *, yes: bool, live: bool, quiet: bool) -> CampaignRecord:
    """Check, show, ask; then put all waves in force."""
    app, planned = opened.app, opened.plan()
    if not quiet:
        campaigns.tell_plan(planned)
    if planned.blocked:
        raise InvalidMessage(
            "Nothing was planned: what blocks it has to be mended first.",
            remedy=f"See: ministry-social campaign check {opened.file}",
        )
    agree(app, len({name for wave in planned.waves for name in wave.draft.payloads}), yes=yes, live=live)
    for loaded in opened.loaded.messages:
        take_media(app, loaded)
    return campaigning.start(app.store, app.clock, planned, app.times, person=app.person, policies=app.policies)
