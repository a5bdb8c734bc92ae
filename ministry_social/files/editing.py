"""Changes that a command makes in a message file: only the lines that are meant, everything else to the byte."""

import os
import re
import tempfile
from collections.abc import Callable
from pathlib import Path

from ..errors import InvalidMessage
from .body import heading
from .front import DIGEST, front_matter
from .lines import Toml, read_text

_BOM = b"\xef\xbb\xbf"

__all__ = ["rewrite", "with_confirmed", "with_section"]


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Put what `change` makes of a file's text in the place of the file, in one step. Its line ends and BOM stay.

    `change` gets the text as `read_text` reads it. Raises `InvalidMessage` where the file cannot be written.
    """
    text = read_text(path, InvalidMessage)
    changed = change(text)
    if changed == text:
        return
    data = path.read_bytes()
    mark = _BOM if data.startswith(_BOM) else b""
    try:
        _replace(path.resolve(), mark + _with_ends(data.removeprefix(mark).decode(), changed.split("\n")).encode())
    except OSError as error:
        raise InvalidMessage(f"It cannot be written: {error.strerror}.", file=str(path)) from error


def with_confirmed(text: str, file: str, language: str, digest: str) -> str:
    """A message's text with the digest of what a translation says, under [translated]."""
    toml, _, body = front_matter(text, file)
    lines = text.split("\n")
    line = f'{language} = "{digest}"'
    table = toml.values.get("translated")
    if table is None:
        return "\n".join([*lines[: body - 2], "", "[translated]", line, *lines[body - 2 :]])
    at = toml.place("translated", language).line - 1
    if language in table:
        lines[at] = _with_digest(lines[at], language, digest, toml)
    elif lines[at].strip().startswith("["):
        lines.insert(at + 1, line)
    else:
        raise toml.problem("translated is no table of its own.", "translated", remedy="Write [translated] on a line of its own.")
    return "\n".join(lines)


def with_section(text: str, name: str, section: str) -> str:
    """A message's text with a section in the place of what stands under its `##` heading, or at the end."""
    lines = text.split("\n")
    headings = {number: name for number, (signs, name) in enumerate(map(heading, lines)) if signs == "##"}
    start = next((number for number, found in headings.items() if found == name), None)
    if start is None:
        before = text if text.endswith("\n") else f"{text}\n"
        return before + ("" if before.endswith("\n\n") else "\n") + f"## {name}\n{section}\n"
    after = next((number for number in headings if number > start), len(lines))
    rest = "\n".join(lines[after:])
    whole = "\n".join([*lines[: start + 1], section])
    return f"{whole}\n\n{rest}" if rest else f"{whole}\n"


def _with_digest(line: str, language: str, digest: str, toml: Toml) -> str:
    """A line with another digest in the place of the one that it gives a language; a note behind it stays."""
    changed, count = re.subn(rf"((?:^|[\s{{,\"']){re.escape(language)}[\"']?\s*=\s*[\"']){DIGEST.pattern}", rf"\g<1>{digest}", line)
    if count != 1:
        raise toml.problem(
            f"The digest of {language} is not written on this line.", "translated", language, remedy="Remove the line."
        )
    return changed


def _with_ends(old: str, lines: list[str]) -> str:
    """Lines joined by the line ends that they had; a new one gets the first line's."""
    parts = re.split(r"(\r\n|\r|\n)", old)
    before, ends = parts[::2], parts[1::2]
    same = next((n for n, (a, b) in enumerate(zip(before, lines, strict=False)) if a != b), min(len(before), len(lines)))
    added = len(lines) - len(before)
    new = ends[0] if ends else "\n"
    # What stands behind the change has moved by as many lines as were added.
    origins = [number if number < same else max(number - added, same) for number in range(len(lines) - 1)]
    kept = [ends[number] if number < len(ends) else new for number in origins]
    return "".join(line + end for line, end in zip(lines, [*kept, ""], strict=True))


def _replace(path: Path, data: bytes) -> None:
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, path.stat().st_mode & 0o7777)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
