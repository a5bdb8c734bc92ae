"""Letters to missions: what one is asked to write, with a form at the end that is a local text once it is filled in.

All above the form's `## language` are notes, which are never published: so the whole letter can be put beside the message.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from ..errors import InvalidMessage
from ..model.asking import Owed
from ..model.message import Message
from ..model.variant import Counting, Limits
from ..rules.languages import whole_digest
from ..rules.zones import on_the_wall
from .body import heading

__all__ = ["at_most", "filled_in", "letter", "moment", "write_letters"]

_TITLE = re.compile(r"# +([a-z0-9][a-z0-9-]*): local text of ([a-z0-9][a-z0-9-]*)")
_SOURCE = re.compile(r"sha256:[0-9a-f]{12}")
_NAMES = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}


def letter(message: Message, owed: Owed, until: datetime, limits: Mapping[str, Limits]) -> str:
    """The letter to one mission. `limits` are by account."""
    return "\n".join([*_notes(message, owed, until, limits), "", f"## {owed.languages[0]}", "### short", ""])


def filled_in(text: str, file: str) -> tuple[str, str, str, str]:
    """Of a letter that came back: message, mission, the source's digest, and its local text alone. Raises `InvalidMessage`."""
    lines = text.split("\n")
    title = next((found for line in lines if (found := _TITLE.fullmatch(line.strip()))), None)
    if title is None:
        raise InvalidMessage(
            "This is no letter of local ask: its title (# MESSAGE: local text of MISSION) is missing.", file=file, line=1,
            remedy=f"Say whose text it is: ministry-social local write MESSAGE --mission NAME {file}",
        )  # fmt: skip
    start = next((number for number, line in enumerate(lines) if heading(line)[0]), len(lines))
    source = _SOURCE.search("\n".join(lines[:start]))
    # Notes stay as empty lines, so that a mistake is named by the line that the mission sees.
    return title[1], title[2], source[0] if source else "", "\n" * start + "\n".join(lines[start:])


def write_letters(folder: Path, letters: Mapping[str, str]) -> tuple[Path, ...]:
    """Write each letter into a new file of its name in a folder; none of them where one is there already."""
    paths = {name: folder / name for name in letters}
    for path in paths.values():
        if path.exists():
            raise InvalidMessage("This file is there already.", file=str(path), remedy="Name another folder, or remove it first.")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, path in paths.items():
            with path.open("x", encoding="utf-8", newline="\n") as file:
                file.write(letters[name])
    except OSError as error:
        raise InvalidMessage(f"The letters cannot be written: {error.strerror}.", file=str(folder)) from error
    return tuple(paths.values())


def moment(until: datetime, zone: str) -> str:
    """A deadline as a mission reads it: `2026-12-01 13:00 in Europe/Paris, 12:00 UTC`."""
    here = on_the_wall(until, zone)
    utc = f"{until:%H:%M} UTC" if here.date() == until.date() else f"{until:%Y-%m-%d %H:%M} UTC"
    return f"{here:%Y-%m-%d %H:%M} in {zone}, {utc}"


def at_most(platform: str, limits: Limits) -> str:
    """What a platform takes of a post: `X: 280 weighted characters`."""
    unit = "weighted characters" if limits.counting is Counting.X_WEIGHTED else limits.counting.value
    return f"{_NAMES.get(platform, platform)}: {limits.text:,} {unit}"


def _notes(message: Message, owed: Owed, until: datetime, limits: Mapping[str, Limits]) -> Iterator[str]:
    yield from (f"# {message.id}: local text of {owed.mission}", "")
    yield f"Please say this message in your own words, until {moment(until, owed.zone)}."
    if message.embargo is not None:
        yield f"It is under embargo: nothing of it may be public before {moment(message.embargo, owed.zone)}."
    yield from ("", "If you do not answer, as things stand today:", *(f"- {said}" for said in owed.otherwise), "")
    yield f"What the ministry says, in {message.source} ({whole_digest(message)}):"
    yield from _source(message)
    yield "What to heed:"
    yield f"- Language: one of {', '.join(owed.languages)}. It stands behind the ## at the end; change it there."
    for account in owed.accounts:
        yield f"- Length: {account.name} on {at_most(account.platform, limits[account.name])} at most."
    yield from _advice(message)
    yield from ("", "Write below the last line, and send this file back. What stands above the ## is never published.")


def _source(message: Message) -> Iterator[str]:
    """The texts of the source, quoted: a heading or a # in them is none of the letter's."""
    wording = message.wordings[message.source]
    parts = {"headline": wording.headline, "short": wording.short, "long": wording.long}
    alts = {f"picture {file}": prose for file, prose in wording.alts.items()}
    for name, prose in (parts | alts).items():
        if prose is not None:
            yield from ("", f"> {name}:", *(f"> {line}".rstrip() for line in prose.text.split("\n")))
    yield ""


def _advice(message: Message) -> Iterator[str]:
    yield "- On X an address counts 23, emoji and letters of East Asia count 2. Nothing is ever cut."
    yield "- Your own words, and nothing like what another account says: X forbids the same text on several accounts of one owner."
    yield "- {{ hashtags }}, {{ city }} and {{ website }} become your account's own."
    if any(media.facts.kind == "video" for media in message.media):
        yield "- {{ video }} becomes the address of the video."
    for media in message.media:
        if media.facts.kind != "video":
            yield f"- To describe {media.file} in your language, add below your text a line: ### alt {media.file}"
