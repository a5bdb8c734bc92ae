"""The ready set: what `ministry-social init DIR` writes for a ministry to edit."""

from pathlib import Path

from ..errors import InvalidSettings

__all__ = ["ready_files", "write_ready"]

_CONFIG = ("ministry.toml", "accounts.toml", "calendar.toml", "budgets.toml", "people.toml")
_README = """\
Messages lie here, one text file each, with their pictures and videos beside them.

A new one:      ministry-social message new --from statement --set topic="Grain corridor" > messages/grain-corridor.md
Check it:       ministry-social message check messages/grain-corridor.md
Look at it:     ministry-social message preview messages/grain-corridor.md
Publish it:     ministry-social publish messages/grain-corridor.md

What a mission says in its own words: messages/local/<id of the message>/<mission>.md
"""


def ready_files() -> dict[str, bytes]:
    """Path below the ministry's folder -> bytes. A wheel carries the files; a checkout has them at its top."""
    inside = Path(__file__).parent / "ready"
    home = inside if inside.is_dir() else Path(__file__).parents[2]
    found = {f"config/{name}": (home / "config" / name).read_bytes() for name in _CONFIG}
    forms = sorted((home / "templates" / "messages").glob("*.md"))
    found |= {f"templates/messages/{form.name}": form.read_bytes() for form in forms}
    return found | {"messages/README.txt": _README.encode()}


def write_ready(directory: Path) -> tuple[Path, ...]:
    """Write the ready set, a rehearsal, into a folder, which is made. Returns what was written.

    Raises `InvalidSettings`, and writes nothing, where one of the files is there already.
    """
    files = {directory / name: data for name, data in ready_files().items()}
    there = [str(path.relative_to(directory)) for path in files if path.exists()]
    if there:
        raise InvalidSettings(
            f"{directory} holds a ministry already ({', '.join(there[:3])}); nothing was written.", remedy="Choose another folder."
        )
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    except OSError as error:
        raise InvalidSettings(f"{directory} cannot be written: {error.strerror}.", remedy="Choose another folder.") from error
    return tuple(files)
