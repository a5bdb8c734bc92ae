"""`report`: what came of what was sent."""

import click

from .reach import collect, reach
from .report_delivery import delivery


@click.group()
def report() -> None:
    """What came of what was sent: collect, reach, delivery."""


for _command in (collect, reach, delivery):
    report.add_command(_command)
