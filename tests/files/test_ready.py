"""The ready set that `ministry-social init` writes."""

import tomllib
from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings
from ministry_social.files.accounts import accounts_file, load_accounts
from ministry_social.files.ready import ready_files, write_ready
from ministry_social.files.settings import find_config, load_settings
from ministry_social.files.templates import forms

REPOSITORY = Path(__file__).parents[2]


def test_a_ready_ministry_is_a_whole_rehearsal(tmp_path: Path) -> None:
    write_ready(tmp_path / "ours")
    settings = load_settings(find_config({}, tmp_path / "ours"), {})
    assert settings.ministry.world == "rehearsal"
    assert len(load_accounts(accounts_file(settings.config))) == 46
    assert len(forms(tmp_path / "ours" / "templates" / "messages")) == 5
    assert (tmp_path / "ours" / "messages" / "README.txt").is_file()


def test_what_is_there_already_is_never_overwritten(tmp_path: Path) -> None:
    write_ready(tmp_path)
    (tmp_path / "config" / "ministry.toml").unlink()
    with pytest.raises(InvalidSettings, match="holds a ministry already"):
        write_ready(tmp_path)
    assert not (tmp_path / "config" / "ministry.toml").exists()


def test_a_folder_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InvalidSettings, match="cannot be written"):
        write_ready(tmp_path / "file")


def test_a_wheel_carries_what_a_checkout_has() -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
    included = project["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    homes = {source: target.removeprefix("ministry_social/files/ready/") for source, target in included.items()}
    assert homes == {"config": "config", "templates/messages": "templates/messages"}
    assert all(name.startswith(("config/", "templates/messages/", "messages/")) for name in ready_files())
