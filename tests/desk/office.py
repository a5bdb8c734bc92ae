"""The bench with an office: people with keys of their own, and a policy that two of them have adopted."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ministry_social.desk import adopt, approve, schedule
from ministry_social.desk.policy import Policies
from ministry_social.model.account import Account
from ministry_social.model.policy import Key, Person, Policy, Role, Rule
from ministry_social.model.variant import Variant
from ministry_social.vault.keys import OpenKey, new_key

from .bench import NOON, Bench, make_bench

DAY = timedelta(days=1)
ROLES = {
    "anna": (Role.AUTHOR,), "boris": (Role.APPROVER,), "clara": (Role.APPROVER,), "dora": (Role.OPERATOR,), "olga": (Role.AUDITOR,),
}  # fmt: skip
TWO = Rule(signatures=2, by=("approver",))


@dataclass
class Office:
    """A bench whose policy is `written`, and short words for those who sign."""

    bench: Bench
    written: Policy
    keys: dict[str, OpenKey] = field(default_factory=dict)

    def submit(self, *spoken: tuple[Account, Variant], by: str = "anna", **more: Any) -> schedule.Planned:
        """As `Bench.plan`, under the policy."""
        at: datetime | None = more.pop("at", None)
        anew: bool = more.pop("anew", False)
        source = more.pop("source", b"one")
        drafted = self.bench.draft(*spoken, source=source, **more)
        return schedule.plan(
            self.bench.store, self.bench.clock, drafted,
            wave=1, times=self.bench.times, at=at, file="grain.md", source=source, person=by, policies=self.bench.means.policies,
            anew=anew,
        )  # fmt: skip

    def found(self, message: str = "grain") -> approve.Submitted:
        with self.bench.store.read() as reading:
            return approve.submitted(reading, self.bench.means, message)

    def sign(self, *names: str, message: str = "grain", emergency: str = "") -> approve.Submitted:
        for name in names:
            release = self.found(message).release
            approve.sign(self.bench.means, self.keys[name], message, 1, release=release, person=name, emergency=emergency)
        return self.found(message)

    def adopt(self, *names: str) -> None:
        for name in names:
            adopt.adopt(self.bench.means, self.keys[name], person=name)

    def rewrite(self, **change: Any) -> None:
        """Somebody edits config/people.toml."""
        self.written = replace(self.written, **change)

    def with_key(self, name: str, key: Key) -> tuple[Person, ...]:
        """The people, of whom one has another key."""
        return tuple(replace(one, keys=(key,)) if one.name == name else one for one in self.written.people)

    def house(self) -> list[str]:
        """The events of the ledger that are about the policy."""
        with self.bench.store.read() as reading:
            return [str(json.loads(entry.body)["event"]) for entry in reading.policies()]

    def said(self, message: str = "grain") -> list[str]:
        """The events of the ledger about a message and its approval."""
        with self.bench.store.read() as reading:
            return [str(json.loads(entry.body)["event"]) for entry in reading.approvals([message])]


def make_office(folder: Path) -> Office:
    bench = make_bench(folder)
    keys = {name: new_key() for name in ROLES}
    people = tuple(
        Person(name=name, os_user=name, roles=roles, keys=(Key(public=keys[name].public, since=NOON - DAY),))
        for name, roles in ROLES.items()
    )
    office = Office(bench=bench, written=Policy(world="rehearsal", people=people, rules=(TWO,)), keys=keys)
    bench.means = replace(bench.means, policies=Policies(lambda: office.written))
    return office
