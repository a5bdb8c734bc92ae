"""Adaptation: from a message to the variant of each account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ..errors import InvalidMessage
from ..model.account import Account
from ..model.campaign import PostKind, Turn
from ..model.delivery import delivery_key
from ..model.finding import Finding, Weight
from ..model.message import Message
from ..model.plan import Assignment, Silence
from ..model.variant import Kind, Limits, Reference, Variant
from .audience import addressed
from .posts import post, repost
from .roles import Role, fallback_language, not_addressed, roles, serving
from .rotation import as_said, post_kind, unused, wordings_of
from .videos import video
from .writing import Fill, Writer

__all__ = ["Adapted", "Fill", "Rules", "adapt"]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the settings say about adapting. `wave` counts from 1; `variables` are the ministry's own; `turn` is a campaign's."""

    fallback: str
    reposts: int
    wave: int = 1
    variables: Mapping[str, str] = field(default_factory=dict)
    turn: Turn | None = None


@dataclass
class Adapted:
    """All assignments, in the order of the accounts, and what was found on the way."""

    assignments: list[Assignment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def adapt(message: Message, accounts: Sequence[Account], limits: Mapping[str, Limits], fill: Fill, rules: Rules) -> Adapted:
    """Give every account its variant, or the reason for its silence. `limits` are by account name."""
    chosen = addressed(message.audience, accounts)
    if rules.turn is not None:
        chosen &= addressed(rules.turn.audience, accounts)
    given = _all_roles(message, accounts, chosen, limits, rules)
    parts = _parts(message, accounts, chosen, given, limits, rules)
    showing = {name for name, role in given.items() if role.kind is Kind.VIDEO} if rules.turn else chosen
    reference = _video_reference(message, accounts, frozenset(showing), rules.wave)
    adapted = Adapted()
    for account in accounts:
        part = parts[account.name]
        filmed = reference if part.kind in (None, PostKind.VIDEO) else None
        writer = Writer(
            message=part.message, account=account, limits=limits[account.name],
            fill=fill, wave=rules.wave, video=filmed, ours=rules.variables,
        )  # fmt: skip
        found = _assignment(writer, given[account.name], adapted.findings)
        adapted.assignments.append(replace(found, wording=part.number, post_kind=part.kind if found.variant else None))
    return adapted


@dataclass(frozen=True, kw_only=True)
class _Part:
    """What of the message one account takes: all of it; in a campaign, one wording and one kind of post."""

    message: Message
    number: int = 1
    kind: PostKind | None = None


def _parts(
    message: Message, accounts: Sequence[Account], chosen: frozenset[str], given: dict[str, Role], limits: Mapping[str, Limits],
    rules: Rules,
) -> dict[str, _Part]:  # fmt: skip
    """What each account takes. In a campaign, whoever has no wording left falls silent in `given`, and its reposts with it."""
    if rules.turn is None:
        return {account.name: _Part(message=message) for account in accounts}
    parts = {account.name: _Part(message=message) for account in accounts}
    turn, numbers = rules.turn, _numbers(message, accounts, given, rules.turn)
    filmed = any(role.kind is Kind.VIDEO for role in given.values())
    # Counted among all that are addressed, since who speaks may change from wave to wave, and places must not.
    for place, account in enumerate(account for account in accounts if account.name in chosen):
        if account.name not in numbers:
            continue
        shows = given[account.name].kind is Kind.VIDEO
        kind = PostKind.VIDEO if shows else post_kind(message, turn, place, limits[account.name], filmed=filmed)
        number, ending = numbers[account.name], limits[account.name].forbids_similar
        parts[account.name] = _Part(message=as_said(message, account, number, kind, ending=ending), number=number, kind=kind)
    return parts


def _numbers(message: Message, accounts: Sequence[Account], given: dict[str, Role], turn: Turn) -> dict[str, int]:
    """The wording of each account that has words of its own. `given` loses those that have none left."""
    numbers: dict[str, int] = {}
    for account in accounts:
        role = given[account.name]
        if role.kind is None or role.kind is Kind.REPOST:
            continue
        number = unused(wordings_of(message, account, role), turn.used.get(account.name, frozenset()))
        if number is None:
            given[account.name] = Role(reason="has said every wording that it has", silence=Silence.NO_WORDING)
        else:
            numbers[account.name] = number
    for name, role in given.items():
        if role.kind is Kind.REPOST and role.of not in numbers:
            given[name] = Role(reason=f"would repost {role.of}, which has no unused wording", silence=Silence.NO_WORDING)
    return numbers


def _video_reference(message: Message, accounts: Iterable[Account], chosen: frozenset[str], wave: int) -> Reference | None:
    """The address that the video will have on the first addressed channel. Without one, posts carry the video themselves."""
    channel = next((a for a in accounts if a.platform == "youtube" and a.name in chosen), None)
    if channel is None or not _has_video(message):
        return None
    return Reference(delivery=delivery_key(message.id, wave, channel.name, "video"), field="url", shape="youtube-url")


def _has_video(message: Message) -> bool:
    return any(media.facts.kind == "video" for media in message.media)


def _all_roles(
    message: Message, accounts: Sequence[Account], chosen: frozenset[str], limits: Mapping[str, Limits], rules: Rules
) -> dict[str, Role]:
    given: dict[str, Role] = {}
    turn = rules.turn
    for platform in dict.fromkeys(account.platform for account in accounts):
        here = [account for account in accounts if account.platform == platform]
        if turn is not None and turn.platforms and platform not in turn.platforms:
            given |= {account.name: _another_turn(account, chosen, turn.platforms) for account in here}
        elif platform == "youtube":
            given |= {account.name: _video_role(message, account, chosen, turn) for account in here}
        elif limits[here[0].name].forbids_similar:
            given |= roles(message, here, chosen, wave=rules.wave, reposts=rules.reposts, fallback=rules.fallback)
        else:
            given |= {account.name: _page_role(message, account, chosen, rules) for account in here}
    return given


def _another_turn(account: Account, chosen: frozenset[str], platforms: Iterable[str]) -> Role:
    if account.name not in chosen:
        return not_addressed(account)
    return Role(reason=f"this wave is of {' and '.join(sorted(platforms))}", silence=Silence.NOT_THIS_WAVE)


def _video_role(message: Message, account: Account, chosen: frozenset[str], turn: Turn | None) -> Role:
    if account.name not in chosen:
        return not_addressed(account)
    if not _has_video(message):
        return Role(reason="the message has no video", silence=Silence.NO_VIDEO)
    if turn is not None and PostKind.VIDEO not in turn.kinds:
        return Role(reason="the campaign has no posts with a video", silence=Silence.NO_VIDEO)
    if turn is not None and account.name in turn.shown:
        return Role(reason="has shown the video in an earlier wave", silence=Silence.NOT_THIS_WAVE)
    return Role(kind=Kind.VIDEO, language=message.source, reason="shows the video")


def _page_role(message: Message, account: Account, chosen: frozenset[str], rules: Rules) -> Role:
    if account.name not in chosen:
        return not_addressed(account)
    own = serving(account.languages, message.wordings)
    language = own or fallback_language(message, rules.fallback)
    if language is None:
        said = f"nothing in {', '.join(account.languages)}, and no fallback"
        return Role(reason=said, silence=Silence.NO_TRANSLATION)
    instead = "" if own else f", for want of {', '.join(account.languages)}"
    return Role(kind=Kind.PAGE_POST, language=language, reason=f"the page's post, in {language}{instead}")


def _assignment(writer: Writer, role: Role, findings: list[Finding]) -> Assignment:
    account = writer.account
    if role.kind is None:
        return Assignment(account=account, reason=role.reason, silence=role.silence, owes=role.owes)
    try:
        variant = _variant(writer, role, findings)
    except InvalidMessage as wrong:
        sentence = f"{wrong.sentence} {wrong.remedy}".strip()
        findings.append(writer.finding("undefined-variable", Weight.BLOCKING, sentence, wrong))
        variant = None
    if variant is None:
        return Assignment(account=account, reason=f"{role.reason}, but no text can be sent", silence=Silence.NO_TEXT)
    return Assignment(account=account, reason=role.reason, variant=variant, owes=role.owes)


def _variant(writer: Writer, role: Role, findings: list[Finding]) -> Variant | None:
    if role.kind is Kind.REPOST:
        return repost(writer, role)
    if role.kind is Kind.VIDEO:
        return video(writer, findings)
    return post(writer, role, findings)
