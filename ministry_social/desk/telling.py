"""Telling: what was found of accounts goes to those who must know, each finding once; what fails is tried again."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..model.account import Account
from ..model.delivery import Delivery
from ..model.finding import Finding
from ..model.life import Stage
from ..model.standing import Inspection
from ..ports import Reading, Transaction
from ..rules.notices import notice
from ..rules.standing import findings, key
from ..rules.timing import stamp, unstamp
from .alerting import AGAIN, Alert, Told, note, send
from .means import ENGINE, Means

_LOOK = "alerts"  # in the table `about`: when to look for what is to be told; empty: nothing is
_RESTING = "alerts-resting"  # in the table `about`: channel -> until when nobody tries it, and whether it has failed


def any_due(reading: Reading, means: Means) -> bool:
    """Whether somebody is to be told something by now."""
    if not means.bell.ways:
        return False
    look_at = reading.about(_LOOK)
    return bool(look_at) and unstamp(look_at) <= means.now()


def look(tx: Transaction, means: Means, at: datetime, *, anything: bool) -> None:
    """Something was found: whoever tells looks from then on."""
    if anything and means.bell.ways:
        tx.keep_about(_LOOK, stamp(at))


def claim(tx: Transaction, means: Means, limit: int) -> list[Alert]:
    """Take on telling one of those who are to be told something. Nobody else tells them meanwhile."""
    if not limit or not any_due(tx, means):
        return []
    now, resting = means.now(), _resting(tx)
    waiting = untold(tx, means)
    for channel, found in waiting.items():
        until, failed = resting.get(channel, ("", False))
        if until and unstamp(until) > now:
            continue
        _rest(tx, resting | {channel: (stamp(now + means.clock.real(means.lease)), failed)})
        return [_alert(channel, found)]
    # Nobody can be told now: those who rest are next, or there is nothing left to say.
    tx.keep_about(_LOOK, min((resting[channel][0] for channel in waiting), default=""))
    return []


def tell(means: Means, alert: Alert) -> Told:
    """Tell them. Raises nothing."""
    return send(means.bell, alert, means.now())


def settle(tx: Transaction, means: Means, done: Sequence[Told]) -> list[Delivery]:
    """Write down who was told by an engine, and who could not be."""
    _settle(tx, means, done, by=ENGINE)
    return []


def tell_all(means: Means, *, person: str) -> list[Told]:
    """Tell everybody now what they do not know yet; who cannot be told is tried again by a worker."""
    if not means.bell.ways:
        return []
    done: list[Told] = []
    with means.store.begin() as tx:  # a person is here, and may have mended what failed before
        _rest(tx, {channel: (until, failed) for channel, (until, failed) in _resting(tx).items() if not failed})
        look(tx, means, means.now(), anything=True)
    while True:
        with means.store.begin() as tx:
            alerts = claim(tx, means, 1)
        if not alerts:
            return done
        told = tell(means, alerts[0])
        with means.store.begin() as tx:
            _settle(tx, means, [told], by=person)
        done.append(told)


def untold(reading: Reading, means: Means) -> Mapping[str, list[tuple[Account, Finding]]]:
    """What each channel does not know yet."""
    waiting: dict[str, list[tuple[Account, Finding]]] = {}
    for one in reading.standings():
        account = _account(reading, means, one.account) if one.found else None
        if account is None:
            continue
        # What only time has made of it (an end comes nearer) is a finding once the account was asked after again.
        there = [finding for finding in findings(one, account, means.now()) if key(finding) in one.found]
        for finding in there:
            for channel in means.bell.channels(account.responsible):
                if f"{key(finding)} {channel}" not in one.told:
                    waiting.setdefault(channel, []).append((account, finding))
    return waiting


def _alert(channel: str, found: Sequence[tuple[Account, Finding]]) -> Alert:
    keys: dict[str, tuple[str, ...]] = {}
    for account, finding in found:
        keys[account.name] = (*keys.get(account.name, ()), key(finding))
    return Alert(channel=channel, notice=notice(found), keys=keys)


def _settle(tx: Transaction, means: Means, done: Iterable[Told], *, by: str) -> None:
    for told in done:
        channel, resting = told.alert.channel, _resting(tx)
        _, failed = resting.pop(channel, ("", False))
        note(tx, means.bell, told, by=by, again=failed)
        if told.error is None:
            _remember(tx, told.alert)
        else:
            resting[channel] = (stamp(means.now_or(told.at) + means.clock.real(AGAIN)), True)
        _rest(tx, resting)


def _remember(tx: Transaction, alert: Alert) -> None:
    for name, keys in alert.keys.items():
        one: Inspection | None = tx.standing(name)
        if one is not None:
            # What is not found any more was forgotten meanwhile, and is told again when it comes back.
            new = tuple(f"{each} {alert.channel}" for each in keys if each in one.found)
            tx.keep_standing(replace(one, told=(*one.told, *new)))


def _account(reading: Reading, means: Means, name: str) -> Account | None:
    """An account that was asked after; None where it is gone or retired."""
    record = reading.account(name)
    if record is not None:
        return None if record.stage is Stage.RETIRED else record.account
    return means.accounts.get(name)


def _resting(reading: Reading) -> dict[str, tuple[str, bool]]:
    return {channel: (until, failed) for channel, (until, failed) in json.loads(reading.about(_RESTING) or "{}").items()}


def _rest(tx: Transaction, resting: Mapping[str, tuple[str, bool]]) -> None:
    tx.keep_about(_RESTING, json.dumps(resting, ensure_ascii=False))
