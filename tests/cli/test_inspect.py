"""`account inspect`, `account forecast` and `alert`, as an operator types them."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.acceptance.ministry import Ministry
from tests.conftest import Rehearsal
from tests.receivers import Mailbox, mail_server, web_server


@pytest.fixture
def mailbox(ministry: Ministry) -> Iterator[Mailbox]:
    """A mail server that the ministry uses."""
    with mail_server() as box:
        ministry.environment |= {
            "MINISTRY_SOCIAL_ALERTS_SMTP": f"127.0.0.1:{box.port}", "MINISTRY_SOCIAL_ALERTS_SMTP_SECURITY": "none",
            "MINISTRY_SOCIAL_ALERTS_MAIL_FROM": "social@mfa.example.org", "MINISTRY_SOCIAL_ALERTS_TO": "ops@mfa.example.org",
        }  # fmt: skip
        yield box


def test_it_shows_who_we_are_and_whether_we_may_post(ministry: Ministry) -> None:
    said = ministry.say("account", "inspect", "mfa", "page", "mfa")
    assert (said.code, said.err) == (0, "")
    head, *rows = said.out.splitlines()
    assert head.split()[:3] == ["account", "platform", "who"]
    assert rows[0].split()[:3] == ["mfa", "x", "TavoriaMFA"]
    assert rows[1].startswith("page")
    assert "2 accounts: 0 blocking, 0 advisory." in said.out


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ((), "Name accounts, or say --all."),
        (("mfa", "--all"), "Name accounts, or say --all, not both."),
        (("--all", "--test-post"), "--test-post proves one account: name it."),
        (("mfaa",), "There is no connected account mfaa. Did you mean mfa?"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused(ministry: Ministry, arguments: tuple[str, ...], error: str) -> None:
    said = ministry.say("account", "inspect", *arguments)
    assert said.code == 2
    assert error in said.err


def test_nothing_is_accepted_without_a_reason(ministry: Ministry) -> None:
    said = ministry.say("account", "inspect", "mfa", "--accept", " ")
    assert said.code == 1
    assert "for a reason only" in said.err


def test_an_account_that_was_never_connected_is_shown_as_that(ministry: Ministry) -> None:
    with closing(ministry.app()) as app:
        app.vault.remove("mfa")
    said = ministry.say("account", "inspect", "mfa")
    assert (said.code, "not connected" in said.out) == (0, True)
    assert ministry.say("resume", "--json").json == []


def test_who_finds_something_and_tells_nobody_hears_that(ministry: Ministry, rehearsal: Rehearsal) -> None:
    rehearsal.fault("suspended", "x", account="mfa")
    said = ministry.say("account", "inspect", "mfa")
    assert said.code == 1
    assert "Nobody is told: [alerts] is empty." in said.out
    rehearsal.world.faults.remove()
    said = ministry.say("account", "inspect", "mfa")
    assert "yes, but paused" in said.out
    assert "ministry-social resume --account mfa" in said.out


def test_the_forecast_speaks_of_what_was_told_before(ministry: Ministry) -> None:
    assert ministry.say("account", "forecast").out.startswith("0 within 30 days, as far as 0 accounts told us.")
    ministry.say("account", "inspect", "mfa")
    assert ministry.say("account", "forecast", "--days", "60", "--json").json == []
    assert "as far as 1 account told us" in ministry.say("account", "forecast").out


class TestAlert:
    def test_a_test_reaches_the_operators(self, ministry: Ministry, mailbox: Mailbox) -> None:
        said = ministry.say("alert", "test")
        assert (said.code, said.out) == (0, "Told      mail ops@mfa.example.org\n")
        assert mailbox.mails[0]["Subject"] == "[Rehearsal] Test of the alerts"
        ministry.say("alert", "test", "--to", "anna@mfa.example.org")
        assert mailbox.to == ["ops@mfa.example.org", "anna@mfa.example.org"]

    def test_what_does_not_get_through_is_said(self, ministry: Ministry, mailbox: Mailbox) -> None:
        mailbox.refuse = "550 unknown"
        said = ministry.say("alert", "test", "--json")
        assert said.code == 1
        assert "takes no mail for this address" in said.json[0]["error"]
        assert "Not everybody could be told." in said.err

    def test_without_settings_there_is_nobody_to_tell(self, ministry: Ministry) -> None:
        said = ministry.say("alert", "test")
        assert said.code == 2
        assert "Nobody would be told. Set [alerts] smtp" in said.err

    def test_secrets_go_into_the_vault_and_nowhere_else(self, ministry: Ministry, mailbox: Mailbox) -> None:
        said = ministry.say("alert", "secret", "smtp-password", "--file", "-", stdin="tell-tale\n")
        assert (said.code, said.out) == (0, "smtp-password is stored.\n")
        with closing(ministry.app()) as app:
            assert app.vault.alert("smtp-password") == "tell-tale"
        for file in (file for file in ministry.folder.rglob("*") if file.is_file()):
            assert b"tell-tale" not in file.read_bytes(), file

    def test_a_key_is_made_and_shown_once(self, ministry: Ministry) -> None:
        with web_server() as hook:
            ministry.environment |= {"MINISTRY_SOCIAL_ALERTS_WEBHOOK": hook.address}
            assert "no key with which a webhook is signed" in ministry.say("alert", "test").out
            key = ministry.say("alert", "secret", "webhook-key", "--new").out.strip()
            assert len(key) == 64
            assert ministry.say("alert", "test").code == 0
        assert len(hook.asked) == 1

    @pytest.mark.parametrize("arguments", [(), ("--new",)])
    def test_a_password_is_not_made_up(self, ministry: Ministry, arguments: tuple[str, ...]) -> None:
        assert ministry.say("alert", "secret", "smtp-password", *arguments).code == 2

    def test_an_empty_file_is_no_secret(self, ministry: Ministry, tmp_path: Path) -> None:
        (tmp_path / "empty").write_text("\n")
        said = ministry.say("alert", "secret", "webhook-key", "--file", str(tmp_path / "empty"))
        assert (said.code, "There is nothing in it." in said.err) == (2, True)
