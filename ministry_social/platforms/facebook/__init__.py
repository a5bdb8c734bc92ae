"""Facebook: Pages over the Graph API, through facebook-sdk."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Any

import requests

from ... import ports
from ...errors import InvalidMessage, OutcomeUnknown, Rejected
from ...model.account import Account, Credential, Standing
from ...model.delivery import PostRef, Prepared, Receipt, RemotePost
from ...model.variant import Attachment, Counting, Limits, Payload, Variant
from ...rules.canonical import canonical
from ...rules.references import as_json, plain
from ..gate import Attempt, Gate, Wire, is_loopback, sending
from ..redaction import redact
from .errors import GONE, MEDIA_GONE, MEDIA_INVALID
from .media import Uploader, Video, photo_ids, video_of
from .read import node, one, recent
from .standing import inspect
from .wire import ORIGINALS, VIDEO_HOST, Line, gate

LIMITS = Limits(
    text=63_206,  # characters, emoji and addresses as long as they are: known since 2011; maxLength in gitroomhq/postiz-app
    counting=Counting.CHARACTERS,
    images=10,  # in one post; not documented, what publishing tools keep to
    image_bytes=4 * 10**6,  # error subcode 1366046: "less than 4 MB and saved as JPG or PNG"
    image_types=("image/jpeg", "image/png"),
    # developers.facebook.com, Video API: more than these types are taken, these two are recommended.
    video_bytes=1_750_000_000,  # 1.75 GB and 45 minutes: developers.facebook.com, Video API, chunked upload
    video_types=("video/mp4", "video/quicktime"),
    video_seconds=(1.0, 2_700.0),  # the shortest is not documented; one second is what publishing tools take
    alt=1000,  # not documented for alt_text_custom: ours, and as much as X takes
    forbids_similar=False,  # one Page speaks for the ministry; Meta's rules on spam speak of volume, not of one text twice
)

_BACK = "id,permalink_url"  # what Facebook is to answer once a post stands (Graph API, read-after-write)


class Facebook:
    """Facebook as a `Platform`. Thread-safe: nothing but the pools of connections is shared between calls."""

    def __init__(
        self,
        wire: Wire,
        media: ports.Media,
        *,
        clock: ports.Clock,
        version: str = "v26.0",
        video_base_url: str = "",
        public_url: str = "",
        app: Callable[[], Credential | None] = lambda: None,
    ) -> None:
        """`version` of the Graph API; `video_base_url`: the host for videos, Facebook's own where `wire` leads to Facebook.

        `public_url`: where posts are seen, without a slash at its end; by default Facebook's own site, or the rehearsal's.
        `app`: the credential of our app, which alone may look into tokens; None where there is none.
        """
        self._gate = gate(wire)
        videos = video_base_url or (VIDEO_HOST if wire.base_url in ORIGINALS else wire.base_url)
        self._video_gate = gate(replace(wire, base_url=videos)) if videos != wire.base_url else self._gate
        self._media = media
        self._clock = clock
        self._version = version
        self._app = app
        self._public_url = public_url or _rehearsed(wire.base_url)

    def limits(self, account: Account) -> Limits:
        """See `Platform`."""
        return LIMITS

    def render(self, account: Account, variant: Variant) -> Payload:
        """See `Platform`. `{"message": .., "link": .., "media": [..]}`. Raises `InvalidMessage` on what no post can be."""
        link = _link(variant)
        inside: dict[str, Any] = {
            "message": as_json(variant.text),
            "link": link,
            "media": [_attached(attachment) for attachment in variant.attachments],
        }
        return Payload(platform="facebook", kind=variant.kind, body=canonical(inside))

    def inspect(self, account: Account, credential: Credential) -> Standing:
        """See `Platform`."""
        return inspect(self._line(self._gate, account, credential), account, self._app())

    def renew(self, account: Account, credential: Credential) -> Credential:
        """See `Platform`. A Page's token is never exchanged: that has put an end to every token of an app before."""
        return credential

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
        """See `Platform`. Photos are uploaded unpublished, a video up to its last step. A text alone needs nothing."""
        attachments = json.loads(payload.body)["media"]
        if not attachments:
            return Prepared(complete=True, data={})
        uploader = Uploader(
            line=self._line(self._gate, account, credential),
            video_line=self._line(self._video_gate, account, credential),
            page=account.id, media=self._media, keep=keep, report=report,
        )  # fmt: skip
        return uploader.run(attachments, so_far)

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
        """See `Platform`. Facebook has nothing like an idempotency key, so `key` stays here."""
        inside = json.loads(payload.body)
        video = video_of(prepared)
        way = self._gate if video is None else self._video_gate
        line = self._line(way, account, credential)
        with sending(deadline, way.wire) as attempt, _media_known(prepared):
            if video is None:
                answer = _to_feed(line, attempt, account.id, inside, photo_ids(prepared))
                said = _said(answer, "id")
                post = PostRef(kind="post", id=str(said["id"]))
            else:
                answer = _finish(line, attempt, account.id, inside, video)
                said = _said(answer, "success")
                post = PostRef(kind="video", id=video.id)
        raw = redact(answer.content.decode("utf-8", "replace"), line.secrets).encode("utf-8")
        url = self._address(account, post, str(said.get("permalink_url") or ""))
        return Receipt(post=post, url=url, at=self._clock.now(), answer=raw)

    def fetch(self, account: Account, credential: Credential, post: PostRef) -> RemotePost | None:
        """See `Platform`."""
        return one(self._line(self._gate, account, credential), account.id, post)

    def recent(self, account: Account, credential: Credential, *, since: datetime) -> Iterator[RemotePost]:
        """See `Platform`. `facts` holds the ids of a post's photos, which say whether it is the one that was prepared."""
        return recent(self._line(self._gate, account, credential), account.id, since)

    def delete(self, account: Account, credential: Credential, post: PostRef) -> None:
        """See `Platform`."""
        line = self._line(self._gate, account, credential)
        try:
            line.ask(lambda graph: graph.delete_object(post.id))
        except Rejected as refusal:
            # Facebook says so as well of what we may not touch: only what is gone is done.
            if refusal.code != GONE or node(line, account.id, post.id, "id") is not None:
                raise

    def _line(self, gate: Gate, account: Account, credential: Credential) -> Line:
        return Line.open(gate, account, credential, version=self._version, clock=self._clock)

    def _address(self, account: Account, post: PostRef, permalink: str) -> str:
        """Where the post is seen: as Facebook says, else where its id leads."""
        if not self._public_url:
            return permalink if permalink.startswith("https://") else f"https://www.facebook.com/{post.id}"
        return f"{self._public_url}/{account.handle}/posts/{post.id.rpartition('_')[2]}"


def _link(variant: Variant) -> str:
    """The address that Facebook shows a preview of. Beside pictures and videos it shows none: there the text must have it."""
    kinds = {attachment.kind for attachment in variant.attachments}
    if "video" in kinds and len(variant.attachments) > 1:
        raise InvalidMessage("A Facebook post carries one video or pictures, not both.", remedy="Leave one of them out.")
    if not kinds or not variant.link:
        return variant.link
    if variant.link in plain(variant.text):
        return ""
    if "video" in kinds:
        raise InvalidMessage(
            "A video on Facebook can carry the link in its text only.", remedy="Write {{ link }} in the text, or drop the link."
        )
    return variant.link


def _attached(attachment: Attachment) -> dict[str, str | int]:
    return {
        "digest": attachment.digest,
        "type": attachment.type,
        "kind": attachment.kind,
        "size": attachment.size,
        "alt": attachment.alt,
        "file": attachment.file,
    }


def _to_feed(line: Line, attempt: Attempt, page: str, inside: dict[str, Any], photos: list[str]) -> requests.Response:
    attached = json.dumps([{"media_fbid": photo} for photo in photos]) if photos else ""
    wish = {"message": inside["message"], "link": inside["link"], "attached_media": attached}
    form = {name: value for name, value in wish.items() if value}
    # put_object of the library would send no query, so nothing could be asked back.
    return line.publish(
        attempt, lambda graph: graph.request(f"{graph.version}/{page}/feed", args={"fields": _BACK}, post_args=form)
    )


def _finish(line: Line, attempt: Attempt, page: str, inside: dict[str, Any], video: Video) -> requests.Response:
    wish = {"upload_phase": "finish", "upload_session_id": video.session, "description": inside["message"]}
    return line.publish(attempt, lambda graph: graph.put_object(page, "videos", **wish))


def _said(answer: requests.Response, name: str) -> dict[str, Any]:
    """The answer to the publishing request, which must hold `name`. Raises `OutcomeUnknown` where not: something was done."""
    try:
        body = answer.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or not body.get(name):
        raise OutcomeUnknown("Facebook said yes in a way that nobody can read; it may have been published.", code="unparsable")
    return body


@contextmanager
def _media_known(prepared: Prepared) -> Iterator[None]:
    """Around the publishing request: a refusal that may be about media uploaded before asks for uploading them again."""
    try:
        yield
    except Rejected as refusal:
        if not prepared.data or refusal.code not in MEDIA_GONE:
            raise
        raise Rejected(refusal.sentence, code=MEDIA_INVALID, remedy=refusal.remedy) from refusal


def _rehearsed(base_url: str) -> str:
    """Where people see what the rehearsal at `base_url` publishes; "" where that is not a rehearsal."""
    inside = is_loopback(base_url) and base_url.endswith("/api/facebook")
    return base_url.removesuffix("/api/facebook") + "/facebook" if inside else ""
