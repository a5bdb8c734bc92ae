"""An inspection: what a platform said of an account when it was last asked, and what of that was told."""

from dataclasses import dataclass
from datetime import datetime

from .account import Standing


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why the platform did not let us in; `remedy` is what to do."""

    sentence: str
    code: str = ""
    remedy: str = ""


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """What is known of an account's standing.

    at        when it was last asked after, or when somebody began to
    said      what the platform said last; None: it has never answered
    known     what a person holds to be right, and later answers are compared with; at first the first answer
    refusal   the platform lets us in no more; None: it does
    refusals  how often in a row it has refused
    found     the keys of the findings of then (see `rules.standing.key`)
    told      which of them was told to whom: `key channel`
    """

    account: str
    at: datetime
    said: Standing | None = None
    known: Standing | None = None
    refusal: Refusal | None = None
    refusals: int = 0
    found: tuple[str, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Ending:
    """Something that ends. `what` is `permission` or `certification`; `over` tells that it has ended already."""

    at: datetime
    account: str
    what: str
    over: bool
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Proof:
    """A test post that was never public. `gone` tells that it was taken down again."""

    id: str
    gone: bool
