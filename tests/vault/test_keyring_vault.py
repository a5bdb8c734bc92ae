"""The vault over `keyring`: one world each, sealed for the database, and never a word of a secret."""

from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail
from keyring.errors import KeyringLocked
from pytest_mock import MockerFixture

from ministry_social.app import App, build
from ministry_social.clock import SystemClock
from ministry_social.errors import InvalidSettings, Unauthorized
from ministry_social.files.ready import write_ready
from ministry_social.files.settings import load_settings
from ministry_social.model.account import Credential
from ministry_social.vault import KeyringVault, SealedFile, desktop
from ministry_social.vault.cipher import new_key

SECRET = Credential({"access_token": "tell-tale", "page_id": "1"})


@pytest.fixture
def backend(tmp_path: Path) -> SealedFile:
    return SealedFile(tmp_path / "vault.sealed", new_key())


class Locked(KeyringBackend):
    """A desktop's keyring that nobody has unlocked."""

    priority = 0  # of the class: `keyring` itself never chooses it

    def __init__(self) -> None:
        super().__init__()
        self.priority = 5
        self.asked = 0

    def get_password(self, service: str, username: str) -> str:
        self.asked += 1
        raise KeyringLocked("tell-tale: the desktop's own words")

    def set_password(self, service: str, username: str, password: str) -> None:
        self.get_password(service, username)


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """What `keyring` has chosen on this machine is its own business again afterwards."""
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


@pytest.fixture
def locked() -> Locked:
    """Set as this machine's keyring."""
    made = Locked()
    keyring.set_keyring(made)
    return made


@pytest.fixture
def no_desktop() -> None:
    """A machine without a keyring."""
    keyring.set_keyring(fail.Keyring())


def ministry(folder: Path, environ: dict[str, str] | None = None) -> App:
    if not (folder / "config").exists():
        write_ready(folder)
    return build(load_settings(folder / "config", environ or {}), person="ana", clock=SystemClock())


LIVE = {"MINISTRY_SOCIAL_MINISTRY_WORLD": "live"}


def test_a_credential_comes_back_in_this_process_and_in_the_next(backend: SealedFile) -> None:
    KeyringVault(backend, "rehearsal").put("page", SECRET)
    again = KeyringVault(backend, "rehearsal")
    assert again.has("page")
    assert again.get("page") == SECRET
    assert not again.has("another")


def test_many_are_stored_in_one_write(backend: SealedFile, mocker: MockerFixture) -> None:
    written = mocker.spy(backend, "_store")
    KeyringVault(backend, "rehearsal").put_all({"page": SECRET, "oslo": SECRET})
    assert written.call_count == 1
    assert KeyringVault(backend, "rehearsal").get("oslo") == SECRET


def test_an_account_that_is_not_connected_says_how(backend: SealedFile) -> None:
    with pytest.raises(Unauthorized, match=r"no credential for oslo\. Run: ministry-social account connect oslo"):
        KeyringVault(backend, "rehearsal").get("oslo")


def test_what_one_world_stores_the_other_does_not_find(backend: SealedFile) -> None:
    KeyringVault(backend, "rehearsal").put("page", SECRET)
    assert not KeyringVault(backend, "live").has("page")


def test_two_vaults_of_one_process_keep_to_their_own(tmp_path: Path, backend: SealedFile) -> None:
    first = KeyringVault(backend, "rehearsal")
    KeyringVault(SealedFile(tmp_path / "other.sealed", new_key()), "rehearsal").put("page", SECRET)
    assert not first.has("page")


def test_what_is_sealed_opens_here_and_in_the_next_process(backend: SealedFile) -> None:
    sealed = KeyringVault(backend, "rehearsal").seal(b"https://upload.example.org/tell-tale")
    assert b"tell-tale" not in sealed
    assert KeyringVault(backend, "rehearsal").unseal(sealed) == b"https://upload.example.org/tell-tale"


def test_threads_that_seal_for_the_first_time_at_once_make_one_key(backend: SealedFile) -> None:
    vault = KeyringVault(backend, "rehearsal")
    with ThreadPoolExecutor(8) as pool:
        sealed = list(pool.map(lambda number: vault.seal(b"%d" % number), range(32)))
    assert [KeyringVault(backend, "rehearsal").unseal(one) for one in sealed] == [b"%d" % number for number in range(32)]


def test_what_was_sealed_for_another_world_does_not_open(backend: SealedFile) -> None:
    sealed = KeyringVault(backend, "rehearsal").seal(b"session")
    with pytest.raises(Unauthorized, match="does not open"):
        KeyringVault(backend, "live").unseal(sealed)
    with pytest.raises(Unauthorized, match="does not open"):
        KeyringVault(backend, "rehearsal").unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]))


def test_a_locked_keyring_is_one_sentence_and_not_its_own_words(locked: Locked) -> None:
    vault = KeyringVault(locked, "live")
    for attempt in (
        lambda: vault.get("page"),
        lambda: vault.has("page"),
        lambda: vault.put("page", SECRET),
        lambda: vault.seal(b"x"),
    ):
        with pytest.raises(InvalidSettings) as refused:
            attempt()
        assert str(refused.value) == "The keyring could not be used (KeyringLocked). Unlock it, then try again."


def test_a_rehearsal_never_touches_the_desktops_keyring(tmp_path: Path, locked: Locked) -> None:
    app = ministry(tmp_path, {"MINISTRY_SOCIAL_VAULT_BACKEND": "desktop"})
    app.vault.put("mfa-channel", SECRET)
    app.vault.seal(b"x")
    assert app.vault.get("mfa-channel") == SECRET
    assert isinstance(keyring.get_keyring(), SealedFile)
    assert locked.asked == 0
    assert (tmp_path / "data" / "vault.sealed").exists()


@pytest.mark.usefixtures("locked")
def test_the_live_world_takes_the_desktops_keyring_where_there_is_one(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match="KeyringLocked"):
        ministry(tmp_path, LIVE).vault.get("mfa-channel")


@pytest.mark.usefixtures("no_desktop")
def test_a_machine_without_a_keyring_says_what_to_set(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r'no desktop keyring\. Set \[vault\] backend = "file"'):
        desktop()
    with pytest.raises(InvalidSettings, match="no desktop keyring"):
        ministry(tmp_path, LIVE | {"MINISTRY_SOCIAL_VAULT_BACKEND": "desktop"}).vault.has("x")
    with pytest.raises(InvalidSettings, match=r"vault\.key does not exist. Set \[vault\] key_file or MINISTRY_SOCIAL_VAULT_KEY"):
        ministry(tmp_path, LIVE).vault.has("x")


@pytest.mark.usefixtures("no_desktop")
@pytest.mark.parametrize("world", ["live", "rehearsal"])
def test_the_key_may_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world: str) -> None:
    monkeypatch.setenv("MINISTRY_SOCIAL_VAULT_KEY", b64encode(new_key()).decode())
    settings = {"MINISTRY_SOCIAL_MINISTRY_WORLD": world}
    ministry(tmp_path, settings).vault.put("page", SECRET)
    assert not (tmp_path / "data" / "vault.key").exists()
    assert ministry(tmp_path, settings).vault.get("page") == SECRET
    monkeypatch.setenv("MINISTRY_SOCIAL_VAULT_KEY", b64encode(new_key()).decode())
    with pytest.raises(InvalidSettings, match="does not open"):
        ministry(tmp_path, settings).vault.get("page")
    monkeypatch.setenv("MINISTRY_SOCIAL_VAULT_KEY", "tell-tale")
    with pytest.raises(InvalidSettings, match="MINISTRY_SOCIAL_VAULT_KEY does not hold a key") as refused:
        ministry(tmp_path, settings).vault.get("page")
    assert "tell-tale" not in str(refused.value)
