"""Whether whoever runs a command may: the one place that looks at a person's role."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..app import App
from ..errors import InvalidSettings, MinistryError, NotAllowed
from ..files.people import load_policy, people_file
from ..files.settings import Settings
from ..model.ledger import Event
from ..model.policy import Person, Policy
from ..model.searching import Search
from ..ports import Reading
from ..rules.permissions import MAY, may_run, may_write_for, reads_only
from ..rules.refusals import WITHIN, noted
from ..store import in_file, store_file

# These must work where the config is not what was adopted: to put that right, to stop everything, to keep the store.
_STOPPING = frozenset({"hold", "campaign stop"})
_LONGEST = 200  # characters of what was typed; a name has fewer
_ALWAYS = _STOPPING | {
    "policy adopt",
    "account connect",
    "store restore",
    "store move",
    "store upgrade",
    "rehearsal reset",
    "vault app",
    "vault rotate",
}


def name_of(settings: Settings, os_user: str) -> str:
    """The name of the person whom the config knows as this user of the system; else the user's own."""
    try:
        policy = load_policy(people_file(settings.config), settings.ministry.world)
    except InvalidSettings:
        return os_user  # `check` says so, where it matters
    found = _person(policy, os_user)
    return os_user if found is None else found.name


def check(app: App, os_user: str, command: str) -> None:
    """Raise `NotAllowed` where their role does not allow it, or where the policy is not in force."""
    if reads_only(command):
        return
    policy = _policy_for_stopping(app) if command in _STOPPING else _adopted(app, command) or app.policies.written()
    if policy is not None and policy.people and not may_run(_person(policy, os_user), command):
        wanted = " or ".join(sorted(role.value for role in MAY[command]))
        raise NotAllowed(f"{app.person} may not run {command}: that is for {wanted}.", remedy="See: ministry-social person list")
    if command not in _ALWAYS and policy is not None and (command == "worker" or not policy.needs_nobody):
        with app.store.read() as reading:
            app.policies.in_force(reading)


def refuse_other_missions(app: App, mission: str) -> None:
    """Raise `NotAllowed` where a mission editor writes for a mission of which no account is their own."""
    policy = _adopted(app, "local write") or app.policies.written()
    if may_write_for(policy.person(app.person), [one.name for one in app.accounts if one.mission == mission]):
        return
    raise NotAllowed(f"{app.person} may not write for {mission}.", remedy="A mission's text is written by its own editors.")


def _adopted(app: App, command: str) -> Policy | None:
    """What was adopted, and therefore decides about roles. A store that is to be made, restored or upgraded is not opened."""
    url = app.settings.store.url
    if command.startswith("store ") or (in_file(url) and not store_file(url).exists()):
        return None
    with app.store.read() as reading:
        found = app.policies.adopted(reading)
    return None if found is None else found.policy


def _policy_for_stopping(app: App) -> Policy | None:
    """Whatever is wrong with the config or the record: stopping must be possible."""
    try:
        return _adopted(app, "hold") or app.policies.written()
    except MinistryError:
        return None


def _person(policy: Policy, os_user: str) -> Person | None:
    return next((one for one in policy.people if one.os_user == os_user), None)


@contextmanager
def refusals(app: App, command: str, about: Sequence[str]) -> Iterator[None]:
    """Whatever is not allowed within goes on record, with the person, the time, the command and what it was about.

    `about`: what was typed behind the command; a delivery, message or account among it is found again by its name.
    """
    try:
        yield
    except NotAllowed as refused:
        if not reads_only(command):
            _note(app, command, [one[:_LONGEST] for one in about], refused)
        raise


def _note(app: App, command: str, about: Sequence[str], refused: NotAllowed) -> None:
    """Write it down, where it is not yet. A store that cannot be written to says so when it is next used."""
    if command.startswith("store "):
        return
    facts = {"command": command, "about": list(about), "why": refused.sentence}
    try:
        now = app.clock.now()
        with app.store.begin() as tx:
            before = tx.search(Search(persons=(app.person,), events=(Event.NOT_ALLOWED,), since=now - WITHIN))
            wanted = noted(facts, [json.loads(entry.body)["facts"] for entry in before])
            if wanted is not None:
                message, account = _subject(tx, about, app)
                tx.record(Event.NOT_ALLOWED, by=app.person, at=now, message=message, account=account, facts=wanted)
    except MinistryError:
        return


def _subject(reading: Reading, about: Sequence[str], app: App) -> tuple[str, str]:
    """The message and the account that are meant, where one is."""
    for one in about:
        delivery = reading.delivery(one)
        if delivery is not None:
            return delivery.message, delivery.account
        if reading.revisions(one):
            return one, ""
        if one in app.roster or reading.account(one) is not None:
            return "", one
    return "", ""
