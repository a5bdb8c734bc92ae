"""Asking: which missions owe a local text, what becomes of their accounts without one, and who is late."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from ..model.account import Account
from ..model.asking import Answer, Asked, Owed, Reply, Written
from ..model.finding import Finding
from ..model.message import LocalText, Message, Prose, Wording
from ..model.plan import Assignment, Silence
from ..model.variant import Kind
from .audience import addressed
from .roles import own_section

__all__ = [
    "answer",
    "concerning",
    "is_late",
    "missions_of",
    "otherwise",
    "owed",
    "owing",
    "reply",
    "supposing",
    "without",
]


def missions_of(accounts: Iterable[Account]) -> tuple[str, ...]:
    """Every mission that has an account, each once."""
    return tuple(dict.fromkeys(account.mission for account in accounts))


def owing(assignments: Iterable[Assignment]) -> tuple[str, ...]:
    """The missions of which an account has no text of its own, and should; each once."""
    return tuple(dict.fromkeys(one.account.mission for one in assignments if one.owes))


def without(message: Message, missions: Collection[str]) -> Message:
    """The message as if these missions had not written."""
    return replace(message, locals={name: local for name, local in message.locals.items() if name not in missions})


def supposing(message: Message, missions: Iterable[str]) -> Message:
    """The message as if all these missions had written something: so that the roles themselves say who would carry it."""
    text = Prose(text="...", place=message.place)
    wording = Wording(language=message.source, place=message.place, short=text)
    return replace(message, locals={**message.locals, **{name: LocalText(mission=name, wording=wording) for name in missions}})


def owed(message: Message, silent: Sequence[Assignment], supposed: Sequence[Assignment]) -> Mapping[str, Owed]:
    """What each mission could write: `silent` are the assignments if it does not, `supposed` those if it does."""
    chosen = addressed(message.audience, [one.account for one in silent])
    found = {}
    for mission in missions_of(one.account for one in silent):
        ours = [one for one in silent if one.account.mission == mission]
        writing = tuple(one.account for one in supposed if one.account.mission == mission and _says_local_text(message, one))
        found[mission] = Owed(
            mission=mission,
            accounts=writing,
            languages=tuple(dict.fromkeys(tag for account in writing for tag in account.languages)),
            zone=(writing or (ours[0].account,))[0].zone,
            otherwise=tuple(otherwise(one) for one in ours if one.account.name in chosen),
        )
    return found


def otherwise(assignment: Assignment) -> str:
    """What an account does where its mission writes nothing, in a sentence."""
    name, variant = assignment.account.name, assignment.variant
    if variant is None:
        why = "" if assignment.silence is Silence.OWES_LOCAL_TEXT and assignment.account.official else f" ({assignment.reason})"
        return f"{name} stays silent{why}."
    if variant.kind is Kind.REPOST and variant.of is not None:
        return f"{name} reposts {variant.of.delivery.split('/')[-2]}."
    said = {Kind.ORIGINAL: "the original", Kind.TRANSLATION: "the translation", Kind.PAGE_POST: "the page's post"}
    if variant.kind in said:
        return f"{name} carries {said[variant.kind]}, in {variant.language}."
    return f"{name} {assignment.reason}."


def reply(one: Owed, asked: Asked | None, digest: str, written: Written | None, now: datetime) -> Reply:
    """How a mission stands. `digest` is of the text that is there, empty for none; `written` the last one on record."""
    known = written if written is not None and written.digest == digest else None
    return Reply(owed=one, answer=answer(asked, known, now, there=bool(digest)), asked=asked, written=known)


def answer(asked: Asked | None, written: Written | None, now: datetime, *, there: bool) -> Answer:
    """How a mission stands whose text is `there`, or is not."""
    if there:
        return Answer.WRITTEN_LATE if written is not None and written.late else Answer.WRITTEN
    if asked is None:
        return Answer.OWES
    return Answer.LATE if is_late(asked, now) else Answer.ASKED


def is_late(asked: Asked | None, now: datetime) -> bool:
    """Whether a text that comes now comes after its deadline."""
    return asked is not None and now > asked.until


def concerning(findings: Iterable[Finding], accounts: Collection[str], file: str) -> tuple[Finding, ...]:
    """Of all findings those that are about a mission's own text: its file, or its accounts."""
    return tuple(
        one
        for one in findings
        if one.name != "owes-local-text"
        and ((one.place is not None and one.place.file == file) or set(one.accounts) & set(accounts))
    )


def _says_local_text(message: Message, assignment: Assignment) -> bool:
    local = assignment.variant is not None and assignment.variant.kind is Kind.LOCAL
    return local and own_section(message, assignment.account) is None
