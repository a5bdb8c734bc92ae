"""Evidence: one file that proves to whoever trusts nobody what was published, in which words, on whose signature."""

import csv
import io
import json
import random
import re
import subprocess
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from .parcel import WHY, Parcel, bare_python, judged, packed, parcels, unpacked

Files = dict[str, bytes]
FLIPS = 250


@pytest.fixture(scope="module")
def parcel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parcel]:
    with parcels(tmp_path_factory.mktemp("evidence")) as made:
        made.said = made.export("--message", "grain-corridor")
        yield made


def one_of(files: Files, folder: str) -> str:
    return min(name for name in files if name.startswith(f"{folder}/"))


def relisted(files: Files) -> Files:
    """The careful attacker: he makes the list of files anew, and throws away the signature that he cannot make."""
    manifest = json.loads(files["manifest.json"])
    listed = sorted(set(files) - {"manifest.json", "manifest.sig"})
    manifest["files"] = [{"name": n, "size": len(files[n]), "sha256": sha256(files[n]).hexdigest()} for n in listed]
    lines = files["entries.jsonl"].splitlines()
    asked = sum(line.startswith(b'{"asked":true') for line in lines)
    manifest["entries"] |= {"asked": asked, "needed": len(lines) - asked}
    written = json.dumps(manifest, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    return {name: data for name, data in files.items() if name != "manifest.sig"} | {"manifest.json": written}


def test_it_says_what_it_wrote_and_holds(parcel: Parcel) -> None:
    assert parcel.entries == 28
    assert re.fullmatch(
        r"Wrote     evidence\.zip: 28 entries, 32 files, 0\.1 MB\n"
        rf"Proved    28 entries, in the checkpoint of {parcel.size}\n"
        r"Signed    by the ministry's key\n"
        r"SHA-256   [0-9a-f]{64}\n"
        r"Check     python -I verify\.py evidence\.zip --key KEY   \(verify\.py is in it\)\n",
        parcel.said,
    )
    found = judged(parcel.file, parcel.key)
    assert found["good"] == [
        "The list of files is signed by the ministry.",
        "28 entries are as they were sealed.",
        f"They are in the ledger www.mfa-tavoria.example.org/rehearsal as it was signed with {parcel.size} entries.",
        "20 files are what entries name by their digest.",
        "4 times something was sent, each time what the policy in force allowed; 2 signatures are genuine.",
    ]


def test_it_verifies_where_there_is_only_python_and_cryptography(parcel: Parcel, tmp_path: Path) -> None:
    python = bare_python(tmp_path / "bare")
    ours = subprocess.run([python, "-I", "-c", "import ministry_social"], capture_output=True, text=True, timeout=60, check=False)
    assert "ModuleNotFoundError" in ours.stderr
    for name, data in parcel.files.items():
        (tmp_path / "unpacked" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "unpacked" / name).write_bytes(data)
    for what in (parcel.file, tmp_path / "unpacked"):
        done = subprocess.run(
            [python, "-I", tmp_path / "unpacked" / "verify.py", what, "--key", parcel.key],
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.startswith("HOLDS\nThe list of files is signed by the ministry.\n28 entries are as they were sealed.\n")


def test_the_same_question_gives_the_same_bytes_however_much_has_happened_since(parcel: Parcel) -> None:
    first = parcel.file.read_bytes()
    assert parcel.signing.say("dora", "hold", "--platform", "youtube", "--reason", "later").code == 0
    assert parcel.signing.say("dora", "audit", "checkpoint").code == 0
    parcel.export("--message", "grain-corridor", name="again.zip")
    assert parcel.file.read_bytes() == first


def test_the_report_and_the_table_say_it_in_words(parcel: Parcel) -> None:
    report = parcel.files["report.html"].decode()
    assert '<blockquote lang="fr" dir="auto">Le couloir céréalier reste ouvert une année encore.</blockquote>' in report
    assert f"<dd>{WHY} (dora)</dd>" in report
    assert report.count("signed by boris on ") == 4
    assert report.count('alt="The minister at a long table"') == 3
    assert not re.search(r"(src|href)=\"(https?:)?//", report), "it needs nothing from elsewhere"
    rows = list(csv.DictReader(io.StringIO(parcel.files["summary.csv"].decode("utf-8-sig"))))
    outcomes = {row["account"]: (row["outcome"], row["signed_by"], row["recall_reason"]) for row in rows}
    assert outcomes["page"] == ("taken down", "boris clara", WHY)
    assert outcomes["mfa"] == ("published", "boris clara", "")
    assert all(row["published_at"] and row["id"] for row in rows)


def test_it_holds_no_secret_and_no_address_of_a_person(parcel: Parcel) -> None:
    everything = b"\n".join(parcel.files.values())
    accounts = (parcel.ministry.folder / "config" / "accounts.toml").read_text(encoding="utf-8")
    for mail in re.findall(r"[\w.]+@[\w.]+", accounts):
        assert mail.encode() not in everything
    for word in (b"access_token", b"private", b"passphrase", b"refresh"):
        assert word not in everything.replace(parcel.files["verify.py"], b"")


def test_a_question_about_an_account_or_a_time_brings_the_approvals_along(parcel: Parcel) -> None:
    parcel.export("--account", "embassy-paris", "--from", "2020-01-01T00:00:00Z", "--to", "2100-01-01T00:00:00Z", name="paris.zip")
    entries = [json.loads(line) for line in parcel.files["entries.jsonl"].splitlines()]
    about = [json.loads(one["body"])["about"].get("account") for one in entries if one["asked"]]
    assert set(about) == {"embassy-paris"}
    assert sum(json.loads(one["body"])["event"] == "signed" for one in entries) == 2
    found = judged(parcel.file, parcel.key)
    assert found["holds"]
    assert "2 signatures are genuine." in found["good"][-1]
    parcel.export("--message", "grain-corridor", name="once-more.zip")


def test_nothing_on_record_is_no_evidence(parcel: Parcel) -> None:
    said = parcel.signing.say("olga", "audit", "export", "--message", "no-such", "-o", "none.zip")
    assert (said.code, said.err.splitlines()[-1]) == (
        1, "Error: Nothing on record answers this. See what there is: ministry-social message list",
    )  # fmt: skip
    assert parcel.signing.say("olga", "audit", "export", "-o", "none.zip").code == 2
    said = parcel.signing.say("olga", "audit", "export", "--message", "grain-corridor", "-o", "evidence.zip")
    assert "nothing is overwritten" in said.err


def test_who_has_no_key_gets_evidence_that_says_so(parcel: Parcel, tmp_path: Path) -> None:
    files = {name: data for name, data in parcel.files.items() if name != "manifest.sig"}
    file = packed(tmp_path / "unsigned.zip", files)
    assert judged(file, parcel.key)["facts"]["file"] == "manifest.sig"
    found = judged(file, parcel.key, "--unsigned")
    assert (found["holds"], found["good"][0][:41]) == (True, "BUT the list of files is signed by nobody")
    found = judged(parcel.file, "")
    assert (found["holds"], found["good"][0][:33]) == (True, "BUT whose key it is, only the bun")


def test_what_a_witness_keeps_is_compared(parcel: Parcel, tmp_path: Path) -> None:
    (tmp_path / "witness").mkdir()
    name = f"checkpoint-{parcel.size}.txt"
    (tmp_path / "witness" / name).write_bytes(parcel.files[f"checkpoints/{name}"])
    found = judged(parcel.file, parcel.key, "--checkpoints", str(tmp_path / "witness"))
    assert f"1 checkpoints are the same in {tmp_path / 'witness'}." in found["good"]


# ---- attackers -----------------------------------------------------------------------------------------------------------------


def changed(name: str) -> Callable[[Files], Files]:
    """Another byte in the middle of a file."""

    def change(files: Files) -> Files:
        file = name if name in files else one_of(files, name)
        data = bytearray(files[file])
        data[len(data) // 2] ^= 1
        return files | {file: bytes(data)}

    return change


def removed(name: str) -> Callable[[Files], Files]:
    def remove(files: Files) -> Files:
        file = name if name in files else one_of(files, name)
        return {other: data for other, data in files.items() if other != file}

    return remove


def without_checkpoint(files: Files) -> Files:
    name = f"checkpoints/checkpoint-{json.loads(files['manifest.json'])['checkpoint']}.txt"
    return {other: data for other, data in files.items() if other != name}


def swapped(files: Files) -> Files:
    """Two texts change places."""
    first, second, *_ = sorted(name for name in files if name.startswith("payloads/"))
    return files | {first: files[second], second: files[first]}


def added(files: Files) -> Files:
    data = b'{"text":"never said"}'
    return files | {f"payloads/{sha256(data).hexdigest()}.json": data}


def without_entry(event: str) -> Callable[[Files], Files]:
    """An entry is left out, with its proof."""

    def leave_out(files: Files) -> Files:
        lines = files["entries.jsonl"].splitlines(keepends=True)
        [gone] = [one for one in lines if json.loads(json.loads(one)["body"])["event"] == event][:1]
        proofs = files["proofs.jsonl"].splitlines(keepends=True)
        kept = [one for one in proofs if json.loads(one)["position"] != json.loads(gone)["position"]]
        return files | {"entries.jsonl": b"".join(one for one in lines if one != gone), "proofs.jsonl": b"".join(kept)}

    return leave_out


def rewritten(files: Files) -> Files:
    """An entry says something else, and is sealed anew; so are those behind it."""
    lines = [json.loads(line) for line in files["entries.jsonl"].splitlines()]
    before = ""
    for one in lines:
        if before:
            one["before"] = before
        if '"event":"recall-asked"' in one["body"]:
            one["body"] = one["body"].replace(WHY, "nobody knows")
            before = "anew"
        if before:
            before = one["seal"] = sha256(bytes.fromhex(one["before"]) + one["body"].encode()).hexdigest()
    written = [json.dumps(one, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n" for one in lines]
    return files | {"entries.jsonl": "".join(written).encode()}


def forged(files: Files) -> Files:
    """Somebody else's name under a statement."""
    name = one_of(files, "statements")
    data = files[name].replace(b'"boris"', b'"dora"').replace(b'"clara"', b'"dora"')
    return {other: kept for other, kept in files.items() if other != name} | {f"statements/{sha256(data).hexdigest()}.json": data}


@pytest.mark.parametrize(
    ("attack", "named"),
    [
        (changed("payloads"), "payloads/"),
        (changed("media"), "media/"),
        (changed("answers"), "answers/"),
        (changed("copies"), "copies/"),
        (changed("statements"), "statements/"),
        (changed("policies"), "policies/"),
        (changed("releases"), "releases/"),
        (changed("messages"), "messages/"),
        (changed("checkpoints"), "checkpoints/"),
        (changed("entries.jsonl"), "entries.jsonl"),
        (changed("proofs.jsonl"), "proofs.jsonl"),
        (changed("consistency.json"), "consistency.json"),
        (changed("manifest.json"), "manifest.json"),
        (changed("manifest.sig"), "manifest.json"),
        (changed("report.html"), "report.html"),
        (changed("summary.csv"), "summary.csv"),
        (changed("README.txt"), "README.txt"),
        (changed("verify.py"), "verify.py"),
        (changed("ministry.pub"), "ministry.pub"),
        (removed("payloads"), "payloads/"),
        (removed("media"), "media/"),
        (removed("statements"), "statements/"),
        (removed("report.html"), "report.html"),
        (removed("entries.jsonl"), "entries.jsonl"),
        (removed("manifest.json"), "manifest.json"),
        (removed("manifest.sig"), "The list of files is signed by nobody"),
        (swapped, "payloads/"),
        (added, "payloads/"),
        (without_entry("recalled"), "entries.jsonl"),
    ],
)
def test_whatever_is_done_to_the_parcel_is_found_and_named(
    parcel: Parcel, tmp_path: Path, attack: Callable[[Files], Files], named: str
) -> None:
    found = judged(packed(tmp_path / "tampered.zip", attack(parcel.files)), parcel.key)
    assert not found["holds"]
    assert any(named in sentence for sentence in found["bad"]), found["bad"]


@pytest.mark.parametrize(
    ("attack", "named"),
    [
        (changed("payloads"), "is not what its name says"),
        (changed("media"), "is not what its name says"),
        (changed("answers"), "is not what its name says"),
        (changed("statements"), "is not what its name says"),
        (changed("entries.jsonl"), "ntr"),
        (changed("proofs.jsonl"), "pro"),
        (changed("consistency.json"), "con"),
        (changed("checkpoints"), "is no checkpoint of this ledger"),
        (removed("payloads"), "is missing: entry"),
        (removed("media"), "is missing: "),
        (removed("statements"), "is missing: entry"),
        (without_checkpoint, "to which the proofs lead, is missing"),
        (swapped, "is not what its name says"),
        (added, "nothing on record names it"),
        (rewritten, "is not proved"),
        (forged, "is missing: entry"),
        (without_entry("signed"), "1 of the 2 signatures"),
        (without_entry("started"), "was accepted, and never started"),
    ],
)
def test_who_makes_the_list_anew_is_found_by_what_the_entries_name(
    parcel: Parcel, tmp_path: Path, attack: Callable[[Files], Files], named: str
) -> None:
    found = judged(packed(tmp_path / "tampered.zip", relisted(attack(parcel.files))), parcel.key, "--unsigned")
    assert not found["holds"]
    assert any(named in sentence for sentence in found["bad"]), found["bad"]


def test_a_flipped_bit_is_found_wherever_it_is(parcel: Parcel, tmp_path: Path) -> None:
    chance, names = random.Random(6), sorted(parcel.files)
    for number in range(FLIPS):
        name = names[number % len(names)] if number < len(names) else chance.choice(names)
        data = bytearray(parcel.files[name])
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        found = judged(packed(tmp_path / "flipped.zip", parcel.files | {name: bytes(data)}), parcel.key)
        assert not found["holds"], name


def test_two_files_of_one_name_and_a_broken_archive_are_found(parcel: Parcel, tmp_path: Path) -> None:
    import zipfile

    file = packed(tmp_path / "twice.zip", parcel.files)
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(file, "a") as archive:
        archive.writestr("report.html", parcel.files["report.html"])
    assert "report.html is there twice." in judged(file, parcel.key)["bad"]
    whole = parcel.file.read_bytes()
    (tmp_path / "cut.zip").write_bytes(whole[: len(whole) // 2])
    assert "is damaged, or no bundle" in judged(tmp_path / "cut.zip", parcel.key)["bad"][0]
    assert unpacked(parcel.file) == parcel.files


# ---- retention: last, since what has gone does not come back -------------------------------------------------------------------


def test_what_is_under_a_legal_hold_stays_and_what_is_due_goes_with_its_digests_on_record(parcel: Parcel, tmp_path: Path) -> None:
    signing, folder = parcel.signing, parcel.ministry.folder
    (folder / "config" / "retention.toml").write_text('[keep]\nmedia = "30d"\nwords = "60d"\nanswers = "for ever"\n')
    assert signing.say("dora", "retention", "dispose", "--yes").out == "Nothing is due.\n"
    assert signing.say("boris", "retention", "hold", "--account", "page", "--reason", "inquiry 14").code == 0
    parcel.rehearsal.post("/rehearsal/clock", {"advance": 45 * 86400})
    assert signing.say("dora", "retention", "dispose", "--yes").out == "Nothing is due.\n", "the page has said it, and is held"
    assert signing.say("anna", "retention", "lift", "--account", "page", "--reason", "closed").code == 1, "an author may not"
    assert signing.say("clara", "retention", "lift", "--account", "page", "--reason", "closed").code == 0
    listed = signing.say("dora", "retention", "dispose", "--dry-run").out
    assert re.search(r"grain-corridor  media  1 ", listed)
    assert listed.endswith("1 file would go.\n")
    assert signing.say("dora", "retention", "dispose", "--yes").out.endswith("Disposed of 1 file; their digests stay on record.\n")
    assert signing.say("olga", "audit", "verify").code == 0
    assert signing.say("olga", "delivery", "show", "grain-corridor/1/mfa/post").code == 0
    said = parcel.export("--message", "grain-corridor", name="disposed.zip")
    assert "Disposed  1 files are not kept any more, as the record says\n" in said
    found = judged(parcel.file, parcel.key)
    assert found["holds"]
    assert re.search(r"was disposed of, under 'media: 30d, config/retention\.toml' \(entry \d+\)\.", found["good"][-2])
    assert "A file that is not kept any more; its description: <q" in parcel.files["report.html"].decode()
    untold = judged(packed(tmp_path / "untold.zip", relisted(without_entry("disposed")(parcel.files))), parcel.key, "--unsigned")
    assert any("nothing on record says that it was disposed of" in sentence for sentence in untold["bad"])
    parcel.rehearsal.post("/rehearsal/clock", {"advance": 20 * 86400})
    assert signing.say("dora", "retention", "dispose", "--yes").out.endswith("Disposed of 4 files; their digests stay on record.\n")
    events = [entry["event"] for entry in signing.say("olga", "message", "show", "grain-corridor", "--json").json]
    assert events.count("disposed") == 2
