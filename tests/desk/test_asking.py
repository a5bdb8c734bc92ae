"""Asking missions for texts of their own: what is on record, and who may still write."""

from dataclasses import replace
from datetime import timedelta

import pytest

from ministry_social.desk import asking
from ministry_social.desk.compose import House
from ministry_social.errors import NotAllowed
from ministry_social.files.templates import fill
from ministry_social.model.account import Account
from ministry_social.model.asking import Answer, Reply
from ministry_social.model.message import LocalText, Message, Place, Prose, Wording
from ministry_social.rules.adapt import Rules
from ministry_social.rules.canonical import digest
from ministry_social.rules.cost import Prices

from .bench import HOUR, MINUTE, NOON, Bench, account, says

HERE = Place(file="grain.md", line=9)
MFA, OSLO, LIMA = account("mfa", central=True), account("oslo"), account("lima")
TEXT = "## en\n### short\nHello from Oslo.\n"


def wording(text: str = "Open.") -> Wording:
    return Wording(language="en", place=HERE, short=Prose(text=text, place=HERE))


GRAIN = Message(id="grain", kind="statement", source="en", place=HERE, wordings={"en": wording()})


def house(bench: Bench, *accounts: Account) -> House:
    return House(
        accounts=accounts, platforms=bench.means.platforms, fill=fill, rules=Rules(fallback="en", reposts=5),
        prices=Prices(post=15, post_with_link=200, alt_text=5), threshold=0.8,
    )  # fmt: skip


def ask(bench: Bench, *missions: str, until: timedelta = HOUR) -> None:
    asking.ask(bench.store, bench.clock, "grain", dict.fromkeys(missions, bench.clock.now() + until), person="anna")


def write(bench: Bench, mission: str = "oslo", text: str = TEXT, person: str = "ola") -> bool:
    """Whether it is late."""
    return asking.written(bench.store, bench.clock, "grain", mission, text, person=person).late


def record(bench: Bench) -> asking.Record:
    with bench.store.read() as reading:
        return asking.record(reading, "grain")


def events(bench: Bench) -> list[str]:
    with bench.store.read() as reading:
        return [entry.body.split('"event":"')[1].split('"')[0] for entry in reading.history(message="grain")]


def replies(bench: Bench, said: Message = GRAIN, **texts: str) -> dict[str, Reply]:
    found = asking.replies(said, house(bench, MFA, OSLO, LIMA), texts, record(bench), bench.clock.now())
    return {one.owed.mission: one for one in found}


def test_who_asked_whom_until_when_is_on_record(bench: Bench) -> None:
    ask(bench, "oslo", "lima")
    found = record(bench).asked
    assert {name: (one.by, one.at, one.until) for name, one in found.items()} == {
        "oslo": ("anna", NOON, NOON + HOUR), "lima": ("anna", NOON, NOON + HOUR),
    }  # fmt: skip


def test_missions_with_deadlines_of_their_own_are_asked_in_one_transaction_with_an_entry_for_each(bench: Bench) -> None:
    untils = {"oslo": NOON + HOUR, "lima": NOON + 6 * HOUR, "bern": NOON + HOUR}
    asking.ask(bench.store, bench.clock, "grain", untils, person="anna")
    assert events(bench) == ["local-asked", "local-asked"]
    assert {name: one.until for name, one in record(bench).asked.items()} == untils


def test_asked_again_the_new_deadline_counts(bench: Bench) -> None:
    ask(bench, "oslo", "lima")
    ask(bench, "oslo", until=3 * HOUR)
    assert {name: one.until for name, one in record(bench).asked.items()} == {"oslo": NOON + 3 * HOUR, "lima": NOON + HOUR}


def test_a_deadline_that_is_over_is_refused(bench: Bench) -> None:
    with pytest.raises(NotAllowed, match=r"2026-12-01 11:59 UTC is over: it is 2026-12-01 12:00 UTC\. Give a later --until\."):
        asking.refuse_past([NOON + HOUR, NOON - MINUTE], NOON)
    asking.refuse_past([NOON], NOON)


def test_who_wrote_is_on_record_with_the_digest_and_the_text_is_kept(bench: Bench) -> None:
    assert not write(bench)
    found = record(bench).written["oslo"]
    assert (found.digest, found.by, found.at) == (digest(TEXT.encode()), "ola", NOON)
    with bench.store.read() as reading:
        assert reading.blob(found.digest) == TEXT.encode()


def test_the_same_text_handed_in_twice_is_on_record_once(bench: Bench) -> None:
    write(bench)
    bench.clock.pass_by(HOUR)
    write(bench, person="kari")
    assert events(bench) == ["local-written"]
    write(bench, text=TEXT.replace("Hello", "Good day"))
    assert events(bench) == ["local-written", "local-written"]


def test_after_the_deadline_a_text_is_taken_and_late(bench: Bench) -> None:
    ask(bench, "oslo")
    bench.clock.pass_by(HOUR + MINUTE)
    assert write(bench)
    assert record(bench).written["oslo"].late
    assert not write(bench, "lima")  # it was never asked


def test_a_list_has_everybody_who_owes_was_asked_or_has_written(bench: Bench) -> None:
    assert {name: one.answer for name, one in replies(bench).items()} == {"oslo": Answer.OWES, "lima": Answer.OWES}
    ask(bench, "oslo", "lima")
    write(bench)
    said = replace(GRAIN, locals={"oslo": LocalText(mission="oslo", wording=wording("Hello."))})
    assert {name: one.answer for name, one in replies(bench, said, oslo=TEXT).items()} == {
        "oslo": Answer.WRITTEN, "lima": Answer.ASKED,
    }  # fmt: skip
    bench.clock.pass_by(2 * HOUR)
    found = replies(bench, said, oslo=TEXT + "More.\n")
    assert (found["lima"].answer, found["oslo"].answer, found["oslo"].written) == (Answer.LATE, Answer.WRITTEN, None)


def test_who_is_asked_by_name_though_it_has_written_is_told_what_happens_without_that(bench: Bench) -> None:
    said = replace(GRAIN, locals={"oslo": LocalText(mission="oslo", wording=wording("Hello."))})
    assert set(asking.owed(said, house(bench, MFA, OSLO, LIMA))) == {"lima"}
    found = asking.owed(said, house(bench, MFA, OSLO, LIMA), ["oslo"])
    assert found["oslo"].otherwise == ("oslo reposts mfa.",)


def test_a_text_is_taken_until_something_of_the_message_has_started(bench: Bench) -> None:
    bench.plan(says("mfa"))
    asking.refuse_unless_possible(bench.store, "grain")
    bench.send()
    with pytest.raises(NotAllowed, match="1 of the deliveries of grain have been started already"):
        asking.refuse_unless_possible(bench.store, "grain")
