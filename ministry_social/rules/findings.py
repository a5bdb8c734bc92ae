"""Findings: every one that there is, and how they are made and put in order."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ..model.finding import Finding, Weight
from ..model.message import Place

# Every finding that there is: name -> what it means. docs/findings.md has a section for each, which a test holds.
FINDINGS = {
    "too-long": "No prepared text fits the platform.",
    "no-text": "An account has a role in the message, but there is no text for it.",
    "invalid-characters": "The text holds characters that the platform refuses.",
    "direction-controls": "A text holds direction controls that are not paired, or that reach beyond their own line.",
    "undefined-variable": "A text uses a variable that is not defined, or its template is wrong.",
    "missing-alt": "A picture has no alt text.",
    "alt-too-long": "An alt text is longer than the platform takes.",
    "alt-in-another-language": "A picture goes out with the alt text of another language.",
    "stale-translation": "The source has changed since this translation was confirmed.",
    "missing-translation": "An account speaks no language that the message has.",
    "owes-local-text": "Missions have not written their own text.",
    "near-duplicate": "Two accounts of one platform would say nearly the same.",
    "said-before": "An account would say what was published within the last days.",
    "cashtags": "More cashtags than the platform takes.",
    "bad-media": "A picture, video, thumbnail or captions file is not what the platform takes.",
    "too-many-pictures": "More pictures than the platform takes in one post.",
    "mixed-media": "A message or post cannot carry this mix of pictures and videos.",
    "no-captions": "A video has no captions in a language of the message.",
    "hashtag-case": "A hashtag of several words has no capitals to tell them apart.",
    "emoji-wall": "So many emoji that nobody wants to hear their names.",
    "styled-letters": "Characters that only look like letters.",
    "angle-brackets": "`<` or `>` in a title, description or tag on YouTube.",
    "title-too-long": "The title is longer than the platform takes.",
    "tags-too-long": "The tags together are longer than the platform takes.",
    "unknown-account": "A section or a local text names an account or a mission that there is not.",
    "unused-local-text": "A local text will not be used.",
    "local-language": "A local text is in a language that its account does not speak.",
    "nobody-addressed": "The audience holds no account.",
    "over-budget": "A mission would spend more on X in a month than its budget.",
    "moved-time": "Posts go out later than asked: the calendar or the embargo is in the way.",
    "skipped-time": "Accounts stay silent: the calendar says so for their hour.",
    "unusual-time": "Posts go out at a time that somebody should know of.",
    "wordings-run-out": "An account has no wording left for a wave of a campaign.",
    "silent-wave": "In a wave of a campaign nobody would speak.",
    "no-payload": "A platform could not render the variant.",
}

# Those that a ministry may weigh itself, under [findings]. Never what protects an account, or what a platform refuses anyway.
ADJUSTABLE = (
    *("missing-translation", "owes-local-text", "unused-local-text", "alt-in-another-language", "no-captions"),
    *("hashtag-case", "emoji-wall", "styled-letters", "over-budget"),
)


def weighed(findings: Iterable[Finding], weights: Mapping[str, Weight]) -> list[Finding]:
    """Findings with the weights that the ministry gives to those that it may weigh itself."""
    own = {name: weight for name, weight in weights.items() if name in ADJUSTABLE}
    return [replace(finding, weight=own.get(finding.name, finding.weight)) for finding in findings]


def blocks(name: str, sentence: str, place: Place | None, accounts: tuple[str, ...] = ()) -> Finding:
    """A finding that stops the message."""
    return Finding(name=name, weight=Weight.BLOCKING, sentence=sentence, place=place, accounts=accounts)


def advises(name: str, sentence: str, place: Place | None, accounts: tuple[str, ...] = ()) -> Finding:
    """A finding that the author should know."""
    return Finding(name=name, weight=Weight.ADVISORY, sentence=sentence, place=place, accounts=accounts)


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


def listed(names: Iterable[str], most: int = 5) -> str:
    """The first few of several names, each once, and how many more there are."""
    several = list(dict.fromkeys(names))
    return ", ".join(several[:most]) + (f" and {len(several) - most} more" if len(several) > most else "")


def counted(number: int, one: str, many: str) -> str:
    """`1 account`, `2 accounts`."""
    return f"{number} {one if number == 1 else many}"


def _where(finding: Finding) -> tuple[str, int]:
    return (finding.place.file, finding.place.line) if finding.place else ("", 0)
