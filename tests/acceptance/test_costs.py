"""Costs: what was forecast before signing is what the rehearsal's X bills, to the thousandth of a dollar."""

import re
from typing import Any

import pytest
from PIL import Image

from tests.conftest import Rehearsal

from .ministry import Ministry

ACCOUNTS = ("mfa", "embassy-paris", "embassy-ankara", "embassy-berlin", "embassy-london", "page")
MIXED = f"""\
+++
id = "mixed"
audience = "{" + ".join(f"account:{name}" for name in ACCOUNTS)}"
[[media]]
file = "harbour.png"
[[media]]
file = "ship.png"
+++

## en
### short
The grain corridor stays open for another year.
### alt harbour.png
Cranes over the harbour
### alt ship.png
A ship under way

## fr
### short
Le couloir céréalier reste ouvert une année encore : https://www.mfa-tavoria.example.org/fr
### alt harbour.png
Des grues au-dessus du port
### alt ship.png
Un navire en route
"""
ANKARA = (
    "## tr\n### short\nTahıl koridoru açık kalıyor; teşekkürler Türkiye.\n### alt harbour.png\nVinçler\n### alt ship.png\nGemi\n"
)
BERLIN = (
    "## de\n### short\nMehl aus Hamburg: mfa-tavoria.example.org/de\n### alt harbour.png\nKräne\n### alt ship.png\nEin Schiff\n"
)
SAID = "Tahıl koridoru açık kalıyor; teşekkürler Türkiye."
AGAIN = f'+++\nid = "again"\naudience = "account:embassy-ankara"\n+++\n\n## tr\n### short\n{SAID}\n'
SHOWN = AGAIN.replace("+++\n\n", '[[media]]\nfile = "ship.png"\n+++\n\n') + "### alt ship.png\nGemi\n"


@pytest.fixture
def mixed(ministry: Ministry) -> Ministry:
    """A message with links and without, reposts, pictures with alt texts, and a page."""
    for name in ("harbour.png", "ship.png"):
        Image.new("RGB", (64, 48), (20, 90, len(name))).save(ministry.folder / "messages" / name)
    ministry.write("messages/mixed.md", MIXED)
    ministry.write("messages/local/mixed/embassy-ankara.md", ANKARA)
    ministry.write("messages/local/mixed/embassy-berlin.md", BERLIN)
    return ministry


def billed(rehearsal: Rehearsal) -> int:
    """Everything on the bill but reads."""
    rows = rehearsal.get("/rehearsal/x/bill")["rows"]
    return sum(row["price"] for row in rows if "read" not in row["what"])


def costs(ministry: Ministry, *more: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = ministry.say("cost", "--json", *more).json
    return found


def test_the_forecast_the_record_and_the_bill_agree(mixed: Ministry, rehearsal: Rehearsal) -> None:
    shown = {row["account"]: row.get("cost", 0) for row in mixed.say("message", "preview", "messages/mixed.md", "--json").json}
    forecast = {name: shown[name] for name in ACCOUNTS}
    assert forecast == {
        "mfa": 25, "embassy-paris": 210, "embassy-ankara": 25, "embassy-berlin": 210, "embassy-london": 15, "page": 0
    }  # fmt: skip
    published = mixed.say("publish", "messages/mixed.md", "--yes")
    assert published.code == 0, published
    assert "Cost      about $0.485 on X (2 posts with a link" in published.out
    assert billed(rehearsal) == sum(forecast.values()) == 485
    accounts = {row["account"]: row["spent"] for row in costs(mixed, "--by", "account")}
    assert accounts == {name: amount for name, amount in forecast.items() if amount}


@pytest.mark.parametrize(("again", "more"), [(AGAIN, 0), (SHOWN, 5)], ids=["nothing", "nothing but its alt text"])
def test_a_duplicate_that_x_refuses_costs(mixed: Ministry, rehearsal: Rehearsal, again: str, more: int) -> None:
    mixed.say("publish", "messages/mixed.md", "--yes")
    before = billed(rehearsal)
    mixed.environment["MINISTRY_SOCIAL_SIMILARITY_THRESHOLD"] = "2"
    mixed.write("messages/again.md", again)
    assert mixed.say("publish", "messages/again.md", "--yes").code == 1
    assert mixed.say("delivery", "list", "--message", "again", "--json").json[0]["state"] == "failed"
    assert billed(rehearsal) == before + more == sum(row["spent"] for row in costs(mixed, "--by", "month"))


def test_a_post_that_is_taken_down_is_billed_for_that_too(ministry: Ministry, rehearsal: Rehearsal) -> None:
    ministry.say("publish", "messages/grain.md", "--yes")
    recalled = ministry.say("delivery", "recall", "--message", "grain-corridor", "--reason", "wrong year", "--yes")
    assert recalled.code == 0, recalled
    assert billed(rehearsal) == sum(row["spent"] for row in costs(ministry, "--by", "month")) == 3 * 25


def test_what_is_planned_is_listed_by_month_before_it_is_spent(ministry: Ministry) -> None:
    at = ["--at", "2031-01-31T23:30:00Z", "--yes"]
    assert ministry.say("delivery", "schedule", "messages/grain.md", *at).code == 0
    [row] = costs(ministry, "--by", "month")
    assert row == {"month": "2031-01", "spent": 0, "planned": 45, "total": 45, "budget": None}
    assert costs(ministry, "--by", "wave", "--month", "2031-01")[0]["wave"] == "grain-corridor/1"
    assert costs(ministry, "--by", "message")[0]["message"] == "grain-corridor"
    assert costs(ministry, "--month", "2031-02") == []


def test_a_budget_is_shown_and_above_it_a_finding_says_so(ministry: Ministry) -> None:
    ministry.write("config/budgets.toml", '[missions]\nembassy-paris = "0.010"\n')
    checked = ministry.say("message", "check", "messages/grain.md")
    assert re.search(r"advisory  over-budget  embassy-paris would spend \$0\.015 on X in \d{4}-\d\d \(", checked.out)
    at = ("--at", "2031-01-31T23:30:00Z")
    assert (
        "Budget    embassy-paris would spend $0.015 on X in 2031-01"
        in ministry.say("message", "preview", "messages/grain.md", *at).out
    )
    ministry.say("delivery", "schedule", "messages/grain.md", *at, "--yes")
    said = ministry.say("cost").out
    assert re.search(r"^month +mission +spent +planned +together +budget$", said, re.MULTILINE)
    assert re.search(r"^2031-01 +embassy-paris +\$0\.00 +\$0\.015 +\$0\.015 +\$0\.01 exceeded$", said, re.MULTILINE)
    assert said.endswith("$0.00 spent, $0.045 planned on X, without what reading costs; prices of 2026-04-16.\n")


def test_above_a_budget_nothing_is_sent_where_the_ministry_says_that_it_blocks(ministry: Ministry, rehearsal: Rehearsal) -> None:
    ministry.environment |= {"MINISTRY_SOCIAL_BUDGET_MONTHLY": "0.01", "MINISTRY_SOCIAL_FINDINGS_OVER_BUDGET": "blocking"}
    assert ministry.say("publish", "messages/grain.md", "--yes").code == 1
    assert rehearsal.records() == []


def test_without_anything_planned_it_says_so_and_a_wrong_month_is_refused(ministry: Ministry) -> None:
    assert ministry.say("cost").out == "Nothing was spent, and nothing that costs is planned.\n"
    assert '"12-2026" is no month. Write year and month: 2026-12.' in ministry.say("cost", "--month", "12-2026").err
