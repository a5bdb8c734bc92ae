"""Campaigns as the store keeps them, and deliveries since a moment, on both databases."""

from dataclasses import replace

from ministry_social.model.campaign import CampaignRecord, WaveRecord
from ministry_social.model.delivery import State
from ministry_social.store import SqlStore

from .conftest import MINUTE, NOON, planned, put

WAVE = WaveRecord(
    number=1, message="grain", wave=1, release="a" * 64, first=NOON, last=NOON, wordings={"mfa": 1}, kinds={"mfa": "text"}, cost=15,
)  # fmt: skip
RECORD = CampaignRecord(
    id="again", goal="80 %", source="b" * 64, by="ana", at=NOON, waves=(WAVE,), shortage=("Oslo: nothing left.",)
)


def test_campaigns_are_kept_and_say_when_they_were_stopped(store: SqlStore) -> None:
    other = replace(RECORD, id="a" * 80, goal="émotion")
    with store.begin() as tx:
        assert tx.campaigns() == ()
        first = tx.keep_campaign(RECORD)
        tx.keep_campaign(other)
        assert tx.campaigns() == (other, RECORD)
    stopped = replace(RECORD, stopped_at=NOON + MINUTE, stopped_by="ben", reason="signed")
    with store.begin() as tx:
        assert tx.keep_campaign(stopped) == first, "what was put in force stays what it was"
    with store.read() as reading:
        assert reading.campaigns() == (other, stopped)


def test_deliveries_since_a_moment_are_those_sent_or_else_due_then(store: SqlStore) -> None:
    with store.begin() as tx:
        put(tx, planned("oslo", due_at=NOON - MINUTE))
        put(tx, planned("bern"))
        put(tx, planned("lima", due_at=NOON - 2 * MINUTE), State.PUBLISHED, sent_at=NOON)
        put(tx, planned("cairo"), State.PUBLISHED, sent_at=NOON - MINUTE)
        put(tx, planned("delhi", due_at=NOON + MINUTE))
    with store.read() as reading:
        assert [one.account for one in reading.deliveries(since=NOON)] == ["bern", "delhi", "lima"]
        assert [one.account for one in reading.deliveries(since=NOON, states=(State.PUBLISHED,))] == ["lima"]
        assert reading.deliveries(since=NOON, keys=["grain/1/oslo/post"]) == ()
