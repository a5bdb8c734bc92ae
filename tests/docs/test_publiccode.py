"""publiccode.yml holds what the standard asks for, and says what the project says elsewhere.

No YAML library belongs to the project, so the file keeps to the part of YAML that is read here: mappings, lists of values or of
mappings, plain and double-quoted values, and one kind of long text (`>`).
"""

import json
import re
import tomllib
from typing import Any

import pytest

from .pages import REPOSITORY

# What the standard's version 0.4 asks for (publiccodeyml/publiccode.yml on GitHub, schema.core).
REQUIRED = (
    *("publiccodeYmlVersion", "name", "url", "releaseDate", "platforms", "categories", "developmentStatus", "softwareType"),
    *("description", "legal", "maintenance", "localisation"),
)
Line = tuple[int, str]


def lines(text: str) -> list[Line]:
    """Indentation and content, without comments and empty lines."""
    found = [(len(line) - len(line.lstrip()), line.strip()) for line in text.splitlines()]
    return [(indent, line) for indent, line in found if line and not line.startswith("#")]


def value(text: str) -> Any:
    """A value on one line."""
    if text.startswith('"') or text in ("true", "false"):
        return json.loads(text)
    assert not re.search(r"^[\[{&*!|>'%@`]|: |#", text), f"quote this: {text}"
    return text


def node(rest: list[Line]) -> Any:
    """The mapping or list that begins here; its lines are taken off."""
    indent = rest[0][0]
    if rest[0][1].startswith("- "):
        items = []
        while rest and rest[0][0] == indent and rest[0][1].startswith("- "):
            first = rest.pop(0)[1][2:]
            if re.match(r"\w+: ", first):
                rest.insert(0, (indent + 2, first))
                items.append(node(rest))
            else:
                items.append(value(first))
        return items
    found: dict[str, Any] = {}
    while rest and rest[0][0] == indent:
        name, _, text = rest.pop(0)[1].partition(":")
        assert re.fullmatch(r"\w+", name), name
        assert name not in found, f"{name} stands there twice"
        if text.strip() == ">":
            words = []
            while rest and rest[0][0] > indent:
                words.append(rest.pop(0)[1])
            found[name] = " ".join(words)
        else:
            found[name] = value(text.strip()) if text.strip() else node(rest)
    assert not rest or rest[0][0] < indent, f"this is indented wrongly: {rest[0][1]}"
    return found


@pytest.fixture(scope="module")
def metadata() -> Any:
    """The file, read."""
    rest = lines((REPOSITORY / "publiccode.yml").read_text(encoding="utf-8"))
    found = node(rest)
    assert not rest
    return found


def test_all_that_the_standard_asks_for_is_there(metadata: Any) -> None:
    assert set(REQUIRED) <= set(metadata)
    assert metadata["softwareType"] == "standalone/backend"
    assert metadata["maintenance"]["type"] == "internal"
    assert metadata["maintenance"]["contacts"][0]["name"]
    assert metadata["localisation"]["availableLanguages"] == ["en"]
    described = metadata["description"]["en"]
    assert len(described["shortDescription"]) <= 150
    assert 500 <= len(described["longDescription"]) <= 10_000
    assert described["features"]


def test_it_says_what_the_project_says_elsewhere(metadata: Any) -> None:
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert metadata["softwareVersion"] == project["version"]
    assert metadata["legal"]["license"] == project["license"]
    assert metadata["description"]["en"]["shortDescription"] == project["description"]
    assert metadata["legal"]["mainCopyrightOwner"] in (REPOSITORY / "config" / "ministry.toml").read_text(encoding="utf-8")


def test_its_addresses_belong_to_nobody(metadata: Any) -> None:
    text = (REPOSITORY / "publiccode.yml").read_text(encoding="utf-8")
    for host in re.findall(r"(?:https://|@)([\w.-]+)", text):
        assert host.endswith("example.org") or host == "yml.publiccode.tools"
