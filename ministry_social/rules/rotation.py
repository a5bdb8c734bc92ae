"""Rotation: which wording an account says in a wave of a campaign, and what goes with it.

An account never says one wording twice: it takes the first that it has not used. What goes with its posts changes from wave to
wave, and differs between the accounts of one wave, so that not all post their dear links, or the same picture, on one morning.
"""

import re
from collections.abc import Mapping
from dataclasses import replace

from ..model.account import Account
from ..model.campaign import PostKind, Turn
from ..model.message import LocalText, Media, Message, Override, Prose, Wording
from ..model.variant import Kind, Limits
from .media_checks import plays
from .roles import Role, own_section

__all__ = ["as_said", "post_kind", "unused", "wordings_of"]

_TAGS = "tags"  # what stays of a section `## for youtube`: words to be found by are no wording
_LINKED = re.compile(r"\{[{%][^}]*\blink\b")


def wordings_of(message: Message, account: Account, role: Role) -> int:
    """How many wordings an account has of a message. What stands under `## for account` is one."""
    if role.kind is Kind.LOCAL:
        own = own_section(message, account) is not None
        return 1 if own else len(message.locals[account.mission].said)
    return len(message.said(role.language))


def unused(number_of_wordings: int, used: frozenset[int]) -> int | None:
    """The first wording that an account has not used, counted from 1; None where it has used them all."""
    return next((number for number in range(1, number_of_wordings + 1) if number not in used), None)


def post_kind(message: Message, turn: Turn, place: int, limits: Limits, *, filmed: bool) -> PostKind:
    """What goes with the post of an account at this `place` among those addressed. `filmed`: a channel shows the video now."""
    possible = [kind for kind in turn.kinds if _possible(message, kind, limits, filmed=filmed)]
    return possible[(turn.number - 1 + place) % len(possible)] if possible else PostKind.TEXT


def as_said(message: Message, account: Account, number: int, kind: PostKind, *, ending: bool) -> Message:
    """The message with only what one account says in one wave: wording `number` in each language, and what goes with it.

    `ending`: a link stands at the end of the text, where it is not in it; else the platform shows it below the text.
    """
    keep = [media for media in message.media if _goes_with(media, kind)]
    link = message.link if kind is PostKind.LINK else ""
    appended = bool(link) and ending
    local = message.locals.get(account.mission)
    return replace(
        message,
        media=tuple(keep),
        link=link,
        wordings={language: _linked(_worded(message.said(language), number), appended) for language in message.wordings},
        more={},
        locals=dict(message.locals) if local is None else {**message.locals, account.mission: _local(local, number, appended)},
        overrides=message.overrides if number == 1 else tuple(_sections(message)),
    )


def _possible(message: Message, kind: PostKind, limits: Limits, *, filmed: bool) -> bool:
    videos = [media for media in message.media if media.facts.kind == "video"]
    match kind:
        case PostKind.TEXT:
            return True
        case PostKind.PICTURE:
            return len(videos) < len(message.media)
        case PostKind.VIDEO:
            return bool(videos) and (filmed or plays(videos[0], limits))
        case PostKind.LINK:
            return bool(message.link)


def _goes_with(media: Media, kind: PostKind) -> bool:
    video = media.facts.kind == "video"
    return kind is PostKind.VIDEO if video else kind is PostKind.PICTURE


def _worded(said: tuple[Wording, ...], number: int) -> Wording:
    """One wording, or the first where the language does not have it; pictures are described as there, unless it says otherwise."""
    found = next((wording for wording in said if wording.number == number), said[0])
    return replace(found, alts={**said[0].alts, **found.alts})


def _local(local: LocalText, number: int, appended: bool) -> LocalText:
    return replace(local, wording=_linked(_worded(local.said, number), appended), more=())


def _linked(wording: Wording, appended: bool) -> Wording:
    """The wording with the link at the end of each text that does not say itself where it goes."""
    if not appended:
        return wording
    return replace(wording, short=_ending(wording.short), long=_ending(wording.long), headline=_ending(wording.headline))


def _ending(prose: Prose | None) -> Prose | None:
    if prose is None or _LINKED.search(prose.text):
        return prose
    return replace(prose, text=f"{prose.text}\n{{{{ link }}}}")


def _sections(message: Message) -> list[Override]:
    """The sections for platforms without their texts, which belong to the first wording."""
    kept: list[tuple[Override, Mapping[str, Prose]]] = [
        (one, {name: prose for name, prose in one.parts.items() if name == _TAGS}) for one in message.overrides
    ]
    return [replace(one, parts=parts) for one, parts in kept if parts]
