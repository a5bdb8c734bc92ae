"""`ministry-social text`: what a text measures on a platform."""

import json
import sys
from collections.abc import Callable, Iterator
from typing import IO

import click

from ..rules.length import (
    Measured,
    facebook_length,
    x_length,
    youtube_description_length,
    youtube_tags_length,
    youtube_title_length,
)

Meter = Callable[[str], Measured]


def _tags(text: str) -> Measured:
    return youtube_tags_length(tag.strip() for tag in text.split(",") if tag.strip())


# Platform and part -> how it is measured, and in what.
METERS: dict[tuple[str, str], tuple[Meter, str]] = {
    ("x", "text"): (x_length, "weighted characters"),
    ("facebook", "text"): (facebook_length, "characters"),
    ("youtube", "title"): (youtube_title_length, "characters"),
    ("youtube", "description"): (youtube_description_length, "bytes"),
    ("youtube", "tags"): (_tags, "characters"),
}
NAMES = {"x": "X", "facebook": "Facebook", "youtube": "YouTube"}
_CHUNK = 1 << 16  # bytes; what a pipe holds


@click.group()
def text() -> None:
    """Measure texts."""


@text.command()
@click.option("--platform", type=click.Choice(list(NAMES)), default="x", show_default=True, help="Whose measure.")
@click.option("--part", type=click.Choice(["title", "description", "tags"]), help="Of a YouTube video [default: description].")
@click.option("--json", "as_json", is_flag=True, help="Answer with a JSON object: length, limit, valid.")
@click.option("--lines", is_flag=True, help="Read one JSON string per line; answer each with one JSON object on a line.")
def count(platform: str, part: str | None, as_json: bool, lines: bool) -> None:
    """Count the text on standard input (UTF-8; one line end at its end is not counted).

    \b
    Examples:
      echo "Good morning from Geneva" | ministry-social text count
      ministry-social text count --platform x --json < text.txt
      ministry-social text count --platform youtube --part title < title.txt

    Tags are separated by commas. Exit 0: the platform takes it, 1: it does not, 2: wrong usage or not readable. With
    --lines, exit 0 unless a line is not a JSON string; that line is answered with an "error", the others as always.
    """
    if part is not None and platform != "youtube":
        raise click.UsageError("--part is for --platform youtube.")
    meter, unit = METERS[platform, "text" if platform != "youtube" else part or "description"]
    stdin = sys.stdin.buffer
    if lines:
        sys.exit(_count_lines(stdin, meter))
    measured = meter(_whole(stdin))
    click.echo(_as_json(measured) if as_json else _sentence(measured, unit, NAMES[platform]))
    sys.exit(0 if measured.valid else 1)


def _whole(stdin: IO[bytes]) -> str:
    try:
        read = stdin.read().decode("utf-8")
    except UnicodeDecodeError as error:
        raise click.UsageError(f"Standard input is not UTF-8 (byte {error.start + 1}). Convert it first.") from error
    # The line end that echo and text editors add; only one, because others are part of the text.
    return read.removesuffix("\n").removesuffix("\r") if read.endswith("\n") else read


def _as_json(measured: Measured) -> str:
    # The same text that json.dumps would make, ten times as fast.
    return f'{{"length": {measured.length}, "limit": {measured.limit}, "valid": {"true" if measured.valid else "false"}}}'


def _sentence(measured: Measured, unit: str, name: str) -> str:
    used = f"{measured.length} of {measured.limit} {unit} on {name}"
    if measured.valid:
        return f"{used}."
    if measured.length > measured.limit:
        return f"{used}: too long. Shorten by {measured.length - measured.limit}."
    return f"{used}: not accepted. {'Write something.' if not measured.length else 'It has characters that are refused.'}"


def _count_lines(stdin: IO[bytes], meter: Meter) -> int:
    """Answer line by line; whatever has arrived is answered before more is waited for. Returns the exit code."""
    number = bad = 0
    for batch in _batches(stdin):
        answers = []
        for line in batch:
            number += 1
            try:
                answers.append(_as_json(meter(_string(line))))
            except (ValueError, RecursionError):
                bad += 1
                sentence = f"Line {number} is not a JSON string in UTF-8. Write each text in double quotes, on one line."
                answers.append(json.dumps({"line": number, "error": sentence}))
                click.echo(sentence, err=True)
        click.echo("\n".join(answers))  # and flushes
    return 2 if bad else 0


def _string(line: bytes) -> str:
    value = json.loads(line)
    if not isinstance(value, str):
        raise ValueError("not a string")
    return value


def _batches(stdin: IO[bytes]) -> Iterator[list[bytes]]:
    """The lines that have arrived together, without waiting for a full buffer."""
    read: Callable[[int], bytes] = getattr(stdin, "read1", stdin.read)
    rest = b""
    while chunk := read(_CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        if lines:
            yield lines
    if rest:
        yield [rest]
