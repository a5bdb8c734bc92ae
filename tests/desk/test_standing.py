"""Standing: an engine asks after each account once in a while, believes little at once, and tells each thing once."""

from collections import deque
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import pytest

from ministry_social.desk import proving, standing, telling
from ministry_social.desk.alerting import AGAIN, Bell
from ministry_social.errors import AlertFailed, MinistryError, NotAllowed, Throttled, Unauthorized, Unreachable
from ministry_social.model.account import Standing
from ministry_social.model.notice import Notice
from ministry_social.model.standing import Inspection, Proof

from .bench import CREDENTIAL, HOUR, MINUTE, NOON, account
from .wall import Walled

DAY = timedelta(days=1)
BARE = Unauthorized("X does not accept the credential of oslo.", code="HTTP 401", remedy="Connect it.", probe=True)
REVOKED = Unauthorized("X does not let oslo post: suspended.", code="suspended", remedy="Look at it.")


def well(who: str = "oslo", /, **more: object) -> Standing:
    return replace(Standing(id=f"id-{who}", handle=who, name=who.title(), may_post=True), **more)  # type: ignore[arg-type]


@dataclass
class Ears:
    """Somebody who hears: `next` holds what comes of the next notices, an error or nothing."""

    heard: list[tuple[str, Notice]] = field(default_factory=list)
    next: deque[Exception | None] = field(default_factory=deque)

    def send(self, notice: Notice, *, to: str, at: datetime) -> None:
        coming = self.next.popleft() if self.next else None
        if coming is not None:
            raise coming
        self.heard.append((to, notice))


@dataclass
class Watched:
    """A bench whose engine asks after accounts once a day, and tells by mail and webhook."""

    walled: Walled
    mail: Ears
    hook: Ears

    def add(self, *names: str, **more: str) -> None:
        for name in names:
            self.walled.accounts[name] = account(name, **{"responsible": f"{name}@example.org"} | more)
            self.walled.vault.put(name, CREDENTIAL)

    def round(self, *answers: Exception | Standing) -> int:
        """An engine's round: ask after whoever's turn it is; returns how many."""
        self.walled.stage.asked.extend(answers)
        with self.walled.store.begin() as tx:
            questions = standing.claim(tx, self.walled.means, 9)
        answered = [standing.ask(self.walled.means, one) for one in questions]
        with self.walled.store.begin() as tx:
            standing.settle(tx, self.walled.means, answered)
        return len(questions)

    def tell(self) -> int:
        """An engine's round of telling; returns how many it tried."""
        tried = 0
        while True:
            with self.walled.store.begin() as tx:
                alerts = telling.claim(tx, self.walled.means, 1)
            if not alerts:
                return tried
            told = [telling.tell(self.walled.means, one) for one in alerts]
            with self.walled.store.begin() as tx:
                telling.settle(tx, self.walled.means, told)
            tried += len(told)

    def due(self) -> bool:
        with self.walled.store.read() as reading:
            return standing.any_due(reading, self.walled.means)

    def known(self, name: str = "oslo") -> Inspection:
        with self.walled.store.read() as reading:
            found = reading.standing(name)
        assert found is not None
        return found

    def pauses(self) -> list[tuple[str, bool]]:
        with self.walled.store.read() as reading:
            return [(one.value, one.probe_at is not None) for one in reading.pauses()]


@pytest.fixture
def watched(walled: Walled) -> Watched:
    mail, hook = Ears(), Ears()
    bell = Bell(make=lambda: {"mail": mail, "webhook": hook}, operators=("ops@example.org",), ways=("mail", "webhook"))
    walled.means = replace(walled.means, inspect_every=DAY, bell=bell)
    made = Watched(walled, mail, hook)
    made.add("oslo")
    return made


def test_each_account_is_asked_after_once_in_its_time_and_never_all_at_once(watched: Watched) -> None:
    watched.add("rome", "lima")
    assert watched.round(well()) == 1
    assert watched.round() == 0  # the next one is asked a minute later
    for name in ("rome", "lima"):
        watched.walled.clock.pass_by(MINUTE)
        assert watched.round(well(name)) == 1
    watched.walled.clock.pass_by(HOUR)
    assert not watched.due()
    watched.walled.clock.pass_by(23 * HOUR)
    assert watched.due()
    assert watched.round(well()) == 1
    assert [call[1] for call in watched.walled.stage.calls] == ["oslo", "rome", "lima", "oslo"]


def test_an_engine_that_is_told_so_asks_after_nobody(watched: Watched) -> None:
    watched.walled.means = replace(watched.walled.means, inspect_every=timedelta())
    assert not watched.due()
    assert watched.round() == 0


def test_two_workers_do_not_ask_twice(watched: Watched) -> None:
    with watched.walled.store.begin() as tx:
        assert len(standing.claim(tx, watched.walled.means, 9)) == 1
    with watched.walled.store.begin() as tx:
        assert standing.claim(tx, watched.walled.means, 9) == []


def test_only_what_is_new_is_on_record(watched: Watched) -> None:
    for said in (well(), well(), well(name="Parody"), well(name="Parody")):
        watched.round(said)
        watched.walled.clock.pass_by(DAY)
    facts = [entry["facts"] for entry in watched.walled.entries("standing")]
    assert [(one["changes"], one["findings"]) for one in facts] == [([], []), (["name"], ["name-changed"])]
    assert all(len(one["standing"]) == 64 for one in facts)


def test_one_bare_refusal_is_asked_again_soon_and_believed_when_it_comes_again(watched: Watched) -> None:
    watched.round(well())
    watched.walled.clock.pass_by(DAY)
    watched.round(BARE)
    assert (watched.known().refusal, watched.pauses()) == (None, [("oslo", True)])
    assert watched.tell() == 0
    with watched.walled.store.begin() as tx:
        tx.lift_pause("account", "oslo")  # `desk.probe` was let in meanwhile
    watched.walled.clock.pass_by(5 * MINUTE)
    watched.round(BARE)
    assert watched.known().refusal is not None
    assert watched.tell() == 3


def test_an_outage_that_ends_leaves_nothing(watched: Watched) -> None:
    watched.round(BARE)
    with watched.walled.store.begin() as tx:
        tx.lift_pause("account", "oslo")
    watched.walled.clock.pass_by(5 * MINUTE)
    watched.round(well())
    assert (watched.known().refusals, watched.tell()) == (0, 0)


def test_who_is_asked_after_by_a_probe_is_left_to_it(watched: Watched) -> None:
    watched.round(BARE)
    watched.walled.clock.pass_by(5 * MINUTE)
    assert watched.round() == 0


@pytest.mark.parametrize("nothing", [Unreachable("X is down."), Throttled("Slow down."), RuntimeError("a secret stands here")])
def test_an_answer_that_says_nothing_changes_nothing_and_is_asked_again_in_an_hour(watched: Watched, nothing: Exception) -> None:
    watched.round(well())
    watched.walled.clock.pass_by(DAY)
    before = watched.known()
    watched.round(nothing)
    assert replace(watched.known(), at=before.at) == before
    assert (watched.pauses(), watched.tell()) == ([], 0)
    watched.walled.clock.pass_by(HOUR - MINUTE)
    assert not watched.due()
    watched.walled.clock.pass_by(MINUTE)
    assert watched.due()


@pytest.mark.parametrize(
    "said",
    [REVOKED, well(may_post=False, detail="The app may only read."), well(id="id-of-somebody-else")],
    ids=["refused", "may-not-post", "another-account"],
)
def test_nothing_goes_to_an_account_that_may_not_post_or_is_somebody_elses(watched: Watched, said: Exception | Standing) -> None:
    watched.round(said)
    assert watched.pauses() == [("oslo", False)]
    watched.walled.clock.pass_by(DAY)
    watched.round(said)
    assert len(watched.walled.entries("paused")) == 1


def test_an_account_that_was_never_connected_is_no_news(watched: Watched) -> None:
    watched.walled.vault.remove("oslo")
    assert watched.round() == 1
    assert (watched.pauses(), watched.tell(), list(watched.walled.entries("standing"))) == ([], 0, [])


def test_a_credential_that_is_gone_is_news(watched: Watched) -> None:
    watched.round(well())
    watched.walled.vault.remove("oslo")
    watched.walled.clock.pass_by(DAY)
    watched.round()
    assert (watched.pauses(), watched.tell()) == ([("oslo", False)], 3)


def test_somebody_elses_answer_is_never_what_later_ones_are_compared_with(watched: Watched) -> None:
    watched.round(well(id="id-of-somebody-else", name="Somebody"))
    assert watched.known().known is None
    with pytest.raises(NotAllowed, match="it is another account"):
        standing.accept(watched.walled.means, [watched.walled.accounts["oslo"]], reason="it is ours", person="ben")
    watched.walled.clock.pass_by(DAY)
    watched.round(well())
    assert watched.known().found == ()


def test_each_hears_of_a_finding_once(watched: Watched) -> None:
    watched.round(well())
    for name in ("Parody", "Parody", "Another parody"):
        watched.walled.clock.pass_by(DAY)
        watched.round(well(name=name))
        watched.tell()
    assert [to for to, _ in watched.mail.heard] == ["oslo@example.org", "ops@example.org"] * 2
    assert len(watched.hook.heard) == 2
    assert [(entry["facts"]["channel"], entry["facts"]["to"]) for entry in watched.walled.entries("alerted")] == [
        ("mail", "responsible"), ("mail", "operator"), ("webhook", "program"),
    ] * 2  # fmt: skip


def test_operators_hear_of_all_accounts_in_one_mail_and_others_only_of_their_own(watched: Watched) -> None:
    watched.add("rome")
    for name in ("oslo", "rome"):
        watched.round(REVOKED)
        watched.walled.clock.pass_by(MINUTE)
        assert watched.known(name).refusal is not None
    assert watched.tell() == 4
    assert {to: notice.about for to, notice in watched.mail.heard} == {
        "oslo@example.org": ("oslo",), "rome@example.org": ("rome",), "ops@example.org": ("oslo", "rome"),
    }  # fmt: skip


@pytest.mark.parametrize("wrong", [AlertFailed("The mail server could not be reached (TimeoutError)."), RuntimeError("tell-tale")])
def test_who_could_not_be_told_is_tried_again_and_the_others_are_not_told_twice(watched: Watched, wrong: Exception) -> None:
    watched.mail.next.extend([wrong, None, wrong])
    watched.round(REVOKED)
    assert watched.tell() == 3
    watched.walled.clock.pass_by(AGAIN - MINUTE)
    assert watched.tell() == 0
    watched.walled.clock.pass_by(MINUTE)
    watched.mail.next.append(wrong)
    assert watched.tell() == 1
    watched.walled.clock.pass_by(AGAIN)
    watched.mail.next.clear()
    assert watched.tell() == 1
    assert [to for to, _ in watched.mail.heard] == ["ops@example.org", "oslo@example.org"]
    [entry] = watched.walled.entries("not-alerted")  # said once, not every hour
    assert (entry["facts"]["channel"], entry["facts"]["to"]) == ("mail", "responsible")
    assert "tell-tale" not in entry["facts"]["why"]
    watched.walled.clock.pass_by(AGAIN)
    assert watched.tell() == 0


def test_a_worker_that_dies_while_it_tells_leaves_it_to_the_next(watched: Watched) -> None:
    watched.round(REVOKED)
    with watched.walled.store.begin() as tx:
        assert [one.channel for one in telling.claim(tx, watched.walled.means, 1)] == ["mail oslo@example.org"]
    assert watched.tell() == 2
    watched.walled.clock.pass_by(watched.walled.means.lease)
    assert watched.tell() == 1


def test_what_comes_back_is_told_again(watched: Watched) -> None:
    for said in (well(), well(bio="x"), well(), well(bio="x")):
        watched.round(said)
        watched.tell()
        watched.walled.clock.pass_by(DAY)
    assert len(watched.hook.heard) == 2


def test_without_a_way_to_tell_nothing_is_lost(watched: Watched) -> None:
    bell, watched.walled.means = watched.walled.means.bell, replace(watched.walled.means, bell=Bell())
    watched.round(REVOKED)
    assert watched.tell() == 0
    watched.walled.means = replace(watched.walled.means, bell=bell)
    watched.walled.clock.pass_by(DAY)
    watched.round(REVOKED)
    assert watched.tell() == 3


def test_a_proof_is_on_record_with_its_id_even_where_it_stayed(watched: Watched) -> None:
    class Stays:
        def prove(self, account: object, credential: object) -> Proof:
            return Proof(id="1_2", gone=False)

    means, oslo = watched.walled.means, watched.walled.accounts["oslo"]
    assert proving.prove(means, {"x": Stays()}, oslo, person="ben") == Proof(id="1_2", gone=False)
    assert [entry["facts"] for entry in watched.walled.entries("proved")] == [{"post": "1_2", "gone": False}]
    with pytest.raises(NotAllowed, match="x knows none that nobody sees"):
        proving.prove(means, {}, oslo, person="ben")


def test_a_person_is_believed_at_once_and_is_told_what_was_not_learnt(watched: Watched) -> None:
    oslo = watched.walled.accounts["oslo"]
    watched.walled.stage.asked.extend([BARE, Unreachable("X is down.")])
    looked = standing.inspect(watched.walled.means, oslo, person="ben")
    assert [finding.name for finding in looked.findings] == ["permission-refused"]
    again = standing.inspect(watched.walled.means, oslo, person="ben")
    assert isinstance(again.error, MinistryError)
    assert [finding.name for finding in again.findings] == ["permission-refused"]
    assert watched.walled.entries("standing")[0]["by"] == "ben"
    assert watched.walled.clock.now() == NOON
