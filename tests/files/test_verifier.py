"""The verifier that is given away: one file, which knows nothing of ours, and says the same."""

import ast
import json
import subprocess
import sys
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ministry_social.files.verifier import verify as verifier
from ministry_social.rules import dump
from ministry_social.rules.chain import GENESIS, seal
from ministry_social.rules.checkpoint import Checkpoint, checkpoint_text, note, signature_of, verifier_key
from ministry_social.rules.merkle import Frontier, inclusion_of
from ministry_social.rules.proofs import proof_json

FILE = Path(verifier.__file__ or "")
ORIGIN = "www.mfa.example.org/live"
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
RAW = KEY.public_key().public_bytes_raw()
PUBLIC = b64encode(RAW).decode()
BODIES = [json.dumps({"by": "clára", "n": number}, ensure_ascii=False) for number in range(40)]


def signed(bodies: list[str], key: Ed25519PrivateKey = KEY) -> str:
    root = Frontier().append(body.encode() for body in bodies).root
    text = checkpoint_text(Checkpoint(origin=ORIGIN, size=len(bodies), root=root))
    return note(text, (signature_of(ORIGIN, key.public_key().public_bytes_raw(), key.sign(text.encode())),))


def lines(bodies: list[str]) -> list[bytes]:
    before, found = GENESIS, list[bytes]()
    for position, body in enumerate(bodies, 1):
        before = seal(before, body)
        found.append(dump.line(position, body, before))
    return found


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A ledger of forty entries with checkpoints of 10 and 30, a key and a proof."""
    (tmp_path / "checkpoints").mkdir()
    for size in (10, 30):
        (tmp_path / "checkpoints" / f"checkpoint-{size}.txt").write_text(signed(BODIES[:size]), encoding="utf-8")
    (tmp_path / "ledger.jsonl").write_bytes(b"".join(lines(BODIES)))
    (tmp_path / "ministry.pub").write_text(verifier_key(ORIGIN, RAW) + "\n")
    hashes, _ = inclusion_of([body.encode() for body in BODIES], 6, 30)
    proof = proof_json(position=7, body=BODIES[6], size=30, proof=hashes, note=signed(BODIES[:30]))
    (tmp_path / "entry-7.json").write_text(json.dumps(proof))
    return tmp_path


def said(given: Path, capsys: pytest.CaptureFixture[str], *more: str, key: str = PUBLIC) -> Any:
    code = verifier.main([str(given / "ledger.jsonl"), "--checkpoints", str(given / "checkpoints"), "--key", key, "--json", *more])
    found = json.loads(capsys.readouterr().out)
    assert code == (0 if found["holds"] else 1)
    return found


def test_it_needs_the_standard_library_and_cryptography_only() -> None:
    tree = ast.parse(FILE.read_text(encoding="utf-8"))
    names = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    names |= {node.module or "." for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) == {"cryptography"}


def test_it_runs_alone_and_says_what_holds(given: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", str(FILE), "ledger.jsonl", "--checkpoints", "checkpoints", "--key", "ministry.pub", "--proof",
         "entry-7.json"],
        cwd=given, capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "HOLDS",
        "40 entries are unbroken.",
        "2 signed checkpoints agree; the largest is of 30 entries.",
        "BUT the last 10 entries are in no checkpoint: they could have been changed unnoticed.",
        "entry-7.json: entry 7 is among the 30 that were signed.",
    ]
    assert done.returncode == 0


def test_it_finds_what_was_rewritten_and_sealed_anew(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    changed = [*BODIES[:14], BODIES[14].replace("clára", "mallory"), *BODIES[15:]]
    (given / "ledger.jsonl").write_bytes(b"".join(lines(changed)))
    found = said(given, capsys)
    assert found["bad"] == ["Among entries 11 to 30 something is not what was signed: checkpoint-30.txt."]
    assert (found["facts"]["first"], found["facts"]["last"]) == (11, 30)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            lines(BODIES)[:12],
            "The ledger ends with entry 12, and checkpoint-30.txt was signed with 30: 18 are missing. "
            "Up to entry 10 it is what was signed.",
        ),
        ([*lines(BODIES)[:4], *lines(BODIES)[5:]], "Entry 5 is missing; what stands there is entry 6."),
        ([*lines(BODIES)[:4], b"{}\n", *lines(BODIES)[5:]], "Entry 5 cannot be read: its line was changed."),
        ([*lines(BODIES)[:4], dump.line(5, "{}", "0" * 64)], "Entry 5 is not what was sealed."),
    ],
)
def test_it_names_the_first_entry_that_is_wrong(
    given: Path, capsys: pytest.CaptureFixture[str], text: list[bytes], says: str
) -> None:
    (given / "ledger.jsonl").write_bytes(b"".join(text))
    assert said(given, capsys)["bad"] == [says]


def test_a_checkpoint_of_somebody_else_is_said(given: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (given / "checkpoints" / "checkpoint-20.txt").write_text(signed(BODIES[:20], Ed25519PrivateKey.generate()), encoding="utf-8")
    assert said(given, capsys)["bad"] == ["checkpoint-20.txt is no checkpoint that the ministry's key has signed."]


@pytest.mark.parametrize(
    "change",
    [
        {"index": 7, "position": 8},
        {"position": 8},
        {"body": "{}"},
        {"size": 29},
        {"proof": []},
        {"checkpoint": "x"},
        {"size": None},
    ],
)
def test_a_changed_proof_proves_nothing(given: Path, capsys: pytest.CaptureFixture[str], change: dict[str, Any]) -> None:
    file = given / "entry-7.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | change))
    assert verifier.main(["--proof", str(file), "--key", PUBLIC]) == 1
    assert capsys.readouterr().out.startswith("DOES NOT HOLD\nentry-7.json ")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["none.jsonl"], "none.jsonl cannot be read: No such file or directory."),
        (["ledger.jsonl", "--checkpoints", "checkpoints"], "Whose signature is to be believed?"),
        (["ledger.jsonl", "--checkpoints", "none", "--key", PUBLIC], "There is no folder none."),
        (["ledger.jsonl", "--key", "x"], "That is no public key"),
    ],
)
def test_what_it_could_not_check_is_2(
    given: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str], says: str
) -> None:
    monkeypatch.chdir(given)
    assert verifier.main(arguments) == 2
    assert says in capsys.readouterr().err


def test_it_is_part_of_what_is_installed() -> None:
    assert FILE.parent.name == "verifier"
    assert FILE.stat().st_size > 1000
