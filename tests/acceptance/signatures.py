"""A ministry with people, keys and an adopted policy, for tests that go through the front door."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from ministry_social.files.messages import load
from ministry_social.vault import keys

from .ministry import Ministry, Said

PASSPHRASE = "four plain old words"
PEOPLE = """\
[[people]]
name = "anna"
os_user = "anna"
roles = ["author"]
[[people]]
name = "boris"
os_user = "boris"
roles = ["approver"]
[[people]]
name = "clara"
os_user = "clara"
roles = ["approver"]
[[people]]
name = "dora"
os_user = "dora"
roles = ["operator"]
[[people]]
name = "emil"
os_user = "emil"
roles = ["mission-editor"]
accounts = ["embassy-ankara"]
[[people]]
name = "olga"
os_user = "olga"
roles = ["auditor"]

[[approval]]
signatures = 2
by = ["approver"]
"""


@dataclass
class Signing:
    """Short words for what each person does."""

    ministry: Ministry

    def say(self, who: str, *arguments: str) -> Said:
        """Run a command as somebody."""
        with self.ministry.monkeypatch.context() as patch:
            patch.setenv("LOGNAME", who)
            return self.ministry.say(*arguments)

    def enrol(self, *names: str) -> None:
        for name in names:
            said = self.say(name, "person", "enrol")
            assert said.code == 0, said
            with (self.ministry.folder / "config" / "people.toml").open("a", encoding="utf-8") as file:
                file.write(said.out)

    def adopt(self) -> None:
        for name in ("boris", "clara"):
            assert self.say(name, "policy", "adopt", "--yes").code == 0

    def sign(self, *names: str, message: str = "grain-corridor") -> Said:
        said = Said(0, "", "")
        for name in names:
            said = self.say(name, "approval", "sign", message, "--yes")
            assert said.code == 0, said
        return said

    def events(self, message: str = "grain-corridor") -> list[str]:
        return [entry["event"] for entry in self.say("olga", "message", "show", message, "--json").json]

    def revision(self) -> str:
        return load(self.ministry.folder / "messages" / "grain.md").revision


def with_people(ministry: Ministry) -> Signing:
    """The ministry, whose policy boris and clara have adopted.

    Their passphrases are stretched little: how much is asked of a real one is held by the tests of the vault.
    """
    ministry.monkeypatch.setattr(keys, "_N", 2**10)
    ministry.environment |= {"MINISTRY_SOCIAL_SIGNING_KEYS": "keys", "MINISTRY_SOCIAL_PASSPHRASE": PASSPHRASE}
    ministry.write("config/people.toml", PEOPLE)
    signing = Signing(ministry)
    signing.enrol("boris", "clara")
    signing.adopt()
    return signing


@contextmanager
def without_passphrase(signing: Signing) -> Iterator[None]:
    """Nobody has set it."""
    kept = signing.ministry.environment.pop("MINISTRY_SOCIAL_PASSPHRASE")
    assert "MINISTRY_SOCIAL_PASSPHRASE" not in os.environ
    yield
    signing.ministry.environment["MINISTRY_SOCIAL_PASSPHRASE"] = kept
