"""`report`: what came of what was sent."""

import click

from .reach import collect, reach


@click.group()
def report() -> None:
    """What came of what was sent: collect, reach."""


report.add_command(collect)
report.add_command(reach)
