"""A person's own key: opened by its owner only."""

import json
from pathlib import Path

import keyring.errors
import pytest
from keyring.backend import KeyringBackend

from ministry_social.errors import InvalidSettings, MinistryError, NotAllowed
from ministry_social.vault.keys import keep_key, kept_key, key_file, new_key, open_key, write_key

WORDS = "four plain old words"


class Desktop(KeyringBackend):
    """A desktop's keyring, which may be locked."""

    priority = 1

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise keyring.errors.KeyringLocked("tell-tale")
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password


def test_what_its_owner_has_sealed_opens_with_the_passphrase(tmp_path: Path) -> None:
    key, file = new_key(), key_file(tmp_path / "keys", "boris")
    write_key(key, file, WORDS)
    assert file.stat().st_mode & 0o777 == 0o600
    again = open_key(file, WORDS)
    assert (again.public, again.sign(b"x")) == (key.public, key.sign(b"x"))


def test_a_passphrase_is_stretched_as_owasp_asks(tmp_path: Path) -> None:
    write_key(new_key(), tmp_path / "boris.key", WORDS)
    assert json.loads((tmp_path / "boris.key").read_text())["n"] == 2**17


def test_no_other_passphrase_opens_it(tmp_path: Path) -> None:
    write_key(new_key(), tmp_path / "boris.key", WORDS)
    with pytest.raises(NotAllowed, match="does not open the key"):
        open_key(tmp_path / "boris.key", WORDS + " ")


@pytest.mark.parametrize("field", ["salt", "nonce", "sealed", "public", "n", "format"])
def test_a_changed_file_does_not_open(tmp_path: Path, field: str) -> None:
    file = tmp_path / "boris.key"
    write_key(new_key(), file, WORDS)
    held = json.loads(file.read_text())
    held[field] = 2**14 if field == "n" else "AAAA" + held[field][4:]
    file.write_text(json.dumps(held))
    with pytest.raises(MinistryError):
        open_key(file, WORDS)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    write_key(new_key(), tmp_path / "boris.key", WORDS)
    (tmp_path / "boris.key").chmod(0o644)
    with pytest.raises(InvalidSettings, match="can be read by others"):
        open_key(tmp_path / "boris.key", WORDS)


def test_a_key_is_never_overwritten_and_a_passphrase_never_short(tmp_path: Path) -> None:
    write_key(new_key(), tmp_path / "boris.key", WORDS)
    with pytest.raises(NotAllowed, match="a key already"):
        write_key(new_key(), tmp_path / "boris.key", WORDS)
    with pytest.raises(InvalidSettings, match="too short"):
        write_key(new_key(), tmp_path / "clara.key", "eleven char")


def test_what_is_no_key_is_named_so(tmp_path: Path) -> None:
    file = tmp_path / "boris.key"
    file.write_text("not json")
    file.chmod(0o600)
    with pytest.raises(InvalidSettings, match="no key of a person"):
        open_key(file, WORDS)


def test_nothing_of_it_is_printed(tmp_path: Path) -> None:
    key = new_key()
    assert repr(key) == f"OpenKey({key.key})"


def test_a_desktop_keeps_it_under_its_own_lock() -> None:
    desktop, key = Desktop(), new_key()
    assert kept_key(desktop, "boris") is None
    keep_key(key, desktop, "boris")
    found = kept_key(desktop, "boris")
    assert found is not None
    assert found.public == key.public
    with pytest.raises(NotAllowed, match="already"):
        keep_key(new_key(), desktop, "boris")
    desktop.locked = True
    with pytest.raises(InvalidSettings, match="Unlock it") as shut:
        kept_key(desktop, "boris")
    assert "tell-tale" not in str(shut.value)
