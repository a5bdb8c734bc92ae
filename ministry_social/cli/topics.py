"""`help`: lists that commands refer to."""

import click

from . import show


@click.command("help")
@click.argument("topic", type=click.Choice(["findings", "reasons", "faults"]), required=False, metavar="[TOPIC]")
@click.pass_context
def help_topic(context: click.Context, topic: str | None) -> None:
    """Explain a topic: findings, reasons or faults.

    Every finding that a check can have, every reason for an account's silence, every fault of the rehearsal.

    \b
    Example:
      ministry-social help findings
    """
    if topic == "findings":
        from ..rules.checks import FINDINGS

        show.table(list(FINDINGS.items()), ["finding", "means"])
    elif topic == "reasons":
        from ..model.plan import SILENCES

        show.table([(silence.value, said) for silence, said in SILENCES.items()], ["reason", "means"])
    elif topic == "faults":
        from ..rehearsal.faults import KINDS

        show.table(list(KINDS.items()), ["fault", "does"])
    else:
        click.echo(context.find_root().get_help())
        click.echo("\nTopics: ministry-social help findings, help reasons, help faults")
