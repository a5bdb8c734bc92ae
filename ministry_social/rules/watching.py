"""Watching: what stands on an account compared with what was signed for it and published there."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..model.delivery import PostRef, RemotePost
from ..model.variant import Kind, Payload
from .canonical import canonical, digest
from .same_text import fold, same

# Every kind of deviation: name -> what it means. docs/watch.md has a line for each, which a test holds.
KINDS = {
    "edited": "A post says something else than was signed.",
    "title-changed": "A video has another title than was signed.",
    "description-changed": "A video has another description than was signed.",
    "tags-changed": "A video has other tags than were signed.",
    "captions-removed": "A video has no captions any more.",
    "media-changed": "A post carries more or fewer pictures or videos than were signed.",
    "alt-changed": "A picture has another alt text than was signed.",
    "removed": "It stands there no more; the platform does not say who took it down.",
    "removed-by-hand": "It stands there no more; somebody who may sign in there has taken it down.",
    "removed-by-platform": "The platform has taken it down, or shows it to nobody.",
    "withheld": "The platform does not show it in some countries.",
    "hidden": "It was hidden from the page's timeline.",
    "made-private": "Nobody but us can see it any more.",
    "unlisted": "Only those who have its address can see it.",
    "recalled-still-stands": "It was recalled, and stands there.",
    "twice": "It stands there a second time, and was signed once.",
    "foreign-post": "A post that nobody has scheduled here.",
    "foreign-repost": "A repost that nobody has scheduled here.",
    "foreign-video": "A video that nobody has scheduled here.",
}

# What X answers about a post that is there and that it does not show; `resource-not-found` is said of one that is gone.
HELD_BACK = frozenset({"resource-unavailable", "not-authorized-for-resource", "disallowed-resource"})
_OUT_OF_SIGHT = frozenset({"rejected", "failed"})  # YouTube's uploadStatus of a video that nobody can see


@dataclass(frozen=True, kw_only=True)
class Ours:
    """A delivery that is, or was, on the account.

    standing  it is published; else it was recalled
    leaving   a recall of it is under way
    original  of a repost: the id of what it repeats
    payload   what was sent, references resolved; None where that is not on record any more
    """

    key: str
    post: PostRef
    url: str
    at: datetime
    standing: bool = True
    leaving: bool = False
    payload: Payload | None = None


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the platform says of one post that it was asked about: it stands there, or not; `code` where it holds it back."""

    post: RemotePost | None = None
    code: str = ""


@dataclass(frozen=True, kw_only=True)
class Found:
    """A deviation with the words themselves: as signed and as they stand there."""

    kind: str
    post: PostRef
    url: str
    at: datetime
    delivery: str = ""
    signed: str = ""
    stands: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    answer: bytes = b""

    @property
    def id(self) -> str:
        """Names this very state: what was explained in it is not explained in another."""
        state = {"kind": self.kind, "post": [self.post.kind, self.post.id], "delivery": self.delivery}
        return digest(canonical(state | {"stands": fold(self.stands), "facts": dict(self.facts)}))[:10]


def unsure(ours: Collection[Ours], posts: Sequence[RemotePost], before: datetime) -> list[Ours]:
    """Of whom the platform is to be asked one by one: what is not on the list, and what is although it was recalled.

    Nothing that was published later than `before`: lists come late.
    """
    listed = _Listed(posts)
    return [one for one in ours if one.at <= before and not one.leaving and (listed.of(one) is None) == one.standing]


def deviations(
    ours: Sequence[Ours],
    posts: Sequence[RemotePost],
    asked: Mapping[str, Asked],
    *,
    began: datetime,
    others: Collection[str] = (),
    coming: Collection[tuple[Payload, datetime]] = (),
) -> list[Found]:
    """Everything that stands otherwise than it was signed.

    asked      what the platform said of those that `unsure` has named, by delivery
    began      what is older and not ours was there before
    others     ids of posts that deliveries have which are not looked at here
    coming     what is being sent or in doubt, and since when: its post may be there already, and is nobody else's
    """
    listed = _Listed(posts)
    found: list[Found] = []
    for one in ours:
        if one.leaving:
            continue
        answer = asked.get(one.key)
        there = listed.of(one) if answer is None else answer.post
        if not one.standing:
            found += [_about("recalled-still-stands", one, there)] if answer is not None and there is not None else []
        elif there is not None:
            found += _compared(one, there)
        elif answer is not None:
            found.append(_gone(one, answer))
    said = {fold(words(one.payload)): one.key for one in ours if one.standing}
    foreign = listed.foreign(ours, frozenset(others))
    return found + [_foreign(post, said) for post in foreign if _is_foreign(post, began, coming)]


class _Listed:
    """A list of posts in which ours are found, also where they were edited and have another id."""

    def __init__(self, posts: Sequence[RemotePost]) -> None:
        self._posts = posts
        self._by_id = {post.post.id: post for post in posts if post.post.kind != "repost"}
        self._by_id |= {old: post for post in posts for old in _history(post)}
        self._reposts = {name: post for post in posts if post.post.kind == "repost" for name in (post.post.original, post.post.id)}

    def of(self, one: Ours) -> RemotePost | None:
        """The post of a delivery."""
        if one.post.kind == "repost":
            return self._reposts.get(one.post.id) or self._reposts.get(one.post.original)
        return self._by_id.get(one.post.id)

    def foreign(self, ours: Sequence[Ours], others: frozenset[str]) -> Iterator[RemotePost]:
        """Those that no delivery has."""
        mine = {id(post) for one in ours if (post := self.of(one)) is not None}
        for post in self._posts:
            if id(post) not in mine and not others & {post.post.id, *_history(post)}:
                yield post


def _history(post: RemotePost) -> tuple[str, ...]:
    """The ids that a post has had: X gives an edited post another one."""
    return tuple(one for one in post.facts.get("history", "").split(",") if one)


def _compared(one: Ours, there: RemotePost) -> Iterator[Found]:
    """All in which a post of ours differs from what was signed. What nobody can see is not compared further."""
    status = there.facts.get("uploadStatus", "")
    if status in _OUT_OF_SIGHT:
        yield _about("removed-by-platform", one, there, reason=there.facts.get("reason") or status)
        return
    privacy = there.facts.get("privacyStatus", "")
    if not there.public:
        yield _about("unlisted" if privacy == "unlisted" else "made-private", one, there)
    if there.facts.get("withheld"):
        yield _about("withheld", one, there, countries=there.facts["withheld"])
    if there.facts.get("hidden"):
        yield _about("hidden", one, there)
    if one.payload is None or one.payload.kind is Kind.REPOST:
        return
    inside: Mapping[str, Any] = json.loads(one.payload.body)
    yield from _video(one, inside, there) if one.payload.platform == "youtube" else _post(one, inside, there)


def _post(one: Ours, inside: Mapping[str, Any], there: RemotePost) -> Iterator[Found]:
    signed = str(inside.get("message" if "message" in inside else "text") or "")
    if not same(signed, there.text):
        yield _about("edited", one, there, signed=signed, stands=there.text)
    media = inside.get("media") or ()
    if there.media != len(media):
        yield _about("media-changed", one, there, signed_media=str(len(media)), media=str(there.media))
        return
    # Facebook tells alt texts only where one photo is asked after: then there are as many as pictures.
    if len(there.alts) != len(media):
        return
    for number, (wanted, seen) in enumerate(zip(media, there.alts, strict=True), 1):
        alt = str(wanted.get("alt") or "") if isinstance(wanted, dict) else ""
        if isinstance(wanted, dict) and wanted.get("kind") != "video" and not same(alt, seen):
            yield _about("alt-changed", one, there, signed=alt, stands=seen, picture=str(number))


def _video(one: Ours, inside: Mapping[str, Any], there: RemotePost) -> Iterator[Found]:
    facts = there.facts
    texts: list[tuple[str, Any, str, dict[str, str]]] = [("title-changed", inside.get("title"), facts.get("title", ""), {})]
    texts += [("description-changed", inside.get("description", inside.get("text")), there.text, {})]
    stand = json.loads(facts["localizations"]) if facts.get("localizations") else {}
    for language, wanted in (inside.get("localizations") or {}).items() if "localizations" in facts else ():
        seen = stand.get(language) or {}
        texts += [
            (kind, wanted.get(name), seen.get(name) or "", {"language": language})
            for kind, name in (("title-changed", "title"), ("description-changed", "description"))
        ]
    for kind, signed, stands, more in texts:
        if signed is not None and not same(str(signed), stands):
            yield _about(kind, one, there, signed=str(signed), stands=stands, **more)
    tags = {fold(tag) for tag in inside.get("tags") or ()}
    seen_tags = {fold(tag) for tag in facts.get("tags", "").split(",") if tag}
    if "tags" in inside and "tags" in facts and tags != seen_tags:
        yield _about("tags-changed", one, there, signed=", ".join(inside["tags"]), stands=facts["tags"].replace(",", ", "))
    if inside.get("captions") and facts.get("captions") == "false":
        yield _about("captions-removed", one, there)


def _gone(one: Ours, answer: Asked) -> Found:
    """It is not there. How much can be said of who did it differs from one platform to another (docs/watch.md)."""
    by_hand = one.payload is not None and one.payload.platform == "youtube"  # YouTube shows its owner what it has blocked itself
    kind = "removed-by-platform" if answer.code else "removed-by-hand" if by_hand else "removed"
    facts = {"reason": answer.code} if answer.code else {}
    return Found(kind=kind, post=one.post, url=one.url, at=one.at, delivery=one.key, signed=words(one.payload), facts=facts)


def _is_foreign(post: RemotePost, began: datetime, coming: Collection[tuple[Payload, datetime]]) -> bool:
    """Whether it is public, was made since we watch, and is not what we are just sending."""
    return post.public and post.at >= began and not any(post.at >= since and _is_it(post, payload) for payload, since in coming)


def _is_it(post: RemotePost, payload: Payload) -> bool:
    if payload.kind is Kind.REPOST or post.post.kind == "repost":
        return payload.kind is Kind.REPOST and json.loads(payload.body)["repost"] == post.post.original
    return same(words(payload), _said(post))


def _foreign(post: RemotePost, said: Mapping[str, str]) -> Found:
    """What nobody has scheduled: a second copy of ours, or something else. `said`: our words, folded -> whose they are."""
    repost, folded = post.post.kind == "repost", fold(_said(post))
    ours = said.get(folded, "") if folded and not repost else ""
    kind = "twice" if ours else f"foreign-{post.post.kind}"
    facts = {"of": post.post.original} if repost else {}
    return Found(
        kind=kind, post=post.post, url=post.url, at=post.at, delivery=ours, stands=_said(post), facts=facts, answer=post.answer
    )


def words(payload: Payload | None) -> str:
    """What a payload says to people: its text; of a video the title, and below it the description."""
    if payload is None or payload.kind is Kind.REPOST:
        return ""
    inside = json.loads(payload.body)
    if "title" in inside:
        return f"{inside['title']}\n\n{inside.get('description') or ''}".strip()
    return str(inside.get("message" if "message" in inside else "text") or "")


def _said(post: RemotePost) -> str:
    title = post.facts.get("title", "")
    return f"{title}\n\n{post.text}".strip() if title else post.text


def _about(kind: str, one: Ours, there: RemotePost, *, signed: str = "", stands: str = "", **facts: str) -> Found:
    return Found(
        kind=kind, post=there.post, url=there.url, at=there.at, delivery=one.key, signed=signed, stands=stands, facts=facts,
        answer=there.answer,
    )  # fmt: skip
