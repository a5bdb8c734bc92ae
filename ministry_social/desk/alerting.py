"""Alerting: somebody is told, and that is on record; what does not get through is tried again. For whatever is watched."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from ..errors import AlertFailed, MinistryError
from ..model.ledger import Event
from ..model.notice import Notice
from ..ports import Messenger, Transaction
from ..rules.canonical import canonical, digest

AGAIN = timedelta(hours=1)  # of real time, until somebody who could not be told is tried again
MAIL, WEBHOOK = "mail", "webhook"


@dataclass(frozen=True)
class Bell:
    """Who is told, and how.

    make       the ways that there are, by name; made when they are first needed, for they need secrets
    operators  mail addresses of those who are told everything
    ways       the names of the ways
    """

    make: Callable[[], Mapping[str, Messenger]] = dict
    operators: tuple[str, ...] = ()
    ways: tuple[str, ...] = ()

    @cached_property
    def messengers(self) -> Mapping[str, Messenger]:
        """The ways themselves."""
        return self.make()

    def channels(self, responsible: str) -> tuple[str, ...]:
        """Whom to tell of an account with this responsible person: `mail ADDRESS`, `webhook`."""
        addresses = dict.fromkeys(one for one in (responsible, *self.operators) if one) if MAIL in self.ways else ()
        return (*(f"{MAIL} {one}" for one in addresses), *((WEBHOOK,) if WEBHOOK in self.ways else ()))


@dataclass(frozen=True, kw_only=True)
class Alert:
    """A notice for one channel. `keys`: account -> the keys of the findings that it tells of."""

    channel: str
    notice: Notice
    keys: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What came of an alert; `error` is None where it got through."""

    alert: Alert
    at: datetime
    error: MinistryError | None = None


def send(bell: Bell, alert: Alert, at: datetime) -> Told:
    """Tell somebody. Raises nothing."""
    way, _, to = alert.channel.partition(" ")
    error: MinistryError | None = None
    try:
        bell.messengers[way].send(alert.notice, to=to, at=at)
    except MinistryError as known:
        error = known
    except Exception as bug:  # noqa: BLE001 - whatever it is, it is tried again
        error = AlertFailed(f"Something failed that was not foreseen ({type(bug).__name__}).")
    return Told(alert=alert, at=at, error=error)


def note(tx: Transaction, bell: Bell, told: Told, *, by: str, again: bool = False) -> None:
    """Write down that somebody was told, or could not be; `again` tells that the latter was written down already.

    Whose address it was the ledger does not say, since it forgets nothing: an operator's, or that of a responsible person.
    """
    notice = told.alert.notice
    text = canonical({"subject": notice.subject, "lines": list(notice.lines)})
    way, _, address = told.alert.channel.partition(" ")
    facts = {
        "channel": way, "to": _whose(bell, address), "notice": digest(text),
        "accounts": list(notice.about), "findings": list(notice.findings),
    }  # fmt: skip
    if told.error is None:
        tx.record(Event.ALERTED, by=by, at=told.at, facts=facts)
    elif not again:
        tx.record(Event.NOT_ALERTED, by=by, at=told.at, facts=facts | {"why": told.error.sentence})


def _whose(bell: Bell, address: str) -> str:
    if not address:
        return "program"
    return "operator" if address in bell.operators else "responsible"
