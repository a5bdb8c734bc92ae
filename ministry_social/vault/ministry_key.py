"""The ministry's own key, with which it signs what it says in public: the private half in the vault, under the name `ministry-key`.

Beside it lie the public halves of the keys before it, each with its time, so that what those have signed can still be checked.
"""

import json
from datetime import datetime
from typing import Any

from ..errors import InvalidSettings, NotAllowed
from ..model.policy import Key
from ..rules.timing import stamp, unstamp
from . import KeyringVault
from .keys import OpenKey, key_from_text, key_text, new_key

_NAME = "ministry-key"
_MAKE = "Make it: ministry-social register key --new"


class MinistryKey:
    """The key that the ministry signs with now, and those before it."""

    def __init__(self, vault: KeyringVault) -> None:
        self._vault = vault

    @property
    def keys(self) -> tuple[Key, ...]:
        """The public halves, oldest first; the last one signs. Nothing where no key was made yet."""
        held = self._held()
        return () if held is None else tuple(_key(one) for one in held["keys"])

    def signer(self) -> OpenKey:
        """`ports.Signer`. Raises `NotAllowed` where no key was made yet."""
        held = self._held()
        if held is None:
            raise NotAllowed("The ministry has no key yet.", remedy=_MAKE)
        return key_from_text(held["private"])

    def make(self, now: datetime, *, replace: bool = False) -> Key:
        """Make the key. Raises `NotAllowed` where there is one, unless another shall take its place: then its private half is gone,
        and its public half stays, with its end."""
        held = self._held()
        if held is not None and not replace:
            raise NotAllowed(
                f"The ministry has a key since {held['keys'][-1]['since'][:10]}.",
                remedy="To put another in its place: ministry-social register key --new --replace",
            )
        if held is None and replace:
            raise NotAllowed("The ministry has no key that another could replace.", remedy=_MAKE)
        former = [] if held is None else [*held["keys"][:-1], held["keys"][-1] | {"until": stamp(now)}]
        made = new_key()
        keys = [*former, {"public": made.public, "since": stamp(now), "until": None}]
        self._vault.put_secret(_NAME, json.dumps({"private": key_text(made), "keys": keys}))
        if self.signer().public != made.public:
            raise NotAllowed("Somebody else has made a key at the same moment.", remedy="See: ministry-social register key")
        return _key(keys[-1])

    def _held(self) -> dict[str, Any] | None:
        text = self._vault.secret(_NAME)
        if text is None:
            return None
        try:
            held: dict[str, Any] = json.loads(text)
            if key_from_text(held["private"]).public != held["keys"][-1]["public"]:
                raise ValueError
        except (ValueError, KeyError, TypeError, IndexError):
            # Not `from`: the parser's own error holds the whole text.
            raise InvalidSettings("The ministry's key in the vault is damaged.", remedy="Put a backup of the vault back.") from None
        return held


def _key(row: dict[str, Any]) -> Key:
    return Key(public=row["public"], since=unstamp(row["since"]), until=None if row["until"] is None else unstamp(row["until"]))
