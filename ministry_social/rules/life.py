"""The life of an account: which step may follow which, and when it must be certified again."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from ..model.account import Account
from ..model.life import AccountRecord, Stage
from .canonical import canonical

# A stage -> the stages from which it can be reached by its own command.
BEFORE: Mapping[Stage, frozenset[Stage]] = {
    Stage.APPROVED: frozenset({Stage.REQUESTED}),
    Stage.INVITED: frozenset({Stage.APPROVED, Stage.INVITED}),  # a new link takes the place of the old one
    # Who connects without a link (an administrator, a terminal) needs none; and an account is connected again when it must be.
    Stage.CONNECTED: frozenset({Stage.APPROVED, Stage.INVITED, Stage.CONNECTED, Stage.VERIFIED}),
    Stage.VERIFIED: frozenset({Stage.CONNECTED, Stage.VERIFIED}),
    Stage.ACTIVE: frozenset({Stage.VERIFIED}),
    Stage.RETIRED: frozenset(Stage) - {Stage.RETIRED},
}

SPEAKS = frozenset({Stage.ACTIVE})  # what can be given something to publish

CERTIFIED_FOR = timedelta(days=365)  # an account that nobody has certified for so long is due


def may_become(record: AccountRecord, stage: Stage) -> bool:
    """Whether this step may follow."""
    return record.stage in BEFORE.get(stage, frozenset())


def stage_after(record: AccountRecord, changed: Account) -> Stage:
    """How far an account has come once what it is was changed: what was said of another account does not hold for this one."""
    before = record.account
    if record.stage in (Stage.APPROVED, Stage.INVITED):
        # As long as the id is not known, the handle is all that was approved.
        other = changed.platform != before.platform or (before.id and changed.id != before.id)
        if other or (not before.id and changed.handle.lower() != before.handle.lower()):
            return Stage.REQUESTED
    if record.stage is Stage.VERIFIED and changed.handle.lower() != before.handle.lower():
        return Stage.CONNECTED
    return record.stage


def due_for_certification(record: AccountRecord, now: datetime) -> bool:
    """Whether two persons must say (again) that an active account is ours and well kept."""
    if record.stage is not Stage.ACTIVE:
        return False
    return record.certified_at is None or now - record.certified_at >= CERTIFIED_FOR


def speakers(records: tuple[AccountRecord, ...]) -> tuple[Account, ...]:
    """The accounts that can be given something to publish, in order."""
    return tuple(one.account for one in records if one.stage in SPEAKS)


def definition(account: Account) -> dict[str, Any]:
    """What an account is, as JSON; its place in a file is no part of it."""
    found: dict[str, Any] = {}
    for name in FIELDS:
        value = getattr(account, name)
        found[name] = list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value
    return found


def definition_text(account: Account) -> str:
    """`definition` as canonical JSON."""
    return canonical(definition(account)).decode()


def account_from(text: str) -> Account:
    """The account of a `definition_text`."""
    values: dict[str, Any] = json.loads(text)
    return Account(**{name: _frozen(value) for name, value in values.items()})


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def differences(before: Account, after: Account) -> dict[str, tuple[Any, Any]]:
    """What was changed: field -> (before, after), as JSON."""
    old, new = definition(before), definition(after)
    return {name: (old[name], new[name]) for name in FIELDS if old[name] != new[name]}


# The fields of an account, in the order of a file.
FIELDS = (
    *("name", "platform", "handle", "id", "mission", "title", "languages", "leads", "zone", "country", "city", "groups"),
    *("official", "central", "links", "responsible", "variables"),
)
