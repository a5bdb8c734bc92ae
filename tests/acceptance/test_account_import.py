"""300 accounts come from a CSV file in one go; a broken row among them changes nothing, and neither does a process that dies."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ministry_social.rules import chain
from tests.acceptance.ministry import Ministry, new_ministry
from tests.conftest import Rehearsal

COLUMNS = "name,platform,handle,title,languages,zone,country,city,groups,links,variables.hashtags"

# Dies without a word after so many accounts, in the middle of the transaction.
DYING = """
import os, signal, sys
from ministry_social.desk import intake
from ministry_social.cli.main import run
take, taken = intake.take, []
def dying(*given, **more):
    taken.append(take(*given, **more))
    if len(taken) == 150:
        os.kill(os.getpid(), signal.SIGKILL)
intake.take = dying
run(["account", "import", "embassies.csv"])
"""


@pytest.fixture
def ministry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rehearsal: Rehearsal) -> Ministry:
    """A ministry whose own 46 accounts are imported, and a file of 300 embassies to come."""
    made = new_ministry(tmp_path / "ministry", monkeypatch)
    made.serve_at(rehearsal.address)
    assert made.say("account", "import", "config/accounts.toml").code == 0
    made.write("embassies.csv", "\n".join([COLUMNS, *(row(number) for number in range(300))]))
    return made


def row(number: int) -> str:
    return (
        f"embassy-{number:03d},x,TAVOR_{number:03d},Embassy {number},en fr,Europe/Paris,FR,City {number},"
        f"europe;new,https://e{number}.example.org/x,#Tavoria #E{number}"
    )


def stages(ministry: Ministry) -> dict[str, int]:
    counts: dict[str, int] = {}
    for one in ministry.say("account", "list", "--json").json:
        counts[one["stage"]] = counts.get(one["stage"], 0) + 1
    return counts


def events(ministry: Ministry) -> list[str]:
    """What the ledger holds; that its chain is whole is checked besides."""
    app = ministry.app()
    with app.store.read() as reading:
        chain.verify(reading.entries())
        found = [str(json.loads(one.body)["event"]) for one in reading.entries()]
    app.close()
    return found


def start(ministry: Ministry, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ministry.folder, env=os.environ | ministry.environment, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def test_300_accounts_come_in_at_once_and_a_second_time_change_nothing(ministry: Ministry) -> None:
    dry = ministry.say("account", "import", "embassies.csv", "--dry-run")
    assert dry.out.splitlines()[-1] == (
        "300 new, 0 changed, 0 unchanged, 46 not in the file.   Nothing was changed: this was a dry run."
    )
    assert stages(ministry) == {"active": 46}
    began = time.perf_counter()
    done = ministry.say("account", "import", "embassies.csv")
    print(f"300 accounts imported in {time.perf_counter() - began:.2f} s")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[-1] == "Next, by somebody else: ministry-social account approve --all"
    assert stages(ministry) == {"active": 46, "requested": 300}
    assert events(ministry).count("taken-in") == 346

    before = events(ministry)
    again = ministry.say("account", "import", "embassies.csv")
    assert again.out.splitlines()[-1] == "0 new, 0 changed, 300 unchanged, 46 not in the file."
    assert events(ministry) == before


def test_a_broken_row_among_300_is_named_and_nothing_is_taken_in(ministry: Ministry) -> None:
    lines = (ministry.folder / "embassies.csv").read_text().splitlines()
    lines[17] = lines[17].replace("Europe/Paris", "Europe/Pariss")
    lines[200] = lines[200].replace("TAVOR_199", "TavoriaMFA")  # which is the ministry's own
    ministry.write("embassies.csv", "\n".join(lines))
    before = events(ministry)
    refused = ministry.say("account", "import", "embassies.csv")
    assert (refused.code, refused.out) == (2, "")
    first, second, last = refused.err.splitlines()
    assert first.startswith("embassies.csv:18: row 18 (embassy-016): 'Europe/Pariss' is not an IANA time zone.")
    assert second.startswith("embassies.csv:201: row 201 (embassy-199): The handle TavoriaMFA stands here twice: mfa has it, too.")
    assert last == "2 of 300 rows are wrong, so nothing was taken in. Correct the file, and import it again."
    assert stages(ministry) == {"active": 46}
    assert events(ministry) == before
    wrong = ministry.say("account", "import", "embassies.csv", "--json").json
    assert (wrong["done"], [one["row"] for one in wrong["wrong"]]) == (False, [18, 201])


def test_a_process_that_dies_in_the_middle_has_taken_in_nothing(ministry: Ministry) -> None:
    before = events(ministry)
    dying = start(ministry, "-c", DYING)
    dying.communicate(timeout=60)
    assert dying.returncode == -9
    assert events(ministry) == before
    assert ministry.say("account", "import", "embassies.csv").code == 0
    assert stages(ministry) == {"active": 46, "requested": 300}


def test_two_at_once_take_each_account_in_once(ministry: Ministry) -> None:
    both = [start(ministry, "-m", "ministry_social", "account", "import", "embassies.csv", "--json") for _ in range(2)]
    said = [json.loads(one.communicate(timeout=60)[0]) for one in both]
    assert sorted((len(one["new"]), len(one["unchanged"])) for one in said) == [(0, 300), (300, 0)]
    assert events(ministry).count("taken-in") == 346
