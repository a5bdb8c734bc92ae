"""Every command explains itself, and the front door opens quickly."""

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

from ministry_social.cli.main import cli

# Loaded only by commands that need them.
HEAVY = (
    "sqlalchemy",
    "alembic",
    "tweepy",
    "facebook",
    "googleapiclient",
    "rich",
    "PIL",
    "av",
    "jinja2",
    "babel",
    "keyring",
    "requests",
    "aiohttp",
    "fastapi",
    "uvicorn",
)
# Commands that read something, and so answer machines too.
READING = {
    "account activate", "account approve", "account certify", "account forecast", "account import", "account inspect",
    "account invitations", "account list", "account request", "account retire", "account show", "account verify", "alert test",
    "approval list", "approval show", "audit check-proof", "audit checkpoint", "audit late", "audit log", "audit posts",
    "audit verify", "campaign check", "campaign list", "campaign plan", "campaign show", "campaign start", "campaign stop",
    "cost", "delivery list", "delivery recall", "delivery schedule", "delivery show", "doctor", "hold", "local list",
    "message check", "message languages", "message list", "message preview", "message show", "person list", "policy show",
    "publish", "register ask", "register key", "register show", "register verify", "rehearsal clock", "rehearsal fault",
    "rehearsal meddle", "release", "report collect", "report delivery", "report reach", "resume", "retention show",
    "schedule show", "store verify", "text count", "vault show", "watch list", "watch run",
}  # fmt: skip


def commands(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by the words that a person types."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from commands(command, (*path, name))
        else:
            yield " ".join((*path, name)), command


ALL = dict(commands(cli))


@pytest.mark.parametrize("name", ALL)
def test_every_command_has_help_with_an_example(name: str) -> None:
    text = ALL[name].help or ""
    assert text.split("\n")[0].rstrip().endswith((".", ":", ").")), "the first line is a sentence"
    assert "Example" in text
    assert f"ministry-social {name}" in text


@pytest.mark.parametrize("name", ALL)
def test_every_option_says_what_it_is_for(name: str) -> None:
    for parameter in ALL[name].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{name} {parameter.opts}"


def test_whatever_reads_answers_machines_too() -> None:
    able = {name for name, command in ALL.items() if any("--json" in parameter.opts for parameter in command.params)}
    assert able == READING


@pytest.mark.parametrize("name", [name for name in ALL if " " in name])
def test_the_list_of_commands_cuts_no_sentence(name: str) -> None:
    assert not ALL[name].get_short_help_str(limit=85).endswith("...")


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"]])
def test_help_loads_no_heavy_library(arguments: list[str]) -> None:
    code = (
        "import sys; from ministry_social.cli.main import run; assert run(sys.argv[1:]) == 0; "
        f"print('LOADED', [name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, timeout=30)
    assert done.stdout.endswith("LOADED []\n")


def test_the_help_lists_every_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ministry_social", "--help"], capture_output=True, text=True, check=True, timeout=30
    )
    for name in (
        "init",
        "demo",
        "doctor",
        "account",
        "message",
        "local",
        "publish",
        "delivery",
        "text",
        "rehearsal",
        "store",
        "help",
    ):
        assert f"\n  {name} " in done.stdout
