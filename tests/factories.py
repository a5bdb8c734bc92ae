"""Values for tests: each factory has a default for everything but the point of the test."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from ministry_social.errors import InvalidMessage
from ministry_social.model.account import Account
from ministry_social.model.delivery import Delivery, State, delivery_key
from ministry_social.model.message import LocalText, Media, MediaFacts, Message, Override, Place, Prose, Wording
from ministry_social.model.variant import Counting, Kind, Limits

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)

X = Limits(
    text=280, counting=Counting.X_WEIGHTED, reference_length=23, images=4, image_bytes=5_000_000,
    image_types=("image/jpeg", "image/png"), gif_bytes=15_000_000, video_bytes=512_000_000, video_types=("video/mp4",),
    video_codecs=("h264", "aac"), video_seconds=(0.5, 140.0), alt=1000, cashtags=1, forbids_similar=True,
)  # fmt: skip
FACEBOOK = Limits(
    text=63_206, counting=Counting.CHARACTERS, images=10, image_bytes=4_000_000, image_types=("image/jpeg", "image/png"),
    video_bytes=1_750_000_000, video_types=("video/mp4",), video_seconds=(1.0, 2700.0), alt=1000,
)  # fmt: skip
YOUTUBE = Limits(
    text=5000, counting=Counting.BYTES, images=0, image_types=("image/jpeg", "image/png"), video_bytes=256 * 1024**3,
    video_types=("video/*",), title=100, tags=500, captions_bytes=100_000_000, thumbnail_bytes=50_000_000,
)  # fmt: skip
LIMITS = {"x": X, "facebook": FACEBOOK, "youtube": YOUTUBE}


def place(line: int = 1, file: str = "grain.md") -> Place:
    """Somewhere in a message file."""
    return Place(file=file, line=line)


def prose(text: str, line: int = 20) -> Prose:
    """A text that somebody wrote."""
    return Prose(text=text, place=place(line))


def wording(
    language: str = "en",
    short: str | None = "The corridor stays open.",
    *,
    headline: str | None = None,
    long: str | None = None,
    alts: Mapping[str, str] | None = None,
) -> Wording:
    """The message in one language."""
    return Wording(
        language=language,
        place=place(10),
        headline=None if headline is None else prose(headline, 12),
        short=None if short is None else prose(short, 14),
        long=None if long is None else prose(long, 16),
        alts={file: prose(text, 18) for file, text in (alts or {}).items()},
    )


def wordings(**texts: str) -> dict[str, Wording]:
    """The message in several languages: `wordings(en="Hello", fr="Bonjour")`; `zh_Hans` is the tag zh-Hans."""
    return {tag.replace("_", "-"): wording(tag.replace("_", "-"), text) for tag, text in texts.items()}


def local(mission: str, text: str = "Our own words.", language: str = "en", **more: Any) -> dict[str, LocalText]:
    """What one mission says in its own words, as `Message.locals` has it."""
    return {mission: LocalText(mission=mission, wording=wording(language, text, **more))}


def override(target: str, **parts: str) -> Override:
    """A section `## for ...`."""
    return Override(target=target, place=place(40), parts={name: prose(text, 42) for name, text in parts.items()})


def message(**fields: Any) -> Message:
    """A statement in English to all accounts."""
    defaults: dict[str, Any] = {
        "id": "grain", "kind": "statement", "source": "en", "place": place(), "wordings": {"en": wording("en")},
    }  # fmt: skip
    return Message(**(defaults | fields))


def account(name: str = "embassy-paris", *languages: str, platform: str = "x", **fields: Any) -> Account:
    """An embassy on X that speaks English, or the languages given. Its id is the name, so that ids differ."""
    defaults: dict[str, Any] = {
        "handle": name.replace("-", "_"), "id": f"id-of-{name}", "mission": name, "title": name, "languages": languages or ("en",),
        "zone": "Europe/Paris", "country": "FR", "city": "Paris",
    }  # fmt: skip
    return Account(name=name, platform=platform, **(defaults | fields))


def mfa(**fields: Any) -> Account:
    """The central account on X."""
    return account("mfa", "en", "fr", **({"central": True, "country": "XT", "city": "Caldova"} | fields))


def page(**fields: Any) -> Account:
    """The Facebook page."""
    return account("page", "en", platform="facebook", **fields)


def channel(**fields: Any) -> Account:
    """The YouTube channel."""
    return account("channel", "en", platform="youtube", **fields)


def limits_of(accounts: list[Account]) -> dict[str, Limits]:
    """What each account's platform takes, by account name."""
    return {one.name: LIMITS[one.platform] for one in accounts}


def media(file: str = "minister.jpg", kind: str = "image", **facts: Any) -> Media:
    """A picture, or another kind of file; `captions` and `thumbnail` as `Media` has them."""
    types = {"image": "image/jpeg", "gif": "image/gif", "video": "video/mp4", "captions": "text/vtt"}
    beside = {name: facts.pop(name) for name in ("captions", "thumbnail") if name in facts}
    defaults: dict[str, Any] = {"digest": digest_of(file), "type": types[kind], "kind": kind, "size": 100_000}
    if kind == "video":
        defaults |= {"duration": 30_000, "codecs": ("h264", "aac")}
    return Media(file=file, facts=MediaFacts(**(defaults | facts)), place=place(6), **beside)


def video(file: str = "grain.mp4", **facts: Any) -> Media:
    """A video of half a minute."""
    return media(file, "video", **facts)


def digest_of(name: str) -> str:
    """A stand-in for the SHA-256 of a file: 64 hexadecimal digits that follow from its name."""
    return (name.encode().hex() + "0" * 64)[:64]


def delivery(account: str = "mfa", *, state: State = State.PLANNED, part: str = "post", **fields: Any) -> Delivery:
    """A delivery of wave 1 of the message `grain`, prepared and due now."""
    made = Delivery(
        key=delivery_key("grain", 1, account, part),
        message="grain",
        wave=1,
        account=account,
        platform="youtube" if part == "video" else "x",
        part=part,
        kind=Kind.VIDEO if part == "video" else Kind.ORIGINAL,
        payload="a" * 64,
        release="b" * 64,
        due_at=NOW,
        stale_at=NOW + timedelta(hours=12),
        state=state,
        prepared=True,
    )
    return replace(made, **fields)


def fill(text: Prose, variables: Mapping[str, object]) -> str:
    """`{{ name }}` filled in, and nothing else: what `files.templates.fill` does for templates."""

    def value(match: re.Match[str]) -> str:
        if match[1] not in variables:
            line = text.place.line + text.text.count("\n", 0, match.start())
            remedy = "Add it to [variables]."
            raise InvalidMessage(f"The variable {match[1]} is not defined.", file=text.place.file, line=line, remedy=remedy)
        return str(variables[match[1]])

    return re.sub(r"\{\{\s*(\w+)\s*\}\}", value, text.text)
