"""Videos: the variant of a channel on YouTube, with its title, description, tags, translations, captions and thumbnail."""

import re
from collections.abc import Iterable

from ..model.finding import Finding, Weight
from ..model.message import Media, Prose, Wording
from ..model.variant import Attachment, Captions, Kind, Variant
from .fitting import longest_that_fits
from .posts import attached
from .writing import Writer

_BETWEEN_TAGS = re.compile(r"[,،，\n]")


def video(writer: Writer, findings: list[Finding]) -> Variant | None:
    """The message's first video in the source language, or None where it has no title or description, which is said.

    What stands under `## for youtube`, or for this very account, goes before headline and texts.
    """
    message, parts = writer.message, writer.section_parts()
    source = message.wordings.get(message.source)
    title = parts.get("title") or (source.headline if source else None)
    described = _description(writer, message.source, [parts["description"]] if "description" in parts else _texts(source))
    if title is None or described is None:
        sentence = "The video needs a title and a description: `## for youtube` with `### title`, or a headline and a text."
        findings.append(writer.finding("no-text", Weight.BLOCKING, sentence))
        return None
    shown = next(media for media in message.media if media.facts.kind == "video")
    return Variant(
        account=writer.account.name,
        kind=Kind.VIDEO,
        language=message.source,
        title=writer.filled(title, message.source),
        text=(described,),
        tags=_tags(writer, parts.get("tags")),
        playlists=message.playlists,
        attachments=(attached(shown),),
        captions=tuple(
            Captions(language=tag, digest=facts.digest, size=facts.size) for tag, (_, facts) in sorted(shown.captions.items())
        ),
        thumbnail=_thumbnail(shown),
        localizations=_localizations(writer),
    )


def _texts(wording: Wording | None) -> list[Prose]:
    return [] if wording is None else [text for text in (wording.long, wording.short) if text is not None]


def _description(writer: Writer, language: str, texts: Iterable[Prose]) -> str | None:
    """The longest text that fits; where none does, the shortest, which a check then finds."""
    filled = [text for prose in texts if (text := writer.filled(prose, language))]
    return filled[longest_that_fits([(text,) for text in filled], writer.limits).index] if filled else None


def _tags(writer: Writer, prose: Prose | None) -> tuple[str, ...]:
    """Tags stand between commas, or each on a line."""
    if prose is None:
        return ()
    return tuple(tag for piece in _BETWEEN_TAGS.split(writer.worded(prose, writer.message.source)) if (tag := piece.strip()))


def _localizations(writer: Writer) -> dict[str, tuple[str, str]]:
    """Title and description in every other language that has both: under `## for youtube in ...`, else as headline and text."""
    found = {}
    for language, wording in sorted(writer.message.wordings.items()):
        parts = writer.section_in(language)
        title = parts.get("title") or wording.headline
        described = _description(writer, language, [parts["description"]] if "description" in parts else _texts(wording))
        if language != writer.message.source and title is not None and described is not None:
            found[language] = (writer.filled(title, language), described)
    return found


def _thumbnail(media: Media) -> Attachment | None:
    if media.thumbnail is None:
        return None
    file, facts = media.thumbnail
    return Attachment(file=file, digest=facts.digest, type=facts.type, kind=facts.kind, size=facts.size)
