"""X: its API v2 through tweepy, OAuth 1.0a for each account."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from ... import ports
from ...errors import OutcomeUnknown, Rejected
from ...model.account import Account, Credential, Standing
from ...model.delivery import PostRef, Prepared, Receipt, RemotePost
from ...model.variant import Attachment, Counting, Kind, Limits, Payload, Variant
from ...rules.canonical import canonical
from ...rules.references import as_json, as_object
from ..gate import Wire, is_loopback, sending
from ..redaction import redact
from .media import Uploader, ids
from .read import one, standing, timeline
from .wire import Line, body, gate

LIMITS = Limits(
    text=280,  # weighted: github.com/twitter/twitter-text, config v3
    counting=Counting.X_WEIGHTED,
    reference_length=23,  # every address counts so: twitter-text config v3, transformedURLLength
    images=4,  # or one GIF, or one video: docs.x.com, media best practices (so are the next eight)
    image_bytes=5 * 10**6,
    image_types=("image/jpeg", "image/png", "image/webp"),
    gif_bytes=15 * 10**6,
    video_bytes=512 * 10**6,
    video_types=("video/mp4",),
    video_codecs=("h264", "aac"),
    video_seconds=(0.5, 140.0),
    alt=1000,  # docs.x.com: POST /2/media/metadata
    cashtags=1,  # docs.x.com: create post, for self-serve apps since 23 February 2026
    forbids_similar=True,  # docs.x.com: developer guidelines, identical content across multiple accounts
)

_GONE = {"HTTP 404", "resource-not-found"}
_FAR_BACK = timedelta(days=30)  # how far we look for a repost whose own id X did not tell


class X:
    """X as a `Platform`. Thread-safe: nothing but the pool of connections is shared between calls."""

    def __init__(self, wire: Wire, media: ports.Media, *, clock: ports.Clock, public_url: str | None = None) -> None:
        """`public_url`: where posts are seen, without a slash at its end; by default X's own site, or the rehearsal's."""
        self._gate = gate(wire)
        self._media = media
        self._clock = clock
        self._public_url = public_url or _public_url(wire.base_url)

    def limits(self, account: Account) -> Limits:
        """See `Platform`."""
        return LIMITS

    def render(self, account: Account, variant: Variant) -> Payload:
        """See `Platform`. `{"text": .., "media": [..]}`, or `{"repost": id or reference}`."""
        if variant.of is not None:
            inside: dict[str, Any] = {"repost": as_object(variant.of)}
        else:
            inside = {"text": as_json(variant.text), "media": [_attached(one) for one in variant.attachments]}
        return Payload(platform="x", kind=variant.kind, body=canonical(inside))

    def inspect(self, account: Account, credential: Credential) -> Standing:
        """See `Platform`."""
        return standing(self._line(account, credential), account)

    def renew(self, account: Account, credential: Credential) -> Credential:
        """See `Platform`. A token of OAuth 1.0a counts until somebody revokes it."""
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
        """See `Platform`. A text alone and a repost need nothing."""
        attachments = json.loads(payload.body).get("media", [])
        if not attachments:
            return Prepared(complete=True, data={})
        line = self._line(account, credential)
        uploader = Uploader(line=line, media=self._media, clock=self._clock, keep=keep, report=report)
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
        """See `Platform`. X has nothing like an idempotency key, so `key` stays here.

        Raises `Rejected` with code `media-invalid` where the media ids have ended: prepare again, from nothing.
        """
        inside = json.loads(payload.body)
        line = self._line(account, credential)
        if payload.kind is Kind.REPOST:
            return self._repost(line, account, inside["repost"], deadline)
        media_ids = ids(prepared, self._clock.now())
        with sending(deadline, self._gate.wire) as attempt:
            wish = {"text": inside["text"] or None, "media_ids": media_ids or None}
            answer = line.publish(attempt, lambda client: client.create_tweet(**wish, user_auth=True))
        post = PostRef(kind="post", id=_told(answer, "id"))
        return self._receipt(line, account, answer, post)

    def _repost(self, line: Line, account: Account, original: str, deadline: ports.Deadline) -> Receipt:
        route = f"/2/users/{account.id}/retweets"  # tweepy's own method takes the id from the token instead
        wish = {"tweet_id": original}
        with sending(deadline, self._gate.wire) as attempt:
            answer = line.publish(attempt, lambda client: client.request("POST", route, json=wish, user_auth=True))
        _told(answer, "retweeted")
        own = str(body(answer)["data"].get("rest_id") or original)  # older answers do not tell the repost's own id
        return self._receipt(line, account, answer, PostRef(kind="repost", id=own, original=original))

    def fetch(self, account: Account, credential: Credential, post: PostRef) -> RemotePost | None:
        """See `Platform`."""
        if post.kind != "repost" or post.id != post.original:
            return one(self._line(account, credential), post.id, self._pages(account))
        since = self._clock.now() - _FAR_BACK
        posts = self.recent(account, credential, since=since)
        return next((found for found in posts if found.post.original == post.original), None)

    def recent(self, account: Account, credential: Credential, *, since: datetime) -> Iterator[RemotePost]:
        """See `Platform`. Reposts are among them."""
        return timeline(self._line(account, credential), account.id, since, self._pages(account))

    def delete(self, account: Account, credential: Credential, post: PostRef) -> None:
        """See `Platform`. A repost is undone; its original stays."""
        line = self._line(account, credential)
        try:
            if post.kind == "repost":
                route = f"/2/users/{account.id}/retweets/{post.original}"
                line.ask(lambda client: client.request("DELETE", route, user_auth=True))
            else:
                line.ask(lambda client: client.delete_tweet(post.id, user_auth=True))
        except Rejected as refusal:
            if refusal.code not in _GONE:
                raise

    def _line(self, account: Account, credential: Credential) -> Line:
        return Line.open(self._gate, account, credential)

    def _pages(self, account: Account) -> str:
        return f"{self._public_url}/{account.handle}"

    def _receipt(self, line: Line, account: Account, answer: requests.Response, post: PostRef) -> Receipt:
        said = redact(answer.content.decode("utf-8", "replace"), line.secrets).encode("utf-8")
        url = f"{self._pages(account)}/status/{post.id}"
        return Receipt(post=post, url=url, at=self._said_at(answer), answer=said)

    def _said_at(self, answer: requests.Response) -> datetime:
        """When X says that it answered; the rehearsal's web server knows only the real time, so there our clock."""
        try:
            at = parsedate_to_datetime(answer.headers.get("date", ""))
        except ValueError:
            at = None
        return self._clock.now() if at is None or is_loopback(self._gate.wire.base_url) else at


def _attached(attachment: Attachment) -> dict[str, str | int]:
    return {
        "digest": attachment.digest,
        "type": attachment.type,
        "kind": attachment.kind,
        "size": attachment.size,
        "alt": attachment.alt,
        "file": attachment.file,
    }


def _public_url(base_url: str) -> str:
    """Where people see what the API at `base_url` publishes; the rehearsal has its pages beside its API."""
    if is_loopback(base_url) and base_url.endswith("/api/x"):
        return base_url.removesuffix("/api/x") + "/x"
    return "https://x.com"


def _told(answer: requests.Response, name: str) -> str:
    """A value of the answer to a publishing request. Raises `OutcomeUnknown` where it is not there: something was done."""
    try:
        value = body(answer)["data"][name]
    except (ValueError, LookupError, TypeError):
        value = None
    if not value:
        raise OutcomeUnknown("X said yes in a way that nobody can read; it may have been published.", code="unparsable")
    return str(value)
