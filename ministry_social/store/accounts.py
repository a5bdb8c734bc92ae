"""Accounts and invitations: read and written."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from ..model.life import AccountRecord, Invitation, Stage
from ..rules.life import account_from, definition_text
from .house_tables import account, invitation, standing
from .rows import Rows
from .tables import about

ACCOUNTS = "accounts"  # in the table `about`: how often an account was changed, so that a look tells whether to read them again


class AccountReading(Rows):
    """This part of `ports.Reading`."""

    def accounts(self) -> tuple[AccountRecord, ...]:
        """See `Reading.accounts`."""
        rows = self._run(sa.select(account).order_by(account.c.order)).mappings()
        return tuple(_record(row) for row in rows)

    def account(self, name: str) -> AccountRecord | None:
        """See `Reading.account`."""
        row = self._run(sa.select(account).where(account.c.name == name)).mappings().first()
        return None if row is None else _record(row)

    def account_changes(self) -> int:
        """See `Reading.account_changes`."""
        return self._once("accounts", self._account_changes)

    def marks(self) -> Mapping[str, str]:
        """See `Reading.marks`."""
        said = {name: json.loads(body).get("said") for name, body in self._run(sa.select(standing.c.account, standing.c.body))}
        return {name: one["verified"] for name, one in said.items() if one and one.get("verified")}

    def invitations(self, of: str | None = None) -> tuple[Invitation, ...]:
        """See `Reading.invitations`."""
        query = sa.select(invitation).order_by(invitation.c.at, invitation.c.id)
        if of is not None:
            query = query.where(invitation.c.account == of)
        return tuple(Invitation(**row) for row in self._run(query).mappings())

    def _account_changes(self) -> int:
        return int(self._scalar(sa.select(about.c.value).where(about.c.key == ACCOUNTS)) or 0)


class AccountWriting(AccountReading):
    """This part of `ports.Transaction`."""

    def keep_account(self, record: AccountRecord) -> None:
        """See `Transaction.keep_account`."""
        row = {
            "name": record.name, "order": record.order, "definition": definition_text(record.account), "stage": record.stage.value,
            "since": record.since, "requested_by": record.requested_by, "certified_at": record.certified_at,
            "certified_by": record.certified_by,
        }  # fmt: skip
        self._changed()
        self._run(sa.delete(account).where(account.c.name == record.name))
        self._run(sa.insert(account).values(row))
        changes = self._account_changes() + 1
        self._run(sa.delete(about).where(about.c.key == ACCOUNTS))
        self._run(sa.insert(about).values(key=ACCOUNTS, value=str(changes)))

    def keep_invitation(self, one: Invitation) -> None:
        """See `Transaction.keep_invitation`."""
        self._run(sa.delete(invitation).where(invitation.c.id == one.id))
        self._run(sa.insert(invitation).values({column.name: getattr(one, column.name) for column in invitation.c}))


def _record(row: Mapping[Any, Any]) -> AccountRecord:
    values = dict(row)
    found = account_from(values.pop("definition"))
    values.pop("name")
    return AccountRecord(account=found, **values | {"stage": Stage(values["stage"])})
