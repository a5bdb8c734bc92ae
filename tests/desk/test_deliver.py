"""Delivering: say first, then do, then say what came."""

import itertools
import json
from dataclasses import replace
from datetime import timedelta

import pytest

from ministry_social.desk import decide, deliver
from ministry_social.errors import (
    MinistryError,
    OutcomeUnknown,
    OutOfCredit,
    PlatformError,
    Rejected,
    Throttled,
    Unauthorized,
    Unreachable,
)
from ministry_social.model.delivery import Slot, State
from ministry_social.model.variant import Kind, Reference
from ministry_social.rules.retry import WITHOUT_A_WORD

from .bench import HOUR, MINUTE, NOON, VIDEO_URL, Bench, account, attachment, says, video, with_video

SECOND = timedelta(seconds=1)


def test_started_is_on_record_before_the_platform_is_called(bench: Bench) -> None:
    bench.plan(says("oslo"))
    bench.send()
    [call] = bench.stage.published
    assert (call.state, call.events) == ("sending", ("planned", "started"))
    assert bench.events("oslo") == ["planned", "started", "accepted"]


def test_what_was_published_carries_its_receipt(bench: Bench) -> None:
    bench.plan(says("oslo", "Good morning"))
    bench.send()
    sent = bench.delivery("oslo")
    assert (sent.state, sent.remote_id, sent.url) == (State.PUBLISHED, "1001", "https://stage.example.org/oslo/1001")
    assert (sent.sent_at, sent.attempts, sent.error) == (NOON, 1, "")
    facts = bench.story("oslo")[-1]["facts"]
    assert (facts["id"], facts["url"]) == (sent.remote_id, sent.url)
    with bench.store.read() as reading:
        assert reading.blob(facts["answer"]) == b'{"ok":true}'


def test_started_names_the_signed_bytes_and_the_resolved_ones(bench: Bench) -> None:
    bench.plan(video(), with_video("oslo"))
    bench.prepare()
    bench.send()
    bench.send()
    assert json.loads(bench.stage.published[-1].payload.body)["text"] == f"Watch {VIDEO_URL}"
    facts = next(fact["facts"] for fact in bench.story("oslo") if fact["event"] == "started")
    assert facts["payload"] == bench.delivery("oslo").payload != facts["resolved"]
    assert facts["release"] == bench.delivery("oslo").release


@pytest.mark.parametrize(
    ("error", "event", "state", "later", "attempts"),
    [
        (Unreachable("Gone.", code="ConnectTimeout"), "not-sent", State.PLANNED, 2 * SECOND, 1),
        (Throttled("Slow down.", retry_at=NOON + 5 * MINUTE), "throttled", State.PLANNED, 5 * MINUTE, 0),
        (Throttled("Slow down."), "throttled", State.PLANNED, WITHOUT_A_WORD, 0),
        (OutOfCredit("Pay first."), "not-sent", State.PLANNED, timedelta(0), 0),
        (Rejected("Never."), "refused", State.FAILED, timedelta(0), 1),
        (Unauthorized("Who are you?"), "not-sent", State.PLANNED, timedelta(0), 0),
        (OutcomeUnknown("The answer was lost."), "lost", State.UNKNOWN, timedelta(0), 1),
        (RuntimeError("a secret stands here"), "lost", State.UNKNOWN, timedelta(0), 1),
    ],
    ids=["unreachable", "throttled", "throttled-without-a-word", "out-of-credit", "rejected", "unauthorized", "unknown", "bug"],
)
def test_each_error_has_its_event_its_state_and_its_next_time(
    bench: Bench, error: Exception, event: str, state: State, later: timedelta, attempts: int
) -> None:
    bench.plan(says("oslo"))
    bench.stage.next.append(error)
    [settled] = bench.send()
    assert (settled.state, settled.due_at, settled.attempts) == (state, NOON + later, attempts)
    assert bench.events("oslo") == ["planned", "started", event]
    if isinstance(error, PlatformError):
        assert settled.error == str(error)
        assert bench.story("oslo")[-1]["facts"] == {"fence": settled.fence, "code": error.code, "why": error.sentence}
    else:
        assert "secret" not in json.dumps(bench.story("oslo")) + settled.error


def test_what_certainly_did_not_go_out_goes_again_when_its_time_has_come(bench: Bench) -> None:
    bench.plan(says("oslo"))
    bench.stage.next.extend([Unreachable("Gone."), Unreachable("Gone.")])
    assert bench.send()[0].due_at == NOON + 2 * SECOND
    assert bench.send() == []
    bench.clock.pass_by(2 * SECOND)
    assert bench.send()[0].due_at == NOON + 7 * SECOND
    bench.clock.pass_by(5 * SECOND)
    assert bench.send()[0].state is State.PUBLISHED
    assert bench.delivery("oslo").attempts == 3


def test_an_unknown_outcome_is_never_due_again_and_holds_back_its_account_only(bench: Bench) -> None:
    bench.plan(says("oslo"), says("bern"))
    bench.plan(says("oslo"), says("bern"), message="wheat")
    bench.stage.next.append(OutcomeUnknown("The answer was lost."))
    bench.send()
    assert bench.delivery("bern").state is State.UNKNOWN
    bench.clock.pass_by(HOUR)
    bench.send()
    bench.send()
    states = [bench.delivery(name, message=message).state.value for name in ("oslo", "bern") for message in ("grain", "wheat")]
    assert states == ["published", "published", "unknown", "planned"]
    assert len(bench.stage.published) == 3


def test_a_failure_before_the_platform_was_called_is_certainly_not_sent(bench: Bench) -> None:
    bench.plan(says("oslo"))
    sealed = bench.store.file.parent / "vault.sealed"
    sealed.chmod(0o644)
    bench.means = replace(bench.means, vault=type(bench.vault)(bench.vault.backend, "rehearsal"))  # one that remembers nothing
    [settled] = bench.send()
    assert (settled.state, bench.stage.published) == (State.PLANNED, [])
    assert "can be read by others" in settled.error


def test_an_account_without_a_credential_waits_by_name(bench: Bench) -> None:
    bench.plan(says("oslo"))
    bench.means = replace(bench.means, vault=type(bench.vault)(bench.vault.backend, "live"))
    [settled] = bench.send()
    assert (settled.state, bench.stage.published) == (State.PLANNED, [])
    assert "account connect oslo" in settled.error


def test_a_stale_fence_changes_nothing(bench: Bench) -> None:
    bench.plan(says("oslo"))
    [first] = bench.claim()
    bench.settle(deliver.Result(claim=first, at=NOON, error=Unreachable("Gone.")))
    bench.clock.pass_by(MINUTE)
    [second] = bench.claim()
    late = deliver.send(bench.means, first)
    assert bench.settle(late) == []
    assert bench.delivery("oslo").fence == second.delivery.fence
    assert bench.events("oslo") == ["planned", "started", "not-sent", "started"]


def test_a_lease_that_is_over_makes_it_unknown(bench: Bench) -> None:
    bench.plan(says("oslo"))
    bench.claim()
    bench.clock.pass_by(59 * SECOND)
    assert bench.tidy() == []
    bench.clock.pass_by(SECOND)
    [expired] = bench.tidy()
    assert expired.state is State.UNKNOWN
    assert bench.events("oslo")[-1] == "expired"
    bench.clock.pass_by(HOUR)
    assert bench.send() == []


def test_who_was_only_slow_still_says_what_came(bench: Bench) -> None:
    bench.plan(says("oslo"), says("bern"))
    results = [deliver.send(bench.means, one) for one in bench.claim()]
    bench.clock.pass_by(MINUTE)
    bench.tidy()
    assert {now.state for now in bench.settle(*results)} == {State.PUBLISHED}


def test_an_unknown_that_is_told_again_stays_as_it_is(bench: Bench) -> None:
    bench.plan(says("oslo"), says("bern"))
    claims = bench.claim()
    bench.clock.pass_by(MINUTE)
    bench.tidy()
    bench.stage.next.append(OutcomeUnknown("Lost."))
    settled = bench.settle(*[deliver.send(bench.means, one) for one in claims])
    assert [now.account for now in settled] == ["oslo"]  # the other's result is not lost with it
    assert bench.events("bern") == ["planned", "started", "expired"]


def test_an_outcome_is_written_down_though_the_clock_has_gone(bench: Bench) -> None:
    bench.plan(says("oslo"))
    claims = bench.claim()

    class Gone(type(bench.clock)):
        def now(self) -> None:
            raise MinistryError("There is no rehearsal.")

    gone = replace(bench.means, clock=Gone())
    [settled] = bench.settle(*[deliver.send(gone, one) for one in claims])
    assert (settled.state, settled.sent_at) == (State.PUBLISHED, NOON)


def test_nothing_goes_out_before_its_time(bench: Bench) -> None:
    bench.plan(says("oslo"), at=NOON + HOUR)
    assert bench.send() == []
    bench.clock.pass_by(HOUR)
    assert [now.state for now in bench.send()] == [State.PUBLISHED]


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE blob SET bytes = CAST(replace(CAST(bytes AS TEXT), 'speaks', 'shouts') AS BLOB)", "not what was approved"),
        ("DELETE FROM blob WHERE digest = (SELECT payload FROM delivery)", "not what was approved"),
        ("DELETE FROM blob WHERE digest = (SELECT release FROM delivery)", "release is missing"),
        ("UPDATE blob SET bytes = x'7b7d' WHERE digest = (SELECT release FROM delivery)", "release is missing or was changed"),
        ("UPDATE delivery SET payload = (SELECT digest FROM blob WHERE CAST(bytes AS TEXT) = 'one')", "not what was approved"),
        ("UPDATE delivery SET key = 'grain/1/bern/post'", "not part of its release"),
        ("UPDATE delivery SET due_at = '2026-12-01T11:00:00.000Z'", "approved for 2026-12-01T13:00:00.000Z"),
    ],
)
def test_only_what_was_approved_is_sent(bench: Bench, statement: str, why: str) -> None:
    bench.plan(says("oslo"), at=NOON + HOUR)
    bench.change(statement)
    if "due_at" not in statement:
        bench.clock.pass_by(HOUR)
    assert bench.send() == []
    with bench.store.read() as reading:
        [refused] = reading.deliveries()
    assert refused.state is State.FAILED
    assert why in refused.error
    assert bench.stage.published == []


def test_a_changed_config_cannot_redirect_a_signed_text(bench: Bench) -> None:
    bench.plan(says("oslo"), says("bern"))
    bench.accounts["oslo"] = account("oslo", id="id-of-somebody-else")
    del bench.accounts["bern"]
    assert bench.send() == []
    assert "another account in the config than the one that was approved" in bench.delivery("oslo").error
    assert "There is no account bern" in bench.delivery("bern").error


def test_a_claim_leaves_out_what_may_not_go_any_more(bench: Bench) -> None:
    """An engine may name a delivery that has moved on since it was found due."""
    bench.plan(video(), with_video("oslo"), says("bern"))
    bench.plan(says("bern"), message="wheat")
    bench.plan(says("lima"), message="late")
    bench.clock.pass_by(12 * HOUR)
    found = [bench.delivery("lima", message="late"), bench.delivery("oslo"), bench.delivery("channel", part="video")]
    with bench.store.begin() as tx:
        assert deliver.claim(tx, bench.means, found) == []  # stale, waiting for another, not prepared


def test_two_of_one_account_in_one_group_are_not_sent_at_once(bench: Bench) -> None:
    bench.plan(says("bern"))
    bench.plan(says("bern"), message="wheat")
    with bench.store.begin() as tx:
        claims = deliver.claim(tx, bench.means, [bench.delivery("bern"), bench.delivery("bern", message="wheat")])
    assert [one.delivery.message for one in claims] == ["grain"]


def test_a_repost_waits_for_its_original_and_names_it(bench: Bench) -> None:
    original = Reference(delivery="grain/1/mfa/post", field="id", shape="x-id")
    bench.plan(says("mfa", kind=Kind.ORIGINAL), (account("oslo"), replace(says("oslo", kind=Kind.REPOST)[1], of=original)))
    bench.clock.pass_by(HOUR)
    assert [now.account for now in bench.send()] == ["mfa"]
    bench.send()
    assert json.loads(bench.stage.published[-1].payload.body) == {"repost": "1001"}


def test_reposts_of_one_post_keep_apart_also_when_they_are_late(bench: Bench) -> None:
    original = Reference(delivery="grain/1/mfa/post", field="id", shape="x-id")
    names = ("oslo", "bern", "lima")
    reposts = [(account(name), replace(says(name, kind=Kind.REPOST)[1], of=original)) for name in names]
    bench.plan(says("mfa", kind=Kind.ORIGINAL), *reposts)
    bench.send()
    bench.clock.pass_by(2 * HOUR)  # all three are due by now
    for _ in range(30):
        bench.send()
        bench.clock.pass_by(MINUTE)
    sent = sorted(bench.delivery(name).sent_at or NOON for name in names)
    assert [later - earlier for earlier, later in itertools.pairwise(sent)] == [10 * MINUTE, 10 * MINUTE]


def test_a_receipt_of_a_wrong_shape_makes_no_post(bench: Bench) -> None:
    bench.plan(video(), with_video("oslo"))
    bench.prepare()
    bench.send()
    bench.change("UPDATE delivery SET url = 'https://evil.example.org/' WHERE account = 'channel'")
    assert bench.send() == []
    assert "no youtube-url" in bench.delivery("oslo").error


def test_a_pace_is_shared_and_exact(bench: Bench) -> None:
    """X takes 100 posts per 15 minutes of one account: the 101st waits for the window, and says so on record."""
    for number in range(101):
        bench.plan(says("oslo"), message=f"m{number:03}")
    for _ in range(102):
        bench.send()
    assert len(bench.stage.published) == 100
    last = bench.delivery("oslo", message="m100")
    assert (last.state, last.attempts, last.due_at) == (State.PLANNED, 0, NOON + 15 * MINUTE)
    assert bench.story("oslo", message="m100")[-1]["facts"] == {"pace": "x/account/id-oslo", "due_at": "2026-12-01T12:15:00.000Z"}
    bench.clock.pass_by(15 * MINUTE)
    assert [now.state for now in bench.send()] == [State.PUBLISHED]


def test_an_account_whose_pace_is_used_up_holds_nobody_else_back(bench: Bench) -> None:
    bench.plan(says("oslo"), says("page", platform="facebook"))
    with bench.store.begin() as tx:
        tx.keep_slot(Slot(key="x/app", next_at=NOON + HOUR, left=0))
    assert [now.account for now in bench.send()] == ["page"]
    assert bench.delivery("oslo").due_at == NOON + HOUR
    with bench.store.read() as reading:
        assert "x/account/id-oslo" not in reading.slots(["x/account/id-oslo"])  # a pace that was free is not used up by it


def test_media_that_the_platform_has_forgotten_are_prepared_once_more_and_then_it_fails(bench: Bench) -> None:
    bench.plan(says("oslo", attachments=(attachment(),)))
    bench.prepare()
    bench.stage.next.extend([Rejected("Gone.", code="media-invalid"), Rejected("Gone.", code="media-invalid")])
    [lost] = bench.send()
    assert (lost.state, lost.prepared) == (State.PLANNED, False)
    bench.clock.pass_by(MINUTE)
    bench.prepare()
    assert bench.stage.prepared[-1].prepared is None  # from nothing: what was kept is forgotten
    [failed] = bench.send()
    assert failed.state is State.FAILED
    assert [event for event in bench.events("oslo") if event in ("preparation-lost", "refused")] == ["preparation-lost", "refused"]


def test_when_a_person_asks_again_media_may_be_prepared_again(bench: Bench) -> None:
    bench.plan(says("oslo", attachments=(attachment(),)))
    for _ in range(2):
        bench.prepare()
        bench.stage.next.append(Rejected("Gone.", code="media-invalid"))
        bench.send()
        bench.clock.pass_by(MINUTE)
    asked = decide.ask_again(bench.means, bench.delivery("oslo").key, person="ana")
    assert not asked.prepared  # its media may be gone by now: the platform is to look again
    bench.prepare()
    bench.stage.next.append(Rejected("Gone.", code="media-invalid"))
    assert [now.state for now in bench.send()] == [State.PLANNED]
    bench.clock.pass_by(MINUTE)
    bench.prepare()
    assert [now.state for now in bench.send()] == [State.PUBLISHED]


def test_a_person_may_ask_again_for_what_has_failed(bench: Bench) -> None:
    bench.plan(says("oslo"), stale_after=2 * HOUR)
    bench.stage.next.append(Rejected("Never."))
    bench.send()
    bench.clock.pass_by(5 * HOUR)
    again = decide.ask_again(bench.means, bench.delivery("oslo").key, person="ben")
    assert (again.state, again.error, again.due_at, again.stale_at) == (State.PLANNED, "", NOON + 5 * HOUR, NOON + 7 * HOUR)
    assert (bench.story("oslo")[-1]["event"], bench.story("oslo")[-1]["by"]) == ("asked-again", "ben")
    assert [now.state for now in bench.send()] == [State.PUBLISHED]


def test_asking_again_does_not_undercut_the_embargo(bench: Bench) -> None:
    bench.means = replace(bench.means, prepare_embargoed=True)
    bench.plan(says("oslo", attachments=(attachment(),)), embargo=NOON + HOUR)
    bench.stage.next_preparing.append(Rejected("Not a picture."))
    bench.prepare()
    again = decide.ask_again(bench.means, bench.delivery("oslo").key, person="ana")
    assert again.due_at == NOON + HOUR


@pytest.mark.parametrize("outcome", [None, Unreachable("Gone."), OutcomeUnknown("Lost.")], ids=["published", "planned", "unknown"])
def test_nobody_can_ask_again_for_anything_else(bench: Bench, outcome: Exception | None) -> None:
    bench.plan(says("oslo"))
    bench.stage.next.append(outcome)
    bench.send()
    with pytest.raises(MinistryError, match=r"has not failed: it is .*Only a failed delivery can be retried"):
        decide.ask_again(bench.means, bench.delivery("oslo").key, person="ana")
    with pytest.raises(MinistryError, match="There is no delivery grain/1/nobody/post"):
        decide.ask_again(bench.means, "grain/1/nobody/post", person="ana")
