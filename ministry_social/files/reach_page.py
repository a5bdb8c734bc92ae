"""The page of a reach report: what was reached, in words, plots and tables."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from ..model.reach import Audience, Form, Goal, Measures, Ranked, Wave
from ..rules.reach import over_time
from ..rules.saying import change, decimal, share, whole
from . import plots
from .pages import Section, Table, page

_SHOWN = 20  # bars of a plot; the table has them all
PLATFORMS = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}
TITLES = (
    "accounts", "posts", "with figures", "followers", "growth", "posts per account and day", "interactions", "per post", "views",
    "pictures or video", "languages", "as if", "replied to", "momentum",
)  # fmt: skip


def cells(row: Measures) -> list[str]:
    """A row of the great table, under `TITLES`."""
    return [
        whole(row.accounts), whole(row.posts), whole(row.counted), whole(row.reach), change(row.growth), decimal(row.vocality, 2),
        whole(row.interactions), decimal(row.efficiency), whole(row.views), share(row.proficiency), whole(row.languages),
        decimal(row.diversity), share(row.response), change(row.momentum),
    ]  # fmt: skip


def reach_page(
    *,
    title: str,
    by: str,
    start: datetime,
    end: datetime,
    all: Measures,
    rows: Sequence[Measures],
    waves: Sequence[Wave],
    goal: Goal | None,
    audiences: Sequence[Audience],
    remarks: Sequence[str],
    ranking: Sequence[Ranked],
    made: datetime,
) -> str:
    """The page, whole."""
    sections = [
        *_waves(waves, goal),
        _efficiency(by, rows),
        *_followers(audiences, start, end),
        _forms(all.forms),
        Section(name="measures", title=f"All measures by {by}", table=_measures(by, rows, all)),
        *_ranking(ranking),
    ]
    return page(title=title, lead=(*lead(all, start, end), *remarks), sections=sections, foot=_foot(made))


def lead(whole_: Measures, start: datetime, end: datetime) -> tuple[str, ...]:
    """What it comes to, in a few sentences."""
    last = end - timedelta(microseconds=1)
    period = f"{start:%-d %B %Y} to {last:%-d %B %Y} (UTC)"
    said = (
        f"{period}: {whole(whole_.posts)} posts of {whole(whole_.accounts)} accounts; there are figures of {whole(whole_.counted)}."
    )
    reach = f"{whole(whole_.reach)} followers of the {whole(whole_.known)} accounts whose followers were counted."
    acts = f"{whole(whole_.interactions)} interactions, {decimal(whole_.efficiency)} per post; {whole(whole_.views)} views."
    return said, f"{reach} {acts}"


def goal_said(goal: Goal) -> str:
    """What became of the goal, in a sentence."""
    if goal.number is None:
        return f"Goal: {goal.text} It names no number that is measured here: judge it by what follows."
    names = {"views": "views", "interactions": "interactions", "addressed": "followers"}
    reached = f"{whole(goal.reached)} of {whole(goal.number)} {names[goal.measure]}"
    return (
        f"Goal: {goal.text} Reached: {reached} ({share(goal.share)})."
        if goal.reached is not None
        else (f"Goal: {goal.text} No {names[goal.measure]} are known.")
    )


def _waves(waves: Sequence[Wave], goal: Goal | None) -> list[Section]:
    if not waves:
        return []
    labels = [f"{one.message} {one.wave}" if len({w.message for w in waves}) > 1 else f"wave {one.wave}" for one in waves]
    by_wave = [(label, float(one.views)) for label, one in zip(labels, waves, strict=True) if one.views is not None]
    table = Table(
        caption="Each wave, and all up to it",
        titles=("wave", "first post (UTC)", "posts", "with figures", "followers addressed", "views", "interactions", "views so far",
                "interactions so far"),
        rows=[
            [label, f"{one.at:%Y-%m-%d %H:%M}", whole(one.posts), whole(one.counted), whole(one.addressed), whole(one.views),
             whole(one.interactions), whole(one.views_so_far), whole(one.interactions_so_far)]
            for label, one in zip(labels, waves, strict=True)
        ],
    )  # fmt: skip
    described = "Views of the posts of each wave. " + "; ".join(f"{label}: {whole(int(many))}" for label, many in by_wave[:_SHOWN])
    plot = plots.bars("waves", "Views by wave", described, by_wave[:_SHOWN], "{:,.0f}") if by_wave else ""
    said = (goal_said(goal),) if goal is not None else ()
    return [Section(name="waves", title="Did it get across?", said=said, plot=plot, table=table)]


def _efficiency(by: str, rows: Sequence[Measures]) -> Section:
    known = sorted((row for row in rows if row.efficiency is not None), key=lambda row: (-(row.efficiency or 0), row.name))
    shown = [(row.name, row.efficiency or 0.0) for row in known[:_SHOWN]]
    said = [f"The first {_SHOWN} of {len(known)}; the table has all."] if len(known) > _SHOWN else []
    described = f"Interactions per post by {by}, the highest first: " + "; ".join(f"{name} {decimal(many)}" for name, many in shown)
    return Section(
        name="efficiency", title=f"Interactions per post by {by}", said=said,
        plot=plots.bars("efficiency", f"Interactions per post by {by}", described, shown) if shown else "",
        table=Table(
            caption="Likes, reposts, replies and quotes together, divided by the posts that there are figures of",
            titles=(by, "interactions per post", "posts", "with figures"),
            rows=[[row.name, decimal(row.efficiency), whole(row.posts), whole(row.counted)] for row in known],
        ),
    )  # fmt: skip


def _followers(audiences: Sequence[Audience], start: datetime, end: datetime) -> list[Section]:
    by_platform = {platform: [one for one in audiences if one.platform == platform] for platform in PLATFORMS}
    series = {platform: over_time(theirs, start, end) for platform, theirs in by_platform.items()}
    moments = sorted({at for points in series.values() for at, _, _ in points})
    if not moments:
        return []
    shown = {platform: {at: (many, of) for at, many, of in points} for platform, points in series.items() if points}
    drawn = [
        (PLATFORMS[platform], [float(found[at][0]) if at in found else None for at in moments]) for platform, found in shown.items()
    ]
    form = "%Y-%m-%d" if end - start > timedelta(days=len(moments)) else "%Y-%m-%d %H:%M"
    labels = [f"{at:{form}}" for at in moments]
    rows = [
        [label] + [cell for found in shown.values() for cell in _counted(found.get(at))]
        for label, at in zip(labels, moments, strict=True)
    ]
    titles = ["until"] + [title for platform in shown for title in (f"{PLATFORMS[platform]}: followers", "accounts counted")]
    return [
        Section(
            name="followers", title="Followers over time",
            said=["Each account as it was last counted, each platform on its own scale. Whoever follows two counts twice."],
            plot="".join(
                plots.lines(
                    f"followers-{number}", f"Followers on {platform}",
                    f"Followers of all accounts on {platform} together. From {_ends(values)}.", labels, [(platform, values)],
                )
                for number, (platform, values) in enumerate(drawn)
            ),
            table=Table(caption="Followers, and of how many accounts", titles=titles, rows=rows),
        )
    ]  # fmt: skip


def _ends(values: Sequence[float | None]) -> str:
    """The first and the last that is known."""
    known = [int(value) for value in values if value is not None]
    return f"{whole(known[0])} to {whole(known[-1])}"


def _counted(found: tuple[int, int] | None) -> tuple[str, str]:
    return (whole(None), "0") if found is None else (whole(found[0]), whole(found[1]))


def _forms(forms: Sequence[Form]) -> Section:
    shown = [(one.name, one.efficiency) for one in forms if one.efficiency is not None]
    described = "Interactions per post of each form: " + "; ".join(f"{name} {decimal(many)}" for name, many in shown)
    return Section(
        name="forms", title="What goes with a post",
        plot=plots.bars("forms", "Interactions per post by form", described, shown) if shown else "",
        table=Table(
            caption="Posts by what they carry", titles=("form", "posts", "with figures", "interactions per post"),
            rows=[[one.name, whole(one.posts), whole(one.counted), decimal(one.efficiency)] for one in forms],
        ),
    )  # fmt: skip


def _measures(by: str, rows: Sequence[Measures], together: Measures) -> Table:
    return Table(
        caption="Each measure is defined in docs/reach.md. – means that it cannot be said.",
        titles=(by, *TITLES),
        rows=[[row.name, *cells(row)] for row in rows] + [["together", *cells(together)]],
    )


def _ranking(ranking: Sequence[Ranked]) -> list[Section]:
    if not ranking:
        return []
    rows = [
        [one.rival.name, decimal(one.mean), whole(one.rival.followers), whole(one.places["followers"]),
         decimal(one.rival.vocality, 2), whole(one.places["vocality"]), decimal(one.rival.efficiency),
         whole(one.places["efficiency"])]
        for one in ranking
    ]  # fmt: skip
    titles = (
        "ministry",
        "mean place",
        "followers",
        "place",
        "posts per account and day",
        "place",
        "interactions per post",
        "place",
    )
    table = Table(caption="By the mean of the three places; without a mean where one is not known", titles=titles, rows=rows)
    return [Section(name="ranking", title="Among other ministries", table=table)]


def _foot(made: datetime) -> str:
    return (
        f"Made {made:%-d %B %Y, %H:%M} UTC. The figures are those of the platforms, as they were last read; nothing is estimated."
    )
