"""What platforms said of accounts, in the store, on both databases."""

from dataclasses import replace

from ministry_social.model.account import Standing
from ministry_social.model.ledger import Event
from ministry_social.model.standing import Inspection
from ministry_social.store import SqlStore

from .conftest import NOON

SAID = Standing(id="1", handle="oslo", name="Oslo", may_post=True, until=NOON, scopes=("write",), limits=("100 posts in a day",))


def test_an_inspection_comes_back_as_it_was_kept(store: SqlStore) -> None:
    one = Inspection(account="oslo", at=NOON, said=SAID, known=SAID, found=("f",), told=("f mail a@example.org",))
    with store.begin() as tx:
        tx.keep_standing(replace(one, said=None))
        tx.keep_standing(one)
        tx.keep_standing(Inspection(account="lima", at=NOON))
        tx.record(Event.STANDING, by="engine", at=NOON, account="oslo")
    with store.read() as reading:
        assert reading.standing("oslo") == one
        assert reading.standing("rome") is None
        assert [each.account for each in reading.standings()] == ["lima", "oslo"]
        assert reading.inspected() == {"lima": NOON, "oslo": NOON}
