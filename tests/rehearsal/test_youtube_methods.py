"""What else the rehearsed YouTube does: who sees what, playlists, captions, deletion, switches."""

from io import BytesIO
from typing import Any

import av
import pytest

from ministry_social.rehearsal.server import keep, load
from tests.conftest import Rehearsal
from tests.rehearsal.youtube_http import PRIVATE, SNIPPET, Channel, reason


@pytest.fixture
def channel(rehearsal: Rehearsal) -> Channel:
    return Channel(rehearsal)


@pytest.fixture
def other(rehearsal: Rehearsal) -> Channel:
    return Channel(rehearsal, name="embassy-video", id="UCembassy")


def _uploads(channel: Channel, of: Channel) -> list[str]:
    query = {"part": "contentDetails", "playlistId": "UU" + of.id.removeprefix("UC"), "maxResults": 50}
    page = channel.call("GET", "/youtube/v3/playlistItems", params=query).json()
    return [item["contentDetails"]["videoId"] for item in page["items"]]


def _playlist(channel: Channel, title: str = "Briefings") -> str:
    body = {"snippet": {"title": title}, "status": {"privacyStatus": "public"}}
    made = channel.call("POST", "/youtube/v3/playlists", params={"part": "snippet,status"}, json=body)
    return str(made.json()["id"])


def _add(channel: Channel, playlist: str, video: str) -> Any:
    resource = {"kind": "youtube#video", "videoId": video}
    body = {"snippet": {"playlistId": playlist, "resourceId": resource}}
    return channel.call("POST", "/youtube/v3/playlistItems", params={"part": "snippet"}, json=body)


def test_a_private_video_is_seen_by_its_owner_alone(channel: Channel, other: Channel) -> None:
    video = channel.video()
    assert channel.read(video)["id"] == video
    assert other.read(video) is None
    assert (_uploads(channel, channel), _uploads(other, channel)) == ([video], [])
    channel.update({"id": video, "status": {"privacyStatus": "public"}}, "status")
    assert other.read(video)["id"] == video
    assert _uploads(other, channel) == [video]
    assert reason(
        other.call("GET", "/youtube/v3/videos", params={"part": "fileDetails", "id": video}),
    ) == (403, "forbidden")


def test_the_moment_of_publishing_is_the_posts_time(channel: Channel) -> None:
    channel.at("2026-12-01T09:00:00+00:00")
    video = channel.video()
    channel.later(600)
    channel.update({"id": video, "status": {"privacyStatus": "public"}}, "status")
    [record] = channel.rehearsal.records()
    assert (record["public"], record["at"], record["kind"]) == (True, "2026-12-01T09:10:00+00:00", "video")
    assert channel.read(video)["snippet"]["publishedAt"] == "2026-12-01T09:10:00Z"


def test_the_record_holds_what_was_uploaded(channel: Channel) -> None:
    body = {
        "snippet": SNIPPET | {"defaultLanguage": "en"},
        "status": PRIVATE | {"selfDeclaredMadeForKids": True},
        "localizations": {"ar": {"title": "بيان", "description": "نص"}},
    }
    video = channel.upload(body, part="snippet,status,localizations", headers={"Slug": "grain.mp4"}).json()["id"]
    _add(channel, _playlist(channel), video)
    [record] = channel.rehearsal.records(account="mfa-video")
    more = record["more"]
    assert record["text"] == SNIPPET["description"]
    assert channel.rehearsal.world.files[record["media"][0]] == (b"moving pictures", "video/mp4")
    assert (more["title"], more["tags"], more["filename"]) == (SNIPPET["title"], SNIPPET["tags"], "grain.mp4")
    assert (more["privacy"], more["madeForKids"], more["playlists"]) == ("private", True, ["Briefings"])
    assert (more["defaultLanguage"], more["localizations"]) == ("en", body["localizations"])


def test_processing_ends_by_the_clock(channel: Channel) -> None:
    channel.at("2026-12-01T09:00:00+00:00")
    channel.settings(processing_seconds=60)
    video = channel.video(headers={"Slug": "grain.mp4"})
    assert channel.read(video)["status"]["uploadStatus"] == "uploaded"
    channel.later(60)
    done = channel.read(video, "status,contentDetails,fileDetails,processingDetails")
    assert done["status"]["uploadStatus"] == "processed"
    assert done["processingDetails"]["processingStatus"] == "succeeded"
    assert (done["fileDetails"]["fileName"], done["fileDetails"]["fileSize"]) == ("grain.mp4", "15")


def test_a_real_film_has_its_length(channel: Channel) -> None:
    film = BytesIO()
    with av.open(film, "w", format="mp4") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for packet in [*(p for _ in range(20) for p in stream.encode(av.VideoFrame(64, 48, "yuv420p"))), *stream.encode()]:
            container.mux(packet)
    video = channel.video(data=film.getvalue())
    channel.later(3)
    shown = channel.read(video, "contentDetails,fileDetails")
    assert (shown["contentDetails"]["duration"], shown["fileDetails"]["durationMs"]) == ("PT2S", "2000")


@pytest.mark.parametrize(
    ("fate", "word", "why"), [("failed", "failureReason", "codec"), ("rejected", "rejectionReason", "duplicate")]
)
def test_processing_can_fail(channel: Channel, fate: str, word: str, why: str) -> None:
    channel.settings(processing=fate, processing_reason=why, processing_seconds=5)
    video = channel.video({"snippet": SNIPPET})
    assert [record["public"] for record in channel.rehearsal.records()] == [True]
    channel.later(5)
    status = channel.read(video)["status"]
    assert (status["uploadStatus"], status[word]) == (fate, why)
    assert [record["public"] for record in channel.rehearsal.records()] == [False]


def test_a_deleted_video_is_gone_everywhere(channel: Channel, other: Channel) -> None:
    video = channel.video()
    _add(channel, _playlist(channel), video)
    assert reason(other.call("DELETE", "/youtube/v3/videos", params={"id": video})) == (403, "forbidden")
    assert channel.call("DELETE", "/youtube/v3/videos", params={"id": video}).status_code == 204
    assert channel.read(video) is None
    assert _uploads(channel, channel) == []
    assert reason(channel.call("DELETE", "/youtube/v3/videos", params={"id": video})) == (404, "videoNotFound")
    [record] = channel.rehearsal.records()
    assert record["deleted_at"]


def test_the_list_of_uploads_lags_behind_when_switched_on(channel: Channel) -> None:
    channel.rehearsal.fault("read-lag", "youtube", account="mfa-video", seconds=300)
    video = channel.video()
    assert _uploads(channel, channel) == []
    assert channel.read(video)["id"] == video  # by its id it is there at once
    channel.later(300)
    assert _uploads(channel, channel) == [video]


def test_uploads_come_newest_first_and_in_pages(channel: Channel) -> None:
    videos = [channel.video() for _ in range(3)]
    query: dict[str, Any] = {"part": "contentDetails", "playlistId": "UU" + channel.id[2:], "maxResults": 2}
    first = channel.call("GET", "/youtube/v3/playlistItems", params=query).json()
    second = channel.call("GET", "/youtube/v3/playlistItems", params=query | {"pageToken": first["nextPageToken"]}).json()
    seen = [item["contentDetails"]["videoId"] for page in (first, second) for item in page["items"]]
    assert (seen, "nextPageToken" in second) == (videos[::-1], False)
    wrong = channel.call("GET", "/youtube/v3/playlistItems", params=query | {"pageToken": "nonsense"})
    assert reason(wrong) == (400, "invalidPageToken")


def test_a_playlist_holds_a_video_as_often_as_it_was_added(channel: Channel) -> None:
    video, playlist = channel.video(), _playlist(channel)
    positions = [_add(channel, playlist, video).json()["snippet"]["position"] for _ in range(2)]
    assert positions == [0, 1]
    query = {"part": "snippet", "playlistId": playlist, "videoId": video}
    assert channel.call("GET", "/youtube/v3/playlistItems", params=query).json()["pageInfo"]["totalResults"] == 2


def test_playlists_are_listed_and_refused(channel: Channel, other: Channel) -> None:
    playlist = _playlist(channel)
    mine = channel.call("GET", "/youtube/v3/playlists", params={"part": "snippet", "mine": "true"}).json()
    assert [(row["id"], row["snippet"]["title"]) for row in mine["items"]] == [(playlist, "Briefings")]
    assert reason(_add(channel, "PLnothing", channel.video())) == (404, "playlistNotFound")
    assert reason(_add(channel, playlist, "nothing")) == (404, "videoNotFound")
    assert reason(_add(other, playlist, other.video())) == (403, "forbidden")


def test_the_channel_names_its_list_of_uploads(channel: Channel) -> None:
    query = {"part": "snippet,contentDetails", "mine": "true"}
    [row] = channel.call("GET", "/youtube/v3/channels", params=query).json()["items"]
    assert (row["id"], row["snippet"]["title"]) == (channel.id, "mfa-video")
    assert row["contentDetails"]["relatedPlaylists"]["uploads"] == "UU" + channel.id[2:]


def test_captions_are_refused_where_youtube_refuses_them(channel: Channel) -> None:
    video = channel.video()

    def insert(snippet: dict[str, str]) -> Any:
        query = {"uploadType": "resumable", "part": "snippet"}
        opened = channel.call("POST", "/upload/youtube/v3/captions", params=query, json={"snippet": snippet})
        return channel.put(opened.headers["Location"], b"WEBVTT", "bytes 0-5/6") if opened.ok else opened

    assert insert({"videoId": video, "language": "en", "name": ""}).status_code == 200
    assert reason(insert({"videoId": video, "language": "en", "name": ""})) == (409, "captionExists")
    assert reason(insert({"videoId": video, "language": "en"})) == (400, "invalidMetadata")
    assert reason(insert({"videoId": "nothing", "language": "en", "name": ""})) == (404, "videoNotFound")
    query = {"part": "snippet", "videoId": video}
    [track] = channel.call("GET", "/youtube/v3/captions", params=query).json()["items"]
    assert track["snippet"]["language"] == "en"


def test_thumbnails_need_a_verified_channel(channel: Channel) -> None:
    channel.settings(verified_channel=False)
    query = {"uploadType": "media", "videoId": channel.video()}
    more = {"data": b"picture", "headers": {"Content-Type": "image/png"}}
    refused = channel.call("POST", "/upload/youtube/v3/thumbnails/set", params=query, **more)
    assert reason(refused) == (403, "forbidden")


def test_what_nobody_asked_for_is_refused(channel: Channel) -> None:
    body = {"snippet": SNIPPET, "status": PRIVATE}
    assert reason(channel.begin(body, part="snippet")) == (400, "unexpectedPart")
    assert reason(channel.begin(body, part="snippet,status,nonsense")) == (400, "unknownPart")
    assert reason(channel.begin({"snippet": SNIPPET | {"headline": "x"}}, part="snippet")) == (400, "badRequest")
    query = {"part": "snippet,status"}
    assert reason(channel.call("POST", "/youtube/v3/videos", params=query, json=body)) == (400, "mediaBodyRequired")


@pytest.mark.parametrize("body", [{"snippet": []}, {"snippet": SNIPPET, "status": "private"}, {"localizations": 5}])
def test_what_has_the_wrong_shape_is_a_bad_request(channel: Channel, body: Any) -> None:
    part = "snippet,status,localizations"
    assert reason(channel.begin(body, part=part)) == (400, "badRequest")
    assert reason(channel.update(body | {"id": channel.video()}, part)) == (400, "badRequest")


def test_what_is_no_json_is_a_bad_request(channel: Channel) -> None:
    refused = channel.call("PUT", "/youtube/v3/videos", params={"part": "status"}, data=b"{nonsense")
    assert reason(refused) == (400, "badRequest")


def test_a_session_belongs_to_one_channel(channel: Channel, other: Channel) -> None:
    address = channel.begin().headers["Location"]
    assert other.put(address, b"abc", "bytes 0-2/3").status_code == 404
    other.token = "nothing"
    assert reason(other.put(address, b"abc", "bytes 0-2/3")) == (401, "authError")


def test_refresh_tokens_rotate_when_switched_on(channel: Channel) -> None:
    channel.settings(rotate_refresh_tokens=True)
    new = channel.refresh().json()["refresh_token"]
    assert channel.refresh().json()["error"] == "invalid_grant"
    assert channel.refresh(refresh_token=new).status_code == 200


def test_a_switch_that_does_not_exist_is_named(channel: Channel) -> None:
    assert "there is no switch 'colour'" in channel.settings(colour="red")["error"]
    assert "processing is one of" in channel.settings(processing="lost")["error"]


def test_the_world_can_be_kept_and_loaded(channel: Channel, tmp_path: Any) -> None:
    video = channel.video()
    keep(channel.rehearsal.world, tmp_path / "world")
    assert list(load(tmp_path / "world").states["youtube"].videos) == [video]
