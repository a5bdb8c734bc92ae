"""Facebook's posts, through facebook-sdk, against the rehearsal."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from ministry_social.errors import InvalidMessage, OutcomeUnknown, Rejected, Throttled, Unauthorized
from ministry_social.model.account import Credential
from ministry_social.model.delivery import PostRef, Prepared
from ministry_social.model.variant import Counting, Kind, Reference, Variant
from ministry_social.platforms.facebook import Facebook
from ministry_social.platforms.facebook.wire import VIDEO_HOST, Line, library
from ministry_social.platforms.gate import Wire
from ministry_social.rules.references import references, resolve

from .bench import Bench, FixedClock, Shelf, post_variant
from .conftest import MakeBench

NOTHING = Prepared(complete=True, data={})
LINK = "https://mfa.example.org/corridor"


@pytest.fixture
def facebook(make_bench: MakeBench) -> Bench:
    """A Page against its rehearsal."""
    return make_bench("facebook")


def plain(bench: Bench, text: str, **more: Any) -> Variant:
    return post_variant(bench.account, (text,), kind=Kind.PAGE_POST, **more)


def switch(bench: Bench, **values: Any) -> None:
    bench.rehearsal.post("/rehearsal/facebook", values)


# Payloads


def test_a_posts_payload_holds_its_text_link_and_media(facebook: Bench) -> None:
    [picture] = facebook.variant.attachments
    said = facebook.variant.text[0]
    assert json.loads(facebook.payload(replace(facebook.variant, link=LINK)).body) == {
        "message": said,
        "link": LINK,
        "media": [
            {
                "digest": picture.digest, "type": "image/png", "kind": "image", "size": picture.size,
                "alt": "La ministre à sa table", "file": "minister.png",
            }
        ],
    }  # fmt: skip


def test_a_payload_keeps_a_reference_as_a_value(facebook: Bench) -> None:
    reference = Reference(delivery="m/1/channel/video", field="url", shape="youtube-url")
    payload = facebook.payload(post_variant(facebook.account, ("Voir ", reference), kind=Kind.PAGE_POST))
    assert references(payload) == (reference,)
    resolved = resolve(payload, {"m/1/channel/video": {"url": "https://youtu.be/abcdefghijk"}})
    facebook.send(resolved, NOTHING)
    assert facebook.standing()[0]["text"] == "Voir https://youtu.be/abcdefghijk"


def test_beside_pictures_a_link_that_the_text_has_is_not_said_twice(facebook: Bench) -> None:
    variant = replace(facebook.variant, text=(f"Paix. {LINK}",), link=LINK)
    assert json.loads(facebook.payload(variant).body)["link"] == ""


def test_a_video_with_a_link_outside_its_text_is_the_authors_to_correct(facebook: Bench, shelf: Shelf, mp4: bytes) -> None:
    video = shelf.attach("a.mp4", mp4, "video/mp4")
    with pytest.raises(InvalidMessage, match="in its text only"):
        facebook.payload(plain(facebook, "Paix", attachments=(video,), link=LINK))


def test_a_video_among_pictures_is_the_authors_to_correct(facebook: Bench, shelf: Shelf, mp4: bytes) -> None:
    video = shelf.attach("a.mp4", mp4, "video/mp4")
    with pytest.raises(InvalidMessage, match="one video or pictures"):
        facebook.payload(plain(facebook, "Paix", attachments=(*facebook.variant.attachments, video)))


def test_limits_count_characters_and_allow_one_text_on_several_pages(facebook: Bench) -> None:
    limits = facebook.platform.limits(facebook.account)
    assert (limits.text, limits.counting, limits.images, limits.forbids_similar) == (63_206, Counting.CHARACTERS, 10, False)


# Publishing


def test_a_text_of_the_full_length_is_published_whole(facebook: Bench) -> None:
    text = "é🙂" * (63_206 // 2)
    facebook.publish(plain(facebook, text))
    assert facebook.standing()[0]["text"] == text


def test_one_character_more_is_refused(facebook: Bench) -> None:
    with pytest.raises(Rejected):
        facebook.publish(plain(facebook, "x" * 63_207))


def test_a_link_post_carries_its_link(facebook: Bench) -> None:
    facebook.publish(plain(facebook, "Le corridor reste ouvert.", link=LINK))
    [row] = facebook.standing()
    assert row["more"]["link"] == LINK


def test_pictures_stand_in_the_post_in_their_order_with_their_alt_texts(
    facebook: Bench, shelf: Shelf, png: bytes, jpeg: bytes
) -> None:
    pictures = (shelf.attach("b.jpg", jpeg, "image/jpeg", alt="Deux \U0001f91d"), shelf.attach("a.png", png, "image/png"))
    facebook.publish(plain(facebook, "Paix", attachments=pictures))
    [row] = facebook.standing()
    assert row["media"] == [picture.digest for picture in pictures]
    assert row["alts"] == ["Deux \U0001f91d", ""]


def test_publishing_is_one_request_on_which_the_address_comes_back(facebook: Bench) -> None:
    payload = facebook.payload(plain(facebook, "Paix"))
    facebook.rehearsal.world.states["facebook"].calls.clear()
    receipt = facebook.send(payload, NOTHING)
    assert len(facebook.rehearsal.world.states["facebook"].calls[facebook.account.id]) == 1
    assert json.loads(receipt.answer)["permalink_url"] == receipt.url
    assert receipt.url == f"{facebook.rehearsal.address}/facebook/embassy_paris/posts/{receipt.post.id.partition('_')[2]}"


def test_the_same_text_again_is_evidence_of_the_first(facebook: Bench) -> None:
    facebook.publish(plain(facebook, "Paix"))
    with pytest.raises(Rejected) as error:
        facebook.publish(plain(facebook, "Paix"))
    assert error.value.duplicate
    assert len(facebook.standing()) == 1


def test_code_2_is_unknown_although_it_says_retry(facebook: Bench) -> None:
    facebook.fault("error-after", action="publish", status=500)
    with pytest.raises(OutcomeUnknown) as error:
        facebook.send(facebook.payload(plain(facebook, "Paix")), NOTHING)
    assert error.value.code == "2"
    assert len(facebook.standing()) == 1


def test_photos_that_facebook_no_longer_knows_ask_for_preparing_again(facebook: Bench) -> None:
    prepared = facebook.prepare(facebook.payload())
    facebook.rehearsal.world.states["facebook"].photos.clear()
    with pytest.raises(Rejected) as error:
        facebook.send(facebook.payload(), prepared)
    assert error.value.code == "media-invalid"
    facebook.send(facebook.payload(), facebook.prepare(facebook.payload()))
    assert len(facebook.standing()) == 1


def test_a_refused_text_does_not_ask_for_preparing(facebook: Bench) -> None:
    with pytest.raises(Rejected) as error:
        facebook.send(facebook.payload(plain(facebook, "x" * 63_207)), NOTHING)
    assert error.value.code == "100"


def test_a_throttle_ends_after_the_minutes_that_facebook_names(facebook: Bench) -> None:
    facebook.fault("throttled", action="publish", seconds=1800)
    with pytest.raises(Throttled) as error:
        facebook.send(facebook.payload(plain(facebook, "Paix")), NOTHING)
    assert error.value.retry_at is not None
    wait = error.value.retry_at - facebook.clock.now()
    assert timedelta(minutes=29) < wait <= timedelta(minutes=30)


def test_used_up_calls_are_a_throttle(facebook: Bench) -> None:
    switch(facebook, page_calls=1)
    facebook.platform.inspect(facebook.account, facebook.credential)
    with pytest.raises(Throttled):
        facebook.platform.inspect(facebook.account, facebook.credential)


def test_an_account_that_facebook_wants_to_check_says_who_must_act(facebook: Bench) -> None:
    facebook.fault("suspended")
    with pytest.raises(Unauthorized) as error:
        facebook.send(facebook.payload(plain(facebook, "Paix")), NOTHING)
    assert error.value.code == "190/459"
    assert "log in at facebook.com" in error.value.remedy


def test_a_persons_token_does_not_publish_for_a_page(facebook: Bench) -> None:
    token = facebook.rehearsal.post("/rehearsal/facebook/tokens", {"kind": "user"})["access_token"]
    person = replace(facebook, credential=Credential({"page_id": facebook.account.id, "access_token": token}))
    with pytest.raises(Unauthorized) as error:
        person.send(person.payload(plain(person, "Paix")), NOTHING)
    assert "right Page ticked" in error.value.remedy
    assert facebook.standing() == []


@pytest.mark.parametrize("fields", [{"page_id": "4001"}, {"page_id": "999", "access_token": "EAAx"}])
def test_a_credential_that_cannot_be_this_pages_is_not_sent(facebook: Bench, fields: dict[str, str]) -> None:
    stranger = replace(facebook, credential=Credential(fields), account=replace(facebook.account, id="4001"))
    with pytest.raises(Unauthorized, match="account connect"):
        stranger.platform.inspect(stranger.account, stranger.credential)


def test_an_expired_version_is_refused_with_the_setting(facebook: Bench, shelf: Shelf) -> None:
    old = Facebook(facebook.wire, shelf, clock=facebook.clock, version="v20.0")
    with pytest.raises(Rejected, match=r"\[facebook\] version"):
        old.inspect(facebook.account, facebook.credential)


def test_the_version_is_the_one_that_was_set_and_the_library_stays_as_it_is(facebook: Bench, shelf: Shelf) -> None:
    platform = Facebook(facebook.wire, shelf, clock=facebook.clock, version="v25.0")
    seen: list[str] = []
    line = platform._line(platform._gate, facebook.account, facebook.credential)
    line.client.session.hooks["response"].append(lambda said, **_: seen.append(said.headers["facebook-api-version"]))
    line.ask(lambda graph: graph.get_object(facebook.account.id))
    assert seen == ["v25.0"]
    assert library().FACEBOOK_GRAPH_URL == "https://graph.facebook.com/"


def test_an_answer_keeps_no_secret(facebook: Bench) -> None:
    receipt = facebook.publish()
    assert facebook.credential["access_token"].encode() not in receipt.answer


def test_forty_pages_publish_at_the_same_time_each_in_its_own_name(facebook: Bench) -> None:
    def one(number: int) -> tuple[str, str]:
        name, page = f"page-{number}", str(7000 + number)
        credential = Credential(facebook.rehearsal.enrol("facebook", page, name))
        account = replace(facebook.account, name=name, handle=f"page_{number}", id=page)
        payload = facebook.platform.render(account, plain(facebook, f"Paix, {number}"))
        far = facebook.clock.deadline(timedelta(seconds=60))
        return page, facebook.platform.publish(account, credential, payload, NOTHING, key="k", deadline=far).post.id

    with ThreadPoolExecutor(8) as pool:
        for page, post in pool.map(one, range(40)):
            assert post.startswith(f"{page}_")
    rows = facebook.rehearsal.records(platform="facebook")
    assert {row["profile"]: row["text"] for row in rows} == {str(7000 + n): f"Paix, {n}" for n in range(40)}


# The way to Facebook


def live(**more: Any) -> Facebook:
    return Facebook(Wire(base_url="https://graph.facebook.com"), Shelf(), clock=FixedClock(), **more)


def test_live_videos_go_to_facebooks_host_for_videos() -> None:
    def called(platform: Facebook) -> str:
        return platform._video_gate._adapter.address("https://graph.facebook.com/v26.0/4001/videos")

    assert called(live()) == f"{VIDEO_HOST}/v26.0/4001/videos"
    assert called(live(video_base_url="https://proxy.example.org/video")) == "https://proxy.example.org/video/v26.0/4001/videos"
    elsewhere = Facebook(Wire(base_url="http://127.0.0.1:1/api/facebook"), Shelf(), clock=FixedClock())
    assert called(elsewhere) == "http://127.0.0.1:1/api/facebook/v26.0/4001/videos"


def test_a_post_without_an_address_of_facebooks_is_found_by_its_id(facebook: Bench) -> None:
    post = PostRef(kind="post", id="4001_17")
    assert live()._address(facebook.account, post, "") == "https://www.facebook.com/4001_17"
    assert live()._address(facebook.account, post, "https://www.facebook.com/x/17") == "https://www.facebook.com/x/17"


def test_importing_the_platform_does_not_import_the_library() -> None:
    code = "import sys, ministry_social.platforms.facebook; sys.exit('facebook' in sys.modules)"
    assert subprocess.run([sys.executable, "-W", "error", "-c", code], check=False).returncode == 0


def test_a_yes_to_the_library_that_is_none_is_unknown(facebook: Bench) -> None:
    """facebook-sdk looks for an "error" in the body only: HTTP 503 with another JSON body is a yes to it."""
    line = Line.open(facebook.platform._gate, facebook.account, facebook.credential, version="v26.0", clock=facebook.clock)  # type: ignore[attr-defined]  # the bench knows the port only
    line.client.session.hooks["response"].insert(0, _as_503)
    with pytest.raises(Exception, match="HTTP 503"):
        line.ask(lambda graph: graph.get_object(facebook.account.id))


def _as_503(said: Any, **_: Any) -> Any:
    said.status_code = 503
    return said
