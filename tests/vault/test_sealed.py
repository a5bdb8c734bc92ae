"""The sealed file: nothing in clear, nothing lost, and nobody else reads it."""

import os
import subprocess
import sys
from base64 import b64encode
from pathlib import Path

import pytest
from keyring.errors import PasswordDeleteError

from ministry_social.errors import InvalidSettings
from ministry_social.vault import SealedFile
from ministry_social.vault.cipher import new_key
from ministry_social.vault.sealing import find_keys, key_from

KEY = bytes(range(32))

WRITER = """
import sys
from pathlib import Path
from ministry_social.vault import SealedFile
from ministry_social.vault.sealing import find_keys
folder, name = Path(sys.argv[1]), sys.argv[2]
sealed = SealedFile(folder / "vault.sealed", lambda: find_keys(folder / "vault.key", {}, make=True))
for number in range(25):
    sealed.set_password("service", f"{name}-{number}", f"secret of {name}")
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "data" / "vault.sealed"


@pytest.fixture
def sealed(file: Path) -> SealedFile:
    made = SealedFile(file, KEY)
    made.set_password("service", "paris", "tell-tale")
    return made


def test_a_secret_comes_back_and_only_under_its_name(sealed: SealedFile) -> None:
    assert sealed.get_password("service", "paris") == "tell-tale"
    assert sealed.get_password("service", "oslo") is None
    assert sealed.get_password("another service", "paris") is None


def test_where_there_is_no_file_there_is_no_secret(file: Path) -> None:
    assert SealedFile(file, KEY).get_password("service", "paris") is None
    assert not file.exists()


def test_nothing_stands_in_the_folder_in_clear(sealed: SealedFile, file: Path) -> None:
    sealed.set_many("service", {"oslo": "another tell-tale"})
    for path in file.parent.iterdir():
        data = path.read_bytes()
        assert not any(word in data for word in (b"tell-tale", b"paris", b"oslo", b"service")), path
    assert {path.name for path in file.parent.iterdir()} == {"vault.sealed", "vault.sealed.lock"}


def test_the_same_secrets_never_look_the_same(sealed: SealedFile, file: Path) -> None:
    before = file.read_bytes()
    sealed.set_password("service", "paris", "tell-tale")
    assert file.read_bytes() != before


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
def test_a_file_that_others_may_touch_is_refused(sealed: SealedFile, file: Path, mode: int) -> None:
    file.chmod(mode)
    with pytest.raises(InvalidSettings, match=rf"can be read by others \(mode {mode:o}\)\. Run: chmod 600"):
        sealed.get_password("service", "paris")
    file.chmod(0o600)
    assert sealed.get_password("service", "paris") == "tell-tale"


def test_it_is_written_for_its_owner_only_whatever_the_umask(file: Path) -> None:
    before = os.umask(0)
    try:
        SealedFile(file, KEY).set_password("service", "paris", "tell-tale")
        find_keys(file.with_name("vault.key"), {}, make=True)
    finally:
        os.umask(before)
    assert {file.stat().st_mode & 0o777, file.with_name("vault.key").stat().st_mode & 0o777} == {0o600}


def test_another_key_does_not_open_it(sealed: SealedFile, file: Path) -> None:
    other = SealedFile(file, new_key())
    with pytest.raises(InvalidSettings, match=r"does not open: it is sealed under the key [0-9a-f]{8}, and here is [0-9a-f]{8}"):
        other.get_password("service", "paris")
    with pytest.raises(InvalidSettings, match="does not open"):
        other.set_password("service", "oslo", "x")  # nor is it written over
    assert sealed.get_password("service", "paris") == "tell-tale"


@pytest.mark.parametrize("place", [0, 11, 12, 40, -1])
def test_one_changed_byte_is_noticed(sealed: SealedFile, file: Path, place: int) -> None:
    data = bytearray(file.read_bytes())
    data[place] ^= 1
    file.write_bytes(data)
    with pytest.raises(InvalidSettings, match="does not open"):
        SealedFile(file, KEY).get_password("service", "paris")


@pytest.mark.parametrize("size", [0, 5, 20])
def test_a_file_that_was_cut_short_is_noticed(sealed: SealedFile, file: Path, size: int) -> None:
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(InvalidSettings, match="does not open"):
        sealed.get_password("service", "paris")


def test_what_another_process_wrote_is_seen(sealed: SealedFile, file: Path) -> None:
    SealedFile(file, KEY).set_password("service", "paris", "newer")
    assert sealed.get_password("service", "paris") == "newer"


def test_a_secret_can_be_removed_once(sealed: SealedFile) -> None:
    sealed.delete_password("service", "paris")
    assert sealed.get_password("service", "paris") is None
    with pytest.raises(PasswordDeleteError):
        sealed.delete_password("service", "paris")


def test_what_a_crash_left_behind_is_in_nobodys_way(sealed: SealedFile, file: Path) -> None:
    file.with_name("vault.sealed.new").write_bytes(b"half")
    file.with_name("vault.sealed.new").chmod(0o666)
    sealed.set_password("service", "oslo", "x")
    assert sealed.get_password("service", "paris") == "tell-tale"
    assert file.stat().st_mode & 0o777 == 0o600


def test_processes_that_write_at_once_lose_nothing_and_make_one_key(tmp_path: Path) -> None:
    names = ("ana", "ben", "eva")
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), name]) for name in names]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0, 0]
    sealed = SealedFile(tmp_path / "vault.sealed", lambda: find_keys(tmp_path / "vault.key", {}, make=False))
    for name in names:
        found = {sealed.get_password("service", f"{name}-{number}") for number in range(25)}
        assert found == {f"secret of {name}"}


@pytest.mark.parametrize("text", ["", "short", b64encode(bytes(31)).decode(), b64encode(bytes(33)).decode(), "ü" * 44, "*" * 44])
def test_what_is_no_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(InvalidSettings, match="does not hold a key: 32 bytes in base64") as refused:
        key_from(text, source="MINISTRY_SOCIAL_VAULT_KEY")
    assert not text or text not in str(refused.value)


def test_a_key_is_made_once(tmp_path: Path) -> None:
    file = tmp_path / "data" / "vault.key"
    with pytest.raises(InvalidSettings, match="does not exist"):
        find_keys(file, {}, make=False)
    assert find_keys(file, {}, make=True) == find_keys(file, {}, make=True) == find_keys(file, {}, make=False)


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "vault.key"
    find_keys(file, {}, make=True)
    file.chmod(0o644)
    with pytest.raises(InvalidSettings, match="chmod 600"):
        find_keys(file, {}, make=True)
