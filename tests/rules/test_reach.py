"""What is measured, on a handful of posts that can be counted by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ministry_social.model.reach import Audience, Rival, Spoken
from ministry_social.rules.reach import (
    breaks,
    diversity,
    goal,
    grouped,
    growth,
    interactions,
    measured,
    momentum,
    over_time,
    ranking,
    response,
    waves,
)  # fmt: skip
from ministry_social.rules.saying import change, decimal, share, whole

START = datetime(2026, 11, 1, tzinfo=UTC)
END = START + timedelta(days=10)


def post(account: str = "paris", *, day: float = 1, **more: Any) -> Spoken:
    values: dict[str, Any] = {
        "mission": account, "country": "FR", "platform": "x", "language": "fr", "message": "grain", "wave": 1, "campaign": "",
        "form": "text", "figures": {},
    }  # fmt: skip
    return Spoken(account=account, at=START + timedelta(days=day), **values | more)


def audience(account: str = "paris", *counts: int, platform: str = "x") -> Audience:
    series = tuple((START + timedelta(days=number), count) for number, count in enumerate(counts))
    return Audience(account=account, mission=account, country="FR", platform=platform, series=series)


def test_interactions_are_what_everybody_sees_and_clicks_and_saves_are_none() -> None:
    assert interactions({"likes": 3, "reposts": 2, "replies": 1, "quotes": 4, "saves": 50, "clicks": 60, "views": 900}) == 10


def test_a_post_without_figures_is_not_one_with_none() -> None:
    assert interactions({}) is None
    assert interactions({"views": 9}) is None
    assert interactions({"likes": 0}) == 0
    row = measured("all", [post(), post(figures={"likes": 8})], [], START, END, accounts=1)
    assert (row.posts, row.counted, row.interactions, row.efficiency) == (2, 1, 8, 8.0)


def test_where_nothing_is_known_nothing_is_said() -> None:
    row = measured("all", [], [audience()], START, END, accounts=1)
    assert (row.reach, row.growth, row.efficiency, row.views, row.proficiency, row.diversity, row.response, row.momentum) == (
        None,
    ) * 8
    assert (row.posts, row.known, row.vocality) == (0, 0, 0.0)
    assert [whole(None), decimal(None), share(None), change(None)] == ["–"] * 4


def test_growth_is_that_of_accounts_counted_twice() -> None:
    assert growth([audience("paris", 100, 110), audience("rome", 900, 900), audience("oslo", 5)]) == pytest.approx(0.01)
    assert growth([audience("paris", 0, 5)]) is None


def test_vocality_counts_posts_of_an_account_in_a_day() -> None:
    row = measured("all", [post() for _ in range(40)], [], START, END, accounts=2)
    assert row.vocality == 2.0


def test_proficiency_is_the_share_of_pictures_and_videos_among_own_posts() -> None:
    posts = [post(form=form) for form in ("text", "link", "picture", "video", "repost")]
    row = measured("all", posts, [], START, END, accounts=1)
    assert row.proficiency == 0.5
    assert [one.name for one in row.forms] == ["text", "link", "picture", "video", "repost"]


def test_languages_that_are_spoken_equally_often_count_whole() -> None:
    assert diversity({"fr": 5, "en": 5, "ar": 5}) == pytest.approx(3.0)
    assert diversity({"fr": 15}) == pytest.approx(1.0)
    assert 1.0 < (diversity({"fr": 99, "en": 1}) or 0) < 1.1


def test_response_is_the_share_of_posts_that_somebody_replied_to() -> None:
    assert response([post(figures={"replies": 2}), post(figures={"replies": 0}), post(figures={"likes": 7})]) == 0.5


def test_momentum_compares_the_halves_of_the_period() -> None:
    posts = [post(day=1, figures={"likes": 10}), post(day=9, figures={"likes": 15}), post(day=8)]
    assert momentum(posts, START, END) == pytest.approx(0.5)
    assert momentum(posts[:1], START, END) is None


def test_a_mission_that_said_nothing_has_a_row_and_a_language_that_nobody_spoke_has_none() -> None:
    audiences = [audience("paris", 100), audience("rome", 50)]
    rows = grouped("mission", [post()], audiences, START, END)
    assert [(row.name, row.posts, row.reach) for row in rows] == [("paris", 1, 100), ("rome", 0, 50)]
    assert [row.name for row in grouped("language", [post()], audiences, START, END)] == ["fr"]


def test_a_campaign_is_no_row_for_posts_of_none() -> None:
    assert [row.name for row in grouped("campaign", [post(), post(campaign="climate")], [], START, END)] == ["climate"]


def test_waves_go_on_from_one_another_and_none_makes_up_for_what_is_not_known() -> None:
    posts = [
        post(wave=1, figures={"views": 100, "likes": 5}),
        post("rome", wave=2, day=3),
        post(wave=3, day=5, figures={"views": 50, "likes": 1}),
        post(message="another", figures={"views": 7}),
    ]
    found = waves(posts, [audience("paris", 900)])
    assert [(one.message, one.wave, one.views, one.views_so_far) for one in found] == [
        ("another", 1, 7, 7), ("grain", 1, 100, 100), ("grain", 2, None, 100), ("grain", 3, 50, 150),
    ]  # fmt: skip
    assert [one.addressed for one in found] == [900, 900, None, 900]


@pytest.mark.parametrize(
    ("text", "measure", "number"),
    [
        ("100000", "views", 100_000),
        ("100,000 views", "views", 100_000),
        ("Reach 2 million impressions in Africa", "views", 2_000_000),
        ("5k interactions", "interactions", 5_000),
        ("Speak to 250 000 followers", "addressed", 250_000),
        ("Make the corridor known", "", None),
        ("Win over 3 ministers", "", None),
        ("Between 100 and 200 views", "", None),
        ("50 % more views", "", None),
        ("Before 2027", "", None),
    ],
)
def test_a_goal_is_measured_where_it_names_one_number_of_something_that_is(text: str, measure: str, number: int | None) -> None:
    found = goal(text, [post(figures={"views": 25, "likes": 2})], [audience("paris", 10)])
    assert (found.measure, found.number) == (measure, number)
    assert found.reached == {"views": 25, "interactions": 2, "addressed": 10, "": None}[measure]


def test_what_a_platform_counts_differently_since_then_is_said() -> None:
    summer = datetime(2026, 7, 1, tzinfo=UTC)
    assert breaks([post(platform="youtube")], summer, END)
    assert not breaks([post(platform="youtube")], START, END)
    assert not breaks([post()], summer, END)


def test_followers_over_time_are_those_last_counted_by_then() -> None:
    found = over_time([audience("paris", 10, 20, 30), audience("rome")], START, START + timedelta(days=4), points=5)
    assert [(many, of) for _, many, of in found] == [(10, 1), (20, 1), (30, 1), (30, 1), (30, 1)]
    assert over_time([audience("rome")], START, END) == []


def test_a_single_good_figure_does_not_win_a_ranking() -> None:
    ours = Rival(name="Tavoria", followers=50, vocality=1.0, efficiency=9.0)
    found = ranking([ours, Rival(name="Atlantis", vocality=7.0), Rival(name="Lemuria", followers=50, vocality=1.0, efficiency=3.0)])
    assert [(one.rival.name, one.places["followers"], one.mean) for one in found] == [
        ("Tavoria", 1, pytest.approx(4 / 3)), ("Lemuria", 1, pytest.approx(5 / 3)), ("Atlantis", None, None),
    ]  # fmt: skip


def test_a_change_of_nothing_has_no_sign_of_less() -> None:
    assert change(-0.0001) == "+0.0\u00a0%"
