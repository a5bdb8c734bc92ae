"""Reading a credential that somebody hands over: never a word of what it holds comes back on the screen."""

import json
import sys
from typing import Any

import click

from ..errors import InvalidSettings

credential_option = click.option(
    "--credential",
    "file",
    required=True,
    type=click.File(encoding="utf-8"),
    help="JSON file with the credential, or - for standard input.",
)


def read_credential(file: Any, remedy: str) -> dict[str, object]:
    """The fields of a credential."""
    source = None if file is sys.stdin else file.name
    try:
        fields = json.load(file)
    except (ValueError, RecursionError):
        # Not `from`: the parser's own error holds the whole text.
        raise InvalidSettings("The credential is not JSON.", file=source, remedy=remedy) from None
    if not isinstance(fields, dict):
        raise InvalidSettings("The credential is not a JSON object.", file=source, remedy=remedy)
    return fields


def no_longer_needed(file: Any) -> str:
    """What to do with the file now."""
    return "" if file is sys.stdin else f"   {file.name} is no longer needed: delete it."
