"""`report`: what came of what was sent."""

import click

from .report_delivery import delivery


@click.group()
def report() -> None:
    """What came of what was sent: delivery."""


report.add_command(delivery)
