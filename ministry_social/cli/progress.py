"""What a person sees while a wave goes out: bars in a terminal, lines elsewhere."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Self

import click
from rich.console import Console, Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ..app import App
from ..model.delivery import Delivery, State
from ..rules.lifecycle import SETTLED

_LARGE = 1_000_000  # bytes


class Lines:
    """For logs and pipes: a line on standard error for each delivery that is settled, in doubt, or held up."""

    def __init__(self, app: App, message: str, *, quiet: bool = False) -> None:
        self._message, self._quiet, self._now = message, quiet, app.clock.now
        self._said: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def changed(self, delivery: Delivery) -> None:
        """See `Watcher.changed`."""
        if delivery.message != self._message:
            return
        if _over(delivery):
            self.say(f"{delivery.account}: {delivery.state.value}  {delivery.url or delivery.error}")
        else:
            self.say_held_up(delivery)

    def say_held_up(self, delivery: Delivery) -> None:
        """Say once why a delivery has to wait."""
        if delivery.state is State.PLANNED and delivery.error and self._said.get(delivery.key) != delivery.error:
            self._said[delivery.key] = delivery.error
            at = "" if delivery.due_at <= self._now() else f" Next try from {delivery.due_at:%H:%M:%S %Z} on."
            self.say(f"{delivery.account}: not yet. {delivery.error}{at}")

    def progress(self, key: str, done: int, total: int) -> None:
        """See `Watcher.progress`: bytes make no lines."""

    def say(self, line: str) -> None:
        """A line for a person."""
        if not self._quiet:
            click.echo(line, err=True)


class Bars(Lines):
    """In a terminal: one bar for the wave, one for each upload."""

    def __init__(self, app: App, message: str) -> None:
        super().__init__(app, message)
        with app.store.read() as reading:
            deliveries = reading.deliveries(message=message)
        self._settled = {delivery.key for delivery in deliveries if _over(delivery)}
        self._console = Console(file=sys.stderr)
        self._wave = Progress(
            TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=self._console
        )
        described = f"Wave      {len(deliveries)} deliveries"
        self._task = self._wave.add_task(described, total=len(deliveries), completed=len(self._settled))
        self._uploads = Progress(TextColumn("{task.description:<28}"), BarColumn(), DownloadColumn(), console=self._console)
        self._files: dict[str, TaskID] = {}
        self._live = Live(Group(self._uploads, self._wave), console=self._console, refresh_per_second=8)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()

    def changed(self, delivery: Delivery) -> None:
        """See `Watcher.changed`."""
        if delivery.message != self._message:
            return
        self.say_held_up(delivery)
        if _over(delivery) and delivery.key not in self._settled:
            self._settled.add(delivery.key)
            self._wave.update(self._task, completed=len(self._settled))

    def progress(self, key: str, done: int, total: int) -> None:
        """See `Watcher.progress`."""
        if key not in self._files:
            self._files[key] = self._uploads.add_task(f"Upload    {key.split('/')[-2]}", total=total)
        # What is large stays to be seen when it is done; forty accounts' pictures would fill the screen.
        self._uploads.update(self._files[key], completed=done, total=total, visible=done < total or total >= _LARGE)

    def say(self, line: str) -> None:
        """A line for a person."""
        self._console.print(escape(line), highlight=False, soft_wrap=True)


@contextmanager
def copied(noun: str, done_to: str = "Copied") -> Iterator[Callable[[int, int], None]]:
    """A bar for something that is done one by one: give it how many are done, and how many there are. A pipe is shown nothing."""
    console = Console(file=sys.stderr)
    columns = (TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(f"{done_to:<10}{noun}", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def _over(delivery: Delivery) -> bool:
    return delivery.state in SETTLED or delivery.state is State.UNKNOWN
