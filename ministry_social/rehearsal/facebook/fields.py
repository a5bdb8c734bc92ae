"""The `fields` argument: `id,message,attachments{media_type,target}`, and what it picks from a node."""

import re
from collections.abc import Mapping
from typing import Any

from .errors import invalid, nonexisting

Wanted = dict[str, "Wanted"]
_WORD = re.compile(r"[a-z_0-9]+(?:\.[a-z_]+\([^()]*\))*", re.IGNORECASE)


def parse(text: str) -> Wanted:
    """The wish as a tree of names; modifiers such as `.limit(5)` are read and left out. Raises code 2500 on a slip."""
    wanted, end = _list("".join(text.split()), 0)
    if end != len("".join(text.split())):
        raise invalid(f"Syntax error in the field list near character {end}: {text}")
    return wanted


def _list(text: str, at: int) -> tuple[Wanted, int]:
    wanted: Wanted = {}
    while at < len(text):
        word = _WORD.match(text, at)
        if word is None:
            raise invalid(f'Syntax error "Expected name" at character {at}: {text}')
        at = word.end()
        inner: Wanted = {}
        if text[at : at + 1] == "{":
            inner, at = _list(text, at + 1)
            if text[at : at + 1] != "}":
                raise invalid(f'Syntax error "Expected }}" at character {at}: {text}')
            at += 1
        wanted[word.group().partition(".")[0]] = inner
        if text[at : at + 1] != ",":
            break
        at += 1
    return wanted, at


def pick(node: Mapping[str, Any], wanted: Wanted, node_type: str) -> dict[str, Any]:
    """The wanted fields of a node; `id` always, what has no value never. Raises code 100 on a field that no node has."""
    found: dict[str, Any] = {}
    for name, inner in wanted.items():
        if name not in node:
            raise nonexisting(name, node_type)
        if node[name] is not None:
            found[name] = _within(node[name], inner)
    return found | {"id": node["id"]}


def _within(value: Any, wanted: Wanted) -> Any:
    if not wanted:
        return value
    if isinstance(value, list):
        return [_within(item, wanted) for item in value]
    if "data" in value:
        return value | {"data": _within(value["data"], wanted)}
    return {name: _within(value[name], inner) for name, inner in wanted.items() if name in value}
