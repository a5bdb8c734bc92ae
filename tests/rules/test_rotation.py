"""Rotation: no wording twice, and not the same kind of post everywhere at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ministry_social.model.account import Account
from ministry_social.model.campaign import PostKind, Turn
from ministry_social.model.message import Message, Term
from ministry_social.model.plan import Assignment, Silence
from ministry_social.model.variant import Kind, Reference
from ministry_social.rules.adapt import Rules, adapt
from ministry_social.rules.references import plain
from ministry_social.rules.rotation import unused
from tests.factories import account, channel, fill, limits_of, local, media, message, mfa, override, page, prose, video, wording

ALL = (Term(sign="+", kind="all"),)
TEXT = (PostKind.TEXT,)
EMBASSY = account("embassy-ankara", "tr")


def several(*texts: str, language: str = "en", **fields: Any) -> Message:
    """A message with a wording for each text."""
    first, *others = (replace(wording(language, text), number=n) for n, text in enumerate(texts, start=1))
    return message(wordings={language: first}, more={language: tuple(others)}, source=language, **fields)


def wave(
    number: int, said: Message, accounts: Sequence[Account], used: Mapping[str, set[int]] | None = None, **turn: Any
) -> dict[str, Assignment]:
    """What each account gets in a wave."""
    fields: dict[str, Any] = {"number": number, "audience": ALL, "kinds": TEXT} | turn
    before = {name: frozenset(numbers) for name, numbers in (used or {}).items()}
    rules = Rules(fallback="en", reposts=5, wave=number, turn=Turn(used=before, **fields))
    return {one.account.name: one for one in adapt(said, accounts, limits_of(list(accounts)), fill, rules).assignments}


def text(assignment: Assignment) -> str:
    assert assignment.variant is not None, assignment.reason
    return plain(assignment.variant.text)


def test_the_first_wording_that_was_not_used_is_taken() -> None:
    assert [unused(3, frozenset(used)) for used in ([], [1], [2], [1, 2], [1, 2, 3])] == [1, 2, 1, 3, None]
    said = several("It stays open.", "Grain will go on.", "Ships sail.")
    assert text(wave(2, said, [mfa()], {"mfa": {1}})["mfa"]) == "Grain will go on."
    assert wave(3, said, [mfa()], {"mfa": {1, 2}})["mfa"].wording == 3


def test_who_has_used_all_wordings_stays_silent_and_so_do_its_reposts() -> None:
    found = wave(3, several("It stays open.", "Grain will go on."), [mfa(), account("embassy-paris", "en")], {"mfa": {1, 2}})
    assert found["mfa"].silence is found["embassy-paris"].silence is Silence.NO_WORDING
    assert found["embassy-paris"].reason == "would repost mfa, which has no unused wording"


def test_a_local_text_has_wordings_of_its_own() -> None:
    own = local("embassy-ankara", "Mersin.", "tr")
    own = {"embassy-ankara": replace(own["embassy-ankara"], more=(replace(wording("tr", "İstanbul."), number=2),))}
    said = several("It stays open.", "Grain will go on.", "Ships sail.", locals=own)
    assert text(wave(2, said, [mfa(), EMBASSY], {"embassy-ankara": {1}})["embassy-ankara"]) == "İstanbul."
    assert wave(3, said, [mfa(), EMBASSY], {"embassy-ankara": {1, 2}})["embassy-ankara"].silence is Silence.NO_WORDING


def test_a_section_for_one_account_is_its_only_wording() -> None:
    said = several("It stays open.", "Grain will go on.", overrides=(override("account embassy-ankara", short="Mersin."),))
    assert text(wave(1, said, [mfa(), EMBASSY])["embassy-ankara"]) == "Mersin."
    assert wave(2, said, [mfa(), EMBASSY], {"embassy-ankara": {1}})["embassy-ankara"].silence is Silence.NO_WORDING


def test_a_section_for_a_platform_belongs_to_the_first_wording() -> None:
    said = several("It stays open.", "Grain will go on.", overrides=(override("facebook", short="For the page."),))
    assert text(wave(1, said, [page()])["page"]) == "For the page."
    assert text(wave(2, said, [page()], {"page": {1}})["page"]) == "Grain will go on."


def test_a_further_wording_describes_its_pictures_as_the_first_unless_it_says_otherwise() -> None:
    said = several("It stays open.", "Grain will go on.", media=(media(),))
    said = replace(said, wordings={"en": replace(said.wordings["en"], alts={"minister.jpg": prose("The minister signs")})})
    found = wave(2, said, [mfa()], {"mfa": {1}}, kinds=(PostKind.PICTURE,))["mfa"].variant
    assert found is not None
    assert [one.alt for one in found.attachments] == ["The minister signs"]


class TestKinds:
    accounts = (mfa(), account("embassy-paris", "fr"), EMBASSY, page(), channel())

    def rich(self) -> Message:
        """In three languages, with a picture, a video and a link."""
        said = {tag: wording(tag, f"{tag}.", headline=tag, alts={"minister.jpg": "Signing"}) for tag in ("en", "fr", "tr")}
        return message(wordings=said, media=(media(), video()), link="https://example.org/grain")

    def test_each_account_takes_another_kind_and_each_goes_through_all(self) -> None:
        waves = [wave(n, self.rich(), self.accounts, kinds=tuple(PostKind)) for n in (1, 2, 3, 4)]
        assert {found["mfa"].post_kind for found in waves} == set(PostKind)
        assert len({waves[0][one.name].post_kind for one in self.accounts[:4]}) == 4

    def test_only_what_belongs_to_the_kind_goes_with_the_post(self) -> None:
        for kind, files, link in (("text", 0, False), ("picture", 1, False), ("link", 0, True)):
            found = wave(1, self.rich(), self.accounts, kinds=(PostKind(kind),))
            variant = found["mfa"].variant
            assert variant is not None
            assert len(variant.attachments) == files
            assert text(found["mfa"]) == ("en.\nhttps://example.org/grain" if link else "en.")
            assert found["page"].variant is not None
            assert found["page"].variant.link == ("https://example.org/grain" if link else "")

    def test_a_text_that_says_where_its_link_goes_gets_no_second_one(self) -> None:
        said = several("See {{ link }}.", link="https://example.org/grain")
        assert text(wave(1, said, [mfa()], kinds=(PostKind.LINK,))["mfa"]) == "See https://example.org/grain."

    def test_the_channel_shows_the_video_once_and_the_others_then_carry_it_themselves(self) -> None:
        first = wave(1, self.rich(), self.accounts, kinds=(PostKind.VIDEO,))
        assert first["channel"].variant is not None
        assert first["mfa"].variant is not None
        assert isinstance(first["mfa"].variant.text[-1], Reference)
        later = wave(2, self.rich(), self.accounts, kinds=(PostKind.VIDEO,), shown=frozenset({"channel"}))
        assert later["channel"].silence is Silence.NOT_THIS_WAVE
        assert later["mfa"].variant is not None
        assert [one.kind for one in later["mfa"].variant.attachments] == ["video"]

    def test_a_video_that_a_platform_does_not_take_is_no_kind_there(self) -> None:
        said = message(media=(video(duration=600_000),))
        found = wave(1, said, [mfa(), page()], kinds=(PostKind.VIDEO, PostKind.TEXT))
        assert found["mfa"].post_kind is PostKind.TEXT

    def test_without_any_of_the_kinds_a_post_is_a_text(self) -> None:
        assert wave(1, message(), [mfa()], kinds=(PostKind.PICTURE, PostKind.LINK))["mfa"].post_kind is PostKind.TEXT

    def test_a_campaign_without_videos_leaves_the_channel_silent(self) -> None:
        assert wave(1, self.rich(), self.accounts, kinds=TEXT)["channel"].silence is Silence.NO_VIDEO


def test_platforms_take_turns() -> None:
    found = wave(1, several("It stays open."), [mfa(), page()], platforms=frozenset({"facebook"}))
    assert found["mfa"].silence is Silence.NOT_THIS_WAVE
    assert found["page"].variant is not None


def test_the_campaigns_audience_narrows_the_messages() -> None:
    only = (Term(sign="+", kind="platform", value="facebook"),)
    found = wave(1, several("It stays open."), [mfa(), page()], audience=only)
    assert found["mfa"].silence is Silence.NOT_ADDRESSED


def test_outside_a_campaign_everything_is_as_it_was() -> None:
    said = replace(several("It stays open.", "Grain will go on."), media=(media(),))
    found = adapt(said, [mfa()], limits_of([mfa()]), fill, Rules(fallback="en", reposts=5)).assignments[0]
    assert (text(found), found.wording, found.post_kind) == ("It stays open.", 1, None)
    assert found.variant is not None
    assert found.variant.kind is Kind.ORIGINAL
