"""Checks of media: whether a platform takes the files that go with a variant."""

from collections.abc import Iterable, Mapping, Sequence

from ..model.account import Account
from ..model.finding import Finding
from ..model.message import Media, Place
from ..model.variant import Attachment, Kind, Limits, Variant
from .findings import blocks


def check_media(variant: Variant, account: Account, limits: Limits, media: Mapping[str, Media], place: Place) -> list[Finding]:
    """What is to be said of a variant's files. `media` are the message's files by SHA-256."""
    who = (account.name,)
    found = []
    mix = "" if variant.kind is Kind.VIDEO else _mix(variant.attachments, account.platform, limits)
    if mix:
        found.append(blocks("mixed-media", mix, place, who))
    pictures = [one for one in variant.attachments if one.kind != "video"]
    if len(pictures) > limits.images and variant.kind is not Kind.VIDEO:
        sentence = f"{len(pictures)} pictures; {account.platform} takes {limits.images} in a post."
        found.append(blocks("too-many-pictures", sentence, place, who))
    for attachment in variant.attachments:
        where = media[attachment.digest].place if attachment.digest in media else place
        if limits.alt and len(attachment.alt) > limits.alt:
            sentence = f"The alt text of {attachment.file} has {len(attachment.alt)} of {limits.alt} characters."
            found.append(blocks("alt-too-long", sentence, where, who))
        wrong = _wrong(attachment, media.get(attachment.digest), limits)
        if wrong:
            found.append(blocks("bad-media", f"{attachment.file}: {account.platform} {wrong}.", where, who))
    where = next((m.place for m in media.values() if m.thumbnail or m.captions), place)
    return found + [blocks("bad-media", f"{account.platform} {wrong}.", where, who) for wrong in _wrong_beside(variant, limits)]


def plays(media: Media, limits: Limits) -> bool:
    """Whether a platform takes a video in a post, as far as the file tells."""
    facts = media.facts
    attachment = Attachment(file=media.file, digest=facts.digest, type=facts.type, kind=facts.kind, size=facts.size)
    return bool(limits.video_types) and not _wrong(attachment, media, limits)


def _mix(attachments: Sequence[Attachment], platform: str, limits: Limits) -> str:
    """What is wrong with the media of a post together; empty where nothing is."""
    kinds = [attachment.kind for attachment in attachments]
    if len(kinds) > 1 and "video" in kinds:
        return f"{platform} takes one video alone in a post, not with pictures or a second video."
    if len(kinds) > 1 and "gif" in kinds and limits.gif_bytes:
        return f"{platform} takes one GIF alone in a post, not with other pictures."
    return ""


def _wrong(attachment: Attachment, media: Media | None, limits: Limits) -> str:
    """What is wrong with a file, in words that follow the platform's name; empty where nothing is."""
    if attachment.kind == "gif" and limits.gif_bytes:
        return _too_large(attachment.size, limits.gif_bytes)
    if attachment.kind != "video":
        return _picture(attachment, limits, limits.image_bytes)
    if not any(_is(attachment.type, allowed) for allowed in limits.video_types or ("*",)):
        return f"takes {_kinds(limits.video_types)}, not {attachment.type}"
    return _too_large(attachment.size, limits.video_bytes) or ("" if media is None else _unplayable(media, limits))


def _unplayable(media: Media, limits: Limits) -> str:
    strange = [codec for codec in media.facts.codecs if limits.video_codecs and codec not in limits.video_codecs]
    if strange:
        return f"takes {_kinds(limits.video_codecs)}, not {_kinds(strange)}"
    seconds, (least, longest) = media.facts.duration / 1000, limits.video_seconds
    if longest and not least <= seconds <= longest:
        return f"takes videos of {least:g} to {longest:g} seconds, this has {seconds:.1f}"
    return ""


def _wrong_beside(variant: Variant, limits: Limits) -> Iterable[str]:
    """What is wrong with a video's thumbnail and captions."""
    thumbnail = variant.thumbnail
    if thumbnail is not None and (wrong := _picture(thumbnail, limits, limits.thumbnail_bytes)):
        yield f"{wrong} (thumbnail {thumbnail.file})"
    for captions in variant.captions:
        if limits.captions_bytes and captions.size > limits.captions_bytes:
            yield f"{_too_large(captions.size, limits.captions_bytes)} (captions in {captions.language})"


def _picture(attachment: Attachment, limits: Limits, most: int) -> str:
    if attachment.type not in limits.image_types:
        return f"takes {_kinds(limits.image_types)}, not {attachment.type}"
    return _too_large(attachment.size, most)


def _too_large(size: int, most: int) -> str:
    if size <= most:
        return ""
    return f"takes {_megabytes(most)} at most, this has {_megabytes(size)}"


def _is(kind: str, allowed: str) -> bool:
    """Whether a MIME type is meant by another, which may end in `*`."""
    return kind.startswith(allowed[:-1]) if allowed.endswith("*") else kind == allowed


def _kinds(names: Iterable[str]) -> str:
    return ", ".join(names)


def _megabytes(size: int) -> str:
    """In megabytes of 10^6 bytes; exact to the byte where that is needed to see a difference."""
    return f"{size / 1_000_000:.1f} MB" if size % 100_000 == 0 else f"{size:,} bytes"
