"""Renewing: whether an access token is still good, and what an error says when a renewal fails."""

from datetime import datetime, timedelta

from ..errors import Unauthorized, Unreachable
from ..model.account import Credential
from .canonical import digest
from .timing import stamp, unstamp

# Kept in reserve, so that a token does not end under way: a tenth of the hour that Google's last
# (`expires_in` 3599: developers.google.com/identity/protocols/oauth2).
RESERVE = timedelta(minutes=6)
DEAD_GRANT = "invalid_grant"  # RFC 6749 section 5.2: the refresh token is invalid, expired or revoked
LOST = "renewal-lost"


def good(credential: Credential, now: datetime) -> bool:
    """Whether it holds an access token that does not end soon."""
    until = credential.get("access_until")
    return bool(credential.get("access_token") and until) and now < unstamp(until) - RESERVE


def with_access(credential: Credential, token: str, *, refresh_token: str, until: datetime) -> Credential:
    """The credential after a renewal."""
    fields = {"access_token": token, "refresh_token": refresh_token, "access_until": stamp(until)}
    return Credential(credential.fields() | fields)


def grant(credential: Credential) -> str:
    """Tells one refresh token from the next, without saying what it is."""
    return digest(credential.get("refresh_token").encode())[:16]


def lost_answer(refused: Unauthorized, begun: str) -> bool:
    """Whether a renewal that was begun, and of which no answer was stored, has used the refresh token up."""
    return bool(begun) and refused.code == DEAD_GRANT


def lost(account: str) -> Unauthorized:
    """The platform had given a new refresh token, and nobody wrote it down."""
    return Unauthorized(
        f"The answer of a renewal was lost, and with it the permission of {account}.",
        code=LOST,
        remedy=f"Connect the account again: ministry-social account connect {account} --credential FILE",
    )


def busy(name: str) -> Unreachable:
    """Somebody else has the credential for too long."""
    return Unreachable(f"Another process has held the credential of {name} for too long; it will be tried again.", code="renewing")
