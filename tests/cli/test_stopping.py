"""`hold`, `release`, `resume`, `delivery settle` and `delivery recall`, as a press officer types them in a hurry."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from tests.acceptance.ministry import Ministry, Said, stopped
from tests.conftest import Rehearsal

PUBLISH = ("publish", "messages/grain.md", "--yes")
MFA, PARIS = "grain-corridor/1/mfa/post", "grain-corridor/1/embassy-paris/post"
X = ("embassy-ankara", "embassy-paris", "mfa")


@contextmanager
def under_way(ministry: Ministry, rehearsal: Rehearsal, *more: str) -> Iterator[subprocess.Popen[str]]:
    """A publishing process whose request for mfa is with the platform, and is answered late."""
    rehearsal.fault("delay-after", "x", account="mfa", action="publish", seconds=3.0)
    process = subprocess.Popen(
        [sys.executable, "-m", "ministry_social", *PUBLISH, *more],
        cwd=ministry.folder, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    with stopped(process):
        for _ in range(300):
            if rehearsal.records(account="mfa"):
                break
            time.sleep(0.05)
        yield process
        process.communicate(timeout=30)


def in_doubt(ministry: Ministry, rehearsal: Rehearsal, *, stands: bool = True) -> str:
    """The post of mfa is in doubt; returns the address under which it stands, if it does."""
    rehearsal.fault("drop-after" if stands else "drop-before", "x", account="mfa", action="publish", times=1)
    ministry.say(*PUBLISH, "--wait", "0s")
    assert ministry.deliveries()["mfa"]["state"] == "unknown"
    [*posts] = rehearsal.records(account="mfa")
    return f"{rehearsal.address}/x/TavoriaMFA/status/{posts[0]['id'] if posts else '1'}"


def states(ministry: Ministry) -> dict[str, str]:
    return {name: row["state"] for name, row in ministry.deliveries().items()}


class TestHold:
    def test_without_options_it_lists_what_is_held(self, ministry: Ministry) -> None:
        nothing = "Nothing is held.   To stop everything: ministry-social hold --all --reason TEXT\n"
        assert ministry.say("hold").out == ministry.say("release").out == nothing
        ministry.say("hold", "--country", "FR", "--reason", "talks have begun")
        for command in ("hold", "release"):
            said = ministry.say(command)
            assert "country FR  talks have begun" in said.out
            assert said.out.endswith("To go on: ministry-social release HOLD\n")
        [row] = ministry.say("hold", "--json").json
        assert (row["scope"], row["value"], row["reason"]) == ("country", "FR", "talks have begun")

    def test_what_it_covers_is_not_sent_and_says_why(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        held = ministry.say("hold", "--platform", "x", "--reason", "talks have begun")
        assert held.code == 0
        assert "Held      platform x: nothing more starts. 0 planned deliveries wait.\nNothing was under way.\n" in held.out
        said = ministry.say(*PUBLISH)
        assert {record["account"] for record in rehearsal.records()} == {"page"}
        assert "has stopped platform x: talks have begun" in said.out
        assert "ministry-social release 1" in said.out
        assert {row["waits_for"] for name, row in ministry.deliveries().items() if name in X} == {"hold 1"}

    @pytest.mark.parametrize(
        ("scope", "held"),
        [
            (("--all",), {"mfa", "page", "embassy-paris", "embassy-ankara"}),
            (("--platform", "facebook"), {"page"}),
            (("--country", "FR"), {"embassy-paris"}),
            (("--mission", "embassy-ankara"), {"embassy-ankara"}),
            (("--account", "mfa"), {"mfa"}),
        ],
    )
    def test_each_scope_stops_what_it_names(self, ministry: Ministry, scope: tuple[str, ...], held: set[str]) -> None:
        assert ministry.say("hold", *scope, "--reason", "wait").code == 0
        ministry.say(*PUBLISH)
        assert {name for name, state in states(ministry).items() if state == "planned"} == held

    def test_a_message_is_held_by_its_id(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.say(*PUBLISH, "--at", "2027-12-01T09:00:00Z")
        said = ministry.say("hold", "--message", "grain-corridor", "--reason", "wait")
        assert "Held      message grain-corridor: nothing more starts. 4 planned deliveries wait." in said.out
        rehearsal.post("/rehearsal/clock", {"now": "2027-12-01T09:00:01Z"})
        assert ministry.say(*PUBLISH).code == 0
        assert rehearsal.records() == []

    def test_what_had_left_is_waited_for_and_told(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        with under_way(ministry, rehearsal):
            said = ministry.say("hold", "--all", "--reason", "wrong figure")
        assert said.code == 0
        assert "1 had left already: waiting for what becomes of them ..." in said.err
        assert "1 had left already, and this became of them:\n" in said.out
        assert f"mfa      x         published  {rehearsal.address}/x/TavoriaMFA/status/" in said.out

    def test_whoever_does_not_wait_is_told_what_may_still_come_out(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        with under_way(ministry, rehearsal):
            said = ministry.say("hold", "--account", "mfa", "--reason", "wrong figure", "--no-wait")
        assert "1 had left already and may still come out:\n" in said.out
        assert "mfa      x         being sent" in said.out

    def test_machines_are_told_the_same(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        with under_way(ministry, rehearsal):
            said = ministry.say("hold", "--all", "--reason", "wrong figure", "--json")
        assert said.err == ""
        answer = said.json
        assert (answer["already"], answer["drill"], answer["hold"]["id"]) == (False, False, 1)
        assert [(one["id"], one["state"]) for one in answer["left"]] == [(MFA, "published")]

    def test_held_again_it_says_since_when_and_by_whom(self, ministry: Ministry) -> None:
        ministry.say("hold", "--all", "--reason", "wrong figure")
        said = ministry.say("hold", "--all", "--reason", "another")
        assert "Held      everything, since 20" in said.out
        assert ": wrong figure. 0 planned deliveries wait." in said.out

    def test_a_drill_does_everything_but_stop(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.say(*PUBLISH, "--at", "2027-12-01T09:00:00Z")
        said = ministry.say("hold", "--all", "--reason", "exercise", "--drill")
        assert "Drill     everything: 4 planned deliveries would wait. Nothing was stopped.\nNothing was under way.\n" in said.out
        assert "release" not in said.out
        assert ministry.say("hold", "--json").json == []
        rehearsal.post("/rehearsal/clock", {"now": "2027-12-01T09:00:01Z"})
        ministry.say(*PUBLISH)
        assert len(rehearsal.records()) == 4


class TestRelease:
    def test_the_rest_goes_on_with_the_next_publish(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.say("hold", "--platform", "x", "--reason", "talks have begun")
        ministry.say(*PUBLISH)
        said = ministry.say("release", "1", "--reason", "they are over")
        assert said.out == "Lifted    hold 1: platform x.\n3 deliveries wait to go on: with publish or a worker.\n"
        assert ministry.say(*PUBLISH).code == 0
        assert len(rehearsal.records()) == 4

    @pytest.mark.parametrize("named", [("1",), ("--account", "mfa"), ("--all",)])
    def test_it_is_named_by_its_number_its_scope_or_all(self, ministry: Ministry, named: tuple[str, ...]) -> None:
        ministry.say("hold", "--account", "mfa", "--reason", "wait")
        assert ministry.say("release", *named).code == 0
        assert ministry.say("hold", "--json").json == []

    def test_what_became_stale_is_missed_and_says_why(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.say("hold", "--account", "mfa", "--reason", "talks have begun")
        ministry.say(*PUBLISH)
        rehearsal.post("/rehearsal/clock", {"advance": 13 * 3600})
        said = ministry.say("release", "1")
        assert "0 deliveries wait to go on" in said.out
        assert f"  missed: {MFA}. Not sent, because it was worth nothing any more. It was held: talks have begun" in said.out
        assert states(ministry)["mfa"] == "missed"
        ministry.say(*PUBLISH)
        assert rehearsal.records(account="mfa") == []

    def test_what_is_not_held_cannot_be_released(self, ministry: Ministry) -> None:
        for named in (("7",), ("--account", "mfa"), ("--all",)):
            said = ministry.say("release", *named)
            assert (said.code, said.err) == (2, "Error: Nothing of that is held. See: ministry-social release\n")


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        (("hold", "--all"), "Say why: --reason TEXT. It goes on record."),
        (("hold", "--all", "--reason", "  "), "Say why: --reason TEXT."),
        (("hold", "--all", "--account", "mfa", "--reason", "x"), "Say one thing at a time"),
        (("hold", "--account", "embassy-pari", "--reason", "x"), "There is no account embassy-pari. Did you mean embassy-paris?"),
        (("hold", "--country", "XX", "--reason", "x"), "There is no country XX."),
        (("hold", "--message", "wheat", "--reason", "x"), "There is no message wheat."),
        (("hold", "--platform", "y", "--reason", "x"), "There is no platform y."),
        (("release", "--account", "embassy-pari"), "Did you mean embassy-paris?"),
        (("resume", "--account", "embassy-pari"), "Did you mean embassy-paris?"),
        (("resume", "--account", "mfa", "--platform", "x"), "Say one thing at a time"),
        (("delivery", "settle", MFA), "Say one of both: --published ADDRESS, or --absent."),
        (("delivery", "settle", MFA, "--absent", "--published", "u", "--reason", "x"), "Say one of both"),
        (("delivery", "settle", MFA, "--absent"), "Say how you know: --reason TEXT."),
        (("delivery", "settle", MFA, "--absent", "--reason", "x", "--yes"), f"There is no delivery {MFA}."),
        (("delivery", "recall", "--reason", "x"), "Say what: --message ID, or --delivery ID."),
        (("delivery", "recall", "--message", "m", "--delivery", "d", "--reason", "x"), "Say what"),
        (("delivery", "recall", "--message", "grain-corridor"), "Say why: --reason TEXT."),
        (("delivery", "recall", "--message", "wheat", "--reason", "x"), "There is nothing of wheat."),
        (("delivery", "recall", "--delivery", MFA, "--reason", "x"), f"There is no delivery {MFA}."),
    ],
)
def test_what_is_typed_wrong_is_explained_and_does_nothing(ministry: Ministry, typed: tuple[str, ...], answer: str) -> None:
    said = ministry.say(*typed)
    assert said.code == 2
    assert said.err.startswith(f"Error: {answer}") or answer in said.err
    assert "Traceback" not in said.err
    assert ministry.say("hold", "--json").json == []


class TestResume:
    def test_without_options_it_lists_what_is_paused_with_what_to_do(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        assert ministry.say("resume").out == "Nothing is paused.\n"
        rehearsal.fault("no-credit", "x")
        assert ministry.say(*PUBLISH).code == 1
        said = ministry.say("resume")
        assert said.out.startswith("platform x: X wants to be paid first:")
        assert "Then: ministry-social resume --platform x" in said.out
        [row] = ministry.say("resume", "--json").json
        assert (row["scope"], row["value"], row["asked_after"]) == ("platform", "x", False)

    def test_no_credit_stops_x_alone_and_all_go_on_when_it_is_paid(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        fault = rehearsal.fault("no-credit", "x")
        ministry.say(*PUBLISH)
        assert {name for name, state in states(ministry).items() if state == "published"} == {"page"}
        rehearsal.world.faults.remove(fault["id"])
        ministry.say(*PUBLISH)
        assert len(rehearsal.records()) == 1, "a pause ends when a person says so"
        said = ministry.say("resume", "--platform", "x", "--reason", "credits bought")
        assert said.out == "Resumed   platform x.\n3 deliveries go on: with publish or a worker.\n"
        assert ministry.say(*PUBLISH).code == 0
        assert len(rehearsal.records()) == 4

    @pytest.mark.parametrize("named", ["--account", "--mission"])
    def test_an_account_goes_on_by_itself_or_with_its_mission(self, ministry: Ministry, rehearsal: Rehearsal, named: str) -> None:
        rehearsal.fault("suspended", "x", account="embassy-ankara")
        ministry.say(*PUBLISH)
        rehearsal.world.faults.remove()
        said = ministry.say("resume", named, "embassy-ankara", "--json")
        assert ([one["value"] for one in said.json["resumed"]], said.json["waiting"]) == (["embassy-ankara"], 1)
        assert ministry.say(*PUBLISH).code == 0

    def test_what_is_not_paused_is_said(self, ministry: Ministry) -> None:
        said = ministry.say("resume", "--platform", "youtube")
        assert (said.code, said.out) == (0, "Nothing of that is paused.   See: ministry-social resume\n")


class TestSettle:
    def test_what_stands_there_is_taken_over_with_its_address(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        url = in_doubt(ministry, rehearsal)
        said = ministry.say("delivery", "settle", MFA, "--published", url, "--reason", "seen at 10:40")
        assert (said.code, said.out, said.err) == (0, f"{MFA} is published.\n", "")
        row = ministry.deliveries()["mfa"]
        assert (row["state"], row["url"], row["remote_id"]) == ("published", url, url.rpartition("/")[2])
        assert ministry.story(MFA)[-1] == "decided"
        again = ministry.say("delivery", "settle", MFA, "--published", url, "--reason", "seen")
        assert (again.code, "is not in doubt: it is published" in again.err) == (1, True)

    def test_an_address_under_which_nothing_stands_is_refused(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        wrong = in_doubt(ministry, rehearsal).rpartition("/")[0] + "/123"
        said = ministry.say("delivery", "settle", MFA, "--published", wrong, "--reason", "seen")
        assert (said.code, f"Nothing stands there under {wrong}." in said.err) == (1, True)
        other = ministry.say("delivery", "settle", MFA, "--published", "https://example.org/", "--reason", "seen")
        assert (other.code, "is no address of a post on x" in other.err) == (2, True)

    def test_a_post_of_another_account_is_refused(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        in_doubt(ministry, rehearsal)
        paris = ministry.deliveries()["embassy-paris"]["url"]
        said = ministry.say("delivery", "settle", MFA, "--published", paris, "--reason", "seen")
        assert (said.code, "is a post of another account, not of mfa" in said.err) == (1, True)

    def test_where_it_cannot_be_read_a_persons_word_counts(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        url = in_doubt(ministry, rehearsal)
        rehearsal.fault("error", "x", account="mfa", action="read")
        said = ministry.say("delivery", "settle", MFA, "--published", url, "--reason", "seen at 10:40")
        assert (said.code, said.out) == (0, f"{MFA} is published.\n")
        assert said.err.startswith("It cannot be read now, so your word counts: ")

    def test_absent_is_refused_while_it_may_still_appear(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        in_doubt(ministry, rehearsal, stands=False)
        said = ministry.say("delivery", "settle", MFA, "--absent", "--reason", "looked", "--yes")
        assert (said.code, "may still appear: its attempt counts as over at" in said.err) == (1, True)

    def test_absent_needs_a_yes_and_sends_it_again(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.environment |= {"MINISTRY_SOCIAL_SENDING_SETTLE": "1s"}
        in_doubt(ministry, rehearsal, stands=False)
        rehearsal.post("/rehearsal/clock", {"advance": 900})
        asked = ministry.say("delivery", "settle", MFA, "--absent", "--reason", "looked")
        assert (asked.code, "Nobody can be asked here. Say --yes." in asked.err) == (2, True)
        said = ministry.say("delivery", "settle", MFA, "--absent", "--reason", "looked", "--yes")
        assert said.out == f"{MFA} waits for its turn again: it goes out with publish or a worker.\n"
        assert ministry.say(*PUBLISH).code == 0
        assert len(rehearsal.records(account="mfa")) == 1


class TestRecall:
    def recall(self, ministry: Ministry, *more: str) -> Said:
        return ministry.say("delivery", "recall", "--message", "grain-corridor", "--reason", "wrong figure", *more)

    def receipts(self, said: Said) -> dict[str, dict[str, Any]]:
        return {row["account"]: row for row in said.json}

    def test_without_a_yes_nothing_is_taken_down(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.say(*PUBLISH)
        said = self.recall(ministry)
        assert (said.code, "Nobody can be asked here. Say --yes." in said.err) == (2, True)
        assert "Recall    4 posts to take down.\n" in said.out
        assert set(states(ministry).values()) == {"published"}
        assert {record["deleted_at"] for record in rehearsal.records()} == {None}

    def test_everything_of_a_message_comes_down_with_a_receipt_each(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.say(*PUBLISH)
        said = self.recall(ministry, "--yes", "--json")
        assert (said.code, said.err) == (0, "")
        receipts = self.receipts(said)
        assert {row["state"] for row in receipts.values()} == {"recalled"}
        assert all(len(row["copy"]) == 64 and row["gone_at"] for row in receipts.values())
        assert None not in {record["deleted_at"] for record in rehearsal.records()}

    def test_one_delivery_alone(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.say(*PUBLISH)
        said = ministry.say("delivery", "recall", "--delivery", PARIS, "--reason", "wrong name", "--yes")
        assert "1 done, 0 not." in said.out
        assert [record["account"] for record in rehearsal.records() if record["deleted_at"]] == ["embassy-paris"]
        assert states(ministry)["embassy-paris"] == "recalled"

    def test_what_is_not_out_yet_is_called_off(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.say(*PUBLISH, "--at", "2027-12-01T09:00:00Z")
        said = self.recall(ministry, "--yes")
        assert (said.code, "4 not out yet to call off" in said.out) == (0, True)
        assert set(states(ministry).values()) == {"cancelled"}
        rehearsal.post("/rehearsal/clock", {"now": "2027-12-01T09:00:01Z"})
        ministry.say(*PUBLISH)
        assert rehearsal.records() == []

    def test_what_is_in_doubt_is_settled_first(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        in_doubt(ministry, rehearsal)
        said = self.recall(ministry, "--yes")
        assert "1 on the way or in doubt, which is settled first" in said.out
        assert (said.code, states(ministry)["mfa"]) == (0, "recalled")
        assert ministry.story(MFA)[-4:] == ["recall-asked", "found", "copied", "recalled"]

    def test_what_is_certainly_not_there_is_not_sent_again(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.environment |= {"MINISTRY_SOCIAL_SENDING_SETTLE": "1s"}
        in_doubt(ministry, rehearsal, stands=False)
        said = self.recall(ministry, "--yes")
        assert (said.code, states(ministry)["mfa"]) == (0, "cancelled")
        assert rehearsal.records(account="mfa") == []

    def test_an_account_that_refuses_is_named_and_can_be_tried_again(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.say(*PUBLISH)
        rehearsal.fault("suspended", "x", account="embassy-ankara", action="delete")
        said = self.recall(ministry, "--yes")
        assert said.code == 1
        assert "3 done, 1 not." in said.out
        [line] = [line for line in said.out.splitlines() if line.startswith("  embassy-ankara: ")]
        assert "suspended" in line
        assert states(ministry)["embassy-ankara"] == "published"
        rehearsal.world.faults.remove()
        again = self.recall(ministry, "--yes")
        assert (again.code, "4 done, 0 not." in again.out) == (0, True)

    def test_what_a_throttle_puts_off_is_left_for_the_next_run(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.say(*PUBLISH)
        rehearsal.post("/rehearsal/clock", {"rate": 1})
        rehearsal.fault("throttled", "x", account="mfa", action="delete", seconds=7200)
        said = self.recall(ministry, "--yes")
        assert (said.code, "3 done, 1 not." in said.out) == (1, True)
        rehearsal.post("/rehearsal/clock", {"advance": 7300})
        assert self.recall(ministry, "--yes").code == 0

    def test_a_post_whose_repost_is_put_off_is_left_for_the_next_run_too(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        file = ministry.folder / "messages" / "grain.md"
        file.write_text(file.read_text().replace("account:mfa +", "account:mfa + account:embassy-london +"))
        ministry.say(*PUBLISH)
        assert ministry.deliveries()["embassy-london"]["kind"] == "repost"
        rehearsal.post("/rehearsal/clock", {"rate": 1})
        rehearsal.fault("throttled", "x", account="embassy-london", action="delete", seconds=7200)
        said = self.recall(ministry, "--yes")
        assert (said.code, "3 done, 2 not." in said.out) == (1, True)
        rehearsal.post("/rehearsal/clock", {"advance": 7300})
        assert self.recall(ministry, "--yes").code == 0

    def test_recalled_twice_the_second_time_there_is_nothing_to_do(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.say(*PUBLISH)
        self.recall(ministry, "--yes")
        before = rehearsal.records()
        again = self.recall(ministry)
        assert (again.code, "4 taken down before" in again.out, "4 done, 0 not." in again.out) == (0, True, True)
        assert rehearsal.records() == before

    def test_the_copy_can_be_looked_at(self, ministry: Ministry, rehearsal: Rehearsal) -> None:
        ministry.say(*PUBLISH)
        shown = ministry.say("delivery", "show", MFA, "--json").json
        assert shown["recall"] is None
        self.recall(ministry, "--yes")
        shown = ministry.say("delivery", "show", MFA, "--json").json
        assert (shown["recall"]["step"], shown["recall"]["reason"]) == ("done", "wrong figure")
        assert shown["recall"]["stood_there"]["text"] == "The grain corridor stays open for another year."
        told = ministry.say("delivery", "show", MFA).out
        assert f"The copy that was kept: {shown['recall']['copy']}" in told
