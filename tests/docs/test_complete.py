"""Nothing that a person can meet is left without a word in the docs, and the docs speak of nothing that is not there."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from ministry_social import errors
from ministry_social.cli.main import cli
from ministry_social.desk.accounts import FIELDS
from ministry_social.files.accounts import load_accounts
from ministry_social.files.campaigns import _OPTIONAL, _REQUIRED
from ministry_social.files.sections import rows as settings
from ministry_social.model.asking import Answer
from ministry_social.model.campaign import PostKind
from ministry_social.model.delivery import State
from ministry_social.model.ledger import Event
from ministry_social.model.plan import SILENCES, Silence
from ministry_social.model.translation import Translated
from ministry_social.rehearsal.faults import ACTIONS, KINDS
from ministry_social.rehearsal.server import application
from ministry_social.rehearsal.world import World
from ministry_social.rules import retry
from ministry_social.rules.findings import FINDINGS
from ministry_social.rules.invitation import REASONS
from ministry_social.rules.lifecycle import NEXT, PLAIN
from ministry_social.rules.signin import CODES
from ministry_social.rules.standing import STANDINGS
from tests.test_architecture import FLOORS, HOMES, ONLY

from .pages import DOCS, PAGES, REPOSITORY, blocks, headings, page, rows, section

PACKAGE = REPOSITORY / "ministry_social"
# The words of the field (docs/words.md); the code has these and no others for the same things.
WORDS = (
    *("message", "revision", "wording", "variant", "payload", "reference", "release", "post", "platform", "account", "mission"),
    *("official", "person", "original", "translation", "local text", "repost", "campaign", "wave", "finding", "approval"),
    *("embargo", "stale", "hold", "delivery", "attempt", "receipt", "reconcile", "cancel", "recall", "correction", "register"),
    *("ledger", "entry", "seal", "rehearsal", "live", "standing"),
)


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its whole name."""

    def walk(command: click.Command, name: str) -> Iterator[tuple[str, click.Command]]:
        if isinstance(command, click.Group):
            context = click.Context(command)
            for inner in command.list_commands(context):
                found = command.get_command(context, inner)
                assert found is not None
                yield from walk(found, f"{name} {inner}")
        else:
            yield name, command

    yield from walk(cli, "ministry-social")


def listed(text: str, *titles: str) -> dict[str, list[str]]:
    """A table by its first column, whose backquotes are taken off; each stands there once."""
    found = rows(text, *titles)
    by_name = {row[0].strip("`"): row[1:] for row in found}
    assert len(by_name) == len(found), "something stands there twice"
    return by_name


def test_every_command_is_listed_with_what_it_says_of_itself() -> None:
    table = listed(page("tour.md"), "command", "does")
    assert table == {name: [" ".join((command.help or "").split("\n\n")[0].split())] for name, command in commands()}


def test_no_page_types_a_command_that_is_not_there() -> None:
    known = {name for name, _ in commands()}
    groups = {name.rsplit(" ", 1)[0] for name in known}
    for path in PAGES:
        for typed in re.findall(r"ministry-social(?: [a-z]+){1,2}", path.read_text(encoding="utf-8")):
            if " ".join(typed.split()[:2]) in known | {"ministry-social help"}:
                continue
            assert typed in known | groups, f"{path.name}: {typed}"


def test_every_option_that_a_page_types_is_there() -> None:
    of = {name: {option for param in command.params for option in param.opts} | {"--help"} for name, command in commands()}
    for path in PAGES:
        for block in blocks(path.read_text(encoding="utf-8")):
            for name, rest in re.findall(r"^\$.*?(ministry-social [a-z]+(?: [a-z]+)?)([^|>\n]*)", block.text, re.MULTILINE):
                name = name if name in of else name.rsplit(" ", 1)[0]
                for option in re.findall(r"(?<= )--[a-z-]+", rest):
                    assert option in of[name], f"{path.name}: {name} has no {option}"


def test_every_setting_is_documented_with_its_variable() -> None:
    variables = {row.variable for row in settings()} | {
        *("MINISTRY_SOCIAL_CONFIG", "MINISTRY_SOCIAL_VAULT_KEY", "MINISTRY_SOCIAL_PASSPHRASE")
    }
    assert set(re.findall(r"`(MINISTRY_SOCIAL_[A-Z_]+[A-Z])`", page("settings.md"))) == variables
    for path in PAGES:
        said = set(re.findall(r"MINISTRY_SOCIAL_[A-Z_]+[A-Z]", path.read_text(encoding="utf-8")))
        assert said <= variables, path.name


def test_every_setting_that_a_page_names_is_there() -> None:
    known = {f"[{row.section}] {row.name}" for row in settings()}
    sections = {row.section for row in settings()}
    for path in PAGES:
        for name in re.findall(r"`(\[([a-z]+)\] [a-z_]+)[`\s]", path.read_text(encoding="utf-8")):
            assert name[1] not in sections or name[0] in known, f"{path.name}: {name[0]}"


@pytest.mark.parametrize(("name", "means"), FINDINGS.items())
def test_every_finding_has_a_section_with_its_weight_an_example_and_what_to_do(name: str, means: str) -> None:
    text = section(page("findings.md"), name)
    weights = "|".join(sorted(weights_of(name)))
    assert re.match(rf"\n\n\*({weights})\.\* {re.escape(means)}\n", text), f"{name}: {weights}. {means}"
    assert re.search(rf"^`\S+  ({weights.lower()})  {name}  .+`$", text, re.MULTILINE)
    assert "\n**What to do:** " in text


def weights_of(name: str) -> set[str]:
    """The weights with which the code makes a finding."""
    said = "".join(
        path.read_text(encoding="utf-8") for path in (*(PACKAGE / "rules").glob("*.py"), PACKAGE / "desk" / "compose.py")
    )
    found = {"Blocking" for _ in re.findall(rf'\bblocks\(\s*"{name}"', said)}
    found |= {"Advisory" for _ in re.findall(rf'\badvises\(\s*"{name}"', said)}
    return found | {w.capitalize() for w in re.findall(rf'"{name}",\s*(?:weight=)?Weight\.(\w+)', said)}


def test_no_finding_is_documented_that_is_not_there() -> None:
    assert {name for name in headings(page("findings.md")) if re.fullmatch(r"[a-z-]+", name)} == set(FINDINGS)


def test_every_finding_about_a_standing_has_its_line() -> None:
    table = listed(page("standing.md"), "finding", "means", "weight")
    assert {name: said for name, (said, _) in table.items()} == STANDINGS
    code = (PACKAGE / "rules" / "standing.py").read_text(encoding="utf-8")
    for name, (_, weight) in table.items():
        assert re.search(rf'_{"blocks" if weight == "blocking" else "advises"}\(\s*"{name}"', code), name


def test_the_tree_of_errors_is_the_codes_own() -> None:
    tree = "\n".join((errors.__doc__ or "").strip().splitlines()[2:])
    assert tree in page("errors.md")
    table = listed(page("errors.md"), "error", "who acts", "example")
    leaves = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.MinistryError)}
    assert set(table) == leaves - {"MinistryError", "PlatformError"}


def test_the_times_between_tries_are_the_codes_own() -> None:
    first, last = ", ".join(map(str, retry.BACK_OFF[:-1])), retry.BACK_OFF[-1]
    assert page("errors.md").count(f"after {first} seconds, then every {last}") == 2
    assert retry.WITHOUT_A_WORD.total_seconds() / 60 == 15
    assert "without a word, after 15 minutes" in page("errors.md")


def test_every_state_is_drawn_with_its_moves() -> None:
    table = listed(page("deliveries.md"), "state", "on screen", "means", "may become")
    assert list(table) == [state.value for state in State]
    for state in State:
        screen, means, moves = table[state.value]
        assert screen == PLAIN[state]
        assert means.endswith(".")
        assert set(re.findall(r"`(\w+)`", moves)) == {after.value for after in NEXT[state]} - {state.value}
    [drawing] = [block.text for block in blocks(page("deliveries.md")) if block.kind == "mermaid"]
    drawn = set(re.findall(r"(\w+) --> (\w+)", drawing))
    assert drawn == {(before.value, after.value) for before, all_after in NEXT.items() for after in all_after if before != after}


def test_every_event_has_a_line_and_stands_where_it_belongs() -> None:
    text = page("ledger.md")
    tables = [
        listed(section(text, heading), "event", "what happened", title)
        for heading, title in (("Of a message", "facts"), ("Of a delivery", "moves it"), ("Of the house", "facts"))
    ]
    assert [name for table in tables for name in table] == [event.value for event in Event]
    for name, (_, moves) in tables[1].items():
        for state in re.findall(r"`(\w+)`", moves):
            assert state in list(State), name


def test_an_event_that_nothing_writes_yet_is_named_so() -> None:
    said = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    for event in Event:
        line = next(line for line in page("ledger.md").splitlines() if line.startswith(f"| `{event.value}` |"))
        assert ("Not written in this version" in line) == (f"Event.{event.name}" not in said), event


def test_every_name_of_a_campaign_file_is_explained() -> None:
    assert tuple(listed(page("campaigns.md"), "name", "default", "what it says")) == (*_REQUIRED, *_OPTIONAL)
    kinds = re.findall(r"^- \*\*(\w+)\*\*", section(page("campaigns.md"), "What goes with a post"), re.MULTILINE)
    assert kinds == list(PostKind)


def test_every_reason_for_silence_has_its_line() -> None:
    assert set(SILENCES) == set(Silence)
    assert listed(page("accounts.md"), "reason", "means") == {silence.value: [said] for silence, said in SILENCES.items()}


def test_every_state_of_a_translation_has_its_line() -> None:
    assert list(listed(page("languages.md"), "state", "means")) == [state.value for state in Translated]


def test_every_state_of_a_local_text_has_its_line() -> None:
    assert list(listed(page("local-texts.md"), "state", "means")) == [answer.value for answer in Answer]


def test_every_field_of_a_credential_is_named() -> None:
    table = {row[0].lower(): row[1] for row in rows(page("accounts.md"), "platform", "credential, a JSON object")}
    assert {name: tuple(re.findall(r'"(\w+)": ', said)) for name, said in table.items()} == FIELDS


def test_every_way_in_which_a_sign_in_fails_is_explained() -> None:
    table = listed(page("accounts.md"), "code", "means", "what to do")
    assert {code: means for code, (means, _) in table.items()} == CODES
    for reason in REASONS:
        assert f"`{reason}`" in section(page("accounts.md"), "When it fails")


def test_the_account_in_the_docs_is_right(tmp_path: Path) -> None:
    [text] = [block.text for block in blocks(page("accounts.md")) if block.kind == "toml"]
    file = tmp_path / "accounts.toml"
    file.write_text(text.replace("official = true", "") + "central = true\n", encoding="utf-8")
    assert [account.name for account in load_accounts(file)] == ["embassy-paris"]


def test_every_fault_is_explained_in_the_codes_own_words() -> None:
    table = listed(page("rehearsal.md"), "fault", "what it does", "what the record then says of a post on X")
    assert {name: what for name, (what, _) in table.items()} == KINDS
    events = {event.value for event in Event}
    for name, (_, said) in table.items():
        assert set(re.findall(r"`([a-z-]+)`", said)) <= events, name
    for action in ACTIONS:
        assert f"`{action}`" in section(page("rehearsal.md"), "Faults")


def test_the_control_interface_is_explained_whole() -> None:
    documented = {row[0].strip("`") for row in rows(page("rehearsal.md"), "request", "does")}
    routes = application(World()).router.routes()
    served = {f"{route.method} {route.resource.canonical}" for route in routes if route.resource is not None}
    assert documented == {one for one in served if " /rehearsal/" in one and not one.startswith("HEAD")}


def test_the_rehearsals_pages_are_explained_whole() -> None:
    paths = {
        re.sub(r"[A-Z]+", "*", path)
        for row in rows(page("rehearsal.md"), "page", "shows")
        for path in re.findall(r"`(/[^`]*)`", row[0])
    }
    served = {route.resource.canonical for route in application(World()).router.routes() if route.resource is not None}
    pages = {re.sub(r"\{\w+\}", "*", path) for path in served if not path.startswith(("/api/", "/rehearsal/", "/media/", "/style"))}
    assert paths == pages


def test_every_fact_about_the_platforms_is_there_once() -> None:
    numbers = [int(row[0]) for row in re.findall(r"^\| (\d+) \|", page("platforms.md"), re.MULTILINE) for row in [[row]]]
    assert numbers == list(range(1, 57))


def test_every_word_of_the_field_is_explained_once() -> None:
    tables = page("words.md").split("| word | means | not |\n")[1:]
    words = [line.split("|")[1].strip() for table in tables for line in table.split("\n\n")[0].splitlines()[1:]]
    assert len(words) == len(set(words))
    assert not set(WORDS) - set(words)


def test_the_floors_are_those_of_the_house() -> None:
    table = rows(page("architecture.md"), "floor", "room", "what lives there", "may import of ours")
    floors = [room for number in range(len(FLOORS)) for room in sorted(r[1].strip("`") for r in table if int(r[0]) == number)]
    assert floors == [room for rooms in FLOORS for room in sorted(rooms)]
    for _, room, _, imports in table:
        only = ONLY.get(room.strip("`"))
        if only is not None:
            assert set(re.findall(r"`(\w+)`", imports)) == only, room
    homes = {
        library: row[1].split()[0].strip("`")
        for row in rows(page("architecture.md"), "library", "room")
        for library in re.findall(r"`(\w+)`", row[0])
    }
    assert homes == HOMES


def test_every_module_of_the_desk_is_named() -> None:
    table = listed(page("architecture.md"), "module", "does", "rules that it asks")
    assert set(table) == {f"desk/{path.name}" for path in (PACKAGE / "desk").glob("*.py") if path.name != "__init__.py"}
    for module, (_, asked) in table.items():
        imported = {
            name
            for node in ast.walk(ast.parse((PACKAGE / module).read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("rules")
            for name in ([node.module.removeprefix("rules.")] if node.module != "rules" else [alias.name for alias in node.names])
        }
        assert set(re.findall(r"`(\w+)`", asked)) <= imported, module


def test_every_page_is_linked_from_the_readme() -> None:
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for path in DOCS.glob("*.md"):
        assert f"docs/{path.name}" in readme, path.name
