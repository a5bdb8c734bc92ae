"""Signing in: what a platform's own sign-in asks for, and what it gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from .account import Credential


@dataclass(frozen=True, kw_only=True)
class Begun:
    """A sign-in that has begun.

    address  where the person who runs the account agrees, in a browser
    state    what the platform brings back with the person, so that one sign-in is not mistaken for another; no secret
    secret   what finishing needs and nobody may see (a request token's secret, a PKCE verifier); never printed
    until    the platform has forgotten it from then on
    by_hand  whether the platform shows the person a number to type here (X: the PIN), instead of leading back
    """

    address: str
    state: str
    secret: Mapping[str, str] = field(repr=False)
    until: datetime
    by_hand: bool = False


@dataclass(frozen=True, kw_only=True)
class Granted:
    """What a sign-in gave: a credential of the account that was expected.

    id, handle, name  whose it is, as the platform says
    scopes            what we are allowed
    until             when it ends; None: not by itself
    warnings          what the person should know, each a sentence (a project in testing mode, ...)
    """

    credential: Credential
    id: str
    handle: str
    name: str
    scopes: tuple[str, ...] = ()
    until: datetime | None = None
    warnings: tuple[str, ...] = ()
