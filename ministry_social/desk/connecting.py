"""Connecting: the platform's own sign-in, from its beginning to a credential in the vault.

The order of the last steps: everything is checked, then the credential is stored, then the ledger says so. A crash in between
leaves the credential of the right account that nobody uses yet (an account that is connected again uses the new one a moment
early); whoever tries again replaces it, and an invitation still counts. The other way round the ledger would tell of a
credential that is nowhere, and the invitation would be used up for nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from difflib import get_close_matches
from threading import Lock
from typing import Any

from ..errors import (
    InvalidSettings,
    LinkRefused,
    NotAllowed,
    OutOfCredit,
    PlatformError,
    SignInFailed,
    Throttled,
    Unauthorized,
    Unreachable,
)
from ..model.account import Account, Credential
from ..model.ledger import Event
from ..model.life import AccountRecord, Stage
from ..model.signin import Begun, Granted
from ..ports import Clock, Reading, SignIn, Store, Transaction, Vault
from ..rules import invitation as rule
from ..rules.life import may_become
from ..rules.signin import is_expected, lacks
from ..rules.timing import whole_milliseconds
from .accounts import checked
from .life import connected, in_use, lift_pauses


@dataclass(frozen=True, kw_only=True)
class Reception:
    """What connecting and inviting need of the house. `written`: the config's accounts, as long as none was imported."""

    store: Store
    clock: Clock
    vault: Vault
    sign_ins: Mapping[str, SignIn]
    written: Callable[[], tuple[Account, ...]]
    one_at_a_time: Lock = field(default_factory=Lock, repr=False)


@dataclass(frozen=True, kw_only=True)
class Known:
    """An account, and how far it has come; no record as long as the config is the truth."""

    account: Account
    record: AccountRecord | None

    @property
    def stage(self) -> Stage | None:
        """How far it has come, where that is known."""
        return None if self.record is None else self.record.stage


@dataclass(frozen=True, kw_only=True)
class Connected:
    """What is connected now. `stage` is None as long as the config is the truth; `warnings` are sentences."""

    account: Account
    granted: Granted
    stage: Stage | None
    warnings: tuple[str, ...]


def look_up(reception: Reception, reading: Reading, name: str) -> Known:
    """The account of this name, however far it has come. Raises `InvalidSettings`."""
    if reading.account_changes():
        known = {one.name: Known(account=one.account, record=one) for one in reading.accounts()}
    else:
        known = {one.name: Known(account=one, record=None) for one in reception.written()}
    if name not in known:
        near = get_close_matches(name, known, n=1)
        remedy = f"Did you mean {near[0]}?" if near else "See: ministry-social account list"
        raise InvalidSettings(f"There is no account {name}.", remedy=remedy)
    return known[name]


def begin(reception: Reception, name: str, *, callback: str, by: str) -> Begun:
    """Start a sign-in. `callback`: where the platform leads back to; empty: by hand."""
    known = ready(reception, name)
    app = reception.vault.app(known.account.platform)
    with _noting(reception, known.account, by):
        return reception.sign_ins[known.account.platform].begin(known.account, app, callback=callback)


def finish(
    reception: Reception,
    name: str,
    begun: Begun,
    answer: Mapping[str, str],
    *,
    callback: str,
    by: str,
    link: rule.Link | None = None,
) -> Connected:
    """Turn what came back into a credential and store it. On any failure nothing is stored, and the ledger says why."""
    known = ready(reception, name)
    app = reception.vault.app(known.account.platform)
    with _noting(reception, known.account, by):
        if reception.clock.now() >= begun.until:
            raise SignInFailed("This sign-in was begun too long ago, and the platform has forgotten it.", code="expired")
        granted = reception.sign_ins[known.account.platform].finish(known.account, app, begun, answer, callback=callback)
        return _keep(reception, known, granted, by=by, link=link)


def accept(reception: Reception, name: str, pasted: Mapping[str, str], *, by: str) -> Connected:
    """Check a credential that an administrator pasted, and store it."""
    known = ready(reception, name)
    app = reception.vault.app(known.account.platform)
    with _noting(reception, known.account, by):
        granted = reception.sign_ins[known.account.platform].accept(known.account, app, pasted)
        return _keep(reception, known, granted, by=by, link=None)


def why(error: PlatformError) -> str:
    """Why a sign-in came to nothing, in a word: a code of `rules.signin.CODES`, or what kept it from coming to an end."""
    if isinstance(error, SignInFailed):
        return error.code
    kept = {Throttled: "throttled", OutOfCredit: "out-of-credit", Unreachable: "unreachable"}
    return next((word for kind, word in kept.items() if isinstance(error, kind)), "refused")


def open_to(known: Known) -> bool:
    """Whether the account can be connected as it stands; an active one is connected again."""
    record = known.record
    return record is None or record.stage is Stage.ACTIVE or may_become(record, Stage.CONNECTED)


def ready(reception: Reception, name: str) -> Known:
    """The account of this name. Raises `NotAllowed` where it cannot be connected as it stands."""
    with reception.store.read() as reading:
        known = look_up(reception, reading, name)
    if open_to(known):
        return known
    assert known.record is not None
    remedy = f"First: ministry-social account approve {name}" if known.record.stage is Stage.REQUESTED else ""
    raise NotAllowed(f"{name} is {known.record.stage.value}, and cannot be connected.", remedy=remedy)


def _keep(reception: Reception, known: Known, granted: Granted, *, by: str, link: rule.Link | None) -> Connected:
    """Check, store, say so (see the first lines of this module)."""
    account = replace(known.account, id=granted.id)
    credential = _fits(known.account, granted)
    with reception.one_at_a_time:  # two browsers with one link: the second finds that it was used
        with reception.store.read() as reading:
            _still_right(reception, reading, account, link)
        before = _stored(reception.vault, account.name)
        reception.vault.put(account.name, credential)
        try:
            with reception.store.begin() as tx:
                _still_right(reception, tx, account, link)
                stage = _settle(reception, tx, account, granted, by=by, link=link)
        except (SignInFailed, NotAllowed):  # somebody was quicker between the look and the transaction
            _put_back(reception.vault, account.name, before)
            raise
    return Connected(account=account, granted=granted, stage=stage, warnings=(*granted.warnings, *_other_name(account, granted)))


def _fits(account: Account, granted: Granted) -> Credential:
    """The credential, if it is the expected account's and may do all that we need. The platform's side has looked already."""
    if not is_expected(account, id=granted.id, handle=granted.handle):
        raise SignInFailed(
            f"Nothing was connected: {granted.handle or granted.name} signed in, and {account.handle} was expected.",
            code="wrong-account",
        )
    missing = lacks(account.platform, granted.scopes)
    if missing:
        raise SignInFailed(f"Nothing was connected: {', '.join(missing)} was not allowed.", code="missing-scope")
    return checked(replace(account, id=granted.id), granted.credential.fields())


def _still_right(reception: Reception, reading: Reading, account: Account, link: rule.Link | None) -> None:
    """No other account of ours has this id, this one may still be connected, and the invitation still counts."""
    known = look_up(reception, reading, account.name)
    if not open_to(known):
        raise NotAllowed(f"{account.name} was changed meanwhile, and cannot be connected any more.")
    all_of_us = [one.account for one in in_use(reading)] if known.record is not None else list(reception.written())
    for other in all_of_us:
        if other.name != account.name and (other.platform, other.id) == (account.platform, account.id):
            raise SignInFailed(
                f"Nothing was connected: {account.handle} is {other.name} in our list already.", code="wrong-account"
            )
    if link is not None:
        found = next((one for one in reading.invitations(account.name) if one.id == link.id), None)
        reason = rule.refusal(link, found, reception.clock.now())
        if reason:
            raise LinkRefused(rule.REASONS[reason], reason=reason, account=account.name)


def _settle(
    reception: Reception, tx: Transaction, account: Account, granted: Granted, *, by: str, link: rule.Link | None
) -> Stage | None:
    """Write it down: how far the account has come, its id where it was unknown, and that the invitation was used."""
    now = whole_milliseconds(reception.clock.now())
    facts: dict[str, Any] = {"platform": account.platform, "id": granted.id, "handle": printable(granted.handle)}
    facts["scopes"] = [printable(one) for one in granted.scopes]
    if link is not None:
        [one] = [one for one in tx.invitations(account.name) if one.id == link.id]
        tx.keep_invitation(replace(one, used_at=now))
        facts["invitation"] = link.id
    record = tx.account(account.name)
    if record is not None:
        return connected(tx, record, id=granted.id, by=by, at=now, facts=facts).stage
    tx.record(Event.CONNECTED, by=by, at=now, account=account.name, facts=facts)
    lift_pauses(tx, account.name, "It was connected again.", by=by, at=now)
    return None


@contextmanager
def _noting(reception: Reception, account: Account, by: str) -> Iterator[None]:
    """Write down that a sign-in came to nothing, and why."""
    try:
        yield
    except PlatformError as error:
        facts = {"platform": account.platform, "code": why(error), "reason": error.sentence}
        with reception.store.begin() as tx:
            tx.record(Event.NOT_CONNECTED, by=by, at=reception.clock.now(), account=account.name, facts=facts)
        raise


def _stored(vault: Vault, name: str) -> Credential | None:
    try:
        return vault.get(name) if vault.has(name) else None
    except Unauthorized:
        return None


def _put_back(vault: Vault, name: str, before: Credential | None) -> None:
    if before is None:
        vault.remove(name)
    else:
        vault.put(name, before)


def _other_name(account: Account, granted: Granted) -> tuple[str, ...]:
    if not granted.handle or granted.handle.lower().removeprefix("@") == account.handle.lower():
        return ()
    return (f"The platform calls it {granted.handle}, and our list says {account.handle}: correct the list.",)


def printable(text: str) -> str:
    """A text of a platform as the ledger takes it."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
