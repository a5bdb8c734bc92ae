"""The roster: which accounts there are, from the config until accounts were imported, and from the store ever after."""

from collections.abc import Callable, Iterator, Mapping

from ..model.account import Account
from ..ports import Reading, Store
from ..rules.life import speakers


class Roster(Mapping[str, Account]):
    """The accounts that can be given something to publish, by name, in order.

    A worker that runs for months sees an account that was activated meanwhile: `look` asks the store whether any has changed.
    """

    def __init__(self, store: Callable[[], Store | None], written: Callable[[], tuple[Account, ...]]) -> None:
        """`store`: the store, or None where there is none yet; `written`: the config's accounts."""
        self._store = store
        self._written = written
        self._changes = -1
        self._found: dict[str, Account] = {}

    def look(self, reading: Reading) -> None:
        """Read them again where any has changed."""
        changes = reading.account_changes()
        if changes == self._changes:
            return
        found = speakers(reading.accounts()) if changes else self._written()
        self._found = {one.name: one for one in found}
        self._changes = changes

    def _ready(self) -> dict[str, Account]:
        if self._changes < 0:
            store = self._store()
            if store is None:
                return {one.name: one for one in self._written()}
            with store.read() as reading:
                self.look(reading)
        return self._found

    def __getitem__(self, name: str) -> Account:
        return self._ready()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._ready())

    def __len__(self) -> int:
        return len(self._ready())
