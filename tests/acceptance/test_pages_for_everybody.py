"""The register and the report in a bundle of evidence, in a real browser: axe-core finds nothing, in any look."""

import zipfile
from pathlib import Path

from tests import axe

from .ministry import Ministry


def test_axe_finds_nothing_against_the_register_and_the_evidence(ministry: Ministry, tmp_path: Path) -> None:
    said = ministry.say("publish", "messages/grain.md", "--yes", "--wait", "60s")
    assert said.code == 0, said.err
    assert ministry.say("register", "publish", str(tmp_path / "public")).code == 0
    exported = ministry.say("audit", "export", "--message", "grain-corridor", "-o", str(tmp_path / "grain.zip"))
    assert exported.code == 0, exported.err
    with zipfile.ZipFile(tmp_path / "grain.zip") as bundle:
        bundle.extractall(tmp_path / "bundle")
    public = tmp_path / "public"
    pages = [
        tmp_path / "bundle" / "report.html",
        *(public / "index.html", public / "country" / "FR.html", public / "language" / "ar.html"),
        public / "account" / "embassy-paris.html",
    ]
    with axe.browser() as chromium:
        assert {page.name: axe.violations_everywhere(chromium, page.as_uri()) for page in pages} == {
            page.name: {} for page in pages
        }
