"""Standing: what has changed in what a platform says of an account, what that means, and what ends when."""

import json
from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from ..model.account import Account, Standing
from ..model.finding import Finding, Weight
from ..model.life import AccountRecord, Stage
from ..model.standing import Ending, Inspection, Refusal
from .canonical import canonical, digest
from .life import CERTIFIED_FOR
from .timing import stamp, unstamp

# Every finding about a standing: name -> what it means. docs/standing.md has a line for each, which a test holds.
STANDINGS = {
    "another-account": "The credential is that of another account than the register's.",
    "permission-refused": "The platform does not accept our permission any more.",
    "may-not-post": "The platform knows us, and does not let us post.",
    "permission-ended": "Our permission has ended.",
    "permission-ends": "Our permission ends within 30 days; said again at 7 days and at one.",
    "scope-missing": "Something that we were allowed before is missing.",
    "handle-changed": "The platform knows the account under another handle than the register's.",
    "name-changed": "The account shows another name.",
    "picture-changed": "The account shows another picture.",
    "bio-changed": "The account's text about itself is another one.",
    "mark-lost": "The platform's own mark is gone, or is another one.",
    "mark-gained": "The platform has given the account its mark.",
    "access-changed": "The tier or the limits of our access are others.",
}

SOON = tuple(timedelta(days=days) for days in (1, 7, 30))  # an end that is nearer than this is said, and said again
_NAMES = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}
_LONGEST = 60  # characters of a name that a finding shows


def findings(inspection: Inspection, account: Account, now: datetime) -> tuple[Finding, ...]:
    """Everything that there is to say of an account's standing now; what stops it from posting first."""
    refused = (_refused(inspection.refusal, account),) if inspection.refusal else ()
    if inspection.said is None:
        return refused
    return refused + compare(inspection.known or inspection.said, inspection.said, account, now)


def compare(before: Standing, after: Standing, account: Account, now: datetime) -> tuple[Finding, ...]:
    """What there is to say of an answer (`after`), beside one that was held to be right (`before`) and the register."""
    if account.id and after.id and after.id != account.id:
        # Whatever else it says is said of somebody else.
        sentence = f"The credential of {account.name} is that of {_quoted(after.handle or after.id)}, not of {account.handle}."
        remedy = f"Stop it: ministry-social hold --account {account.name}. Then find out how this came, and connect the right one."
        return (_blocks("another-account", sentence, account, remedy),)
    permission = tuple(_permission(after, account, now))
    if not tells(after, account):
        return permission
    return (*permission, *_profile(before, after, account), *_access(before, after, account))


def tells(said: Standing, account: Account) -> bool:
    """Whether an answer says how the account stands: not one of another account, nor a mere No (a suspended one says nothing)."""
    ours = not account.id or said.id == account.id
    return ours and (said.may_post or any((said.bio, said.picture, said.verified, said.scopes, said.tier, said.limits)))


def _permission(after: Standing, account: Account, now: datetime) -> Iterable[Finding]:
    again = f"Connect it again: ministry-social account connect {account.name}"
    platform = _NAMES.get(account.platform, account.platform)
    if not after.may_post:
        why = f": {after.detail}" if after.detail else "."
        remedy = f"Look at the account on {platform}. Once mended: ministry-social resume --account {account.name}"
        yield _blocks("may-not-post", f"{platform} does not let us post{why}", account, remedy)
    if after.until is None:
        return
    if after.until <= now:
        yield _blocks("permission-ended", f"Our permission ended on {after.until:%Y-%m-%d}.", account, again)
        return
    near = next((span for span in SOON if after.until - now <= span), None)
    if near is not None:
        sentence = f"Our permission ends on {after.until:%Y-%m-%d}, within {near.days} day{'' if near.days == 1 else 's'}."
        yield _advises("permission-ends", sentence, account, again)


def _profile(before: Standing, after: Standing, account: Account) -> Iterable[Finding]:
    platform = _NAMES.get(account.platform, account.platform)
    ours = f"Was it us? Then: ministry-social account inspect {account.name} --accept REASON. {_ELSE.format(account.name)}"
    if after.handle.lower() != account.handle.lower() and (after.handle or before.handle):
        sentence = f"{platform} calls it {_quoted(after.handle)}; the register says {_quoted(account.handle)}."
        remedy = f"Was it us? Then correct the handle in the register. {_ELSE.format(account.name)}"
        yield _advises("handle-changed", sentence, account, remedy)
    if before.name != after.name:
        sentence = f"Its name was {_quoted(before.name)} and is now {_quoted(after.name)}."
        yield _advises("name-changed", sentence, account, ours)
    if _picture(before) != _picture(after):
        yield _advises("picture-changed", f"It shows {'another' if after.picture else 'no'} picture.", account, ours)
    if before.bio != after.bio:
        sentence = "Its text about itself " + ("was changed." if after.bio else "is gone.")
        yield _advises("bio-changed", sentence, account, ours)
    if before.verified and before.verified != after.verified:
        sentence = f"{platform}'s mark was {_quoted(before.verified)} and is now {_quoted(after.verified)}."
        yield _advises("mark-lost", sentence, account, f"Ask {platform} why. {_ACCEPT.format(account.name)}")
    elif after.verified and before.verified != after.verified:
        sentence = f"{platform} has given it the mark {_quoted(after.verified)}."
        yield _advises("mark-gained", sentence, account, _ACCEPT.format(account.name))


def _access(before: Standing, after: Standing, account: Account) -> Iterable[Finding]:
    missing = sorted(set(before.scopes) - set(after.scopes))
    if missing and after.scopes:  # else we are not told
        remedy = f"Connect it again, and agree to everything: ministry-social account connect {account.name}"
        yield _advises("scope-missing", f"We are no longer allowed: {', '.join(missing)}.", account, remedy)
    before, after = comparable(before), comparable(after)
    if before.tier != after.tier:
        sentence = f"The access was {_quoted(before.tier)} and is now {_quoted(after.tier)}."
        yield _advises("access-changed", sentence, account, _ACCEPT.format(account.name))
    elif before.limits != after.limits and after.limits:
        sentence = f"The limits are now: {', '.join(after.limits)}."
        yield _advises("access-changed", sentence, account, _ACCEPT.format(account.name))


_ELSE = "Else stop it, and take the account back: ministry-social hold --account {}"
_ACCEPT = "Once you know why: ministry-social account inspect {} --accept REASON"


def _refused(refusal: Refusal, account: Account) -> Finding:
    remedy = refusal.remedy or f"Connect it again: ministry-social account connect {account.name}"
    return _blocks("permission-refused", refusal.sentence, account, remedy)


def _blocks(name: str, sentence: str, account: Account, remedy: str) -> Finding:
    return Finding(name=name, weight=Weight.BLOCKING, sentence=sentence, accounts=(account.name,), remedy=remedy)


def _advises(name: str, sentence: str, account: Account, remedy: str) -> Finding:
    return Finding(name=name, weight=Weight.ADVISORY, sentence=sentence, accounts=(account.name,), remedy=remedy)


def _quoted(text: str) -> str:
    """What somebody else has written, as part of a sentence: short, on one line, with nothing that turns it round."""
    plain = "".join(sign if sign.isprintable() else " " for sign in text)
    return f'"{plain[:_LONGEST]}{"…" if len(plain) > _LONGEST else ""}"' if plain else "none"


def _picture(standing: Standing) -> str:
    """What tells a picture from another: the host and the query of an address change without the picture (Facebook signs them)."""
    return urlsplit(standing.picture).path


def comparable(standing: Standing) -> Standing:
    """The same without what changes by itself: most of a picture's address, and how much of a limit is used (in per cent)."""
    return replace(standing, picture=_picture(standing), limits=tuple(one for one in standing.limits if "%" not in one))


def changes(before: Standing | None, after: Standing | None) -> tuple[str, ...]:
    """The names of the fields in which two answers differ."""
    if before is None or after is None:
        return ()
    one, other = comparable(before), comparable(after)
    return tuple(field.name for field in fields(Standing) if getattr(one, field.name) != getattr(other, field.name))


def key(finding: Finding) -> str:
    """What tells a finding from another of the same account, so that each is told once.

    A refusal is the same in whatever words: platforms write the time into them.
    """
    words = "" if finding.name in ("permission-refused", "may-not-post") else finding.sentence
    return digest(f"{finding.name}\n{words}".encode())[:16]


def forecast(
    inspections: Iterable[Inspection], records: Iterable[AccountRecord], now: datetime, days: int = 30
) -> tuple[Ending, ...]:
    """What ends within so many days, or has ended: permissions, and the year for which an account is certified; soonest first."""
    last = now + timedelta(days=days)
    permissions = [
        Ending(
            at=one.said.until, account=one.account, what="permission", over=one.said.until <= now,
            remedy=f"Connect it again: ministry-social account connect {one.account}",
        )
        for one in inspections
        if one.said is not None and one.said.until is not None
    ]  # fmt: skip
    # What nobody has ever certified is due since it became active.
    certified = [
        (record.name, record.certified_at + CERTIFIED_FOR if record.certified_at else record.since)
        for record in records
        if record.stage is Stage.ACTIVE
    ]
    certifications = [
        Ending(at=at, account=name, what="certification", over=at <= now, remedy="Two persons certify it anew.")
        for name, at in certified
    ]
    found = [one for one in (*permissions, *certifications) if one.at <= last]
    return tuple(sorted(found, key=lambda one: (one.at, one.account, one.what)))


def standing_json(standing: Standing) -> dict[str, Any]:
    """A standing as JSON."""
    found = {field.name: getattr(standing, field.name) for field in fields(Standing)}
    found["until"] = stamp(standing.until) if standing.until else ""
    return found | {"scopes": list(standing.scopes), "limits": list(standing.limits)}


def standing_from(found: dict[str, Any]) -> Standing:
    """The standing of a `standing_json`."""
    until = unstamp(found["until"]) if found["until"] else None
    return Standing(**found | {"until": until, "scopes": tuple(found["scopes"]), "limits": tuple(found["limits"])})


def standing_digest(standing: Standing) -> str:
    """SHA-256 of what was said, for the ledger: it holds no texts."""
    return digest(canonical(standing_json(comparable(standing))))


def inspection_text(one: Inspection) -> str:
    """An inspection as canonical JSON, but for the account and the time."""
    refusal = one.refusal
    return canonical({
        "said": None if one.said is None else standing_json(one.said),
        "known": None if one.known is None else standing_json(one.known),
        "refusal": None if refusal is None else {"sentence": refusal.sentence, "code": refusal.code, "remedy": refusal.remedy},
        "refusals": one.refusals, "found": list(one.found), "told": list(one.told),
    }).decode()  # fmt: skip


def inspection_from(account: str, at: datetime, text: str) -> Inspection:
    """The inspection of an `inspection_text`."""
    found = json.loads(text)
    return Inspection(
        account=account,
        at=at,
        said=standing_from(found["said"]) if found["said"] else None,
        known=standing_from(found["known"]) if found["known"] else None,
        refusal=Refusal(**found["refusal"]) if found["refusal"] else None,
        refusals=found["refusals"],
        found=tuple(found["found"]),
        told=tuple(found["told"]),
    )
