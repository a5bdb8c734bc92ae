"""What was reached, of what really went out through the desk."""

from datetime import timedelta

from ministry_social.desk.reach import Question, report
from ministry_social.model.campaign import CampaignRecord, WaveRecord
from ministry_social.model.figures import Figure

from .bench import NOON, Bench, says

END = NOON + timedelta(days=2)


def spoken(bench: Bench) -> None:
    """Two accounts have said it, one of them is read; it was wave 1 of the campaign `climate`."""
    bench.plan(says("oslo"), says("bern"))
    bench.send()
    wave = WaveRecord(number=1, message="grain", wave=1, release="r", first=NOON, last=NOON, wordings={}, kinds={}, cost=0)
    record = CampaignRecord(id="climate", goal="200 views", source="0" * 64, by="ana", at=NOON, waves=(wave,))
    post = bench.delivery("oslo").remote_id
    rows = {"likes": 4, "views": 50, "replies": 0}
    with bench.store.begin() as tx:
        tx.keep_campaign(record)
        at = NOON + timedelta(hours=1)
        tx.keep_figures(
            [Figure(account="oslo", post=post, name=name, at=at, value=value) for name, value in rows.items()]
            + [Figure(account="oslo", post="", name="followers", at=at, value=900)]
        )


def test_a_campaign_is_measured_against_its_goal(bench: Bench) -> None:
    spoken(bench)
    with bench.store.read() as reading:
        found = report(reading, bench.accounts, Question(end=END, by="message", campaign="climate"))
    assert found.start == NOON, "from its first wave on"
    assert found.goal is not None
    assert (found.goal.reached, found.goal.share) == (50, 0.25)
    assert [(row.name, row.posts, row.counted, row.interactions) for row in found.rows] == [("grain", 2, 1, 4)]
    [wave] = found.waves
    assert (wave.posts, wave.views, wave.addressed) == (2, 50, 900)
    assert (found.whole.accounts, found.whole.known, found.whole.reach) == (2, 1, 900)


def test_one_account_alone(bench: Bench) -> None:
    spoken(bench)
    with bench.store.read() as reading:
        found = report(reading, bench.accounts, Question(end=END, account="bern"))
    assert [(row.name, row.posts, row.counted, row.reach) for row in found.rows] == [("bern", 1, 0, None)]


def test_a_post_of_an_account_that_is_gone_from_the_list_counts_all_the_same(bench: Bench) -> None:
    spoken(bench)
    with bench.store.read() as reading:
        found = report(reading, {}, Question(end=END))
    assert [(row.name, row.interactions) for row in found.rows] == [("bern", None), ("oslo", 4)]
