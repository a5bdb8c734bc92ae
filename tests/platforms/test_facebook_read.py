"""Reading a Page back and taking posts down, through facebook-sdk, against the rehearsal."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ministry_social.errors import Rejected, Unauthorized
from ministry_social.model.account import Credential
from ministry_social.model.delivery import PostRef, RemotePost
from ministry_social.model.variant import Kind
from ministry_social.platforms.facebook.read import _address, moment

from .bench import Bench, Shelf, post_variant
from .conftest import MakeBench

AGO = timedelta(days=1)


@pytest.fixture
def facebook(make_bench: MakeBench) -> Bench:
    """A Page against its rehearsal."""
    return make_bench("facebook")


def read(bench: Bench, since: timedelta = AGO) -> list[RemotePost]:
    return list(bench.platform.recent(bench.account, bench.credential, since=bench.clock.now() - since))


def fetched(bench: Bench, post: PostRef) -> RemotePost:
    found = bench.platform.fetch(bench.account, bench.credential, post)
    assert found is not None
    return found


def with_video(bench: Bench, shelf: Shelf, mp4: bytes) -> Bench:
    film = shelf.attach("minister.mp4", mp4, "video/mp4")
    return replace(bench, variant=post_variant(bench.account, ("La ministre parle.",), (film,), kind=Kind.PAGE_POST))


def test_a_fetched_post_has_its_alt_texts_and_its_photos(facebook: Bench, shelf: Shelf, png: bytes, jpeg: bytes) -> None:
    pictures = (shelf.attach("a.png", png, "image/png", alt="Une"), shelf.attach("b.jpg", jpeg, "image/jpeg"))
    receipt = facebook.publish(replace(facebook.variant, attachments=pictures))
    found = fetched(facebook, receipt.post)
    assert (found.alts, found.media, found.account) == (("Une", ""), 2, facebook.account.id)
    assert len(found.facts["photos"].split(",")) == 2


def test_the_photos_of_a_post_tell_which_one_was_prepared(facebook: Bench) -> None:
    prepared = facebook.prepare(facebook.payload())
    facebook.send(facebook.payload(), prepared)
    [found] = read(facebook)
    assert found.facts["photos"] in prepared.data["0"]


def test_a_link_is_no_picture(facebook: Bench) -> None:
    facebook.publish(post_variant(facebook.account, ("Paix",), link="https://mfa.example.org/a", kind=Kind.PAGE_POST))
    assert [(found.media, dict(found.facts)) for found in read(facebook)] == [(0, {})]


def test_a_text_comes_back_as_it_was_written(facebook: Bench) -> None:
    text = "Paix & <sécurité> \U0001f91d\nsecond «ligne» https://mfa.example.org/a?b=1&c=2"
    receipt = facebook.publish(facebook.saying(text))
    assert fetched(facebook, receipt.post).text == text


def test_a_video_is_found_once_under_its_own_name(facebook: Bench, shelf: Shelf, mp4: bytes) -> None:
    facebook.publish(facebook.saying("Avant"))
    facebook.clock.pass_by(timedelta(minutes=1))
    receipt = with_video(facebook, shelf, mp4).publish()
    facebook.clock.pass_by(timedelta(minutes=1))
    facebook.publish(facebook.saying("Après"))
    assert [(found.text, found.post.kind) for found in read(facebook)] == [
        ("Après", "post"), ("La ministre parle.", "video"), ("Avant", "post"),
    ]  # fmt: skip
    found = fetched(facebook, receipt.post)
    assert (found.text, found.media, found.public) == ("La ministre parle.", 1, True)
    assert found.facts["story"].startswith(f"{facebook.account.id}_")


def test_a_video_is_taken_down_under_its_own_name(facebook: Bench, shelf: Shelf, mp4: bytes) -> None:
    receipt = with_video(facebook, shelf, mp4).publish()
    for _ in range(2):
        facebook.platform.delete(facebook.account, facebook.credential, receipt.post)
    assert facebook.platform.fetch(facebook.account, facebook.credential, receipt.post) is None
    assert read(facebook) == []


def test_reading_goes_through_all_the_pages_of_a_long_list(facebook: Bench) -> None:
    for number in range(205):
        facebook.publish(post_variant(facebook.account, (f"Paix {number}",), kind=Kind.PAGE_POST))
    texts = [found.text for found in read(facebook)]
    assert len(texts) == 205
    assert len(set(texts)) == 205


def test_a_post_of_the_very_second_is_among_the_recent_ones(facebook: Bench) -> None:
    facebook.rehearsal.post("/rehearsal/clock", {"now": "2026-12-01T12:00:00.300000+00:00", "rate": 0})
    facebook.publish()
    since = datetime(2026, 12, 1, 12, 0, 0, 900_000, tzinfo=UTC)
    assert len(list(facebook.platform.recent(facebook.account, facebook.credential, since=since))) == 1
    later = since + timedelta(seconds=1)
    assert list(facebook.platform.recent(facebook.account, facebook.credential, since=later)) == []


def test_a_post_that_may_not_be_seen_is_not_called_absent(facebook: Bench) -> None:
    receipt = facebook.publish()
    stranger = Credential(facebook.rehearsal.enrol("facebook", "9999", "stranger") | {"page_id": facebook.account.id})
    with pytest.raises(Unauthorized):
        facebook.platform.fetch(facebook.account, stranger, receipt.post)


def test_a_page_that_is_gone_is_not_an_absent_post(facebook: Bench) -> None:
    nowhere = replace(facebook.account, id="123456")
    credential = Credential({"access_token": facebook.credential["access_token"]})
    with pytest.raises(Rejected):
        facebook.platform.fetch(nowhere, credential, PostRef(kind="post", id="123456_1"))


def test_a_reading_lag_hides_a_post_for_a_while(facebook: Bench) -> None:
    receipt = facebook.publish()
    facebook.fault("read-lag", seconds=60, action="read")
    assert read(facebook) == []
    facebook.clock.pass_by(timedelta(seconds=61))
    assert [found.post for found in read(facebook)] == [receipt.post]


def test_inspecting_tells_handle_and_name(facebook: Bench) -> None:
    standing = facebook.platform.inspect(facebook.account, facebook.credential)
    assert (standing.handle, standing.name) == ("embassy_paris", facebook.account.name)


def test_a_pages_token_is_never_exchanged(facebook: Bench) -> None:
    away = facebook.with_wire(base_url="http://127.0.0.1:1/api/facebook")
    assert away.platform.renew(facebook.account, facebook.credential) is facebook.credential


def test_a_videos_address_without_a_host_gets_facebooks() -> None:
    assert _address({"permalink_url": "/mfa/videos/17/"}, "17") == "https://www.facebook.com/mfa/videos/17/"
    assert _address({}, "17") == "https://www.facebook.com/17"


def test_facebooks_times_are_understood() -> None:
    assert moment("2026-12-01T12:00:00+0000") == datetime(2026, 12, 1, 12, tzinfo=UTC)
