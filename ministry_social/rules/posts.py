"""Posts: the variant of an account on X or Facebook, with its pictures and their alt texts."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..model.delivery import delivery_key
from ..model.finding import Finding, Weight
from ..model.message import Media, Prose, Wording
from ..model.variant import Attachment, Kind, Reference, Text, Variant
from .audience import spoken
from .fitting import Fit, longest_that_fits
from .roles import TEXTS, Role
from .writing import Writer


def repost(writer: Writer, role: Role) -> Variant:
    """A repost of what `role.of` posts in the same wave."""
    of = delivery_key(writer.message.id, writer.wave, role.of, "post")
    reference = Reference(delivery=of, field="id", shape="x-id")
    return Variant(account=writer.account.name, kind=Kind.REPOST, language=role.language, of=reference)


def post(writer: Writer, role: Role, findings: list[Finding]) -> Variant | None:
    """The longest prepared text that fits, with the pictures; None where there is none, which is said."""
    assert role.kind is not None
    candidates = _candidates(writer, role)
    if not candidates:
        findings.append(_no_text(writer, role))
        return None
    fit = longest_that_fits([candidate.text for candidate in candidates], writer.limits)
    chosen = candidates[fit.index]
    otherwise = _without_video(writer, role, chosen)
    excess = fit if fit.excess else longest_that_fits([otherwise], writer.limits)
    if excess.excess:
        findings.append(_too_long(writer, role, chosen, excess))
        return None
    return Variant(
        account=writer.account.name,
        kind=role.kind,
        language=role.language,
        text=chosen.text,
        own="".join(piece for piece in chosen.text if isinstance(piece, str)),
        otherwise=otherwise,
        attachments=tuple(_attachment(writer, media, role, findings) for media in _shown(writer)),
        link="" if writer.limits.forbids_similar else writer.message.link,
    )


def attached(media: Media, alt: str = "") -> Attachment:
    """A media file as it goes with a post."""
    facts = media.facts
    return Attachment(file=media.file, digest=facts.digest, type=facts.type, kind=facts.kind, size=facts.size, alt=alt)


@dataclass(frozen=True, kw_only=True)
class _Candidate:
    """One way to say the message: `part` is long, short or headline."""

    part: str
    prose: Prose
    text: Text


def _candidates(writer: Writer, role: Role) -> Sequence[_Candidate]:
    """The prepared texts, filled in. One that is empty then is none."""
    given = writer.section_texts()
    wording = _wording(writer, role)
    if not given and wording is not None:
        given = {part: prose for part in TEXTS if (prose := getattr(wording, part)) is not None}
    # A mission's own words carry the video's address where they ask for it; the ministry's always do.
    append = role.kind is not Kind.LOCAL
    texts = [(part, given[part], writer.pieces(given[part], role.language, append=append)) for part in TEXTS if part in given]
    return [_Candidate(part=part, prose=prose, text=text) for part, prose, text in texts if any(text)]


def _wording(writer: Writer, role: Role) -> Wording | None:
    message = writer.message
    if role.kind is Kind.LOCAL and not writer.section_texts() and writer.account.mission in message.locals:
        return message.locals[writer.account.mission].wording
    return message.wordings.get(role.language)


def _without_video(writer: Writer, role: Role, chosen: _Candidate) -> Text:
    """The text for the case that the video fails, where the message wants that; empty where it never named one."""
    if writer.message.without_video != "post" or all(isinstance(piece, str) for piece in chosen.text):
        return ()
    text = writer.filled(chosen.prose, role.language)
    return (text,) if text else ()


def _shown(writer: Writer) -> Sequence[Media]:
    """The media that go with a post: all, but not the video where a channel shows it. What does not go together, a check says."""
    return [media for media in writer.message.media if writer.video is None or media.facts.kind != "video"]


def _attachment(writer: Writer, media: Media, role: Role, findings: list[Finding]) -> Attachment:
    return attached(media, "" if media.facts.kind == "video" else _alt(writer, media, role, findings))


def _alt(writer: Writer, media: Media, role: Role, findings: list[Finding]) -> str:
    """The alt text in the variant's language; else the source's, which is said; else none, which blocks."""
    wordings, source = writer.message.wordings, writer.message.source
    named = spoken(role.language, wordings)
    own = _alt_in(writer, _wording(writer, role), media) or _alt_in(writer, wordings.get(named or ""), media)
    if own:
        return own
    if other := _alt_in(writer, wordings.get(source), media):
        sentence = f"No alt text in {role.language} for {media.file}; the one in {source} is used."
        findings.append(writer.finding("alt-in-another-language", Weight.ADVISORY, sentence, media))
        return other
    neither = f", neither in {role.language} nor in {source}" if role.language != source else f" in {source}"
    findings.append(writer.finding("missing-alt", Weight.BLOCKING, f"No alt text for {media.file}{neither}.", media))
    return ""


def _alt_in(writer: Writer, wording: Wording | None, media: Media) -> str:
    if wording is None or media.file not in wording.alts:
        return ""
    return writer.filled(wording.alts[media.file], wording.language)


def _no_text(writer: Writer, role: Role) -> Finding:
    sentence = f"There is no text in {role.language} for {writer.account.name}, or it is empty once its variables are filled in."
    return writer.finding("no-text", Weight.BLOCKING, sentence)


def _too_long(writer: Writer, role: Role, chosen: _Candidate, fit: Fit) -> Finding:
    account, limit = writer.account, writer.limits.text
    sentence = (
        f"{role.language}, {chosen.part}: {fit.measured} of {limit} on {account.platform} ({account.name}). "
        f"Shorten by {fit.excess}."
    )
    return writer.finding("too-long", Weight.BLOCKING, sentence, chosen.prose)
