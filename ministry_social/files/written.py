"""Values as people write them: amounts, durations, moments, hours, kinds of messages, languages, countries, time zones, names."""

import importlib.resources
import re
import zoneinfo
from datetime import datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache

from ..model.message import KINDS
from ..model.times import Hours
from .lines import nearest

_UNITS = {
    "s": timedelta(seconds=1),
    "sec": timedelta(seconds=1),
    "min": timedelta(minutes=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
}
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*([a-z]+)", re.ASCII)
_HOURS = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)", re.ASCII)
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,79}", re.ASCII)

# ISO 639-1, as kept by the Library of Congress (www.loc.gov/standards/iso639-2), and those three-letter codes of
# ISO 639-3 that ministries publish in.
_LANGUAGES = frozenset(
    re.findall(
        "[a-z]+",
        """
    aa ab ae af ak am an ar as av ay az ba be bg bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es
    et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki
    kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl nn no
    nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl sm sn so sq sr ss st su sv sw ta te
    tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
    arn ber ckb dsb fil haw hsb prs quc rmy smj smn sma tet tpi tzm
    """,
    )
)
_TAG = re.compile(r"([a-z]{2,3})(-[A-Z][a-z]{3})?(-(?:[A-Z]{2}|[0-9]{3}))?", re.ASCII)

# ISO 3166-1 keeps these for users' own purposes; a fictitious state, and Kosovo's XK, live here.
_OWN_COUNTRIES = frozenset({"AA", "ZZ", *(f"X{c}" for c in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"), *(f"Q{c}" for c in "MNOPQRSTUVWXYZ")})


def amount(raw: object) -> Decimal:
    """An amount of money. Raises `ValueError` with what would be right."""
    try:
        found = Decimal(str(raw))
    except InvalidOperation:
        found = Decimal("NaN")
    if not found.is_finite():
        raise ValueError(f'{raw!r} is not an amount. Write a number between double quotes: "0.015".')
    return found


def duration(written: object) -> timedelta:
    """`"90s"`, `"15min"`, `"12h"`, `"2d"`, `"1h 30min"`. Raises `ValueError` with a sentence that says what is right."""
    right = 'Write a number with its unit: "90s", "15min", "12h" or "2d".'
    if not isinstance(written, str):
        raise ValueError(f"{written!r} is not a duration. {right}")
    total, end = timedelta(), 0
    while match := _DURATION.match(written, end):
        if match[2] not in _UNITS:
            raise ValueError(f'"{written}" is not a duration: there is no unit {match[2]}. {right}')
        total, end = total + float(match[1]) * _UNITS[match[2]], match.end()
    if end == 0 or written[end:].strip():
        raise ValueError(f'"{written}" is not a duration. {right}')
    return total


def moment(written: object) -> datetime:
    """A date and time with its zone, as TOML has it. Raises `ValueError` with a sentence that says what is right."""
    right = "Write date, time and zone without quotes: 2026-12-01T09:00:00Z or 2026-12-01T10:00:00+01:00."
    if not isinstance(written, datetime):
        raise ValueError(f"{written} is not a moment. {right}")
    if written.tzinfo is None:
        raise ValueError(f"{written.isoformat()} says no time zone. {right}")
    return written


def hours(written: str) -> Hours | None:
    """`"08:00-20:00"`, `"21:00-07:00"` over midnight; empty is None. Raises `ValueError` that says what is right."""
    if not written:
        return None
    match = _HOURS.fullmatch(written)
    found = None if match is None else Hours(start=time(int(match[1]), int(match[2])), end=time(int(match[3]), int(match[4])))
    if found is None or found.start == found.end:
        raise ValueError(f'"{written}" are no hours. Write two times of day: "08:00-20:00", or "21:00-07:00" over midnight.')
    return found


def kinds(written: str) -> tuple[str, ...]:
    """Kinds of messages, with commas between. Raises `ValueError` with the nearest that exists."""
    found = tuple(one.strip() for one in written.split(",") if one.strip())
    for one in found:
        if one not in KINDS:
            raise ValueError(f"There is no kind of message {one}. {nearest(one, KINDS)}")
    return found


def language(written: object) -> str:
    """A BCP 47 tag: language, script and region at most (`ar`, `zh-Hans`, `pt-BR`). Raises `ValueError`."""
    right = "Write its ISO 639 code in small letters (en, fr, ar), with a script or region if need be (zh-Hans, pt-BR)."
    match = _TAG.fullmatch(written) if isinstance(written, str) else None
    if match is None or match[1] not in _LANGUAGES:
        raise ValueError(f"{written!r} is not a language tag. {right}")
    return match[0]


def country(written: object) -> str:
    """An ISO 3166-1 alpha-2 code, or one that the standard keeps for users (XA to XZ). Raises `ValueError`."""
    if not isinstance(written, str) or written not in _countries():
        right = "Write the two capital letters of ISO 3166-1 (FR, TR, BR); a fictitious state takes one of XA to XZ."
        raise ValueError(f"{written!r} is not a country code. {right}")
    return written


def zone(written: object, country: str = "") -> str:
    """An IANA time zone (`Europe/Paris`). Raises `ValueError` with those of the country, or the nearest that exists."""
    known = _known_zones()
    if isinstance(written, str) and written in known:
        return written
    own = _zones(country)
    near = nearest(str(written), sorted(known)) or "Write one such as Europe/Paris."
    hint = f"{country} has: {', '.join(own)}." if own else near
    raise ValueError(f"{written!r} is not an IANA time zone. {hint}")


@cache
def _countries() -> frozenset[str]:
    return _OWN_COUNTRIES | {line[:2] for line in _table("iso3166.tab")}


@cache
def _known_zones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())  # walks a folder of 600 files


def _zones(country: str) -> tuple[str, ...]:
    rows = (line.split("\t") for line in _table("zone.tab"))
    return tuple(row[2] for row in rows if row[0] == country)


def _table(name: str) -> list[str]:
    text = importlib.resources.files("tzdata").joinpath("zoneinfo", name).read_text("utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
