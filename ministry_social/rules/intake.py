"""Taking accounts in from a file: what would change, and why a row cannot be taken in."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..model.account import Account
from ..model.intake import AccountsFile, Change, Intake, Written, Wrong
from ..model.life import AccountRecord, Stage
from .life import differences, stage_after
from .roster import Clash, clashes, without_central

# An account of these stages has a credential, which belongs to its id.
_CONNECTED = (Stage.CONNECTED, Stage.VERIFIED, Stage.ACTIVE)


def intake(records: Sequence[AccountRecord], file: AccountsFile, *, in_force: bool, by: str, at: datetime) -> Intake:
    """What taking the file in changes. `in_force`: its new accounts speak for the ministry already."""
    known = {one.name: one for one in records}
    named = [_with_known_id(one, known) for one in file.written]
    wrong = [
        *file.wrong,
        *(_wrong(file, one, said, to_do) for one in named for said, to_do in _refusals(one.account, known, in_force)),
    ]
    order = max((one.order for one in records), default=0)
    new, changed, unchanged = [], [], []
    for one in named:
        before = known.get(one.account.name)
        if before is None:
            order += 1
            stage = Stage.ACTIVE if in_force else Stage.REQUESTED
            new.append(AccountRecord(account=one.account, order=order, stage=stage, since=at, requested_by=by))
        elif fields := differences(before.account, one.account):
            changed.append(Change(before=before, after=_after(before, one.account, by, at), fields=fields))
        else:
            unchanged.append(before)
    wrong += _clashing(records, file, named, [*new, *(one.after for one in changed), *unchanged])
    names = {one.account.name for one in named} | {one.account for one in file.wrong}
    return Intake(
        new=tuple(new),
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        absent=tuple(one for one in records if one.name not in names and one.stage is not Stage.RETIRED),
        wrong=tuple(sorted(wrong, key=lambda one: one.row)),
    )


def facts_of(fields: Mapping[str, object]) -> dict[str, object]:
    """Fields of an account, or their changes, as the ledger takes them: nothing in it can be deleted, so no person's address."""
    return {name: value if name != "responsible" else None for name, value in fields.items()}


def _with_known_id(one: Written, known: Mapping[str, AccountRecord]) -> Written:
    """A file need not repeat an id that was not known when it was written."""
    before = known.get(one.account.name)
    if one.account.id or before is None:
        return one
    return replace(one, account=replace(one.account, id=before.account.id))


def _refusals(account: Account, known: Mapping[str, AccountRecord], in_force: bool) -> Iterator[tuple[str, str]]:
    """What speaks against a row alone: sentence and remedy."""
    before = known.get(account.name)
    if before is None:
        if in_force and not account.id:
            yield f"{account.name} has no id, and is to speak already.", "Write its id, or leave it out and request it afterwards."
        return
    fields = differences(before.account, account)
    if before.stage is Stage.RETIRED:
        if fields:
            yield f"{account.name} is retired, and cannot be changed.", "A new account takes a new name."
        return
    if "platform" in fields and before.stage is not Stage.REQUESTED:
        yield f"{account.name} is on {before.account.platform}.", "An account on another platform takes a new name."
    if "id" in fields and before.stage in _CONNECTED and before.account.id:
        said = f"{account.name} is connected with the id {before.account.id}, to which its credential belongs, not {account.id}."
        yield said, "Another account takes a new name: request it, and retire this one."


def _after(before: AccountRecord, account: Account, by: str, at: datetime) -> AccountRecord:
    stage = stage_after(before, account)
    if stage is before.stage:
        return before.changed(account=account)
    asked = by if stage is Stage.REQUESTED else before.requested_by
    return before.changed(account=account, stage=stage, since=at, requested_by=asked)


def _clashing(
    records: Sequence[AccountRecord], file: AccountsFile, named: Sequence[Written], result: Sequence[AccountRecord]
) -> Iterator[Wrong]:
    """What would not hold between the accounts afterwards, each said of a row of the file where one is to blame."""
    stages = {one.name: one.stage for one in result}
    here = [one for one in named if stages[one.account.name] is not Stage.RETIRED]
    names = {one.account.name for one in named}
    others = [one for one in records if one.name not in names and one.stage is not Stage.RETIRED]
    for clash in clashes([*(one.account for one in others), *(one.account for one in here)]):
        yield _blamed(file, here, clash.index - len(others), clash)
    if file.wrong:
        return  # the central account may stand in a row that could not be read
    new = [one for one in here if stages[one.account.name] is Stage.ACTIVE]
    old = [one.account for one in others if one.stage is Stage.ACTIVE]
    # Those of the file come first: one of its rows has left a platform without.
    for clash in without_central([*(one.account for one in new), *old]):
        yield _blamed(file, new, clash.index if clash.index < len(new) else -1, clash)


def _blamed(file: AccountsFile, rows: Sequence[Written], index: int, clash: Clash) -> Wrong:
    if index < 0:
        return Wrong(file=file.file, row=0, line=0, account="", sentence=clash.sentence, remedy=clash.remedy)
    return _wrong(file, rows[index], clash.sentence, clash.remedy)


def _wrong(file: AccountsFile, one: Written, sentence: str, remedy: str) -> Wrong:
    place = one.account.place
    line = place.line if place is not None else 0
    return Wrong(file=file.file, row=one.row, line=line, account=one.account.name, sentence=sentence, remedy=remedy)
