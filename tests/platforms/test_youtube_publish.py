"""One request makes a video public; what YouTube says then is the receipt."""

import json
import logging
from dataclasses import replace
from datetime import timedelta

import pytest

from ministry_social.errors import InvalidSettings, OutcomeUnknown, Rejected, Throttled, Unauthorized, Unreachable
from ministry_social.model.account import Account, Credential
from ministry_social.model.delivery import PostRef, Prepared
from ministry_social.model.variant import Counting, Reference
from ministry_social.platforms.gate import Wire
from ministry_social.platforms.youtube import YouTube
from ministry_social.rules.references import SHAPES, references
from ministry_social.rules.timing import unstamp

from .bench import AMPLE, LATE, Bench, FixedClock, Shelf, make_account
from .bench_youtube import CHANNEL, connect, video_of


def requests_in(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Every request that went over the wire since `caplog.clear()`, as method and path."""
    lines = [record.getMessage() for record in caplog.records if record.name == "urllib3.connectionpool"]
    return [line.split('"')[1].removesuffix(" HTTP/1.1").split("?")[0] for line in lines if '"' in line]


def test_the_limits_are_those_of_a_video(youtube: Bench) -> None:
    limits = youtube.platform.limits(youtube.account)
    assert (limits.text, limits.counting, limits.title, limits.tags) == (5000, Counting.BYTES, 100, 500)
    assert (limits.video_bytes, limits.video_types) == (274877906944, ("video/*",))
    assert not limits.forbids_similar


def test_the_payload_is_all_that_will_be_sent(youtube: Bench) -> None:
    body = json.loads(youtube.payload().body)
    [video] = youtube.variant.attachments
    assert body == {
        "title": "Grain corridor: statement of the minister",
        "description": "The grain corridor stays open for another year.",
        "tags": ["grain", "black sea"], "category": "25", "language": "en", "localizations": {}, "privacy": "public",
        "made_for_kids": False, "embeddable": True, "license": "youtube", "public_stats": True,
        "video": {"digest": video.digest, "type": "video/mp4", "size": video.size, "file": "corridor.mp4"},
        "thumbnail": None, "captions": [], "playlists": [],
    }  # fmt: skip
    assert youtube.payload().body == youtube.again().render(youtube.account, youtube.variant).body


def test_a_description_may_hold_the_address_of_another_delivery(youtube: Bench) -> None:
    other = Reference(delivery="m/1/mfa/video", field="url", shape="youtube-url")
    payload = youtube.payload(replace(youtube.variant, text=("See ", other)))
    assert references(payload) == (other,)


def test_a_message_without_a_video_is_refused(youtube: Bench) -> None:
    with pytest.raises(Rejected, match="no video for mfa-channel"):
        youtube.payload(replace(youtube.variant, attachments=()))


def test_a_chunk_is_a_multiple_of_256_kib(shelf: Shelf, clock: FixedClock) -> None:
    with pytest.raises(InvalidSettings, match="multiple of 256 KiB"):
        YouTube(Wire(base_url="http://127.0.0.1:9/api/youtube"), shelf, clock=clock, chunk=1000)


def test_a_video_is_private_until_it_is_published(youtube: Bench) -> None:
    payload = youtube.payload()
    prepared = youtube.prepare(payload)
    assert youtube.standing() == []
    receipt = youtube.send(payload, prepared)
    assert receipt.post == PostRef(kind="video", id=video_of(prepared))
    assert SHAPES["youtube-url"].fullmatch(receipt.url)
    assert json.loads(receipt.answer)["status"]["privacyStatus"] == "public"
    [row] = youtube.standing()
    assert (row["id"], row["text"]) == (receipt.post.id, "The grain corridor stays open for another year.")


def test_publishing_is_one_request(youtube: Bench, caplog: pytest.LogCaptureFixture) -> None:
    payload = youtube.payload()
    prepared = youtube.prepare(payload)
    with caplog.at_level(logging.DEBUG, "urllib3.connectionpool"):
        caplog.clear()
        youtube.send(payload, prepared)
    assert requests_in(caplog) == ["PUT /api/youtube/youtube/v3/videos"]


def test_a_token_that_is_too_old_is_renewed_before_the_request(youtube: Bench, caplog: pytest.LogCaptureFixture) -> None:
    payload = youtube.payload()
    prepared = youtube.prepare(payload)
    youtube.clock.pass_by(timedelta(hours=2))
    with caplog.at_level(logging.DEBUG, "urllib3.connectionpool"):
        caplog.clear()
        youtube.send(payload, prepared)
    assert requests_in(caplog) == ["POST /api/youtube/token", "PUT /api/youtube/youtube/v3/videos"]


def test_a_token_that_died_early_costs_one_attempt_and_nothing_goes_out(youtube: Bench, caplog: pytest.LogCaptureFixture) -> None:
    payload = youtube.payload()
    prepared = youtube.prepare(payload)
    youtube.fault("expired-token", action="publish", times=1)
    with caplog.at_level(logging.DEBUG, "urllib3.connectionpool"):
        caplog.clear()
        with pytest.raises(Unreachable, match="a new one will be fetched"):
            youtube.send(payload, prepared)
        youtube.send(payload, prepared)
    assert requests_in(caplog) == [
        "PUT /api/youtube/youtube/v3/videos",
        "POST /api/youtube/token",
        "PUT /api/youtube/youtube/v3/videos",
    ]


def test_a_fresh_token_that_is_refused_means_connecting_again(youtube: Bench) -> None:
    payload = youtube.payload()
    prepared = youtube.prepare(payload)
    youtube.fault("expired-token", action="publish")
    with pytest.raises(Unauthorized, match="account connect mfa-channel"):
        youtube.again().publish(youtube.account, youtube.credential, payload, prepared, key="k", deadline=AMPLE)


def test_a_process_that_was_frozen_sends_nothing(youtube: Bench) -> None:
    payload = youtube.payload()
    prepared = youtube.prepare(payload)
    with pytest.raises(Unreachable, match="held up too long"):
        youtube.send(payload, prepared, LATE)
    assert youtube.standing() == []


@pytest.mark.parametrize("kind", ["drop-after", "error-after", "html-page-after", "unparsable"])
def test_a_lost_answer_leaves_it_unknown_and_a_look_settles_it(youtube: Bench, kind: str) -> None:
    payload = youtube.payload()
    prepared = youtube.prepare(payload)
    youtube.fault(kind, times=1)
    with pytest.raises(OutcomeUnknown):
        youtube.send(payload, prepared)
    seen = youtube.platform.fetch(youtube.account, youtube.credential, PostRef(kind="video", id=video_of(prepared)))
    assert seen is not None
    assert seen.public


@pytest.mark.parametrize("kind", ["drop-before", "error", "html-page", "no-content-type"])
def test_a_failing_server_leaves_it_unknown_though_nothing_happened(youtube: Bench, kind: str) -> None:
    payload = youtube.payload()
    prepared = youtube.prepare(payload)
    youtube.fault(kind, times=1)
    with pytest.raises(OutcomeUnknown):
        youtube.send(payload, prepared)
    assert youtube.standing() == []


def test_a_used_up_quota_ends_at_midnight_in_california(youtube: Bench) -> None:
    payload = youtube.payload()
    prepared = youtube.prepare(payload)
    youtube.fault("throttled", times=1)
    with pytest.raises(Throttled) as caught:
        youtube.send(payload, prepared)
    assert caught.value.retry_at is not None
    assert timedelta(0) < caught.value.retry_at - youtube.clock.now() <= timedelta(hours=25)


def test_a_suspended_channel_is_named(youtube: Bench) -> None:
    payload = youtube.payload()
    prepared = youtube.prepare(payload)
    youtube.fault("suspended")
    with pytest.raises(Unauthorized, match="mfa-channel"):
        youtube.send(payload, prepared)


def test_a_video_that_somebody_removed_is_not_published(youtube: Bench) -> None:
    payload = youtube.payload()
    prepared = youtube.prepare(payload)
    youtube.platform.delete(youtube.account, youtube.credential, PostRef(kind="video", id=video_of(prepared)))
    with pytest.raises(Rejected) as caught:
        youtube.send(payload, prepared)
    assert caught.value.code == "videoNotFound"


def test_what_was_never_uploaded_is_not_published(youtube: Bench) -> None:
    with pytest.raises(Rejected, match="not uploaded"):
        youtube.send(youtube.payload(), Prepared(complete=True, data={}))


def test_two_channels_do_not_share_a_token(youtube: Bench) -> None:
    other = replace(youtube.account, name="embassy-channel", id="UC_other_channel")
    credential = connect(youtube.rehearsal, other.name, other.id)
    assert youtube.platform.inspect(youtube.account, youtube.credential).id == CHANNEL
    assert youtube.platform.inspect(other, credential).id == other.id


def test_a_permission_for_another_channel_is_seen(youtube: Bench) -> None:
    standing = youtube.platform.inspect(replace(youtube.account, id="UC_another"), youtube.credential)
    assert not standing.may_post
    assert CHANNEL in standing.detail


def test_renewing_gives_an_access_token_and_keeps_what_it_was_given(youtube: Bench) -> None:
    renewed = youtube.platform.renew(youtube.account, youtube.credential).fields()
    assert renewed.pop("access_token") in youtube.rehearsal.world.states["youtube"].tokens
    assert unstamp(renewed.pop("access_until")) - youtube.clock.now() > timedelta(minutes=59)
    assert Credential(renewed) == youtube.credential


def test_renewing_where_the_platform_rotates_gives_the_next_refresh_token(youtube: Bench) -> None:
    youtube.rehearsal.post("/rehearsal/youtube/settings", {"rotate_refresh_tokens": True})
    renewed = youtube.platform.renew(youtube.account, youtube.credential)
    assert renewed["refresh_token"] != youtube.credential["refresh_token"]
    youtube.platform.renew(youtube.account, renewed)
    with pytest.raises(Unauthorized) as caught:
        youtube.platform.renew(youtube.account, youtube.credential)
    assert caught.value.code == "invalid_grant"


def test_a_credential_with_a_token_asks_for_no_other(youtube: Bench, caplog: pytest.LogCaptureFixture) -> None:
    """A token that another process has stored will do."""
    renewed = youtube.platform.renew(youtube.account, youtube.credential)
    with caplog.at_level(logging.DEBUG, "urllib3.connectionpool"):
        caplog.clear()
        youtube.again().inspect(youtube.account, renewed)
    assert requests_in(caplog) == ["GET /api/youtube/youtube/v3/channels", "POST /api/youtube/tokeninfo"]


def test_whoever_stores_credentials_is_asked_for_a_newer_one(youtube: Bench) -> None:
    """Before a request where the token has ended, and after a 401 of a request that may be repeated."""
    stale: list[Credential] = []

    def renew(account: Account, credential: Credential) -> Credential:
        stale.append(credential)
        return youtube.platform.renew(account, credential)

    platform = youtube.again(renew=renew)
    youtube.fault("expired-token", action="read", times=1)
    assert platform.inspect(youtube.account, youtube.credential).id == CHANNEL
    assert [bool(one.get("access_token")) for one in stale] == [False, True]


def test_a_deleted_video_is_gone_and_deleting_again_is_done(youtube: Bench) -> None:
    post = youtube.publish().post
    for _ in range(2):
        youtube.platform.delete(youtube.account, youtube.credential, post)
    assert youtube.platform.fetch(youtube.account, youtube.credential, post) is None
    assert youtube.standing() == []


def test_recent_shows_private_videos_too_newest_first(youtube: Bench) -> None:
    since = youtube.clock.now() - timedelta(minutes=1)
    public = youtube.publish().post.id
    youtube.clock.pass_by(timedelta(hours=1))
    private = video_of(youtube.prepare(youtube.payload(youtube.saying("Not yet."))))
    found = list(youtube.platform.recent(youtube.account, youtube.credential, since=since))
    assert [(post.post.id, post.public) for post in found] == [(private, False), (public, True)]
    assert found[0].text == "Not yet."
    assert found[0].facts["fileName"].startswith("ms-")
    late = list(youtube.platform.recent(youtube.account, youtube.credential, since=youtube.clock.now() - timedelta(minutes=30)))
    assert [post.post.id for post in late] == [private]


@pytest.mark.parametrize(
    ("base_url", "token_uri"),
    [
        ("http://127.0.0.1:9/api/youtube", "https://oauth2.googleapis.com/token"),
        ("https://youtube.googleapis.com", "http://127.0.0.1:9/token"),
        ("https://youtube.googleapis.com", "https://127.0.0.1:9/token"),
        ("https://youtube.googleapis.com", "http://oauth2.googleapis.com/token"),
        ("https://youtube.googleapis.com", "/api/youtube/token"),
    ],
)
def test_a_credential_never_leads_into_the_other_world(shelf: Shelf, clock: FixedClock, base_url: str, token_uri: str) -> None:
    platform = YouTube(Wire(base_url=base_url), shelf, clock=clock)
    fields = {"client_id": "c", "client_secret": "s", "refresh_token": "r", "token_uri": token_uri}
    with pytest.raises(Unauthorized, match="token_uri of mfa-channel"):
        platform.inspect(make_account("youtube", "mfa-channel", CHANNEL), Credential(fields))


def test_an_incomplete_credential_is_named(youtube: Bench) -> None:
    fields = youtube.credential.fields() | {"refresh_token": ""}
    with pytest.raises(Unauthorized, match="lacks refresh_token"):
        youtube.platform.inspect(youtube.account, Credential(fields))


def test_a_revoked_permission_asks_for_connecting_again(youtube: Bench) -> None:
    fields = youtube.credential.fields() | {"refresh_token": "1//revoked"}
    with pytest.raises(Unauthorized) as caught:
        youtube.platform.inspect(youtube.account, Credential(fields))
    assert caught.value.code == "invalid_grant"
    assert "1//revoked" not in str(caught.value)


def test_a_sign_in_that_fails_is_asked_once(youtube: Bench, caplog: pytest.LogCaptureFixture) -> None:
    youtube.rehearsal.fault("error", "youtube", action="token")
    with caplog.at_level(logging.DEBUG, "urllib3.connectionpool"):
        caplog.clear()
        with pytest.raises(Unreachable):
            youtube.platform.inspect(youtube.account, youtube.credential)
    assert requests_in(caplog) == ["POST /api/youtube/token"]


def test_a_platform_that_is_down_is_unreachable(shelf: Shelf, clock: FixedClock) -> None:
    platform = YouTube(Wire(base_url="http://127.0.0.1:1/api/youtube", connect=1.0), shelf, clock=clock)
    fields = {"client_id": "c", "client_secret": "s", "refresh_token": "r", "token_uri": "http://127.0.0.1:1/token"}
    with pytest.raises(Unreachable):
        platform.inspect(make_account("youtube", "mfa-channel", CHANNEL), Credential(fields))
