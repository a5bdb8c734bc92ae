"""The register as bytes: what stands in it, as canonical JSON, and the line that signs it.

    register.json       the register, canonical JSON: the very bytes that are signed
    register.json.sig   a line for each signature: SHA-256 of the register in hexadecimal, the key's name, the signature (Ed25519,
                        RFC 8032) in base64, with single spaces between

While a register takes the place of another, both have a line, so that whoever reads one of the two files a moment too early or
too late still has a pair.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from ..model.account import Account
from ..model.life import AccountRecord, Stage
from ..model.policy import Key
from ..model.register import Certification, Listed, Register
from .canonical import canonical, digest
from .life import CERTIFIED_FOR
from .signing import key_id
from .timing import stamp, unstamp

FORMAT = "ministry_social/register/1"

# Where an account stands on each platform.
_PROFILES = {
    "x": "https://x.com/{handle}",
    "facebook": "https://www.facebook.com/{handle}",
    "youtube": "https://www.youtube.com/@{handle}",
}
_LINE = re.compile(rb"([0-9a-f]{64}) ([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==)\n")


def profile_url(platform: str, handle: str, rehearsal: str) -> str:
    """Where an account stands: on its platform, or at the address of a rehearsal where that is not empty."""
    return f"{rehearsal}/{platform}/{handle}" if rehearsal else _PROFILES[platform].format(handle=handle)


def certification(certified_at: datetime | None, now: datetime) -> Certification:
    """How it stands with two persons' word on an account."""
    if certified_at is None:
        return Certification.NEVER
    return Certification.DUE if now - certified_at >= CERTIFIED_FOR else Certification.CERTIFIED


def of_records(records: Iterable[AccountRecord], verified: Mapping[str, str], rehearsal: str, now: datetime) -> tuple[Listed, ...]:
    """The accounts of the store that are ours, and that were; those that are not yet are nobody's business."""
    return tuple(
        _listed(
            one.account,
            since=one.since if one.stage is Stage.ACTIVE else None,
            certified_at=one.certified_at,
            certification=certification(one.certified_at, now),
            url=profile_url(one.account.platform, one.account.handle, rehearsal),
            verified=verified.get(one.name, "") if one.stage is Stage.ACTIVE else "",
            retired_since=one.since if one.stage is Stage.RETIRED else None,
        )
        for one in records
        # What was given up before it was connected was never ours.
        if one.stage is Stage.ACTIVE or (one.stage is Stage.RETIRED and one.account.id)
    )


def of_file(accounts: Iterable[Account], rehearsal: str) -> tuple[Listed, ...]:
    """The accounts of a ministry that has imported none: all are ours, nobody knows since when, and nobody has certified them."""
    return tuple(
        _listed(
            one, since=None, certified_at=None, certification=Certification.NEVER,
            url=profile_url(one.platform, one.handle, rehearsal),
        )
        for one in accounts
    )  # fmt: skip


def _listed(account: Account, **more: Any) -> Listed:
    same = ("name", "platform", "handle", "id", "title", "mission", "country", "city", "languages", "official", "links")
    return Listed(**{name: getattr(account, name) for name in same}, **more)


def register_of(
    listed: Iterable[Listed], keys: tuple[Key, ...], *, world: str, ministry: str, website: str, now: datetime, valid: timedelta
) -> Register:
    """The register as it is published now."""
    every = tuple(listed)
    return Register(
        world=world, ministry=ministry, website=website, issued_at=now, valid_until=now + valid, keys=keys,
        accounts=tuple(one for one in every if one.retired_since is None),
        retired=tuple(one for one in every if one.retired_since is not None),
    )  # fmt: skip


def register_bytes(register: Register) -> bytes:
    """The very bytes that are signed."""
    return canonical(
        {
            "format": FORMAT,
            "world": register.world,
            "ministry": {"name": register.ministry, "website": register.website},
            "issued_at": stamp(register.issued_at),
            "valid_until": stamp(register.valid_until),
            "key": key_id(register.keys[-1].public),
            "keys": [
                {"id": key_id(key.public), "public": key.public, "since": stamp(key.since), "until": _stamp(key.until)}
                for key in register.keys
            ],
            "accounts": [_row(one) for one in register.accounts],
            "retired": [_row(one) | {"retired_since": _stamp(one.retired_since)} for one in register.retired],
        }
    )


def register_from(data: bytes) -> Register:
    """What `register_bytes` wrote. Raises `ValueError` on anything else: there is one way only to write each."""
    try:
        held = json.loads(data)
        register = Register(
            world=held["world"],
            ministry=held["ministry"]["name"],
            website=held["ministry"]["website"],
            issued_at=unstamp(held["issued_at"]),
            valid_until=unstamp(held["valid_until"]),
            keys=tuple(
                Key(public=one["public"], since=unstamp(one["since"]), until=_unstamp(one["until"])) for one in held["keys"]
            ),
            accounts=tuple(map(_from_row, held["accounts"])),
            retired=tuple(map(_from_row, held["retired"])),
        )
        again = register_bytes(register)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError) as wrong:
        raise ValueError("this is no register") from wrong
    if again != data:
        raise ValueError("this is no register")
    return register


def signature_line(data: bytes, key: str, signature: bytes) -> bytes:
    """The line that says: this key has signed exactly these bytes."""
    return f"{digest(data)} {key} {b64encode(signature).decode()}\n".encode()


def signatures(lines: bytes) -> tuple[tuple[str, str, bytes], ...]:
    """(digest of the register, key, signature) of each line. Raises `ValueError` on anything else."""
    found, end = [], 0
    while match := _LINE.match(lines, end):
        signature = b64decode(match[3])
        if b64encode(signature) != match[3]:  # two spellings of the same bytes: only one is ours
            break
        found.append((match[1].decode(), match[2].decode(), signature))
        end = match.end()
    if not found or end != len(lines):
        raise ValueError("this is no signature of a register")
    return tuple(found)


def _row(one: Listed) -> dict[str, Any]:
    row = {field.name: getattr(one, field.name) for field in fields(one) if field.name != "retired_since"}
    times = {"since": _stamp(one.since), "certified_at": _stamp(one.certified_at)}
    return row | times | {"certification": one.certification.value}


def _from_row(row: Mapping[str, Any]) -> Listed:
    values: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in row.items()}
    times: dict[str, Any] = {name: _unstamp(row.get(name)) for name in ("since", "certified_at", "retired_since")}
    return Listed(**values | times | {"certification": Certification(row["certification"])})


def _stamp(moment: datetime | None) -> str | None:
    return None if moment is None else stamp(moment)


def _unstamp(text: str | None) -> datetime | None:
    return None if text is None else unstamp(text)
