"""Figures through the real client libraries, against the rehearsal: what each platform tells, and what it does not."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from ministry_social.errors import Rejected, Throttled, Unauthorized
from ministry_social.model.account import Credential
from ministry_social.model.delivery import PostRef
from ministry_social.model.figures import AccountFigures, PostFigures, told
from ministry_social.platforms.facebook.figures import FacebookFigures
from ministry_social.platforms.x.figures import XFigures
from ministry_social.platforms.youtube.figures import YouTubeFigures
from ministry_social.ports import Figures
from ministry_social.rehearsal.facebook import tokens
from tests.conftest import Rehearsal

from .bench import AMPLE, Bench

MakeBench = Callable[[str], Bench]
MAKERS: Mapping[str, Callable[[Bench], Figures]] = {
    "x": lambda bench: XFigures(bench.wire),
    "facebook": lambda bench: FacebookFigures(bench.wire, clock=bench.clock),
    "youtube": lambda bench: YouTubeFigures(bench.wire, clock=bench.clock, renew=bench.platform.renew),
}
# What each platform tells of a post with a picture or a video, and of an account.
POST = {
    "x": {"likes", "reposts", "replies", "quotes", "saves", "views"},
    "facebook": {"likes", "reposts", "replies", "views", "viewers", "clicks"},
    "youtube": {"likes", "replies", "views"},
}
ACCOUNT = {
    "x": {"followers", "following", "posts"},
    "facebook": {"followers", "views", "viewers"},
    "youtube": {"followers", "posts", "views"},
}


def publish(bench: Bench) -> PostRef:
    """Put the bench's message out; time enough passes for YouTube to process it."""
    payload = bench.platform.render(bench.account, bench.variant)
    nothing = {"keep": lambda _: None, "report": lambda *_: None}
    prepared = bench.platform.prepare(bench.account, bench.credential, payload, None, **nothing)
    bench.clock.pass_by(timedelta(seconds=10))
    done = bench.platform.publish(bench.account, bench.credential, payload, prepared, key="grain", deadline=AMPLE)
    return done.post


def of(bench: Bench, *posts: PostRef) -> Mapping[PostRef, PostFigures]:
    return MAKERS[bench.name](bench).of_posts(bench.account, bench.credential, posts)


def of_account(bench: Bench) -> AccountFigures:
    return MAKERS[bench.name](bench).of_account(bench.account, bench.credential)


@pytest.mark.parametrize("name", MAKERS)
def test_what_a_platform_tells_grows_and_what_it_does_not_is_none(make_bench: MakeBench, name: str) -> None:
    bench = make_bench(name)
    post = publish(bench)
    early = of(bench, post)[post]
    bench.clock.pass_by(timedelta(days=2))
    later = of(bench, post)[post]
    assert set(told(early)) == set(told(later)) == POST[name]
    assert (later.views or 0) > 100 > (early.views or 0)
    assert all(value >= told(early)[figure] for figure, value in told(later).items())
    assert set(told(of_account(bench))) == ACCOUNT[name]


@pytest.mark.parametrize("name", MAKERS)
def test_a_post_that_is_gone_is_left_out_and_the_others_are_not(make_bench: MakeBench, name: str) -> None:
    bench = make_bench(name)
    post = publish(bench)
    gone = PostRef(kind=post.kind, id={"x": "12345", "facebook": f"{bench.account.id}_1", "youtube": "AAAAAAAAAAA"}[name])
    assert set(of(bench, gone, post)) == {post}
    assert of(bench, gone) == {}


def test_the_figures_of_a_video_on_facebook_are_those_of_its_post(make_bench: MakeBench, mp4: bytes) -> None:
    bench = make_bench("facebook")
    shelf = bench.platform._media  # type: ignore[attr-defined]  # the bench's own shelf
    video = replace(bench, variant=replace(bench.variant, attachments=(shelf.attach("minister.mp4", mp4, "video/mp4"),)))
    post = publish(video)
    assert "_" not in post.id
    assert set(told(of(video, post)[post])) == POST["facebook"]


def test_without_the_permission_for_insights_facebook_tells_the_rest(make_bench: MakeBench, rehearsal: Rehearsal) -> None:
    bench = make_bench("facebook")
    post = publish(bench)
    scoped = scoped_bench(bench, rehearsal)
    assert set(told(of(scoped, post)[post])) == {"likes", "reposts", "replies"}
    assert set(told(of_account(scoped))) == {"followers"}


def scoped_bench(bench: Bench, rehearsal: Rehearsal) -> Bench:
    """The bench with a token that was given no insights."""
    system = tokens.system_token(
        rehearsal.world, scopes=("pages_show_list", "pages_read_engagement", "pages_manage_posts"), pages=(bench.account.id,)
    )
    page = rehearsal.world.profile("facebook", bench.account.id)
    assert page is not None
    token = tokens.page_token(rehearsal.world, system, page)
    return replace(bench, credential=Credential({"page_id": bench.account.id, "access_token": str(token)}))


@pytest.mark.parametrize("name", ["x", "youtube"])
def test_what_everybody_sees_of_others_is_told(make_bench: MakeBench, rehearsal: Rehearsal, name: str) -> None:
    bench = make_bench(name)
    rehearsal.enrol(name, "4711" if name == "x" else "UC" + "q" * 22, "another", "another_mfa")
    figures = MAKERS[name](bench)
    assert figures.of_other(bench.account, bench.credential, "another_mfa").followers
    with pytest.raises(Rejected) as refused:
        figures.of_other(bench.account, bench.credential, "nobody_at_all")
    assert refused.value.code in ("no-account", "resource-not-found")


def test_other_pages_are_not_for_us(make_bench: MakeBench) -> None:
    bench = make_bench("facebook")
    with pytest.raises(Rejected) as refused:
        MAKERS["facebook"](bench).of_other(bench.account, bench.credential, "mfa")
    assert refused.value.code == "not-for-others"


@pytest.mark.parametrize("name", MAKERS)
@pytest.mark.parametrize(("kind", "error"), [("throttled", Throttled), ("expired-token", Unauthorized)])
def test_a_refusal_is_one_of_our_errors(make_bench: MakeBench, rehearsal: Rehearsal, name: str, kind: str, error: type) -> None:
    bench = make_bench(name)
    rehearsal.fault(kind, name, action="read")
    with pytest.raises(error):
        of(bench, PostRef(kind="post", id="1"))
