"""Taking accounts in from a file: from the first time on the store is the truth, and every difference is on record."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from ..errors import NotAllowed
from ..model.intake import AccountsFile, Change, Intake
from ..model.ledger import Event
from ..model.life import Stage
from ..ports import Clock, Reading, Store, Transaction
from ..rules.intake import facts_of, intake
from ..rules.timing import whole_milliseconds
from .life import take


def would_change(
    reading: Reading, file: AccountsFile, *, own: bool, running: bool, speaking: Collection[str], person: str, at: datetime
) -> Intake:
    """What taking the file in would change.

    own       it is the config's own accounts.toml, whose accounts are in force until the first import
    running   the same is said of the accounts of another file
    speaking  the names of those that the config has in force
    """
    records = reading.accounts()
    if running and records:
        raise NotAllowed(
            "Accounts were imported before: --running is for the first time.",
            remedy="New ones are requested, approved, connected, verified and activated.",
        )
    here = {one.account.name for one in file.written} | {one.account for one in file.wrong}
    silenced = [name for name in speaking if not records and not own and (not running or name not in here)]
    if silenced:
        raise NotAllowed(
            f"{_number(silenced)} of config/accounts.toml would speak no more: {', '.join(silenced[:3])}.",
            remedy="Import that file first: ministry-social account import config/accounts.toml",
        )
    in_force = (own or running) and not records
    return intake(records, file, in_force=in_force, by=person, at=at)


def take_in(
    store: Store, clock: Clock, file: AccountsFile, *,
    own: bool, running: bool, speaking: Collection[str], person: str, source: str,
) -> Intake:  # fmt: skip
    """Take it in, in one transaction: all of it, or nothing where anything is wrong."""
    now = whole_milliseconds(clock.now())
    with store.begin() as tx:
        found = would_change(tx, file, own=own, running=running, speaking=speaking, person=person, at=now)
        if found.wrong:
            return found
        for record in found.new:
            take(tx, record, by=person, at=now, source=source)
        for change in found.changed:
            _change(tx, change, by=person, at=now, source=source)
    return found


def _change(tx: Transaction, change: Change, *, by: str, at: datetime, source: str) -> None:
    tx.keep_account(change.after)
    facts = {"changes": facts_of(change.fields), "stage": change.after.stage.value, "source": source}
    tx.record(Event.ACCOUNT_CHANGED, by=by, at=at, account=change.after.name, facts=facts)
    if change.after.stage is Stage.REQUESTED:
        void_invitations(tx, change.after.name)


def void_invitations(tx: Transaction, name: str) -> int:
    """Links that were made for an account open nothing any more; how many."""
    open_ = [one for one in tx.invitations(name) if not one.void and one.used_at is None]
    for one in open_:
        tx.keep_invitation(replace(one, void=True))
    return len(open_)


def _number(names: Collection[str]) -> str:
    return "1 account" if len(names) == 1 else f"{len(names)} accounts"
