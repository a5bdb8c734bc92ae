"""Languages: how a message stands in each, and what a translation is a translation of."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..model.account import Account
from ..model.finding import Finding
from ..model.message import Message, Prose, Wording
from ..model.plan import Assignment
from ..model.translation import InLanguage, Translated, Unit
from .audience import addressed, spoken
from .canonical import canonical, digest
from .findings import blocks
from .roles import own_section

__all__ = ["check_languages", "in_languages", "source_digest", "units", "whole_digest"]

_PARTS = ("headline", "short", "long")
_ON_YOUTUBE = ("title", "description")  # tags are words to be found by, and stay as they are
DIGITS = 12  # of a SHA-256: enough to tell one state of a text from another, and short enough to be read to a colleague


def source_digest(message: Message, language: str) -> str:
    """What a translation is a translation of: the digest of the source texts, as written, that a section in this language renders.

    What stands under `## for youtube` counts for a language that has it too (`## for youtube in fr`).
    """
    on_youtube = any(one.language == language for one in message.overrides)
    return _digest(unit for unit in units(message, language) if on_youtube or not unit.path.startswith("for "))


def whole_digest(message: Message) -> str:
    """The digest of all that can be translated: what a translator was given."""
    return _digest(units(message, ""))


def _digest(said: Iterable[Unit]) -> str:
    # Pairs and no object: keys of canonical JSON are ASCII, names of files need not be.
    texts = sorted([unit.path, unit.source.text] for unit in said)
    return f"sha256:{digest(canonical(texts))[:DIGITS]}"


def units(message: Message, language: str) -> tuple[Unit, ...]:
    """The texts of the source that are translated, in the order of the file, each with its translation so far."""
    source, target = message.wordings[message.source], message.wordings.get(language)
    found = [
        Unit(path=path, source=prose, was=dict(_texts(target)).get(path) if target else None) for path, prose in _texts(source)
    ]
    ours, theirs = _on_youtube(message, ""), _on_youtube(message, language)
    found += [Unit(path=f"for youtube {part}", source=ours[part], was=theirs.get(part)) for part in _ON_YOUTUBE if part in ours]
    return tuple(sorted(found, key=lambda unit: unit.source.place.line))


def in_languages(message: Message, accounts: Sequence[Account]) -> tuple[InLanguage, ...]:
    """The message in its own languages, the source first; then those that it lacks and accounts speak first or lead."""
    wanted = _wanted(message, accounts)
    lacking = dict.fromkeys(tag for account in accounts for tag in _first(account) if spoken(tag, message.wordings) is None)
    others = sorted(lacking, key=lambda tag: tag not in wanted)
    own = sorted(message.wordings, key=lambda tag: tag != message.source)
    return tuple(
        InLanguage(language=tag, state=_state(message, tag, wanted), accounts=tuple(wanted.get(tag, ()))) for tag in (*own, *others)
    )


def check_languages(message: Message, assignments: Sequence[Assignment]) -> list[Finding]:
    """A translation of what the source no longer says is not published until somebody has confirmed it."""
    found = []
    for tag, wording in message.wordings.items():
        if _stale(message, tag):
            source = message.source
            sentence = f"{source} has changed since {tag} was translated. Translate it anew, then confirm it."
            who = tuple(one.account.name for one in assignments if one.variant is not None and one.variant.language == tag)
            found.append(blocks("stale-translation", sentence, wording.place, who))
    return found


def _state(message: Message, tag: str, wanted: Mapping[str, Sequence[str]]) -> Translated:
    if tag == message.source:
        return Translated.SOURCE
    if tag in message.wordings:
        return Translated.STALE if _stale(message, tag) else Translated.TRANSLATED
    return Translated.MISSING if wanted.get(tag) else Translated.NOT_NEEDED


def _stale(message: Message, tag: str) -> bool:
    return tag in message.translated and message.translated[tag] != source_digest(message, tag)


def _wanted(message: Message, accounts: Sequence[Account]) -> dict[str, list[str]]:
    """Language -> the addressed accounts that would speak it; a channel shows one video to all."""
    chosen = addressed(message.audience, accounts)
    found: dict[str, list[str]] = {}
    for account in accounts:
        own_words = account.mission in message.locals or own_section(message, account) is not None
        if account.name in chosen and account.platform != "youtube" and not own_words and not account.official:
            for tag in _first(account):
                found.setdefault(spoken(tag, message.wordings) or tag, []).append(account.name)
    return found


def _first(account: Account) -> tuple[str, ...]:
    """The languages that an account is there for: its first, and those that it leads."""
    return tuple(dict.fromkeys((account.languages[0], *account.leads)))


def _texts(wording: Wording) -> Iterator[tuple[str, Prose]]:
    for part in _PARTS:
        prose = getattr(wording, part)
        if prose is not None:
            yield part, prose
    for file, prose in wording.alts.items():
        yield f"alt {file}", prose


def _on_youtube(message: Message, language: str) -> Mapping[str, Prose]:
    return next((one.parts for one in message.overrides if (one.target, one.language) == ("youtube", language)), {})
