"""What an auditor asks, of deliveries that went well, badly, late and away again."""

from datetime import timedelta

from ministry_social.desk import stop
from ministry_social.desk.questions import Question, Stands, entries, late, posts
from ministry_social.errors import OutcomeUnknown, Rejected, Throttled
from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.model.searching import Search, Wanted

from .bench import HOUR, MINUTE, NOON, Bench, says
from .office import Office
from .wall import Walled

SECOND = timedelta(seconds=1)


def asked(bench: Bench, *words: str, scopes: frozenset[tuple[str, str]] = frozenset(), **search: object) -> list[tuple[str, str]]:
    question = Question(search=Search(**search), words=words, scopes=scopes)  # type: ignore[arg-type]
    with bench.store.read() as reading:
        return [(one.event, one.about) for one in entries(reading, question)]


def standing(bench: Bench, **more: object) -> list[Stands]:
    with bench.store.read() as reading:
        return posts(reading, Wanted(), **more)  # type: ignore[arg-type]


def slow(bench: Bench, than: timedelta = MINUTE) -> dict[str, tuple[timedelta | None, str]]:
    with bench.store.read() as reading:
        found = late(reading, Wanted(), bench.accounts, bench.clock.now(), than)
    return {one.course.delivery.account: (one.by, one.why) for one in found}


def test_what_went_out_in_an_hour_is_found_with_what_stopped_its_country(bench: Bench) -> None:
    bench.plan(says("oslo"), says("bern"))
    stop.hold(bench.means, "country", "NO", reason="mourning", drill=False, person="ana")
    bench.clock.pass_by(HOUR)
    bench.send()
    scopes = frozenset({("account", "oslo"), ("country", "NO")})
    assert asked(bench, "published", accounts=("oslo",), since=NOON + HOUR) == [("accepted", "grain/1/oslo/post")]
    assert asked(bench, "published", since=NOON, until=NOON + HOUR) == []
    assert ("hold", "country NO") in asked(bench, accounts=("oslo",), scopes=scopes)
    assert ("hold", "country NO") not in asked(bench, accounts=("bern",), scopes=frozenset({("country", "CH")}))
    assert asked(bench, "stops", persons=("ana",)) == [("hold", "country NO")]
    assert asked(bench, "recalls", events=(Event.HOLD,)) == []


def test_what_stands_there_is_shown_with_who_signed_it_then_and_now(office: Office) -> None:
    bench = office.bench
    office.submit(says("oslo"), says("bern"))
    office.sign("boris", "clara")
    bench.clock.pass_by(MINUTE)
    bench.send()
    [bern, oslo] = standing(bench)
    assert (oslo.delivery.account, oslo.signers.persons) == ("oslo", ("boris", "clara"))
    assert (bern.delivery.sent_at, bern.signers.complete) == (NOON + MINUTE, NOON)
    assert standing(bench, at=NOON) == []
    assert len(standing(bench, at=NOON + MINUTE)) == 2
    with bench.store.read() as reading:
        assert posts(reading, Wanted(accounts=frozenset({"lima"}))) == []


def test_an_emergency_is_an_override_and_says_why(office: Office) -> None:
    office.submit(says("oslo"))
    office.sign("boris", "dora", emergency="the storm comes tonight")
    office.bench.send()
    assert asked(office.bench, "emergencies") == asked(office.bench, "overrides") == [("signed", "grain")] * 2
    [one] = standing(office.bench)
    assert (one.signers.persons, one.signers.emergency) == (("boris", "dora"), "the storm comes tonight")


def test_what_was_taken_down_stood_there_before(walled: Walled) -> None:
    walled.plan(says("oslo"))
    walled.send()
    walled.clock.pass_by(HOUR)
    walled.order("oslo")
    walled.take_down()  # keeps a copy
    walled.take_down()
    assert walled.delivery("oslo").state is State.RECALLED
    assert standing(walled) == []
    assert [one.delivery.account for one in standing(walled, at=NOON + MINUTE)] == ["oslo"]
    assert [event for event, _ in asked(walled, "recalls")] == ["recall-asked", "copied", "recalled"]


def test_each_reason_for_being_late_is_told(bench: Bench) -> None:
    bench.plan(says("lima"), says("oslo"), says("bern"), says("riga"))
    hold = stop.hold(bench.means, "account", "oslo", reason="look again", drill=False, person="ana").hold
    bench.stage.next.extend([Throttled("Wait.", code="429", retry_at=NOON + 5 * MINUTE), OutcomeUnknown("Lost."), None])
    bench.send()
    bench.clock.pass_by(10 * MINUTE)
    stop.release(bench.means, [hold], reason="it is right", person="ana")
    bench.send()
    bench.clock.pass_by(HOUR)
    found = slow(bench)
    throttled = next(why for _, why in found.values() if "429" in why)
    assert throttled == "throttled by the platform (429)"
    assert found["oslo"] == (10 * MINUTE, "stopped by ana: look again")
    [doubt] = [(by, why) for by, why in found.values() if "in doubt" in why]
    assert doubt == (HOUR + 10 * MINUTE, "in doubt for 1 h 10 min")  # and it still is
    assert len(found) == 3
    assert slow(bench, 2 * HOUR) == {}


def test_what_waited_for_signatures_or_for_nothing_says_so(office: Office) -> None:
    bench = office.bench
    office.submit(says("oslo"))
    bench.clock.pass_by(HOUR)
    office.sign("boris", "clara")
    bench.clock.pass_by(HOUR)
    bench.send()
    assert slow(bench) == {"oslo": (2 * HOUR, "approved only at 2026-12-01 13:00 UTC")}


def test_what_was_missed_has_its_own_word_and_what_has_failed_is_not_late(bench: Bench) -> None:
    bench.plan(says("bern"))
    bench.stage.next.append(Rejected("Too long.", code="186"))
    bench.send()
    bench.plan(says("oslo"), message="wheat")
    bench.clock.pass_by(13 * HOUR)
    bench.tidy()
    assert slow(bench) == {"oslo": (None, "It could not go out in time.")}
