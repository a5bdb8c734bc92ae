"""The benchmarks run, in small: their figures are no test, but that they come is."""

import json

import pytest

from benchmarks.__main__ import main

SMALL = {
    "wave": ("--accounts", "20", "--runs", "1"),
    "wave-late": ("--accounts", "8", "--runs", "1", "--latency", "0.05"),
    "wave-fresh": ("--accounts", "20", "--runs", "1", "--fresh"),
    "wave-workers": ("--accounts", "20", "--runs", "1", "--engine", "worker", "--workers", "2"),
    "plan": ("--accounts", "24", "--languages", "8"),
    "ledger": ("--entries", "500"),
    "idle": ("--seconds", "0.5", "--runs", "1"),
}


@pytest.mark.parametrize("name", SMALL)
def test_a_benchmark_ends_with_one_json_object_that_has_a_ratio(capsys: pytest.CaptureFixture[str], name: str) -> None:
    assert main([name.partition("-")[0], *SMALL[name], "--json"]) == 0
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert figures["benchmark"] == name.partition("-")[0]
    assert figures["ratio"] > 0
    assert figures["machine"]["cores"] >= 1


def test_a_benchmark_tells_its_figures_to_people_too(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["ledger", "--entries", "200"]) == 0
    assert "verified per second" in capsys.readouterr().out
