"""What preparing a video has reached, so that a later try goes on from there."""

from collections.abc import Callable
from dataclasses import dataclass

from ...model.delivery import Prepared


@dataclass
class Progress:
    """What preparing has reached. Each step is kept before the next begins."""

    keep: Callable[[Prepared], None]
    data: dict[str, str]

    def note(self, **more: str) -> None:
        """Remember a step; an empty value forgets it."""
        self.data = {name: value for name, value in (self.data | more).items() if value}
        self.keep(Prepared(complete=False, data=dict(self.data)))

    def done(self, step: str) -> bool:
        """Whether the step was reached."""
        return step in self.data
