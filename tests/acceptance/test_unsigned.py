"""Nothing goes out that the right people did not sign, to the byte: through the front door, with real files and a real store."""

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from ministry_social.desk import deliver
from tests.conftest import Rehearsal

from .ministry import Ministry
from .signatures import Signing, with_people

MESSAGE = """\
+++
id = "grain-corridor"
audience = "account:mfa + account:page"

[[media]]
file = "minister.png"
+++

## en
### short
The grain corridor stays open for another year.
### alt minister.png
The minister at a long table
"""


@pytest.fixture
def signing(ministry: Ministry) -> Signing:
    """A ministry with people, and a message with a picture."""
    ministry.write("messages/grain.md", MESSAGE)
    picture(ministry.folder / "messages" / "minister.png", "navy")
    return with_people(ministry)


def picture(path: Path, colour: str) -> None:
    Image.new("RGB", (400, 300), colour).save(path)


def database(signing: Signing, statement: str, *values: object) -> None:
    """What somebody with access to the database could do."""
    raw = sqlite3.connect(signing.ministry.folder / "data" / "ledger.sqlite")
    assert raw.execute(statement, values).rowcount > 0
    raw.commit()
    raw.close()


def states(signing: Signing) -> dict[str, str]:
    return {name: row["state"] for name, row in signing.ministry.deliveries().items()}


def test_what_two_approvers_have_signed_goes_out(signing: Signing, rehearsal: Rehearsal) -> None:
    submitted = signing.say("anna", "publish", "messages/grain.md", "--yes")
    assert (submitted.code, rehearsal.records()) == (1, [])
    assert "Needs 2 more signatures for everything, of boris or clara." in submitted.out
    assert "waits for approval" in submitted.out
    signing.sign("boris")
    assert signing.say("dora", "worker", "--until-idle").code == 0
    assert rehearsal.records() == []
    assert "State     Approved." in signing.sign("clara").out
    assert signing.say("dora", "worker", "--until-idle").code == 0
    assert states(signing) == {"mfa": "published", "page": "published"}
    assert signing.events() == ["received", "findings", "released", "submitted", "signed", "signed"]


def text(signing: Signing) -> None:
    file = signing.ministry.folder / "messages" / "grain.md"
    file.write_text(file.read_text().replace("another year", "another Year"))


def alt_text(signing: Signing) -> None:
    file = signing.ministry.folder / "messages" / "grain.md"
    file.write_text(file.read_text().replace("a long table", "a longer table"))


def image(signing: Signing) -> None:
    picture(signing.ministry.folder / "messages" / "minister.png", "maroon")


def one_more_account(signing: Signing) -> None:
    file = signing.ministry.folder / "messages" / "grain.md"
    file.write_text(file.read_text().replace("account:page", "account:page + account:spokesperson"))


@pytest.mark.parametrize("change", [text, alt_text, image, one_more_account])
def test_a_change_of_the_message_after_signing_needs_new_signatures(
    signing: Signing, rehearsal: Rehearsal, change: Callable[[Signing], None]
) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md")
    signing.sign("boris", "clara")
    change(signing)
    said = signing.say("anna", "publish", "messages/grain.md", "--yes")
    assert said.code == 1
    assert "Needs 2 more signatures" in said.out
    assert rehearsal.records() == []
    assert signing.events()[-4:] == ["received", "findings", "released", "submitted"]
    assert "Since it was submitted before" in signing.say("boris", "approval", "show", "grain-corridor").out


def payload(signing: Signing) -> None:
    database(
        signing, "UPDATE blob SET bytes = CAST(replace(CAST(bytes AS TEXT), 'stays open', 'is closed') AS BLOB) "
        "WHERE digest IN (SELECT payload FROM delivery)",
    )  # fmt: skip


def account_in_the_config(signing: Signing) -> None:
    file = signing.ministry.folder / "config" / "accounts.toml"
    text = (
        file.read_text()
        .replace('id = "1840000010007919037"', 'id = "1840000010007919038"')
        .replace('"104857600271828"', '"104857600271829"')
    )
    file.write_text(text)


def account_in_the_plan(signing: Signing) -> None:
    database(signing, "UPDATE delivery SET account = 'spokesperson' WHERE account = 'mfa'")
    database(signing, "UPDATE delivery SET kind = 'original' WHERE account = 'page'")


def release(signing: Signing) -> None:
    database(signing, "UPDATE blob SET bytes = CAST(bytes || x'20' AS BLOB) WHERE digest IN (SELECT release FROM delivery)")


def stored_picture(signing: Signing) -> None:
    for file in (signing.ministry.folder / "data" / "media").iterdir():
        if len(file.name) == 64:
            picture(signing.ministry.folder / "other.png", "red")
            file.write_bytes((signing.ministry.folder / "other.png").read_bytes())


@pytest.mark.parametrize("change", [payload, account_in_the_config, account_in_the_plan, release])
@pytest.mark.parametrize("way", ["publish", "worker"])
def test_what_was_changed_past_us_is_refused_and_on_record(
    signing: Signing, rehearsal: Rehearsal, change: Callable[[Signing], None], way: str
) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md")
    signing.sign("boris", "clara")
    change(signing)
    if way == "publish":
        assert signing.say("anna", "publish", "messages/grain.md").code == 1
    else:
        signing.say("dora", "worker", "--until-idle")
    assert rehearsal.records() == []
    listed = signing.say("olga", "delivery", "list", "--json").json
    assert {row["state"] for row in listed} == {"failed"}
    assert all(row["error"] for row in listed)
    assert signing.say("olga", "store", "verify").code == 0  # the record itself holds


def test_a_changed_picture_in_the_media_folder_never_goes_out(signing: Signing, rehearsal: Rehearsal) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md")
    signing.sign("boris", "clara")
    stored_picture(signing)
    assert signing.say("anna", "publish", "messages/grain.md").code == 1
    assert rehearsal.records() == []
    assert set(states(signing).values()) == {"failed"}
    assert "it was changed" in str(signing.say("olga", "delivery", "list", "--json").json)


def test_an_earlier_time_is_refused(signing: Signing, rehearsal: Rehearsal) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md", "--at", "2099-12-01T09:00:00Z")
    signing.sign("boris", "clara")
    database(signing, "UPDATE delivery SET due_at = '2020-12-01T09:00:00.000Z', prepared = 1")
    assert signing.say("anna", "publish", "messages/grain.md").code == 1
    assert rehearsal.records() == []
    assert "approved for 2099-12-01" in str(signing.say("olga", "delivery", "list", "--json").json)


def test_what_changes_between_claim_and_send_no_longer_matters(signing: Signing, rehearsal: Rehearsal) -> None:
    """What is sent is what was read and checked in the transaction that says so."""
    signing.ministry.write("messages/grain.md", MESSAGE.replace('[[media]]\nfile = "minister.png"\n', "").split("### alt")[0])
    signing.say("anna", "approval", "submit", "messages/grain.md")
    signing.sign("boris", "clara")
    app = signing.ministry.app()
    with app.store.begin() as tx:
        claims = deliver.claim(tx, app.means, tx.due(app.means.now(), 9))
    payload(signing)
    account_in_the_config(signing)
    assert len([deliver.send(app.means, one) for one in claims]) == 2
    assert {record["text"] for record in rehearsal.records(account="mfa")} == {"The grain corridor stays open for another year."}


def test_signatures_that_are_missing_cannot_be_made_up_in_the_plan(signing: Signing, rehearsal: Rehearsal) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md")
    signing.sign("boris")
    database(signing, "UPDATE release SET confirmed = 1")
    assert signing.say("anna", "publish", "messages/grain.md").code == 1
    assert rehearsal.records() == []
    assert set(states(signing).values()) == {"planned"}


def test_rules_that_were_changed_in_the_config_stop_everything(signing: Signing, rehearsal: Rehearsal) -> None:
    signing.say("anna", "approval", "submit", "messages/grain.md")
    signing.sign("boris")
    people = signing.ministry.folder / "config" / "people.toml"
    people.write_text(people.read_text().replace("signatures = 2", "signatures = 1"))
    for who, command in (("anna", ("publish", "messages/grain.md")), ("dora", ("worker", "--until-idle"))):
        said = signing.say(who, *command)
        assert said.code == 1
        assert "is not what was adopted: no longer everything: 2 of approver; now everything: 1 of approver" in said.err
    assert rehearsal.records() == []
    assert signing.say("anna", "hold", "--all", "--reason", "look into this").code == 0  # stopping is always possible
