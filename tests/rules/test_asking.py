"""Which missions owe a local text, what becomes of them without one, and who is late."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest

from ministry_social.model.account import Account
from ministry_social.model.asking import Answer, Asked, Owed, Written
from ministry_social.model.message import Message, Term
from ministry_social.model.plan import Assignment
from ministry_social.rules.adapt import Rules, adapt
from ministry_social.rules.asking import answer, concerning, is_late, owed, owing, reply, supposing, without
from ministry_social.rules.findings import advises, blocks
from tests.factories import NOW, account, fill, limits_of, local, message, mfa, override, page, place, wordings

HOUR = timedelta(hours=1)
OSLO, LIMA = account("embassy-oslo", "nb", "en", zone="Europe/Oslo"), account("embassy-lima", "es")
ASKED = Asked(until=NOW, at=NOW - HOUR, by="anna")


def assigned(said: Message, accounts: Sequence[Account], reposts: int = 5) -> Sequence[Assignment]:
    return adapt(said, accounts, limits_of(list(accounts)), fill, Rules(fallback="en", reposts=reposts)).assignments


def owes(said: Message, *accounts: Account, reposts: int = 5) -> dict[str, Owed]:
    """What the missions owe that have written nothing."""
    today = assigned(said, accounts, reposts)
    missions = owing(today)
    found = owed(said, today, assigned(supposing(said, missions), accounts, reposts))
    return {name: found[name] for name in missions}


def written(**more: Any) -> Written:
    return Written(**({"digest": "a" * 64, "at": NOW, "by": "ola", "late": False} | more))


class TestOwing:
    def test_a_mission_that_carries_nothing_of_its_own_owes_a_text(self) -> None:
        found = owes(message(), mfa(), OSLO, LIMA)
        assert set(found) == {"embassy-oslo", "embassy-lima"}
        assert found["embassy-oslo"].accounts == (OSLO,)
        assert (found["embassy-oslo"].languages, found["embassy-oslo"].zone) == (("nb", "en"), "Europe/Oslo")

    def test_a_mission_that_has_written_or_carries_a_translation_owes_nothing(self) -> None:
        said = message(wordings=wordings(en="Open.", es="Abierto."), locals=local("embassy-oslo"))
        assert owes(said, mfa(), OSLO, LIMA) == {}

    def test_a_mission_with_several_accounts_is_asked_once_and_writes_for_the_one_that_will_say_it(self) -> None:
        second = account("consul-oslo", "nb", mission="embassy-oslo")
        found = owes(message(), mfa(), OSLO, second)
        assert {name: one.accounts for name, one in found.items()} == {"embassy-oslo": (OSLO,)}

    def test_a_section_of_the_message_for_one_account_leaves_its_mission_the_other(self) -> None:
        second = account("consul-oslo", "nb", mission="embassy-oslo")
        said = message(overrides=(override("account embassy-oslo", short="Hei."),))
        assert owes(said, mfa(), OSLO, second)["embassy-oslo"].accounts == (second,)

    def test_a_page_says_no_local_text(self) -> None:
        assert owes(message(), mfa(), page()) == {}

    def test_without_missions_that_have_written_the_message_is_as_before_they_did(self) -> None:
        said = message(locals=local("embassy-oslo") | local("embassy-lima"))
        assert set(without(said, ["embassy-oslo"]).locals) == {"embassy-lima"}


class TestOtherwise:
    def test_an_account_reposts(self) -> None:
        assert owes(message(), mfa(), OSLO)["embassy-oslo"].otherwise == ("embassy-oslo reposts mfa.",)

    def test_or_is_silent_and_the_reason_is_said(self) -> None:
        [said] = owes(message(), mfa(), OSLO, reposts=0)["embassy-oslo"].otherwise
        assert said == "embassy-oslo stays silent (owes a local text; the settings allow no reposts)."

    def test_a_person_in_office_is_silent(self) -> None:
        said = message(audience=(*message().audience, Term(sign="+", kind="account", value="ambassador")))
        found = owes(said, mfa(), account("ambassador", official=True))
        assert found["ambassador"].otherwise == ("ambassador stays silent.",)

    def test_a_translation_is_carried(self) -> None:
        said = message(wordings=wordings(en="Open.", es="Abierto."))
        today = assigned(said, [mfa(), LIMA, page(mission="embassy-lima")])
        assert owed(said, today, today)["embassy-lima"].otherwise == (
            "embassy-lima carries the translation, in es.", "page carries the page's post, in en.",
        )  # fmt: skip


class TestAnswers:
    @pytest.mark.parametrize(
        ("asked", "record", "there", "expected"),
        [
            (None, None, False, Answer.OWES),
            (ASKED, None, False, Answer.ASKED),
            (Asked(until=NOW - HOUR, at=NOW, by="anna"), None, False, Answer.LATE),
            (ASKED, written(), True, Answer.WRITTEN),
            (ASKED, written(late=True), True, Answer.WRITTEN_LATE),
            (None, None, True, Answer.WRITTEN),
            (ASKED, written(), False, Answer.ASKED),  # somebody has removed the file
        ],
    )
    def test_what_there_is_and_the_deadline_decide(
        self, asked: Asked | None, record: Written | None, there: bool, expected: Answer
    ) -> None:
        assert answer(asked, record, NOW, there=there) is expected

    def test_the_very_moment_of_the_deadline_is_in_time(self) -> None:
        assert [is_late(ASKED, NOW), is_late(ASKED, NOW + HOUR), is_late(None, NOW)] == [False, True, False]

    def test_a_text_that_was_changed_by_hand_is_written_and_by_nobody(self) -> None:
        one = Owed(mission="embassy-oslo", accounts=(OSLO,), languages=("nb",), zone="UTC", otherwise=())
        found = reply(one, ASKED, "b" * 64, written(late=True), NOW)
        assert (found.answer, found.written) == (Answer.WRITTEN, None)


def test_a_mission_is_told_what_is_about_its_own_text_and_nothing_else() -> None:
    own = blocks("no-text", "own", place(3, "embassy-oslo.md"))
    pair = blocks("near-duplicate", "pair", place(), ("mfa", "embassy-oslo"))
    others = [blocks("too-long", "mfa", place(), ("mfa",)), advises("owes-local-text", "all", place(), ("embassy-oslo",))]
    assert concerning([own, pair, *others], ["embassy-oslo"], "embassy-oslo.md") == (own, pair)
