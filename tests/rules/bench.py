"""A message adapted and checked in one line, for the tests of rules."""

from collections.abc import Sequence

from ministry_social.files import templates
from ministry_social.model.account import Account
from ministry_social.model.finding import Finding
from ministry_social.model.message import Message
from ministry_social.model.plan import Assignment
from ministry_social.model.variant import Reference, Text, Variant
from ministry_social.rules.adapt import Adapted, Fill, Rules, adapt
from tests.factories import fill, limits_of

ADDRESS = Reference(delivery="grain/1/channel/video", field="url", shape="youtube-url")


def adapted(message: Message, accounts: Sequence[Account], *, wave: int = 1, fill: Fill = fill, fallback: str = "en") -> Adapted:
    """The message as all accounts will say it, with five reposts per post."""
    rules = Rules(fallback=fallback, reposts=5, wave=wave)
    return adapt(message, accounts, limits_of(list(accounts)), fill, rules)


def assigned(message: Message, accounts: Sequence[Account], name: str, fill: Fill = fill) -> Assignment:
    """What one account gets."""
    return next(one for one in adapted(message, accounts, fill=fill).assignments if one.account.name == name)


def variant(message: Message, accounts: Sequence[Account], name: str, fill: Fill = fill) -> Variant:
    """What one account says."""
    found = assigned(message, accounts, name, fill).variant
    assert found is not None, f"{name} stays silent"
    return found


def text(message: Message, accounts: Sequence[Account], name: str, fill: Fill = fill) -> Text:
    """The text of one account."""
    return variant(message, accounts, name, fill).text


def found(message: Message, accounts: Sequence[Account], fill: Fill = fill) -> list[Finding]:
    """What adapting finds."""
    return adapted(message, accounts, fill=fill).findings


real_fill: Fill = templates.fill
