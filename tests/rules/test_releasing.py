"""Releasing: what is signed holds everything that will be public, so that no change of it goes unseen."""

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from datetime import timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.model.delivery import State
from ministry_social.model.plan import Assignment, Silence
from ministry_social.model.release import Promise, Release
from ministry_social.model.variant import Attachment, Kind, Payload, Reference, Variant
from ministry_social.rules.canonical import canonical, digest
from ministry_social.rules.references import as_json
from ministry_social.rules.releasing import part_of, planned, promise_json, release, release_bytes
from tests.factories import NOW, account, channel, message, mfa

PROMISE = Promise(
    key="grain/1/mfa/post", platform="x", account="mfa", account_id="184", kind="original", payload="a" * 64,
    media=(("b" * 64, "The minister"),), due_at=NOW, stale_at=NOW + timedelta(hours=12),
    waits_for=("grain/1/channel/video",), otherwise="c" * 64,
)  # fmt: skip
OTHER = replace(PROMISE, key="grain/1/embassy-paris/post", account="embassy-paris", account_id="185")
RELEASE = Release(message="grain", wave=1, revision="d" * 64, embargo=NOW, promises=(PROMISE, OTHER))

# Every change of one field that matters, and some that hide well.
CHANGES: list[Callable[[Promise], Promise]] = [
    lambda p: replace(p, key="grain/2/mfa/post"),
    lambda p: replace(p, platform="facebook"),
    lambda p: replace(p, account="mfa2"),
    lambda p: replace(p, account_id="1840"),
    lambda p: replace(p, kind="local"),
    lambda p: replace(p, payload="a" * 63 + "b"),
    lambda p: replace(p, otherwise=""),
    lambda p: replace(p, otherwise="c" * 63 + "d"),
    lambda p: replace(p, media=()),
    lambda p: replace(p, media=(("b" * 64, "The Minister"),)),
    lambda p: replace(p, media=(("b" * 63 + "c", "The minister"),)),
    lambda p: replace(p, media=(*p.media, ("b" * 64, ""))),
    lambda p: replace(p, due_at=NOW + timedelta(milliseconds=1)),
    lambda p: replace(p, stale_at=None),
    lambda p: replace(p, stale_at=NOW),
    lambda p: replace(p, waits_for=()),
    lambda p: replace(p, waits_for=("grain/1/channel/vide", "o")),
    lambda p: replace(p, groups=("sahel",)),
]
WHOLE: list[Callable[[Release], Release]] = [
    lambda r: replace(r, message="grain2"),
    lambda r: replace(r, wave=2),
    lambda r: replace(r, revision="d" * 63 + "e"),
    lambda r: replace(r, embargo=None),
    lambda r: replace(r, embargo=NOW + timedelta(milliseconds=1)),
    lambda r: replace(r, promises=r.promises[:1]),
    lambda r: replace(r, promises=r.promises[::-1]),
    lambda r: replace(r, promises=(*r.promises, r.promises[0])),
    lambda r: replace(r, kind="travel-advice"),
    lambda r: replace(r, authors=("anna",)),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_any_field_of_a_promise_changes_the_bytes(change: Callable[[Promise], Promise]) -> None:
    assert change(PROMISE) != PROMISE
    assert release_bytes(replace(RELEASE, promises=(change(PROMISE), OTHER))) != release_bytes(RELEASE)


@pytest.mark.parametrize("change", WHOLE)
def test_a_change_of_any_field_of_a_release_changes_the_bytes(change: Callable[[Release], Release]) -> None:
    assert release_bytes(change(RELEASE)) != release_bytes(RELEASE)


def test_no_field_is_forgotten() -> None:
    assert set(promise_json(PROMISE)) == {field.name for field in fields(Promise)}
    held = set(json.loads(release_bytes(RELEASE)))
    assert held == {field.name for field in fields(Release)} - {"promises"} | {"deliveries", "format"}


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
MOMENTS = st.integers(0, 10**12).map(lambda milliseconds: NOW + timedelta(milliseconds=milliseconds))
PROMISES = st.builds(
    Promise,
    key=WORDS, platform=WORDS, account=WORDS, account_id=WORDS, kind=WORDS, payload=WORDS, otherwise=WORDS,
    media=st.lists(st.tuples(WORDS, WORDS), max_size=2).map(tuple), due_at=MOMENTS, stale_at=st.none() | MOMENTS,
    waits_for=st.lists(WORDS, max_size=2).map(tuple), groups=st.lists(WORDS, max_size=2).map(tuple),
)  # fmt: skip
RELEASES = st.builds(
    Release,
    message=WORDS, wave=st.integers(1, 9), revision=WORDS, embargo=st.none() | MOMENTS,
    promises=st.lists(PROMISES, max_size=2).map(tuple), kind=WORDS, authors=st.lists(WORDS, max_size=2).map(tuple),
)  # fmt: skip


@given(RELEASES, RELEASES)
def test_two_releases_have_the_same_bytes_only_if_they_are_the_same(one: Release, other: Release) -> None:
    assert (release_bytes(one) == release_bytes(other)) == (one == other)


@given(st.data())
def test_one_changed_byte_of_a_release_changes_its_digest(data: st.DataObject) -> None:
    body = bytearray(release_bytes(RELEASE))
    before = digest(bytes(body))
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    assert digest(bytes(body)) != before


def test_a_moment_is_the_same_in_any_zone() -> None:
    elsewhere = replace(PROMISE, due_at=NOW.astimezone(timezone(timedelta(hours=9))))
    assert promise_json(elsewhere) == promise_json(PROMISE)
    assert promise_json(PROMISE)["due_at"] == "2026-12-01T09:00:00.000Z"


PICTURE = Attachment(file="m.jpg", digest="b" * 64, type="image/jpeg", kind="image", size=9, alt="The minister")
VIDEO = Reference(delivery="grain/1/channel/video", field="url", shape="youtube-url")


def released(
    *assignments: Assignment, otherwise: Mapping[str, Payload] | None = None, stale: timedelta = timedelta(hours=1), **of: Any
) -> Release:
    """A release of assignments; each payload says the variant's text."""
    said = {a.account.name: a.variant for a in assignments if a.variant is not None}
    payloads = {
        name: Payload(platform="x", kind=variant.kind, body=canonical({"text": as_json(variant.text)}))
        for name, variant in said.items()
    }
    due = dict.fromkeys(said, NOW)
    return release(message(**of), "d" * 64, 1, assignments, payloads, otherwise or {}, due, stale)


def speaks(kind: Kind = Kind.ORIGINAL, **variant: Any) -> Assignment:
    return Assignment(account=mfa(id="184"), reason="", variant=Variant(account="mfa", kind=kind, **variant))


def test_a_promise_holds_what_will_be_public() -> None:
    [promise] = released(speaks(text=("See ", VIDEO), attachments=(PICTURE,))).promises
    body = canonical({"text": as_json(("See ", VIDEO))})
    assert promise == Promise(
        key="grain/1/mfa/post", platform="x", account="mfa", account_id="184", kind="original", payload=digest(body),
        media=(("b" * 64, "The minister"),), due_at=NOW, stale_at=NOW + timedelta(hours=1), waits_for=("grain/1/channel/video",),
    )  # fmt: skip


def test_what_is_named_twice_is_waited_for_once() -> None:
    [promise] = released(speaks(text=(VIDEO, " ", VIDEO))).promises
    assert promise.waits_for == ("grain/1/channel/video",)


def test_the_payload_for_want_of_a_video_is_signed_too() -> None:
    other = Payload(platform="x", kind=Kind.ORIGINAL, body=b'{"text":"See"}')
    [promise] = released(speaks(text=("See ", VIDEO)), otherwise={"mfa": other}).promises
    assert promise.otherwise == digest(other.body)


def test_a_promise_is_stale_so_long_after_it_is_due() -> None:
    [promise] = released(speaks(text=("Open",)), stale=timedelta(minutes=90)).promises
    assert promise.stale_at == NOW + timedelta(minutes=90)


def test_the_embargo_is_signed() -> None:
    assert released(speaks(text=("Open",)), embargo=NOW).embargo == NOW


def test_who_stays_silent_is_not_in_it() -> None:
    silent = Assignment(account=account(), reason="", silence=Silence.NOT_ADDRESSED)
    assert len(released(speaks(text=("Open",)), silent).promises) == 1


def test_a_video_is_a_part_of_its_own() -> None:
    assert [part_of(kind) for kind in Kind] == ["post"] * 5 + ["video"]
    shown = Assignment(account=channel(), reason="", variant=Variant(account="channel", kind=Kind.VIDEO, text=("Briefing",)))
    assert released(shown).promises[0].key == "grain/1/channel/video"


class TestDelivery:
    def test_keeps_its_promise(self) -> None:
        delivery = planned(PROMISE, "grain", 1, "e" * 64)
        for field in ("key", "account", "platform", "payload", "otherwise", "due_at", "stale_at", "waits_for"):
            assert getattr(delivery, field) == getattr(PROMISE, field)
        assert (delivery.message, delivery.wave, delivery.part, delivery.kind) == ("grain", 1, "post", Kind.ORIGINAL)
        assert (delivery.release, delivery.state, delivery.attempts) == ("e" * 64, State.PLANNED, 0)

    @pytest.mark.parametrize(
        ("kind", "media", "prepared"),
        [("original", (), True), ("original", (("b" * 64, ""),), False), ("repost", (), True), ("video", (), False)],
    )
    def test_without_media_is_prepared_from_the_start(self, kind: str, media: Any, prepared: bool) -> None:
        assert planned(replace(PROMISE, kind=kind, media=media), "grain", 1, "e" * 64).prepared is prepared
