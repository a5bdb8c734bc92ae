"""Connecting: everything is checked, then the credential is stored, then the ledger says so; else nothing is stored."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest

from ministry_social.desk import life
from ministry_social.desk.connecting import Connected, Reception, accept, begin, finish, look_up, ready
from ministry_social.desk.inviting import MOST, Porter, invite, state_of, take_back
from ministry_social.errors import InvalidSettings, LinkRefused, NotAllowed, SignInFailed, StoreGone, Throttled
from ministry_social.model.account import Account, Credential
from ministry_social.model.life import AccountRecord, Stage
from ministry_social.model.signin import Begun, Granted
from ministry_social.model.stop import Pause

from .bench import HOUR, Bench, account

RIGA = account("embassy-riga", id="", handle="TAV_Riga")
PAGE = account("page", "facebook", id="77")
BACK = "https://onboarding.example.org/callback"


def keys(id: str, secret: str = "tell-tale") -> Credential:
    fields = {"consumer_key": "k", "consumer_secret": "s", "access_token": f"{id}-{secret}", "access_token_secret": "t"}
    return Credential(fields)


@dataclass
class Platform:
    """A sign-in that gives what the test says; `meanwhile` happens while the person is at the platform."""

    gives: Granted | Exception = field(
        default_factory=lambda: Granted(
            credential=keys("4001"), id="4001", handle="tav_riga", name="Riga", scopes=("read", "write")
        )
    )
    meanwhile: Callable[[], object] = lambda: None

    def begin(self, account: Account, app: Credential, *, callback: str) -> Begun:
        if isinstance(self.gives, Throttled):
            raise self.gives
        return Begun(address="https://x.example.org", state="s", secret={}, until=self.bench.clock.now() + HOUR)

    def finish(self, account: Account, app: Credential, begun: Begun, answer: Any, *, callback: str) -> Granted:
        self.meanwhile()
        if isinstance(self.gives, Exception):
            raise self.gives
        return self.gives

    def accept(self, account: Account, app: Credential, pasted: Any) -> Granted:
        return self.finish(account, app, None, pasted, callback="")  # type: ignore[arg-type]

    bench: Bench = field(init=False)


@dataclass
class Hall:
    """The reception, a platform, and short words for what tests do with both."""

    bench: Bench
    reception: Reception
    platform: Platform

    def take_in(self, one: Account, stage: Stage, order: int = 1) -> None:
        record = AccountRecord(account=one, order=order, stage=stage, since=self.bench.clock.now(), requested_by="berta")
        with self.bench.store.begin() as tx:
            life.take(tx, record, by="berta", at=self.bench.clock.now())

    def connect(self, name: str = "embassy-riga") -> Connected:
        begun = begin(self.reception, name, callback=BACK, by="ana")
        return finish(self.reception, name, begun, {"state": "s"}, callback=BACK, by="ana")

    def refused(self, name: str = "embassy-riga") -> SignInFailed:
        with pytest.raises(SignInFailed) as caught:
            self.connect(name)
        return caught.value

    def known(self, name: str = "embassy-riga") -> AccountRecord:
        with self.bench.store.read() as reading:
            found = reading.account(name)
        assert found is not None
        return found

    def story(self, name: str = "embassy-riga") -> list[dict[str, Any]]:
        with self.bench.store.read() as reading:
            bodies = [json.loads(entry.body) for entry in reading.entries()]
        return [body for body in bodies if body["about"].get("account", "") == name]

    def invite(self, name: str = "embassy-riga") -> str:
        link, _ = invite(self.reception, name, days=7, base_url="https://o.example.org", person="ana")
        return link.rpartition("/")[2]


@pytest.fixture
def hall(bench: Bench) -> Hall:
    platform = Platform()
    platform.bench = bench
    for name in ("x", "facebook"):
        bench.vault.put_app(name, Credential({"consumer_key": "k", "consumer_secret": "s"}))
    reception = Reception(
        store=bench.store, clock=bench.clock, vault=bench.vault, sign_ins={"x": platform, "facebook": platform},
        written=lambda: (PAGE,),
    )  # fmt: skip
    return Hall(bench, reception, platform)


def test_a_new_account_gets_its_credential_its_id_and_its_stage(hall: Hall) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    done = hall.connect()
    assert (done.stage, hall.known().stage, hall.known().account.id) == (Stage.CONNECTED, Stage.CONNECTED, "4001")
    assert hall.bench.vault.get("embassy-riga") == keys("4001")
    entry = hall.story()[-1]
    assert (entry["event"], entry["by"]) == ("connected", "ana")
    assert entry["facts"] == {"platform": "x", "id": "4001", "handle": "tav_riga", "scopes": ["read", "write"]}


def test_an_active_account_stays_active_and_its_pause_ends(hall: Hall) -> None:
    hall.take_in(replace(RIGA, id="4001"), Stage.ACTIVE)
    with hall.bench.store.begin() as tx:
        tx.keep_pause(Pause(scope="account", value="embassy-riga", reason="r", remedy="", at=hall.bench.clock.now()))
    assert hall.connect().stage is Stage.ACTIVE
    with hall.bench.store.read() as reading:
        assert reading.pauses() == ()


def test_as_long_as_the_config_is_the_truth_an_account_of_it_is_connected(hall: Hall) -> None:
    hall.platform.gives = Granted(
        credential=Credential({"page_id": "77", "access_token": "tell-tale"}), id="77", handle="page2", name="Page",
        scopes=("pages_manage_posts",),
    )  # fmt: skip
    done = accept(hall.reception, "page", {"access_token": "tell-tale"}, by="ana")
    assert done.stage is None
    assert done.warnings == ("The platform calls it page2, and our list says page: correct the list.",)
    assert hall.bench.vault.has("page")


@pytest.mark.parametrize("stage", [Stage.REQUESTED, Stage.RETIRED])
def test_who_is_not_approved_or_is_retired_is_not_connected(hall: Hall, stage: Stage) -> None:
    hall.take_in(RIGA, stage)
    with pytest.raises(NotAllowed, match=f"embassy-riga is {stage.value}, and cannot be connected"):
        ready(hall.reception, "embassy-riga")
    with pytest.raises(NotAllowed, match="is not invited"):
        hall.invite()


def test_an_unknown_name_gets_the_nearest(hall: Hall) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    with hall.bench.store.read() as reading, pytest.raises(InvalidSettings, match="Did you mean embassy-riga"):
        look_up(hall.reception, reading, "embassy-rigga")


@pytest.mark.parametrize(
    ("gives", "code"),
    [
        (Granted(credential=keys("9"), id="9", handle="other", name="Other", scopes=("read", "write")), "wrong-account"),
        (Granted(credential=keys("4001"), id="4001", handle="", name="Riga"), "wrong-account"),
        (SignInFailed("The person did not agree.", code="denied"), "denied"),
        (Throttled("X allows no more."), "throttled"),
    ],
)
def test_whatever_fails_stores_nothing_and_says_why(hall: Hall, gives: Granted | Exception, code: str) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    hall.platform.gives = gives
    with pytest.raises((SignInFailed, Throttled)) as caught:
        hall.connect()
    assert not hall.bench.vault.has("embassy-riga")
    entry = hall.story()[-1]
    assert (entry["event"], entry["facts"]["code"]) == ("not-connected", code)
    assert entry["facts"]["reason"] == caught.value.sentence
    assert hall.known().stage is Stage.APPROVED


def test_a_permission_that_a_platform_did_not_look_at_is_missed_here(hall: Hall) -> None:
    hall.platform.gives = Granted(
        credential=Credential({"page_id": "77", "access_token": "tell-tale"}), id="77", handle="page", name="Page"
    )
    refused = hall.refused("page")
    assert (refused.code, "pages_manage_posts" in refused.sentence) == ("missing-scope", True)


def test_a_sign_in_that_took_too_long_is_not_brought_to_the_platform(hall: Hall) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    begun = begin(hall.reception, "embassy-riga", callback=BACK, by="ana")
    hall.bench.clock.pass_by(HOUR)
    hall.platform.gives = AssertionError("the platform was asked")
    with pytest.raises(SignInFailed) as caught:
        finish(hall.reception, "embassy-riga", begun, {}, callback=BACK, by="ana")
    assert caught.value.code == "expired"


def test_what_is_another_account_of_ours_already_is_refused(hall: Hall) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    hall.take_in(account("embassy-oslo", id="4001"), Stage.ACTIVE, 2)
    refused = hall.refused()
    assert (refused.code, "TAV_Riga is embassy-oslo in our list already" in refused.sentence) == ("wrong-account", True)
    assert not hall.bench.vault.has("embassy-riga")


def test_a_crash_between_vault_and_ledger_harms_nothing(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    word = hall.invite()
    porter = Porter(hall.reception)
    _, begun = porter.begin(word, callbacks=BACK)

    def gone(*_: object, **__: object) -> None:
        raise StoreGone("The store does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr("ministry_social.desk.connecting.connected", gone)
        with pytest.raises(StoreGone):
            porter.finish(word, "embassy-riga", begun, {"state": "s"}, callbacks=BACK)
    assert hall.bench.vault.has("embassy-riga")  # of the right account, and nobody uses it yet
    assert hall.known().stage is Stage.INVITED
    assert porter.finish(word, "embassy-riga", begun, {"state": "s"}, callbacks=BACK).stage is Stage.CONNECTED
    assert [body["event"] for body in hall.story()].count("connected") == 1


def test_whoever_is_late_finds_the_earlier_credential_untouched(hall: Hall) -> None:
    """Retired between the last look and the transaction."""
    hall.take_in(replace(RIGA, id="4001"), Stage.CONNECTED)
    hall.bench.vault.put("embassy-riga", keys("4001", "earlier"))
    put = hall.bench.vault.put

    def slow(name: str, credential: Credential) -> None:
        put(name, credential)
        with hall.bench.store.begin() as tx:
            tx.keep_account(hall.known().changed(stage=Stage.RETIRED))

    hall.bench.vault.put = slow  # type: ignore[method-assign]
    with pytest.raises(NotAllowed, match="was changed meanwhile"):
        hall.connect()
    hall.bench.vault.put = put  # type: ignore[method-assign]
    assert hall.bench.vault.get("embassy-riga") == keys("4001", "earlier")


def test_a_link_works_once_and_a_newer_one_voids_it(hall: Hall) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    older = hall.invite()
    hall.bench.clock.pass_by(timedelta(seconds=1))
    newer = hall.invite()
    porter = Porter(hall.reception)
    assert porter.open(newer).account.name == "embassy-riga"
    with pytest.raises(LinkRefused) as caught:
        porter.open(older)
    assert caught.value.reason == "void"
    _, begun = porter.begin(newer, callbacks=BACK)
    porter.finish(newer, "embassy-riga", begun, {}, callbacks=BACK)
    with pytest.raises(LinkRefused) as caught:
        porter.begin(newer, callbacks=BACK)
    assert caught.value.reason == "used"
    with hall.bench.store.read() as reading:
        assert [state_of(one, hall.bench.clock.now()) for one in reading.invitations()] == ["void", "used"]


def test_a_link_that_was_used_while_somebody_else_signed_in_connects_nothing(hall: Hall) -> None:
    """Two browsers, one link."""
    hall.take_in(RIGA, Stage.APPROVED)
    word, porter = hall.invite(), Porter(hall.reception)
    _, begun = porter.begin(word, callbacks=BACK)
    hall.platform.meanwhile = lambda: (
        setattr(hall.platform, "meanwhile", lambda: None),
        porter.finish(word, "embassy-riga", begun, {}, callbacks=BACK),
    )
    with pytest.raises(LinkRefused) as caught:
        porter.finish(word, "embassy-riga", begun, {}, callbacks=BACK)
    assert caught.value.reason == "used"
    assert [body["event"] for body in hall.story()][-2:] == ["connected", "invitation-refused"]


def test_a_link_connects_no_other_account(hall: Hall) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    hall.take_in(account("embassy-oslo"), Stage.APPROVED, 2)
    word, porter = hall.invite("embassy-oslo"), Porter(hall.reception)
    _, begun = porter.begin(word, callbacks=BACK)
    with pytest.raises(LinkRefused) as caught:
        porter.finish(word, "embassy-riga", begun, {}, callbacks=BACK)
    assert caught.value.reason == "other-account"
    assert hall.story("embassy-oslo")[-1]["facts"]["reason"] == "other-account"


def test_a_link_that_was_taken_back_opens_nothing(hall: Hall) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    word = hall.invite()
    assert len(take_back(hall.reception, "embassy-riga", person="ana")) == 1
    assert take_back(hall.reception, "embassy-riga", person="ana") == ()
    with pytest.raises(LinkRefused, match="taken back"):
        Porter(hall.reception).open(word)
    assert [body["event"] for body in hall.story()][-2:] == ["invitation-withdrawn", "invitation-refused"]


def test_a_link_of_an_account_that_was_retired_opens_nothing(hall: Hall) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    word = hall.invite()
    with hall.bench.store.begin() as tx:
        tx.keep_account(hall.known().changed(stage=Stage.RETIRED))
    with pytest.raises(LinkRefused) as caught:
        Porter(hall.reception).open(word)
    assert caught.value.reason == "not-now"


def test_a_forged_link_is_refused_before_the_store_is_asked(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    porter = Porter(hall.reception)
    for _ in range(MOST):
        with pytest.raises(LinkRefused):
            porter.open("a" * 72)
    monkeypatch.setattr(hall.bench.store, "read", None)
    with pytest.raises(LinkRefused) as caught:
        porter.open("a" * 72)
    assert caught.value.reason == "altered"


def test_the_ledger_is_not_flooded_and_counts_what_it_left_out(hall: Hall) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    word, porter = hall.invite(), Porter(hall.reception)
    for _ in range(MOST + 5):
        porter.open(word)
    opened = [body for body in hall.story() if body["event"] == "invitation-opened"]
    assert len(opened) == MOST
    hall.bench.clock.pass_by(timedelta(hours=1))
    porter.open(word)
    assert hall.story()[-1]["facts"]["left_out"] == 5


def test_a_link_is_not_tried_again_and_again(hall: Hall) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    word, porter = hall.invite(), Porter(hall.reception)
    for _ in range(MOST):
        porter.begin(word, callbacks=BACK)
    with pytest.raises(NotAllowed, match="tried too often"):
        porter.begin(word, callbacks=BACK)


def test_the_link_stands_nowhere(hall: Hall) -> None:
    hall.take_in(RIGA, Stage.APPROVED)
    word = hall.invite()
    held = b"".join(path.read_bytes() for path in hall.bench.store.file.parent.iterdir())
    assert word[16:48].encode() not in held
    assert word.encode() not in held
