"""Whatever changes on an account is found by one `account inspect --all` and told once to those who must know."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ministry_social.alerts.webhook import SIGNATURE, STAMP, signature
from ministry_social.cli.serving import enrol
from ministry_social.model.ledger import Event
from ministry_social.model.life import AccountRecord, Stage
from tests.acceptance.ministry import Ministry, Said, new_ministry
from tests.conftest import Rehearsal
from tests.receivers import Hook, Mailbox, mail_server, web_server

# platform -> the account of it on which everything happens
ON = {"x": "embassy-paris", "facebook": "page", "youtube": "channel"}
CHANGED = {
    "handle": "handle-changed", "title": "name-changed", "bio": "bio-changed", "picture": "picture-changed",
    "verified": "mark-gained",
}  # fmt: skip
NEW = {
    "handle": "NotTavoria", "title": "Tavoria Parody", "bio": "Not what we said.", "picture": "https://pictures.example.org/other.png",
    "verified": "government",
}  # fmt: skip
# YouTube tells nobody whether a channel has its mark.
WHERE = [(platform, field) for platform in ON for field in CHANGED if (platform, field) != ("youtube", "verified")]


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with mail_server() as box:
        yield box


@pytest.fixture
def hook() -> Iterator[Hook]:
    with web_server() as receiver:
        yield receiver


@pytest.fixture
def ministry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rehearsal: Rehearsal, mailbox: Mailbox, hook: Hook
) -> Ministry:  # fmt: skip
    """Three accounts in the store, each with a person responsible for it; operators with a mailbox and a webhook."""
    made = new_ministry(tmp_path / "ministry", monkeypatch)
    made.serve_at(rehearsal.address)
    made.environment |= {
        "MINISTRY_SOCIAL_ALERTS_SMTP": f"127.0.0.1:{mailbox.port}", "MINISTRY_SOCIAL_ALERTS_SMTP_SECURITY": "none",
        "MINISTRY_SOCIAL_ALERTS_MAIL_FROM": "social@mfa.example.org", "MINISTRY_SOCIAL_ALERTS_TO": "operators@mfa.example.org",
        "MINISTRY_SOCIAL_ALERTS_WEBHOOK": hook.address,
    }  # fmt: skip
    with closing(made.app()) as app:
        now = app.clock.now()
        with app.store.begin() as tx:
            for order, one in enumerate(one for one in app.written_accounts if one.name in ON.values()):
                kept = replace(one, responsible=f"{one.name}@mfa.example.org")
                tx.keep_account(AccountRecord(account=kept, order=order, stage=Stage.ACTIVE, since=now, requested_by="anna"))
                tx.record(Event.TAKEN_IN, by="anna", at=now, account=one.name)
    with closing(made.app()) as app:
        enrol(app, rehearsal.address)
        app.vault.put_alert("webhook-key", "a key")
    first = made.say("account", "inspect", "--all")
    assert (first.code, first.err) == (0, "")
    assert "3 accounts: 0 blocking, 0 advisory." in first.out
    return made


def change(rehearsal: Rehearsal, platform: str, **fields: str) -> None:
    answer = rehearsal.post(f"/rehearsal/accounts/{platform}/{ON[platform]}", fields)
    assert answer == {"changed": sorted(fields)}


def found(said: Said) -> dict[str, set[str]]:
    return {row["account"]: {finding["name"] for finding in row["findings"]} for row in said.json["accounts"]}


def lines(ministry: Ministry, event: str) -> list[dict[str, Any]]:
    with closing(ministry.app()) as app, app.store.read() as reading:
        bodies = [json.loads(entry.body) for entry in reading.entries()]
    return [body for body in bodies if body["event"] == event]


def test_each_change_on_each_platform_is_found_by_one_inspection_and_told_once(
    ministry: Ministry, rehearsal: Rehearsal, mailbox: Mailbox, hook: Hook
) -> None:
    for platform, field in WHERE:
        change(rehearsal, platform, **{field: NEW[field]})
    said = ministry.say("account", "inspect", "--all", "--json")
    assert found(said) == {
        name: {CHANGED[field] for where, field in WHERE if where == platform} for platform, name in ON.items()
    }  # fmt: skip
    assert sorted(mailbox.to) == sorted([*(f"{name}@mfa.example.org" for name in ON.values()), "operators@mfa.example.org"])
    paris = next(mail for mail in mailbox.mails if mail["To"] == "embassy-paris@mfa.example.org")
    assert paris["Subject"] == "[Rehearsal] embassy-paris: 5 findings"
    assert 'is now "Tavoria Parody"' in paris.get_content()
    assert "ministry-social hold --account embassy-paris" in paris.get_content()
    assert "page" not in paris.get_content()  # what is another's stays with the other and the operators
    [(headers, body)] = hook.asked
    assert headers[SIGNATURE] == signature("a key", headers[STAMP], body)
    assert set(json.loads(body)["findings"]) == set(CHANGED.values())
    assert len(lines(ministry, "alerted")) == 5

    before = len(lines(ministry, "standing"))
    again = ministry.say("account", "inspect", "--all", "--json")
    assert (again.json["told"], found(again)) == ([], found(said))  # still there, and no news
    assert (len(mailbox.mails), len(hook.asked), len(lines(ministry, "standing"))) == (4, 1, before)
    with closing(ministry.app()) as app, app.store.read() as reading:
        ledger = "".join(entry.body for entry in reading.entries())
    assert "Tavoria Parody" not in ledger  # it holds digests and names, no texts
    assert "Not what we said." not in ledger
    assert "@mfa.example.org" not in ledger


@pytest.mark.parametrize("fault", ["expired-token", "suspended"])
def test_an_account_that_is_shut_out_is_found_told_and_paused(
    ministry: Ministry, rehearsal: Rehearsal, mailbox: Mailbox, hook: Hook, fault: str
) -> None:
    for platform, account in ON.items():
        rehearsal.fault(fault, platform, account=account)
    said = ministry.say("account", "inspect", "--all", "--json")
    assert said.code == 1
    # Of a suspended account X says so itself; the others let nobody in.
    suspended = {"embassy-paris": {"may-not-post"}} if fault == "suspended" else {}
    assert found(said) == {name: {"permission-refused"} for name in ON.values()} | suspended
    assert len(mailbox.mails) == 4
    assert json.loads(hook.asked[0][1])["severity"] == "blocking"
    assert {row["value"] for row in ministry.say("resume", "--json").json} == set(ON.values())
    again = ministry.say("account", "inspect", "--all", "--json")
    assert (again.code, len(mailbox.mails), len(hook.asked)) == (1, 4, 1)
    assert again.json["told"] == []


def test_what_the_platform_takes_back_is_told_again_when_it_returns(
    ministry: Ministry, rehearsal: Rehearsal, mailbox: Mailbox
) -> None:  # fmt: skip
    profile = rehearsal.world.named("x", "embassy-paris")
    assert profile is not None
    for title in ("Parody", profile.title, "Parody"):
        change(rehearsal, "x", title=title)
        ministry.say("account", "inspect", "embassy-paris")
    assert mailbox.to.count("embassy-paris@mfa.example.org") == 2


def test_a_change_that_was_ours_is_accepted_and_not_said_any_more(ministry: Ministry, rehearsal: Rehearsal) -> None:
    change(rehearsal, "x", title="Our new name")
    said = ministry.say("account", "inspect", "embassy-paris", "--accept", "renamed by decree", "--json")
    assert (said.code, found(said)) == (0, {"embassy-paris": set()})
    [entry] = lines(ministry, "standing-accepted")
    assert (entry["facts"]["changes"], entry["facts"]["reason"]) == (["name"], "renamed by decree")
    assert found(ministry.say("account", "inspect", "embassy-paris", "--json")) == {"embassy-paris": set()}


def test_a_mail_that_does_not_get_through_is_said_and_sent_later(
    ministry: Ministry, rehearsal: Rehearsal, mailbox: Mailbox, hook: Hook
) -> None:
    mailbox.refuse, hook.answer = "550 no such mailbox", 500
    change(rehearsal, "facebook", title="Another page")
    said = ministry.say("account", "inspect", "page")
    assert "NOT told  mail page@mfa.example.org: The mail server takes no mail for this address (SMTP 550)." in said.out
    assert "NOT told  webhook: The webhook was refused (HTTP 500)." in said.out
    assert len(lines(ministry, "not-alerted")) == 3
    mailbox.refuse, hook.answer = "", 204
    ministry.say("account", "inspect", "page")
    assert (sorted(mailbox.to), len(hook.asked)) == (["operators@mfa.example.org", "page@mfa.example.org"], 2)
    assert len(lines(ministry, "alerted")) == 3


@pytest.mark.parametrize("platform", ["facebook", "youtube"])
def test_a_test_post_is_never_public_and_gone_afterwards(ministry: Ministry, rehearsal: Rehearsal, platform: str) -> None:
    said = ministry.say("account", "inspect", ON[platform], "--test-post", "--json")
    assert said.code == 0
    [record] = rehearsal.records()
    assert (record["account"], record["shown"], record["public"]) == (ON[platform], False, False)
    assert record["deleted_at"] is not None
    assert said.json["proof"] == {"post": record["id"], "gone": True}
    assert lines(ministry, "proved")[0]["facts"] == {"post": record["id"], "gone": True}


def test_x_knows_no_post_that_nobody_sees(ministry: Ministry, rehearsal: Rehearsal) -> None:
    said = ministry.say("account", "inspect", "embassy-paris", "--test-post")
    assert said.code == 1
    assert "cannot be proved by a test post" in said.err
    assert rehearsal.records() == []


def test_an_outage_says_nothing_of_an_account(ministry: Ministry, rehearsal: Rehearsal, mailbox: Mailbox) -> None:
    rehearsal.fault("error", "x", action="read")
    said = ministry.say("account", "inspect", "embassy-paris", "--json")
    assert said.code == 1
    [row] = said.json["accounts"]
    assert (row["findings"], bool(row["error"]), row["may_post"]) == ([], True, True)
    assert mailbox.mails == []
    assert ministry.say("resume", "--json").json == []


def test_a_worker_asks_after_each_account_once_a_day_and_tells_what_it_finds(
    ministry: Ministry, rehearsal: Rehearsal, mailbox: Mailbox
) -> None:  # fmt: skip
    change(rehearsal, "youtube", title="Another channel")
    rehearsal.post("/rehearsal/clock", {"advance": 25 * 3600, "rate": 600})
    with closing(ministry.app()) as app, app.store.read() as reading:
        before = dict(reading.inspected())
    from ministry_social.engine.embedded import Embedded

    class Nobody:
        def changed(self, delivery: object) -> None:
            raise AssertionError("there is nothing to deliver")

        def progress(self, key: str, done: int, total: int) -> None:
            raise AssertionError("there is nothing to upload")

    with closing(ministry.app()) as app:
        means = replace(app.means, inspect_every=app.settings.standing.every)
        deadline = app.clock.now() + app.clock.real(app.settings.sending.total_timeout)

        def enough() -> bool:
            with app.store.read() as reading:
                asked = all(at > before[name] for name, at in reading.inspected().items())
            return (asked and len(mailbox.mails) >= 2) or app.clock.now() > deadline

        Embedded(means, Nobody(), threads=2).run(enough)
    assert sorted(mailbox.to) == ["channel@mfa.example.org", "operators@mfa.example.org"]
    assert {one["by"] for one in lines(ministry, "alerted")} == {"engine"}
