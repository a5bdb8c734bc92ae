"""Checks: what stops a message, and what its author should know. Each finding's name stands in docs/findings.md."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from ..model.account import Account
from ..model.finding import Finding, Weight
from ..model.message import Media, Message, Place
from ..model.plan import Assignment, Silence
from ..model.variant import Attachment, Kind, Limits, Variant
from .length import measure, tags_length
from .references import plain
from .similarity import Spoken, near_duplicates

# Every finding that there is: name -> what it means. docs/findings.md has a section for each, which a test holds.
FINDINGS = {
    "too-long": "No prepared text fits the platform.",
    "no-text": "An account has a role in the message, but there is no text for it.",
    "invalid-characters": "The text holds characters that the platform refuses.",
    "undefined-variable": "A text uses a variable that is not defined, or its template is wrong.",
    "missing-alt": "A picture has no alt text.",
    "alt-too-long": "An alt text is longer than the platform takes.",
    "alt-in-another-language": "A picture goes out with the alt text of another language.",
    "missing-translation": "An account speaks no language that the message has.",
    "owes-local-text": "Missions have not written their own text.",
    "near-duplicate": "Two accounts of one platform would say nearly the same.",
    "said-before": "An account would say what was published within the last days.",
    "cashtags": "More cashtags than the platform takes.",
    "bad-media": "A picture or video is not what the platform takes.",
    "too-many-pictures": "More pictures than the platform takes in one post.",
    "mixed-media": "A post cannot carry this mix of pictures and video.",
    "no-captions": "A video has no captions in a language of the message.",
    "angle-brackets": "`<` or `>` in a title or description on YouTube.",
    "title-too-long": "The title is longer than the platform takes.",
    "tags-too-long": "The tags together are longer than the platform takes.",
    "unknown-account": "A section or a local text names an account or a mission that there is not.",
    "unused-local-text": "A local text will not be used.",
    "nobody-addressed": "The audience holds no account.",
    "no-payload": "A platform could not render the variant.",
}

_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?![\w$])")
_CONTROLS = re.compile(r"[\u0000-\u0008\u000b-\u001f\u007f\ufffe\uffff\ufeff]")


def blocking(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stop a message."""
    return tuple(finding for finding in findings if finding.weight is Weight.BLOCKING)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding for each sentence, its accounts together; blocking ones first, then by file and line."""
    together: dict[tuple[str, str, Place | None, Weight], list[str]] = defaultdict(list)
    for finding in findings:
        together[(finding.name, finding.sentence, finding.place, finding.weight)].extend(finding.accounts)
    merged = [
        Finding(name=name, sentence=sentence, place=place, weight=weight, accounts=tuple(dict.fromkeys(names)))
        for (name, sentence, place, weight), names in together.items()
    ]
    return tuple(sorted(merged, key=lambda f: (f.weight is Weight.ADVISORY, *_where(f), f.name)))


def _where(finding: Finding) -> tuple[str, int]:
    return (finding.place.file, finding.place.line) if finding.place else ("", 0)


def check_message(message: Message, accounts: Sequence[Account], assignments: Sequence[Assignment]) -> list[Finding]:
    """What is to be said of the message as a whole."""
    found = _unknown_names(message, accounts) + _captions(message)
    if all(a.silence in (Silence.NOT_ADDRESSED, Silence.OFFICIAL_NOT_ADDRESSED) for a in assignments):
        found.append(_finding("nobody-addressed", "The audience holds no account.", message.places.get("audience", message.place)))
    found += _silent(message, assignments, Silence.NO_TRANSLATION, "missing-translation", "speak no language of this message")
    owing = [a for a in assignments if "owes a local text" in a.reason]
    if owing:
        sentence = f"{len(owing)} missions owe a local text: {_some(a.account.mission for a in owing)}."
        found.append(_advice("owes-local-text", sentence, message.place, tuple(a.account.name for a in owing)))
    used = {a.account.mission for a in assignments if a.variant is not None and a.variant.kind is Kind.LOCAL}
    missions = {account.mission for account in accounts}
    for mission, local in message.locals.items():
        if mission in missions and mission not in used:
            sentence = f"{mission} has written a local text that will not be used: it carries another text, or is not addressed."
            found.append(_advice("unused-local-text", sentence, local.wording.place))
    return found


def check_variant(variant: Variant, account: Account, limits: Limits, media: Mapping[str, Media], place: Place) -> list[Finding]:
    """What is to be said of one variant. `media` are the message's files by SHA-256."""
    if variant.kind is Kind.REPOST:
        return []
    who = (account.name,)
    text = plain(variant.text)
    found = []
    if _CONTROLS.search(text):
        found.append(_finding("invalid-characters", "The text holds control characters, which cannot be published.", place, who))
    cashtags = len(_CASHTAG.findall(text))
    if limits.cashtags is not None and cashtags > limits.cashtags:
        sentence = f"{cashtags} cashtags; {account.platform} takes {limits.cashtags} in a post."
        found.append(_finding("cashtags", sentence, place, who))
    if variant.kind is Kind.VIDEO:
        found += _video_texts(variant, limits, place, who)
    return found + _attachments(variant, account, limits, media, place)


def check_similarity(
    assignments: Sequence[Assignment],
    limits: Mapping[str, Limits],
    earlier: Sequence[Spoken],
    *,
    threshold: float,
    names: Iterable[str],
    place: Place,
) -> list[Finding]:
    """No two accounts of a platform that forbids it may say nearly the same, nor may one repeat what stands there already."""
    spoken = [
        Spoken(who=a.account.name, text=a.variant.own)
        for a in assignments
        if a.variant is not None and limits[a.account.name].forbids_similar and a.variant.kind is not Kind.REPOST
    ]
    found = []
    for pair in near_duplicates([*earlier, *spoken], threshold=threshold, names=frozenset(names)):
        percent = pair.likeness // 10
        if pair.first.earlier or pair.second.earlier:
            new, old = (pair.second, pair.first) if pair.first.earlier else (pair.first, pair.second)
            sentence = f"{new.who} would say what {old.who} said lately ({percent} % alike). Write it in other words."
            found.append(_finding("said-before", sentence, place, (new.who,)))
        else:
            sentence = (
                f"{pair.first.who} and {pair.second.who} would say nearly the same ({percent} % alike). Write one in other words."
            )
            found.append(_finding("near-duplicate", sentence, place, (pair.first.who, pair.second.who)))
    return found


def _unknown_names(message: Message, accounts: Sequence[Account]) -> list[Finding]:
    names = {account.name for account in accounts}
    missions = {account.mission for account in accounts}
    platforms = {account.platform for account in accounts}
    found = []
    for override in message.overrides:
        target = override.target.removeprefix("account ")
        if target not in names | platforms:
            found.append(_finding("unknown-account", f"There is no account or platform {target}.", override.place))
    for mission, local in message.locals.items():
        if mission not in missions:
            sentence = f"There is no mission {mission}; the file's name must be a mission's."
            found.append(_finding("unknown-account", sentence, local.wording.place))
    return found


def _captions(message: Message) -> list[Finding]:
    found = []
    for media in message.media:
        missing = [tag for tag in message.wordings if tag not in media.captions]
        if media.facts.kind == "video" and missing:
            sentence = f"{media.file} has no captions in {', '.join(missing)}."
            found.append(_advice("no-captions", sentence, media.place))
    return found


def _silent(message: Message, assignments: Sequence[Assignment], silence: Silence, name: str, said: str) -> list[Finding]:
    silent = [a.account.name for a in assignments if a.silence is silence]
    if not silent:
        return []
    return [_advice(name, f"{len(silent)} accounts {said}: {_some(silent)}.", message.place, tuple(silent))]


def _video_texts(variant: Variant, limits: Limits, place: Place, who: tuple[str, ...]) -> list[Finding]:
    found = []
    titles = {"": variant.title} | {tag: title for tag, (title, _) in variant.localizations.items()}
    descriptions = {"": plain(variant.text)} | {tag: text for tag, (_, text) in variant.localizations.items()}
    for tag, title in titles.items():
        label = f"The title in {tag}" if tag else "The title"
        if len(title) > limits.title or not title:
            found.append(_finding("title-too-long", f"{label} has {len(title)} of {limits.title} characters.", place, who))
        if re.search("[<>]", title):
            found.append(_finding("angle-brackets", f"{label} holds < or >, which YouTube refuses.", place, who))
    for tag, text in descriptions.items():
        label = f"The description in {tag}" if tag else "The description"
        size = measure(text, limits.counting)
        if size > limits.text:
            sentence = f"{label} has {size} of {limits.text} {limits.counting.value}. Shorten by {size - limits.text}."
            found.append(_finding("too-long", sentence, place, who))
        if re.search("[<>]", text):
            found.append(_finding("angle-brackets", f"{label} holds < or >, which YouTube refuses.", place, who))
    if tags_length(variant.tags) > limits.tags:
        sentence = f"The tags have {tags_length(variant.tags)} of {limits.tags} characters."
        found.append(_finding("tags-too-long", sentence, place, who))
    return found


def _attachments(variant: Variant, account: Account, limits: Limits, media: Mapping[str, Media], place: Place) -> list[Finding]:
    who = (account.name,)
    found = []
    pictures = [a for a in variant.attachments if a.kind != "video"]
    if len(pictures) > limits.images and variant.kind is not Kind.VIDEO:
        sentence = f"{len(pictures)} pictures; {account.platform} takes {limits.images} in a post."
        found.append(_finding("too-many-pictures", sentence, place, who))
    if any(a.kind == "gif" for a in pictures) and len(pictures) > 1 and limits.gif_bytes:
        found.append(
            _finding("mixed-media", f"{account.platform} takes one moving GIF alone, not with other pictures.", place, who)
        )
    for attachment in variant.attachments:
        where = media[attachment.digest].place if attachment.digest in media else place
        if limits.alt and len(attachment.alt) > limits.alt:
            sentence = f"The alt text of {attachment.file} has {len(attachment.alt)} of {limits.alt} characters."
            found.append(_finding("alt-too-long", sentence, where, who))
        wrong = _wrong_media(attachment, media.get(attachment.digest), limits)
        if wrong:
            found.append(_finding("bad-media", f"{attachment.file}: {account.platform} {wrong}.", where, who))
    return found


def _wrong_media(attachment: Attachment, media: Media | None, limits: Limits) -> str:
    """What is wrong with a file, in words that follow the platform's name; empty where nothing is."""
    if attachment.kind in ("image", "gif"):
        most = limits.gif_bytes if attachment.kind == "gif" and limits.gif_bytes else limits.image_bytes
        if attachment.type not in limits.image_types:
            return f"takes {_kinds(limits.image_types)}, not {attachment.type}"
        return f"takes {_megabytes(most)} at most, this has {_megabytes(attachment.size)}" if attachment.size > most else ""
    if limits.video_types and attachment.type not in limits.video_types and "video/*" not in limits.video_types:
        return f"takes {_kinds(limits.video_types)}, not {attachment.type}"
    if attachment.size > limits.video_bytes:
        return f"takes {_megabytes(limits.video_bytes)} at most, this has {_megabytes(attachment.size)}"
    if media is None:
        return ""
    strange = [codec for codec in media.facts.codecs if limits.video_codecs and codec not in limits.video_codecs]
    if strange:
        return f"takes {_kinds(limits.video_codecs)}, not {_kinds(strange)}"
    seconds, (least, longest) = media.facts.duration / 1000, limits.video_seconds
    if longest and not least <= seconds <= longest:
        return f"takes videos of {least:g} to {longest:g} seconds, this has {seconds:.1f}"
    return ""


def _finding(name: str, sentence: str, place: Place | None, accounts: tuple[str, ...] = ()) -> Finding:
    return Finding(name=name, weight=Weight.BLOCKING, sentence=sentence, place=place, accounts=accounts)


def _advice(name: str, sentence: str, place: Place | None, accounts: tuple[str, ...] = ()) -> Finding:
    return Finding(name=name, weight=Weight.ADVISORY, sentence=sentence, place=place, accounts=accounts)


def _kinds(names: Iterable[str]) -> str:
    return ", ".join(names)


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:.1f} MB"


def _some(names: Iterable[str]) -> str:
    listed = list(dict.fromkeys(names))
    return ", ".join(listed[:5]) + (f" and {len(listed) - 5} more" if len(listed) > 5 else "")
