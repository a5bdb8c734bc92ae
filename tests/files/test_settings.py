"""Settings: what the file and the environment say, and how mistakes are reported."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings
from ministry_social.files.sections import Row, rows
from ministry_social.files.settings import Settings, find_config, foreign_addresses, load_settings

Load = Callable[..., Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    def from_text(text: str = "", environ: Mapping[str, str] | None = None) -> Settings:
        config = tmp_path / "config"
        config.mkdir(exist_ok=True)
        (config / "ministry.toml").write_text(text, encoding="utf-8")
        return load_settings(config, environ or {})

    return from_text


def test_an_empty_file_gives_every_default(load: Load, tmp_path: Path) -> None:
    settings = load()
    assert settings.ministry.world == "rehearsal"
    assert not settings.live
    assert settings.sending.stale_after == timedelta(hours=12)
    assert settings.x.price_post == Decimal("0.015")
    assert settings.x.prices_date == date(2026, 4, 16)
    assert set(settings.origins.values()) == {"default"}
    assert settings.folder == tmp_path


def test_paths_and_the_ledger_lie_in_the_ministrys_folder(load: Load, tmp_path: Path) -> None:
    settings = load()
    assert settings.store.url == f"sqlite:///{tmp_path}/data/ledger.sqlite"
    assert settings.media.directory == tmp_path / "data" / "media"
    assert settings.vault.key_file == tmp_path / "data" / "vault.key"


@pytest.mark.parametrize("url", ["sqlite:////var/ledger.sqlite", "sqlite://", "sqlite:///:memory:", "postgresql://db/ledger"])
def test_a_store_that_is_not_a_relative_file_stays_as_it_is(load: Load, url: str) -> None:
    assert load(f'[store]\nurl = "{url}"\n').store.url == url


def test_the_environment_overrides_the_file_and_says_so(load: Load) -> None:
    settings = load("[sending]\nworkers = 3\n", {"MINISTRY_SOCIAL_SENDING_WORKERS": "7"})
    assert settings.sending.workers == 7
    assert settings.origins["sending.workers"] == "environment variable MINISTRY_SOCIAL_SENDING_WORKERS"


def test_a_setting_of_the_file_knows_its_line(load: Load, tmp_path: Path) -> None:
    settings = load("# mine\n[sending]\nworkers = 3\n")
    assert settings.origins["sending.workers"] == f"{tmp_path}/config/ministry.toml:3"


def test_an_empty_variable_counts_as_none(load: Load) -> None:
    assert load("", {"MINISTRY_SOCIAL_SENDING_WORKERS": ""}).sending.workers == 16


@pytest.mark.parametrize("row", tuple(rows()), ids=lambda row: row.variable)
def test_every_setting_can_be_overridden(load: Load, row: Row) -> None:
    values = {str: "text", int: "9", float: "9", bool: "true", date: "2027-01-31", Decimal: "9", timedelta: "14s", Path: "there"}
    special = {
        "world": "rehearsal", "country": "FR", "language": "fr", "fallback_language": "fr", "backend": "file", "level": "debug",
        "lease": "50s", "window": "08:00-20:00", "quiet": "21:00-07:00", "window_rule": "skip", "quiet_rule": "skip",
        "holidays": "skip", "urgent": "correction, travel-advice",
        "website": "https://www.example.org", "address": "http://127.0.0.1:9999", "base_url": "http://127.0.0.1:9999/api",
        "to": "a@example.org", "mail_from": "a@example.org", "smtp": "127.0.0.1:25", "smtp_security": "tls",
        "webhook": "http://127.0.0.1:9999/hook",
    }  # fmt: skip
    text = "advisory" if row.section == "findings" else special.get(row.name, values[row.type])
    both = {"smtp": "MAIL_FROM", "mail_from": "SMTP"}  # neither sends mail alone
    beside = {f"MINISTRY_SOCIAL_ALERTS_{both[row.name]}": special[both[row.name].lower()]} if row.name in both else {}
    settings = load("", beside | {row.variable: text})
    assert settings.origins[f"{row.section}.{row.name}"].endswith(row.variable)


def test_in_a_rehearsal_the_platforms_are_on_this_machine(load: Load) -> None:
    settings = load('[rehearsal]\naddress = "http://127.0.0.1:9000/"\n')
    assert settings.x.base_url == "http://127.0.0.1:9000/api/x"
    assert settings.facebook.base_url == "http://127.0.0.1:9000/api/facebook"
    assert settings.youtube.base_url == "http://127.0.0.1:9000/api/youtube"


def test_live_the_platforms_are_their_own(load: Load) -> None:
    settings = load('[ministry]\nworld = "live"\n')
    assert settings.x.base_url == "https://api.x.com"
    assert foreign_addresses(settings) == ()


def test_live_another_address_is_named(load: Load) -> None:
    settings = load('[ministry]\nworld = "live"\n[x]\nbase_url = "https://proxy.example.org/x/"\n')
    assert foreign_addresses(settings) == ("https://proxy.example.org/x",)


WRONG = [
    ("[store]\nurl = 5\n", 2, r"\[store\] url: 5 does not fit here. Write a text between double quotes"),
    ('[sending]\nlease = "1 lustrum"\n', 2, r'no unit lustrum. Write a number with its unit: "90s"'),
    ("[sending]\nlease = 60\n", 2, r'60 is not a duration. Write a number with its unit: "90s"'),
    ('[sending]\nworkers = "many"\n', 2, "Write a whole number without quotes"),
    ("[sending]\nworkers = true\n", 2, "Write a whole number without quotes"),
    ("[sending]\nworkers = 0\n", 2, "too small: at least 1"),
    ('[sending]\ntotal_timeout = "2min"\n', 2, "must be shorter than lease"),
    ('[sending]\nlease = "2s"\n', 2, r"must be longer than total_timeout \(15s\)"),
    ("[youtube]\n\nmade_for_kids = 1\n", 3, "Write true or false"),
    ('[x]\nprice_post = "cheap"\n', 2, 'not an amount. Write a number between double quotes: "0.015"'),
    ('[x]\nprice_post = "-1"\n', 2, "too small"),
    ('[x]\nprices_date = "April"\n', 2, "Write a date without quotes: 2026-04-16"),
    ('[similarity]\nthreshold = "high"\n', 2, "Write a number without quotes"),
    ('[media]\ndirectory = ""\n', 2, "Write a file or folder"),
    ('[ministry]\nworld = "life"\n', 2, "Did you mean live?"),
    ('[ministry]\nfallback_language = "english"\n', 2, "Write its ISO 639 code"),
    ('[ministry]\nwebsite = "www.mfa"\n', 2, "is not an address"),
    ("[sendin]\n", 1, "Unknown section sendin. Did you mean sending?"),
    ("[sending]\n\nworker = 4\n", 3, r"Unknown setting in \[sending\]: worker. Did you mean workers?"),
    ("\nworkers = 4\n", 2, r"workers stands outside any section. It belongs below \[sending\]"),
    ("sending = 4\n", 1, r"sending is a section. Write \[sending\]"),
    ("[sending]\nworkers 4\n", 2, "not valid TOML"),
    ('[rehearsal]\naddress = "http://192.168.1.5:8700"\n', 2, "not on this machine. Write a loopback address"),
    ('[x]\nbase_url = "https://api.x.com"\n', 2, "not on this machine, and this ministry is a rehearsal"),
    ('[ministry]\nworld = "live"\n[x]\nbase_url = "http://api.x.com"\n', 4, "not https, and this ministry is live"),
    ('[ministry]\nworld = "live"\n[x]\nbase_url = "https://127.0.0.1/"\n', 4, "on this machine, and this ministry is live"),
]


@pytest.mark.parametrize(("text", "line", "says"), WRONG, ids=[text.replace("\n", " ") for text, _, _ in WRONG])
def test_a_mistake_is_reported_with_file_line_and_what_is_right(
    load: Load, tmp_path: Path, text: str, line: int, says: str
) -> None:
    with pytest.raises(InvalidSettings, match=says) as caught:
        load(text)
    assert (caught.value.file, caught.value.line) == (f"{tmp_path}/config/ministry.toml", line)


WRONG_VARIABLES = [
    ("MINISTRY_SOCIAL_STOR_URL", "sqlite://", "Did you mean MINISTRY_SOCIAL_STORE_URL?"),
    ("MINISTRY_SOCIAL_QQQ", "1", "docs/settings.md lists them all"),
    ("MINISTRY_SOCIAL_SENDING_LEASE", "soon", r"\[sending\] lease: .*Write a number with its unit"),
    ("MINISTRY_SOCIAL_SENDING_WORKERS", "many", "Write a whole number"),
    ("MINISTRY_SOCIAL_YOUTUBE_MADE_FOR_KIDS", "perhaps", "Write true or false"),
    ("MINISTRY_SOCIAL_FACEBOOK_BASE_URL", "https://graph.facebook.com", "this ministry is a rehearsal"),
]


@pytest.mark.parametrize(("name", "value", "says"), WRONG_VARIABLES)
def test_a_wrong_variable_is_named_as_the_place(load: Load, name: str, value: str, says: str) -> None:
    with pytest.raises(InvalidSettings, match=says) as caught:
        load("", {name: value})
    assert caught.value.file == f"environment variable {name}"


def test_variables_that_are_no_settings_pass(load: Load) -> None:
    load("", {"MINISTRY_SOCIAL_CONFIG": "x", "MINISTRY_SOCIAL_VAULT_KEY": "x", "PATH": "x"})


def test_the_config_is_found_below_the_current_folder(load: Load, tmp_path: Path) -> None:
    load()
    assert find_config({}, tmp_path) == tmp_path / "config"


def test_the_environment_can_name_the_config(load: Load, tmp_path: Path) -> None:
    load()
    assert find_config({"MINISTRY_SOCIAL_CONFIG": str(tmp_path / "config")}, Path("/")) == tmp_path / "config"


@pytest.mark.parametrize("environ", [{}, {"MINISTRY_SOCIAL_CONFIG": "elsewhere"}])
def test_without_a_config_the_way_to_one_is_said(tmp_path: Path, environ: dict[str, str]) -> None:
    with pytest.raises(InvalidSettings, match="ministry-social init DIR"):
        find_config(environ, tmp_path)


def test_a_rehearsals_onboarding_pages_are_on_this_machine(load: Load) -> None:
    assert load().onboarding.base_url == "http://127.0.0.1:8710"
    assert load("[onboarding]\nport = 8800\n").onboarding.base_url == "http://127.0.0.1:8800"
    with pytest.raises(InvalidSettings, match="is not on this machine, and this ministry is a rehearsal"):
        load('[onboarding]\nbase_url = "https://onboarding.mfa.example.org"\n')


def test_a_live_ministrys_onboarding_pages_are_reached_over_https(load: Load) -> None:
    live = '[ministry]\nworld = "live"\n[onboarding]\nbase_url = "{}"\n'
    assert load(live.format("")).onboarding.base_url == ""
    assert load(live.format("https://onboarding.mfa.example.org/")).onboarding.base_url == "https://onboarding.mfa.example.org"
    for wrong in ("http://onboarding.mfa.example.org", "https://127.0.0.1:8710"):
        with pytest.raises(InvalidSettings, match="is no https address that missions can open"):
            load(live.format(wrong))
