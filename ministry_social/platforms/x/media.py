"""X's media: from bytes to media ids with alt texts, step by step, so that a later try goes on."""

import base64
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from ...errors import Rejected, Unreachable
from ...model.delivery import Prepared
from ...ports import Clock, Media
from .errors import MEDIA_INVALID
from .wire import Line

UPLOAD = "/2/media/upload"
_SEGMENT = 1 << 20  # bytes; at most 1,000 segments each (docs.x.com: append), so 512 MB fit
_LIFE = timedelta(hours=24)  # of a media id after finalize (docs.x.com: expires_after_secs 86400)
_MARGIN = timedelta(minutes=10)  # an id that ends sooner is not worth keeping
_POLLS, _WAIT = 60, 10.0  # how often we ask whether a video is ready, and seconds between two questions at most
_CATEGORIES = {"image": "tweet_image", "gif": "tweet_gif", "video": "tweet_video"}


@dataclass
class Upload:
    """How far one attachment is. `stage` is new, sending, processing, ready or described; `segments` are those sent."""

    digest: str
    id: str = ""
    stage: str = "new"
    segments: int = 0
    expires: str = ""

    def lasts(self, now: datetime) -> bool:
        """Whether what was uploaded still counts for a while."""
        return bool(self.expires) and datetime.fromisoformat(self.expires) - _MARGIN > now


def ids(prepared: Prepared, now: datetime) -> list[str]:
    """The media ids, in order. Raises `Rejected` (code `media-invalid`) where they have ended since: prepare once more."""
    uploads = [Upload(**json.loads(value)) for _, value in _numbered(prepared)]
    for upload in uploads:
        if datetime.fromisoformat(upload.expires) <= now:
            raise Rejected("The pictures or the video were uploaded too long ago for X.", code=MEDIA_INVALID)
    return [upload.id for upload in uploads]


def _numbered(prepared: Prepared) -> list[tuple[int, str]]:
    """What is kept of each attachment, in order."""
    return sorted((int(name), value) for name, value in prepared.data.items() if name.isdigit())


@dataclass
class Uploader:
    """Uploads the attachments of one post, over one line."""

    line: Line
    media: Media
    clock: Clock
    keep: Callable[[Prepared], None]
    report: Callable[[int, int], None]
    _uploads: list[Upload] = field(default_factory=list)
    _before: int = 0  # bytes of the attachments that are done
    _total: int = 0

    def run(self, attachments: Sequence[dict[str, Any]], so_far: Prepared | None) -> Prepared:
        """All of them, going on from `so_far`. Raises `PlatformError`."""
        self._uploads = self._resumed(attachments, so_far)
        self._before, self._total = 0, sum(attachment["size"] for attachment in attachments)
        for upload, attachment in zip(self._uploads, attachments, strict=True):
            self._carry(upload, attachment)
            self._before += attachment["size"]
            self._sent(0)
        return self._so_far(complete=True)

    def _resumed(self, attachments: Sequence[dict[str, Any]], so_far: Prepared | None) -> list[Upload]:
        data, now = (so_far.data if so_far else {}), self.clock.now()
        uploads = []
        for number, attachment in enumerate(attachments):
            kept = data.get(str(number))
            upload = Upload(**json.loads(kept)) if kept else Upload(digest=attachment["digest"])
            if upload.digest != attachment["digest"] or not upload.lasts(now):
                upload = Upload(digest=attachment["digest"])
            uploads.append(upload)
        return uploads

    def _so_far(self, *, complete: bool) -> Prepared:
        data = {str(number): json.dumps(asdict(upload)) for number, upload in enumerate(self._uploads)}
        data["marks"] = ",".join(upload.id for upload in self._uploads if upload.id)
        return Prepared(complete=complete, data=data)

    def _sent(self, of_this_one: int) -> None:
        self.report(self._before + of_this_one, self._total)

    def _reach(self, upload: Upload, stage: str) -> None:
        upload.stage = stage
        self.keep(self._so_far(complete=False))

    def _carry(self, upload: Upload, attachment: dict[str, Any]) -> None:
        """Everything for one attachment; where X does not know a kept id any more, once again from the start."""
        kept = upload.stage != "new"
        try:
            self._steps(upload, attachment)
        except Rejected:
            if not kept:
                raise
            upload.id, upload.stage, upload.segments, upload.expires = "", "new", 0, ""
            self._steps(upload, attachment)

    def _steps(self, upload: Upload, attachment: dict[str, Any]) -> None:
        if upload.stage == "new":
            self._initialize(upload, attachment)
        if upload.stage == "sending":
            self._append(upload)
            self._finalize(upload)
        if upload.stage == "processing":
            self._wait(upload)
        if upload.stage == "ready":
            self._describe(upload, attachment["alt"])

    def _initialize(self, upload: Upload, attachment: dict[str, Any]) -> None:
        wish = {
            "media_type": attachment["type"],
            "total_bytes": attachment["size"],
            "media_category": _CATEGORIES[attachment["kind"]],
        }
        upload.id = str(_data(self._post("/initialize", wish))["id"])
        upload.expires = (self.clock.now() + _LIFE).isoformat()
        self._reach(upload, "sending")

    def _append(self, upload: Upload) -> None:
        for number, segment in self._segments(upload):
            wish = {"media": base64.b64encode(segment).decode("ascii"), "segment_index": number}
            self._post(f"/{upload.id}/append", wish)
            upload.segments = number + 1
            self._reach(upload, "sending")
            self._sent(number * _SEGMENT + len(segment))

    def _segments(self, upload: Upload) -> Iterator[tuple[int, bytes]]:
        """The segments that X has not got yet, with their numbers."""
        with self.media.open(upload.digest) as file:
            file.seek(upload.segments * _SEGMENT)
            number = upload.segments
            while segment := file.read(_SEGMENT):
                yield number, segment
                number += 1

    def _finalize(self, upload: Upload) -> None:
        data = _data(self._post(f"/{upload.id}/finalize", None))
        life = min(_LIFE, timedelta(seconds=int(data.get("expires_after_secs") or _LIFE.total_seconds())))
        upload.expires = (self.clock.now() + life).isoformat()
        self._reach(upload, "processing" if data.get("processing_info") else "ready")

    def _wait(self, upload: Upload) -> None:
        """Ask until X has looked through a video. A long one is left for a later try."""
        query = {"command": "STATUS", "media_id": upload.id}
        for _ in range(_POLLS):
            answer = self.line.ask(lambda client: client.request("GET", UPLOAD, params=query, user_auth=True))
            info = _data(answer).get("processing_info") or {"state": "succeeded"}
            if info["state"] == "failed":
                raise _unfit(info)
            if info["state"] == "succeeded":
                return self._reach(upload, "ready")
            self._reach(upload, "processing")  # says that we are still at it: the claim of this preparation is renewed
            seconds = min(float(info.get("check_after_secs") or 1), _WAIT)
            self.clock.sleep_until(self.clock.now() + timedelta(seconds=seconds), seconds)
        raise Unreachable("X is still looking through the video.", code="processing")

    def _describe(self, upload: Upload, alt: str) -> None:
        if alt:
            wish = {"id": upload.id, "metadata": {"alt_text": {"text": alt}}}
            self.line.ask(lambda client: client.request("POST", "/2/media/metadata", json=wish, user_auth=True))
        self._reach(upload, "described")

    def _post(self, step: str, wish: dict[str, Any] | None) -> dict[str, Any]:
        return self.line.ask(lambda client: client.request("POST", UPLOAD + step, json=wish, user_auth=True))


def _data(answer: dict[str, Any]) -> dict[str, Any]:
    found = answer.get("data")
    if not isinstance(found, dict):
        raise Unreachable("X answered without saying what became of the upload.", code="no-data")
    return found


def _unfit(info: dict[str, Any]) -> Rejected:
    """X has looked through a video and does not take it."""
    error = info.get("error") or {}
    why = error.get("message") or error.get("name") or "it does not say why"
    return Rejected(f"X cannot show the video: {why}.", code=str(error.get("name") or "processing-failed"))
