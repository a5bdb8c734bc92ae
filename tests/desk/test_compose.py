"""Composing: all that would be sent, and all that there is to say against it."""

import json
from dataclasses import replace

import pytest

from ministry_social.desk import compose
from ministry_social.desk.compose import Draft, House
from ministry_social.errors import OutcomeUnknown, Rejected
from ministry_social.files.templates import fill
from ministry_social.model.account import Account
from ministry_social.model.message import Message, Place, Prose, Wording
from ministry_social.rules.adapt import Rules
from ministry_social.rules.canonical import digest
from ministry_social.rules.cost import Prices
from ministry_social.rules.similarity import Spoken

from .bench import HOUR, NOON, Bench, account, says, video, with_video

HERE = Place(file="grain.md", line=9)
GRAIN = "The grain corridor stays open for another year, and we thank everybody who made that possible."


def wording(language: str, text: str) -> Wording:
    return Wording(language=language, place=HERE, short=Prose(text=text, place=HERE))


def message(text: str = GRAIN, **more: object) -> Message:
    said = Message(id="grain", kind="statement", source="en", place=HERE, wordings={"en": wording("en", text)})
    return replace(said, **more)


def draft(bench: Bench, said: Message, *accounts: Account, earlier: tuple[Spoken, ...] = ()) -> Draft:
    house = House(
        accounts=accounts, platforms=bench.means.platforms, fill=fill, rules=Rules(fallback="en", reposts=5),
        prices=Prices(post=15, post_with_link=200, alt_text=5), threshold=0.8,
    )  # fmt: skip
    return compose.draft(said, digest(b"one"), house, earlier)


def names(drafted: Draft) -> set[str]:
    return {finding.name for finding in drafted.findings}


MFA = account("mfa", central=True)
PAGE = account("page", "facebook", central=True)


def test_a_draft_holds_the_bytes_of_every_account_that_speaks(bench: Bench) -> None:
    drafted = draft(bench, message(), MFA, PAGE, account("oslo", official=True))
    assert [a.account.name for a in drafted.assignments] == ["mfa", "page", "oslo"]
    assert set(drafted.payloads) == {"mfa", "page"}
    assert json.loads(drafted.payloads["mfa"].body)["text"] == GRAIN
    assert (drafted.revision, drafted.otherwise, drafted.blocked) == (digest(b"one"), {}, False)
    assert (drafted.cost.others, drafted.cost.total) == (1, 15)


def test_a_text_that_is_too_long_blocks_it(bench: Bench) -> None:
    drafted = draft(bench, message("word " * 80), MFA)
    assert drafted.blocked
    assert "too-long" in names(drafted)


def test_what_was_said_lately_on_another_account_blocks_it(bench: Bench) -> None:
    said = draft(bench, message(), MFA, earlier=(Spoken(who="oslo", text=GRAIN.replace("year", "month"), earlier=True),))
    assert said.blocked
    assert not draft(bench, message(), MFA, earlier=(Spoken(who="oslo", text="Good morning, Oslo.", earlier=True),)).blocked


def test_what_a_platform_cannot_render_is_a_finding(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(account: Account, variant: object) -> None:
        raise Rejected("X takes no such thing.")

    monkeypatch.setattr(bench.stage, "render", refuse)  # the stage is the test's own
    drafted = draft(bench, message(), MFA)
    assert names(drafted) >= {"no-payload"}
    assert (drafted.blocked, drafted.payloads) == (True, {})


def said(bench: Bench, *accounts: Account, but: str = "another", hours: int = 24) -> dict[str, str]:
    with bench.store.read() as reading:
        found = compose.said_lately(reading, bench.means.platforms, accounts, bench.clock.now() - hours * HOUR, but)
    assert all(one.earlier for one in found)
    return {one.who: one.text for one in found}


def test_what_stands_or_soon_will_counts_as_said(bench: Bench) -> None:
    bench.plan(says("oslo", "published"), says("bern", "in doubt"), says("lima", "failed"), at=NOON)
    bench.stage.next.extend([OutcomeUnknown("Lost."), Rejected("Never."), None])  # bern, lima, oslo
    bench.send()
    bench.plan(says("cairo", "planned"), message="wheat", at=NOON + HOUR)
    accounts = tuple(bench.accounts.values())
    assert said(bench, *accounts) == {"oslo": "published", "bern": "in doubt", "cairo": "planned"}


def test_a_message_is_not_compared_with_itself(bench: Bench) -> None:
    bench.plan(says("oslo"))
    assert said(bench, account("oslo"), but="grain") == {}


def test_what_was_said_long_ago_does_not_count(bench: Bench) -> None:
    bench.plan(says("oslo"))
    bench.send()
    bench.clock.pass_by(25 * HOUR)
    assert said(bench, account("oslo")) == {}


def test_only_platforms_that_forbid_similar_texts_are_compared(bench: Bench) -> None:
    page = says("page", platform="facebook")
    bench.plan(page, says("oslo"))
    assert set(said(bench, page[0], account("oslo"))) == {"oslo"}


def test_of_a_post_with_the_videos_address_its_words_count(bench: Bench) -> None:
    bench.plan(video(), with_video("oslo"))
    assert said(bench, *bench.accounts.values()) == {"oslo": "Watch "}
