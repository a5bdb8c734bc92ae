"""`approval`, `policy` and `person` as people use them, and what each role may."""

import pytest

from ministry_social.rules.permissions import MAY
from tests.acceptance.ministry import Ministry
from tests.acceptance.signatures import Signing, with_people, without_passphrase
from tests.conftest import Rehearsal
from tests.docs.test_complete import commands


@pytest.fixture
def signing(ministry: Ministry) -> Signing:
    """A ministry with people and an adopted policy."""
    return with_people(ministry)


def test_every_command_says_who_may_run_it() -> None:
    assert {name.removeprefix("ministry-social ") for name, _ in commands()} == set(MAY)


def test_in_a_new_ministry_nobody_has_to_sign(ministry: Ministry) -> None:
    said = ministry.say("approval", "submit", "messages/grain.md")
    assert said.code == 1
    assert "Nobody has to sign in this rehearsal." in said.err
    assert "who publishes confirms" in ministry.say("policy", "show").out
    assert "everybody may do everything" in ministry.say("person", "list").out


def test_submitting_sends_nothing_and_says_who_signs(signing: Signing, rehearsal: Rehearsal) -> None:
    said = signing.say("anna", "approval", "submit", "messages/grain.md")
    assert (said.code, rehearsal.records()) == (0, [])
    assert "State     Needs 2 more signatures for everything, of boris or clara." in said.out
    assert "was submitted in this very form before" in signing.say("anna", "approval", "submit", "messages/grain.md").out
    [listed] = signing.say("olga", "approval", "list", "--json").json
    assert (listed["message"], listed["authors"], listed["complete"]) == ("grain-corridor", ["anna"], False)


def test_a_scheduled_message_waits_for_signatures_and_new_times_ask_for_them_again(signing: Signing, rehearsal: Rehearsal) -> None:
    schedule = ("delivery", "schedule", "messages/grain.md", "--yes", "--at")
    said = signing.say("anna", *schedule, "2030-12-02 09:00 local")
    assert said.code == 0, said
    assert "\nApproval  Needs 2 more signatures for everything, of boris or clara.\n" in said.out
    assert "They go out when it is approved and their time has come" in said.out
    signing.sign("boris", "clara")
    assert "Approval" not in signing.say("anna", *schedule, "2030-12-02 09:00 local").out, "the same times keep them"
    moved = signing.say("anna", *schedule, "2030-12-02 10:00 local", "--json")
    assert moved.json["approval"] == "Needs 2 more signatures for everything, of boris or clara."
    assert signing.events().count("submitted") == 2
    rehearsal.post("/rehearsal/clock", {"rate": 1, "now": "2030-12-02T12:00:00Z"})
    assert signing.say("dora", "worker", "--until-idle").code == 0
    assert rehearsal.records() == []
    states = {row["says"] for row in signing.say("olga", "schedule", "show", "--json").json}
    assert states == {"waits for approval"}
    signing.sign("boris", "clara")
    assert signing.say("dora", "worker", "--until-idle").code == 0
    assert {row["state"] for row in signing.ministry.deliveries().values()} == {"published"}


def test_what_a_message_waits_for_may_be_an_hour_of_each_account(signing: Signing) -> None:
    submit = ("approval", "submit", "messages/grain.md", "--at", "2030-12-02 09:00 local")
    assert "Needs 2 more" in signing.say("anna", *submit).out
    due = {name: row["due_at"][11:16] for name, row in signing.ministry.deliveries().items()}
    assert (due["embassy-ankara"], due["mfa"]) == ("06:00", "08:00")
    again = signing.say("anna", *submit).out
    assert "Its times stay as they are. Others: ministry-social delivery schedule messages/grain.md --at TIME" in again


def test_signing_asks_nobody_without_a_terminal(signing: Signing) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md")
    said = signing.say("boris", "approval", "sign", "grain-corridor")
    assert (said.code, said.err.startswith("Error: Nobody can be asked here. Say --yes.")) == (2, True)
    with without_passphrase(signing):
        said = signing.say("boris", "approval", "sign", "grain-corridor", "--yes")
    assert said.code == 2
    assert "Nobody can be asked for a passphrase here" in said.err


def test_a_wrong_passphrase_signs_nothing_and_is_not_shown(signing: Signing) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md")
    signing.ministry.environment["MINISTRY_SOCIAL_PASSPHRASE"] = "tell-tale but wrong"
    said = signing.say("boris", "approval", "sign", "grain-corridor", "--yes")
    assert said.code == 1
    assert "does not open the key" in said.err
    assert "tell-tale" not in said.out + said.err
    assert "signed" not in signing.events()


def test_the_digest_is_shown_in_groups_before_it_is_signed(signing: Signing) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md")
    release = signing.say("olga", "approval", "show", "grain-corridor", "--json").json["release"]
    said = signing.sign("boris")
    assert " ".join(release[start : start + 4] for start in range(0, 64, 4)) in said.out


def test_what_is_shown_is_what_will_be_public(signing: Signing) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md", "--at", "2099-12-01T09:00:00Z")
    shown = signing.say("boris", "approval", "show", "grain-corridor").out
    assert "mfa on x @TavoriaMFA (id 1840000010007919037): original" in shown
    assert "due      2099-12-01 09:00 UTC (2099-12-01 10:00 Europe/Belgrade)" in shown
    assert "  | Le couloir céréalier reste ouvert une année encore." in shown


def test_refusing_and_withdrawing_are_on_record(signing: Signing, rehearsal: Rehearsal) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md")
    signing.sign("boris", "clara")
    assert (
        "boris has refused it: wrong year"
        in signing.say("boris", "approval", "refuse", "grain-corridor", "--reason", "wrong year").out
    )
    assert signing.say("anna", "publish", "messages/grain.md").code == 1
    assert "Needs 1 more" in signing.say("boris", "approval", "withdraw", "grain-corridor", "--reason", "no, right").out
    assert signing.events()[-2:] == ["declined", "withdrawn"]
    assert rehearsal.records() == []
    signing.sign("boris")
    assert signing.say("anna", "publish", "messages/grain.md").code == 0


@pytest.mark.parametrize(
    ("who", "command"),
    [
        ("olga", ("publish", "messages/grain.md", "--yes")),
        ("olga", ("approval", "sign", "grain-corridor", "--yes")),
        ("olga", ("policy", "adopt", "--yes")),
        ("olga", ("delivery", "retry", "x")),
        ("boris", ("worker", "--until-idle")),
        ("anna", ("delivery", "settle", "x", "--absent", "--reason", "y")),
        ("emil", ("hold", "--all", "--reason", "y")),
        ("stranger", ("publish", "messages/grain.md", "--yes")),
    ],
)
def test_what_a_role_may_not_is_refused_and_stands_in_the_ledger(signing: Signing, who: str, command: tuple[str, ...]) -> None:
    said = signing.say(who, *command)
    assert said.code == 1
    assert f"{who} may not run" in said.err
    with signing.ministry.app().store.read() as reading:
        last = list(reading.entries())[-1].body
    assert '"event":"not-allowed"' in last
    assert f'"by":"{who}"' in last


def test_an_auditor_may_look_at_everything(signing: Signing) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md")
    for command in (
        "approval list",
        "approval show grain-corridor",
        "delivery list",
        "hold",
        "release",
        "resume",
        "person list",
        "policy show",
    ):
        assert signing.say("olga", *command.split()).code == 0, command


def test_a_mission_editor_submits_their_own_local_texts_only(signing: Signing) -> None:
    said = signing.say("emil", "approval", "submit", "messages/grain.md")
    assert said.code == 1
    assert "emil may speak for embassy-ankara only, not for mfa." in said.err
    file = signing.ministry.folder / "messages" / "grain.md"
    text = file.read_text()
    audience = "account:mfa + account:embassy-paris + account:embassy-ankara + account:page"
    file.write_text(text.replace(audience, "account:embassy-ankara"))
    assert signing.say("emil", "approval", "submit", "messages/grain.md").code == 0


def test_a_mission_editor_writes_for_their_own_mission_only(signing: Signing) -> None:
    text = "Tahıl gemileri Mersin limanından her salı yola çıkar; teşekkürler Türkiye."
    said = signing.say("emil", "local", "write", "grain-corridor", "--mission", "embassy-paris", "--text", text)
    assert said.code == 1
    assert "emil may not write for embassy-paris." in said.err
    with signing.ministry.app().store.read() as reading:
        assert '"event":"not-allowed"' in list(reading.entries())[-1].body
    own = signing.say("emil", "local", "write", "grain-corridor", "--mission", "embassy-ankara", "--text", text, "--replace")
    assert own.code == 0, own
    assert (
        "may not run" in signing.say("olga", "local", "write", "grain-corridor", "--mission", "embassy-ankara", "--text", "x").err
    )


def test_a_local_text_after_signing_needs_new_signatures(signing: Signing) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md")
    signing.sign("boris", "clara")
    text = "Le couloir reste ouvert; à Marseille, nos navires passent chaque mardi matin."
    assert signing.say("anna", "local", "write", "grain-corridor", "--mission", "embassy-paris", "--text", text).code == 0
    said = signing.say("anna", "publish", "messages/grain.md", "--yes")
    assert (said.code, signing.ministry.deliveries()["embassy-paris"]["state"]) == (1, "planned")
    assert "needs" in (said.out + said.err).lower()


def test_a_key_is_made_once_and_lies_with_its_owner(signing: Signing) -> None:
    said = signing.say("boris", "person", "enrol")
    assert said.code == 1
    assert "There is a key already" in said.err
    stranger = signing.say("stranger", "person", "enrol")
    assert 'os_user = "stranger"' in stranger.err
    signing.ministry.environment["MINISTRY_SOCIAL_PASSPHRASE"] = "short"
    assert "too short" in signing.say("dora", "person", "enrol").err
    assert (signing.ministry.folder / "keys" / "boris.key").stat().st_mode & 0o777 == 0o600


def test_a_broken_file_of_people_is_named_with_its_line(signing: Signing) -> None:
    people = signing.ministry.folder / "config" / "people.toml"
    people.write_text(people.read_text().replace('roles = ["author"]', 'roles = ["autor"]'))
    said = signing.say("anna", "publish", "messages/grain.md", "--yes")
    assert said.code == 2
    assert "people.toml:4" in said.err
    assert "Did you mean author?" in said.err
    assert signing.say("anna", "hold", "--all", "--reason", "x").code == 0
