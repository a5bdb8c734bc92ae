"""How a release that waits for signatures looks in a terminal, and as JSON."""

from typing import Any

import click

from ..app import App
from ..desk import approve
from ..desk.paper import paper, strangers
from ..errors import NotAllowed
from ..rules.policy import about, asks
from ..rules.signing import in_groups
from ..rules.timing import stamp
from . import show


def found_for(app: App, message: str, wave: int) -> approve.Submitted:
    """The release in force of a wave of a message, and how it stands; where a key has ended since, the plan is told."""
    with app.store.read() as reading:
        found = approve.submitted(reading, app.means, message, wave)
        stale = (found.release in reading.unapproved()) == found.standing.complete
    if stale:
        approve.note(app.means, found)
    return found


def look(app: App, found: approve.Submitted) -> None:
    """What a person should see before they sign. Refused where this machine knows other accounts by these names."""
    with app.store.read() as reading:
        other = strangers(reading, found.release, app.means.accounts)
        lines = paper(reading, found.release, app.means.accounts)
    if other:
        raise NotAllowed(f"{', '.join(other)}: another account in your config than in what was submitted.", remedy="Compare both.")
    click.echo(
        f"Message   {_named(found)}: {show.number(len(lines), 'account')}.   Read it: ministry-social approval show {found.words}"
    )
    click.echo(f"Digest    {in_groups(found.release)}")


def _named(found: approve.Submitted) -> str:
    return found.message if found.alone else f"{found.message}, wave {found.wave}"


def tell(found: approve.Submitted) -> None:
    """How it stands."""
    standing = found.standing
    click.echo(f"Release   {_named(found)}, submitted by {', '.join(standing.authors) or 'nobody known'}")
    click.echo(f"Digest    {in_groups(found.release)}")
    for rule in standing.rules:
        click.echo(f"Rule      {about(rule)}: {asks(rule)}, none of them an author of it")
    for one in standing.signed:
        marked = f"   EMERGENCY: {one.emergency}" if one.emergency else ""
        click.echo(f"Signed    {one.person}, {stamp(one.at)[:16].replace('T', ' ')} UTC, key {one.key}{marked}")
    for ignored in standing.ignored:
        click.echo(f"Ignored   {ignored.why}")
    click.echo(f"State     {approve.says(found)}")


def row(found: approve.Submitted) -> dict[str, Any]:
    """How it stands, for machines."""
    standing = found.standing
    return {
        "message": found.message, "wave": found.wave, "release": found.release, "complete": standing.complete,
        "authors": list(standing.authors), "says": approve.says(found), "planned": found.planned,
        "rules": [{"for": about(rule), "needs": asks(rule)} for rule in standing.rules],
        "signed": [{"person": s.person, "key": s.key, "at": stamp(s.at), "emergency": s.emergency} for s in standing.signed],
        "ignored": [{"person": one.person, "why": one.why} for one in standing.ignored],
        "declined": [{"person": who, "reason": reason} for who, reason in standing.declined],
        "missing": [{"for": about(one.rule), "count": one.count, "people": list(one.people)} for one in standing.missing],
    }  # fmt: skip
