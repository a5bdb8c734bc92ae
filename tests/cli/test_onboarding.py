"""`account invite`, `account invitations` and `onboard serve` at the front door."""

import os
import re
import signal
import subprocess
import sys

import requests

from tests.acceptance.ministry import Ministry, stopped
from tests.acceptance.onboarding import free_port


def test_a_link_is_all_that_stands_on_standard_output(ministry: Ministry) -> None:
    made = ministry.say("account", "invite", "embassy-paris", "--base-url", "http://127.0.0.1:9000/")
    assert re.fullmatch(r"http://127\.0\.0\.1:9000/invitation/[a-z2-7]{72}\n", made.out)
    assert "to be used once" in made.err
    [row] = ministry.say("account", "invitations", "--json").json
    assert (row["account"], row["state"], row["used_at"]) == ("embassy-paris", "open", None)
    assert row["id"] in made.out
    assert "link" not in row


def test_a_link_that_was_taken_back_is_void(ministry: Ministry) -> None:
    ministry.say("account", "invite", "embassy-paris")
    assert ministry.say("account", "invite", "embassy-paris", "--withdraw").out == "1 link of embassy-paris taken back.\n"
    assert ministry.say("account", "invite", "embassy-paris", "--withdraw").out == "No link of embassy-paris was open.\n"
    assert "embassy-paris  void" in ministry.say("account", "invitations", "embassy-paris").out


def test_no_invitations_is_said_in_a_sentence(ministry: Ministry) -> None:
    assert ministry.say("account", "invitations").out == "No link was made.   ministry-social account invite NAME\n"


def test_a_live_ministry_says_where_its_pages_are(offline: Ministry) -> None:
    config = offline.folder / "config" / "ministry.toml"
    config.write_text(config.read_text(encoding="utf-8").replace('world = "rehearsal"', 'world = "live"'), encoding="utf-8")
    key = offline.write("data/vault.key", "A" * 43 + "=\n")
    key.chmod(0o600)
    offline.environment["MINISTRY_SOCIAL_VAULT_BACKEND"] = "file"
    for command in (["account", "invite", "embassy-paris"], ["onboard", "serve"]):
        refused = offline.say(*command)
        assert (refused.code, "Set [onboarding] base_url in config/ministry.toml." in refused.err) == (2, True), refused.err
    plain = offline.say("account", "invite", "embassy-paris", "--base-url", "http://onboarding.mfa.example.org")
    assert (plain.code, "over https" in plain.err) == (2, True)


def test_the_pages_are_served_until_a_signal_comes_and_no_address_is_logged(ministry: Ministry) -> None:
    port = free_port()
    link = ministry.say("account", "invite", "embassy-paris", "--base-url", f"http://127.0.0.1:{port}").out.strip()
    command = [sys.executable, "-m", "ministry_social", "onboard", "serve", "--port", str(port)]
    with stopped(
        subprocess.Popen(
            command, cwd=ministry.folder, env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )
    ) as process:  # fmt: skip
        assert "rehearsal" in process.stdout.readline()
        assert f"http://127.0.0.1:{port}/" in process.stdout.readline()
        answer = _when_it_listens(link)
        assert "@TAV_Paris" in answer.text
        taken = ministry.say("onboard", "serve", "--port", str(port))
        assert (taken.code, "Choose another port" in taken.err) == (2, True)
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=20)
    assert said.strip() == "Stopped."


def _when_it_listens(link: str) -> requests.Response:
    from urllib3.util import Retry

    with requests.Session() as session:
        session.mount("http://", requests.adapters.HTTPAdapter(max_retries=Retry(connect=20, backoff_factor=0.05)))
        return session.get(link, timeout=10)
