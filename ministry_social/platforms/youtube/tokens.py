"""YouTube's tokens: asking Google for new ones, and what this process knows of those that it has."""

import threading
from datetime import timedelta

import google_auth_httplib2
from google.oauth2.reauth import refresh_grant

from ...errors import Unauthorized
from ...model.account import Account, Credential
from ...ports import Clock, Renew
from ...rules.renewing import good, with_access
from ..gate import is_loopback
from . import errors

NEEDED = ("client_id", "client_secret", "refresh_token", "token_uri")
# Where the answer does not say: developers.google.com/identity/protocols/oauth2.
LIFE = timedelta(seconds=3599)


def ask(http: google_auth_httplib2.Request, clock: Clock, account: Account, credential: Credential) -> Credential:
    """Ask Google once; the answer is the credential from here on, because the refresh token may be another one."""
    now = clock.now()
    with errors.translated(clock=clock, account=account.name, secrets=credential.secrets()):
        token, refresh_token, _, said, _ = refresh_grant(
            http, credential["token_uri"], credential["refresh_token"], credential["client_id"], credential["client_secret"]
        )
    try:
        life = timedelta(seconds=int(said["expires_in"]))
    except (KeyError, ValueError, TypeError):
        life = LIFE
    return with_access(credential, str(token), refresh_token=str(refresh_token), until=now + life)


def check(base_url: str, account: Account, credential: Credential) -> None:
    """Raises `Unauthorized` where the credential is not whole, or leads into the other world."""
    missing = [name for name in NEEDED if not credential.get(name)]
    remedy = f"Connect it again: ministry-social account connect {account.name}"
    if missing:
        raise Unauthorized(f"The credential of {account.name} lacks {', '.join(missing)}.", remedy=remedy)
    uri = credential["token_uri"]
    if is_loopback(base_url):
        if not is_loopback(uri):
            raise Unauthorized(f"The token_uri of {account.name} leads out of the rehearsal.", remedy=remedy)
    elif is_loopback(uri) or not uri.startswith("https://"):
        raise Unauthorized(f"The token_uri of {account.name} is not an https address.", remedy=remedy)


class Tokens:
    """What this process knows: access tokens that were refused and, where there is no vault to know it (`remember`), what has come
    of credentials. Safe for threads."""

    def __init__(self, clock: Clock, renew: Renew, *, remember: bool) -> None:
        self._clock = clock
        self._renew = renew
        self._remember = remember
        self._lock = threading.Lock()
        self._renewed: dict[str, tuple[Credential, Credential]] = {}
        self._refused: dict[str, str] = {}

    def latest(self, account: Account, given: Credential) -> Credential:
        """What has come of this very credential here, or itself."""
        with self._lock:
            before, now = self._renewed.get(account.name, (given, given))
        return now if before == given else given

    def good(self, account: Account, credential: Credential) -> bool:
        """Whether its access token will do."""
        with self._lock:
            refused = self._refused.get(account.name)
        return good(credential, self._clock.now()) and credential["access_token"] != refused

    def renewed(self, account: Account, given: Credential, stale: Credential) -> Credential:
        """A newer one than `stale`, which has come of the one that was given."""
        new = self._renew(account, stale)
        if self._remember:
            with self._lock:
                self._renewed[account.name] = (given, new)
        return new

    def refuse(self, account: Account, credential: Credential) -> None:
        """YouTube does not accept its access token any more."""
        with self._lock:
            self._refused[account.name] = credential["access_token"]
