"""Campaign files: `campaigns/<id>.toml`, read into a `Campaign` with the messages that it names (docs/campaigns.md)."""

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, TypeVar

from ..errors import InvalidMessage, MinistryError
from ..model.campaign import LOCAL, Campaign, PostKind
from ..model.message import Place
from ..rules.canonical import canonical, digest
from ..rules.recurrence import MOST, beginnings, counted, read_rule
from . import front, messages, written
from .accounts import PLATFORMS
from .audience import read_audience
from .lines import Toml, nearest, read_text

__all__ = ["LoadedCampaign", "load_campaign"]

_REQUIRED = ("id", "goal", "start", "end", "repeat", "at", "messages")
_OPTIONAL = ("audience", "kinds", "platforms", "spread")
_AT = re.compile(r"([01]\d|2[0-3]):([0-5]\d) +(\S+)", re.ASCII)
_Read = TypeVar("_Read")
_Default = TypeVar("_Default")


@dataclass(frozen=True, kw_only=True)
class LoadedCampaign:
    """A campaign as it stood when it was read, with its messages, in the order in which they take turns.

    files        where each message lies
    source       SHA-256 over `description`, hex
    description  canonical JSON: the SHA-256 of the file's text, and the revision of each message
    """

    campaign: Campaign
    messages: tuple[messages.Loaded, ...]
    files: tuple[Path, ...]
    source: str
    description: bytes


def load_campaign(path: Path) -> LoadedCampaign:
    """The campaign in a file. Raises `InvalidMessage` with file, line and remedy at the first mistake."""
    text = read_text(path, InvalidMessage)
    toml = Toml(text, str(path), InvalidMessage)
    reader = _File(toml)
    campaign = reader.campaign()
    files = tuple(reader.file(path, index) for index in range(len(campaign.messages)))
    loaded = tuple(messages.load(file) for file in files)
    reader.check_ids(loaded)
    described = {"campaign": digest(text.encode()), "messages": [[one.message.id, one.revision] for one in loaded]}
    description = canonical(described)
    return LoadedCampaign(campaign=campaign, messages=loaded, files=files, source=digest(description), description=description)


@dataclass(frozen=True)
class _File:
    """A campaign file on its way into a `Campaign`."""

    toml: Toml

    def campaign(self) -> Campaign:
        self.check_names()
        at, zone = self.of("at", _at, (time(), ""))
        campaign = Campaign(
            id=self.of("id", front.name, ""),
            goal=self.of("goal", _goal, ""),
            start=self.of("start", _day, date.min),
            end=self.of("end", _day, date.max),
            repeat=self.of("repeat", lambda raw: read_rule(front.text(raw)), ""),
            at=at,
            zone=zone,
            place=Place(file=self.toml.file, line=1),
            messages=self.of("messages", _files, ()),
            audience=self.of("audience", lambda raw: read_audience(front.text(raw)), read_audience("all")),
            kinds=self.of("kinds", _kinds, tuple(PostKind)),
            platforms=self.of("platforms", _platforms, ()),
            spread=self.of("spread", written.duration, Campaign.spread),
            places={key: self.toml.place(key) for key in self.toml.values},
        )
        self.check_waves(campaign)
        return campaign

    def check_names(self) -> None:
        self.toml.check_names(self.toml.values, (*_REQUIRED, *_OPTIONAL), "name")
        for key in _REQUIRED:
            if key not in self.toml.values:
                raise self.toml.problem(f"The campaign has no {key}.", remedy=f"Add a line: {key} = {_EXAMPLES[key]}")

    def check_waves(self, campaign: Campaign) -> None:
        """The rule, its count and the days must agree, so that nobody is surprised by a wave too many or too few."""
        if campaign.end < campaign.start:
            raise self.wrong(f"end ({campaign.end}) is before start ({campaign.start}).", "end", "The last day is one of them.")
        found = beginnings(campaign.repeat, campaign.start, campaign.at, campaign.end)
        wanted = counted(campaign.repeat)
        if not found:
            days = f"between {campaign.start} and {campaign.end}"
            raise self.wrong(f"{campaign.repeat} gives no day {days}.", "repeat", "Change the rule, or start and end.")
        if len(found) > MOST:
            raise self.wrong(f"That gives more than {MOST} waves.", "repeat", "Repeat less often, or end earlier.")
        if wanted is not None and len(found) < wanted:
            sentence = f"Only {len(found)} of the {wanted} waves begin by {campaign.end}."
            raise self.wrong(sentence, "end", f"Write a later end, or COUNT={len(found)}.")

    def file(self, path: Path, index: int) -> Path:
        """Where a message lies, without the detours of `../`, so that findings name it as people do."""
        name = self.toml.values["messages"][index]
        file = Path(os.path.normpath(path.parent / name))
        if not file.is_file():
            close = nearest(name, [str(Path(name).parent / one.name) for one in sorted(file.parent.glob("*.md"))])
            remedy = close if close.startswith("Did you") else "Write its path as seen from the campaign's folder."
            raise self.toml.problem(f"There is no file {name}.", "messages", index, remedy=remedy)
        return file

    def check_ids(self, loaded: tuple[messages.Loaded, ...]) -> None:
        seen: set[str] = set()
        for index, one in enumerate(loaded):
            if one.message.id in seen:
                remedy = "Name each message once; its further wordings stand in its file."
                raise self.toml.problem(f"{one.message.id} stands here twice.", "messages", index, remedy=remedy)
            seen.add(one.message.id)

    def of(self, key: str, read: Callable[[Any], _Read], default: _Default) -> _Read | _Default:
        """The value of a key, or `default` where it is absent. `read` raises `ValueError`, which gets its place here."""
        if key not in self.toml.values:
            return default
        try:
            return read(self.toml.values[key])
        except (ValueError, OverflowError) as error:
            raise self.wrong(f"{key}: {error}", key) from error

    def wrong(self, sentence: str, key: str, remedy: str = "") -> MinistryError:
        return self.toml.problem(sentence, key, remedy=remedy)


_EXAMPLES: Mapping[str, str] = {
    "id": '"grain-again"', "goal": '"20,000 visits to the page on grain"', "start": "2026-12-01", "end": "2027-01-31",
    "repeat": '"FREQ=WEEKLY;BYDAY=TU;COUNT=6"', "at": '"09:00 local"', "messages": '["../messages/grain.md"]',
}  # fmt: skip


def _goal(raw: Any) -> str:
    if isinstance(raw, int) and not isinstance(raw, bool):
        return str(raw)
    return front.text(raw)


def _day(raw: Any) -> date:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise ValueError(f"{raw!r} is not a day. Write one without quotes: 2026-12-01.")
    return raw


def _at(raw: Any) -> tuple[time, str]:
    match = _AT.fullmatch(front.text(raw).strip())
    if match is None:
        raise ValueError(f'"{raw}" is no hour. Write hour and zone: "09:00 local", "09:00 UTC" or "09:00 Europe/Paris".')
    zone = match[3] if match[3] in (LOCAL, "UTC") else written.zone(match[3])
    return time(int(match[1]), int(match[2])), zone


def _files(raw: Any) -> tuple[str, ...]:
    found = front.texts(raw)
    if not found:
        raise ValueError('The list is empty. Write the files of the messages: ["../messages/grain.md"].')
    return found


def _kinds(raw: Any) -> tuple[PostKind, ...]:
    found = front.texts(raw)
    for one in found:
        if one not in tuple(PostKind):
            raise ValueError(f"There is no kind of post {one}. {nearest(one, tuple(PostKind))}")
    if not found or len(set(found)) < len(found):
        raise ValueError(f"Write each kind once, of {', '.join(PostKind)}.")
    return tuple(PostKind(one) for one in found)


def _platforms(raw: Any) -> tuple[frozenset[str], ...]:
    turns = tuple(frozenset(one.replace("+", " ").split()) for one in front.texts(raw))
    for one in sorted(set().union(*turns)):
        if one not in PLATFORMS:
            raise ValueError(f"There is no platform {one}. {nearest(one, PLATFORMS)}")
    return turns
