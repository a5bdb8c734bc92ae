"""Speaking to the rehearsed X in plain HTTP: signed for X's own address, sent to the rehearsal."""

import base64
import io
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import av
import requests
from PIL import Image
from requests_oauthlib import OAuth1

from tests.conftest import Rehearsal

API, UPLOAD = "https://api.twitter.com", "https://upload.twitter.com"


@dataclass
class Speaker:
    """An account of X with its credential."""

    rehearsal: Rehearsal
    id: str
    name: str
    credential: dict[str, str]

    def auth(self, **changed: str) -> OAuth1:
        key = self.credential | changed
        return OAuth1(key["consumer_key"], key["consumer_secret"], key["access_token"], key["access_token_secret"])

    def send(self, method: str, path: str, *, host: str = API, auth: Any = None, **more: Any) -> requests.Response:
        request = requests.Request(method, host + path, auth=auth or self.auth(), **more).prepare()
        return led(request, self.rehearsal)

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.send("GET", path, params=query)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.send("POST", path, json=body)

    def say(self, text: str, **more: Any) -> requests.Response:
        return self.post("/2/tweets", {"text": text, **more})

    def upload(self, data: bytes) -> str:
        """A picture in one go; returns its media id."""
        body = {"media": base64.b64encode(data).decode(), "media_category": "tweet_image"}
        return str(self.post("/2/media/upload", body).json()["data"]["id"])

    def initialize(self, type: str, category: str, data: bytes) -> str:
        body = {"media_type": type, "total_bytes": len(data), "media_category": category}
        return str(self.post("/2/media/upload/initialize", body).json()["data"]["id"])

    def records(self) -> list[dict[str, Any]]:
        return list(self.rehearsal.records(platform="x", account=self.name))


def led(request: requests.PreparedRequest, rehearsal: Rehearsal) -> requests.Response:
    """Send a signed request to the rehearsal instead."""
    parts = urlsplit(str(request.url))
    request.url = f"{rehearsal.address}/api/x{parts.path}" + (f"?{parts.query}" if parts.query else "")
    with requests.Session() as session:
        return session.send(request, timeout=10, allow_redirects=False)


def speaker(rehearsal: Rehearsal, id: str = "42", name: str = "embassy-paris", **more: Any) -> Speaker:
    """Enrol an account."""
    return Speaker(rehearsal, id, name, rehearsal.enrol("x", id, name, **more))


def app_token(rehearsal: Rehearsal) -> str:
    """The app's own bearer token."""
    app = rehearsal.get("/rehearsal/x/app")
    answer = requests.post(
        f"{rehearsal.address}/api/x/oauth2/token",
        data={"grant_type": "client_credentials"},
        auth=(app["consumer_key"], app["consumer_secret"]),
        timeout=10,
    )
    return str(answer.json()["access_token"])


@dataclass
class Bearer(requests.auth.AuthBase):
    """Authorization with an OAuth 2 token."""

    token: str

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self.token}"
        return request


def picture(form: str = "PNG", size: tuple[int, int] = (64, 48)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (20, 60, 120)).save(file, form)
    return file.getvalue()


@cache
def video(codec: str = "h264") -> bytes:
    """A real film of one second, without sound."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream(codec, rate=25, width=320, height=180, pix_fmt="yuv420p")
        for number in range(25):
            frame = av.VideoFrame(320, 180, "rgb24")
            frame.planes[0].update(bytes([number * 10]) * frame.planes[0].buffer_size)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return file.getvalue()
