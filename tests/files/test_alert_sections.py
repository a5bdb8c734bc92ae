"""Settings about alerts: what cannot work, or leads out of its world, is refused before anything is sent."""

from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings
from ministry_social.files.alert_sections import addresses, server
from ministry_social.files.settings import load_settings

HERE = 'mail_from = "a@b.org"\nsmtp = "127.0.0.1:8025"\nsmtp_security = "none"\n'
THERE = 'mail_from = "a@b.org"\nsmtp = "smtp.example.org"\n'


def load(folder: Path, alerts: str, world: str = "rehearsal") -> None:
    config = folder / "config"
    config.mkdir(exist_ok=True)
    (config / "ministry.toml").write_text(f'[ministry]\nworld = "{world}"\n[alerts]\n{alerts}', encoding="utf-8")
    load_settings(config, {})


@pytest.mark.parametrize(
    ("alerts", "world"),
    [
        (HERE, "rehearsal"), (HERE, "live"), (THERE, "live"), ('to = " a@b.org, c@d.org "\n', "live"),
        ('webhook = "http://127.0.0.1:9/x?y=z"\n', "rehearsal"), ('webhook = "https://hooks.example.org/x/"\n', "live"),
    ],
)  # fmt: skip
def test_what_can_work_is_taken(tmp_path: Path, alerts: str, world: str) -> None:
    load(tmp_path, alerts, world)


@pytest.mark.parametrize(
    ("alerts", "world", "why"),
    [
        (THERE, "rehearsal", r"smtp: \"smtp.example.org\" is not on this machine, and this ministry is a rehearsal"),
        ('webhook = "https://hooks.example.org/x"\n', "rehearsal", "webhook: .* is not on this machine"),
        ('webhook = "http://hooks.example.org/x"\n', "live", "webhook: .* https address"),
        ('webhook = "https://127.0.0.1/x"\n', "live", "webhook: .* https address"),
        ('webhook = "nonsense"\n', "live", "webhook: This is not an address"),
        (THERE + 'smtp_security = "none"\n', "live", "smtp_security: .* must be encrypted"),
        (HERE + 'smtp_user = "x"\n', "live", "smtp_user: A password is never sent unencrypted"),
        ('smtp = "127.0.0.1"\n', "live", "smtp: alone sends no mail: mail_from is empty"),
        ('mail_from = "a@b.org"\n', "live", "mail_from: alone sends no mail: smtp is empty"),
        ('to = "a@b.org, nobody"\n', "live", 'to: "nobody" is not a mail address'),
        ('mail_from = "a@b.org, c@d.org"\n', "live", "mail_from: must be one address"),
        ('mail_from = "a@b.org"\nsmtp = "smtp.example.org/x"\n', "live", "smtp: .* is not a mail server"),
        ('mail_from = "a@b.org"\nsmtp = "smtp.example.org:x"\n', "live", "smtp: .* is not a mail server"),
    ],
)
def test_what_cannot_is_refused_with_its_name_and_place(tmp_path: Path, alerts: str, world: str, why: str) -> None:
    with pytest.raises(InvalidSettings, match=rf"ministry.toml.*\[alerts\] {why}"):
        load(tmp_path, alerts, world)


def test_ports_are_those_of_the_way() -> None:
    assert server("smtp.example.org", "tls") == ("smtp.example.org", 465)
    assert server("[::1]:25", "none") == ("::1", 25)
    assert addresses("") == ()
