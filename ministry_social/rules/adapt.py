"""Adaptation: from a message to the variant of each account."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import InvalidMessage
from ..model.account import Account
from ..model.delivery import delivery_key
from ..model.finding import Finding, Weight
from ..model.message import Message
from ..model.plan import Assignment, Silence
from ..model.variant import Kind, Limits, Reference, Variant
from .audience import addressed
from .posts import post, repost
from .roles import Role, fallback_language, not_addressed, roles, serving
from .videos import video
from .writing import Fill, Writer

__all__ = ["Adapted", "Fill", "Rules", "adapt"]


@dataclass(frozen=True, kw_only=True)
class Rules:
    """What the settings say about adapting. `wave` counts from 1; `variables` are the ministry's own."""

    fallback: str
    reposts: int
    wave: int = 1
    variables: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Adapted:
    """All assignments, in the order of the accounts, and what was found on the way."""

    assignments: list[Assignment] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def adapt(message: Message, accounts: Sequence[Account], limits: Mapping[str, Limits], fill: Fill, rules: Rules) -> Adapted:
    """Give every account its variant, or the reason for its silence. `limits` are by account name."""
    chosen = addressed(message.audience, accounts)
    reference = _video_reference(message, accounts, chosen, rules.wave)
    given = _all_roles(message, accounts, chosen, limits, rules)
    adapted = Adapted()
    for account in accounts:
        writer = Writer(
            message=message, account=account, limits=limits[account.name],
            fill=fill, wave=rules.wave, video=reference, ours=rules.variables,
        )  # fmt: skip
        adapted.assignments.append(_assignment(writer, given[account.name], adapted.findings))
    return adapted


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
    for platform in dict.fromkeys(account.platform for account in accounts):
        here = [account for account in accounts if account.platform == platform]
        if platform == "youtube":
            given |= {account.name: _video_role(message, account, chosen) for account in here}
        elif limits[here[0].name].forbids_similar:
            given |= roles(message, here, chosen, wave=rules.wave, reposts=rules.reposts, fallback=rules.fallback)
        else:
            given |= {account.name: _page_role(message, account, chosen, rules) for account in here}
    return given


def _video_role(message: Message, account: Account, chosen: frozenset[str]) -> Role:
    if account.name not in chosen:
        return not_addressed(account)
    if not _has_video(message):
        return Role(reason="the message has no video", silence=Silence.NO_VIDEO)
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
