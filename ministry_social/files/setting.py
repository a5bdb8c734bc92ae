"""One setting: how a field of a section is written down, and what can be known of it."""

from dataclasses import dataclass, field
from typing import Any


def setting(default: object, help: str, *, choices: tuple[str, ...] = (), form: str = "", least: int = 0) -> Any:
    """A field of a section. `form` names a stricter reading than the type: language, url, hours, kinds; `least` bounds a number."""
    return field(metadata={"default": default, "help": help, "choices": choices, "form": form, "least": least})


def weight(default: str, help: str) -> Any:
    """A setting that says how much a finding weighs; its name is the finding's, with _ for -."""
    return setting(default, help, choices=("advisory", "blocking"))


@dataclass(frozen=True, kw_only=True)
class Row:
    """One setting of the table. `default` is as written in the file; `type` is what it becomes."""

    section: str
    name: str
    type: type[Any]
    default: Any
    help: str
    choices: tuple[str, ...]
    form: str
    least: int

    @property
    def variable(self) -> str:
        """The environment variable that overrides it."""
        return f"MINISTRY_SOCIAL_{self.section}_{self.name}".upper()
