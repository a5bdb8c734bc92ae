"""The sections of the table that are about the record: how it is proved."""

# ruff: noqa: RUF009  (setting() makes a dataclasses.field, evaluated once on purpose)

from dataclasses import dataclass
from datetime import timedelta

from .setting import setting


@dataclass(frozen=True, kw_only=True)
class Audit:
    """Checkpoints: the record as it was signed, and who else keeps that."""

    publish: str = setting(
        "", "Where checkpoints are laid for others to keep: folders and https addresses, with commas between. Empty: nowhere."
    )
    every: timedelta = setting("1h", 'How often the worker makes one: what is younger, nobody could prove. "0s": it makes none.')
