"""Renewing: the one place where a credential is renewed, one at a time, stored before it is used."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import MinistryError, PlatformError, Unauthorized, Unreachable
from ..model.account import Account, Credential
from ..ports import Clock, Held, Platform, Store, Vault
from ..rules.renewing import good, lost, lost_answer
from ..rules.timing import whole_milliseconds
from .pausing import shut_out


@dataclass(frozen=True)
class _Refused:
    """What the platform said of this credential."""

    credential: Credential
    error: Unauthorized


@dataclass(frozen=True, kw_only=True)
class Renewals:
    """What renewing needs. `renewed` is what a platform is given, as its `ports.Renew`."""

    store: Store
    clock: Clock
    vault: Vault
    platforms: Mapping[str, Platform]

    def renewed(self, account: Account, stale: Credential) -> Credential:
        """A newer credential than `stale`: what somebody else has got meanwhile, else what the platform gives now.

        Where the platform says no, the account is paused: the vault never holds a dead credential of which nobody knows.
        Raises nothing but `PlatformError`, because it is called in the midst of a platform's work.
        """
        try:
            with self.vault.alone(account.name) as held:
                found = self._renewed(account, stale, held)
            return self._shut_out(account, found) if isinstance(found, _Refused) else found
        except PlatformError:
            raise
        except MinistryError as wrong:
            raise Unreachable(
                f"The credential of {account.name} could not be renewed: {wrong}", code=type(wrong).__name__
            ) from wrong

    def _renewed(self, account: Account, stale: Credential, held: Held) -> Credential | _Refused:
        """Within the lock: look again, say what is going to be done, ask, store the answer."""
        now = whole_milliseconds(self.clock.now())
        stored = held.credential
        if good(stored, now) and stored.get("access_token") != stale.get("access_token"):
            return stored
        begun = held.begun
        held.begin(now)
        try:
            renewed = self.platforms[account.platform].renew(account, stored)
        except Unauthorized as refused:
            if lost_answer(refused, begun):
                return _Refused(stored, lost(account.name))  # it stays marked, until it is connected again
            held.unbegin()
            return _Refused(stored, refused)
        held.keep(renewed)
        return renewed

    def _shut_out(self, account: Account, refused: _Refused) -> Credential:
        """Pause the account, unless somebody has connected it anew meanwhile: who does that stores first, then ends the pause."""
        with self.store.begin() as tx:
            self.vault.forget(account.name)
            current = self.vault.get(account.name) if self.vault.has(account.name) else refused.credential
            if current == refused.credential:
                shut_out(tx, account.name, refused.error, whole_milliseconds(self.clock.now()))
        if current != refused.credential:
            return current
        raise refused.error
