"""What a person sees while a wave goes out: bars in a terminal, lines elsewhere."""

import sys
from types import TracebackType
from typing import Self

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from ..app import App
from ..model.delivery import Delivery
from ..rules.lifecycle import SETTLED


class Lines:
    """For logs and pipes: a line on standard error for each delivery that is settled or in doubt."""

    def __init__(self, app: App, message: str, *, quiet: bool) -> None:
        self._message, self._quiet = message, quiet

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None

    def changed(self, delivery: Delivery) -> None:
        """See `Watcher.changed`."""
        if delivery.message == self._message and (delivery.state in SETTLED or delivery.state == "unknown"):
            self.say(f"{delivery.account}: {delivery.state.value}  {delivery.url or delivery.error}")

    def progress(self, key: str, done: int, total: int) -> None:
        """See `Watcher.progress`: bytes make no lines."""

    def say(self, line: str) -> None:
        """A line for a person."""
        if not self._quiet:
            click.echo(line, err=True)


class Bars:
    """In a terminal: one bar for the wave, one for each upload."""

    def __init__(self, app: App, message: str) -> None:
        self._message = message
        with app.store.read() as reading:
            deliveries = reading.deliveries(message=message)
        self._settled = {delivery.key for delivery in deliveries if _over(delivery)}
        console = Console(file=sys.stderr)
        self._wave = Progress(
            TextColumn("{task.description:<28}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), console=console
        )
        self._task = self._wave.add_task(
            f"Wave      {len(deliveries)} deliveries", total=len(deliveries), completed=len(self._settled)
        )
        self._uploads = Progress(TextColumn("{task.description:<28}"), BarColumn(), DownloadColumn(), console=console)
        self._files: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        from rich.console import Group
        from rich.live import Live

        self._live = Live(Group(self._uploads, self._wave), console=self._wave.console, refresh_per_second=8)
        self._live.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._live.stop()

    def changed(self, delivery: Delivery) -> None:
        """See `Watcher.changed`."""
        if delivery.message == self._message and _over(delivery) and delivery.key not in self._settled:
            self._settled.add(delivery.key)
            self._wave.update(self._task, completed=len(self._settled))

    def progress(self, key: str, done: int, total: int) -> None:
        """See `Watcher.progress`."""
        if key not in self._files:
            self._files[key] = self._uploads.add_task(f"Upload    {key.split('/')[-2]}", total=total)
        self._uploads.update(self._files[key], completed=done, total=total)

    def say(self, line: str) -> None:
        """A line for a person."""
        self._wave.console.print(line)


def _over(delivery: Delivery) -> bool:
    return delivery.state in SETTLED or delivery.state == "unknown"
