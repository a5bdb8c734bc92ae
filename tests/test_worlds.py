"""Live and rehearsal cannot be mixed up: every wrong pair is refused with a sentence, every right one is accepted."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail

from ministry_social.app import App, build
from ministry_social.cli.main import run
from ministry_social.clock import SystemClock
from ministry_social.errors import InvalidSettings, MinistryError, Unauthorized, Unreachable
from ministry_social.files.ready import write_ready
from ministry_social.files.settings import foreign_addresses, load_settings
from ministry_social.model.account import Credential

OWN = {"x": "https://api.x.com", "facebook": "https://graph.facebook.com", "youtube": "https://youtube.googleapis.com"}
LOCAL = ("http://127.0.0.1:8700/api/x", "http://localhost:8700", "http://[::1]:8700", "https://127.0.0.1:8700")
REMOTE_HTTP = ("http://api.x.com", "http://10.0.0.7", "http://127.0.0.1.example.org", "http://localhost.example.org")
FOREIGN = "https://gateway.mfa-tavoria.example.org"

# world, address, why it is refused ("": it is right)
ADDRESSES = [
    *(("rehearsal", address, "") for address in ("", *LOCAL)),
    *(("rehearsal", address, "is not on this machine") for address in (*OWN.values(), FOREIGN, *REMOTE_HTTP)),
    *(("live", address, "") for address in ("", *OWN.values(), FOREIGN)),
    *(("live", address, "is not https") for address in (*REMOTE_HTTP, *LOCAL[:3])),
    ("live", LOCAL[3], "is on this machine"),
]

WORLDS = ("rehearsal", "live")
PAIRS = [(made, opened) for made in WORLDS for opened in WORLDS]

Ministry = Callable[..., App]


@pytest.fixture(autouse=True)
def no_desktop() -> Iterator[None]:
    """No test may find this machine's own keyring."""
    before = keyring.get_keyring()
    keyring.set_keyring(fail.Keyring())
    yield
    keyring.set_keyring(before)


@pytest.fixture
def ministry(tmp_path: Path) -> Ministry:
    """A ministry of a world, with settings as the environment would give them; always the same folder."""
    write_ready(tmp_path)

    def make(world: str, **settings: str) -> App:
        environ = {f"MINISTRY_SOCIAL_{name}": value for name, value in settings.items()} | {"MINISTRY_SOCIAL_MINISTRY_WORLD": world}
        return build(load_settings(tmp_path / "config", environ), person="ana", clock=SystemClock())

    return make


@pytest.mark.parametrize("platform", OWN)
@pytest.mark.parametrize(("world", "address", "why"), ADDRESSES)
def test_a_base_address_belongs_to_the_world(ministry: Ministry, platform: str, world: str, address: str, why: str) -> None:
    setting = {f"{platform.upper()}_BASE_URL": address}
    if why:
        with pytest.raises(InvalidSettings, match=why) as refused:
            ministry(world, **setting)
        assert f"MINISTRY_SOCIAL_{platform.upper()}_BASE_URL" in str(refused.value)
    else:
        app = ministry(world, **setting)
        assert app.platforms[platform] is not None
        ours = world == "rehearsal" or address in ("", OWN[platform])
        assert foreign_addresses(app.settings) == (() if ours else (address,))  # named in every confirmation


@pytest.mark.parametrize("world", WORLDS)
@pytest.mark.parametrize("address", [*OWN.values(), FOREIGN, *REMOTE_HTTP, "http://0.0.0.0:8700", "http://192.168.1.4:8700"])
def test_a_rehearsal_is_served_on_this_machine_only(ministry: Ministry, world: str, address: str) -> None:
    with pytest.raises(InvalidSettings, match="is not on this machine"):
        ministry(world, REHEARSAL_ADDRESS=address)


def use_store(app: App) -> object:
    return app.store


def use_media(app: App) -> object:
    return app.media


@pytest.mark.parametrize("use", [use_store, use_media])
@pytest.mark.parametrize(("made", "opened"), PAIRS)
def test_a_store_and_a_media_folder_belong_to_one_world(
    ministry: Ministry, use: Callable[[App], object], made: str, opened: str
) -> None:
    use(ministry(made))
    if made == opened:
        use(ministry(opened))
        return
    with pytest.raises(InvalidSettings, match=f"belongs to the world '{made}', and the setting says '{opened}'"):
        use(ministry(opened))
    use(ministry(made))  # it is as it was


def test_the_mark_of_a_media_folder_is_in_nobodys_way(ministry: Ministry, tmp_path: Path) -> None:
    picture = tmp_path / "picture.jpg"
    picture.write_bytes(b"not a picture, but bytes")
    digest = ministry("rehearsal").media.take(picture)
    assert ministry("rehearsal").media.has(digest)
    assert sorted(path.name for path in (tmp_path / "data" / "media").iterdir()) == [digest, "world.rehearsal"]


@pytest.mark.parametrize(("made", "opened"), PAIRS)
def test_a_credential_belongs_to_one_world(ministry: Ministry, made: str, opened: str) -> None:
    """Even where somebody gives both worlds the very same file and key."""
    name = ministry("rehearsal").accounts[0].name
    assert not ministry("rehearsal").vault.has(name)  # makes the key, which a live ministry does not
    ministry(made, VAULT_BACKEND="file").vault.put(name, Credential({"access_token": "1-t"}))
    vault = ministry(opened, VAULT_BACKEND="file").vault
    if made == opened:
        assert vault.get(name)["access_token"] == "1-t"
    else:
        with pytest.raises(Unauthorized, match=f"There is no credential for {name}"):
            vault.get(name)


@pytest.mark.parametrize(
    ("world", "address", "error"),
    [
        ("rehearsal", "http://127.0.0.1:9/token", Unreachable),
        ("rehearsal", "https://oauth2.googleapis.com/token", Unauthorized),
        ("rehearsal", "http://10.0.0.7/token", Unauthorized),
        ("live", "https://oauth2.googleapis.com/token", Unreachable),
        ("live", "http://oauth2.googleapis.com/token", Unauthorized),
        ("live", "http://127.0.0.1:9/token", Unauthorized),
        ("live", "https://127.0.0.1:9/token", Unauthorized),
    ],
)
def test_the_address_in_a_credential_of_youtube_belongs_to_the_world(
    ministry: Ministry, monkeypatch: pytest.MonkeyPatch, world: str, address: str, error: type[MinistryError]
) -> None:
    """A right one is asked, and not reached: nothing listens at port 9, which is also the way out of this machine here."""
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("MINISTRY_SOCIAL_VAULT_KEY", b64encode(bytes(32)).decode())
    app = ministry(world, REHEARSAL_ADDRESS="http://127.0.0.1:9", VAULT_BACKEND="file")
    [channel] = [account for account in app.accounts if account.platform == "youtube"]
    credential = Credential(
        {"client_id": "i", "client_secret": "s", "refresh_token": "r", "token_uri": address, "channel_id": channel.id}
    )
    app.vault.put(channel.name, credential)
    with pytest.raises(error) as refused:
        app.platforms["youtube"].inspect(channel, credential)
    if error is Unauthorized:
        assert "The token_uri of " in str(refused.value)
        assert "account connect" in str(refused.value)


def test_a_live_ministry_has_no_rehearsal(
    ministry: Ministry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """So the file in which a rehearsal keeps its posts is never made or read by a live one."""
    assert ministry("live").settings.live
    monkeypatch.setenv("MINISTRY_SOCIAL_CONFIG", str(tmp_path / "config"))
    monkeypatch.setenv("MINISTRY_SOCIAL_MINISTRY_WORLD", "live")
    for command in (["serve"], ["reset"], ["fault"], ["clock"], ["stop"]):
        assert run(["rehearsal", *command]) != 0
        assert "This ministry is live: it has no rehearsal." in capsys.readouterr().err
    assert not (tmp_path / "data" / "rehearsal.state").exists()


def test_a_fresh_ministry_is_a_rehearsal(tmp_path: Path) -> None:
    write_ready(tmp_path)
    settings = load_settings(tmp_path / "config", {})
    assert (settings.ministry.world, settings.live) == ("rehearsal", False)
    assert settings.x.base_url == "http://127.0.0.1:8700/api/x"
