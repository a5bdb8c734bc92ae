"""Matching: what stands on a platform is recognised as ours, and nothing else is."""

import unicodedata
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ministry_social.model.delivery import PostRef, RemotePost
from ministry_social.model.variant import Kind, Payload
from ministry_social.platforms.x.read import remote_post
from ministry_social.rules.canonical import canonical
from ministry_social.rules.matching import Expected, expected, found, matches, normal
from tests.factories import NOW

SECOND = timedelta(seconds=1)


def payload(inside: dict[str, Any], *, platform: str = "x", kind: Kind = Kind.LOCAL) -> Payload:
    return Payload(platform=platform, kind=kind, body=canonical(inside))


def wanted(text: str = "Good morning", *, media: int = 0, marks: tuple[str, ...] = ()) -> Expected:
    return expected(payload({"text": text, "media": [{"digest": "a"}] * media}), marks, NOW)


def stands(text: str = "Good morning", *, number: str = "7", original: str = "", kind: str = "", **more: Any) -> RemotePost:
    post = PostRef(kind=kind or ("repost" if original else "post"), id=number, original=original)
    values: dict[str, Any] = {"at": NOW + SECOND, "url": "https://x.example.org/7"}
    return RemotePost(post=post, account="1", text=text, **values | more)


class TestText:
    def test_the_same_text_at_the_same_time_is_the_one(self) -> None:
        assert matches(wanted(), stands())

    @pytest.mark.parametrize("text", ["Good evening", "Good morning!", "good morning", "", "Good morning Good morning"])
    def test_any_other_text_is_not(self, text: str) -> None:
        assert not matches(wanted(), stands(text))

    @pytest.mark.parametrize(
        ("written", "shown"),
        [
            ("Café à Genève", unicodedata.normalize("NFD", "Café à Genève")),
            (unicodedata.normalize("NFD", "Café à Genève"), "Café à Genève"),
            ("  One\n\n two ", "One two"),
            ("One\u00a0: two", "One : two"),
            ("See example.org", "See http://example.org"),
            ("See example.org/a", "See https://example.org/a"),
            ("See https://example.org", "See https://example.org/"),
            ("See example.org today", "See HTTP://example.org/ today"),
            ("\u200f\u2066@TAV\u2069 شكرا", "@TAV شكرا"),
            ("شكرا \u2066https://example.org/\u2069 ثم", "شكرا https://example.org ثم"),
        ],
    )  # fmt: skip
    def test_what_a_platform_changes_in_a_text_does_not_count(self, written: str, shown: str) -> None:
        assert matches(wanted(written), stands(shown))

    @pytest.mark.parametrize("shown", ["See https://example.org/b", "See https://example.com/a", "See"])
    def test_another_address_is_another_post(self, shown: str) -> None:
        assert not matches(wanted("See https://example.org/a"), stands(shown))

    def test_a_post_of_pictures_alone_is_found_by_their_number(self) -> None:
        nothing = expected(payload({"text": "", "media": [{"digest": "a"}]}), (), NOW)
        assert matches(nothing, stands("", media=1))
        assert not matches(nothing, stands("", media=0))

    def test_normal_text_stays_as_it_is(self) -> None:
        assert normal("1/2 of 3/4, and a/b") == "1/2 of 3/4, and a/b"


WRITTEN = "Trade & peace: 1 < 2, see https://example.org/deal and example.org"
SHOWN = {
    "id": "7", "author_id": "1", "created_at": "2026-12-01T09:00:01.000Z",
    "text": "Trade &amp; peace: 1 &lt; 2, see https://t.co/aaaaaaaaaa and https://t.co/bbbbbbbbbb https://t.co/cccccccccc",
    "attachments": {"media_keys": ["3_55"]},
    "entities": {
        "urls": [
            {"url": "https://t.co/aaaaaaaaaa", "expanded_url": "https://example.org/deal"},
            {"url": "https://t.co/bbbbbbbbbb", "expanded_url": "http://example.org"},
            {"url": "https://t.co/cccccccccc", "expanded_url": "https://x.com/a/status/7/photo/1", "media_key": "3_55"},
        ]
    },
}  # fmt: skip


class TestAsXShowsIt:
    """The text goes through X, which shortens addresses, escapes three signs and adds a link for the pictures."""

    def test_it_is_recognised(self) -> None:
        assert matches(wanted(WRITTEN, media=1), remote_post(SHOWN, {}, "https://x.com/a"))

    def test_it_is_recognised_by_its_picture(self) -> None:
        assert matches(wanted("X showed a text that nobody can explain", media=1, marks=("55",)), remote_post(SHOWN, {}, ""))

    def test_its_repost_by_somebody_is_not_it(self) -> None:
        row = SHOWN | {"referenced_tweets": [{"type": "retweeted", "id": "3"}]}
        assert not matches(wanted(WRITTEN, media=1), remote_post(row, {}, ""))


class TestTime:
    def test_what_stood_there_before_the_attempt_began_is_not_the_one(self) -> None:
        assert not matches(wanted(), stands(at=NOW - SECOND))
        assert matches(wanted(), stands(at=NOW))

    def test_it_may_appear_long_afterwards(self) -> None:
        assert matches(wanted(), stands(at=NOW + timedelta(hours=9)))

    def test_what_carries_our_media_is_the_one_whatever_its_time(self) -> None:
        assert matches(wanted(marks=("55",)), stands("else", at=NOW - timedelta(days=1), marks=("55", "56")))


class TestMedia:
    def test_another_number_of_pictures_is_another_post(self) -> None:
        assert not matches(wanted(media=2), stands(media=1))
        assert not matches(wanted(), stands(media=1))
        assert matches(wanted(media=2), stands(media=2))

    def test_other_pictures_do_not_speak_against_it(self) -> None:
        """A platform may show a picture under another id than the one that it gave for uploading it."""
        assert matches(wanted(media=1, marks=("55",)), stands(media=1, marks=("99",)))

    def test_a_facebook_post_is_known_by_its_photo(self) -> None:
        post = payload({"message": "Good morning", "media": [{"digest": "a"}]}, platform="facebook", kind=Kind.PAGE_POST)
        assert matches(expected(post, ("901",), NOW), stands("Good morning", number="1_2", media=1, marks=("901",)))
        assert matches(expected(post, ("901",), NOW), stands("edited since then", media=1, marks=("901",)))

    def test_a_facebook_post_without_photos_is_known_by_its_text(self) -> None:
        post = payload({"message": "Good morning"}, platform="facebook", kind=Kind.PAGE_POST)
        assert matches(expected(post, (), NOW), stands())
        assert not matches(expected(post, (), NOW), stands("Good evening"))


class TestVideo:
    video = payload({"title": "Grain", "description": "Good morning"}, platform="youtube", kind=Kind.VIDEO)

    def test_it_is_known_by_the_id_that_it_has_since_it_was_prepared(self) -> None:
        assert matches(expected(self.video, ("abcdefghijk",), NOW), stands(kind="video", marks=("abcdefghijk",)))

    def test_as_long_as_it_is_private_it_is_not_published(self) -> None:
        private = stands(kind="video", marks=("abcdefghijk",), public=False)
        assert not matches(expected(self.video, ("abcdefghijk",), NOW), private)

    def test_without_an_id_nothing_is_recognised(self) -> None:
        """A description is no proof: an older video may have the same."""
        assert not matches(expected(self.video, (), NOW), stands(kind="video"))


class TestRepost:
    repost = payload({"repost": "1001"}, kind=Kind.REPOST)

    def test_it_is_known_by_its_original(self) -> None:
        assert matches(expected(self.repost, (), NOW), stands("RT whatever", original="1001"))

    def test_another_repost_is_not_the_one(self) -> None:
        assert not matches(expected(self.repost, (), NOW), stands(original="1002"))

    def test_a_post_of_ones_own_is_no_repost(self) -> None:
        assert not matches(expected(self.repost, (), NOW), stands())
        assert not matches(expected(self.repost, (), NOW), stands(number="1001"))

    def test_a_repost_of_before_is_not_the_one(self) -> None:
        assert not matches(expected(self.repost, (), NOW), stands(original="1001", at=NOW - SECOND))


class TestFound:
    def test_nothing_among_nothing(self) -> None:
        assert found(wanted(), [], ()) is None
        assert found(wanted(), [stands("Good evening")], ()) is None

    def test_of_two_the_older_one(self) -> None:
        later = stands(number="9", at=NOW + 9 * SECOND)
        assert found(wanted(), [later, stands()], ()) == stands()

    def test_a_post_that_another_delivery_has_is_left_to_it(self) -> None:
        later = stands(number="9", at=NOW + 9 * SECOND)
        assert found(wanted(), [later, stands()], {("post", "7")}) == later
        assert found(wanted(), [stands()], {("post", "7")}) is None

    def test_a_repost_may_have_the_id_of_its_original(self) -> None:
        repost = stands(number="1001", original="1001")
        ours = expected(TestRepost.repost, (), NOW)
        assert found(ours, [repost], {("post", "1001")}) == repost
        assert found(ours, [repost], {("repost", "1001")}) is None

    def test_what_is_not_public_is_left_out(self) -> None:
        assert found(wanted(), [replace(stands(), public=False)], ()) is None
