"""What keeps deliveries from going out: a person's hold, and a pause that the platform has made necessary."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Hold:
    """A person has stopped everything that is not out yet.

    scope  `all`, `platform`, `country`, `group`, `mission`, `account` or `message`; `value` says which (empty for `all`)
    drill  it is on record and shown, but stops nothing
    """

    id: int
    scope: str
    value: str
    reason: str
    by: str
    at: datetime
    drill: bool = False


@dataclass(frozen=True, kw_only=True)
class Pause:
    """A platform no longer lets us post; nothing is sent there until it does, or until a person has acted and says so.

    scope     `account` or `platform`; `value` says which
    reason    in the platform's words and ours; `remedy` what to do
    probe_at  when to ask the platform whether it still says so; None where only a person can end the pause
    probes    how often it was asked
    """

    scope: str
    value: str
    reason: str
    remedy: str
    at: datetime
    probe_at: datetime | None = None
    probes: int = 0


@dataclass(frozen=True, kw_only=True)
class Stops:
    """What holds and pauses cover together, for the query of what may go: nothing of these does.

    releases  digests of those that wait for approval
    """

    everything: bool = False
    platforms: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    messages: frozenset[str] = frozenset()
    releases: frozenset[str] = frozenset()
