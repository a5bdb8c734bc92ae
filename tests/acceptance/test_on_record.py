"""Every command that changes something leaves an entry with its person, done or refused: docs/audit-log.md has them all."""

import json
import re
from contextlib import closing
from pathlib import Path

import pytest

from ministry_social.model.delivery import Delivery, State
from ministry_social.model.ledger import Event
from ministry_social.model.stop import Pause
from ministry_social.rules.permissions import MAY, reads_only
from tests.cli.test_account_life import MESSAGE, RIGA, connect
from tests.conftest import Rehearsal
from tests.docs.pages import page, rows

from .ministry import Ministry, Said
from .signatures import Signing, with_people
from .test_campaign_signed import CAMPAIGN, FILE
from .test_campaign_signed import MESSAGE as LAMP

MFA, PARIS = "grain-corridor/1/mfa/post", "grain-corridor/1/embassy-paris/post"
CHANGING = {command for command in MAY if not reads_only(command)}
ALONE = {  # see their own tests
    *("worker", "onboard serve", "store restore", "store move", "store upgrade"),
    *("report collect", "watch run", "watch explain", "retention dispose"),
}
# These do what they do, and say that not all is well: nobody has signed, and no mail server is there.
MAY_FAIL = {"publish": "waiting for approval", "alert test": "NOT told"}


def table() -> dict[str, set[str]]:
    """Command -> the events that it may leave, as the docs say."""
    return {
        row[0].strip("`"): set(re.findall(r"`([a-z-]+)`", row[1].split("by `engine`")[0]))
        for row in rows(page("audit-log.md"), "command", "entries")
    }


class Walk:
    """Runs commands of several persons, and notes which entries each has left."""

    def __init__(self, signing: Signing) -> None:
        self.signing = signing
        self.left: dict[str, set[tuple[str, str]]] = {}
        self.position = 0

    def __call__(self, who: str, command: str, *more: str) -> Said:
        self.new()
        said = self.signing.say(who, *command.split(), *more)
        assert said.code == 0 or MAY_FAIL.get(command, "\0") in said.out, (command, said)
        self.left.setdefault(command, set()).update(self.new())
        return said

    def new(self) -> set[tuple[str, str]]:
        """Event and person of each entry since the last look."""
        with closing(self.signing.ministry.app()) as app, app.store.read() as reading:
            found = [one for one in reading.entries() if one.position > self.position]
        self.position = found[-1].position if found else self.position
        return {(body["event"], body["by"]) for body in map(json.loads, (one.body for one in found))}


@pytest.fixture
def signing(ministry: Ministry, rehearsal: Rehearsal) -> Signing:
    rehearsal.post("/rehearsal/clock", {"now": "2030-03-01T12:00:00Z"})
    ministry.write("messages/lamp.md", LAMP)
    ministry.write(FILE, CAMPAIGN)
    nobody = {"SMTP": "127.0.0.1:9", "MAIL_FROM": "social@mfa.example.org", "TO": "anna@mfa.example.org"}
    ministry.environment |= {f"MINISTRY_SOCIAL_ALERTS_{name}": value for name, value in nobody.items()}
    return with_people(ministry)


def test_every_command_that_changes_something_is_in_the_table() -> None:
    assert set(table()) == CHANGING
    assert set().union(*table().values()) <= {event.value for event in Event}


def test_every_command_leaves_the_entries_of_the_table(signing: Signing, rehearsal: Rehearsal, tmp_path: Path) -> None:
    walk = Walk(signing)
    walk.left["policy adopt"] = {one for one in walk.new() if one[0] in table()["policy adopt"]}
    _house(walk, tmp_path)
    _messages(walk)
    _campaign(walk)
    _accounts(walk, rehearsal)
    walk("dora", "rehearsal reset")
    assert set(walk.left) == CHANGING - ALONE
    for command, left in walk.left.items():
        wanted = table()[command]
        assert {event for event, _ in left} & wanted, (command, left)
        assert any(event in wanted and who != "engine" for event, who in left), (command, left)


def _house(walk: Walk, folder: Path) -> None:
    walk("dora", "register key", "--new", "--yes")
    app = folder / "app.json"
    app.write_text(json.dumps({"consumer_key": "k" * 20, "consumer_secret": "s" * 40}), encoding="utf-8")
    walk("dora", "vault app", "x", "--credential", str(app))
    walk("dora", "alert secret", "webhook-key", "--new")
    walk("dora", "alert test", "--to", "anna@mfa.example.org")
    walk("dora", "vault rotate", "--new-key")
    walk("dora", "vault move", "--to", "database")
    walk("dora", "audit checkpoint")
    walk("dora", "hold", "--platform", "youtube", "--reason", "look", "--no-wait")
    walk("dora", "release", "--platform", "youtube")


def _messages(walk: Walk) -> None:
    folder = walk.signing.ministry.folder
    written = folder / "messages" / "local" / "grain-corridor" / "embassy-ankara.md"
    written.unlink()
    walk("anna", "local ask", "grain-corridor", "--until", "2030-03-20 12:00 UTC", "-o", "letters")
    letter = folder / "letters" / "grain-corridor.embassy-ankara.md"
    letter.write_text(letter.read_text(encoding="utf-8") + "Mersin limanından kalkan gemiler yol alacak.\n", encoding="utf-8")
    walk("emil", "local submit", str(letter))
    written.unlink()
    walk("emil", "local write", "grain-corridor", "--mission", "embassy-ankara", "--text", "Tahıl koridoru bir yıl daha açık.")
    walk("anna", "approval submit", "messages/grain.md")
    walk("boris", "approval refuse", "grain-corridor", "--reason", "wrong year")
    walk("boris", "approval withdraw", "grain-corridor", "--reason", "it is right")
    walk("boris", "approval sign", "grain-corridor", "--yes")
    walk("clara", "approval sign", "grain-corridor", "--yes")
    walk("anna", "delivery schedule", "messages/grain.md", "--at", "2030-03-04T09:00:00Z", "--yes")
    _stumble(walk)
    walk("anna", "delivery retry", MFA)
    walk("dora", "delivery settle", PARIS, "--absent", "--reason", "looked", "--yes")
    walk("dora", "resume", "--account", "mfa", "--reason", "mended")
    walk("dora", "delivery recall", "--message", "grain-corridor", "--reason", "wrong", "--yes")
    walk("boris", "retention hold", "--message", "grain-corridor", "--reason", "a suit")
    walk("boris", "retention lift", "--message", "grain-corridor", "--reason", "settled")


def _stumble(walk: Walk) -> None:
    """One delivery has failed, one is in doubt, an account is paused."""
    with closing(walk.signing.ministry.app()) as app, app.store.begin() as tx:
        now = app.clock.now()
        failed, lost = tx.delivery(MFA), tx.delivery(PARIS)
        assert failed is not None
        assert lost is not None
        tx.record(Event.REFUSED, by="engine", at=now, delivery=failed, facts={"code": "x-187"}, change={"state": State.FAILED})
        sent: Delivery | None = tx.record(
            Event.STARTED, by="engine", at=now, delivery=lost, change={"state": State.SENDING, "fence": "f"}
        )
        tx.record(Event.LOST, by="engine", at=now, delivery=sent, change={"state": State.UNKNOWN, "certain_at": now})
        tx.keep_pause(Pause(scope="account", value="mfa", reason="shut out", remedy="connect it", at=now))


def _campaign(walk: Walk) -> None:
    walk("anna", "campaign start", FILE, "--yes")
    walk("boris", "campaign sign", "lamp-again", "--yes")
    walk("dora", "campaign stop", "lamp-again", "--reason", "enough")
    hello = MESSAGE.replace("embassy-riga", "mfa").replace("## lv", "## en")
    walk.signing.ministry.write("messages/hello.md", hello)
    walk("anna", "publish", "messages/hello.md", "--yes")


def _accounts(walk: Walk, rehearsal: Rehearsal) -> None:
    walk("dora", "account import", "config/accounts.toml", "--running")
    walk("dora", "register publish", "public")
    walk("anna", "account request", "embassy-riga", *RIGA)
    walk("boris", "account approve", "--all")
    walk("dora", "account invite", "embassy-riga")
    walk.new()
    assert connect(walk.signing.ministry, rehearsal).code == 0
    walk.left["account connect"] = walk.new()
    walk("dora", "account verify", "--all")
    walk("dora", "account inspect", "embassy-riga")
    walk("dora", "account activate", "embassy-riga")
    walk("boris", "account certify", "embassy-riga")
    walk("boris", "account retire", "embassy-riga", "--reason", "closed")
