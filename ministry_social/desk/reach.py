"""Reach: what was said in a period, with its figures, as the rules measure it."""

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..model.account import Account
from ..model.campaign import CampaignRecord
from ..model.delivery import Delivery, State
from ..model.reach import Audience, Goal, Measures, Other, Ranked, Rival, Spoken, Wave
from ..ports import Reading
from ..rules.collecting import other_name
from ..rules.forms import form_of, language_of
from ..rules.reach import breaks, goal, grouped, measured, ranking, waves

_OUT = (State.PUBLISHED, State.RECALLED)
_USUAL = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class Question:
    """What somebody wants to know. Empty: of all. `end` is not in the period; without a `start` it is 30 days, or a message's
    and a campaign's whole time."""

    end: datetime
    start: datetime | None = None
    by: str = "account"
    account: str = ""
    message: str = ""
    campaign: str = ""


@dataclass(frozen=True, kw_only=True)
class Report:
    """An answer. `rows` are the groups; `whole` is all of it; `goal` is a campaign's."""

    question: Question
    start: datetime
    end: datetime
    whole: Measures
    rows: tuple[Measures, ...]
    waves: tuple[Wave, ...]
    goal: Goal | None
    audiences: tuple[Audience, ...]
    remarks: tuple[str, ...]
    ranking: tuple[Ranked, ...] = ()


def report(
    reading: Reading, accounts: Mapping[str, Account], question: Question, *, ministry: str = "", others: Collection[Other] = ()
) -> Report:
    """Everything that the store knows about it."""
    record = next((one for one in reading.campaigns() if one.id == question.campaign), None)
    start = _start(reading, question, record)
    posts = said(reading, accounts, question, start)
    chosen = _chosen(accounts, question, posts)
    audiences = _audiences(reading, chosen, start, question.end)
    narrow = bool(question.message or question.campaign)
    spoke = len({post.account for post in posts})
    whole = measured("all", posts, audiences, start, question.end, accounts=spoke if narrow else len(chosen))
    return Report(
        question=question, start=start, end=question.end, whole=whole,
        rows=tuple(grouped(question.by, posts, audiences, start, question.end)),
        waves=tuple(waves(posts, audiences)) if narrow else (),
        goal=goal(record.goal, posts, audiences) if record is not None else None,
        audiences=audiences, remarks=breaks(posts, start, question.end),
        ranking=tuple(ranked(reading, whole, ministry, others, start, question.end)) if others else (),
    )  # fmt: skip


def said(reading: Reading, accounts: Mapping[str, Account], question: Question, start: datetime) -> list[Spoken]:
    """The posts that went out in the period, taken down or not, each with its figures as they were last read."""
    found = [
        one for one in _deliveries(reading, question, start) if one.sent_at is not None and start <= one.sent_at < question.end
    ]
    bodies = {digest: json.loads(body) for digest, body in reading.blobs({one.payload for one in found}).items()}
    figures = reading.newest_figures(start)
    campaign_of = {(wave.message, wave.wave): one.id for one in reading.campaigns() for wave in one.waves}
    posts = []
    for one in found:
        account, body = accounts.get(one.account), bodies.get(one.payload, {})
        form = form_of(one.kind, body)
        assert one.sent_at is not None
        posts.append(
            Spoken(
                account=one.account, mission=account.mission if account else one.account,
                country=account.country if account else "", platform=one.platform, language=language_of(account, body),
                message=one.message, wave=one.wave,
                campaign=campaign_of.get((one.message, one.wave), ""), form=form, at=one.sent_at,
                # X shows the original's figures under a repost: they count once, where they belong.
                figures={} if form == "repost" else figures.get((one.account, one.remote_id), {}),
            )
        )  # fmt: skip
    return [post for post in posts if question.campaign in ("", post.campaign)]


def ranked(
    reading: Reading, whole: Measures, ministry: str, others: Iterable[Other], start: datetime, end: datetime
) -> list[Ranked]:
    """Ours among the others; of theirs, what was collected goes before what the file says."""
    collected = reading.account_figures("followers", start, end)
    by_ministry: dict[str, list[Other]] = {}
    for one in others:
        by_ministry.setdefault(one.ministry, []).append(one)
    rivals = [Rival(name=ministry, followers=whole.reach, vocality=whole.vocality, efficiency=whole.efficiency)]
    for name, theirs in by_ministry.items():
        followers = [_followers(one, collected) for one in theirs]
        rivals.append(
            Rival(
                name=name, followers=_sum([many for many in followers if many is not None]),
                vocality=_mean([one.vocality for one in theirs if one.vocality is not None]),
                efficiency=_mean([one.efficiency for one in theirs if one.efficiency is not None]),
            )
        )  # fmt: skip
    return ranking(rivals)


def _followers(one: Other, collected: Mapping[str, Sequence[tuple[datetime, int]]]) -> int | None:
    series = collected.get(other_name(one.platform, one.handle), ())
    return series[-1][1] if series else one.followers


def _start(reading: Reading, question: Question, record: CampaignRecord | None) -> datetime:
    """As asked; else a message's or campaign's first post; else 30 days."""
    if question.start is not None:
        return question.start
    first: list[datetime] = []
    if record is not None:
        first = [wave.first for wave in record.waves]
    elif question.message:
        first = [one.sent_at for one in reading.deliveries(message=question.message, states=_OUT) if one.sent_at is not None]
    return min(first, default=question.end - _USUAL)


def _deliveries(reading: Reading, question: Question, start: datetime) -> tuple[Delivery, ...]:
    return reading.deliveries(message=question.message or None, account=question.account or None, states=_OUT, since=start)


def _chosen(accounts: Mapping[str, Account], question: Question, posts: Sequence[Spoken]) -> list[Account]:
    """The accounts that the question is about: those that spoke, where it is about a message."""
    spoke = {post.account for post in posts}
    narrow = bool(question.message or question.campaign)
    return [one for one in accounts.values() if (not narrow or one.name in spoke) and question.account in ("", one.name)]


def _audiences(reading: Reading, accounts: Sequence[Account], start: datetime, end: datetime) -> tuple[Audience, ...]:
    followers = reading.account_figures("followers", start, end)
    return tuple(
        Audience(
            account=one.name, mission=one.mission, country=one.country, platform=one.platform, series=followers.get(one.name, ())
        )
        for one in accounts
    )


def _sum(numbers: Sequence[int]) -> int | None:
    return sum(numbers) if numbers else None


def _mean(numbers: Sequence[float]) -> float | None:
    return sum(numbers) / len(numbers) if numbers else None
