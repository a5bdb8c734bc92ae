"""`python -m benchmarks NAME [options] --json`: run one; the last line is one JSON object."""

import argparse
import importlib
import json
import os
import platform
import sqlite3
import sys
from pathlib import Path
from typing import Any

NAMES = ("wave", "plan", "ledger", "idle")


def main(arguments: list[str] | None = None) -> int:
    """Exit code 0 where it ran: a figure is not a test."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python -m benchmarks wave --json\n  python -m benchmarks wave --latency 0.3 --accounts 46\n"
        "  python -m benchmarks ledger --entries 100000",
    )  # fmt: skip
    names = parser.add_subparsers(dest="name", required=True, metavar="NAME")
    for name in NAMES:
        module = importlib.import_module(f"{__package__}.{name}")
        one = names.add_parser(name, help=(module.__doc__ or "").splitlines()[0].partition(": ")[2])
        module.arguments(one)
        one.add_argument("--json", action="store_true", help="one JSON object on the last line, and nothing else")
    asked = parser.parse_args(arguments)
    figures = importlib.import_module(f"{__package__}.{asked.name}").run(asked)
    if not asked.json:
        tell(figures)
        return 0
    print(json.dumps({"benchmark": asked.name, **figures, "machine": machine()}))
    return 0


def tell(figures: dict[str, Any], indent: str = "") -> None:
    """The figures, for people."""
    for name, value in figures.items():
        if isinstance(value, dict):
            print(f"{indent}{name.replace('_', ' ')}")
            tell(value, indent + "  ")
        else:
            print(f"{indent}{name.replace('_', ' '):<24}{f'{value:,.3f}' if isinstance(value, float) else value}")


def machine() -> dict[str, Any]:
    """What it ran on."""
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines() if Path("/proc/cpuinfo").exists() else []
    model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor())
    return {
        "cpu": model, "cores": os.cpu_count(), "system": platform.platform(), "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
