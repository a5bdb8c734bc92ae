"""The rehearsed YouTube through Google's own client library, to the end and after mishaps."""

import hashlib
import json
from collections.abc import Iterator
from importlib.resources import files
from io import BytesIO
from typing import Any

import google_auth_httplib2
import pytest
from google.auth.exceptions import RefreshError
from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from googleapiclient.http import MediaIoBaseUpload, build_http

from tests.conftest import Rehearsal
from tests.rehearsal.youtube_http import PRIVATE, SNIPPET, STEP, Channel

FILM = bytes(range(256)) * 6000  # 1,536,000 bytes


@pytest.fixture
def channel(rehearsal: Rehearsal) -> Channel:
    return Channel(rehearsal)


@pytest.fixture
def youtube(channel: Channel) -> Iterator[Any]:
    """The service as build_from_document makes it, with its addresses bent to the rehearsal."""
    document = json.loads(files("googleapiclient").joinpath("discovery_cache/documents/youtube.v3.json").read_bytes())
    document["rootUrl"] = document["baseUrl"] = f"{channel.base}/"
    fields = {name: channel.credential[name] for name in ("client_id", "client_secret", "refresh_token")}
    token_uri = channel.rehearsal.address + channel.credential["token_uri"]
    credentials = Credentials(None, token_uri=token_uri, **fields)
    http = build_http()
    http.timeout = 5
    authorized = google_auth_httplib2.AuthorizedHttp(credentials, http=http)
    with build_from_document(document, http=authorized) as service:
        yield service
    http.close()


def _film(youtube: Any, chunksize: int = 2 * STEP) -> Any:
    media = MediaIoBaseUpload(BytesIO(FILM), mimetype="video/mp4", chunksize=chunksize, resumable=True)
    return youtube.videos().insert(part="snippet,status", body={"snippet": SNIPPET, "status": PRIVATE}, media_body=media)


def _send(request: Any) -> tuple[Any, list[int]]:
    """The video, and how far the upload was after each chunk."""
    answer, steps = None, []
    for _ in range(10):
        progress, answer = request.next_chunk()
        if answer is not None:
            return answer, steps
        steps.append(progress.resumable_progress)
    raise AssertionError("the upload does not end")


def test_a_video_goes_up_in_chunks_and_is_made_public(channel: Channel, youtube: Any) -> None:
    video, steps = _send(_film(youtube))
    assert steps == [2 * STEP, 4 * STEP]
    public = youtube.videos().update(part="status", body={"id": video["id"], "status": PRIVATE | {"privacyStatus": "public"}})
    assert public.execute()["status"]["privacyStatus"] == "public"
    [record] = channel.rehearsal.records()
    assert record["media"] == [hashlib.sha256(FILM).hexdigest()]
    assert record["public"]


@pytest.mark.parametrize("resumable", [False, True])
def test_captions_and_a_thumbnail_go_up(channel: Channel, youtube: Any, resumable: bool) -> None:
    video = channel.video()
    words, picture = b"WEBVTT\r\n\r\n00:00.000 --> 00:01.000\r\nBonjour\r\n", bytes(range(256))
    track = MediaIoBaseUpload(BytesIO(words), mimetype="text/vtt", resumable=resumable)
    snippet = {"videoId": video, "language": "fr", "name": ""}
    youtube.captions().insert(part="snippet", body={"snippet": snippet}, media_body=track).execute()
    image = MediaIoBaseUpload(BytesIO(picture), mimetype="image/png", resumable=resumable)
    youtube.thumbnails().set(videoId=video, media_body=image).execute()
    [record] = channel.rehearsal.records()
    assert channel.rehearsal.world.files[record["more"]["captions"]["fr"]] == (words, "text/vtt")
    assert channel.rehearsal.world.files[record["more"]["thumbnail"]] == (picture, "image/png")
    assert len(youtube.captions().list(part="snippet", videoId=video).execute()["items"]) == 1


def test_a_playlist_is_filled_and_read_and_the_video_deleted(channel: Channel, youtube: Any) -> None:
    video = channel.video()
    playlist = youtube.playlists().insert(part="snippet", body={"snippet": {"title": "Interviews"}}).execute()["id"]
    resource = {"kind": "youtube#video", "videoId": video}
    body = {"snippet": {"playlistId": playlist, "resourceId": resource}}
    youtube.playlistItems().insert(part="snippet", body=body).execute()
    [item] = youtube.playlistItems().list(part="contentDetails", playlistId=playlist).execute()["items"]
    assert item["contentDetails"]["videoId"] == video
    youtube.videos().delete(id=video).execute()
    assert youtube.videos().list(part="id", id=video).execute()["items"] == []


def test_an_upload_is_resumed_after_a_503(channel: Channel, youtube: Any) -> None:
    request = _film(youtube)
    request.next_chunk()
    channel.rehearsal.fault("error", "youtube", action="prepare", times=1)
    with pytest.raises(HttpError, match="503"):
        request.next_chunk()
    video, _ = _send(request)
    assert len(channel.rehearsal.records()) == 1
    assert channel.read(video["id"], "fileDetails")["fileDetails"]["fileSize"] == str(len(FILM))


def test_an_upload_is_resumed_by_another_process_from_its_address(channel: Channel, youtube: Any) -> None:
    first = _film(youtube)
    first.next_chunk()
    second = _film(youtube)
    second.resumable_uri, second._in_error_state = first.resumable_uri, True
    video, steps = _send(second)
    assert steps == [4 * STEP]
    assert channel.rehearsal.records()[0]["id"] == video["id"]


def test_a_chunk_answered_with_nonsense_is_not_sent_twice(channel: Channel, youtube: Any) -> None:
    request = _film(youtube)
    request.next_chunk()
    channel.rehearsal.fault("unparsable", "youtube", action="prepare", times=1)
    video, _ = _send(request)
    [record] = channel.rehearsal.records()
    assert (record["id"], record["media"]) == (video["id"], [hashlib.sha256(FILM).hexdigest()])


def test_google_auth_refreshes_an_expired_token(channel: Channel, youtube: Any) -> None:
    request = youtube.channels().list(part="id", mine=True)
    assert request.execute()["items"][0]["id"] == channel.id
    channel.later(3600)
    assert request.execute()["items"][0]["id"] == channel.id


def test_a_revoked_permission_is_a_refresh_error(channel: Channel, youtube: Any) -> None:
    channel.rehearsal.fault("expired-token", "youtube", account="mfa-video")
    with pytest.raises(RefreshError, match="invalid_grant"):
        youtube.channels().list(part="id", mine=True).execute()


def test_refusals_carry_their_reason(channel: Channel, youtube: Any) -> None:
    channel.settings(upload_limit=0)
    with pytest.raises(HttpError) as refused:
        _film(youtube).next_chunk()
    assert refused.value.error_details[0]["reason"] == "uploadLimitExceeded"
