"""Facts 44 to 56: what YouTube answers to what, through plain HTTP, each with its public source."""

from typing import Any

import pytest

from tests.conftest import Rehearsal
from tests.rehearsal.youtube_http import PRIVATE, SNIPPET, STEP, Channel, reason


@pytest.fixture
def channel(rehearsal: Rehearsal) -> Channel:
    return Channel(rehearsal)


def test_fact_44_a_resumable_upload_begins_with_an_address(channel: Channel) -> None:
    """developers.google.com/youtube/v3/guides/using_resumable_upload_protocol, step 1: 200, Location, no body."""
    opened = channel.begin()
    assert (opened.status_code, opened.content) == (200, b"")
    assert opened.headers["Location"].startswith(f"{channel.base}/upload/youtube/v3/videos?")
    assert "upload_id=" in opened.headers["Location"]


def test_fact_44_the_length_may_be_said_later(channel: Channel) -> None:
    """googleapiclient/http.py, next_chunk: X-Upload-Content-Length is left out where the size is not known."""
    address = channel.begin().headers["Location"]
    assert channel.put(address, b"x" * STEP, f"bytes 0-{STEP - 1}/*").status_code == 308
    last = channel.put(address, b"end", f"bytes {STEP}-{STEP + 2}/{STEP + 3}")
    assert (last.status_code, last.json()["kind"]) == (200, "youtube#video")


def test_fact_44_other_bytes_than_announced_are_refused(channel: Channel) -> None:
    """The same guide: X-Upload-Content-Length is the number of bytes of the video."""
    address = channel.begin(headers={"X-Upload-Content-Length": "10"}).headers["Location"]
    assert channel.put(address, b"123", "bytes 0-2/3").status_code == 400


def test_fact_45_a_chunk_is_answered_with_what_is_there(channel: Channel) -> None:
    """The same guide, 'Uploading a file in chunks': 308 Resume Incomplete, Range: bytes=0-N."""
    address = channel.begin().headers["Location"]
    chunk = channel.put(address, b"x" * STEP, f"bytes 0-{STEP - 1}/{2 * STEP}")
    assert (chunk.status_code, chunk.reason) == (308, "Resume Incomplete")
    assert chunk.headers["Range"] == f"bytes=0-{STEP - 1}"


def test_fact_45_a_chunk_out_of_order_is_answered_with_where_we_are(channel: Channel) -> None:
    """The same guide, step 4: the Range of a 308 says where to go on; no Range, where nothing is there."""
    address, total = channel.begin().headers["Location"], 3 * STEP
    early = channel.put(address, b"x" * STEP, f"bytes {STEP}-{2 * STEP - 1}/{total}")
    assert (early.status_code, "Range" in early.headers) == (308, False)
    channel.put(address, b"x" * STEP, f"bytes 0-{STEP - 1}/{total}")
    again = channel.put(address, b"y" * STEP, f"bytes 0-{STEP - 1}/{total}")
    assert (again.status_code, again.headers["Range"]) == (308, f"bytes=0-{STEP - 1}")


def test_fact_45_a_chunk_of_a_crooked_size_is_refused(channel: Channel) -> None:
    """The same guide: the chunk size must be a multiple of 256 KB, the last chunk's excepted."""
    address = channel.begin().headers["Location"]
    assert channel.put(address, b"x" * 1000, f"bytes 0-999/{STEP}").status_code == 400
    assert channel.put(address, b"x" * 1000, "bytes 0-998/999").status_code == 400  # more bytes than the header says


def test_fact_46_the_state_of_an_upload_can_be_asked_for(channel: Channel) -> None:
    """The same guide, step 4.1: PUT without bytes and Content-Range: bytes */N; 308 or, when complete, the resource."""
    address = channel.begin().headers["Location"]
    nothing = channel.put(address, b"", f"bytes */{STEP + 2}")
    assert (nothing.status_code, "Range" in nothing.headers) == (308, False)
    channel.put(address, b"x" * STEP, f"bytes 0-{STEP - 1}/{STEP + 2}")
    assert channel.put(address, b"", f"bytes */{STEP + 2}").headers["Range"] == f"bytes=0-{STEP - 1}"
    made = channel.put(address, b"ab", f"bytes {STEP}-{STEP + 1}/{STEP + 2}").json()
    asked = channel.put(address, b"", f"bytes */{STEP + 2}")
    assert (asked.status_code, asked.json()) == (200, made)


def test_fact_47_an_upload_goes_on_after_a_503(channel: Channel) -> None:
    """The same guide, step 4: on 500, 502, 503, 504 ask for the state and resume; the chunk was not stored."""
    address = channel.begin().headers["Location"]
    channel.rehearsal.fault("error", "youtube", action="prepare", times=1)
    lost = channel.put(address, b"abc", "bytes 0-2/3")
    assert reason(lost) == (503, "backendError")
    assert "Range" not in channel.put(address, b"", "bytes */3").headers
    assert channel.put(address, b"abc", "bytes 0-2/3").status_code == 200


@pytest.mark.parametrize("status", [404, 410])
def test_fact_47_an_expired_session_is_gone(channel: Channel, status: int) -> None:
    """The same guide, step 4.2: a 4xx such as 404 means that the session has expired; begin anew."""
    address = channel.begin().headers["Location"]
    channel.settings(session_expired=status)
    assert channel.put(address, b"", "bytes */3").status_code == status
    assert channel.upload().status_code == 200


def test_fact_47_a_session_ends_by_the_clock(channel: Channel) -> None:
    """The same guide: a session address has a finite life."""
    address = channel.begin().headers["Location"]
    channel.later(7 * 24 * 3600)
    channel.sign_in()
    assert channel.put(address, b"abc", "bytes 0-2/3").status_code == 404


def test_fact_48_the_end_of_an_upload_is_the_video(channel: Channel) -> None:
    """Discovery document youtube.v3, revision 20261104, schema Video."""
    done = channel.upload()
    video = done.json()
    assert (done.status_code, video["kind"], len(video["id"])) == (200, "youtube#video", 11)
    assert video["etag"]
    assert video["snippet"]["title"] == SNIPPET["title"]
    assert video["snippet"]["channelId"] == channel.id
    assert (video["status"]["uploadStatus"], video["status"]["privacyStatus"]) == ("uploaded", "private")


def test_fact_49_without_a_word_a_video_is_public(channel: Channel) -> None:
    """Revision history, 2 Nov 2026; discovery document, VideoStatus.privacyStatus: defaults to public."""
    assert channel.upload({"snippet": SNIPPET}).json()["status"]["privacyStatus"] == "public"
    assert [record["public"] for record in channel.rehearsal.records()] == [True]


def test_fact_49_an_update_of_the_status_without_privacy_is_public_too(channel: Channel) -> None:
    """developers.google.com/youtube/v3/docs/videos/update: without a value the default privacy setting comes back."""
    video = channel.video()
    updated = channel.update({"id": video, "status": {"embeddable": True}}, "status")
    assert updated.json()["status"]["privacyStatus"] == "public"


@pytest.mark.parametrize("privacy", ["public", "unlisted", None])
def test_fact_50_publish_at_needs_a_private_video(channel: Channel, privacy: str | None) -> None:
    """developers.google.com/youtube/v3/docs/videos, status.publishAt: only if the privacy status is private."""
    status = {"publishAt": "2126-01-01T09:00:00Z"} | ({"privacyStatus": privacy} if privacy else {})
    assert reason(channel.begin({"snippet": SNIPPET, "status": status})) == (400, "invalidPublishAt")


def test_fact_50_at_its_time_it_becomes_public(channel: Channel) -> None:
    """The same page: the video is published at this time."""
    channel.at("2026-12-01T08:59:00+00:00")
    video = channel.video({"snippet": SNIPPET, "status": PRIVATE | {"publishAt": "2026-12-01T10:00:00+01:00"}})
    assert (
        channel.read(video)["status"] | {"publishAt": "2026-12-01T09:00:00Z", "privacyStatus": "private"}
        == (channel.read(video)["status"])
    )
    assert [record["public"] for record in channel.rehearsal.records()] == [False]
    channel.later(61)
    [record] = channel.rehearsal.records()
    assert (record["public"], record["at"]) == (True, "2026-12-01T09:00:00+00:00")
    assert channel.read(video)["status"]["privacyStatus"] == "public"


def test_fact_50_a_time_that_is_past_means_now(channel: Channel) -> None:
    """The same page: a time in the past publishes the video right away."""
    video = channel.video({"snippet": SNIPPET, "status": PRIVATE | {"publishAt": "2020-01-01T00:00:00Z"}})
    assert channel.read(video)["status"]["privacyStatus"] == "public"


def test_fact_50_what_was_public_cannot_be_scheduled(channel: Channel) -> None:
    """The same page: only if the video has never been published."""
    video = channel.video({"snippet": SNIPPET, "status": {"privacyStatus": "public"}})
    status = PRIVATE | {"publishAt": "2126-01-01T00:00:00Z"}
    assert reason(channel.update({"id": video, "status": status}, "status")) == (400, "invalidPublishAt")


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({"title": "t" * 101}, "invalidTitle"),
        ({"title": ""}, "invalidTitle"),
        ({"title": "a < b"}, "invalidTitle"),
        ({"title": "a > b"}, "invalidTitle"),
        ({"description": "d" * 5001}, "invalidDescription"),
        ({"description": "й" * 2501}, "invalidDescription"),
        ({"description": "<b>"}, "invalidDescription"),
        ({"tags": ["t" * 501]}, "invalidTags"),
        ({"tags": ["t" * 250, "u" * 250]}, "invalidTags"),  # the comma between them counts
        ({"tags": ["t " * 249 + "t"]}, "invalidTags"),  # 499 and two quotation marks
        ({"categoryId": "9999"}, "invalidCategoryId"),
    ],
)
def test_fact_51_snippets_that_are_refused(channel: Channel, change: dict[str, Any], refused: str) -> None:
    """developers.google.com/youtube/v3/docs/videos (snippet.title, .description, .tags[]) and .../videos/insert, errors."""
    assert reason(channel.begin({"snippet": SNIPPET | change, "status": PRIVATE})) == (400, refused)


def test_fact_51_snippets_at_the_limit_are_taken(channel: Channel) -> None:
    """The same pages: 100 characters, 5,000 bytes, 500 characters."""
    longest = {"title": "ж" * 100, "description": "й" * 2500, "tags": ["t" * 250, "u" * 249], "categoryId": "25"}
    assert channel.upload({"snippet": longest, "status": PRIVATE}).json()["snippet"]["tags"] == longest["tags"]


def test_fact_51_localizations_need_the_default_language(channel: Channel) -> None:
    """developers.google.com/youtube/v3/docs/videos/update, errors: defaultLanguageNotSet."""
    words = {"fr": {"title": "Déclaration", "description": ""}}
    body = {"snippet": SNIPPET, "status": PRIVATE, "localizations": words}
    part = "snippet,status,localizations"
    assert reason(channel.begin(body, part=part)) == (400, "defaultLanguageNotSet")
    body["snippet"] = SNIPPET | {"defaultLanguage": "en"}
    assert channel.upload(body, part=part).json()["localizations"] == words


def test_fact_52_the_101st_upload_of_a_pacific_day_is_refused(channel: Channel) -> None:
    """developers.google.com/youtube/v3/determine_quota_cost: videos.insert, 100 calls a day; midnight Pacific time."""
    channel.at("2026-12-01T23:00:00-08:00")
    assert {channel.begin().status_code for _ in range(100)} == {200}
    refused = channel.begin()
    assert reason(refused) == (403, "quotaExceeded")
    assert refused.json()["error"]["errors"][0]["domain"] == "youtube.quota"
    assert channel.read("x" * 11) is None  # the other bucket is not touched
    channel.later(59 * 60)
    assert channel.begin().status_code == 403
    channel.later(60)
    channel.sign_in()
    assert channel.begin().status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "query", "cost"),
    [
        ("GET", "videos", {"part": "id", "id": "x"}, 1),
        ("GET", "channels", {"part": "id", "mine": "true"}, 1),
        ("GET", "playlists", {"part": "id", "mine": "true"}, 1),
        ("GET", "captions", {"part": "id", "videoId": "VIDEO"}, 50),
        ("DELETE", "videos", {"id": "VIDEO"}, 50),
        ("DELETE", "videos", {"id": "nothing"}, 1),  # "including invalid requests ... at least one point"
    ],
)
def test_fact_52_what_calls_cost(channel: Channel, method: str, path: str, query: dict[str, str], cost: int) -> None:
    """The same page, table of costs."""
    video = channel.video()
    before = channel.used()["units"]
    query = {name: video if value == "VIDEO" else value for name, value in query.items()}
    channel.call(method, f"/youtube/v3/{path}", params=query)
    assert channel.used() == {"videos.insert": 1, "units": before + cost}


def test_fact_52_the_10000_units_end_too(channel: Channel) -> None:
    """The same page: 10,000 units a day for all else; videos.update costs 50."""
    video = channel.video()
    channel.settings(units_a_day=149)
    body = {"id": video, "status": PRIVATE}
    assert [channel.update(body, "status").status_code for _ in range(3)] == [200, 200, 403]
    assert reason(channel.update(body, "status")) == (403, "quotaExceeded")


def test_fact_53_a_channel_may_have_uploaded_enough(channel: Channel) -> None:
    """developers.google.com/youtube/v3/docs/videos/insert, errors: uploadLimitExceeded (400)."""
    channel.settings(upload_limit=1)
    assert channel.upload().status_code == 200
    assert reason(channel.upload()) == (400, "uploadLimitExceeded")
    channel.later(24 * 3600)
    channel.sign_in()
    assert channel.upload().status_code == 200


def test_fact_53_a_thumbnail_goes_up_in_one_piece(channel: Channel) -> None:
    """developers.google.com/youtube/v3/docs/thumbnails/set: uploadType=media; thumbnailSetResponse."""
    video, query = channel.video(), {"uploadType": "media"}
    picture = {"data": b"picture", "headers": {"Content-Type": "image/jpeg"}}
    before = channel.used()["units"]
    done = channel.call("POST", "/upload/youtube/v3/thumbnails/set", params=query | {"videoId": video}, **picture).json()
    assert channel.used()["units"] == before + 50
    assert done["kind"] == "youtube#thumbnailSetResponse"
    assert done["items"][0]["default"] == {"url": f"https://i.ytimg.com/vi/{video}/default.jpg", "width": 120, "height": 90}
    [record] = channel.rehearsal.records()
    assert channel.rehearsal.world.files[record["more"]["thumbnail"]] == (b"picture", "image/jpeg")


def test_fact_54_an_update_replaces_the_whole_part(channel: Channel) -> None:
    """developers.google.com/youtube/v3/docs/videos/update: a property that is left out is deleted."""
    video = channel.video()
    changed = channel.update({"id": video, "snippet": {"title": "New", "categoryId": "25"}}, "snippet").json()
    assert (changed["snippet"]["title"], changed["snippet"]["description"]) == ("New", "")
    assert "tags" not in changed["snippet"]
    assert channel.read(video)["status"]["privacyStatus"] == "private"  # a part that is not sent stays


@pytest.mark.parametrize(("snippet", "refused"), [({"categoryId": "25"}, "invalidTitle"), ({"title": "New"}, "invalidCategoryId")])
def test_fact_54_an_update_needs_title_and_category(channel: Channel, snippet: dict[str, str], refused: str) -> None:
    """The same page: snippet.title and snippet.categoryId are required when the snippet is updated."""
    video = channel.video()
    assert reason(channel.update({"id": video, "snippet": snippet}, "snippet")) == (400, refused)
    assert channel.read(video)["snippet"]["title"] == SNIPPET["title"]


def test_fact_55_an_access_token_lives_an_hour(channel: Channel) -> None:
    """developers.google.com/identity/protocols/oauth2/web-server: expires_in; google-auth refreshes on a 401."""
    query = {"part": "id", "mine": "true"}
    assert channel.call("GET", "/youtube/v3/channels", params=query).status_code == 200
    channel.later(3600)
    refused = channel.call("GET", "/youtube/v3/channels", params=query)
    assert reason(refused) == (401, "authError")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    answer = channel.refresh().json()
    assert (answer["token_type"], answer["expires_in"], "refresh_token" in answer) == ("Bearer", 3599, False)
    channel.token = answer["access_token"]
    assert channel.call("GET", "/youtube/v3/channels", params=query).status_code == 200


def test_fact_55_a_refresh_token_that_does_not_count_is_an_invalid_grant(channel: Channel) -> None:
    """RFC 6749, 5.2; developers.google.com/identity/protocols/oauth2, refresh token expiration."""
    refused = channel.refresh(refresh_token="1//0another")
    assert refused.status_code == 400
    assert refused.json() == {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
    assert channel.refresh(client_secret="another").json()["error"] == "invalid_client"


def test_fact_56_captions_cost_400_and_sync_is_ignored(channel: Channel) -> None:
    """determine_quota_cost: captions.insert 400; revision history: sync has no effect since April 2024."""
    video = channel.video()
    body = {"snippet": {"videoId": video, "language": "fr", "name": ""}}
    query = {"uploadType": "resumable", "part": "snippet", "sync": "true"}
    before = channel.used()["units"]
    opened = channel.call("POST", "/upload/youtube/v3/captions", params=query, json=body)
    made = channel.put(opened.headers["Location"], b"WEBVTT", "bytes 0-5/6").json()
    assert channel.used()["units"] == before + 400
    assert made["kind"] == "youtube#caption"
    assert (made["snippet"]["language"], made["snippet"]["trackKind"]) == ("fr", "standard")
    assert made["snippet"]["isAutoSynced"] is False
    [record] = channel.rehearsal.records()
    assert channel.rehearsal.world.files[record["more"]["captions"]["fr"]][0] == b"WEBVTT"
