"""YouTube, through google-api-python-client."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

import google_auth_httplib2

from ... import ports
from ...errors import InvalidSettings, OutcomeUnknown, Rejected, Unauthorized, Unreachable
from ...model.account import Account, Credential, Standing
from ...model.delivery import PostRef, Prepared, Receipt, RemotePost
from ...model.variant import Attachment, Counting, Limits, Payload, Variant
from ...rules.canonical import canonical, digest
from ...rules.references import as_json
from ..gate import Gate, Wire, sending
from ..redaction import redact
from . import media as media_of
from . import read, standing
from .progress import Progress
from .tokens import Tokens, ask, check
from .wire import Http, Line

MIB = 1024 * 1024
# Chunks of a resumable upload are multiples of 256 KiB (developers.google.com/youtube/v3/guides/using_resumable_upload_protocol).
CHUNK_STEP = 256 * 1024

# Where nothing else is said: developers.google.com/youtube/v3/docs/videos.
LIMITS = Limits(
    text=5000,  # snippet.description: 5,000 bytes
    counting=Counting.BYTES,
    images=0,  # a picture is a thumbnail, or nothing
    image_types=("image/jpeg", "image/png"),  # thumbnails.set
    video_bytes=256 * 1024**3,  # videos.insert: 256 GB, 274877906944 in the discovery document
    video_types=("video/*",),  # videos.insert
    title=100,  # snippet.title: 100 characters
    tags=500,  # snippet.tags: 500 characters in all
    captions_bytes=100 * MIB,  # captions.insert: 104857600 in the discovery document
    thumbnail_bytes=50 * MIB,  # thumbnails.set: 52428800 in the discovery document, since 14 September 2026
    forbids_similar=False,
)


class YouTube:
    """One channel after the other, over one gate. See `ports.Platform`.

    chunk          bytes of one piece of an upload
    category       YouTube's number of a video's category; 25 is News & Politics
    made_for_kids  what is declared of every video (`selfDeclaredMadeForKids`)
    playlists      name -> playlist id; a name that is not here is looked up by title, and made where there is none
    renew          gives a newer credential than one that is at its end, and stores it first; where there is none, what Google
                   gives is known to this process alone
    """

    def __init__(
        self,
        wire: Wire,
        media: ports.Media,
        *,
        clock: ports.Clock,
        chunk: int = 4 * MIB,
        category: str = "25",
        made_for_kids: bool = False,
        playlists: Mapping[str, str] | None = None,
        renew: ports.Renew | None = None,
    ) -> None:
        if chunk <= 0 or chunk % CHUNK_STEP:
            raise InvalidSettings(f"A chunk of {chunk} bytes is no multiple of 256 KiB.", remedy="Choose for example 4194304.")
        self._wire = wire
        self._media = media
        self._clock = clock
        self._chunk = chunk
        self._category = category
        self._made_for_kids = made_for_kids
        self._playlists = dict(playlists or {})
        # No address of the library's is rewritten: wire.service() gives it the right ones.
        self._gate = Gate(wire, originals=())
        self._tokens = Tokens(clock, renew or self.renew, remember=renew is None)

    def limits(self, account: Account) -> Limits:
        """See `ports.Platform`."""
        return LIMITS

    def render(self, account: Account, variant: Variant) -> Payload:
        """See `ports.Platform`."""
        video = next((one for one in variant.attachments if one.kind == "video"), None)
        if video is None:
            raise Rejected(f"There is no video for {account.name}, and YouTube takes nothing else.", code="no-video")
        body: dict[str, Any] = {
            "title": variant.title,
            "description": as_json(variant.text),
            "tags": list(variant.tags),
            "category": self._category,
            "language": variant.language,
            "localizations": {
                language: {"title": title, "description": description}
                for language, (title, description) in variant.localizations.items()
            },
            "privacy": "public",
            "made_for_kids": self._made_for_kids,
            "embeddable": True,
            "license": "youtube",
            "public_stats": True,
            "video": _file(video),
            "thumbnail": _file(variant.thumbnail) if variant.thumbnail else None,
            "captions": [
                {"language": one.language, "digest": one.digest, "size": one.size}
                for one in sorted(variant.captions, key=lambda one: one.language)
            ],
            "playlists": list(variant.playlists),
        }
        return Payload(platform="youtube", kind=variant.kind, body=canonical(body))

    def inspect(self, account: Account, credential: Credential) -> Standing:
        """See `ports.Platform`."""
        return standing.inspect(self._line(account, credential), credential["token_uri"])

    def renew(self, account: Account, credential: Credential) -> Credential:
        """See `ports.Platform`: a new access token, and the refresh token that counts from then on."""
        check(self._wire.base_url, account, credential)
        http = google_auth_httplib2.Request(Http(self._gate, credential["token_uri"]))
        return ask(http, self._clock, account, credential)

    def prepare(
        self,
        account: Account,
        credential: Credential,
        payload: Payload,
        so_far: Prepared | None,
        *,
        keep: Callable[[Prepared], None],
        report: Callable[[int, int], None],
    ) -> Prepared:
        """See `ports.Platform`. A playlist that is made here is empty; the video in it stays private."""
        line, name = self._line(account, credential), digest(payload.body)
        data = dict(so_far.data) if so_far is not None else {}
        if not data.get("mark", "").startswith(media_of.mark_of(name)):
            data = {}  # of another payload: that video is not this one
        elif so_far is not None and so_far.complete:
            if read.fetch(line, PostRef(kind="video", id=data["video"])) is not None:
                return so_far
            data = {}  # somebody removed the private video: once more from the start
        job = media_of.Preparation(
            line=line,
            plan=json.loads(payload.body),
            media=self._media,
            progress=Progress(keep, data),
            report=report,
            chunk=self._chunk,
            playlists=self._playlists,
        )
        return media_of.prepare(job, name)

    def publish(
        self,
        account: Account,
        credential: Credential,
        payload: Payload,
        prepared: Prepared,
        *,
        key: str,
        deadline: ports.Deadline,
    ) -> Receipt:
        """See `ports.Platform`. The one request turns the private video public; its token is renewed before, if need be."""
        video = prepared.data.get("video", "")
        if not video:
            raise Rejected("The video was not uploaded before it was to be published.", code="not-prepared")
        line = self._line(account, credential)
        body = {"id": video, "status": media_of.status(json.loads(payload.body), "public")}
        request = line.api.videos().update(part="status", body=body)
        request.postproc = _as_it_came
        try:
            with sending(deadline, self._wire) as attempt, line.translated(attempt):
                answer = request.execute(http=line.once, num_retries=0)
        except Unauthorized as refused:
            line.refuse_token()
            if refused.code not in ("authError", "HTTP 401") or line.fetched:
                raise
            # Refused before anything was done, and perhaps only because the token had become old: once more, with a new one.
            raise Unreachable("The access token was no longer accepted; a new one will be fetched.", code=refused.code) from None
        _check_public(answer, video)
        at = self._clock.now()
        kept = redact(answer.decode("utf-8", "replace"), line.secrets()).encode("utf-8")
        return Receipt(post=PostRef(kind="video", id=video), url=read.address(video), at=at, answer=kept)

    def fetch(self, account: Account, credential: Credential, post: PostRef) -> RemotePost | None:
        """See `ports.Platform`."""
        return read.fetch(self._line(account, credential), post)

    def recent(self, account: Account, credential: Credential, *, since: datetime) -> Iterator[RemotePost]:
        """See `ports.Platform`."""
        return read.recent(self._line(account, credential), since)

    def delete(self, account: Account, credential: Credential, post: PostRef) -> None:
        """See `ports.Platform`."""
        read.delete(self._line(account, credential), post)

    def _line(self, account: Account, credential: Credential) -> Line:
        return Line(self._gate, self._tokens, self._clock, account, credential)


def _file(one: Attachment) -> dict[str, Any]:
    return {"digest": one.digest, "type": one.type, "size": one.size, "file": one.file}


def _as_it_came(response: Any, content: bytes) -> bytes:
    """The answer's bytes: they are the proof, and the library's reading of them hides whether they could be read."""
    return content


def _check_public(answer: bytes, video: str) -> None:
    """Raises `OutcomeUnknown` where the answer does not say plainly that the video is public."""
    try:
        said = json.loads(answer)
        public = said["id"] == video and said["status"]["privacyStatus"] == "public"
    except (ValueError, KeyError, TypeError):
        public = False
    if not public:
        raise OutcomeUnknown("YouTube's answer does not say that the video is public; it may be.", code="unreadable")
