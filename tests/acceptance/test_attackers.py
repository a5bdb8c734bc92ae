"""Two attackers against the ledger, in short; `python -m tests.acceptance.attackers --tries 10000` at length."""

from pathlib import Path

from tests.acceptance.attackers.attacks import CAREFUL, CARELESS
from tests.acceptance.attackers.ground import made
from tests.acceptance.attackers.trial import tried


def test_the_careless_is_always_found_and_the_careful_wherever_a_witness_has_seen(tmp_path: Path) -> None:
    ground = made(tmp_path, 600, seed=6)
    figures = tried(ground, tmp_path, tries=220, seed=7, databases=0.15)
    assert figures.wrong == []
    done = set(figures.found)
    assert all(any(name.startswith(kind) and action in name for name in done) for kind in ("careless",) for action in CARELESS)
    assert all(f"careful: {action}, own checkpoints removed" in done for action in CAREFUL)
    assert sum(figures.unseen.values()) > 0, "the open window: what is younger than the last witnessed checkpoint can be changed"
    assert not any(count for name, count in figures.unseen.items() if name.startswith("careless"))
    assert figures.databases > 10
