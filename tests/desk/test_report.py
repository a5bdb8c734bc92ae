"""Reporting: what stands where, in plain words."""

from ministry_social.desk import report
from ministry_social.errors import OutcomeUnknown
from ministry_social.model.delivery import State

from .bench import HOUR, NOON, Bench, attachment, says, video, with_video


def test_a_row_says_what_a_delivery_waits_for(bench: Bench) -> None:
    bench.plan(video(), with_video("oslo"), says("bern"), says("lima", attachments=(attachment(),)))
    bench.plan(says("bern"), message="wheat")
    bench.plan(says("cairo"), message="rice", at=NOON + HOUR)
    bench.stage.next.append(OutcomeUnknown("Lost."))
    bench.send()
    with bench.store.read() as reading:
        rows = {row["id"]: (row["waits_for"], row["says"]) for row in report.rows(reading, NOON, {})}
    assert rows == {
        "grain/1/bern/post": ("", "being checked"),
        "grain/1/channel/video": ("preparation", "waits for its media"),
        "grain/1/lima/post": ("preparation", "waits for its media"),
        "grain/1/oslo/post": ("delivery grain/1/channel/video", "waits for the video of channel"),
        "rice/1/cairo/post": ("time", "waits for its time"),
        "wheat/1/bern/post": ("account", "waits: another post of this account is being checked"),
    }


def test_a_row_has_what_delivery_list_promises(bench: Bench) -> None:
    bench.plan(says("oslo"))
    bench.send()
    with bench.store.read() as reading:
        [row] = report.rows(reading, NOON, {}, states=(State.PUBLISHED,))
        assert report.payload_of(reading, bench.delivery("oslo"))["text"] == "oslo speaks"
    wanted = "id message wave account platform kind state waits_for attempts due_at sent_at remote_id url error"
    assert set(wanted.split()) <= row.keys()
    assert (row["state"], row["sent_at"], row["remote_id"]) == ("published", "2026-12-01T12:00:00.000Z", "1001")


def test_the_story_of_a_delivery_is_what_the_ledger_holds(bench: Bench) -> None:
    bench.plan(says("oslo"))
    bench.send()
    with bench.store.read() as reading:
        story = report.story(reading, "grain/1/oslo/post")
    assert [(one["event"], one["by"]) for one in story] == [("planned", "ana"), ("started", "engine"), ("accepted", "engine")]
    assert story[0]["position"] < story[1]["position"]
