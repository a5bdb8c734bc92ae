"""Connecting an account: a credential that is whole and its own, and shown to nobody."""

import json
from typing import Any

import pytest

from ministry_social.desk.accounts import connect
from ministry_social.errors import InvalidSettings

from .bench import Bench, account

PARIS = account("paris", id="4001")
PAGE = account("page", "facebook", id="104500000000001")
CHANNEL = account("channel", "youtube", id="UC" + "p" * 22)
RIGHT: dict[str, dict[str, Any]] = {
    "x": {
        "consumer_key": "tell-tale-1", "consumer_secret": "tell-tale-2", "access_token": "4001-tell-tale",
        "access_token_secret": "t",
    },
    "facebook": {"page_id": PAGE.id, "access_token": "tell-tale"},
    "youtube": {
        "client_id": "id", "client_secret": "tell-tale", "refresh_token": "tell-tale", "token_uri": "https://t.example.org",
        "channel_id": CHANNEL.id,
    },
}  # fmt: skip
OWNERS = {"x": PARIS, "facebook": PAGE, "youtube": CHANNEL}


@pytest.mark.parametrize("platform", OWNERS)
def test_a_right_credential_is_stored_in_the_vault_alone(bench: Bench, platform: str) -> None:
    owner = OWNERS[platform]
    connect(bench.store, bench.clock, bench.vault, owner, RIGHT[platform], person="ana")
    assert bench.vault.get(owner.name).fields() == RIGHT[platform]
    with bench.store.read() as reading:
        last = list(reading.entries())[-1].body
    assert json.loads(last) == {
        "about": {"account": owner.name}, "at": "2026-12-01T12:00:00.000Z", "by": "ana", "event": "connected",
        "facts": {"platform": platform},
    }  # fmt: skip
    assert b"tell-tale" not in bench.store.file.read_bytes()


@pytest.mark.parametrize(
    ("owner", "change"),
    [
        (PARIS, {"access_token": "4002-tell-tale"}),
        (PARIS, {"access_token": "tell-tale"}),
        (PARIS, {"access_token": ""}),
        (PARIS, {"access_token": None}),
        (PARIS, {"access_token": ["4001-tell-tale"]}),
        (PARIS, {"tell-tale": "swapped"}),
        (PAGE, {"page_id": "tell-tale"}),
        (PAGE, {"page_id": "104500000000002"}),
        (CHANNEL, {"channel_id": "tell-tale"}),
        (CHANNEL, {"refresh_token": 7}),
    ],
)
def test_a_wrong_or_foreign_credential_is_refused_without_showing_it(bench: Bench, owner: Any, change: dict[str, Any]) -> None:
    with pytest.raises(InvalidSettings) as refused:
        connect(bench.store, bench.clock, bench.vault, owner, RIGHT[owner.platform] | change, person="ana")
    assert "tell-tale" not in str(refused.value)
    assert "4002" not in str(refused.value)
    assert owner.name in str(refused.value)
    assert not bench.vault.has(owner.name)


def test_what_is_missing_is_named(bench: Bench) -> None:
    with pytest.raises(
        InvalidSettings, match=r"consumer_key, access_token missing; 1 more than that.*On x it is a JSON object with"
    ):
        connect(
            bench.store,
            bench.clock,
            bench.vault,
            PARIS,
            {"consumer_secret": "s", "access_token_secret": "t", "x": ""},
            person="ana",
        )


def test_connecting_again_replaces_what_was_there(bench: Bench) -> None:
    for secret in ("tell-tale-1", "tell-tale-2"):
        connect(bench.store, bench.clock, bench.vault, PAGE, RIGHT["facebook"] | {"access_token": secret}, person="ana")
    assert bench.vault.get("page")["access_token"] == "tell-tale-2"
