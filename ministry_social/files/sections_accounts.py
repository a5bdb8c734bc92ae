"""The sections of the table that are about accounts: how they come on board, and where the public sees which are ours."""

# ruff: noqa: RUF009  (setting() makes a dataclasses.field, evaluated once on purpose)

from dataclasses import dataclass
from datetime import timedelta

from .setting import setting


@dataclass(frozen=True, kw_only=True)
class Onboarding:
    """Where missions connect their accounts."""

    base_url: str = setting(
        "", "Where their browsers find the pages; live: https, behind a proxy. Empty: this machine, in a rehearsal.", form="url"
    )
    port: int = setting(8710, "Where `onboard serve` listens.", least=1)
    callback_port: int = setting(8711, "Where `account connect` waits on this machine for the answer of a sign-in.", least=1)


@dataclass(frozen=True, kw_only=True)
class Register:
    """The public register of accounts."""

    valid: timedelta = setting("30d", "How long a published copy counts: publish it anew before that.")
    address: str = setting("", "Where the published folder can be read, for those who look in /.well-known/.", form="url")
