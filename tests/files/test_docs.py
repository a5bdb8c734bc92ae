"""docs/settings.md, docs/messages.md and config/ministry.toml say what is true."""

import re
import tomllib
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from ministry_social.files import messages, settings
from ministry_social.files.accounts import OPTIONAL, REQUIRED, load_accounts
from ministry_social.files.audience import _ALONE, _NAMED
from ministry_social.files.beside import _MEDIA_KEYS
from ministry_social.files.messages import KINDS, load_message
from ministry_social.files.sections import SECTIONS, Row, rows
from ministry_social.files.templates import fill
from ministry_social.model.message import Place, Prose
from ministry_social.model.variant import Counting, Limits
from ministry_social.rules.adapt import Rules, adapt

from .conftest import CAPTIONS, MESSAGE, write_picture, write_video

REPOSITORY = Path(__file__).parents[2]
SETTINGS = (REPOSITORY / "docs" / "settings.md").read_text(encoding="utf-8")
MESSAGES = (REPOSITORY / "docs" / "messages.md").read_text(encoding="utf-8")
CONFIG = (REPOSITORY / "config" / "ministry.toml").read_text(encoding="utf-8")


def written(value: object) -> str:
    """A default as it stands in TOML."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:g}" if isinstance(value, int | float) else f'"{value}"'


@pytest.mark.parametrize("row", tuple(rows()), ids=lambda row: f"{row.section}.{row.name}")
def test_every_setting_is_documented_with_default_and_variable(row: Row) -> None:
    chapter = SETTINGS.split(f"### [{row.section}]\n")[1].split("\n#")[0]
    assert f"\n| `{row.name}` | `{written(row.default)}` | `{row.variable}` | {row.help} |\n" in chapter


def test_nothing_is_documented_that_is_no_setting() -> None:
    known = {row.variable for row in rows()} | set(settings._OTHERS)
    assert set(re.findall(r"MINISTRY_SOCIAL_[A-Z_]+[A-Z]", SETTINGS)) == known
    assert re.findall(r"^### \[(\w+)\]$", SETTINGS, re.MULTILINE) == list(SECTIONS)


@pytest.mark.parametrize("row", tuple(rows()), ids=lambda row: f"{row.section}.{row.name}")
def test_the_ready_config_holds_every_setting_with_its_default_below_its_help(row: Row) -> None:
    section = CONFIG.split(f"\n[{row.section}]\n")[1].split("\n[")[0]
    assert f"# {row.help}\n{row.name} = {written(row.default)}\n" in section


def test_the_ready_config_says_nothing_but_defaults() -> None:
    said = {(section, name): value for section, values in tomllib.loads(CONFIG).items() for name, value in values.items()}
    assert said == {(row.section, row.name): row.default for row in rows()}


def test_every_name_of_an_account_is_documented() -> None:
    chapter = SETTINGS.split("## Accounts\n")[1]
    for name in REQUIRED:
        assert f"\n| `{name}` | yes |" in chapter
    for name in OPTIONAL:
        assert f"\n| `{name}` | no |" in chapter


def blocks(text: str, kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def test_the_accounts_in_the_docs_are_right(write: Callable[..., Path]) -> None:
    [text] = blocks(SETTINGS, "toml")
    assert [account.name for account in load_accounts(write(text, "accounts.toml"))] == ["mfa", "embassy-paris"]


@pytest.mark.parametrize("text", blocks(MESSAGES, "message"))
def test_the_messages_in_the_docs_are_right(write: Callable[..., Path], tmp_path: Path, text: str) -> None:
    write_video(tmp_path / "grain.mp4")
    write_picture(tmp_path / "minister.jpg")
    write(CAPTIONS, "grain.en.vtt")
    write(CAPTIONS, "grain.fr.vtt")
    [local] = blocks(MESSAGES, "local")
    write(local, "local/2026-grain-corridor/embassy-ankara.md")
    message = load_message(write(text))
    assert message.wordings
    assert set(message.locals) == ({"embassy-ankara"} if message.id == "2026-grain-corridor" else set())


def test_every_name_of_the_front_matter_and_every_term_is_documented() -> None:
    for name in (*messages._KEYS, *_MEDIA_KEYS):
        assert f"\n| `{name}` |" in MESSAGES
    for kind in KINDS:
        assert f"`{kind}`" in MESSAGES
    for term in (*_ALONE, *(f"{name}:" for name in _NAMED)):
        assert re.search(rf"^\| `{term}", MESSAGES, re.MULTILINE)


def test_what_the_page_says_of_dates_numbers_and_countries_is_so() -> None:
    table = MESSAGES.split("| in a text | in English | in French | in Arabic |\n|---|---|---|---|\n")[1].split("\n\n")[0]
    for row in table.splitlines():
        typed, *said = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row)[1:-1]]
        for language, expected in zip(("en", "fr", "ar"), said, strict=True):
            text = Prose(text=typed.strip("`"), place=Place(file="grain.md", line=1))
            assert fill(text, {"language": language}).replace("\u202f", " ") == expected


OURS = {"ministry": "Ministry of Foreign Affairs", "website": "https://www.mfa-tavoria.example.org"}


def test_every_documented_variable_exists_for_every_account(write: Callable[..., Path]) -> None:
    table = MESSAGES.split("| variable | becomes |")[1].split("\n\n")[0]
    names = re.findall(r"\{\{ (\w+) \}\}", table)
    assert len(names) == 15
    text = MESSAGE + "\n".join(f"{{{{ {name} }}}}" for name in names) + "\n"
    accounts = load_accounts(REPOSITORY / "config" / "accounts.toml")
    limits = {account.name: Limits(text=5000, counting=Counting.CHARACTERS) for account in accounts}
    adapted = adapt(load_message(write(text)), accounts, limits, fill, Rules(fallback="en", reposts=5, variables=OURS))
    assert adapted.findings == []
    assert any(assignment.variant for assignment in adapted.assignments)
