"""The database's vault: nothing in clear, each row for itself, and keys that change."""

import shutil
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from ministry_social.clock import SystemClock
from ministry_social.errors import InvalidSettings, NotAllowed, Unauthorized
from ministry_social.model.account import Credential
from ministry_social.ports import Sealed, Secrets
from ministry_social.store import SqlStore, open_store
from ministry_social.vault import KeyringVault, SealedFile, SealedRows
from ministry_social.vault.cipher import new_key as random_key
from ministry_social.vault.rotating import copy, inventory, new_key, rotate
from ministry_social.vault.sealing import CREDENTIAL, VARIABLE, Keys, find_keys, keys_from, name_of

SECRET = Credential({"client_secret": "tell-tale-secret", "refresh_token": "tell-tale-token"})
OLD, NEW = random_key(), random_key()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqlStore]:
    made = open_store(f"sqlite:///{tmp_path}/ledger.sqlite", "rehearsal", SystemClock(), by="ana")
    yield made
    made.close()


@pytest.fixture
def table(store: SqlStore) -> Secrets:
    return store.secrets(wait=timedelta(seconds=5))


def vault(table: Secrets, *keys: bytes, world: str = "rehearsal") -> KeyringVault:
    return KeyringVault(SealedRows(lambda: table, lambda: Keys(keys=keys, source="here")), world)


def text(key: bytes) -> str:
    return b64encode(key).decode()


def said(done: int, total: int) -> None:
    """Nothing."""


def test_a_credential_comes_back_on_another_machine(table: Secrets) -> None:
    vault(table, OLD).put("channel", SECRET)
    other = vault(table, OLD)
    assert other.has("channel")
    assert other.get("channel") == SECRET
    assert not vault(table, OLD, world="live").has("channel")


def test_what_another_machine_stores_is_seen(table: Secrets) -> None:
    here, there = vault(table, OLD), vault(table, OLD)
    here.put("channel", SECRET)
    assert here.get("channel") == SECRET
    there.put("channel", Credential({"refresh_token": "newer"}))
    assert here.get("channel")["refresh_token"] == "newer"
    there.remove("channel")
    with pytest.raises(Unauthorized, match="no credential for channel"):
        here.get("channel")


def test_nothing_stands_in_the_database_in_clear(table: Secrets, store: SqlStore, tmp_path: Path) -> None:
    made = vault(table, OLD)
    made.put("channel", SECRET)
    made.put_app("youtube", SECRET)
    made.seal(b"tell-tale session")
    store.close()
    shutil.copy(tmp_path / "ledger.sqlite", tmp_path / "copy")
    for path in tmp_path.iterdir():
        assert b"tell-tale" not in path.read_bytes(), path


def test_one_rows_seal_does_not_open_as_anothers(table: Secrets) -> None:
    made = vault(table, OLD)
    made.put("channel", SECRET)
    row = table.load(made.service, "account/channel")
    assert row is not None
    table.save(made.service, "account/page", row)
    table.save("ministry_social/live", "account/channel", row)
    for world, account in (("rehearsal", "page"), ("live", "channel")):
        with pytest.raises(InvalidSettings, match="does not open: it was changed, or is another's"):
            vault(table, OLD, world=world).get(account)


def test_a_changed_byte_is_noticed(table: Secrets) -> None:
    made = vault(table, OLD)
    made.put("channel", SECRET)
    row = table.load(made.service, "account/channel")
    assert row is not None
    table.save(made.service, "account/channel", Sealed(key=row.key, data=row.data[:-1] + bytes([row.data[-1] ^ 1])))
    with pytest.raises(InvalidSettings, match="does not open"):
        made.get("channel")


def test_a_secret_under_another_key_names_that_key(table: Secrets) -> None:
    vault(table, OLD).put("channel", SECRET)
    sentence = rf"account/channel is sealed under the key {name_of(OLD)}, and here is {name_of(NEW)} \(here\)"
    with pytest.raises(InvalidSettings, match=sentence):
        vault(table, NEW).get("channel")


def test_the_first_key_seals_and_all_open(table: Secrets) -> None:
    vault(table, OLD).put("channel", SECRET)
    both = vault(table, NEW, OLD)
    assert both.get("channel") == SECRET
    both.put("page", SECRET)
    assert {name: key for _, name, key in table.rows()} == {"account/channel": name_of(OLD), "account/page": name_of(NEW)}


def test_rotating_brings_everything_under_the_first_key(table: Secrets) -> None:
    before = vault(table, OLD)
    before.put("channel", SECRET)
    before.put("page", SECRET)
    sealed = before.seal(b"session")
    after = vault(table, NEW, OLD)
    assert inventory(after).old == 3
    assert rotate(after, said) == 3
    assert rotate(after, said) == 0
    assert inventory(after).old == 0
    alone = vault(table, NEW)
    assert alone.get("channel") == alone.get("page") == SECRET
    assert alone.unseal(sealed) == b"session"


def test_a_rotation_that_was_killed_goes_on(table: Secrets) -> None:
    before = vault(table, OLD)
    for name in ("a", "b", "c"):
        before.put(name, SECRET)
    both = vault(table, NEW, OLD)

    def killed(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rotate(both, killed)
    assert inventory(both).under == {name_of(NEW): 2, name_of(OLD): 1}
    assert all(vault(table, NEW, OLD).get(name) == SECRET for name in "abc")
    assert rotate(vault(table, NEW, OLD), said) == 1


def test_what_cannot_be_opened_is_told_and_the_rest_is_rotated(table: Secrets) -> None:
    lost = random_key()
    vault(table, lost).put("a", SECRET)
    vault(table, OLD).put("b", SECRET)
    both = vault(table, NEW, OLD)
    with pytest.raises(InvalidSettings, match=rf"1 of 2 secrets could not be opened. .*under the key {name_of(lost)}"):
        rotate(both, said)
    assert vault(table, NEW).get("b") == SECRET


def test_a_worker_that_runs_finds_a_key_that_was_added_meanwhile(table: Secrets, tmp_path: Path) -> None:
    file = tmp_path / "vault.key"
    worker = KeyringVault(SealedRows(lambda: table, lambda: find_keys(file, {}, make=True)), "rehearsal")
    worker.put("channel", SECRET)
    other = KeyringVault(SealedRows(lambda: table, lambda: find_keys(file, {}, make=True)), "rehearsal")
    new_key(other, first=True)
    rotate(other, said)
    assert worker.get("channel") == SECRET


@pytest.fixture(params=["file", "database"])
def kept(request: pytest.FixtureRequest, tmp_path: Path, table: Secrets) -> Callable[[], KeyringVault]:
    """A vault with a key file, opened anew each time."""
    file = tmp_path / "vault.key"

    def keys() -> Keys:
        return find_keys(file, {}, make=True)

    def opened() -> KeyringVault:
        backend = SealedFile(tmp_path / "vault.sealed", keys) if request.param == "file" else SealedRows(lambda: table, keys)
        return KeyringVault(backend, "rehearsal")

    return opened


def test_a_new_key_is_made_sealed_under_and_the_old_one_taken_out(kept: Callable[[], KeyringVault], tmp_path: Path) -> None:
    file = tmp_path / "vault.key"
    kept().put("channel", SECRET)
    [old] = find_keys(file, {}, make=False).names
    name = new_key(kept(), first=True)
    assert find_keys(file, {}, make=False).names == (name, old)
    assert file.stat().st_mode & 0o777 == 0o600
    with pytest.raises(NotAllowed, match="has not come to its end: 1 secret"):
        new_key(kept(), first=True)
    assert rotate(kept(), said) == 1
    file.write_text(file.read_text().splitlines()[0])
    assert kept().get("channel") == SECRET
    assert inventory(kept()).under == {name: 1}


def test_secrets_move_from_the_file_into_the_database_and_back(table: Secrets, tmp_path: Path) -> None:
    file = KeyringVault(SealedFile(tmp_path / "vault.sealed", OLD), "rehearsal")
    file.put("channel", SECRET)
    file.put_app("x", SECRET)
    sealed = file.seal(b"session")
    rows = vault(table, OLD)
    assert copy(file, rows, said) == copy(file, rows, said) == 3
    assert (rows.get("channel"), rows.app("x"), rows.unseal(sealed)) == (SECRET, SECRET, b"session")
    file.put("channel", Credential({"refresh_token": "another"}))
    with pytest.raises(NotAllowed, match="holds secrets of the same names"):
        copy(file, rows, said)


def test_a_file_from_before_keys_had_names_opens_and_is_rotated(tmp_path: Path) -> None:
    from ministry_social.vault import cipher

    file = tmp_path / "vault.sealed"
    file.write_bytes(cipher.seal(OLD, b'{"ministry_social/rehearsal\\naccount/page": "{}"}', b"ministry_social/keyring"))
    file.chmod(0o600)
    made = KeyringVault(SealedFile(file, lambda: Keys(keys=(NEW, OLD))), "rehearsal")
    assert made.has("page")
    assert inventory(made).under == {"": 1}
    assert rotate(made, said) == 1
    assert KeyringVault(SealedFile(file, NEW), "rehearsal").has("page")


def test_keys_come_from_the_environment_first_then_from_systemd_then_from_the_file(tmp_path: Path) -> None:
    file, given = tmp_path / "vault.key", tmp_path / "credentials" / CREDENTIAL
    given.parent.mkdir()
    given.write_text(text(NEW) + "\n")
    given.chmod(0o440)  # as systemd shows it where an access list lets the service read it
    systemd = {"CREDENTIALS_DIRECTORY": str(given.parent)}
    assert find_keys(file, {VARIABLE: f"{text(OLD)},{text(NEW)}"} | systemd, make=True).keys == (OLD, NEW)
    assert find_keys(file, systemd, make=True).keys == (NEW,)
    assert not file.exists()
    found = find_keys(file, {"CREDENTIALS_DIRECTORY": str(tmp_path)}, make=True)
    assert found.file == file
    assert "CREDENTIALS_DIRECTORY" not in find_keys(file, systemd, make=True).source


def test_keys_may_stand_on_lines_with_remarks() -> None:
    assert keys_from(f"# since 2026-11\n{text(NEW)}\n\n  {text(OLD)}\n", source="here") == (NEW, OLD)
    with pytest.raises(InvalidSettings, match="here does not hold a key"):
        keys_from(f"{text(NEW)}\nshort\n", source="here")


def test_keys_are_not_printed() -> None:
    assert text(OLD) not in repr(Keys(keys=(OLD,)))
    assert repr(OLD) not in repr(Keys(keys=(OLD,)))


def test_a_key_from_elsewhere_is_not_made_here(table: Secrets) -> None:
    with pytest.raises(NotAllowed, match="The keys come from here, and can't be changed from here"):
        new_key(vault(table, OLD), first=True)
