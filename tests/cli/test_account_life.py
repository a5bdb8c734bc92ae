"""An account's life through the front door, against the rehearsal: from request to retirement."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from ministry_social.cli.serving import enrol
from ministry_social.model.ledger import Event
from ministry_social.model.stop import Pause
from tests.acceptance.ministry import Ministry, Said
from tests.conftest import Rehearsal

RIGA = (
    *("--platform", "x", "--handle", "TAV_Riga", "--title", "Embassy of Tavoria in Riga", "--languages", "lv en"),
    *("--zone", "Europe/Riga", "--country", "LV", "--city", "Riga"),
)
MESSAGE = '+++\nid = "hello"\naudience = "account:embassy-riga"\n+++\n\n## lv\n### short\nLabdien, Rīga!\n'
LIFE = ("approve", "verify", "activate", "certify")


@pytest.fixture
def imported(ministry: Ministry) -> Ministry:
    """Every account is connected and imported."""
    assert ministry.say("account", "import", "config/accounts.toml").code == 0
    return ministry


def by(ministry: Ministry, person: str, *arguments: str) -> Said:
    """A command of somebody: in a rehearsal one person can play several."""
    return replace_environment(ministry, {"LOGNAME": person}).say(*arguments)


def replace_environment(ministry: Ministry, more: dict[str, str]) -> Ministry:
    return replace(ministry, environment=ministry.environment | more)


def connect(ministry: Ministry, rehearsal: Rehearsal, name: str = "embassy-riga") -> Said:
    """With the credential that the platform gave to the mission."""
    app = ministry.app()
    enrol(app, rehearsal.address)
    assert not app.vault.has(name)  # its mission has opened it; nobody has connected it
    app.close()
    profile = rehearsal.world.named("x", name)
    assert profile is not None
    file = ministry.write("credential.json", json.dumps(profile.credential))
    return by(ministry, "dora", "account", "connect", name, "--credential", file.name)


def stage(ministry: Ministry, name: str = "embassy-riga") -> str:
    return str(ministry.say("account", "show", name, "--json").json["stage"])


def told(ministry: Ministry, name: str = "embassy-riga") -> list[str]:
    app = ministry.app()
    with app.store.read() as reading:
        bodies = [json.loads(one.body) for one in reading.entries()]
    app.close()
    return [one["event"] for one in bodies if one["about"].get("account") == name and "delivery" not in one["about"]]


def test_an_account_goes_its_whole_way_and_its_post_goes_out(imported: Ministry, rehearsal: Rehearsal) -> None:
    asked = by(imported, "anna", "account", "request", "embassy-riga", *RIGA)
    assert asked.out.splitlines()[-1] == (
        "1 account requested.   Next, by somebody else: ministry-social account approve embassy-riga"
    )
    assert by(imported, "anna", "account", "approve", "embassy-riga").code == 1
    assert by(imported, "boris", "account", "approve", "--all").out.startswith("embassy-riga: approved\n1 account approved.")
    assert not imported.app().vault.has("embassy-riga")
    assert connect(imported, rehearsal).out.endswith("Next: ministry-social account verify embassy-riga\n")
    assert by(imported, "dora", "account", "verify", "--all").out.startswith("embassy-riga: verified\n1 verified, 0 not.")
    imported.write("messages/hello.md", MESSAGE)
    not_yet = imported.say("message", "check", "messages/hello.md")
    assert "The audience holds no account." in not_yet.out
    assert by(imported, "dora", "account", "activate", "--all").code == 0
    assert imported.say("publish", "messages/hello.md", "--yes").code == 0
    assert [post["text"] for post in rehearsal.records(account="embassy-riga")] == ["Labdien, Rīga!"]

    by(imported, "boris", "account", "certify", "embassy-riga")
    assert by(imported, "clara", "account", "certify", "embassy-riga", "--json").json["certified"] == ["embassy-riga"]
    gone = by(imported, "clara", "account", "retire", "embassy-riga", "--reason", "the embassy was closed")
    assert gone.out.startswith("embassy-riga: retired; its credential is gone.\n")
    assert not imported.app().vault.has("embassy-riga")
    assert told(imported) == [
        "taken-in", "not-allowed", "account-approved", "connected", "verified", "activated", "certification-proposed", "certified",
        "retired",
    ]  # fmt: skip

    imported.write("config/budgets.toml", '[missions]\nembassy-riga = "80.00"\n')  # no file of the config breaks with it
    assert "The audience holds no account." in imported.say("message", "check", "messages/hello.md").out
    taken_down = imported.say("delivery", "recall", "--message", "hello", "--reason", "wrong", "--yes")
    assert taken_down.code == 1
    assert "embassy-riga is retired, or gone from the config, and there is no credential for it." in taken_down.out
    assert "Take the post down on the platform itself." in taken_down.out
    assert imported.say("delivery", "list", "--account", "embassy-riga").code == 0


@pytest.mark.parametrize(
    ("handle", "fault", "says"),
    [
        ("Other", "", "embassy-riga is @Other on the platform, not @TAV_Riga."),
        ("", "suspended", "embassy-riga"),
    ],
)
def test_what_the_platform_refuses_is_not_verified_and_is_on_record(
    imported: Ministry, rehearsal: Rehearsal, handle: str, fault: str, says: str
) -> None:
    by(imported, "anna", "account", "request", "embassy-riga", *RIGA)
    by(imported, "boris", "account", "approve", "embassy-riga")
    connect(imported, rehearsal)
    if handle:
        rehearsal.post("/rehearsal/accounts/x/embassy-riga", {"handle": handle})
    if fault:
        rehearsal.fault(fault, "x", account="embassy-riga")
    refused = imported.say("account", "verify", "embassy-riga")
    assert refused.code == 1
    assert refused.out.startswith("embassy-riga: NOT verified. ")
    assert says in refused.out
    assert stage(imported) == "connected"
    assert told(imported)[-1] == "not-verified"


def test_a_platform_that_cannot_be_asked_has_refused_nothing(imported: Ministry, rehearsal: Rehearsal) -> None:
    by(imported, "anna", "account", "request", "embassy-riga", *RIGA)
    by(imported, "boris", "account", "approve", "embassy-riga")
    connect(imported, rehearsal)
    rehearsal.fault("error", "x", account="embassy-riga", action="read")
    assert imported.say("account", "verify", "embassy-riga").code == 1
    assert told(imported)[-1] == "connected"


def test_as_long_as_accounts_toml_is_the_truth_the_steps_are_refused_and_the_rest_works_as_before(ministry: Ministry) -> None:
    for step in LIFE:
        refused = ministry.say("account", step, "mfa")
        assert refused.err == (
            "Error: The accounts still stand in accounts.toml: import them first: "
            "ministry-social account import config/accounts.toml\n"
        ), step
    assert ministry.say("account", "retire", "mfa", "--reason", "x").code == 1
    assert ministry.say("account", "export").code == 1
    assert "stage" not in ministry.say("account", "list").out.splitlines()[0]
    assert ministry.say("account", "list", "--json").json[0]["stage"] == "active"


def test_the_first_import_does_not_silence_those_who_speak(ministry: Ministry) -> None:
    ministry.write("new.csv", "name,platform,handle,title,languages,zone,country,city\nriga,x,Riga,Riga,en,Europe/Riga,LV,Riga\n")
    for more in ((), ("--running",)):
        refused = ministry.say("account", "import", "new.csv", *more)
        assert refused.err.startswith("Error: 46 accounts of config/accounts.toml would speak no more: mfa, ")
    ministry.write("all.toml", (ministry.folder / "config" / "accounts.toml").read_text())
    assert ministry.say("account", "import", "all.toml", "--running").code == 0
    assert ministry.say("account", "import", "all.toml", "--running").err.startswith("Error: Accounts were imported before")


def test_an_import_names_each_change_and_never_removes_an_account(imported: Ministry) -> None:
    file = imported.folder / "config" / "accounts.toml"
    text = file.read_text().replace('title = "Embassy of Tavoria in Paris"', 'title = "Our Embassy in Paris"')
    head, mfa, *others = text.split("[[account]]")
    file.write_text("[[account]]".join([head, mfa, *others[:-1]]))
    said = imported.say("account", "import", "config/accounts.toml")
    assert said.out.splitlines() == [
        "changed  embassy-paris  title: Embassy of Tavoria in Paris -> Our Embassy in Paris",
        "left     channel  active; it does not stand in the file, and stays",
        "0 new, 1 changed, 44 unchanged, 1 not in the file.",
    ]
    assert imported.say("account", "show", "embassy-paris", "--json").json["title"] == "Our Embassy in Paris"
    assert told(imported, "embassy-paris")[-1] == "account-changed"


def test_an_engine_and_the_doctor_warn_where_the_file_is_not_what_counts(imported: Ministry) -> None:
    warning = "config/accounts.toml differs from the accounts in the database, which count."
    assert warning not in imported.say("doctor").out
    file = imported.folder / "config" / "accounts.toml"
    file.write_text(file.read_text().replace('city = "Paris"', 'city = "Lyon"'))
    assert warning in imported.say("doctor").out
    assert warning in imported.say("publish", "messages/grain.md", "--yes").err
    assert imported.say("account", "export", "config/accounts.toml").code == 0
    assert warning not in imported.say("doctor").out
    file.write_text("[[account]")
    assert "config/accounts.toml cannot be read" in imported.say("doctor").out


def test_what_cannot_post_is_listed_with_what_mends_it(imported: Ministry) -> None:
    assert imported.say("account", "list", "--broken").out == "Every account in force is connected, and none is paused.\n"
    app = imported.app()
    app.vault.remove("embassy-london")
    with app.store.begin() as tx:
        now = app.clock.now()
        mends = "Connect it again: ministry-social account connect embassy-paris"
        tx.keep_pause(Pause(scope="account", value="embassy-paris", reason="X revoked it.", remedy=mends, at=now))
        tx.record(Event.PAUSED, by="engine", at=now, account="embassy-paris")
    app.close()
    rows = {row["account"]: row for row in imported.say("account", "list", "--broken", "--json").json}
    assert rows["embassy-paris"]["why"] == "X revoked it."
    assert rows["embassy-paris"]["mends"].startswith(mends)
    assert rows["embassy-london"]["state"] == "not connected"
    assert "ministry-social account connect embassy-london --credential FILE" in imported.say("account", "list", "--broken").out


def test_a_list_can_hold_those_of_one_stage_alone(imported: Ministry) -> None:
    by(imported, "anna", "account", "request", "embassy-riga", *RIGA)
    assert [one["name"] for one in imported.say("account", "list", "--stage", "requested", "--json").json] == ["embassy-riga"]
    shown = imported.say("account", "list").out
    assert "46 due for certification: two persons run ministry-social account certify." in shown


def test_a_request_from_a_file_takes_all_of_it_or_nothing(imported: Ministry) -> None:
    rows = [
        "name,platform,handle,title,languages,zone,country,city",
        "a,x,A,A,en,Europe/Riga,LV,Riga",
        "b,x,B,B,en,Nowhere,LV,Riga",
    ]
    imported.write("new.csv", "\n".join(rows))
    refused = imported.say("account", "request", "--from", "new.csv")
    assert refused.err.splitlines()[-1] == "Error: 1 row is wrong, so nothing was requested."
    assert "new.csv:3: row 3 (b):" in refused.err
    imported.write("new.csv", "\n".join(rows[:2]))
    assert [one["name"] for one in imported.say("account", "request", "--from", "new.csv", "--json").json] == ["a"]


def test_roles_decide_who_may(imported: Ministry) -> None:
    people = Path(imported.folder / "config" / "people.toml")
    rows = [people.read_text()]
    rows += [f'[[people]]\nname = "{n}"\nos_user = "{n}"\nroles = ["{r}"]' for n, r in (("anna", "author"), ("boris", "approver"))]
    people.write_text("\n\n".join(rows))
    for person, command, wanted in (
        ("anna", ("approve", "mfa"), "approver or operator"), ("anna", ("certify", "mfa"), "approver or operator"),
        ("anna", ("retire", "mfa", "--reason", "x"), "approver or operator"), ("boris", ("request", "riga"), "author or mission"),
        ("boris", ("import", "config/accounts.toml"), "operator"), ("boris", ("activate", "mfa"), "operator"),
    ):  # fmt: skip
        refused = by(imported, person, "account", *command)
        assert f"{person} may not run account {command[0]}: that is for {wanted}" in refused.err
    assert by(imported, "boris", "account", "import", "config/accounts.toml", "--dry-run").code == 0
