"""A bundle of evidence made through the front door: signed by two, published with a picture, one post recalled."""

import io
import json
import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ministry_social.files.verifier import verify as verifier
from ministry_social.rehearsal.server import Server
from tests.conftest import Rehearsal

from .ministry import Ministry, connected, new_ministry
from .signatures import Signing, with_people

MESSAGE = """\
+++
id = "grain-corridor"
audience = "account:mfa + account:embassy-paris + account:embassy-ankara + account:page"

[[media]]
file = "minister.png"
+++

## en
### short
The grain corridor stays open for another year.
### alt minister.png
The minister at a long table

## fr
### short
Le couloir céréalier reste ouvert une année encore.
### alt minister.png
Le ministre à une longue table
"""
WHY = "a figure was wrong"


@dataclass
class Parcel:
    """A ministry that has published, and what its auditor takes away."""

    signing: Signing
    rehearsal: Rehearsal
    file: Path = Path()
    key: str = ""
    said: str = ""
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """Of the checkpoint that the proofs lead to."""
        return int(json.loads(self.files["manifest.json"])["checkpoint"])

    @property
    def entries(self) -> int:
        return self.files["entries.jsonl"].count(b"\n")

    @property
    def ministry(self) -> Ministry:
        return self.signing.ministry

    def export(self, *question: str, name: str = "evidence.zip") -> str:
        said = self.signing.say("dora", "audit", "export", *question, "-o", name)
        assert said.code == 0, said
        self.file = self.ministry.folder / name
        self.files = unpacked(self.file)
        self.key = str(self.ministry.say("register", "key", "--json").json[-1]["public"])
        return said.out


@contextmanager
def parcels(folder: Path) -> Iterator[Parcel]:
    """For a module: everything is done once."""
    server = Server()
    with server.running() as address, pytest.MonkeyPatch.context() as monkeypatch:
        rehearsal = Rehearsal(address=address, world=server.world)
        ministry = connected(new_ministry(folder / "ministry", monkeypatch), rehearsal)
        ministry.write("messages/grain.md", MESSAGE)
        Image.new("RGB", (400, 300), "navy").save(ministry.folder / "messages" / "minister.png")
        signing = with_people(ministry)
        assert signing.say("anna", "publish", "messages/grain.md", "--yes").code == 1
        assert signing.say("dora", "audit", "checkpoint").code == 0
        signing.sign("boris", "clara")
        assert signing.say("dora", "worker", "--until-idle").code == 0
        recall = ("delivery", "recall", "--delivery", "grain-corridor/1/page/post", "--reason", WHY, "--yes")
        said = signing.say("dora", *recall)
        assert said.code == 0, said
        yield Parcel(signing, rehearsal)


def bare_python(folder: Path) -> Path:
    """A Python that has `cryptography`, and what that needs, and nothing else."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True, timeout=60)
    [home] = (folder / "lib").glob("python*/site-packages")
    here = Path(sysconfig.get_paths()["purelib"])
    for name in ("cryptography", "cffi", "pycparser", *(path.name for path in here.glob("_cffi_backend*"))):
        if (here / name).exists():
            (home / name).symlink_to(here / name)
    return folder / "bin" / "python"


def unpacked(file: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(file: Path, files: dict[str, bytes]) -> Path:
    """A zip file of these."""
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return file


def judged(file: Path, key: str, *more: str) -> Any:
    """What the verifier says, in this process."""
    out = io.StringIO()
    with redirect_stdout(out):
        code = verifier.main([str(file), *(("--key", key) if key else ()), "--json", *more])
    found = json.loads(out.getvalue())
    assert code == (0 if found["holds"] else 1)
    return found
