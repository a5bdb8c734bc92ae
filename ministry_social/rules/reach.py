"""Reach: what is measured of posts and accounts. Each measure is defined, with its source, in docs/reach.md."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from ..model.reach import Audience, Form, Goal, Measures, Ranked, Rival, Spoken, Wave

INTERACTIONS = ("likes", "reposts", "replies", "quotes")
FORMS = ("text", "link", "picture", "video", "repost")
_RICH = {"picture", "video"}
_DAY = timedelta(days=1)

# Since then a platform counts something else under the same name: what was read before and after cannot be compared.
BREAKS: Mapping[tuple[str, str], tuple[date, str]] = {
    ("youtube", "views"): (date(2026, 8, 1), "YouTube has counted a view from the first frame on since August 2026."),
    ("facebook", "views"): (date(2025, 11, 15), "Facebook has counted views instead of impressions since 15 November 2025."),
}

# What a group is, by the word that a person types.
GROUPS: Mapping[str, Callable[[Spoken], str]] = {
    "account": lambda post: post.account,
    "mission": lambda post: post.mission,
    "country": lambda post: post.country,
    "language": lambda post: post.language,
    "platform": lambda post: post.platform,
    "message": lambda post: post.message,
    "campaign": lambda post: post.campaign,
}
_OF_ACCOUNTS: Mapping[str, Callable[[Audience], str]] = {
    "account": lambda one: one.account,
    "mission": lambda one: one.mission,
    "country": lambda one: one.country,
    "platform": lambda one: one.platform,
}

_GOAL = re.compile(
    r"(?<![\w.,])(\d{1,3}(?:[ ,.'’\u202f]\d{3})+|\d+)(?![\d%])\s*(million|thousand|k\b|m\b)?\s*([a-z]*)", re.IGNORECASE
)
_TIMES = {"": 1, "k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
_MEASURED = {"views": "views", "impressions": "views", "interactions": "interactions", "followers": "addressed"}


def grouped(by: str, posts: Sequence[Spoken], audiences: Sequence[Audience], start: datetime, end: datetime) -> list[Measures]:
    """One row for each group, by name. A group of accounts is there also where it posted nothing."""
    members: dict[str, list[Spoken]] = {}
    for post in posts:
        members.setdefault(GROUPS[by](post), []).append(post)
    of_accounts = _OF_ACCOUNTS.get(by)
    theirs: dict[str, list[Audience]] = {}
    for one in audiences if of_accounts is not None else ():
        assert of_accounts is not None
        theirs.setdefault(of_accounts(one), []).append(one)
    by_account = {one.account: one for one in audiences}
    rows = []
    for name in sorted({*members, *theirs} - {""}):
        said = members.get(name, [])
        spoke = {post.account for post in said}
        whose = theirs[name] if name in theirs else [by_account[account] for account in sorted(spoke) if account in by_account]
        rows.append(measured(name, said, whose, start, end, accounts=len(spoke | {one.account for one in whose})))
    return rows


def measured(
    name: str, posts: Sequence[Spoken], audiences: Sequence[Audience], start: datetime, end: datetime, *, accounts: int
) -> Measures:
    """All measures of one group."""
    counts = [interactions(post.figures) for post in posts]
    counted = [count for count in counts if count is not None]
    last = [one.last for one in audiences if one.last is not None]
    spoken = Counter(post.language for post in posts)
    days = max(1.0, (end - start) / _DAY)
    own = [post for post in posts if post.form != "repost"]
    return Measures(
        name=name, accounts=accounts, posts=len(posts), counted=len(counted),
        known=len(last), reach=sum(last) if last else None, growth=growth(audiences),
        vocality=len(posts) / accounts / days if accounts else None,
        interactions=sum(counted) if counted else None, efficiency=mean(counted),
        views=total(posts, "views"), viewers=total(posts, "viewers"), clicks=total(posts, "clicks"),
        forms=forms(posts),
        proficiency=sum(post.form in _RICH for post in own) / len(own) if own else None,
        languages=len(spoken), diversity=diversity(spoken),
        response=response(posts), momentum=momentum(posts, start, end),
    )  # fmt: skip


def interactions(figures: Mapping[str, int]) -> int | None:
    """What people did with a post, for all to see; None where not one of it is known."""
    known = [figures[name] for name in INTERACTIONS if name in figures]
    return sum(known) if known else None


def total(posts: Iterable[Spoken], name: str) -> int | None:
    """Of those posts of which it is known."""
    known = [post.figures[name] for post in posts if name in post.figures]
    return sum(known) if known else None


def mean(numbers: Sequence[int]) -> float | None:
    """The mean; None of nothing."""
    return sum(numbers) / len(numbers) if numbers else None


def growth(audiences: Iterable[Audience]) -> float | None:
    """How many followers more there are, as a share; of accounts that were counted at two times."""
    twice = [(one.series[0][1], one.series[-1][1]) for one in audiences if len(one.series) > 1]
    before = sum(first for first, _ in twice)
    return (sum(last for _, last in twice) - before) / before if before else None


def forms(posts: Iterable[Spoken]) -> tuple[Form, ...]:
    """By form, in a fixed order; what there is none of is left out."""
    found: dict[str, list[Spoken]] = {}
    for post in posts:
        found.setdefault(post.form, []).append(post)
    rows = []
    for name in (one for one in FORMS if one in found):
        counted = [count for post in found[name] if (count := interactions(post.figures)) is not None]
        rows.append(Form(name=name, posts=len(found[name]), counted=len(counted), efficiency=mean(counted)))
    return tuple(rows)


def diversity(spoken: Mapping[str, int]) -> float | None:
    """The exponential of Shannon's entropy: how many languages, spoken equally often, would be as diverse."""
    posts = sum(spoken.values())
    if not posts:
        return None
    shares = [count / posts for count in spoken.values()]
    return math.exp(-math.fsum(share * math.log(share) for share in shares))


def response(posts: Iterable[Spoken]) -> float | None:
    """The share of posts that somebody replied to, of those whose replies are known."""
    known = [post.figures["replies"] > 0 for post in posts if "replies" in post.figures]
    return sum(known) / len(known) if known else None


def momentum(posts: Iterable[Spoken], start: datetime, end: datetime) -> float | None:
    """How much more interactions a post of the later half of the period had than one of the earlier half, as a share."""
    middle = start + (end - start) / 2
    halves: tuple[list[int], list[int]] = ([], [])
    for post in posts:
        count = interactions(post.figures)
        if count is not None:
            halves[post.at >= middle].append(count)
    earlier, later = mean(halves[0]), mean(halves[1])
    return later / earlier - 1 if earlier and later is not None else None


def waves(posts: Iterable[Spoken], audiences: Iterable[Audience]) -> list[Wave]:
    """The waves of each message, in order, each with what all up to it came to."""
    followers = {one.account: one.last for one in audiences}
    found: dict[tuple[str, int], list[Spoken]] = {}
    for post in posts:
        found.setdefault((post.message, post.wave), []).append(post)
    rows: list[Wave] = []
    for (message, wave), said in sorted(found.items()):
        before = rows[-1] if rows and rows[-1].message == message else None
        counts = [count for post in said if (count := interactions(post.figures)) is not None]
        known = [many for name in {post.account for post in said} if (many := followers.get(name)) is not None]
        views, acts = total(said, "views"), sum(counts) if counts else None
        rows.append(
            Wave(
                message=message, wave=wave, at=min(post.at for post in said), posts=len(said), counted=len(counts),
                addressed=sum(known) if known else None, views=views, interactions=acts,
                views_so_far=_plus(before.views_so_far if before else None, views),
                interactions_so_far=_plus(before.interactions_so_far if before else None, acts),
            )
        )  # fmt: skip
    return rows


def goal(text: str, posts: Sequence[Spoken], audiences: Iterable[Audience]) -> Goal:
    """A campaign's goal, measured where it names one number of views, interactions or followers; a bare number means views."""
    numbers = _GOAL.findall(text)
    if len(numbers) != 1:
        return Goal(text=text)
    digits, times, word = numbers[0]
    measure = "views" if text.strip() == digits.strip() else _MEASURED.get(word.lower(), "")
    if not measure:
        return Goal(text=text)
    number = int(re.sub(r"\D", "", digits)) * _TIMES[times.lower()]
    spoke = {post.account for post in posts}
    if measure == "views":
        reached = total(posts, "views")
    elif measure == "interactions":
        counts = [count for post in posts if (count := interactions(post.figures)) is not None]
        reached = sum(counts) if counts else None
    else:
        known = [one.last for one in audiences if one.account in spoke and one.last is not None]
        reached = sum(known) if known else None
    return Goal(text=text, measure=measure, number=number, reached=reached)


def breaks(posts: Iterable[Spoken], start: datetime, end: datetime) -> tuple[str, ...]:
    """What within the period is counted differently than before."""
    platforms = {post.platform for post in posts}
    within = [said for (platform, _), (day, said) in BREAKS.items() if platform in platforms and start.date() < day <= end.date()]
    return tuple(within)


def ranking(rivals: Sequence[Rival]) -> list[Ranked]:
    """Ministries by the mean of their places in network reach, vocality and message efficiency; equal figures share a place.
    Whoever lacks one of the three has no mean, and comes last: a single good figure must not win."""
    places = {name: _places([getattr(one, name) for one in rivals]) for name in ("followers", "vocality", "efficiency")}
    rows = []
    for number, rival in enumerate(rivals):
        own = {name: found[number] for name, found in places.items()}
        known = [place for place in own.values() if place is not None]
        rows.append(Ranked(rival=rival, places=own, mean=mean(known) if len(known) == len(own) else None))
    return sorted(rows, key=lambda one: (one.mean is None, one.mean or 0.0, one.rival.name))


def _places(values: Sequence[float | None]) -> list[int | None]:
    known = sorted((value for value in values if value is not None), reverse=True)
    return [None if value is None else known.index(value) + 1 for value in values]


def _plus(before: int | None, more: int | None) -> int | None:
    return more if before is None else before if more is None else before + more


def over_time(audiences: Sequence[Audience], start: datetime, end: datetime, points: int = 13) -> list[tuple[datetime, int, int]]:
    """(moment, followers together, accounts that are counted in it) at equal distances: each account as it was last counted by
    then. Before the first count of any there is nothing."""
    found = []
    for number in range(points):
        at = start + (end - start) * number / (points - 1)
        last = [max((one for one in each.series if one[0] <= at), default=None) for each in audiences]
        known = [one[1] for one in last if one is not None]
        if known:
            found.append((at, sum(known), len(known)))
    return found
