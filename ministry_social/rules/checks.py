"""Checks: what stops a message, and what its author should know. Each finding's name stands in docs/findings.md."""

import re
from collections.abc import Iterable, Mapping, Sequence

from ..model.account import Account
from ..model.finding import Finding
from ..model.message import Media, Message, Place
from ..model.plan import Assignment, Silence
from ..model.variant import Kind, Limits, Variant
from .audience import spoken
from .direction import controls
from .findings import FINDINGS, advises, blocking, blocks, counted, in_order, listed, weighed
from .languages import check_languages
from .length import measure, tags_length
from .media_checks import check_media
from .readable import check_readable
from .references import plain
from .roles import own_section, serving
from .similarity import Pair, Spoken, near_duplicates

__all__ = ["FINDINGS", "blocking", "check_message", "check_similarity", "check_variant", "in_order", "weighed"]

_CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}(?:[._][A-Za-z]{1,2})?(?![\w$])")
# Control characters but tab and line feed, noncharacters, and halves of characters: no platform takes them.
_REFUSED = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]")
_BRACKETS = re.compile("[<>]")
# Accounts that have a local text, which they do not say this time for a reason that is told elsewhere.
_ANOTHER_TIME = (Silence.NO_TEXT, Silence.NOT_THIS_WAVE, Silence.NO_WORDING)
_NOT_ADDRESSED = (Silence.NOT_ADDRESSED, Silence.OFFICIAL_NOT_ADDRESSED)


def check_message(message: Message, accounts: Sequence[Account], assignments: Sequence[Assignment]) -> list[Finding]:
    """What is to be said of the message as a whole."""
    found = _unknown_names(message, accounts) + _videos(message)
    if all(assignment.silence in _NOT_ADDRESSED for assignment in assignments):
        place = message.places.get("audience", message.place)
        found.append(blocks("nobody-addressed", "The audience holds no account.", place))
    found += check_languages(message, assignments)
    return found + _missing_translations(message, assignments) + _local_texts(message, accounts, assignments)


def check_variant(variant: Variant, account: Account, limits: Limits, media: Mapping[str, Media], place: Place) -> list[Finding]:
    """What is to be said of one variant. `media` are the message's files by SHA-256."""
    if variant.kind is Kind.REPOST:
        return []
    who = (account.name,)
    found = []
    every = (plain(variant.text), variant.title, *variant.tags, *(text for both in variant.localizations.values() for text in both))
    if refused := sorted({f"U+{ord(sign):04X}" for text in every for sign in _REFUSED.findall(text)}):
        sentence = f"The text holds characters that cannot be published: {', '.join(refused)}."
        found.append(blocks("invalid-characters", sentence, place, who))
    if wrong := sorted({sign for text in (*every, *(one.alt for one in variant.attachments)) for sign in controls(text)}):
        sentence = f"The text holds direction controls that are not paired, or that must not be: {', '.join(wrong)}."
        found.append(blocks("direction-controls", sentence, place, who))
    cashtags = len(_CASHTAG.findall(plain(variant.text)))
    if limits.cashtags is not None and cashtags > limits.cashtags:
        sentence = f"{counted(cashtags, 'cashtag', 'cashtags')}; {account.platform} takes {limits.cashtags} in a post."
        found.append(blocks("cashtags", sentence, place, who))
    if variant.kind is Kind.VIDEO:
        found += _video_texts(variant, limits, place, who)
    found += check_readable(variant, place, who)
    return found + check_media(variant, account, limits, media, place)


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
    pairs = near_duplicates([*earlier, *spoken], threshold=threshold, names=frozenset(names))
    return [_alike(pair, place) for pair in pairs]


def _alike(pair: Pair, place: Place) -> Finding:
    one, other, percent = pair.first, pair.second, pair.likeness // 10
    if one.earlier or other.earlier:
        new, old = (other, one) if one.earlier else (one, other)
        sentence = f"{new.who} would say what {old.who} said lately ({percent} % alike). Write it in other words."
        return blocks("said-before", sentence, place, (new.who,))
    sentence = f"{one.who} and {other.who} would say nearly the same ({percent} % alike). Write one in other words."
    return blocks("near-duplicate", sentence, place, (one.who, other.who))


def _unknown_names(message: Message, accounts: Sequence[Account]) -> list[Finding]:
    missions = {account.mission for account in accounts}
    known = {f"account {account.name}" for account in accounts} | {account.platform for account in accounts}
    found = []
    for override in message.overrides:
        if override.target not in known:
            sentence = f"There is no account or platform {override.target.removeprefix('account ')}."
            found.append(blocks("unknown-account", sentence, override.place))
    for mission, local in message.locals.items():
        if mission not in missions:
            sentence = f"There is no mission {mission}; the file's name must be a mission's."
            found.append(blocks("unknown-account", sentence, local.wording.place))
    return found


def _videos(message: Message) -> list[Finding]:
    videos = [media for media in message.media if media.facts.kind == "video"]
    found = []
    if len(videos) > 1:
        sentence = f"A message carries one video; this has {len(videos)}: {listed(video.file for video in videos)}."
        found.append(blocks("mixed-media", sentence, videos[1].place))
    for video in videos:
        missing = [tag for tag in message.wordings if tag not in video.captions]
        if missing:
            found.append(advises("no-captions", f"{video.file} has no captions in {', '.join(missing)}.", video.place))
    return found


def _missing_translations(message: Message, assignments: Sequence[Assignment]) -> list[Finding]:
    """Who stays silent for want of a translation, and who carries another language for want of one."""
    found = []
    for language in (None, *message.wordings):
        names = tuple(a.account.name for a in assignments if _lacks_translation(a, language))
        if names:
            alone = len(names) == 1
            number = f"{counted(len(names), 'account speaks', 'accounts speak')} no language of this message"
            silent, carry = ("stays silent", "carries it in") if alone else ("stay silent", "carry it in")
            sentence = f"{number} and {silent if language is None else f'{carry} {language}'}: {listed(names)}."
            found.append(advises("missing-translation", sentence, message.place, names))
    return found


def _lacks_translation(assignment: Assignment, language: str | None) -> bool:
    variant = assignment.variant
    if variant is None:
        return language is None and assignment.silence is Silence.NO_TRANSLATION
    if variant.kind in (Kind.LOCAL, Kind.VIDEO) or variant.language != language:
        return False
    return serving(assignment.account.languages, (language,)) is None and not assignment.account.central


def _local_texts(message: Message, accounts: Sequence[Account], assignments: Sequence[Assignment]) -> list[Finding]:
    found = []
    owing = [assignment.account for assignment in assignments if assignment.owes]
    if owing:
        missions = list(dict.fromkeys(account.mission for account in owing))
        number = counted(len(missions), "mission owes", "missions owe")
        sentence = f"{number} a local text: {listed(missions)}."
        found.append(advises("owes-local-text", sentence, message.place, tuple(account.name for account in owing)))
    used = {a.account.mission for a in assignments if a.silence in _ANOTHER_TIME}
    used |= {a.account.mission for a in assignments if a.variant is not None and a.variant.kind is Kind.LOCAL}
    known = {account.mission for account in accounts}
    for mission, local in message.locals.items():
        if mission in known and mission not in used:
            sentence = f"{mission} has written a local text that will not be used: it carries another text, or is not addressed."
            found.append(advises("unused-local-text", sentence, local.wording.place))
    return found + _local_languages(message, assignments)


def _local_languages(message: Message, assignments: Sequence[Assignment]) -> list[Finding]:
    """A mission writes in a language that its account speaks. A section of the message for one account is its author's affair."""
    found = []
    for assignment in assignments:
        account, local = assignment.account, message.locals.get(assignment.account.mission)
        said = assignment.variant is not None and assignment.variant.kind is Kind.LOCAL and own_section(message, account) is None
        if local is not None and said and spoken(local.wording.language, account.languages) is None:
            speaks = ", ".join(account.languages)
            sentence = f"{account.name} does not speak {local.wording.language}. Write in one of its languages: {speaks}."
            found.append(blocks("local-language", sentence, local.wording.place, (account.name,)))
    return found


def _video_texts(variant: Variant, limits: Limits, place: Place, who: tuple[str, ...]) -> list[Finding]:
    found = _tags(variant, limits, place, who)
    texts = {"": (variant.title, plain(variant.text))} | dict(variant.localizations)
    for tag, (title, description) in texts.items():
        inside = f" in {tag}" if tag else ""
        found += _title(f"The title{inside}", title, limits, place, who)
        size = measure(description, limits.counting)
        if size > limits.text:
            sentence = (
                f"The description{inside} has {size} of {limits.text} {limits.counting.value}. Shorten by {size - limits.text}."
            )
            found.append(blocks("too-long", sentence, place, who))
        if _BRACKETS.search(description):
            found.append(blocks("angle-brackets", f"The description{inside} holds < or >, which YouTube refuses.", place, who))
    return found


def _title(label: str, title: str, limits: Limits, place: Place, who: tuple[str, ...]) -> list[Finding]:
    found = []
    if not title:
        found.append(blocks("no-text", f"{label} is empty once its variables are filled in.", place, who))
    if len(title) > limits.title:
        sentence = f"{label} has {len(title)} of {limits.title} characters. Shorten by {len(title) - limits.title}."
        found.append(blocks("title-too-long", sentence, place, who))
    if _BRACKETS.search(title):
        found.append(blocks("angle-brackets", f"{label} holds < or >, which YouTube refuses.", place, who))
    return found


def _tags(variant: Variant, limits: Limits, place: Place, who: tuple[str, ...]) -> list[Finding]:
    found = []
    length = tags_length(variant.tags)
    if length > limits.tags:
        sentence = f"The tags have {length} of {limits.tags} characters. Shorten by {length - limits.tags}."
        found.append(blocks("tags-too-long", sentence, place, who))
    if any(_BRACKETS.search(tag) for tag in variant.tags):
        found.append(blocks("angle-brackets", "A tag holds < or >, which YouTube refuses.", place, who))
    return found
