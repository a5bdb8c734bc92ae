"""One channel of the rehearsed YouTube, spoken to through plain HTTP."""

from dataclasses import dataclass, field
from typing import Any

import requests

from tests.conftest import Rehearsal

CHANNEL = "UCministryofforeignaffai"
STEP = 256 * 1024
SNIPPET = {"title": "Statement", "description": "What the minister said.", "categoryId": "25", "tags": ["foreign affairs"]}
PRIVATE = {"privacyStatus": "private", "selfDeclaredMadeForKids": False}


@dataclass
class Channel:
    """A channel and its credential. Every call answers the response as it came."""

    rehearsal: Rehearsal
    name: str = "mfa-video"
    id: str = CHANNEL
    credential: dict[str, str] = field(default_factory=dict)
    token: str = ""

    def __post_init__(self) -> None:
        self.credential = self.rehearsal.enrol("youtube", self.id, self.name)
        self.sign_in()

    def sign_in(self) -> None:
        """Fetch an access token."""
        self.token = self.refresh().json()["access_token"]

    @property
    def base(self) -> str:
        return f"{self.rehearsal.address}/api/youtube"

    def refresh(self, **changed: str) -> requests.Response:
        fields = ("client_id", "client_secret", "refresh_token")
        form = {"grant_type": "refresh_token", **{name: self.credential[name] for name in fields}, **changed}
        return requests.post(f"{self.base}/token", data=form, timeout=10)

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        url = path if path.startswith("http") else self.base + path
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        return requests.request(method, url, headers=headers, timeout=10, allow_redirects=False, **more)

    def begin(self, body: Any = None, *, part: str = "snippet,status", headers: Any = None) -> requests.Response:
        """Open a resumable session for a video."""
        body = {"snippet": SNIPPET, "status": PRIVATE} if body is None else body
        query = {"uploadType": "resumable", "part": part}
        more = {"X-Upload-Content-Type": "video/mp4", **(headers or {})}
        return self.call("POST", "/upload/youtube/v3/videos", params=query, json=body, headers=more)

    def put(self, address: str, data: bytes, said: str) -> requests.Response:
        return self.call("PUT", address, data=data, headers={"Content-Range": said})

    def upload(self, body: Any = None, data: bytes = b"moving pictures", **more: Any) -> requests.Response:
        """A whole video in one piece; answers the last response."""
        opened = self.begin(body, **more)
        if opened.status_code != 200:
            return opened
        return self.put(opened.headers["Location"], data, f"bytes 0-{len(data) - 1}/{len(data)}")

    def video(self, body: Any = None, **more: Any) -> str:
        """The id of a new video."""
        return str(self.upload(body, **more).json()["id"])

    def read(self, video_id: str, part: str = "snippet,status") -> Any:
        """The video as videos.list shows it, or None."""
        page = self.call("GET", "/youtube/v3/videos", params={"part": part, "id": video_id}).json()
        return page["items"][0] if page["items"] else None

    def update(self, body: Any, part: str) -> requests.Response:
        return self.call("PUT", "/youtube/v3/videos", params={"part": part}, json=body)

    def settings(self, **wish: Any) -> Any:
        return self.rehearsal.post("/rehearsal/youtube/settings", wish)

    def used(self) -> Any:
        """What the project has used of its buckets today."""
        return self.rehearsal.get("/rehearsal/youtube/settings")["used"][self.credential["client_id"]]

    def at(self, moment: str) -> None:
        """Stop the clock at a moment, and sign in then."""
        self.rehearsal.post("/rehearsal/clock", {"now": moment, "rate": 0})
        self.sign_in()

    def later(self, seconds: float) -> None:
        self.rehearsal.post("/rehearsal/clock", {"advance": seconds})


def reason(response: requests.Response) -> tuple[int, str]:
    """Status and reason of a refusal in Google's form."""
    error = response.json()["error"]
    assert error["code"] == response.status_code
    assert error["errors"][0]["message"] == error["message"]
    return response.status_code, error["errors"][0]["reason"]
