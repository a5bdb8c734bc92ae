"""`vault`: where credentials lie, under which keys, and never a word of a secret."""

import json
from base64 import b64encode

import pytest

from ministry_social.vault.cipher import new_key
from tests.acceptance.ministry import Ministry, Said
from tests.conftest import Rehearsal

CHANNEL = {
    "client_id": "tavoria", "client_secret": "tell-tale-1", "refresh_token": "tell-tale-2",
    "token_uri": "http://127.0.0.1:9/token",
}  # fmt: skip
CONSOLE = {
    "client_id": "tavoria.apps.example.org", "project_id": "tavoria", "auth_uri": "https://accounts.google.com/o/oauth2/auth",
    "client_secret": "tell-tale-3", "redirect_uris": ["http://localhost"],
}  # fmt: skip


def well(said: Said) -> Said:
    """It went well, and told no secret."""
    assert said.code == 0, said.err
    assert "tell-tale" not in said.out + said.err
    return said


def connected(ministry: Ministry, **environment: str) -> Ministry:
    """The channel is connected."""
    ministry.environment |= environment
    channel = ministry.say("account", "show", "channel", "--json").json["id"]
    credential = json.dumps(CHANNEL | {"channel_id": channel})
    well(ministry.say("account", "connect", "channel", "--credential", "-", stdin=credential))
    return ministry


def key_lines(ministry: Ministry) -> list[str]:
    return (ministry.folder / "data" / "vault.key").read_text().split()


@pytest.fixture
def served(offline: Ministry, rehearsal: Rehearsal) -> Ministry:
    """Its rehearsal runs; no account is connected."""
    offline.serve_at(rehearsal.address)
    return offline


@pytest.fixture(params=["file", "database"])
def kept(request: pytest.FixtureRequest, served: Ministry) -> Ministry:
    return connected(served, MINISTRY_SOCIAL_VAULT_BACKEND=request.param)


def test_show_says_where_and_how_many_and_nothing_else(kept: Ministry) -> None:
    shown = well(kept.say("vault", "show"))
    assert "accounts  1 of 46 connected" in shown.out
    assert "seals, opens  1 secret\n" in shown.out
    row = well(kept.say("vault", "show", "--json")).json
    assert (row["world"], row["secrets"], row["connected"], row["apps"]) == ("rehearsal", 1, 1, [])
    [key] = row["keys"]
    assert (key["here"], key["seals"], key["secrets"]) == (True, True, 1)
    assert key_lines(kept)[0] not in shown.out


@pytest.mark.parametrize("kind", ["installed", "web"])
def test_our_app_at_youtube_is_taken_as_googles_console_gives_it(served: Ministry, kind: str) -> None:
    served.write("client.json", json.dumps({kind: CONSOLE}))
    said = well(served.say("vault", "app", "youtube", "--credential", "client.json"))
    assert said.out == "Our app at YouTube is known.   client.json is no longer needed: delete it.\n"
    kept = served.app().vault.app("youtube").fields()
    assert kept == {"client_id": "tavoria.apps.example.org", "client_secret": "tell-tale-3"}
    assert served.say("vault", "show", "--json").json["apps"] == ["youtube"]


@pytest.mark.parametrize(
    ("platform", "fields"),
    [
        ("x", ("consumer_key", "consumer_secret")),
        ("facebook", ("app_id", "app_secret")),
        ("youtube", ("client_id", "client_secret")),
    ],
)
def test_our_app_is_what_proves_it_and_no_more(served: Ministry, platform: str, fields: tuple[str, str]) -> None:
    good = dict.fromkeys(fields, "tell-tale")
    well(served.say("vault", "app", platform, "--credential", "-", stdin=json.dumps(good)))
    for wrong, why in (
        ({fields[0]: "tell-tale"}, f"{fields[1]} missing"),
        (good | {"tell-tale": "tell-tale"}, "1 more than that"),
        ({"installed": "tell-tale"}, "missing"),
    ):
        said = served.say("vault", "app", platform, "--credential", "-", stdin=json.dumps(wrong))
        assert (said.code, why in said.err, "tell-tale" in said.err) == (2, True, False)


def test_rotating_makes_a_key_seals_under_it_and_says_what_is_next(kept: Ministry) -> None:
    [old] = key_lines(kept)
    said = well(kept.say("vault", "rotate", "--new-key"))
    new, again = key_lines(kept)
    assert again == old
    assert "1 secret sealed anew; all 1 are under" in said.out
    assert "Next: take" in said.out
    assert new not in said.out
    (kept.folder / "data" / "vault.key").write_text(new + "\n")
    assert kept.say("account", "show", "channel", "--json").json["connected"]
    assert "0 secrets sealed anew" in well(kept.say("vault", "rotate")).out


def test_a_rotation_that_was_not_ended_is_ended_first(kept: Ministry) -> None:
    file = kept.folder / "data" / "vault.key"
    file.write_text(b64encode(new_key()).decode() + "\n" + file.read_text())
    assert "not yet under the key that seals" in kept.say("vault", "show").out
    said = kept.say("vault", "rotate", "--new-key")
    assert (said.code, "has not come to its end" in said.err) == (1, True)
    well(kept.say("vault", "rotate"))
    well(kept.say("vault", "rotate", "--new-key"))


def test_a_key_that_is_gone_is_named(kept: Ministry) -> None:
    name = kept.say("vault", "show", "--json").json["keys"][0]["name"]
    (kept.folder / "data" / "vault.key").write_text(b64encode(new_key()).decode())
    said = kept.say("account", "list")
    assert said.code == 2
    assert f"sealed under the key {name}, and here is " in said.err


def test_keys_of_the_environment_are_not_changed_from_here(served: Ministry) -> None:
    connected(served, MINISTRY_SOCIAL_VAULT_KEY=b64encode(new_key()).decode())
    said = served.say("vault", "rotate", "--new-key")
    assert said.code == 1
    assert "come from the environment variable MINISTRY_SOCIAL_VAULT_KEY, and can't be changed from here" in said.err


def test_secrets_move_into_the_database(served: Ministry) -> None:
    connected(served)
    said = well(served.say("vault", "move", "--to", "database"))
    assert 'set [vault] backend = "database"' in said.out
    (served.folder / "data" / "vault.sealed").unlink()
    served.environment["MINISTRY_SOCIAL_VAULT_BACKEND"] = "database"
    assert served.say("account", "show", "channel", "--json").json["connected"]
    for path in (served.folder / "data").iterdir():
        assert path.is_dir() or b"tell-tale" not in path.read_bytes(), path
