"""Pacing: how often an account, an app and a post may be used."""

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.model.delivery import Slot
from ministry_social.model.variant import Kind
from ministry_social.rules.pacing import Pace, closed, filled, paces, take
from tests.factories import NOW, account, channel, mfa, page

PACE = Pace(key="x/account/1", limit=3, window=timedelta(minutes=15))


class TestPaces:
    def keys(self, *found: Pace) -> dict[str, tuple[int, timedelta]]:
        return {pace.key: (pace.limit, pace.window) for pace in found}

    @pytest.mark.parametrize("kind", [Kind.ORIGINAL, Kind.TRANSLATION, Kind.LOCAL])
    def test_a_post_on_x_counts_for_its_account_and_for_the_app(self, kind: Kind) -> None:
        expected = {"x/account/184": (100, timedelta(minutes=15)), "x/app": (10_000, timedelta(hours=24))}
        assert self.keys(*paces(mfa(id="184"), kind)) == expected

    def test_a_repost_has_a_pace_of_its_own_and_one_with_all_that_repeat_the_same_post(self) -> None:
        found = paces(mfa(id="184"), Kind.REPOST, original="grain/1/mfa/post", repost_gap=timedelta(minutes=10))
        assert self.keys(*found) == {
            "x/account/184/repost": (50, timedelta(minutes=15)),
            "x/app": (10_000, timedelta(hours=24)),
            "repost/grain/1/mfa/post": (1, timedelta(minutes=10)),
        }

    def test_a_page_posts_once_a_minute_on_average(self) -> None:
        assert self.keys(*paces(page(id="7"), Kind.PAGE_POST)) == {
            "facebook/page/7": (60, timedelta(hours=1)),
            "facebook/app": (200, timedelta(hours=1)),
        }

    def test_all_channels_share_one_project(self) -> None:
        assert self.keys(*paces(channel(id="UC1"), Kind.VIDEO)) == {
            "youtube/channel/UC1": (50, timedelta(hours=24)),
            "youtube/project": (50, timedelta(hours=24)),
        }

    def test_another_platform_has_none_yet(self) -> None:
        assert paces(account(platform="mastodon"), Kind.LOCAL) == ()


class TestFilled:
    def test_what_the_platform_says_of_an_account_fills_its_own_slots_only(self) -> None:
        found = filled(paces(mfa(id="184"), Kind.LOCAL), False, NOW)
        assert found == (Slot(key="x/account/184", next_at=NOW, left=0),)

    def test_what_it_says_of_the_app_fills_the_slot_that_all_accounts_share(self) -> None:
        found = filled(paces(mfa(id="184"), Kind.LOCAL), True, NOW)
        assert found == (Slot(key="x/app", next_at=NOW, left=0),)

    def test_the_gap_between_reposts_is_ours_and_no_platform_fills_it(self) -> None:
        gap = paces(mfa(id="184"), Kind.REPOST, original="grain/1/mfa/post", repost_gap=timedelta(minutes=10))
        assert [slot.key for slot in filled(gap, False, NOW)] == ["x/account/184/repost"]

    def test_a_slot_is_closed_until_its_time(self) -> None:
        full = {PACE.key: Slot(key=PACE.key, next_at=NOW + timedelta(minutes=1), left=0)}
        assert closed([PACE], full, NOW) == full[PACE.key]
        assert closed([PACE], full, NOW + timedelta(minutes=1)) is None
        assert closed([PACE], {}, NOW) is None


class TestTake:
    def test_the_first_use_opens_a_window(self) -> None:
        assert take(PACE, None, NOW) == Slot(key="x/account/1", next_at=NOW + PACE.window, left=2)

    def test_each_further_use_leaves_one_less_in_the_same_window(self) -> None:
        slot = Slot(key=PACE.key, next_at=NOW + timedelta(minutes=5), left=2)
        assert take(PACE, slot, NOW) == Slot(key=PACE.key, next_at=slot.next_at, left=1)

    def test_when_nothing_is_left_there_is_none_until_the_window_ends(self) -> None:
        used = Slot(key=PACE.key, next_at=NOW + timedelta(minutes=5), left=0)
        assert take(PACE, used, NOW) is None
        assert take(PACE, used, used.next_at - timedelta(milliseconds=1)) is None
        assert take(PACE, used, used.next_at) == Slot(key=PACE.key, next_at=used.next_at + PACE.window, left=2)

    @given(st.lists(st.integers(0, 600), min_size=1, max_size=40))
    def test_never_more_than_the_limit_in_one_window(self, waits: list[int]) -> None:
        slot: Slot | None = None
        now, uses = NOW, dict[datetime, int]()
        for seconds in waits:
            now += timedelta(seconds=seconds)
            taken = take(PACE, slot, now)
            if taken is None:
                assert slot is not None
                assert slot.left == 0
                assert now < slot.next_at
            else:
                slot = taken
                uses[slot.next_at] = uses.get(slot.next_at, 0) + 1
        assert max(uses.values()) <= PACE.limit
