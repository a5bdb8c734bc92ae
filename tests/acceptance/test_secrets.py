"""No secret is left behind in clear: the whole demo with tell-tale credentials, with failures, and with --debug.

The platforms must know their own tokens: the test plays their side in its own process, so that everything in the ministry's
folder is ours and is searched. (In a real rehearsal `data/rehearsal.state` is the platforms' side: readable by its owner
alone, see test_demo.)
"""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest

from ministry_social.files.demo_media import MESSAGE, write_demo
from ministry_social.model.account import Account
from tests.acceptance.ministry import Ministry, new_ministry
from tests.conftest import Rehearsal

# What is secret in a credential; ids and addresses are not.
SECRET = {
    "x": ("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
    "facebook": ("access_token",),
    "youtube": ("client_secret", "refresh_token"),
}


def test_the_search_finds_every_form() -> None:
    secret = "s3cret/+=&~ tale"
    for hidden in (secret, quote(secret, safe=""), quote_plus(secret), *(code(b"x" * n + secret.encode()) for n in range(3))):
        assert any(form in hidden.encode() for form in forms(secret)), hidden
    assert not any(form in b"nothing of the kind" for form in forms(secret))


def test_the_demo_leaves_no_secret_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rehearsal: Rehearsal) -> None:
    ministry = new_ministry(tmp_path / "ministry", monkeypatch)
    ministry.serve_at(rehearsal.address)
    rehearsal.post("/rehearsal/clock", {"rate": 3000})
    said = [*connect_all(ministry, rehearsal)]
    write_demo(ministry.folder / "messages")
    go_wrong(rehearsal)
    file = f"messages/{MESSAGE}"
    bad = ministry.write("bad.json", '{"access_token": "' + telltale("x") + '"')
    said.append(process(ministry, "--debug", "publish", file, "--yes"))
    for command in (
        ["--debug", "publish", file, "--json"],
        ["--debug", "account", "connect", "mfa", "--credential", "bad.json"],
        ["delivery", "list", "--json"],
        ["delivery", "list"],
        ["delivery", "show", "2026-climate-statement/1/embassy-paris/post", "--json"],
        ["delivery", "show", "2026-climate-statement/1/channel/video"],
        ["account", "list", "--json"],
        ["account", "show", "mfa"],
        ["message", "show", "2026-climate-statement", "--json"],
        ["store", "backup", "backup.sqlite"],
        ["doctor", "--json"],
    ):
        told = ministry.say(*command)
        said += [told.out, told.err]
    bad.unlink()

    states = {name: row["state"] for name, row in ministry.deliveries().items()}
    assert states.pop("embassy-paris") in ("planned", "missed")
    assert set(states.values()) == {"published"}, states
    secrets = [*(telltale(platform) for platform in SECRET), *made_on_the_way(rehearsal)]
    assert found("".join(said).encode(), secrets) == []
    searched = 0
    for path in sorted(tmp_path.rglob("*")):
        if path.is_file():
            searched += 1
            assert found(path.read_bytes(), secrets) == [], path
    assert searched > 50
    assert (ministry.folder / "data" / "ledger.sqlite").stat().st_size > 100_000


def connect_all(ministry: Ministry, rehearsal: Rehearsal) -> Iterator[str]:
    """Tell-tale credentials, with `account connect` and the same on the platforms; yields what was said."""
    rows = []
    for account in ministry.app().accounts:
        credential = {
            name: telltale(account.platform, owner(account, name), f"{account.name}={name}~") for name in SECRET[account.platform]
        }
        credential |= {
            "x": {},
            "facebook": {"page_id": account.id},
            "youtube": {"client_id": "tavoria", "channel_id": account.id, "token_uri": f"{rehearsal.address}/api/youtube/token"},
        }[account.platform]
        rows.append({"platform": account.platform, "id": account.id, "name": account.name, "handle": account.handle,
                     "title": account.title, "credential": credential})  # fmt: skip
        said = ministry.say("account", "connect", account.name, "--credential", "-", stdin=json.dumps(credential))
        assert said.code == 0, said.err
        yield said.out + said.err
    rehearsal.post("/rehearsal/accounts", rows)


def go_wrong(rehearsal: Rehearsal) -> None:
    """Failures of every kind: refused, lost, unreadable, unreachable, while preparing and while signing in."""
    rehearsal.fault("expired-token", "x", account="embassy-paris")
    rehearsal.fault("html-page", "x", account="embassy-cairo", action="publish", times=1)
    rehearsal.fault("drop-after", "x", account="embassy-madrid", action="publish", times=1)
    rehearsal.fault("drop-before", "x", account="embassy-beijing", action="prepare", times=1)
    rehearsal.fault("error", "facebook", account="page", action="prepare", times=1)
    rehearsal.fault("unparsable", "facebook", account="page", action="publish", times=1)
    rehearsal.fault("html-page", "youtube", account="channel", action="prepare", times=1)
    rehearsal.fault("error", "youtube", action="token", times=1)


def process(ministry: Ministry, *arguments: str) -> str:
    """A command in a process of its own, with its home and its temporary files in the ministry's folder."""
    home = ministry.folder / "home"
    home.mkdir(exist_ok=True)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MINISTRY_SOCIAL_")}
    environment |= {"HOME": str(home), "TMPDIR": str(home), "XDG_CACHE_HOME": str(home), "PYTHONWARNINGS": "default"}
    # Whether an account is really shut out, and whether a post is really absent, is known quickly.
    environment |= {"MINISTRY_SOCIAL_SENDING_PROBE_GAP": "1s", "MINISTRY_SOCIAL_SENDING_SETTLE": "3s"}
    done = subprocess.run(
        [sys.executable, "-m", "ministry_social", *arguments],
        cwd=ministry.folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert "something failed that was not foreseen" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def telltale(platform: str, own_id: str = "", rest: str = "") -> str:
    """A secret that can be recognised by its beginning, with letters that an address would encode."""
    return f"{own_id}TELLTALE/{platform}+&{rest}"


def owner(account: Account, name: str) -> str:
    """An access token of X begins with the account's id."""
    return f"{account.id}-" if (account.platform, name) == ("x", "access_token") else ""


def made_on_the_way(rehearsal: Rehearsal) -> Iterator[str]:
    """What the platforms gave us that works like a secret: YouTube's access tokens and the addresses of upload sessions."""
    state = rehearsal.world.states["youtube"]
    assert state.tokens
    assert state.uploads
    yield from state.tokens
    yield from state.uploads


def found(data: bytes, secrets: list[str]) -> list[str]:
    """Those secrets that stand in there, in clear or in a form that anybody can read."""
    return [secret for secret in secrets if any(form in data for form in forms(secret))]


def forms(secret: str) -> set[bytes]:
    clear = secret.encode()
    forms = {clear, json.dumps(secret)[1:-1].encode(), quote(secret).encode(), quote(secret, safe="").encode()}
    forms |= {quote_plus(secret).encode(), quote(secret, safe="~").encode(), clear.hex().encode(), secret.encode("utf-16-le")}
    for shift in range(3):
        # Base64 depends on where in its text the secret begins; the edges hold neighbours, too.
        whole = base64.b64encode(b"\0" * shift + clear).rstrip(b"=")
        inner = whole[4 if shift else 0 : len(whole) - 1]
        forms |= {inner, inner.replace(b"+", b"-").replace(b"/", b"_")}
    return forms


def code(data: bytes) -> str:
    return base64.b64encode(data).decode()
