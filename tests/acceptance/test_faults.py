"""Each fault of the rehearsal, on each platform: what the ledger then says, and that nothing is ever posted twice.

The whole stack runs: the command, the engine, the real client libraries, HTTP. X's own refusal of duplicates is off, so that it
cannot hide a second post of ours.
"""

import time
from typing import Any

import pytest

from ministry_social.rehearsal.faults import KINDS
from tests.acceptance.ministry import RATE, STATEMENT, Ministry
from tests.conftest import Rehearsal
from tests.files.conftest import write_picture, write_video

ACCOUNT = {"x": "mfa", "facebook": "page", "youtube": "channel"}
PLATFORMS = tuple(ACCOUNT)

# It may have been carried out: the account is read before anything else is done. True: it was.
LOST = {
    "delay-before": True,  # after we had given up waiting
    "delay-after": True,
    "drop-before": False,
    "drop-after": True,
    "error": False,
    "error-after": True,
    "html-page": False,
    "html-page-after": True,
    "no-content-type": False,
    "unparsable": True,
}
LATER = ("throttled", "no-credit")  # it certainly was not carried out: sent when the platform allows it again
SHUT_OUT = ("expired-token", "suspended")  # the account waits for a person
HARMLESS = ("read-lag", "idle-drop")  # publishing neither reads a timeline nor trusts a connection that was idle

DETAILS: dict[str, dict[str, Any]] = {
    "delay-before": {"seconds": 2.0, "times": 1},
    "delay-after": {"seconds": 2.0, "times": 1},
    "throttled": {"seconds": 60.0, "times": 1},
    "no-credit": {"times": 1},
    "read-lag": {"seconds": 600.0},
    "idle-drop": {"seconds": 0.01},
    "expired-token": {"action": None},
    "suspended": {"action": None},
}
VIDEO = (
    STATEMENT.replace("account:embassy-ankara", "account:channel").replace('"\n+++', '"\n[[media]]\nfile = "grain.mp4"\n+++')
    + "\n## for youtube\n### title\nGrain corridor\n"
)
PICTURE = STATEMENT.replace('"\n+++', '"\n[[media]]\nfile = "port.png"\n+++').replace(
    "\n## fr", "### alt port.png\nA port\n## fr"
) + ("### alt port.png\nUn port\n")


@pytest.fixture(autouse=True)
def hurried(ministry: Ministry, rehearsal: Rehearsal) -> None:
    """It is evening on the Pacific coast (at midnight YouTube gives a new quota), and X does not refuse duplicates."""
    rehearsal.post("/rehearsal/clock", {"now": "2026-12-01T06:00:00Z"})
    rehearsal.post("/rehearsal/x/settings", {"duplicates": "accept"})


def test_every_fault_is_tested() -> None:
    assert sorted([*LOST, *LATER, *SHUT_OUT, *HARMLESS]) == sorted(KINDS)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", LOST)
def test_a_lost_answer_is_looked_for_and_stands_there_once(
    ministry: Ministry, rehearsal: Rehearsal, kind: str, platform: str
) -> None:
    said = publish_with(ministry, rehearsal, kind, platform, "publish")
    row = ministry.deliveries()[ACCOUNT[platform]]
    assert (said.code, row["state"], row["attempts"]) == (0, "published", 1 if LOST[kind] else 2)
    story = ministry.story(row["id"])
    assert story[story.index("lost") :] == (["lost", "found"] if LOST[kind] else ["lost", "absent", "started", "accepted"])
    others_are(ministry, platform, "published")

    published_again_adds_nothing(ministry, rehearsal)
    eventually(rehearsal, platform, 1)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", LATER)
def test_what_certainly_did_not_go_out_is_sent_later_once(
    ministry: Ministry, rehearsal: Rehearsal, kind: str, platform: str
) -> None:
    rehearsal.post("/rehearsal/clock", {"rate": 1})
    said = publish_with(ministry, rehearsal, kind, platform, "publish")
    row = ministry.deliveries()[ACCOUNT[platform]]
    unpaid = (kind, platform) == ("no-credit", "x")
    assert (said.code, row["state"], row["attempts"]) == (1 if unpaid else 0, "planned", 0)
    assert row["waits_for"] == ("pause platform x" if unpaid else "time")
    assert ministry.story(row["id"])[-2:] == ["started", "not-sent" if unpaid else "throttled"]
    assert f"{ACCOUNT[platform]}: not yet. {row['error']}" in said.err
    eventually(rehearsal, platform, 0)

    if unpaid:
        assert "ministry-social resume --platform x" in said.out
        ministry.say("resume", "--platform", "x", "--reason", "paid")
    rehearsal.post("/rehearsal/clock", {"now": row["due_at"], "rate": RATE})
    assert ministry.say("publish", "messages/grain.md").code == 0
    row = ministry.deliveries()[ACCOUNT[platform]]
    assert (row["state"], row["attempts"], row["error"]) == ("published", 1, "")
    others_are(ministry, platform, "published")
    eventually(rehearsal, platform, 1)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", SHUT_OUT)
def test_an_account_that_is_shut_out_waits_for_a_person(ministry: Ministry, rehearsal: Rehearsal, kind: str, platform: str) -> None:
    said = publish_with(ministry, rehearsal, kind, platform, "publish")
    row = ministry.deliveries()[ACCOUNT[platform]]
    assert (said.code, row["state"], row["attempts"]) == (1, "planned", 0)
    assert row["waits_for"] == f"pause account {ACCOUNT[platform]}"
    assert ministry.story(row["id"])[-1] == ("not-prepared" if platform == "youtube" else "not-sent")
    assert f"When mended: ministry-social resume --account {ACCOUNT[platform]}" in said.out
    assert row["error"] in said.out
    way_on = {"expired-token": f"ministry-social account connect {ACCOUNT[platform]} --credential FILE", "suspended": "omebody"}
    assert way_on[kind] in row["error"]
    others_are(ministry, platform, "planned" if platform == "youtube" else "published")
    published_again_adds_nothing(ministry, rehearsal)
    eventually(rehearsal, platform, 0)

    assert ministry.say("resume", "--account", ACCOUNT[platform]).code == 0
    assert ministry.say("publish", "messages/grain.md").code == 0
    assert ministry.deliveries()[ACCOUNT[platform]]["state"] == "published"
    others_are(ministry, platform, "published")
    eventually(rehearsal, platform, 1)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", HARMLESS)
def test_what_does_not_concern_publishing_changes_nothing(
    ministry: Ministry, rehearsal: Rehearsal, kind: str, platform: str
) -> None:
    said = publish_with(ministry, rehearsal, kind, platform, "publish")
    row = ministry.deliveries()[ACCOUNT[platform]]
    assert (said.code, row["state"], row["attempts"]) == (0, "published", 1)
    assert ministry.story(row["id"])[-2:] == ["started", "accepted"]
    others_are(ministry, platform, "published")
    eventually(rehearsal, platform, 1)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", [*LOST, "idle-drop"])
def test_preparing_is_repeated_until_it_works(ministry: Ministry, rehearsal: Rehearsal, kind: str, platform: str) -> None:
    publish_with(ministry, rehearsal, kind, platform, "prepare")
    row = ministry.deliveries()[ACCOUNT[platform]]
    assert (row["state"], row["attempts"], row["error"]) == ("published", 1, "")
    story = ministry.story(row["id"])
    assert [event for event in story if event != "not-prepared"] == ["planned", "prepared", "started", "accepted"]
    assert "not-prepared" in story or kind == "idle-drop"  # only a request that hits the very moment notices that
    others_are(ministry, platform, "published")
    published_again_adds_nothing(ministry, rehearsal)
    eventually(rehearsal, platform, 1)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", LATER)
def test_preparing_waits_for_the_platform_too(ministry: Ministry, rehearsal: Rehearsal, kind: str, platform: str) -> None:
    rehearsal.post("/rehearsal/clock", {"rate": 1})
    publish_with(ministry, rehearsal, kind, platform, "prepare")
    row = ministry.deliveries()[ACCOUNT[platform]]
    unpaid = (kind, platform) == ("no-credit", "x")
    assert (row["state"], row["attempts"]) == ("planned", 0)
    assert row["waits_for"] == ("pause platform x" if unpaid else "time")
    assert ministry.story(row["id"]) == ["planned", "not-prepared"]
    if unpaid:
        ministry.say("resume", "--platform", "x", "--reason", "paid")

    rehearsal.post("/rehearsal/clock", {"now": row["due_at"], "rate": RATE})
    assert ministry.say("publish", "messages/grain.md").code == 0
    assert ministry.deliveries()[ACCOUNT[platform]]["state"] == "published"
    others_are(ministry, platform, "published")
    eventually(rehearsal, platform, 1)


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("kind", SHUT_OUT)
def test_an_account_that_is_shut_out_while_it_is_prepared_waits_too(
    ministry: Ministry, rehearsal: Rehearsal, kind: str, platform: str
) -> None:
    publish_with(ministry, rehearsal, kind, platform, "prepare")
    row = ministry.deliveries()[ACCOUNT[platform]]
    assert (row["state"], row["attempts"]) == ("planned", 0)
    assert row["waits_for"] == f"pause account {ACCOUNT[platform]}"
    assert ministry.story(row["id"]) == ["planned", "not-prepared"]
    others_are(ministry, platform, "planned" if platform == "youtube" else "published")
    eventually(rehearsal, platform, 0)


def publish_with(ministry: Ministry, rehearsal: Rehearsal, kind: str, platform: str, action: str) -> Any:
    """Publish the small message while the fault is on for one account; then turn it off."""
    if platform == "youtube":
        ministry.write("messages/grain.md", VIDEO)
        write_video(ministry.folder / "messages/grain.mp4")
    elif action == "prepare":
        ministry.write("messages/grain.md", PICTURE)
        write_picture(ministry.folder / "messages/port.png", size=(320, 240))
    if kind.startswith("delay"):
        ministry.environment |= {
            "MINISTRY_SOCIAL_SENDING_CONNECT_TIMEOUT": "1s",
            "MINISTRY_SOCIAL_SENDING_TOTAL_TIMEOUT": "1.5s",
            "MINISTRY_SOCIAL_SENDING_UPLOAD_TIMEOUT": "1.5s",
        }
    ministry.environment |= {
        "MINISTRY_SOCIAL_SENDING_SETTLE": "2s",
        "MINISTRY_SOCIAL_SENDING_LOOK_EVERY": "1s",
        "MINISTRY_SOCIAL_SENDING_PROBE_GAP": "1s",
    }
    details = {"action": action} | DETAILS.get(kind, {"times": 1})
    made = rehearsal.fault(kind, platform, account=ACCOUNT[platform], **details)
    said = ministry.say("publish", "messages/grain.md", "--yes", "--wait", "10s")
    if kind not in HARMLESS:
        assert rehearsal.world.faults.on == [] or rehearsal.world.faults.on[0].met > 0, f"fault {made} was not met"
    rehearsal.world.faults.remove()
    if kind.startswith("delay"):
        time.sleep(0.6)  # until what we no longer wait for has been carried out
    return said


def others_are(ministry: Ministry, platform: str, state: str) -> None:
    """Every other account's state. (Posts that carry a video's address wait for it, and are called off with it.)"""
    others = [row for name, row in ministry.deliveries().items() if name != ACCOUNT[platform]]
    assert [row["state"] for row in others] == [state] * 3, others


def published_again_adds_nothing(ministry: Ministry, rehearsal: Rehearsal) -> None:
    """What is settled, or waits for a person, stays as it is."""
    before = (ministry.deliveries(), public(rehearsal))
    ministry.say("publish", "messages/grain.md", "--wait", "0s")
    after = ministry.deliveries()
    assert {name: row["state"] for name, row in after.items()} == {name: row["state"] for name, row in before[0].items()}
    assert public(rehearsal).keys() >= before[1].keys()


def eventually(rehearsal: Rehearsal, platform: str, posts: int) -> None:
    """So many posts stand there, once everything that was delayed has happened; and never two on one account."""
    for _ in range(40):
        if len(public(rehearsal).get(ACCOUNT[platform], [])) >= posts:
            break
        time.sleep(0.05)
    found = public(rehearsal)
    assert len(found.get(ACCOUNT[platform], [])) == posts
    assert all(len(ids) == 1 for ids in found.values()), found


def public(rehearsal: Rehearsal) -> dict[str, list[str]]:
    """What the public can see, by account: the ids of posts and videos."""
    found: dict[str, list[str]] = {}
    for record in rehearsal.records():
        if record["public"] and record["kind"] in ("post", "repost", "video") and record["deleted_at"] is None:
            found.setdefault(record["account"], []).append(record["id"])
    return found
