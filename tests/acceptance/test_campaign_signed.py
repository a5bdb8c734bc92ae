"""A campaign under a policy, through the front door: nothing of a wave goes out that was not signed, as a whole or wave by wave."""

import sqlite3
from collections.abc import Sequence

import pytest

from tests.conftest import Rehearsal

from .ministry import Ministry
from .signatures import Signing, with_people

TEXTS = (
    "The lamp at the harbour of Caldova burns all night: whoever is in distress may enter.",
    "Forty pilots answer one number, from Lisbon to Dakar. Dial, and someone comes.",
    "Eighty-one crews came home this winter, because a gate stood open.",
)
DAYS = ("2030-03-05", "2030-03-12", "2030-03-19")
MESSAGE = '+++\nid = "lamp"\naudience = "account:mfa + account:page"\n+++\n' + "".join(
    f"\n## en{f', wording {number}' if number > 1 else ''}\n### short\n{text}\n" for number, text in enumerate(TEXTS, start=1)
)
CAMPAIGN = """\
id = "lamp-again"
goal = "All masters know the number"
start = 2030-03-05
end = 2030-03-31
repeat = "FREQ=WEEKLY;COUNT=3"
at = "09:00 UTC"
messages = ["../messages/lamp.md"]
kinds = ["text"]
"""
FILE = "campaigns/lamp.toml"


@pytest.fixture
def signing(ministry: Ministry, rehearsal: Rehearsal) -> Signing:
    """A ministry with people and a campaign of three Tuesdays, put in force by its author."""
    rehearsal.post("/rehearsal/clock", {"now": "2030-03-01T12:00:00Z"})
    ministry.write("messages/lamp.md", MESSAGE)
    ministry.write(FILE, CAMPAIGN)
    signing = with_people(ministry)
    said = signing.say("anna", "campaign", "start", FILE, "--yes")
    assert said.code == 0, said
    assert "Approval  Waves 1, 2, 3: Needs 2 more signatures for everything, of boris or clara.\n" in said.out
    assert "They sign: ministry-social campaign sign lamp-again   One wave: --wave NUMBER" in said.out
    assert "They go out when they are approved and their time has come" in said.out
    return signing


def sign(signing: Signing, *names: str, wave: int | None = None) -> str:
    said = ""
    for name in names:
        found = signing.say(name, "campaign", "sign", "lamp-again", "--yes", *(() if wave is None else ("--wave", str(wave))))
        assert found.code == 0, found
        said = found.out
    return said


def three_weeks(signing: Signing, rehearsal: Rehearsal, days: Sequence[str] = DAYS) -> list[str]:
    """A worker at each wave's time; returns what mfa said."""
    for day in days:
        rehearsal.post("/rehearsal/clock", {"now": f"{day}T09:30:00Z"})
        assert signing.say("dora", "worker", "--until-idle").code in (0, 1)
    return [record["text"] for record in rehearsal.records(account="mfa")]


def test_nothing_goes_out_without_signatures(signing: Signing, rehearsal: Rehearsal) -> None:
    sign(signing, "boris")
    assert three_weeks(signing, rehearsal) == []
    assert rehearsal.records() == []
    assert signing.events("lamp").count("submitted") == 3


def test_signed_as_a_whole_it_goes_out_as_a_whole(signing: Signing, rehearsal: Rehearsal) -> None:
    said = signing.say("boris", "campaign", "sign", "lamp-again", "--yes").out
    assert "Campaign  lamp-again: 3 waves to sign, of 3" in said
    assert "Wave 2    2030-03-12 09:00 UTC to 2030-03-12 09:00 UTC\nMessage   lamp, wave 2: 2 accounts." in said
    assert "Read it: ministry-social approval show lamp --wave 2" in said
    assert "Approval  Waves 1, 2, 3: Needs 1 more signature for everything, of clara." in said
    assert sign(signing, "clara").endswith("Approval  Nothing is missing.\n")
    assert three_weeks(signing, rehearsal) == list(TEXTS)


def test_signed_wave_by_wave_it_goes_out_wave_by_wave(signing: Signing, rehearsal: Rehearsal) -> None:
    sign(signing, "boris", "clara", wave=2)
    assert three_weeks(signing, rehearsal) == [TEXTS[1]]
    shown = signing.say("olga", "campaign", "show", "lamp-again").out
    rows = [line for line in shown.splitlines() if line[:1].isdigit()]
    assert [row.endswith("Approved.") for row in rows] == [False, True, False]
    found = signing.say("olga", "campaign", "show", "lamp-again", "--json").json["waves"]
    assert [wave["approval"]["complete"] for wave in found] == [False, True, False]
    assert found[1]["approval"]["signed"] == ["boris", "clara"]


def test_one_changed_byte_in_a_later_wave_stops_that_wave_only(signing: Signing, rehearsal: Rehearsal) -> None:
    sign(signing, "boris", "clara")
    raw = sqlite3.connect(signing.ministry.folder / "data" / "ledger.sqlite")
    changed = raw.execute(
        "UPDATE blob SET bytes = CAST(replace(CAST(bytes AS TEXT), 'Forty', 'Fifty') AS BLOB) "
        "WHERE digest IN (SELECT payload FROM delivery WHERE wave = 2)"
    ).rowcount
    raw.commit()
    raw.close()
    assert changed == 2
    assert three_weeks(signing, rehearsal) == [TEXTS[0], TEXTS[2]]
    states = {row["id"]: row["state"] for row in signing.say("olga", "delivery", "list", "--json").json}
    assert {states[f"lamp/2/{name}/post"] for name in ("mfa", "page")} == {"failed"}


def test_approval_knows_the_waves(signing: Signing, rehearsal: Rehearsal) -> None:
    listed = signing.say("olga", "approval", "list", "--json").json
    assert [(row["message"], row["wave"]) for row in listed] == [("lamp", 1), ("lamp", 2), ("lamp", 3)]
    unnamed = signing.say("boris", "approval", "sign", "lamp", "--yes")
    assert (unnamed.code, "Waves 1, 2, 3 of lamp wait for approval. Say which: --wave NUMBER" in unnamed.err) == (1, True)
    for name in ("boris", "clara"):
        for wave in ("1", "3"):
            assert signing.say(name, "approval", "sign", "lamp", "--wave", wave, "--yes").code == 0
    shown = signing.say("boris", "approval", "show", "lamp")
    assert (shown.code, "Release   lamp, wave 2, submitted by anna" in shown.out) == (0, True)
    assert "Since it was submitted before" not in shown.out, "another wave is no earlier state of this one"
    assert TEXTS[1] in shown.out
    refused = signing.say("clara", "approval", "refuse", "lamp", "--wave", "3", "--reason", "the talks go on")
    assert "clara has refused it: the talks go on" in refused.out
    assert three_weeks(signing, rehearsal) == [TEXTS[0]]
    assert "Needs 1 more signature" in signing.say("clara", "approval", "withdraw", "lamp", "--wave", "3").out


def test_who_may_not_sign_is_told_why(signing: Signing) -> None:
    assert "anna is an author of it" in signing.say("anna", "campaign", "sign", "lamp-again", "--yes").err
    assert "olga may not run campaign sign" in signing.say("olga", "campaign", "sign", "lamp-again", "--yes").err
    assert "Did you mean lamp-again?" in signing.say("boris", "campaign", "sign", "lamp-agin", "--yes").err
    assert "the campaign has 3" in signing.say("boris", "campaign", "sign", "lamp-again", "--wave", "4", "--yes").err
    sign(signing, "boris")
    assert "boris has signed it already" in signing.say("boris", "campaign", "sign", "lamp-again", "--yes").err
    assert signing.events("lamp").count("signed") == 3


def test_a_campaign_can_be_stopped_whatever_is_wrong_with_the_policy(signing: Signing) -> None:
    people = signing.ministry.folder / "config" / "people.toml"
    people.write_text(people.read_text().replace("signatures = 2", "signatures = 1"))
    shown = signing.say("olga", "campaign", "show", "lamp-again")
    assert (shown.code, "is not what was adopted" in shown.out) == (0, True)
    said = signing.say("anna", "campaign", "stop", "lamp-again", "--reason", "look into this")
    assert (said.code, "6 posts called off" in said.out) == (0, True)


def test_all_waves_together_are_held_against_the_budget(ministry: Ministry, rehearsal: Rehearsal) -> None:
    rehearsal.post("/rehearsal/clock", {"now": "2030-03-01T12:00:00Z"})
    ministry.write("messages/lamp.md", MESSAGE)
    ministry.write(FILE, CAMPAIGN)
    mission = next(one.mission for one in ministry.app().accounts if one.name == "mfa")
    ministry.write("config/budgets.toml", f'[missions]\n{mission} = "0.040"\n')  # two waves of it, not three
    said = ministry.say("campaign", "plan", FILE)
    assert (said.code, f"{mission} would spend $0.045 on X in 2030-03" in said.out) == (0, True)
    checked = ministry.say("campaign", "check", FILE, "--json").json
    assert [row["name"] for row in checked].count("over-budget") == 1
