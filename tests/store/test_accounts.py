"""Accounts and invitations in the store, on both databases."""

from dataclasses import replace
from datetime import timedelta

import sqlalchemy as sa

from ministry_social.desk.roster import Roster
from ministry_social.model.ledger import Event
from ministry_social.model.life import AccountRecord, Invitation, Stage
from ministry_social.store import SqlStore
from ministry_social.store.house_tables import standing
from tests.factories import account

from .conftest import NOON


def record(name: str, order: int, stage: Stage = Stage.ACTIVE) -> AccountRecord:
    one = account(name, variables={"hashtags": "#T"}, links=("https://mfa.example.org",), responsible="a@example.org")
    return AccountRecord(account=one, order=order, stage=stage, since=NOON, requested_by="anna")


def keep(store: SqlStore, *records: AccountRecord) -> None:
    with store.begin() as tx:
        for one in records:
            tx.keep_account(one)
            tx.record(Event.TAKEN_IN, by="anna", at=NOON, account=one.name)


def test_an_account_comes_back_as_it_was_kept(store: SqlStore) -> None:
    paris, oslo = record("embassy-paris", 2), record("embassy-oslo", 1, Stage.REQUESTED)
    keep(store, paris, oslo)
    with store.read() as reading:
        assert reading.accounts() == (oslo, paris)
        assert reading.account("embassy-paris") == paris
        assert reading.account("embassy-rome") is None
        assert reading.account_changes() == 2


def test_the_roster_follows_the_store_once_something_was_imported(store: SqlStore) -> None:
    written = account("mfa")
    roster = Roster(lambda: store, lambda: (written,))
    assert dict(roster) == {"mfa": written}
    keep(store, record("embassy-paris", 1), record("embassy-oslo", 2, Stage.VERIFIED))
    with store.read() as reading:
        roster.look(reading)
    assert list(roster) == ["embassy-paris"]


def test_an_invitation_comes_back_as_it_was_kept(store: SqlStore) -> None:
    one = Invitation(id="i1", account="embassy-paris", digest="d" * 64, by="anna", at=NOON, until=NOON + timedelta(days=7))
    with store.begin() as tx:
        tx.keep_invitation(one)
        tx.keep_invitation(replace(one, used_at=NOON))
        tx.record(Event.INVITED, by="anna", at=NOON, account="embassy-paris")
    with store.read() as reading:
        assert reading.invitations("embassy-paris") == reading.invitations() == (replace(one, used_at=NOON),)
        assert reading.invitations("embassy-rome") == ()


def test_the_platforms_own_marks_are_known_for_the_register(store: SqlStore) -> None:
    bodies = {"a": '{"said":{"verified":"government"}}', "b": '{"said":{"verified":""}}', "c": '{"said":null}'}
    with store.begin() as tx:
        for name, body in bodies.items():
            tx._run(sa.insert(standing).values(account=name, at=NOON, body=body))  # type: ignore[attr-defined]
    with store.read() as reading:
        assert reading.marks() == {"a": "government"}
