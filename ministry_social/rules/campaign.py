"""The waves of a campaign: when each begins, what it may take, and who runs out of words before the end."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from ..model.campaign import LOCAL, Campaign, Turn
from ..model.finding import Finding
from ..model.message import Message, Place
from ..model.plan import Assignment, Silence
from ..model.times import Wish
from .findings import advises, blocks
from .recurrence import beginnings
from .roles import serving
from .zones import moment_of

# The clocks of the world: the first that shows an hour is 14 hours ahead of UTC (Kiritimati), the last 12 behind (Baker Island).
_FIRST, _LAST = timedelta(hours=14), timedelta(hours=12)

Used = Mapping[str, frozenset[int]]  # account -> the wordings of a message that it has used


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """One wave that is to come: its number from 1, and what the wall shows then."""

    number: int
    wall: datetime


def waves(campaign: Campaign) -> tuple[Beginning, ...]:
    """Every wave, in order."""
    found = beginnings(campaign.repeat, campaign.start, campaign.at, campaign.end)
    return tuple(Beginning(number=number, wall=wall) for number, wall in enumerate(found, start=1))


def wish(campaign: Campaign, wave: Beginning) -> Wish:
    """When a wave is to go out, as the timetable takes it."""
    if campaign.zone == LOCAL:
        return Wish(local=wave.wall, spread=campaign.spread)
    return Wish(moment=moment_of(wave.wall, campaign.zone), spread=campaign.spread)


def earliest(campaign: Campaign, wave: Beginning) -> datetime:
    """Before this moment nothing of a wave goes out, wherever its accounts sit."""
    return wave.wall.replace(tzinfo=UTC) - _FIRST if campaign.zone == LOCAL else moment_of(wave.wall, campaign.zone)


def passed(campaign: Campaign, wave: Beginning, now: datetime) -> bool:
    """Whether the hour of a wave is over on every wall of the world."""
    last = wave.wall.replace(tzinfo=UTC) + _LAST if campaign.zone == LOCAL else moment_of(wave.wall, campaign.zone)
    return last < now


def message_of(campaign: Campaign, wave: Beginning) -> int:
    """The index of the message that a wave says: they take turns."""
    return (wave.number - 1) % len(campaign.messages)


def turn(campaign: Campaign, wave: Beginning, used: Used, shown: Iterable[str]) -> Turn:
    """What a wave may take. `used` and `shown` are of its message."""
    platforms = campaign.platforms
    return Turn(
        number=wave.number,
        audience=campaign.audience,
        kinds=campaign.kinds,
        platforms=platforms[(wave.number - 1) % len(platforms)] if platforms else frozenset(),
        used=used,
        shown=frozenset(shown),
    )


def speaks(assignment: Assignment) -> bool:
    """Whether an account says a wording in a wave: a repost says another's."""
    return assignment.variant is not None and assignment.variant.of is None


def shortages(said: Iterable[tuple[int, Message, Iterable[Assignment]]], used: Mapping[str, Used]) -> list[Finding]:
    """Who has no unused wording from which wave on, said before it happens. `used`, by message, at the campaign's end.

    `said` is of each wave: its number, its message, and what its accounts do.
    """
    found: dict[tuple[str, str], Finding] = {}
    for number, message, assignments in said:
        for one in assignments:
            key = (message.id, one.account.name)
            if one.silence is Silence.NO_WORDING and key not in found and used.get(message.id, {}).get(one.account.name):
                sentence = f"{one.account.name} has no unused wording of {message.id} from wave {number} on."
                found[key] = advises("wordings-run-out", sentence, _words_of(message, one), (one.account.name,))
    return list(found.values())


def silent_wave(campaign: Campaign, wave: Beginning) -> Finding:
    """What is to be said of a wave in which nobody speaks."""
    sentence = (
        f"In wave {wave.number} ({wave.wall:%Y-%m-%d}) no account would say anything. Write further wordings, or end earlier."
    )
    return blocks("silent-wave", sentence, campaign.places.get("end", campaign.place))


def _words_of(message: Message, assignment: Assignment) -> Place:
    """Where the wordings of an account stand: there the next one belongs."""
    local = message.locals.get(assignment.account.mission)
    language = serving(assignment.account.languages, message.wordings) or message.source
    return message.wordings[language].place if local is None else local.wording.place
