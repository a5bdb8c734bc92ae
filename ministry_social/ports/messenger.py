"""What telling somebody needs of the world."""

from datetime import datetime
from typing import Protocol

from ..model.notice import Notice


class Messenger(Protocol):
    """One way to tell somebody: mail, a webhook."""

    def send(self, notice: Notice, *, to: str, at: datetime) -> None:
        """Hand it over to whoever carries it. `to`: an address, where this way has several. Raises `AlertFailed`."""
