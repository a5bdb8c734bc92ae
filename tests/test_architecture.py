"""The floors of the house (docs/architecture.md): imports go downstairs only, and the lower floors touch nothing."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "ministry_social"

# From the ground up. Rooms on one floor do not know one another.
FLOORS: tuple[tuple[str, ...], ...] = (
    ("errors", "model"),
    ("rules", "ports"),
    ("desk", "platforms", "store", "files", "vault", "clock", "alerts"),
    ("app",),
    ("engine", "console", "rehearsal"),
    ("cli",),
    ("__main__",),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}

# What a room may import of ours, where that is less than everything below it.
ONLY = {
    "rules": {"model", "errors"},
    "ports": {"model", "errors"},
    "desk": {"ports", "rules", "model", "errors"},
    "platforms": {"ports", "rules", "model", "errors"},
    "store": {"ports", "rules", "model", "errors"},
    "files": {"ports", "rules", "model", "errors"},
    "vault": {"ports", "rules", "model", "errors"},
    "alerts": {"ports", "rules", "model", "errors"},
    "clock": {"ports", "rules", "model", "errors"},
    "engine": {"app", "desk", "ports", "model", "errors"},
    "console": {"app", "desk", "ports", "model", "errors"},
    "rehearsal": {"errors"},
}

# Third-party libraries, each at home in one room.
HOMES = {
    "tweepy": "platforms",
    "facebook": "platforms",
    "googleapiclient": "platforms",
    "google": "platforms",
    "google_auth_oauthlib": "platforms",
    "sqlalchemy": "store",
    "alembic": "store",
    "psycopg": "store",
    "procrastinate": "engine",
    "fastapi": "console",
    "starlette": "console",
    "uvicorn": "console",
    "jinja2": "files",
    "holidays": "files",
    "icalendar": "files",
    "babel": "files",
    "dateutil": "rules",
    "keyring": "vault",
    "cryptography": "vault",
    "click": "cli",
    "rich": "cli",
}
# The rehearsal is a house of its own, with its own pages and pictures. The queue puts its jobs into the store's own database,
# in the store's own transaction. Whether a signature is genuine is arithmetic, and so for the rules; keys are made and opened in
# the vault.
GUESTS = {("jinja2", "rehearsal"), ("jinja2", "console"), ("psycopg", "engine"), ("cryptography", "rules")}

# What reads a file, a network or a clock. (`datetime` as a type is welcome; its `now` is not.)
WORLDLY = {
    *("os", "io", "socket", "http", "urllib.request", "requests", "subprocess", "time", "sqlite3", "shutil", "tempfile"),
    *("threading", "asyncio", "random", "secrets", "pathlib", "logging", "locale", "getpass"),
}

MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)


def dotted(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def room(name: str) -> str:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, inside functions too, written out in full."""
    package = dotted(path).split(".")
    if path.name != "__init__.py":
        package = package[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            head = ".".join([*base, node.module] if node.module else base)
            # `from . import errors` imports modules; `from .errors import X` imports one.
            names = [f"{head}.{alias.name}" for alias in node.names] if not node.module and node.level else [head]
            yield from names


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_imports_go_downstairs_only(path: Path) -> None:
    here = room(dotted(path))
    if not here:
        return
    for name in imports(path):
        if name.split(".")[0] != "ministry_social":
            continue
        there = room(name)
        if there in ("", here):
            continue
        assert FLOOR[there] < FLOOR[here], f"{dotted(path)} imports {name}, which is not below it"
        assert there in ONLY.get(here, FLOOR), f"{dotted(path)} imports {name}; {here} may import {sorted(ONLY[here])}"


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_a_library_is_used_in_its_own_room_only(path: Path) -> None:
    here = room(dotted(path))
    for name in imports(path):
        library = name.split(".")[0]
        if library in HOMES and (library, here) not in GUESTS:
            assert here == HOMES[library], f"{dotted(path)} imports {name}"


@pytest.mark.parametrize("path", [p for p in MODULES if room(dotted(p)) in ("model", "rules")], ids=dotted)
def test_model_and_rules_touch_nothing(path: Path) -> None:
    for name in imports(path):
        assert name not in WORLDLY, f"{dotted(path)} imports {name}"
        assert name.split(".")[0] not in WORLDLY, f"{dotted(path)} imports {name}"
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("open", "print", "input"), f"{dotted(path)}:{node.lineno} calls {called}"
            assert not called.endswith((".now", ".utcnow", ".today")), f"{dotted(path)}:{node.lineno} reads a clock"


@pytest.mark.parametrize("path", [p for p in MODULES if room(dotted(p)) not in ("clock", "rehearsal")], ids=dotted)
def test_only_the_clock_reads_the_time(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in ("datetime.now", "datetime.utcnow", "date.today", "time.time", "time.monotonic"), (
                f"{dotted(path)}:{node.lineno} calls {called}"
            )


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_a_module_says_in_its_first_line_what_lives_there(path: Path) -> None:
    said = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert said, f"{dotted(path)} has no docstring"
    assert said.splitlines()[0].endswith((".", ":")), f"{dotted(path)}: {said.splitlines()[0]!r}"


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_nothing_is_too_long_to_read(path: Path) -> None:
    """300 lines a module, 50 a function. Tables of data may be longer."""
    if path.name in ("x_tables.py",):
        return
    text = path.read_text(encoding="utf-8")
    assert text.count("\n") <= 300, f"{dotted(path)} has {text.count(chr(10))} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            assert node.end_lineno - node.lineno <= 50, f"{dotted(path)}: {node.name} has {node.end_lineno - node.lineno} lines"
