"""What there is to say about the times of a wave, in sentences, as findings."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from ..model.finding import Finding
from ..model.message import Place
from ..model.times import Cause, Note, Rule
from .findings import advises, listed

# For one account and for several; the end of the sentence names them.
_MOVED = {
    Cause.HOLIDAY: ("waits for the end of a holiday", "wait for the end of a holiday"),
    Cause.CLOSURE: ("waits for the end of a closure", "wait for the end of a closure"),
    Cause.MOURNING: ("waits for the end of mourning", "wait for the end of mourning"),
    Cause.QUIET: ("waits for the end of quiet hours", "wait for the end of quiet hours"),
    Cause.WINDOW: ("waits for the posting hours", "wait for the posting hours"),
    Cause.EMBARGO: ("waits for the end of the embargo", "wait for the end of the embargo"),
    Cause.DEPENDS: ("waits for the post or video that it carries", "wait for the post or video that they carry"),
}
_SILENT = {
    Cause.HOLIDAY: ("stays silent on a holiday", "stay silent on a holiday"),
    Cause.CLOSURE: ("stays silent during a closure", "stay silent during a closure"),
    Cause.MOURNING: ("stays silent in mourning", "stay silent in mourning"),
    Cause.QUIET: ("stays silent in quiet hours", "stay silent in quiet hours"),
    Cause.WINDOW: ("stays silent outside the posting hours", "stay silent outside the posting hours"),
    Cause.DEPENDS: ("stays silent, because it would wait for another", "stay silent, because they would wait for another"),
}
_WARNED = {
    Cause.HOLIDAY: ("goes out on a holiday", "go out on a holiday"),
    Cause.CLOSURE: ("goes out during a closure", "go out during a closure"),
    Cause.MOURNING: ("goes out in mourning", "go out in mourning"),
    Cause.QUIET: ("goes out in quiet hours", "go out in quiet hours"),
    Cause.WINDOW: ("goes out outside the posting hours", "go out outside the posting hours"),
    Cause.PASSED: ("goes out at once, because its hour has passed", "go out at once, because their hour has passed"),
    Cause.MISSING_HOUR: ("goes out later, because its clock skips that hour", "go out later, because their clocks skip that hour"),
    Cause.DOUBLE_HOUR: ("goes out in the first of two such hours", "go out in the first of two such hours"),
}
_WHOLE_DAY = (Cause.CLOSURE, Cause.MOURNING)


def time_findings(notes: Sequence[Note], place: Place) -> list[Finding]:
    """One finding for each cause: `3 wait for the end of a holiday (TR).`"""
    found = []
    for (rule, cause, _), group in _grouped(notes).items():
        names = tuple(dict.fromkeys(note.account for note in group))
        sentence = _sentence(rule, cause, group, names)
        if rule is Rule.MOVE:
            found.append(advises("moved-time", sentence, place, names))
        elif rule is Rule.SKIP:
            found.append(advises("skipped-time", sentence, place, names))
        else:
            found.append(advises("unusual-time", sentence, place, names))
    return found


def _grouped(notes: Iterable[Note]) -> dict[tuple[Rule, Cause, str], list[Note]]:
    """Closures and mourning apart by their reasons; holidays have many names, and their countries say enough."""
    groups: dict[tuple[Rule, Cause, str], list[Note]] = defaultdict(list)
    for note in notes:
        groups[note.rule, note.cause, note.detail if note.cause in _WHOLE_DAY else ""].append(note)
    return groups


def _sentence(rule: Rule, cause: Cause, group: Sequence[Note], names: Sequence[str]) -> str:
    words = {Rule.MOVE: _MOVED, Rule.SKIP: _SILENT}.get(rule, _WARNED)[cause][len(names) > 1]
    who = sorted({note.country for note in group}) if cause is Cause.HOLIDAY else names
    reason = f": {group[0].detail}" if cause in _WHOLE_DAY else ""
    return f"{len(names)} {words}{reason} ({listed(who)})."
