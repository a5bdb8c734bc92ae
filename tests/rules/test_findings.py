"""Findings: each one that there is, made by what it is about, with its weight."""

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import Any

import pytest

from ministry_social.desk.compose import House, draft
from ministry_social.files.sections import rows
from ministry_social.model.account import Account
from ministry_social.model.campaign import Campaign
from ministry_social.model.cost import Budgets, Charge
from ministry_social.model.finding import Finding, Weight
from ministry_social.model.message import Message
from ministry_social.model.plan import Assignment, Silence
from ministry_social.model.times import Cause, Note, Rule
from ministry_social.platforms.facebook import Facebook
from ministry_social.platforms.gate import Wire
from ministry_social.platforms.x import X
from ministry_social.platforms.youtube import YouTube
from ministry_social.rules.adapt import Rules
from ministry_social.rules.budget import over_budget
from ministry_social.rules.campaign import shortages, silent_wave, waves
from ministry_social.rules.cost import Prices
from ministry_social.rules.findings import ADJUSTABLE, FINDINGS, advises, blocking, blocks, counted, in_order, listed, weighed
from ministry_social.rules.similarity import Spoken
from ministry_social.rules.time_findings import time_findings
from tests.factories import (
    account,
    channel,
    fill,
    local,
    media,
    message,
    mfa,
    override,
    page,
    place,
    prose,
    video,
    wording,
    wordings,
)

PARIS = account("embassy-paris", "fr")
ANKARA = account("embassy-ankara", "tr", "en")
ALL = [mfa(), PARIS, page(), channel()]
BLOCKING, ADVISORY = Weight.BLOCKING, Weight.ADVISORY
WIRE = Wire(base_url="http://127.0.0.1:9", connect=1.0, total=2.0, upload=2.0)  # drafting never uses it


def findings(
    said: Message, accounts: Sequence[Account] = ALL, earlier: Sequence[Spoken] = (), weights: Mapping[str, Weight] | None = None
) -> tuple[Finding, ...]:
    """All that the checks say of a message, as `message check` shows it: with the limits of the real platforms."""
    platforms: dict[str, Any] = {  # neither media nor the time are asked for
        "x": X(WIRE, None, clock=None),
        "facebook": Facebook(WIRE, None, clock=None),
        "youtube": YouTube(WIRE, None, clock=None),
    }
    house = House(
        accounts=accounts, platforms=platforms, fill=fill, rules=Rules(fallback="en", reposts=5), prices=Prices(), threshold=0.45,
        weights=weights or {},
    )  # fmt: skip
    return draft(said, "0" * 64, house, earlier).findings


def pictured(*pictures: Any, **fields: Any) -> Message:
    """A message with pictures, described in English."""
    alts = {one.file: f"What {one.file} shows" for one in pictures}
    return message(**({"media": pictures, "wordings": {"en": wording("en", alts=alts)}} | fields))


def filmed(**fields: Any) -> Message:
    """A message whose video has captions in its only language."""
    captions = {"en": ("en.vtt", media("en.vtt", "captions").facts)}
    said = {"en": wording("en", "Watch our spokesperson.", headline="Briefing")}
    return message(**({"wordings": said, "media": (video(captions=captions),)} | fields))


def titled(**parts: str) -> Message:
    return filmed(overrides=(override("youtube", **parts),))


@dataclass(frozen=True, kw_only=True)
class Case:
    """What produces a finding: `says` is part of its sentence, `who` its accounts."""

    name: str
    weight: Weight
    says: str
    of: Callable[[], Sequence[Finding]]
    who: tuple[str, ...] = ()


CASES = [
    Case(
        name="too-long", weight=BLOCKING, who=("mfa",), says="en, short: 300 of 280 on x (mfa). Shorten by 20.",
        of=lambda: findings(message(wordings={"en": wording("en", "x" * 300)}), [mfa()]),
    ),
    Case(
        name="too-long", weight=BLOCKING, who=("channel",), says="The description has 5002 of 5000 bytes. Shorten by 2.",
        of=lambda: findings(titled(description="é" * 2501), [channel()]),
    ),
    Case(
        name="too-long", weight=BLOCKING, who=("channel",), says="The description in fr has 5002 of 5000 bytes. Shorten by 2.",
        of=lambda: findings(
            filmed(wordings={"en": wording("en", headline="B"), "fr": wording("fr", "é" * 2501, headline="P")}), [channel()]
        ),
    ),
    Case(
        name="no-text", weight=BLOCKING, who=("mfa",), says="There is no text in en for mfa, or it is empty",
        of=lambda: findings(message(wordings={"en": wording("en", "{{ hashtags }}")}), [mfa()]),
    ),
    Case(
        name="no-text", weight=BLOCKING, who=("channel",), says="The video needs a title and a description",
        of=lambda: findings(filmed(wordings={"en": wording("en")}), [channel()]),
    ),
    Case(
        name="no-text", weight=BLOCKING, who=("channel",), says="The title is empty once its variables are filled in.",
        of=lambda: findings(titled(title="{{ hashtags }}"), [channel()]),
    ),
    Case(
        name="invalid-characters", weight=BLOCKING, who=("mfa",), says="cannot be published: U+0007, U+FFFF.",
        of=lambda: findings(message(wordings={"en": wording("en", "Open\x07.\uffff")}), [mfa()]),
    ),
    Case(
        name="invalid-characters", weight=BLOCKING, who=("channel",), says="cannot be published: U+000C.",
        of=lambda: findings(titled(tags="one,t\x0cwo"), [channel()]),
    ),
    Case(
        name="direction-controls", weight=BLOCKING, who=("mfa",), says="must not be: U+202E.",
        of=lambda: findings(message(wordings={"en": wording("en", "Open\u202e.")}), [mfa()]),
    ),
    Case(
        name="direction-controls", weight=BLOCKING, who=("mfa",), says="not paired, or that must not be: U+2066.",
        of=lambda: findings(pictured(media(), wordings={"en": wording("en", alts={"minister.jpg": "\u2066M"})}), [mfa()]),
    ),
    Case(
        name="undefined-variable", weight=BLOCKING, who=("mfa",), says="The variable date is not defined. Add it to [variables].",
        of=lambda: findings(message(wordings={"en": wording("en", "On {{ date }}.")}), [mfa()]),
    ),
    Case(
        name="missing-alt", weight=BLOCKING, who=("mfa",), says="No alt text for minister.jpg in en.",
        of=lambda: findings(message(media=(media(),)), [mfa()]),
    ),
    Case(
        name="alt-too-long", weight=BLOCKING, who=("mfa",), says="The alt text of minister.jpg has 1001 of 1000 characters.",
        of=lambda: findings(pictured(media(), wordings={"en": wording("en", alts={"minister.jpg": "x" * 1001})}), [mfa()]),
    ),
    Case(
        name="alt-in-another-language", weight=ADVISORY, who=("embassy-paris",),
        says="No alt text in fr for minister.jpg; the one in en",
        of=lambda: findings(
            pictured(media(), wordings={"en": wording("en", alts={"minister.jpg": "M"}), "fr": wording("fr", "Ouvert.")}),
            [mfa(), PARIS],
        ),
    ),
    Case(
        name="stale-translation", weight=BLOCKING, who=("embassy-paris",), says="en has changed since fr was translated.",
        of=lambda: findings(message(wordings=wordings(en="Open.", fr="Ouvert."), translated={"fr": "sha256:0"}), [mfa(), PARIS]),
    ),
    Case(
        name="missing-translation", weight=ADVISORY, who=("embassy-paris",),
        says="1 account speaks no language of this message and stays silent: embassy-paris.",
        of=lambda: findings(message(missing_translation="skip"), [mfa(), PARIS]),
    ),
    Case(
        name="missing-translation", weight=ADVISORY, who=("embassy-paris", "embassy-rome"),
        says="2 accounts speak no language of this message and carry it in en: embassy-paris, embassy-rome.",
        of=lambda: findings(message(), [mfa(), PARIS, account("embassy-rome", "it")]),
    ),
    Case(
        name="missing-translation", weight=ADVISORY, who=("page",),
        says="1 account speaks no language of this message and carries it in en",
        of=lambda: findings(message(), [mfa(), replace(page(), languages=("de",))]),
    ),
    Case(
        name="owes-local-text", weight=ADVISORY, who=("embassy-oslo", "embassy-rome"),
        says="2 missions owe a local text: embassy-oslo, embassy-rome.",
        of=lambda: findings(message(), [mfa(), account("embassy-oslo"), account("embassy-rome", "en")]),
    ),
    Case(
        name="owes-local-text", weight=ADVISORY, who=("minister",), says="1 mission owes a local text: minister.",
        of=lambda: findings(replace(message(), audience=(*message().audience, term("account", "minister"))), [mfa(), MINISTER]),
    ),
    Case(
        name="near-duplicate", weight=BLOCKING, who=("mfa", "embassy-paris"),
        says="mfa and embassy-paris would say nearly the same (100 % alike)",
        of=lambda: findings(message(locals=local("embassy-paris", "The corridor stays open! #Paris")), [mfa(), PARIS]),
    ),
    Case(
        name="said-before", weight=BLOCKING, who=("mfa",), says="mfa would say what embassy-rome said lately (100 % alike)",
        of=lambda: findings(message(), [mfa()], [Spoken(who="embassy-rome", text="The corridor stays open.", earlier=True)]),
    ),
    Case(
        name="cashtags", weight=BLOCKING, who=("mfa",), says="2 cashtags; x takes 1 in a post.",
        of=lambda: findings(message(wordings={"en": wording("en", "We watch $EUR and $USD.")}), [mfa()]),
    ),
    Case(
        name="bad-media", weight=BLOCKING, who=("mfa",),
        says="minister.jpg: x takes image/jpeg, image/png, image/webp, not image/bmp.",
        of=lambda: findings(pictured(media(type="image/bmp")), [mfa()]),
    ),
    Case(
        name="bad-media", weight=BLOCKING, who=("mfa",), says="minister.jpg: x takes 5.0 MB at most, this has 5.1 MB.",
        of=lambda: findings(pictured(media(size=5_100_000)), [mfa()]),
    ),
    Case(
        name="bad-media", weight=BLOCKING, who=("mfa",), says="wave.gif: x takes 15.0 MB at most, this has 15,000,001 bytes.",
        of=lambda: findings(pictured(media("wave.gif", "gif", size=15_000_001)), [mfa()]),
    ),
    Case(
        name="bad-media", weight=BLOCKING, who=("page",), says="wave.gif: facebook takes image/jpeg, image/png, not image/gif.",
        of=lambda: findings(pictured(media("wave.gif", "gif")), [page()]),
    ),
    Case(
        name="bad-media", weight=BLOCKING, who=("mfa",), says="grain.mp4: x takes h264, aac, not hevc.",
        of=lambda: findings(message(media=(video(codecs=("hevc", "aac")),)), [mfa()]),
    ),
    Case(
        name="bad-media", weight=BLOCKING, who=("mfa",), says="grain.mp4: x takes videos of 0.5 to 140 seconds, this has 140.1.",
        of=lambda: findings(message(media=(video(duration=140_100),)), [mfa()]),
    ),
    Case(
        name="bad-media", weight=BLOCKING, who=("mfa",), says="grain.mp4: x takes video/mp4, not video/webm.",
        of=lambda: findings(message(media=(video(type="video/webm"),)), [mfa()]),
    ),
    Case(
        name="bad-media", weight=BLOCKING, who=("page",), says="grain.mp4: facebook takes 1750.0 MB at most, this has 1800.0 MB.",
        of=lambda: findings(message(media=(video(size=1_800_000_000),)), [page()]),
    ),
    Case(
        name="bad-media", weight=BLOCKING, who=("channel",),
        says="youtube takes image/jpeg, image/png, not image/webp (thumbnail c.webp).",
        of=lambda: findings(filmed(media=(video(thumbnail=("c.webp", media(type="image/webp").facts)),)), [channel()]),
    ),
    Case(
        name="bad-media", weight=BLOCKING, who=("channel",), says="this has 200.0 MB (captions in en).",
        of=lambda: findings(
            filmed(media=(video(captions={"en": ("en.vtt", media(size=200_000_000, kind="captions").facts)}),)), [channel()]
        ),
    ),
    Case(
        name="too-many-pictures", weight=BLOCKING, who=("mfa",), says="5 pictures; x takes 4 in a post.",
        of=lambda: findings(pictured(*(media(f"{number}.jpg") for number in range(5))), [mfa(), page()]),
    ),
    Case(
        name="mixed-media", weight=BLOCKING, who=("mfa",), says="x takes one GIF alone in a post, not with other pictures.",
        of=lambda: findings(pictured(media(), media("wave.gif", "gif")), [mfa()]),
    ),
    Case(
        name="mixed-media", weight=BLOCKING, who=("mfa",),
        says="x takes one video alone in a post, not with pictures or a second video.",
        of=lambda: findings(pictured(media(), video()), [mfa()]),
    ),
    Case(
        name="mixed-media", weight=BLOCKING, says="A message carries one video; this has 2: a.mp4, b.mp4.",
        of=lambda: findings(filmed(media=(video("a.mp4"), video("b.mp4"))), [channel()]),
    ),
    Case(
        name="no-captions", weight=ADVISORY, says="grain.mp4 has no captions in fr, ar.",
        of=lambda: findings(
            filmed(wordings={"en": wording("en", headline="B")} | wordings(fr="Ouvert.", ar="مفتوح.")), [channel()]
        ),
    ),
    Case(
        name="hashtag-case", weight=ADVISORY, who=("mfa",), says="cannot be heard as words: #graincorridor, #UNSECURITYCOUNCIL.",
        of=lambda: findings(message(wordings={"en": wording("en", "Open. #graincorridor #UNSECURITYCOUNCIL #Grain")}), [mfa()]),
    ),
    Case(
        name="hashtag-case", weight=ADVISORY, who=("channel",), says="cannot be heard as words: #graincorridor.",
        of=lambda: findings(titled(title="Open #graincorridor"), [channel()]),
    ),
    Case(
        name="emoji-wall", weight=ADVISORY, who=("mfa",), says="4 emoji, 4 of them in a row.",
        of=lambda: findings(message(wordings={"en": wording("en", "Open! 🎉🎉 🎉🎉")}), [mfa()]),
    ),
    Case(
        name="styled-letters", weight=BLOCKING, who=("mfa",), says="cannot read them: 𝗢𝗽𝗲𝗻 (Open), 🅽🅾🆆 (NOW).",
        of=lambda: findings(message(wordings={"en": wording("en", "𝗢𝗽𝗲𝗻 🅽🅾🆆.")}), [mfa()]),
    ),
    Case(
        name="styled-letters", weight=BLOCKING, who=("mfa",), says="cannot read them: ᴍɪɴɪ (MINI), ᴛᴇʀ (TER).",
        of=lambda: findings(pictured(media(), wordings={"en": wording("en", alts={"minister.jpg": "The ᴍɪɴɪsᴛᴇʀ"})}), [mfa()]),
    ),
    Case(
        name="angle-brackets", weight=BLOCKING, who=("channel",), says="The title holds < or >, which YouTube refuses.",
        of=lambda: findings(titled(title="Peace > war"), [channel()]),
    ),
    Case(
        name="angle-brackets", weight=BLOCKING, who=("channel",), says="The description holds < or >, which YouTube refuses.",
        of=lambda: findings(titled(description="<b>Peace</b>"), [channel()]),
    ),
    Case(
        name="angle-brackets", weight=BLOCKING, who=("channel",), says="The title in fr holds < or >, which YouTube refuses.",
        of=lambda: findings(
            filmed(wordings={"en": wording("en", headline="B"), "fr": wording("fr", "Oui.", headline="Paix > guerre")}), [channel()]
        ),
    ),
    Case(
        name="angle-brackets", weight=BLOCKING, who=("channel",), says="A tag holds < or >, which YouTube refuses.",
        of=lambda: findings(titled(tags="peace, <war>"), [channel()]),
    ),
    Case(
        name="title-too-long", weight=BLOCKING, who=("channel",), says="The title has 101 of 100 characters. Shorten by 1.",
        of=lambda: findings(titled(title="x" * 101), [channel()]),
    ),
    Case(
        name="tags-too-long", weight=BLOCKING, who=("channel",), says="The tags have 504 of 500 characters. Shorten by 4.",
        of=lambda: findings(titled(tags=",".join(["x" * 100] * 5)), [channel()]),
    ),
    Case(
        name="unknown-account", weight=BLOCKING, says="There is no account or platform embassy-atlantis.",
        of=lambda: findings(message(overrides=(override("account embassy-atlantis", short="Open."),)), [mfa()]),
    ),
    Case(
        name="unknown-account", weight=BLOCKING, says="There is no mission embassy-atlantis; the file's name must be a mission's.",
        of=lambda: findings(message(locals=local("embassy-atlantis")), [mfa()]),
    ),
    Case(
        name="unused-local-text", weight=ADVISORY, says="mfa has written a local text that will not be used",
        of=lambda: findings(message(locals=local("mfa")), [mfa()]),
    ),
    Case(
        name="local-language", weight=BLOCKING, who=("embassy-ankara",),
        says="embassy-ankara does not speak sw. Write in one of its languages: tr, en.",
        of=lambda: findings(message(locals=local("embassy-ankara", "Habari.", "sw")), [mfa(), ANKARA]),
    ),
    Case(
        name="nobody-addressed", weight=BLOCKING, says="The audience holds no account.",
        of=lambda: findings(message(audience=(term("country", "BR"),)), ALL),
    ),
    Case(
        name="no-payload", weight=BLOCKING, who=("page",), says="A video on Facebook can carry the link in its text only.",
        of=lambda: findings(message(media=(video(),), link="https://a.example.org/x"), [page()]),
    ),
    Case(
        name="moved-time", weight=ADVISORY, who=("embassy-paris",), says="1 waits for the end of quiet hours (embassy-paris).",
        of=lambda: timed(Cause.QUIET, Rule.MOVE),
    ),
    Case(
        name="skipped-time", weight=ADVISORY, who=("embassy-paris",), says="1 stays silent in mourning: A reason (embassy-paris).",
        of=lambda: timed(Cause.MOURNING, Rule.SKIP),
    ),
    Case(
        name="unusual-time", weight=ADVISORY, who=("embassy-paris",), says="1 goes out on a holiday (FR).",
        of=lambda: timed(Cause.HOLIDAY, Rule.WARN),
    ),
    Case(
        name="over-budget", weight=ADVISORY, who=("embassy-paris",), says="embassy-paris would spend $0.20 on X in 2026-12",
        of=lambda: over_budget([DEAR], [], Budgets(monthly=100), place()),
    ),
    Case(
        name="wordings-run-out", weight=ADVISORY, who=("mfa",), says="mfa has no unused wording of grain from wave 3 on.",
        of=lambda: shortages([(3, message(), [wordless(mfa())])], {"grain": {"mfa": frozenset({1, 2})}}),
    ),
    Case(
        name="silent-wave", weight=BLOCKING, says="In wave 2 (2026-12-08) no account would say anything.",
        of=lambda: [silent_wave(again(), waves(again())[1])],
    ),
]  # fmt: skip
DEAR = Charge(
    account="embassy-paris", mission="embassy-paris", message="grain", wave=1, month="2026-12", amount=200, spent=False,
)  # fmt: skip
MINISTER = account("minister", "en", official=True)


def wordless(who: Account) -> Assignment:
    return Assignment(account=who, reason="has said every wording that it has", silence=Silence.NO_WORDING)


def again() -> Campaign:
    """Two Tuesdays."""
    return Campaign(
        id="again",
        goal="80",
        start=date(2026, 12, 1),
        end=date(2026, 12, 31),
        repeat="FREQ=WEEKLY;COUNT=2",
        at=time(9),
        place=place(),
    )


def timed(cause: Cause, rule: Rule) -> tuple[Finding, ...]:
    return tuple(time_findings([Note(account="embassy-paris", country="FR", cause=cause, rule=rule, detail="A reason")], place()))


def term(kind: str, value: str) -> Any:
    from ministry_social.model.message import Term

    return Term(sign="+", kind=kind, value=value)


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.name}: {case.says[:40]}")
def test_a_finding_is_made_with_its_weight_its_accounts_and_its_sentence(case: Case) -> None:
    found = [one for one in case.of() if one.name == case.name and case.says in one.sentence]
    assert found, [(one.name, one.sentence) for one in case.of()]
    assert {one.weight for one in found} == {case.weight}
    assert found[0].accounts == case.who
    assert found[0].sentence.endswith((".", ")"))
    assert found[0].place is not None or case.name == "no-payload"


def test_each_finding_that_there_is_has_a_case_here() -> None:
    assert {case.name for case in CASES} == set(FINDINGS)


def test_each_finding_has_one_weight_whatever_makes_it() -> None:
    weights = {(case.name, case.weight) for case in CASES}
    assert len(weights) == len(FINDINGS)


def made_in_code() -> set[str]:
    """The names that the code gives to findings: what stands first in `blocks(...)` and its like, or as `name=`."""
    makers = {"blocks", "advises", "finding", "_finding", "_advice"}
    found = set()
    for path in (Path(__file__).parents[2] / "ministry_social").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                named = [each.value for each in node.keywords if called == "Finding" and each.arg == "name"]
                first = node.args[:1] if called in makers else named
                found |= {each.value for each in first if isinstance(each, ast.Constant)}
    return found


def test_each_name_that_the_code_uses_is_in_the_list_and_the_other_way_round() -> None:
    assert made_in_code() == set(FINDINGS)


def test_a_clean_message_has_no_finding() -> None:
    english, french = {"minister.jpg": "The minister signs"}, {"minister.jpg": "La ministre signe"}
    said = {
        "en": wording("en", "The corridor stays open for another year.", headline="Corridor", alts=english),
        "fr": wording("fr", "Le corridor céréalier reste ouvert une année de plus.", headline="Corridor", alts=french),
    }
    captions = {tag: (f"{tag}.vtt", media(f"{tag}.vtt", "captions").facts) for tag in ("en", "fr")}
    assert findings(message(wordings=said, media=(media(), video(captions=captions)))) == ()


class TestSimilarityCheck:
    WORDS = "The corridor stays open for another year."

    def test_compares_the_original_the_translations_and_the_local_texts(self) -> None:
        said = message(
            wordings={"en": wording("en", self.WORDS)},
            locals=local("embassy-paris", self.WORDS) | local("embassy-rome", self.WORDS),
        )
        found = findings(said, [mfa(), PARIS, account("embassy-rome", "it")])
        pairs = sorted(one.accounts for one in found if one.name == "near-duplicate")
        assert pairs == [("embassy-paris", "embassy-rome"), ("mfa", "embassy-paris"), ("mfa", "embassy-rome")]

    def test_leaves_reposts_out(self) -> None:
        assert "near-duplicate" not in {one.name for one in findings(message(), [mfa(), account("embassy-oslo", "en")])}

    def test_leaves_platforms_out_that_do_not_forbid_it(self) -> None:
        assert findings(message(), [mfa(), page(), replace(page(), name="page-2", id="2")]) == ()

    def test_does_not_see_the_names_of_our_own_places(self) -> None:
        accounts = [
            mfa(), account("embassy-paris", "fr", city="Paris", country="FR", variables={"country_name": "France"}),
            account("embassy-lima", "es", city="Lima", country="PE", variables={"country_name": "Peru"}),
        ]  # fmt: skip
        texts = local("embassy-paris", "Greetings from Paris to France.") | local("embassy-lima", "Greetings from Lima to Peru.")
        assert "near-duplicate" in {one.name for one in findings(message(locals=texts), accounts)}

    def test_does_not_compare_two_texts_that_stand_there_already(self) -> None:
        earlier = [Spoken(who=name, text="Something else entirely was said.", earlier=True) for name in ("a", "b")]
        assert findings(message(), [mfa()], earlier) == ()


class TestCashtags:
    @pytest.mark.parametrize("text", ["$EUR only", "costs $5 and $10", "US$ or $", "$toolong1 $waytoolong", "a$b c$d"])
    def test_one_or_none_is_fine(self, text: str) -> None:
        assert findings(message(wordings={"en": wording("en", text)}), [mfa()]) == ()

    @pytest.mark.parametrize("text", ["$EUR $USD", "$brk.a, $brk.b", "($EUR) ($USD)", "$EUR\n$EUR"])
    def test_two_are_too_many_on_x(self, text: str) -> None:
        assert [one.name for one in findings(message(wordings={"en": wording("en", text)}), [mfa()])] == ["cashtags"]

    def test_facebook_does_not_count_them(self) -> None:
        assert findings(message(wordings={"en": wording("en", "$EUR $USD")}), [page()]) == ()


class TestMediaAtTheLimit:
    def test_what_a_platform_just_takes_is_no_finding(self) -> None:
        assert findings(pictured(*(media(f"{number}.jpg", size=5_000_000) for number in range(4))), [mfa()]) == ()
        assert findings(pictured(media("wave.gif", "gif", size=15_000_000)), [mfa()]) == ()
        captions = {"en": ("en.vtt", media("en.vtt", "captions").facts)}
        assert findings(filmed(media=(video(size=512_000_000, duration=140_000, captions=captions),)), [mfa()]) == ()

    def test_a_video_without_sound_is_fine(self) -> None:
        assert [one.name for one in findings(filmed(media=(video(codecs=("h264",)),)), [mfa()])] == ["no-captions"]

    def test_a_title_and_tags_of_just_the_length_are_fine(self) -> None:
        assert findings(titled(title="x" * 100, tags=",".join(["x" * 124] * 4)), [channel()]) == ()


class TestWeights:
    def test_a_ministry_weighs_what_is_a_matter_of_judgement(self) -> None:
        found = [advises("no-captions", "a", None), blocks("styled-letters", "b", None)]
        own = {"no-captions": BLOCKING, "styled-letters": ADVISORY}
        assert [one.weight for one in weighed(found, own)] == [BLOCKING, ADVISORY]
        assert weighed(found, {}) == found

    @pytest.mark.parametrize("name", sorted(set(FINDINGS) - set(ADJUSTABLE)))
    def test_nothing_else_can_be_lowered(self, name: str) -> None:
        assert weighed([blocks(name, "a", None)], {name: ADVISORY}) == [blocks(name, "a", None)]

    def test_what_can_be_weighed_is_a_setting_with_the_weight_that_the_code_gives(self) -> None:
        given = {row.name.replace("_", "-"): (row.default, row.help) for row in rows() if row.section == "findings"}
        weights = {case.name: (case.weight.value, FINDINGS[case.name]) for case in CASES}
        assert given == {name: weights[name] for name in ADJUSTABLE}

    def test_a_draft_is_blocked_by_what_the_ministry_says_blocks(self) -> None:
        said = message(wordings={"en": wording("en", "Open. #graincorridor")})
        assert [one.weight for one in findings(said, [mfa()], weights={"hashtag-case": BLOCKING})] == [BLOCKING]


class TestOrder:
    def test_blocking_ones_come_first_then_by_file_and_line(self) -> None:
        found = [
            advises("no-captions", "a", place(1)), blocks("too-long", "b", place(9)), blocks("no-text", "c", place(10)),
            blocks("no-text", "d", place(2, "a.md")), blocks("no-payload", "e", None),
        ]  # fmt: skip
        assert [one.sentence for one in in_order(found)] == ["e", "d", "b", "c", "a"]

    def test_one_sentence_at_one_place_is_said_once_with_all_its_accounts(self) -> None:
        found = [blocks("missing-alt", "No alt text.", place(6), (name,)) for name in ("mfa", "page", "mfa")]
        assert in_order(found) == (blocks("missing-alt", "No alt text.", place(6), ("mfa", "page")),)

    def test_only_blocking_ones_stop_a_message(self) -> None:
        stop = blocks("too-long", "b", None)
        assert blocking([advises("no-captions", "a", None), stop]) == (stop,)


def test_names_are_listed_up_to_five() -> None:
    assert listed("abc") == "a, b, c"
    assert listed("abcdefgab") == "a, b, c, d, e and 2 more"
    assert (counted(1, "mission", "missions"), counted(2, "mission", "missions")) == ("1 mission", "2 missions")


def test_an_undefined_variable_names_the_file_and_line_of_the_local_text_that_uses_it() -> None:
    said = local("embassy-paris", "On {{ date }}.")
    own = said["embassy-paris"].wording
    said["embassy-paris"] = replace(
        said["embassy-paris"], wording=replace(own, short=replace(prose("On {{ date }}."), place=place(4, "local/paris.md")))
    )
    [finding] = findings(message(locals=said), [mfa(), PARIS])
    assert (finding.name, finding.place) == ("undefined-variable", place(4, "local/paris.md"))
