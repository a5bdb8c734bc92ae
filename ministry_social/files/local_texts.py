"""Local texts on the disk: where a mission's text belongs, and how it gets there in one step."""

import difflib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ..errors import InvalidMessage, NotAllowed
from .body import heading
from .lines import read_text

__all__ = ["as_local_text", "difference", "place_of", "save"]


def place_of(message_file: Path, message: str, mission: str) -> Path:
    """Where a mission's text of a message belongs. Raises `InvalidMessage` where that is not in the message's folder."""
    path = message_file.parent / "local" / message / f"{mission}.md"
    if not path.resolve().is_relative_to(message_file.parent.resolve()):
        raise InvalidMessage("This local text would lie outside the message's folder.", file=str(path))
    return path


def as_local_text(text: str, language: str) -> str:
    """A text as a file holds it: with the headings that it lacks, and one line end at its end."""
    signs = {signs for signs, _ in map(heading, text.split("\n"))}
    if "##" not in signs:
        text = f"## {language}\n{text}" if "###" in signs else f"## {language}\n### short\n{text.strip()}"
    return text.strip("\n") + "\n"


def difference(before: str, after: str) -> Iterator[str]:
    """The lines that another text takes away and adds, with those around them."""
    found = difflib.unified_diff(before.splitlines(), after.splitlines(), "there already", "this one", lineterm="")
    yield from (line for line in found if not line.startswith("@@"))


def save(path: Path, text: str, before: str | None) -> None:
    """Put a text in the place of the one that stood there, or of none, in one step.

    Raises `NotAllowed` where that is not `before` any more: somebody else has written meanwhile.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        name = _beside(path, text)
        try:
            os.chmod(name, 0o644 if before is None else path.stat().st_mode & 0o7777)
            _put(name, path, before)
        except (FileExistsError, FileNotFoundError):
            raise _meanwhile(path) from None
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise InvalidMessage(f"It cannot be written: {error.strerror}.", file=str(path)) from error


def _beside(path: Path, text: str) -> str:
    """A file of another name in the same folder, on the disk; `local_texts` of a message pass over it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return name


def _put(name: str, path: Path, before: str | None) -> None:
    """A new file by a link, which fails where somebody was quicker; an old one by a change of names."""
    if before is None:
        os.link(name, path)
    elif read_text(path, InvalidMessage) != before:
        raise _meanwhile(path)
    else:
        os.replace(name, path)


def _meanwhile(path: Path) -> NotAllowed:
    return NotAllowed(f"{path} was written by somebody else meanwhile.", remedy="Run the command again: it shows the difference.")
