"""One setting of the table: a field of a section's class."""

from dataclasses import field
from typing import Any


def setting(default: object, help: str, *, choices: tuple[str, ...] = (), form: str = "", least: int = 0) -> Any:
    """A field of a section. `form` names a stricter reading than the type: language, url, hours, kinds; `least` bounds a number."""
    return field(metadata={"default": default, "help": help, "choices": choices, "form": form, "least": least})
