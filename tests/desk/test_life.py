"""The life of an account: each step in its order, by whoever may, and on record."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ministry_social.desk import accounts, life, retiring
from ministry_social.desk.roster import Roster
from ministry_social.desk.verifying import check
from ministry_social.errors import InvalidSettings, MinistryError, NotAllowed, Rejected, Unauthorized
from ministry_social.model.account import Account, Credential, Standing
from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.model.life import AccountRecord, Invitation, Stage
from ministry_social.model.recall import Recall, Step
from ministry_social.model.stop import Pause

from .bench import CREDENTIAL, MINUTE, NOON, Bench, account, says

DAY = timedelta(days=1)
X_CREDENTIAL = {"consumer_key": "k", "consumer_secret": "s", "access_token": "4001-tell-tale", "access_token_secret": "t"}
MFA = account("mfa", id="1", central=True)


def keep(bench: Bench, one: Account, stage: Stage = Stage.ACTIVE, **more: Any) -> AccountRecord:
    with bench.store.begin() as tx:
        order = len(tx.accounts()) + 1
        record = AccountRecord(account=one, order=order, stage=stage, since=NOON, requested_by="anna", **more)
        life.take(tx, record, by="anna", at=NOON)
    return record


def record(bench: Bench, name: str) -> AccountRecord:
    with bench.store.read() as reading:
        found = reading.account(name)
    assert found is not None
    return found


def entries(bench: Bench, *, after: int = 0) -> list[dict[str, Any]]:
    with bench.store.read() as reading:
        return [json.loads(one.body) for one in reading.entries() if one.position > after]


def told(bench: Bench, name: str) -> list[tuple[str, str]]:
    """(event, who) of an account, oldest first."""
    return [(one["event"], one["by"]) for one in entries(bench) if one["about"].get("account") == name]


class Desk:
    """The steps, as people take them."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def request(self, *them: Account, person: str = "anna") -> None:
        life.request(self.bench.store, self.bench.clock, them, person=person)

    def approve(self, *names: str, person: str = "boris") -> None:
        life.approve(self.bench.store, self.bench.clock, names, person=person)

    def activate(self, *names: str) -> None:
        life.activate(self.bench.store, self.bench.clock, names, person="dora")

    def certify(self, *names: str, person: str) -> life.Certified:
        return life.certify(self.bench.store, self.bench.clock, names, person=person)

    def retire(self, *names: str) -> retiring.Retired:
        return retiring.retire(self.bench.means, names, reason="closed", person="dora")

    def connect(self, one: Account, fields: dict[str, str] = X_CREDENTIAL) -> None:
        accounts.connect(self.bench.store, self.bench.clock, self.bench.vault, one, fields, person="dora")


@pytest.fixture
def desk(bench: Bench) -> Desk:
    keep(bench, MFA)
    return Desk(bench)


def test_an_account_is_requested_without_an_id_and_comes_last(bench: Bench, desk: Desk) -> None:
    desk.request(account("riga", id=""), account("oslo", id=""))
    assert [(record(bench, name).stage, record(bench, name).order) for name in ("riga", "oslo")] == [
        (Stage.REQUESTED, 2), (Stage.REQUESTED, 3),
    ]  # fmt: skip
    facts = entries(bench)[-1]["facts"]
    assert (facts["account"]["name"], facts["stage"]) == ("oslo", "requested")


def test_a_responsible_persons_address_stands_in_no_entry(bench: Bench, desk: Desk) -> None:
    desk.request(account("riga", id="", responsible="zane@example.org"))
    assert record(bench, "riga").account.responsible == "zane@example.org"
    assert "zane@" not in json.dumps(entries(bench))


@pytest.mark.parametrize("other", [account("mfa"), account("other", id="", handle="MFA"), account("other", id="1")])
def test_what_another_account_has_cannot_be_requested(bench: Bench, desk: Desk, other: Account) -> None:
    with pytest.raises(NotAllowed, match="mfa"):
        desk.request(account("riga", id=""), other)
    with bench.store.read() as reading:
        assert reading.account("riga") is None


def test_nobody_approves_what_they_have_asked_for_themselves(bench: Bench, desk: Desk) -> None:
    desk.request(account("riga", id=""), person="anna")
    desk.request(account("oslo", id=""), person="boris")
    with pytest.raises(NotAllowed, match="boris has asked for oslo"):
        desk.approve("riga", "oslo", person="boris")
    assert record(bench, "riga").stage is Stage.REQUESTED
    desk.approve(person="boris")  # all that others have asked for
    assert [record(bench, name).stage for name in ("riga", "oslo")] == [Stage.APPROVED, Stage.REQUESTED]
    assert told(bench, "riga") == [("taken-in", "anna"), ("account-approved", "boris")]


def test_a_name_that_is_not_there_suggests_the_nearest(desk: Desk) -> None:
    desk.request(account("riga", id=""))
    with pytest.raises(InvalidSettings, match=r"Did you mean riga\?"):
        desk.approve("rigo")


def test_as_long_as_the_config_is_the_truth_no_step_is_taken(bench: Bench) -> None:
    with pytest.raises(NotAllowed) as refused:
        Desk(bench).approve("riga")
    assert str(refused.value) == (
        "The accounts still stand in accounts.toml: import them first: ministry-social account import config/accounts.toml"
    )


def test_connecting_tells_the_id_that_was_not_known(bench: Bench, desk: Desk) -> None:
    riga = account("riga", id="")
    desk.request(riga)
    with pytest.raises(NotAllowed, match=r"riga is requested, and cannot be connected\. First: .* approve riga"):
        desk.connect(riga)
    assert not bench.vault.has("riga")
    desk.approve("riga")
    desk.connect(riga)
    assert (record(bench, "riga").stage, record(bench, "riga").account.id) == (Stage.CONNECTED, "4001")
    assert bench.vault.get("riga").fields() == X_CREDENTIAL


@pytest.mark.parametrize("token", ["tell-tale", "tell4001-tale", "-tell-tale"])
def test_a_credential_that_names_no_account_is_refused(bench: Bench, desk: Desk, token: str) -> None:
    keep(bench, account("riga", id=""), Stage.APPROVED)
    with pytest.raises(InvalidSettings, match="does not say whose it is") as refused:
        desk.connect(account("riga", id=""), X_CREDENTIAL | {"access_token": token})
    assert "tale" not in str(refused.value)
    assert not bench.vault.has("riga")


def test_the_credential_of_another_account_is_refused(bench: Bench, desk: Desk) -> None:
    keep(bench, account("oslo", id="4001"))
    keep(bench, account("riga", id=""), Stage.APPROVED)
    with pytest.raises(NotAllowed, match="belongs to oslo, not to riga"):
        desk.connect(account("riga", id=""))
    assert not bench.vault.has("riga")


def test_an_active_account_stays_active_when_it_is_connected_again_and_goes_on(bench: Bench, desk: Desk) -> None:
    riga = keep(bench, account("riga", id="4001")).account
    with bench.store.begin() as tx:
        tx.keep_pause(Pause(scope="account", value="riga", reason="revoked", remedy="connect it", at=NOON))
        tx.record(Event.PAUSED, by="engine", at=NOON, account="riga")
    desk.connect(riga)
    assert record(bench, "riga").stage is Stage.ACTIVE
    assert [event for event, _ in told(bench, "riga")] == ["taken-in", "paused", "connected", "resumed"]
    with bench.store.read() as reading:
        assert reading.pauses() == ()


STANDING = Standing(id="4001", handle="@Riga", name="Embassy", may_post=True)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        ({"id": "4002", "handle": "other"}, Rejected, r"belongs to @other \(4002\), not to @riga \(4001\)"),
        ({"handle": "TavoriaRiga"}, Rejected, "is @TavoriaRiga on the platform, not @riga"),
        ({"may_post": False, "detail": "It is locked."}, Unauthorized, "riga may not post: It is locked."),
    ],
)
def test_the_platform_must_know_it_as_the_expected_one_and_let_us_post(
    change: dict[str, Any], error: type[MinistryError], says: str
) -> None:
    check(account("riga", id="4001"), STANDING)  # the size of letters makes no difference
    with pytest.raises(error, match=says):
        check(account("riga", id="4001"), replace(STANDING, **change))


def test_what_is_activated_speaks(bench: Bench, desk: Desk) -> None:
    keep(bench, account("riga", id="4001"), Stage.VERIFIED)
    roster = Roster(lambda: bench.store, tuple)
    assert list(roster) == ["mfa"]
    desk.activate()
    with bench.store.read() as reading:
        roster.look(reading)
    assert list(roster) == ["mfa", "riga"]


def test_an_account_is_not_activated_before_it_is_verified(bench: Bench, desk: Desk) -> None:
    keep(bench, account("riga", id="4001"), Stage.CONNECTED)
    with pytest.raises(NotAllowed, match=r"riga is connected, and cannot become active. Only an account that is verified can."):
        desk.activate("riga")


def test_a_platform_speaks_only_with_a_central_account_and_several_come_together(bench: Bench, desk: Desk) -> None:
    keep(bench, account("page", "facebook", id="104500000000001", central=True), Stage.VERIFIED)
    keep(bench, account("page-riga", "facebook", id="104500000000002"), Stage.VERIFIED)
    with pytest.raises(NotAllowed, match="No account on facebook is central"):
        desk.activate("page-riga")
    assert record(bench, "page-riga").stage is Stage.VERIFIED
    desk.activate("page", "page-riga")
    assert record(bench, "page-riga").stage is Stage.ACTIVE


def test_two_persons_certify_and_the_year_begins_anew(bench: Bench, desk: Desk) -> None:
    assert [one.name for one in desk.certify("mfa", person="boris").proposed] == ["mfa"]
    assert [one.name for one in desk.certify("mfa", person="boris").proposed] == ["mfa"]  # the same person twice is one person
    bench.clock.pass_by(DAY)
    assert [one.name for one in desk.certify("mfa", person="clara").certified] == ["mfa"]
    mfa = record(bench, "mfa")
    assert (mfa.certified_at, mfa.certified_by) == (NOON + DAY, ("boris", "clara"))
    assert told(bench, "mfa")[1:] == [("certification-proposed", "boris"), ("certified", "clara")]
    assert desk.certify(person="boris").proposed == ()  # nothing is due
    bench.clock.pass_by(365 * DAY)
    assert [one.name for one in desk.certify(person="boris").proposed] == ["mfa"]


def test_a_first_persons_word_ends_after_thirty_days_and_when_the_account_is_changed(bench: Bench, desk: Desk) -> None:
    desk.certify("mfa", person="boris")
    bench.clock.pass_by(30 * DAY)
    assert desk.certify("mfa", person="clara").certified == ()
    with bench.store.begin() as tx:
        tx.keep_account(record(bench, "mfa").changed(account=replace(MFA, title="Another")))
        tx.record(Event.ACCOUNT_CHANGED, by="anna", at=NOON, account="mfa")
    assert desk.certify("mfa", person="boris").certified == ()
    assert desk.certify("mfa", person="clara").certified != ()


def test_only_what_is_active_is_certified(bench: Bench, desk: Desk) -> None:
    keep(bench, account("riga", id=""), Stage.APPROVED)
    with pytest.raises(NotAllowed, match="riga is approved; only an active account is certified"):
        desk.certify("riga", person="boris")


class TestRetiring:
    @pytest.fixture(autouse=True)
    def riga(self, bench: Bench, desk: Desk) -> None:
        keep(bench, account("riga"))
        bench.vault.put("riga", CREDENTIAL)

    def test_nothing_of_it_is_left_to_go_out_and_its_credential_is_gone(self, bench: Bench, desk: Desk) -> None:
        bench.plan(says("riga"), says("oslo"), at=NOON + MINUTE)
        with bench.store.begin() as tx:
            tx.keep_pause(Pause(scope="account", value="riga", reason="revoked", remedy="connect it", at=NOON))
            one = Invitation(id="i1", account="riga", digest="d" * 64, by="anna", at=NOON, until=NOON + DAY)
            tx.keep_invitation(one)
            tx.record(Event.INVITED, by="anna", at=NOON, account="riga")
        done = desk.retire("riga")
        assert [one.key for one in done.cancelled] == ["grain/1/riga/post"]
        assert bench.delivery("riga").state is State.CANCELLED
        assert bench.delivery("riga").error == "Its account was retired: closed"
        assert bench.delivery("oslo").state is State.PLANNED
        assert record(bench, "riga").stage is Stage.RETIRED
        assert not bench.vault.has("riga")
        with bench.store.read() as reading:
            assert reading.pauses() == ()
            assert reading.invitations("riga") == (replace(one, void=True),)
        assert told(bench, "riga")[-1] == ("retired", "dora")

    def test_while_a_post_is_sent_or_checked_it_is_refused(self, bench: Bench, desk: Desk) -> None:
        bench.plan(says("riga"))
        [claimed] = bench.claim()
        with pytest.raises(NotAllowed, match="grain/1/riga/post is being sent or checked"):
            desk.retire("riga")
        assert bench.vault.has("riga")
        assert record(bench, "riga").stage is Stage.ACTIVE
        assert claimed.delivery.state is State.SENDING

    def test_while_a_post_is_to_be_taken_down_it_is_refused(self, bench: Bench, desk: Desk) -> None:
        bench.plan(says("riga"))
        bench.send()
        with bench.store.begin() as tx:
            one = Recall(delivery="grain/1/riga/post", reason="wrong", by="ana", at=NOON, step=Step.ASKED, next_at=NOON)
            tx.keep_recall(one)
            tx.record(Event.RECALL_ASKED, by="ana", at=NOON, delivery=bench.delivery("riga"))
        with pytest.raises(NotAllowed, match="still to be taken down"):
            desk.retire("riga")
        with bench.store.begin() as tx:
            tx.keep_recall(replace(one, step=Step.GIVEN_UP))
            tx.record(Event.NOT_RECALLED, by="ana", at=NOON, delivery=bench.delivery("riga"))
        assert desk.retire("riga").records

    def test_the_central_account_goes_last(self, bench: Bench, desk: Desk) -> None:
        with pytest.raises(NotAllowed, match="No account on x is central"):
            desk.retire("mfa")
        assert bench.vault.has("riga")
        assert len(desk.retire("mfa", "riga").records) == 2

    def test_retired_again_only_a_credential_that_was_left_is_removed(self, bench: Bench, desk: Desk) -> None:
        desk.retire("riga")
        bench.vault.put("riga", CREDENTIAL)  # the vault was shut when it was retired
        before = len(entries(bench))
        again = desk.retire("riga")
        assert (again.records, [one.name for one in again.before]) == ((), ["riga"])
        assert not bench.vault.has("riga")
        assert len(entries(bench)) == before

    def test_its_handle_can_be_asked_for_again_under_a_new_name_and_its_name_cannot(self, desk: Desk) -> None:
        desk.retire("riga")
        with pytest.raises(NotAllowed, match="There is an account riga already"):
            desk.request(account("riga", id=""))
        desk.request(account("riga-new", id="", handle="riga"))

    def test_it_cannot_be_connected_any_more(self, bench: Bench, desk: Desk) -> None:
        desk.retire("riga")
        with pytest.raises(NotAllowed, match="riga is retired, and cannot be connected"):
            desk.connect(account("riga", id="4001"))
        assert not bench.vault.has("riga")


def test_what_was_planned_goes_out_after_the_handle_was_changed_and_not_on_another_id(bench: Bench, desk: Desk) -> None:
    bench.plan(says("riga"), says("oslo"))
    bench.accounts["riga"] = replace(bench.accounts["riga"], handle="NewHandle")
    bench.accounts["oslo"] = replace(bench.accounts["oslo"], id="another")
    bench.send()
    assert bench.delivery("riga").state is State.PUBLISHED
    assert bench.delivery("oslo").state is State.FAILED
    assert "another account" in bench.delivery("oslo").error


def test_a_secret_is_nowhere_in_the_ledger(bench: Bench, desk: Desk) -> None:
    keep(bench, account("riga", id=""), Stage.APPROVED)
    desk.connect(account("riga", id=""))
    assert bench.vault.get("riga") == Credential(X_CREDENTIAL)
    assert b"tell-tale" not in bench.store.file.read_bytes()
