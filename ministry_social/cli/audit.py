"""`audit`: what was done, and by whom."""

import click

from .audit_log import late, log, posts


@click.group()
def audit() -> None:
    """What was done, and by whom: log, posts, late."""


for _command in (log, posts, late):
    audit.add_command(_command)
