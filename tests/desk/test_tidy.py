"""Tidying: nothing due is forgotten silently, and nothing waits for what will never come."""

import json
from dataclasses import replace

import pytest

from ministry_social.errors import OutcomeUnknown, Rejected, Unreachable
from ministry_social.model.delivery import State
from ministry_social.model.variant import Kind, Reference

from .bench import HOUR, MINUTE, NOON, Bench, account, attachment, says, video, with_video


def test_what_is_stale_is_missed_and_says_why(bench: Bench) -> None:
    bench.plan(says("oslo"))
    bench.clock.pass_by(12 * HOUR)
    [missed] = bench.tidy()
    assert (missed.state, bench.events("oslo")[-1]) == (State.MISSED, "missed")
    assert missed.error == "Not sent, because it was worth nothing any more. It could not go out in time."
    assert bench.send() == []


def test_what_could_not_be_reached_in_time_is_missed_with_that_reason(bench: Bench) -> None:
    bench.plan(says("oslo"))
    bench.stage.next.append(Unreachable("X could not be reached."))
    bench.send()
    bench.clock.pass_by(12 * HOUR)
    assert "X could not be reached." in bench.tidy()[0].error


def test_what_waited_for_another_in_doubt_is_missed_with_that_reason(bench: Bench) -> None:
    bench.plan(video(), with_video("oslo"))
    bench.plan(says("channel", platform="youtube"), message="wheat")
    bench.prepare()
    bench.stage.next.append(OutcomeUnknown("Lost."))
    bench.send()
    bench.clock.pass_by(12 * HOUR)
    bench.tidy()
    assert bench.delivery("channel", part="video").state is State.UNKNOWN
    assert bench.delivery("oslo").error.endswith("It waited for the video of channel.")
    assert bench.delivery("channel", message="wheat").error.endswith("Another post of its account was being checked.")


def test_what_was_never_prepared_is_missed_with_that_reason(bench: Bench) -> None:
    bench.plan(says("oslo", attachments=(attachment(),)))
    bench.clock.pass_by(12 * HOUR)
    assert bench.tidy()[0].error.endswith("Its media were not ready.")


@pytest.mark.parametrize("settled", [State.FAILED, State.MISSED])
def test_what_waited_in_vain_is_called_off_with_that_reason(bench: Bench, settled: State) -> None:
    bench.plan(video(), with_video("oslo"))
    bench.prepare()
    bench.stage.next.append(Rejected("Not a video."))
    bench.send()
    if settled is State.MISSED:
        bench.change("UPDATE delivery SET state = 'missed' WHERE account = 'channel'")
    [gone] = bench.tidy()
    words = {State.FAILED: "has failed", State.MISSED: "was missed"}
    assert (gone.state, gone.error) == (State.CANCELLED, f"It waited for channel's video, which {words[settled]}.")
    assert bench.story("oslo")[-1]["facts"] == {"needed": "grain/1/channel/video", "state": settled.value}
    assert bench.tidy() == []


def test_calling_off_goes_on_down_the_line(bench: Bench) -> None:
    original = Reference(delivery="grain/1/mfa/post", field="id", shape="x-id")
    repost = replace(says("oslo", kind=Kind.REPOST)[1], of=original)
    bench.plan(video(), with_video("mfa"), (account("oslo"), repost))
    bench.stage.next_preparing.append(Rejected("Not a video."))
    bench.prepare()
    bench.tidy()
    bench.tidy()
    assert bench.delivery("oslo").error == "It waited for mfa's post, which was called off."


def test_where_the_message_says_so_the_post_goes_without_the_video(bench: Bench) -> None:
    bench.plan(video(), with_video("oslo", otherwise="Read it here."))
    bench.stage.next_preparing.append(Rejected("Not a video."))
    bench.prepare()
    [changed] = bench.tidy()
    assert (changed.state, changed.waits_for, changed.otherwise) == (State.PLANNED, (), "")
    assert bench.tidy() == []  # it waits for nothing any more, so it does not wait in vain either
    [sent] = bench.send()
    assert sent.state is State.PUBLISHED
    assert json.loads(bench.stage.published[-1].payload.body)["text"] == "Read it here."
    assert bench.events("oslo") == ["planned", "without-video", "started", "accepted"]


def test_while_the_video_is_in_doubt_the_post_waits(bench: Bench) -> None:
    bench.plan(video(), with_video("oslo", otherwise="Read it here."))
    bench.prepare()
    bench.stage.next.append(OutcomeUnknown("Lost."))
    bench.send()
    bench.clock.pass_by(HOUR)
    assert bench.tidy() == []
    assert bench.send() == []
    assert bench.delivery("oslo").due_at == NOON


def test_a_delivery_that_is_not_late_is_left_alone(bench: Bench) -> None:
    bench.plan(says("oslo"))
    bench.clock.pass_by(12 * HOUR - MINUTE)
    assert bench.tidy() == []
