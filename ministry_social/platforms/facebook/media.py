"""Facebook's media: photos that nobody sees yet, and a video in pieces up to the step that would publish it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from ...errors import PlatformError, Rejected, Unreachable
from ...model.delivery import Prepared
from ...ports import Media
from .errors import wanted_piece
from .wire import Line

_NAMES = {"image/jpeg": "photo.jpg", "image/png": "photo.png"}  # Facebook shows no file names; ours are nobody's business
_PIECE = 8 << 20  # bytes of one piece at most, ours: it lies in memory whole; Facebook says how much it wants, mostly less
_CORRECTIONS = 5  # how often Facebook may ask for another piece than the one that follows, in one try


@dataclass
class Photo:
    """An uploaded photo; `id` is empty before."""

    digest: str
    alt: str
    id: str = ""


@dataclass
class Video:
    """A video on its way. `session` and `id` are Facebook's names for the upload and the video.

    `offset` bytes have arrived; Facebook wants those up to `end` next.
    """

    digest: str
    session: str = ""
    id: str = ""
    offset: int = 0
    end: int = 0


def photo_ids(prepared: Prepared) -> list[str]:
    """The ids of the photos, in order."""
    rows = sorted((int(name), json.loads(value)) for name, value in prepared.data.items() if name.isdigit())
    return [row["id"] for _, row in rows]


def video_of(prepared: Prepared) -> Video | None:
    """The video that waits for its last step, or None where the post has none."""
    kept = prepared.data.get("video")
    return Video(**json.loads(kept)) if kept else None


@dataclass
class Uploader:
    """Uploads what one post carries. `line` leads to the Graph API, `video_line` to its host for videos."""

    line: Line
    video_line: Line
    page: str
    media: Media
    keep: Callable[[Prepared], None]
    report: Callable[[int, int], None]
    _data: dict[str, str] = field(default_factory=dict)

    def run(self, attachments: Sequence[dict[str, Any]], so_far: Prepared | None) -> Prepared:
        """All of them, going on from `so_far`. Raises `PlatformError`."""
        kept = dict(so_far.data) if so_far else {}
        self._data = {}
        done, total = 0, sum(attachment["size"] for attachment in attachments)
        for number, attachment in enumerate(attachments):
            if attachment["kind"] == "video":
                self._carry(attachment, kept.get("video"))
            else:
                self._photo(number, attachment, kept.get(str(number)))
            done += attachment["size"]
            self.report(done, total)
        video = video_of(Prepared(complete=True, data=self._data))
        marks = [video.id] if video else photo_ids(Prepared(complete=True, data=self._data))
        return Prepared(complete=True, data=self._data | {"marks": ",".join(marks)})

    def _reach(self, name: str, state: Photo | Video) -> None:
        self._data[name] = json.dumps(asdict(state))
        self.keep(Prepared(complete=False, data=dict(self._data)))

    def _photo(self, number: int, attachment: dict[str, Any], kept: str | None) -> None:
        photo = Photo(digest=attachment["digest"], alt=attachment["alt"])
        before = Photo(**json.loads(kept)) if kept else photo
        if before.id and (before.digest, before.alt) == (photo.digest, photo.alt):
            self._data[str(number)] = json.dumps(asdict(before))
            return
        photo.id = self._upload(attachment)
        self._reach(str(number), photo)

    def _upload(self, attachment: dict[str, Any]) -> str:
        """The id of a photo that no post shows. One whose answer was lost stays unseen for ever."""
        wish = {"published": "false"} | ({"alt_text_custom": attachment["alt"]} if attachment["alt"] else {})
        with self.media.open(attachment["digest"]) as file:
            source = (_NAMES.get(attachment["type"], "photo"), file, attachment["type"])
            answer = self.line.ask(lambda graph: graph.put_photo(source, album_path=f"{self.page}/photos", **wish))
        return _told(answer, "id")

    def _carry(self, attachment: dict[str, Any], kept: str | None) -> None:
        """All pieces of the video; where Facebook does not know a kept upload any more, once again from the start."""
        video = Video(**json.loads(kept)) if kept else Video(digest=attachment["digest"])
        if video.digest != attachment["digest"]:
            video = Video(digest=attachment["digest"])
        resumed = bool(video.session)
        try:
            self._pieces(video, attachment["size"])
        except Rejected:
            if not resumed:
                raise
            self._pieces(Video(digest=attachment["digest"]), attachment["size"])

    def _pieces(self, video: Video, size: int) -> None:
        if not video.session:
            answer = self._post(upload_phase="start", file_size=str(size))
            video.session, video.id = _told(answer, "upload_session_id"), _told(answer, "video_id")
            video.end = _number(answer, "end_offset")
            self._reach("video", video)
        else:
            self._data["video"] = json.dumps(asdict(video))
        corrections = 0
        with self.media.open(video.digest) as file:
            while video.offset < size:
                file.seek(video.offset)
                before, piece = video.offset, file.read(max(1, min(video.end - video.offset, _PIECE)))
                video.offset, video.end = self._transfer(video, piece)
                corrections += video.offset != before + len(piece)
                if not 0 <= video.offset <= size or corrections > _CORRECTIONS:
                    raise Unreachable("Facebook does not take the next piece of the video.", code="no-progress")
                self._reach("video", video)
                self.report(video.offset, size)

    def _transfer(self, video: Video, piece: bytes) -> tuple[int, int]:
        """Send one piece; returns from where to where Facebook wants the next one. It may have more, or less, than we thought."""
        wish = {"upload_phase": "transfer", "upload_session_id": video.session, "start_offset": str(video.offset)}
        try:
            answer = self._post(files={"video_file_chunk": ("piece", piece, "application/octet-stream")}, **wish)
        except PlatformError as refusal:
            wanted = wanted_piece(refusal.__cause__)
            if wanted is None or wanted[0] == video.offset:
                raise
            return wanted
        return _number(answer, "start_offset"), _number(answer, "end_offset")

    def _post(self, *, files: dict[str, Any] | None = None, **wish: str) -> dict[str, Any]:
        # The library has verbs for photos and for forms, but none for a file of another name.
        return self.video_line.ask(
            lambda graph: graph.request(f"{graph.version}/{self.page}/videos", post_args=wish, files=files, method="POST")
        )


def _told(answer: dict[str, Any], name: str) -> str:
    value = answer.get(name)
    if not value:
        raise Unreachable("Facebook answered without saying what became of the upload.", code=f"no-{name}")
    return str(value)


def _number(answer: dict[str, Any], name: str) -> int:
    value = _told({name: str(answer.get(name, ""))}, name)
    if not value.isdigit():
        raise Unreachable("Facebook answered without saying what became of the upload.", code=f"no-{name}")
    return int(value)
