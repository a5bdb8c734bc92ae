"""`policy`: whose signatures a release needs, and how two persons put that in force."""

from typing import Any

import click

from ..app import App
from ..desk import adopt as adopting
from ..model.policy import Policy
from ..rules.policy import about, asks, differences, policy_digest, problems
from ..rules.signing import in_groups
from . import show
from .keys import confirm, open_own, passphrase_option
from .options import json_option, open_app, print_json


@click.group()
def policy() -> None:
    """Whose signatures are needed: show, adopt."""


@policy.command("show")
@json_option
def show_(as_json: bool) -> None:
    """Show the policy of config/people.toml, and whether it is in force.

    \b
    Example:
      ministry-social policy show
    """
    app = open_app()
    written = app.policies.written()
    state = _state(app, written)
    if as_json:
        print_json(state)
        return
    show.table([[one["for"], one["needs"]] for one in state["rules"]], ["for", "needs"])
    click.echo(f"\n{show.number(len(written.people), 'person').replace('persons', 'people')}. Digest {in_groups(state['digest'])}")
    click.echo(state["says"])
    for problem in state["problems"]:
        click.echo(f"  {problem}")


@policy.command()
@click.option("--yes", is_flag=True, help="Do not ask.")
@passphrase_option
def adopt(yes: bool, passphrase_fd: int | None) -> None:
    """Sign the policy of config/people.toml; with a second signature it is in force.

    Two approvers do, or an approver and an operator: those of the policy in force; for the very first one, of itself.

    \b
    Example:
      ministry-social policy adopt
    """
    app = open_app()
    written = app.policies.written()
    with app.store.read() as reading:
        before = app.policies.adopted(reading)
    click.echo(f"Policy    {in_groups(policy_digest(written))}")
    click.echo(f"Change    {'the first one' if before is None else differences(before.policy, written)}")
    confirm("Sign it?", yes=yes)
    done = adopting.adopt(app.means, open_own(app, passphrase_fd), person=app.person)
    if done.done:
        click.echo(f"Adopted by {' and '.join(done.by)}: it is in force.")
    else:
        click.echo(f"Signed by {', '.join(done.by)}. It is in force once another approver or operator has signed it, too.")


def _state(app: App, written: Policy) -> dict[str, Any]:
    with app.store.read() as reading:
        found = app.policies.adopted(reading)
        refusal = app.policies.refusal(reading)
        judge, replaces = (written, "") if found is None else (found.policy, found.digest)
        signed = adopting.proposed(reading, judge, policy_digest(written), replaces)
    says = "In force." if refusal is None else refusal.sentence
    if refusal is None and found is None:
        says = "Nobody has to sign in this rehearsal: who publishes confirms."
    elif refusal is not None and signed:
        says += f" Signed so far by {', '.join(signed)}."
    return {
        "digest": policy_digest(written), "in_force": None if found is None else found.digest, "signed": list(signed),
        "rules": [{"for": about(rule), "needs": asks(rule)} for rule in written.rules], "says": says,
        "problems": [] if written.needs_nobody and written.world == "rehearsal" else list(problems(written)),
    }  # fmt: skip
