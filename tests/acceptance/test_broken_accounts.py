"""With accounts broken, the others still go out, and the result says which did not and what to do."""

import pytest

from tests.acceptance.ministry import Ministry
from tests.conftest import Rehearsal


@pytest.fixture(autouse=True)
def hurried(ministry: Ministry) -> None:
    """Whether an account is really shut out is asked quickly: the rehearsal's clock runs fast, and posts go stale."""
    ministry.environment |= {"MINISTRY_SOCIAL_SENDING_PROBE_GAP": "1s"}


def test_with_two_accounts_broken_the_others_still_go_out(ministry: Ministry, rehearsal: Rehearsal) -> None:
    rehearsal.fault("expired-token", "x", account="embassy-paris")
    rehearsal.fault("suspended", "x", account="embassy-ankara")
    said = ministry.say("publish", "messages/grain.md", "--yes")
    assert said.code == 1
    states = {name: row["state"] for name, row in ministry.deliveries().items()}
    assert states == {"mfa": "published", "page": "published", "embassy-paris": "planned", "embassy-ankara": "planned"}
    assert {record["account"] for record in rehearsal.records()} == {"mfa", "page"}

    told = said.out.splitlines()
    assert any(line.startswith("2 published, 0 failed, 0 being checked, 2 paused.") for line in told)
    [paris] = [line for line in told if line.startswith("  embassy-paris is paused. ")]
    [ankara] = [line for line in told if line.startswith("  embassy-ankara is paused. ")]
    assert "ministry-social account connect embassy-paris" in paris
    assert "suspended" in ankara
    assert "look at the account" in ankara
    assert "ministry-social resume --account embassy-ankara" in said.out
    assert "Traceback" not in said.out + said.err


def test_a_credential_that_the_platform_does_not_know_breaks_only_its_account(ministry: Ministry, rehearsal: Rehearsal) -> None:
    revoked = dict(ministry.app().vault.get("embassy-paris").fields())
    revoked["access_token_secret"] = "revoked"
    profile = rehearsal.world.named("x", "embassy-paris")
    assert profile is not None
    profile.credential["access_token_secret"] = "another"
    assert ministry.say("publish", "messages/grain.md", "--yes").code == 1
    rows = ministry.deliveries()
    assert {name for name, row in rows.items() if row["state"] == "published"} == {"mfa", "page", "embassy-ankara"}
    assert "account connect embassy-paris" in rows["embassy-paris"]["error"]


def test_when_the_account_is_mended_its_post_goes_out(ministry: Ministry, rehearsal: Rehearsal) -> None:
    rehearsal.fault("suspended", "x", account="embassy-ankara")
    ministry.say("publish", "messages/grain.md", "--yes")
    rehearsal.world.faults.remove()
    resumed = ministry.say("resume", "--account", "embassy-ankara", "--reason", "X lets it post again")
    assert (resumed.code, resumed.err) == (0, "")
    assert ministry.say("publish", "messages/grain.md").code == 0
    assert len(rehearsal.records(account="embassy-ankara")) == 1


def test_an_account_without_a_credential_is_named(ministry: Ministry, rehearsal: Rehearsal) -> None:
    (ministry.folder / "data" / "vault.sealed").unlink()
    said = ministry.say("publish", "messages/grain.md", "--yes")
    assert said.code == 1
    assert rehearsal.records() == []
    assert (
        "  mfa is paused. There is no credential for mfa. Run: ministry-social account connect mfa --credential FILE\n" in said.out
    )


def test_a_post_in_doubt_holds_back_only_its_own_account(ministry: Ministry, rehearsal: Rehearsal) -> None:
    rehearsal.fault("drop-after", "x", account="mfa", action="publish", times=1)
    rehearsal.fault("error", "x", account="mfa", action="read")  # its timeline cannot be read
    ministry.environment |= {"MINISTRY_SOCIAL_SENDING_SETTLE": "1s", "MINISTRY_SOCIAL_SENDING_UNREADABLE_AFTER": "1s"}
    assert ministry.say("publish", "messages/grain.md", "--yes").code == 1
    text = (ministry.folder / "messages/grain.md").read_text()
    other = text.replace("grain-corridor", "visit").replace("The grain corridor stays open for another year.", "A visit began.")
    ministry.write("messages/visit.md", other.replace("Le couloir céréalier reste ouvert une année encore.", "Début de la visite."))
    ministry.write("messages/local/visit/embassy-ankara.md", "## tr\n### short\nBakanımız Ankara'ya geldi.\n")
    said = ministry.say("publish", "messages/visit.md", "--yes")
    rows = {row["account"]: row for row in ministry.say("delivery", "list", "--message", "visit", "--json").json}
    assert rows.pop("mfa")["waits_for"] == "account"
    assert {row["state"] for row in rows.values()} == {"published"}
    assert "mfa waits: another post of this account is being checked." in said.out
