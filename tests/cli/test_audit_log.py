"""Asking the record at the front door: in words, as JSON, as CSV, as a page; and what was refused."""

import csv
import io
from contextlib import closing

from ministry_social.model.ledger import Event
from tests.acceptance.ministry import Ministry
from tests.acceptance.signatures import Signing, with_people
from tests.docs.pages import page, rows
from tests.factories import NOW

MFA = "grain-corridor/1/mfa/post"


def lines(said: str) -> list[str]:
    return [" ".join(line.split()) for line in said.splitlines()]


def written(ministry: Ministry, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((ministry.folder / name).read_text(encoding="utf-8"))))


def test_a_wave_is_told_in_words_and_reported_on(ministry: Ministry) -> None:
    assert ministry.say("publish", "messages/grain.md", "--yes").code == 0
    told = ministry.say("audit", "log", "--only", "published", "--country", "fr", "--json").json
    assert [(one["event"], one["words"]["about"]) for one in told] == [("accepted", "grain-corridor/1/embassy-paris/post")]
    assert told[0]["about"]["account"] == "embassy-paris"
    assert len(told[0]["seal"]) == 64
    shown = ministry.say("audit", "log", "--message", "grain-corridor", "--platform", "x", "--limit", "2").out
    assert lines(shown)[0] == "entry at who what about why"
    assert "There are more than these 2" in shown
    [newest] = ministry.say("audit", "log", "--newest-first", "--limit", "1", "--json").json
    assert newest["event"] == "accepted"
    assert ministry.say("audit", "log", "--person", "nobody").out == "Nothing of that is on record.\n"
    standing = ministry.say("audit", "posts", "--account", "mfa", "--json").json
    assert [(one["account"], one["message"]) for one in standing] == [("mfa", "grain-corridor/1")]
    assert standing[0]["url"].endswith(standing[0]["remote_id"])
    late = ministry.say("audit", "late", "--than", "0s", "--json").json
    assert {one["state"] for one in late} <= {"published"}
    _report(ministry)


def _report(ministry: Ministry) -> None:
    made = ministry.say("report", "delivery", "--csv", "out.csv", "--html", "out.html")
    assert (made.code, made.out) == (0, "")
    found = written(ministry, "out.csv")
    assert [row["by"] for row in found] == ["platform", "platform", "wave", *["account"] * 4, "together"]
    assert found[-1]["sent"] == "4"
    assert "This was a rehearsal" in (ministry.folder / "out.html").read_text(encoding="utf-8")
    shown = lines(ministry.say("report", "delivery", "--by", "account").out)
    assert shown[0].startswith("account deliveries went out p50 p95 p99 latest")
    assert shown[-1].startswith("together 4 4")
    report = ministry.say("report", "delivery", "--platform", "x", "--json").json
    assert (report["together"]["sent"], report["together"]["cost"]) == (3, 45)
    assert ministry.say("report", "delivery", "--to", "2020-01-01").out.startswith("No deliveries of that.")


def test_what_nobody_knows_is_said_and_every_question_of_the_docs_is_a_command(ministry: Ministry) -> None:
    for arguments, said in (
        (("--country", "ZZ"), "No account is in ZZ."),
        (("--account", "embassy-pari"), "Did you mean embassy-paris?"),
        (("--campaign", "harbours"), "There is no campaign harbours."),
        (("--from", "2026-12-02", "--to", "2026-12-01"), "--from is not before --to."),
        (("--from", "2026-12-02T10:00"), "says no time zone"),
    ):
        assert said in ministry.say("audit", "log", *arguments).err
    asked = [row[1].strip("`").split()[1:] for row in rows(page("audit-log.md"), "question", "command")]
    assert len(asked) > 10
    for words in asked:
        found = ministry.say(*words)
        assert found.code == 0 or "There is no campaign" in found.err, (words, found)


def test_a_cell_of_a_file_is_no_formula(ministry: Ministry) -> None:
    with closing(ministry.app()) as app, app.store.begin() as tx:
        tx.record(Event.HOLD, by="=cmd()", at=NOW, facts={"scope": "all", "value": "", "reason": "+1"})
    assert ministry.say("audit", "log", "--csv", "log.csv").code == 0
    [_, row] = written(ministry, "log.csv")
    assert (row["who"], row["why"]) == ("'=cmd()", "'+1")
    assert "cannot be written" in ministry.say("audit", "log", "--csv", "no/such/folder.csv").err


def test_who_is_refused_by_a_rule_stands_in_the_record_once(ministry: Ministry) -> None:
    signing = with_people(ministry)
    signing.say("boris", "person", "list")
    assert signing.say("anna", "approval", "submit", "messages/grain.md").code == 0
    assert signing.sign("boris").code == 0
    for _ in range(2):
        assert signing.say("boris", "approval", "sign", "grain-corridor", "--yes").code == 1
        assert signing.say("olga", "hold", "--all", "--reason", "y").code == 1
    assert _refusals(signing) == [
        ("boris", "grain-corridor", "approval sign", ["grain-corridor"], "boris has signed it already."),
        ("olga", None, "hold", [], "olga may not run hold: that is for approver or author or operator."),
    ]
    assert signing.say("olga", "audit", "log", "--person", "boris", "--only", "refusals").code == 0
    assert [one["signed"] for one in signing.say("olga", "audit", "posts", "--json").json] == []


def _refusals(signing: Signing) -> list[tuple[str, str | None, str, list[str], str]]:
    found = signing.say("olga", "audit", "log", "--only", "refusals", "--json").json
    return [
        (one["by"], one["about"].get("message"), one["facts"]["command"], one["facts"]["about"], one["facts"]["why"])
        for one in found
    ]
