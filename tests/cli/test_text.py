"""`ministry-social text count`."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner, Result

from ministry_social.cli.text import text


def count(typed: str | bytes, *options: str) -> Result:
    return CliRunner().invoke(text, ["count", *options], input=typed)


def test_json_has_length_limit_and_validity() -> None:
    result = count("Good morning 😀 example.org\n", "--platform", "x", "--json")
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {"length": 12 + 1 + 2 + 1 + 23, "limit": 280, "valid": True}


def test_one_line_end_is_not_counted() -> None:
    assert json.loads(count("a\n", "--json").stdout)["length"] == 1
    assert json.loads(count("a\r\n", "--json").stdout)["length"] == 1
    assert json.loads(count("a\n\n", "--json").stdout)["length"] == 2
    assert json.loads(count("a\r", "--json").stdout)["length"] == 2


def test_a_person_gets_a_sentence() -> None:
    assert count("Good morning\n").stdout == "12 of 280 weighted characters on X.\n"
    too_long = count("é" * 281)
    assert too_long.stdout == "281 of 280 weighted characters on X: too long. Shorten by 1.\n"
    assert too_long.exit_code == 1
    assert count("").stdout == "0 of 280 weighted characters on X: not accepted. Write something.\n"
    assert "characters that are refused" in count("a\ufeffb").stdout


@pytest.mark.parametrize(
    ("options", "typed", "length", "limit"),
    [
        (("--platform", "facebook"), "日本", 2, 63_206),
        (("--platform", "youtube"), "日本", 6, 5_000),
        (("--platform", "youtube", "--part", "description"), "日本", 6, 5_000),
        (("--platform", "youtube", "--part", "title"), "日本", 2, 100),
        (("--platform", "youtube", "--part", "tags"), "peace, foreign policy,, trade\n", 5 + 1 + 16 + 1 + 5, 500),
    ],
)
def test_other_platforms_have_their_own_measure(options: tuple[str, ...], typed: str, length: int, limit: int) -> None:
    assert json.loads(count(typed, *options, "--json").stdout) == {"length": length, "limit": limit, "valid": True}


def test_a_part_needs_youtube() -> None:
    result = count("a", "--part", "title")
    assert result.exit_code == 2
    assert "--part is for --platform youtube" in result.stderr


def test_what_is_not_utf_8_is_refused_with_the_place() -> None:
    result = count(b"caf\xe9")
    assert result.exit_code == 2
    assert "not UTF-8 (byte 4)" in result.stderr


def test_lines_are_answered_line_by_line() -> None:
    result = count('"a"\n"\\ud83d\\ude00"\n"b\\nc"', "--lines")
    assert [json.loads(line)["length"] for line in result.stdout.splitlines()] == [1, 2, 3]
    assert result.exit_code == 0


def test_lines_are_no_failure_when_a_text_is_too_long() -> None:
    result = count(json.dumps("a" * 281) + "\n", "--lines")
    assert json.loads(result.stdout)["valid"] is False
    assert result.exit_code == 0


def test_an_unreadable_line_is_named_and_the_others_are_answered() -> None:
    result = count(b'"a"\nno\n{}\n\n"\xff"\n' + b"[" * 100_000 + b'\n"bc"\n', "--lines", "--json")
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer.get("length") for answer in answers] == [1, None, None, None, None, None, 2]
    assert [answer["line"] for answer in answers if "error" in answer] == [2, 3, 4, 5, 6]
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == "Line 2 is not a JSON string in UTF-8. Write each text in double quotes, on one line."


def test_a_line_is_answered_before_the_next_one_is_written() -> None:
    """A program that asks one text at a time is not left waiting for a full buffer."""
    command = [sys.executable, "-c", "from ministry_social.cli.text import text; text()", "count", "--lines"]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=os.environ)
    with process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(1, 4):
            process.stdin.write(json.dumps("a" * number) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["length"] == number
        process.stdin.close()
    assert process.returncode == 0


def test_help_has_an_example() -> None:
    assert "ministry-social text count --platform x --json < text.txt" in count("", "--help").output
