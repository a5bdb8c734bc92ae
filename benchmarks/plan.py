"""`plan`: one message adapted and checked for thousands of accounts in eight languages, each with a local text of its own."""

import argparse
import json
import os
import random
import resource
import subprocess
import sys
import time
import tomllib
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ministry_social.app import build
from ministry_social.cli.publish import draft
from ministry_social.clock import SystemClock
from ministry_social.files import messages
from ministry_social.files.ready import write_ready
from ministry_social.files.settings import load_settings

_WORDS = 3000  # that press officers use in a language
# Letters of different writing systems; what they say does not matter, how they are counted and compared does.
LETTERS = {
    "en": "abcdefghijklmnoprstuvw",
    "fr": "abcdéèfghijlmnopqrstuvç",
    "es": "abcdefghijlmnñopqrstuvz",
    "de": "abcdefghiklmnoprstuvwzäöüß",
    "ru": "абвгдежзиклмнопрстуфхцчшыюя",
    "ar": "ابتثجحخدذرزسشصضطظعغفقكلمنهوي",
    "zh": "我们外交部发表声明关于粮食走廊继续开放一年感谢大使馆和平合作",
    "ja": "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほ",
}


def arguments(parser: argparse.ArgumentParser) -> None:
    """What can be asked."""
    parser.add_argument("--accounts", type=int, default=5000)
    parser.add_argument("--languages", type=int, default=len(LETTERS), choices=range(1, len(LETTERS) + 1))


def run(asked: argparse.Namespace) -> dict[str, Any]:
    """Measured in a process of its own, so that its memory is nobody else's."""
    languages = list(LETTERS)[: asked.languages]
    with TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        write_ready(folder)
        _write(folder, asked.accounts, languages)
        done = subprocess.run([sys.executable, "-m", "benchmarks.plan", name], capture_output=True, text=True, check=True)
    figures: dict[str, Any] = json.loads(done.stdout)
    assert figures["payloads"] == asked.accounts, figures
    return {"accounts": asked.accounts, "languages": len(languages), **figures}


def _write(folder: Path, accounts: int, languages: list[str]) -> None:
    chance = random.Random(7)
    message = folder / "messages" / "plan.md"
    local = message.parent / "local" / "plan"
    local.mkdir(parents=True)
    wordings = "".join(f"\n## {language}\n### short\n{_sentence(chance, language)}\n" for language in languages)
    message.write_text(f'+++\nid = "plan"\nsource = "en"\naudience = "all"\n+++\n{wordings}', encoding="utf-8")
    rows = []
    for number in range(accounts):
        language = languages[number % len(languages)]
        rows.append(
            f'[[account]]\nname = "post-{number:05}"\nplatform = "x"\nhandle = "post_{number:05}"\nid = "{7_000_000 + number}"\n'
            f'mission = "post-{number:05}"\ntitle = "Mission {number}"\nlanguages = ["{language}"]\nzone = "UTC"\ncountry = "FR"\n'
            'city = "Paris"\n' + ("central = true\n" if number == 0 else "")
        )
        if number:
            text = f"## {language}\n### short\n{_sentence(chance, language)}\n"
            (local / f"post-{number:05}.md").write_text(text, encoding="utf-8")
    (folder / "config" / "accounts.toml").write_text("\n".join(rows), encoding="utf-8")


@cache
def _vocabulary(language: str) -> list[str]:
    chance = random.Random(language)
    return ["".join(chance.choices(LETTERS[language], k=chance.randint(2, 9))) for _ in range(_WORDS)]


def _sentence(chance: random.Random, language: str) -> str:
    wide = language in ("zh", "ja")
    words = chance.choices(_vocabulary(language), k=14 if wide else 28)
    return ("" if wide else " ").join(words)[: 130 if wide else 250].strip() + "."


def _bare(folder: Path) -> float:
    """Seconds of reading the same files, and nothing else: what no way of planning can be quicker than."""
    started = time.perf_counter()
    tomllib.loads((folder / "config" / "accounts.toml").read_text(encoding="utf-8"))
    for file in (folder / "messages").rglob("*.md"):
        file.read_text(encoding="utf-8")
    return time.perf_counter() - started


def main() -> None:
    """`python -m benchmarks.plan FOLDER`: the part that is measured."""
    folder = Path(sys.argv[1])
    app = build(load_settings(folder / "config", os.environ), person="bench", clock=SystemClock())
    _ = app.store, app.platforms["x"]
    started = time.perf_counter()
    accounts = app.accounts
    read = time.perf_counter()
    loaded = messages.load(folder / "messages" / "plan.md")
    assert len(accounts) > 0
    taken = time.perf_counter()
    made = draft(app, loaded)
    done = time.perf_counter()
    bare = _bare(folder)
    figures = {
        "ratio": bare / (done - started),
        "bare_seconds": bare,
        "seconds": done - started,
        "reading_accounts": read - started,
        "reading_texts": taken - read,
        "adapting_and_checking": done - taken,
        "payloads": len(made.payloads),
        "findings": len(made.findings),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
