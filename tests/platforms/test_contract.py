"""What every platform keeps to, each through its real client library against its rehearsal."""

import json
import socket
import time
import traceback
from dataclasses import replace
from datetime import timedelta

import pytest

from ministry_social.errors import (
    OutcomeUnknown,
    OutOfCredit,
    PlatformError,
    Throttled,
    Unauthorized,
    Unreachable,
)
from ministry_social.model.account import Credential
from ministry_social.model.delivery import Prepared
from ministry_social.model.variant import Limits, Payload
from ministry_social.rules.canonical import canonical

from .bench import LATE, Bench
from .conftest import CLASSES, SENTENCE, MakeBench


@pytest.fixture(params=sorted(CLASSES))
def bench(request: pytest.FixtureRequest, make_bench: MakeBench) -> Bench:
    return make_bench(request.param)


def send_until_it_is_decided(bench: Bench, payload: Payload, prepared: Prepared) -> None:
    """Publish; where the platform asks for another try with a fresh token, once more."""
    try:
        bench.send(payload, prepared)
    except Unreachable:
        bench.send(payload, prepared)


# Rendering


def test_rendering_is_pure_canonical_and_asks_nobody(bench: Bench) -> None:
    elsewhere = bench.with_wire(base_url="http://127.0.0.1:1/api")
    assert bench.payload() == elsewhere.payload()
    body = bench.payload().body
    assert canonical(json.loads(body)) == body
    assert bench.payload().platform == bench.name


def test_limits_are_told_without_asking_anybody(bench: Bench) -> None:
    limits = bench.with_wire(base_url="http://127.0.0.1:1/api").platform.limits(bench.account)
    assert isinstance(limits, Limits)
    assert limits.text > 0


# Publishing


def test_publishing_makes_exactly_one_post_as_it_was_rendered(bench: Bench) -> None:
    receipt = bench.publish()
    [row] = bench.standing()
    assert row["text"] == SENTENCE
    assert row["media"] == [attachment.digest for attachment in bench.variant.attachments]
    assert [alt or "" for alt in row["alts"]] == [a.alt for a in bench.variant.attachments if a.kind == "image"]
    assert receipt.post.id.endswith(row["id"])
    assert receipt.url.startswith("http")
    assert abs(receipt.at - bench.clock.now()) < timedelta(minutes=1)
    assert receipt.post.id in receipt.answer.decode()


def test_preparing_shows_nothing_to_anybody(bench: Bench) -> None:
    assert bench.prepare(bench.payload()).complete
    assert bench.standing() == []


@pytest.mark.parametrize("fault", ["drop-after", "error-after", "html-page-after", "unparsable"])
def test_a_post_whose_answer_is_lost_is_unknown_and_stands_once(bench: Bench, fault: str) -> None:
    payload = bench.payload()
    prepared = bench.prepare(payload)
    bench.fault(fault, action="publish")
    with pytest.raises(OutcomeUnknown):
        bench.send(payload, prepared)
    assert len(bench.standing()) == 1


@pytest.mark.parametrize("fault", ["drop-before", "error", "html-page", "no-content-type"])
def test_a_failure_that_leaves_no_post_is_unknown_all_the_same(bench: Bench, fault: str) -> None:
    payload = bench.payload()
    prepared = bench.prepare(payload)
    bench.fault(fault, action="publish")
    with pytest.raises(OutcomeUnknown):
        bench.send(payload, prepared)
    assert bench.standing() == []


def test_an_answer_that_comes_too_late_is_unknown_and_the_post_stands_once(bench: Bench) -> None:
    payload = bench.payload()
    prepared = bench.prepare(payload)
    bench.platform.inspect(bench.account, bench.credential)  # so that nothing but publishing meets the short time
    hurried = bench.with_wire(total=0.5)
    hurried.platform.inspect(bench.account, bench.credential)
    bench.fault("delay-after", action="publish", seconds=1.0)
    with pytest.raises(OutcomeUnknown):
        hurried.send(payload, prepared)
    assert len(bench.standing()) == 1


def test_a_deadline_that_is_over_publishes_nothing(bench: Bench) -> None:
    payload = bench.payload()
    prepared = bench.prepare(payload)
    with pytest.raises(Unreachable):
        bench.send(payload, prepared, LATE)
    assert bench.standing() == []


def test_a_platform_that_is_not_there_is_unreachable(bench: Bench) -> None:
    payload = bench.payload()
    prepared = bench.prepare(payload)
    with socket.create_server(("127.0.0.1", 0)) as server:
        gone = server.getsockname()[1]
    away = bench.with_wire(base_url=f"http://127.0.0.1:{gone}/api/{bench.name}")
    with pytest.raises(Unreachable):
        away.send(payload, prepared)
    with pytest.raises(Unreachable):
        away.prepare(payload)


def test_a_connection_that_died_while_idle_costs_nothing(bench: Bench) -> None:
    payload = bench.payload()
    prepared = bench.prepare(payload)
    bench.fault("idle-drop", seconds=0.05)
    bench.platform.inspect(bench.account, bench.credential)
    time.sleep(0.15)
    bench.send(payload, prepared)
    assert len(bench.standing()) == 1


# Refusals


def test_a_throttle_says_when_it_ends(bench: Bench) -> None:
    payload = bench.payload()
    prepared = bench.prepare(payload)
    bench.fault("throttled", action="publish", seconds=900)
    with pytest.raises(Throttled) as error:
        bench.send(payload, prepared)
    assert error.value.retry_at is not None
    assert bench.clock.now() < error.value.retry_at < bench.clock.now() + timedelta(days=2)
    assert bench.standing() == []


@pytest.mark.parametrize("fault", ["expired-token", "suspended"])
def test_an_account_that_is_shut_out_is_unauthorized(bench: Bench, fault: str) -> None:
    payload = bench.payload()
    prepared = bench.prepare(payload)
    bench.fault(fault)
    with pytest.raises(Unauthorized):
        send_until_it_is_decided(bench, payload, prepared)
    assert bench.standing() == []


def test_an_empty_purse_publishes_nothing(bench: Bench) -> None:
    payload = bench.payload()
    prepared = bench.prepare(payload)
    bench.fault("no-credit")
    with pytest.raises((OutOfCredit, Throttled)):
        bench.send(payload, prepared)
    assert bench.standing() == []


def test_a_forged_credential_is_unauthorized(bench: Bench) -> None:
    fields = bench.credential.fields()
    [name] = [name for name in ("access_token_secret", "refresh_token", "access_token") if name in fields][:1]
    forged = Credential(fields | {name: fields[name][:-3] + "xyz"})
    with pytest.raises(Unauthorized):
        bench.platform.inspect(bench.account, forged)


def well(bench: Bench) -> None:
    """Ask after the account. That it may not post, a platform may also say in its answer."""
    standing = bench.platform.inspect(bench.account, bench.credential)
    if not standing.may_post:
        raise Unauthorized(standing.detail)


@pytest.mark.parametrize(
    "fault", ["drop-after", "error-after", "html-page", "unparsable", "throttled", "expired-token", "suspended", "no-credit"]
)
def test_no_error_shows_a_secret_not_even_in_its_traceback(bench: Bench, fault: str) -> None:
    payload = bench.payload()
    prepared = bench.prepare(payload)
    bench.fault(fault, action=None)
    shown = []
    for step in (
        lambda: bench.send(payload, prepared),
        lambda: bench.prepare(payload),
        lambda: well(bench),
        lambda: list(bench.platform.recent(bench.account, bench.credential, since=bench.clock.now())),
    ):
        with pytest.raises(PlatformError) as error:
            step()
        shown.append("".join(traceback.format_exception(error.value)) + error.value.remedy)
    told = "\n".join(shown)
    assert [secret for secret in bench.credential.secrets() if secret in told] == []


# Preparing


class Crash(Exception):
    """The process ends here."""


def test_preparing_goes_on_from_every_step_without_repeating_one(bench: Bench) -> None:
    payload = bench.payload()
    bench.prepare(payload)
    once, steps = bench.begun(), len(bench.kept)
    assert steps >= 1
    assert once >= 1
    for crash_at in range(1, steps + 1):
        kept: list[Prepared] = []

        def keep(prepared: Prepared, kept: list[Prepared] = kept, crash_at: int = crash_at) -> None:
            kept.append(prepared)
            if len(kept) == crash_at:
                raise Crash

        before = bench.begun()
        with pytest.raises(Crash):
            bench.platform.prepare(bench.account, bench.credential, payload, None, keep=keep, report=lambda done, total: None)
        assert bench.prepare(payload, kept[-1]).complete
        assert bench.begun() - before == once, f"after step {crash_at}"


def test_what_is_prepared_already_is_not_prepared_again(bench: Bench) -> None:
    payload = bench.payload()
    prepared = bench.prepare(payload)
    before = bench.begun()
    assert bench.prepare(payload, prepared) == prepared
    assert bench.begun() == before


def test_progress_grows_up_to_the_whole(bench: Bench) -> None:
    bench.prepare(bench.payload())
    size = sum(attachment.size for attachment in bench.variant.attachments)
    done = [done for done, _ in bench.reported]
    assert done == sorted(done)
    assert bench.reported[-1] == (size, size)


@pytest.mark.parametrize("fault", ["drop-before", "drop-after", "error", "error-after", "html-page"])
def test_a_step_of_preparing_that_fails_may_be_repeated(bench: Bench, fault: str) -> None:
    payload = bench.payload()
    bench.fault(fault, action="prepare", times=1)
    with pytest.raises(Unreachable):
        bench.prepare(payload)
    prepared = bench.prepare(payload, bench.kept[-1] if bench.kept else None)
    bench.send(payload, prepared)
    assert len(bench.standing()) == 1


# Reading and taking down


def test_a_post_is_found_until_it_is_taken_down_and_twice_is_fine(bench: Bench) -> None:
    receipt = bench.publish()
    found = bench.platform.fetch(bench.account, bench.credential, receipt.post)
    assert found is not None
    assert (found.text, found.url, found.public) == (SENTENCE, receipt.url, True)
    assert found.post.id == receipt.post.id
    for _ in range(2):
        bench.platform.delete(bench.account, bench.credential, receipt.post)
        assert bench.platform.fetch(bench.account, bench.credential, receipt.post) is None
    assert bench.standing() == []


def test_recent_posts_come_newest_first_and_not_older_than_asked(bench: Bench) -> None:
    receipts = []
    for text in ("Un", "Deux", "Trois"):
        receipts.append(bench.publish(bench.saying(text)))
        bench.clock.pass_by(timedelta(minutes=5))
    start = bench.clock.now() - timedelta(minutes=11)
    read = list(bench.platform.recent(bench.account, bench.credential, since=start))
    assert [post.text for post in read] == ["Trois", "Deux"]
    assert [post.post.id for post in read] == [receipt.post.id for receipt in receipts[:0:-1]]
    everything = list(bench.platform.recent(bench.account, bench.credential, since=start - timedelta(hours=1)))
    assert [post.text for post in everything] == ["Trois", "Deux", "Un"]


def test_an_account_without_posts_has_no_recent_ones(bench: Bench) -> None:
    assert list(bench.platform.recent(bench.account, bench.credential, since=bench.clock.now() - timedelta(days=1))) == []


@pytest.mark.parametrize("fault", ["drop-before", "drop-after", "error", "html-page", "unparsable"])
def test_reading_may_be_repeated_after_a_failure(bench: Bench, fault: str) -> None:
    receipt = bench.publish()
    bench.fault(fault, action="read")
    with pytest.raises(Unreachable):
        bench.platform.fetch(bench.account, bench.credential, receipt.post)
    with pytest.raises(Unreachable):
        list(bench.platform.recent(bench.account, bench.credential, since=bench.clock.now() - timedelta(hours=1)))
    bench.calm()
    assert bench.platform.fetch(bench.account, bench.credential, receipt.post) is not None


@pytest.mark.parametrize("fault", ["drop-before", "drop-after", "error", "error-after", "html-page"])
def test_taking_down_may_be_repeated_after_a_failure(bench: Bench, fault: str) -> None:
    receipt = bench.publish()
    bench.fault(fault, action="delete", times=1)
    with pytest.raises(Unreachable):
        bench.platform.delete(bench.account, bench.credential, receipt.post)
    bench.platform.delete(bench.account, bench.credential, receipt.post)
    assert bench.standing() == []


def test_inspecting_names_the_account(bench: Bench) -> None:
    standing = bench.platform.inspect(bench.account, bench.credential)
    assert (standing.id, standing.may_post) == (bench.account.id, True)


def test_a_renewed_credential_still_works(bench: Bench) -> None:
    renewed = replace(bench, credential=bench.platform.renew(bench.account, bench.credential))
    renewed.publish()
    assert len(bench.standing()) == 1
