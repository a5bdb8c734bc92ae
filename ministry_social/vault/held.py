"""An account's credential in the hands of whoever renews it."""

import json
from collections.abc import Callable
from datetime import datetime

from keyring.backend import KeyringBackend

from ..model.account import Credential
from ..rules.renewing import grant
from ..rules.timing import stamp

# Reads a secret, or writes it (None: removes it), through a backend.
Read = Callable[[KeyringBackend, str], str | None]
Write = Callable[[KeyringBackend, str, str | None], None]


class HeldCredential:
    """`ports.Held`. `inside` belongs to the lock: what goes through it counts when the lock is given back; `outside` at once."""

    def __init__(
        self, account: str, *, inside: KeyringBackend, outside: KeyringBackend, read: Read, write: Write, missing: Exception
    ) -> None:
        self._account, self._inside, self._outside = account, inside, outside
        self._read, self._write, self._missing = read, write, missing

    @property
    def credential(self) -> Credential:
        """See `Held.credential`."""
        text = self._read(self._inside, credential_name(self._account))
        if text is None:
            raise self._missing
        return Credential(json.loads(text))

    @property
    def begun(self) -> str:
        """See `Held.begun`."""
        text = self._read(self._outside, mark_name(self._account))
        mark = json.loads(text) if text else {}
        return str(mark["since"]) if mark.get("grant") == grant(self.credential) else ""

    def begin(self, at: datetime) -> None:
        """See `Held.begin`. One that stands already is older, and stays."""
        if not self.begun:
            mark = {"since": stamp(at), "grant": grant(self.credential)}
            self._write(self._outside, mark_name(self._account), json.dumps(mark))

    def keep(self, renewed: Credential) -> None:
        """See `Held.keep`. The answer first: between the two, a mark that stands too long does no harm."""
        self._write(self._inside, credential_name(self._account), json.dumps(renewed.fields()))
        self._write(self._inside, mark_name(self._account), None)

    def unbegin(self) -> None:
        """See `Held.unbegin`."""
        self._write(self._inside, mark_name(self._account), None)


def credential_name(account: str) -> str:
    """Under which name a vault keeps an account's credential."""
    return f"account/{account}"


def mark_name(account: str) -> str:
    """And the mark of a renewal that was begun: a secret of its own, because the credential's row is locked by then."""
    return f"renewal/{account}"
