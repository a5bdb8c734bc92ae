"""What a page shows of a post or an account: only what stands and is public, ready for the templates."""

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from ..world import Post, Profile, World
from .text import Paragraph, Piece, of_x, plain

_YOUTUBE = ("youtu.be", "www.youtube.com", "youtube.com")
_X = ("x.com", "twitter.com")
_STATUS = re.compile(r"/(\w+)/status/(\d+)")


@dataclass(frozen=True, kw_only=True)
class Media:
    """A picture or video of a post."""

    address: str
    alt: str
    video: bool


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A post on a page. `by` wrote it; `reposted_by` only passed it on."""

    id: str
    by: Profile
    address: str
    paragraphs: list[Paragraph]
    lang: str
    media: list[Media]
    at: datetime
    title: str
    link: Piece | None
    captions: dict[str, str]
    poster: str
    reposted_by: Profile | None = None


def find(world: World, platform: str, handle: str) -> Profile | None:
    """The account with this handle; upper and lower case are the same, as on the platforms."""
    wanted = handle.lower()
    return next((one for one in world.profiles if one.platform == platform and one.handle.lower() == wanted), None)


def standing(world: World, profile: Profile) -> list[Post]:
    """The account's public posts, newest first; a post that was deleted is not among them."""
    found = [post for post in world.timeline(profile.platform, profile.id, lag=False) if post.public]
    return sorted(found, key=lambda post: post.at, reverse=True)


def open_to_all(post: Post | None) -> bool:
    """Whether somebody who has the address may see it: public, or unlisted on YouTube."""
    return post is not None and post.deleted_at is None and (post.public or post.more.get("privacy") == "unlisted")


def show(world: World, post: Post, language: str = "") -> Shown | None:
    """The post as the public sees it; a repost as its original. None: there is nothing to see."""
    original = world.post(post.platform, post.of) if post.kind == "repost" else post
    if original is None or not open_to_all(original):
        return None
    by = world.profile(original.platform, original.profile)
    if by is None:
        return None
    title, text = _in_language(original, language)
    return Shown(
        id=original.id, by=by, address=address(by, original), paragraphs=_paragraphs(original, text),
        lang=language or original.more.get("defaultLanguage", ""), media=_media(world, original), at=original.at, title=title,
        link=_link(original), captions=original.more.get("captions") or {},
        poster=f"/media/{original.more['thumbnail']}" if original.more.get("thumbnail") else "",
        reposted_by=world.profile(post.platform, post.profile) if post.kind == "repost" else None,
    )  # fmt: skip


def address(by: Profile, post: Post) -> str:
    """Where the post stands in the rehearsal."""
    if post.platform == "x":
        return f"/x/{by.handle}/status/{post.id}"
    if post.platform == "youtube":
        return f"/youtube/watch/{post.id}"
    return f"/facebook/{by.handle}/posts/{post.id.rpartition('_')[2]}"


def target(world: World, piece: Piece) -> str:
    """Where a click leads: what stands in the rehearsal too is looked at here, not on the real platform."""
    if piece.mark == "@":
        known = find(world, "x", piece.words[1:])
        return f"/x/{known.handle}" if known else ""
    parts = urlsplit(piece.address)
    if parts.hostname in _YOUTUBE:
        video = parse_qs(parts.query).get("v", [parts.path.rpartition("/")[2]])[0]
        return f"/youtube/watch/{video}" if world.post("youtube", video) else piece.address
    status = _STATUS.match(parts.path) if parts.hostname in _X else None
    if status and world.post("x", status[2]):
        return f"/x/{status[1]}/status/{status[2]}"
    return piece.address


def hue(profile: Profile) -> int:
    """Which of eight colours the account's sign has."""
    return hashlib.sha256(profile.id.encode()).digest()[0] % 8


def _link(post: Post) -> Piece | None:
    link = post.more.get("link")
    return Piece(words=link, address=link) if link else None


def _in_language(post: Post, language: str) -> tuple[str, str]:
    """Title and text; on YouTube those of a language, where there are any."""
    local = (post.more.get("localizations") or {}).get(language, {})
    return local.get("title") or post.more.get("title", ""), local.get("description") or post.text


def _paragraphs(post: Post, text: str) -> list[Paragraph]:
    return of_x(post.more["shown"], post.more.get("urls", ())) if "shown" in post.more else plain(text)


def _media(world: World, post: Post) -> list[Media]:
    alts = [*post.alts, *[""] * len(post.media)]
    return [
        Media(address=f"/media/{digest}", alt=alts[number], video=_is_video(world, digest))
        for number, digest in enumerate(post.media)
    ]


def _is_video(world: World, digest: str) -> bool:
    return digest in world.files and world.files[digest][1].startswith("video/")
