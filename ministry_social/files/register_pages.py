"""The register's files, as they are published: pages for people, and what machines read beside the signed list itself."""

import csv
import io
import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..model.register import Certification, Listed, Register
from ..rules.canonical import digest
from ..rules.signing import fingerprint, in_groups, key_id
from .localized import country_in, date_in

if TYPE_CHECKING:
    from jinja2 import Environment

__all__ = ["Published", "register_files", "schema", "snippet"]

PLATFORMS = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}
_HERE = Path(__file__).parent / "register"
_COLUMNS = (
    *("name", "platform", "handle", "url", "id", "title", "mission", "country", "city", "languages", "official", "since"),
    *("certified_at", "certification", "verified", "retired_since"),
)


@dataclass(frozen=True, kw_only=True)
class Published:
    """A register that was signed, and how it is shown.

    address    where the folder will be read; empty: nobody has said
    home       the country of the ministry itself
    countries  names of countries that have none in Unicode's list
    """

    register: Register
    data: bytes
    line: bytes
    address: str = ""
    home: str = ""
    countries: Mapping[str, str] = field(default_factory=dict)


def schema() -> bytes:
    """The JSON Schema (draft 2020-12) of register.json."""
    return (_HERE / "register.schema.json").read_bytes()


def snippet() -> str:
    """Ten lines of Python that check a register without this program."""
    return (_HERE / "check.py.txt").read_text(encoding="utf-8")


def register_files(one: Published) -> dict[str, bytes]:
    """Path below the published folder -> bytes."""
    return {
        **{name: text.encode() for name, text in _pages(one)},
        "style.css": (_HERE / "style.css").read_bytes(),
        "register.csv": _table(one.register),
        "register.schema.json": schema(),
        "register.json": one.data,
        "register.json.sig": one.line,
        ".well-known/ministry-social-register.json": _pointer(one),
        ".well-known/trust.txt": _trust(one.register),
    }


def _pages(one: Published) -> Iterator[tuple[str, str]]:
    register, environment = one.register, _environment(one)
    render = partial(_render, environment, register)
    accounts = register.accounts
    countries = sorted({account.country for account in accounts}, key=lambda code: _sorting(_country(one, code)))
    tags = sorted({tag for account in accounts for tag in account.languages}, key=lambda tag: _sorting(_language(tag)))
    by_country = {code: [a for a in accounts if a.country == code] for code in countries}
    by_language = {tag: [a for a in accounts if tag in a.languages] for tag in tags}
    yield (
        "index.html",
        render(
            "index.html", "", sections=list(_sections(one)),
            countries=[(code, _country(one, code), len(found)) for code, found in by_country.items()],
            languages=[(tag, _language(tag), _own(tag), len(found)) for tag, found in by_language.items()],
        ),
    )  # fmt: skip
    for code, found in by_country.items():
        yield f"country/{code}.html", render("some.html", "../", heading="In", name=_country(one, code), own="", listed=found)
    for tag, found in by_language.items():
        yield f"language/{tag}.html", render("some.html", "../", heading="In", name=_language(tag), own="", listed=found)
    for account in (*accounts, *register.retired):
        yield f"account/{account.name}.html", render("account.html", "../", one=account, data=_linked(register, account))
    yield "key.html", render("key.html", "", **_of_the_key(register))


def _render(environment: "Environment", register: Register, template: str, root: str, **values: Any) -> str:
    return environment.get_template(template).render(register=register, root=root, platforms=PLATFORMS, **values)


def _sections(one: Published) -> Iterator[dict[str, Any]]:
    """The ministry itself first, then the rest by the place where each sits."""
    accounts = one.register.accounts
    home = [account for account in accounts if account.country == one.home]
    if home:
        yield {"anchor": "ministry", "short": "The ministry", "title": "The ministry and its people in office", "listed": home}
    rest = sorted((a for a in accounts if a.country != one.home), key=lambda a: (_sorting(a.city), _sorting(a.title)))
    letters: dict[str, list[Listed]] = {}
    for account in rest:
        letters.setdefault(_sorting(account.city)[:1].upper() or "?", []).append(account)
    for number, (letter, listed) in enumerate(letters.items()):
        anchor = f"place-{letter.lower()}" if letter.isascii() and letter.isalpha() else f"place-{number}"
        yield {"anchor": anchor, "short": letter, "title": letter, "listed": listed}


def _of_the_key(register: Register) -> dict[str, Any]:
    key = register.keys[-1]
    return {
        "key": key, "id": key_id(key.public), "fingerprint": in_groups(fingerprint(key.public)), "snippet": snippet().rstrip(),
        "former": [(key_id(one.public), one) for one in register.keys[:-1]],
    }  # fmt: skip


def _linked(register: Register, account: Listed) -> dict[str, Any]:
    """For machines that read pages (schema.org): whose account it is."""
    ministry = {"@type": "GovernmentOrganization", "name": register.ministry, "url": register.website}
    whose = {"@type": "Person", "worksFor": ministry} if account.official else {"@type": "GovernmentOrganization"}
    parent = {} if account.official else {"parentOrganization": ministry}
    return {"@context": "https://schema.org", **whose, **parent, "name": account.title, "sameAs": [account.url]}


def _table(register: Register) -> bytes:
    """A table for spreadsheets, which take a text that begins like a formula for one, and need a mark to see that it is UTF-8."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(_COLUMNS)
    for one in (*register.accounts, *register.retired):
        rows.writerow([_cell(getattr(one, name)) for name in _COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%dT%H:%M:%SZ}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    said = " ".join(value) if isinstance(value, tuple) else "" if value is None else str(value)
    return f"'{said}" if said.startswith(("=", "+", "-", "@", "\t", "\r")) else said


def _pointer(one: Published) -> bytes:
    """Where the register is, for whoever knows the ministry's site only. The name below /.well-known/ is registered with nobody."""
    where = f"{one.address}/register.json" if one.address else "../register.json"
    key = one.register.keys[-1].public
    held = {
        "register": where, "signature": f"{where}.sig", "sha256": digest(one.data), "key": key_id(key), "public": key,
        "valid_until": f"{one.register.valid_until:%Y-%m-%dT%H:%M:%SZ}",
    }  # fmt: skip
    return json.dumps(held, indent=2).encode() + b"\n"


def _trust(register: Register) -> bytes:
    """trust.txt, as JournalList describes it: an organization names the accounts that it controls."""
    lines = [f"# Official accounts of {register.ministry}. Signed, and with more about each: register.json."]
    if register.world == "rehearsal":
        lines.append("# A rehearsal: nothing here is real.")
    return "".join(f"{line}\n" for line in (*lines, *(f"social={one.url}" for one in register.accounts))).encode()


def _environment(one: Published) -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(_HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {
        "day": _day, "moment": lambda at: f"{_day(at)}, {at:%H:%M} UTC", "country": partial(_country, one), "language": _language,
        "shown": _shown, "certified": _certified,
    }  # fmt: skip
    return environment


def _day(at: datetime) -> str:
    return date_in("en", f"{at:%Y-%m-%d}")


def _shown(one: Listed) -> str:
    return one.handle if one.platform == "facebook" else f"@{one.handle}"


def _certified(one: Listed) -> str:
    if one.certified_at is None:
        return "Not certified yet."
    since = f"certified on {_day(one.certified_at)}"
    return f"Last {since}; due again." if one.certification is Certification.DUE else f"C{since[1:]}."


def _country(one: Published, code: str) -> str:
    try:
        return country_in("en", code)
    except ValueError:
        return one.countries.get(code, code)


def _language(tag: str) -> str:
    return _locale_name(tag, "en") or tag


def _own(tag: str) -> str:
    """Its name in itself: `français`."""
    return _locale_name(tag, tag)


def _locale_name(tag: str, language: str) -> str:
    from babel import Locale, UnknownLocaleError

    try:
        return Locale.parse(tag, sep="-").get_display_name(Locale.parse(language, sep="-")) or ""
    except (UnknownLocaleError, ValueError):
        return ""


def _sorting(name: str) -> str:
    """As people look for it: without accents, capitals and small letters alike."""
    apart = unicodedata.normalize("NFKD", name)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()
