"""What is known already: answers that are asked for again and again, and that only a few kinds of entries can change."""

from threading import Lock
from typing import Any

from ..model.ledger import Event

# Entries about one delivery on its way; they change neither holds nor pauses, neither policies nor what waits for approval.
ON_THE_WAY = frozenset(
    {
        *(Event.PREPARED, Event.NOT_PREPARED, Event.PREPARATION_LOST, Event.PACED, Event.STARTED, Event.ACCEPTED, Event.NOT_SENT),
        *(Event.THROTTLED, Event.REFUSED, Event.LOST, Event.EXPIRED, Event.DUPLICATE, Event.FOUND, Event.ABSENT, Event.STUCK),
    }
)


class Known:
    """Answers, with the position of the ledger at which they were read. Safe for threads.

    Whatever changes one of them writes an entry in the same transaction, so that at the same position they are the same; a
    transaction of ours that wrote nothing but entries `ON_THE_WAY` takes them along to the position after it.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._position = -1
        self._answers: dict[str, Any] = {}

    def at(self, position: int) -> dict[str, Any]:
        """The answers at this position, to be read and added to. Who looks at an older one gets a sheet of its own."""
        with self._lock:
            if position > self._position:
                self._position, self._answers = position, {}
            return self._answers if position == self._position else {}

    def forget(self) -> None:
        """Something of it was changed, perhaps without an entry (that a release waits is a note, and no fact)."""
        with self._lock:
            self._position, self._answers = -1, {}

    def moved(self, before: int, after: int) -> None:
        """A transaction of ours has ended, in which nothing of it was changed."""
        with self._lock:
            if self._position == before:
                self._position = after
