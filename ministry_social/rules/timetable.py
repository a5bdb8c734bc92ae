"""The timetable of a wave: when each account is due, which ones stay silent, and what there is to know about it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from ..model.account import Account
from ..model.plan import Assignment
from ..model.times import Cause, Customs, Note, Rule, Wish
from ..model.variant import Kind, Reference, Variant
from .timing import first_due
from .windows import place
from .zones import comes_twice, exists, moment_of

Holidays = Mapping[str, Mapping[date, str]]  # of each country, by day


@dataclass(frozen=True, kw_only=True)
class Timetable:
    """When each account is due, by name; the others have a reason to stay silent."""

    due: Mapping[str, datetime]
    silent: Mapping[str, str]
    notes: tuple[Note, ...]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """What a wave's times must keep to: never before `now` nor the embargo; reposts of one post `gap` apart."""

    now: datetime
    embargo: datetime | None
    gap: timedelta
    customs: Customs = field(default_factory=Customs)
    holidays: Holidays = field(default_factory=dict)


def timetable(assignments: Iterable[Assignment], wish: Wish, frame: Frame) -> Timetable:
    """Each account at the time that was wished, no earlier than the frame allows, and not before what it waits for."""
    speaking = [(one.account, one.variant) for one in assignments if one.variant is not None]
    made = _Making(frame)
    for number, (account, variant) in enumerate(_in_turn(speaking)):
        wished = _wished(account, wish)
        made.notes += _wall_notes(account, wish) + _limits(account, wished, frame)
        later = timedelta(seconds=int(wish.spread.total_seconds()) * number // len(speaking))
        # The spread counts from the end of the embargo, and from now where the hour has passed: else all came at once after all.
        first = first_due(frame.now, max(wished or frame.now, frame.now), frame.embargo)
        made.add(account, variant, first + later)
    return Timetable(due=made.due, silent=made.silent, notes=tuple(made.notes))


@dataclass
class _Making:
    """A timetable on its way. What others wait for is added before them."""

    frame: Frame
    due: dict[str, datetime] = field(default_factory=dict)
    silent: dict[str, str] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)
    reposts: dict[str, list[datetime]] = field(default_factory=dict)

    def add(self, account: Account, variant: Variant, first: datetime) -> None:
        """Find the time of one account, or its reason to be silent."""
        needs = _needs(variant)
        quiet = next((name for name in needs if name in self.silent), None)
        if quiet is not None:
            self._silence(Note(account=account.name, country=account.country, cause=Cause.DEPENDS, rule=Rule.SKIP, detail=quiet))
            return
        start = max([first, *(self.due[name] for name in needs)])
        moved: list[Note] = []
        if start > first:
            moved.append(Note(account=account.name, country=account.country, cause=Cause.DEPENDS, rule=Rule.MOVE))
        while True:
            placed = place(start, account, self.frame.customs, self.frame.holidays.get(account.country, {}))
            if placed.due is None:
                self._silence(placed.notes[0])
                return
            start = self._apart(variant, placed.due)
            if start == placed.due:
                break
            moved += [note for note in placed.notes if note.rule is Rule.MOVE]
        self.notes += dict.fromkeys((*moved, *placed.notes))
        self.due[account.name] = start
        if variant.kind is Kind.REPOST and variant.of is not None:
            self.reposts.setdefault(variant.of.delivery, []).append(start)

    def _apart(self, variant: Variant, moment: datetime) -> datetime:
        """The same moment, or a later one that is far enough from the post itself and from its other reposts."""
        if variant.kind is not Kind.REPOST or variant.of is None:
            return moment
        gap, of = self.frame.gap, variant.of.delivery
        taken = sorted([self.due[_account_of(of)], *self.reposts.get(of, ())]) if _account_of(of) in self.due else []
        for other in taken:
            if abs(moment - other) < gap:
                moment = other + gap
        return moment

    def _silence(self, note: Note) -> None:
        self.silent[note.account] = why_silent(note)
        self.notes.append(note)


def why_silent(note: Note) -> str:
    """Why an account stays silent at that time, in words."""
    if note.cause is Cause.DEPENDS:
        return f"it would wait for {note.detail}, which stays silent at that time"
    return f"it does not post at that time: {note.cause.value}" + (f" ({note.detail})" if note.detail else "")


def _in_turn(speaking: Sequence[tuple[Account, Variant]]) -> list[tuple[Account, Variant]]:
    """What others wait for comes first; else they keep their order."""
    needs = {account.name: _needs(variant) for account, variant in speaking}

    def depth(name: str) -> int:
        return 1 + max((depth(needed) for needed in needs.get(name, ())), default=0)

    return sorted(speaking, key=lambda one: depth(one[0].name))


def _needs(variant: Variant) -> tuple[str, ...]:
    """The accounts whose post or video this one waits for."""
    named = [piece for piece in variant.text if isinstance(piece, Reference)]
    named += [variant.of] if variant.of is not None else []
    return tuple(dict.fromkeys(_account_of(one.delivery) for one in named))


def _account_of(key: str) -> str:
    return key.split("/")[-2]


def _wished(account: Account, wish: Wish) -> datetime | None:
    """The moment that was asked for; None: at once."""
    return wish.moment if wish.local is None else moment_of(wish.local, account.zone)


def _wall_notes(account: Account, wish: Wish) -> list[Note]:
    """An hour that this account's clock does not show that day, or shows twice."""
    if wish.local is None:
        return []
    shown = exists(wish.local, account.zone)
    if shown and not comes_twice(wish.local, account.zone):
        return []
    cause = Cause.DOUBLE_HOUR if shown else Cause.MISSING_HOUR
    return [Note(account=account.name, country=account.country, cause=cause, rule=Rule.WARN, detail=account.zone)]


def _limits(account: Account, wished: datetime | None, frame: Frame) -> list[Note]:
    """Where the time that was asked for cannot be kept."""
    if wished is None:
        return []
    if frame.embargo is not None and max(wished, frame.now) < frame.embargo:
        return [Note(account=account.name, country=account.country, cause=Cause.EMBARGO, rule=Rule.MOVE)]
    if wished < frame.now:
        return [Note(account=account.name, country=account.country, cause=Cause.PASSED, rule=Rule.WARN)]
    return []
