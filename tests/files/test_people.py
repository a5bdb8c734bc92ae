"""config/people.toml: read strictly, and every mistake named with its line."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ministry_social.errors import InvalidSettings
from ministry_social.files.people import KEY, PERSON, RULE, PolicyFile, load_policy
from ministry_social.model.policy import Role
from tests.docs.pages import blocks, page, rows

PUBLIC = "A" * 43 + "="
GOOD = f"""\
[[people]]
name = "boris"
os_user = "btamm"
roles = ["approver"]
groups = ["duty-officers"]

[[approval]]
signatures = 1
by = ["duty-officers"]
message = "travel-advice"

[[key]]
person = "boris"
public = "{PUBLIC}"
from = 2026-12-01
until = 2027-12-01T10:00:00+01:00
"""


def write(folder: Path, text: str) -> Path:
    file = folder / "people.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_people_keys_and_rules_are_read(tmp_path: Path) -> None:
    policy = load_policy(write(tmp_path, GOOD), "live")
    [boris], [rule] = policy.people, policy.rules
    assert (policy.world, boris.name, boris.os_user, boris.roles, boris.groups) == (
        "live", "boris", "btamm", (Role.APPROVER,), ("duty-officers",),
    )  # fmt: skip
    [key] = boris.keys
    assert (key.since, key.until) == (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 12, 1, 9, tzinfo=UTC))
    assert (rule.signatures, rule.by, rule.message) == (1, ("duty-officers",), "travel-advice")


@pytest.mark.parametrize(
    ("old", "new", "line", "why"),
    [
        ('["approver"]', '["aprover"]', 4, "Did you mean approver?"),
        ('["approver"]', '["auditor", "author"]', 4, "An auditor has no other role"),
        ('["duty-officers"]\n\n', '["operator"]\n\n', 5, "the name of a role"),
        ('os_user = "btamm"\n', "", 1, "os_user is missing"),
        ("signatures = 1", "signatures = true", 8, "no number of signatures"),
        ("travel-advice", "travel-advise", 10, "Did you mean travel-advice?"),
        ("message =", "mesage =", 10, "Unknown name mesage"),
        ('person = "boris"', 'person = "borys"', 13, "There is no person borys"),
        (PUBLIC, "AAAA", 14, "is no public key"),
        ("2026-12-01", '"2026-12-01"', 15, "is not a day"),
        ("2027-12-01T10:00:00+01:00", "2026-11-01", 16, "ends before it begins"),
        ("2027-12-01T10:00:00+01:00", "2027-12-01T10:00:00", 16, "says no time zone"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, old: str, new: str, line: int, why: str) -> None:
    assert old in GOOD
    with pytest.raises(InvalidSettings, match=why) as wrong:
        load_policy(write(tmp_path, GOOD.replace(old, new, 1)), "live")
    assert wrong.value.line == line


@pytest.mark.parametrize("change", ["name", "os_user"])
def test_nobody_stands_there_twice(tmp_path: Path, change: str) -> None:
    other = '\n[[people]]\nname = "clara"\nos_user = "cvenn"\nroles = ["approver"]\n'
    other = other.replace("clara", "boris") if change == "name" else other.replace("cvenn", "btamm")
    with pytest.raises(InvalidSettings, match="stands here twice"):
        load_policy(write(tmp_path, GOOD + other), "live")


def test_a_ministry_without_the_file_has_no_policy(tmp_path: Path) -> None:
    assert load_policy(tmp_path / "people.toml", "rehearsal").needs_nobody


def test_a_changed_file_is_seen_and_an_unchanged_one_read_once(tmp_path: Path) -> None:
    file = PolicyFile(write(tmp_path, GOOD), "live")
    first = file()
    assert file() is first
    write(tmp_path, GOOD.replace("signatures = 1", "signatures = 1 # once"))
    assert file() is not first


def test_the_ready_policy_needs_nobody_and_only_in_a_rehearsal() -> None:
    policy = load_policy(Path(__file__).parents[2] / "config" / "people.toml", "rehearsal")
    assert policy.needs_nobody
    assert len(policy.rules) == 1


def test_the_docs_name_everything_that_may_stand_there(tmp_path: Path) -> None:
    text = page("approvals.md")
    [example] = [block.text for block in blocks(text) if block.file == "config/people.toml"]
    assert len(load_policy(write(tmp_path, example), "live").people) == 4
    said = [
        row[0].strip("`")
        for part in text.split("## The file")[1].split("`[[")[1:]
        for row in rows(part, "name", "must be there", "what it says")
    ]
    assert said == [*PERSON, *KEY, *RULE]
    assert [row[0].strip("`") for row in rows(text, "role", "may")] == [role.value for role in Role]
