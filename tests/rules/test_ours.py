"""Is this account ours? Every form of an address, and what only looks like one of ours."""

from dataclasses import replace

import pytest

from ministry_social.model.life import AccountRecord, Stage
from ministry_social.model.register import Register, Word
from ministry_social.rules.look_alikes import distance, likeness, looks
from ministry_social.rules.ours import answer
from ministry_social.rules.register import of_records, register_of
from tests.factories import NOW, account

from .test_register import MONTH

LONG = "UCtavoriaMFAchannel00001"


def register(rehearsal: str = "") -> Register:
    accounts = {
        "mfa": account("mfa", handle="TavoriaMFA", id="1840000010007919037"),
        "paris": account("paris", handle="EmbassyParis", id="1840000080063352368"),
        "page": account("page", platform="facebook", handle="tavoria.mfa", id="104857600271828"),
        "channel": account("channel", platform="youtube", handle="TavoriaMFA", id=LONG),
        "oslo": account("oslo", handle="EmbassyOslo", id="1840000080000000001"),
    }
    records = [
        AccountRecord(
            account=one, order=number, stage=Stage.RETIRED if name == "oslo" else Stage.ACTIVE, since=NOW, requested_by="anna"
        )
        for number, (name, one) in enumerate(accounts.items())
    ]
    listed = of_records(records, {}, rehearsal, NOW)
    world = "rehearsal" if rehearsal else "live"
    return register_of(listed, (), world=world, ministry="Tavoria", website="", now=NOW, valid=MONTH)


OURS = register()


@pytest.mark.parametrize(
    ("address", "names"),
    [
        ("@EmbassyParis", "paris"),
        ("EmbassyParis", "paris"),
        ("  @embassyparis ", "paris"),
        ("@TavoriaMFA", "mfa page channel"),  # a dot does not count on Facebook
        ("tavoria.mfa", "page"),
        ("x.com/EmbassyParis", "paris"),
        ("https://x.com/EmbassyParis", "paris"),
        ("https://x.com/EmbassyParis/", "paris"),
        ("http://www.x.com/EMBASSYPARIS?s=20&t=abc#top", "paris"),
        ("https://twitter.com/EmbassyParis", "paris"),
        ("https://mobile.twitter.com/EmbassyParis/with_replies", "paris"),
        ("https://m.twitter.com/@EmbassyParis", "paris"),
        ("https://x.com/EmbassyParis/status/1840000080063354369?s=46", "paris"),
        ("https://X.com:443/EmbassyParis", "paris"),
        ("https://x.com./EmbassyParis", "paris"),
        ("https://x.com/Embassy%50aris", "paris"),
        ("https://x.com/i/user/1840000080063352368", "paris"),
        ("https://x.com/intent/user?screen_name=EmbassyParis", "paris"),
        ("https://facebook.com/tavoria.mfa", "page"),
        ("https://www.facebook.com/TavoriaMFA/posts/122?ref=x", "page"),
        ("https://m.facebook.com/tavoria.mfa/", "page"),
        ("https://fr-fr.facebook.com/pg/tavoria.mfa/about", "page"),
        ("https://www.facebook.com/profile.php?id=104857600271828", "page"),
        ("https://www.facebook.com/permalink.php?story_fbid=1&id=104857600271828", "page"),
        ("https://www.facebook.com/pages/Tavoria/104857600271828", "page"),
        ("https://www.facebook.com/p/Tavoria-MFA-104857600271828/", "page"),
        ("https://www.facebook.com/104857600271828", "page"),
        ("fb.com/tavoria.mfa", "page"),
        ("https://youtube.com/@TavoriaMFA", "channel"),
        ("https://m.youtube.com/@tavoriamfa/videos", "channel"),
        (f"https://www.youtube.com/channel/{LONG}", "channel"),
    ],
)
def test_an_account_of_ours_is_known_by_every_form_of_its_address(address: str, names: str) -> None:
    found = answer(OURS, address)
    assert found.word is Word.YES
    assert [one.name for one in found.accounts] == names.split()


@pytest.mark.parametrize(
    "address",
    [
        "https://x.com/EmbassyParis/status/1", "https://www.facebook.com/tavoria.mfa/posts/1", "https://twitter.com/embassyparis/status/2",
    ],
)  # fmt: skip
def test_the_address_of_a_post_is_told_from_that_of_an_account(address: str) -> None:
    """X shows the post of that number whatever name stands in its address: whose it is, the address does not prove."""
    found = answer(OURS, address)
    assert found.word is Word.YES
    assert found.asked.post


@pytest.mark.parametrize(
    "address", ["@EmbassyOslo", "https://x.com/embassyoslo/status/9", "https://x.com/i/user/1840000080000000001"]
)
def test_what_was_ours_is_said_to_have_been(address: str) -> None:
    found = answer(OURS, address)
    assert found.word is Word.WAS
    assert [one.retired_since for one in found.accounts] == [NOW]


@pytest.mark.parametrize(
    "address",
    [
        "", " ", "@", "/", "https://", "https://x.com", "https://x.com/", "https://x.com/home", "https://x.com/i/web/status/1",
        "https://x.com/search?q=EmbassyParis", "https://www.facebook.com/groups/tavoria.mfa", "https://youtu.be/abcdefghijk",
        "https://www.youtube.com/watch?v=abcdefghijk", "https://www.youtube.com/c/TavoriaMFA", "https://youtube.com/TavoriaMFA",
        "https://youtube.com/user/TavoriaMFA", "https://t.co/EmbassyParis", "https://fb.me/tavoria.mfa",
        "javascript:x.com/EmbassyParis",
        "ftp://x.com/EmbassyParis", "https://[x.com/EmbassyParis", "https://x.com:99999/EmbassyParis", "https://x.com:8443/EmbassyParis",
        # A browser drops some of these signs, and takes others for a slash.
        "https://x.com\\@evil.example/EmbassyParis", "https://x.com/Embassy\tParis", "https://x.com/Embassy\u200bParis",
        # It goes to where the path ends.
        "https://x.com/EmbassyParis/../Evil", "https://x.com/EmbassyParis/%2e%2e/Evil",
        # Who takes the first, who the last?
        "https://www.facebook.com/profile.php?id=104857600271828&id=666", "https://l.facebook.com/l.php?u=https://x.com/EmbassyParis",
        # Another platform has no account of that name from us.
        "https://www.facebook.com/EmbassyParis", "https://youtube.com/@EmbassyParis", "https://x.com/tavoria.mfa",
        "https://www.facebook.com/1840000080063352368", "@EmbassyParis@mastodon.example", "http://127.0.0.1:8700/x/EmbassyParis",
    ],
)  # fmt: skip
def test_whatever_is_not_surely_ours_is_not(address: str) -> None:
    assert answer(OURS, address).word is Word.NO


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("https://x.com@evil.example/EmbassyParis", "x.com"),
        ("https://x.com.evil.example/EmbassyParis", "x.com"),
        ("https://tvvitter.com/EmbassyParis", "twitter.com"),
        ("https://х.com/EmbassyParis", "x.com"),  # a Cyrillic letter
        (f"https://xn--{'х'.encode('punycode').decode()}.com/EmbassyParis", "x.com"),
        ("https://faceb00k.com/tavoria.mfa", "facebook.com"),
        ("https://facebook-login.example/tavoria.mfa", "facebook.com"),
        ("https://netflix.com/EmbassyParis", ""),
        ("https://mfa.example.org/", ""),
    ],
)
def test_a_site_that_pretends_to_be_a_platform_is_named(address: str, near: str) -> None:
    found = answer(OURS, address)
    assert (found.word, found.asked.near) == (Word.NO, near)


@pytest.mark.parametrize(
    ("address", "ours"),
    [
        ("@EmbasyParis", "paris"),
        ("@EmbassyPairs", "paris"),
        ("@Embassy_Paris", "paris"),
        ("@EmbassyParls", "paris"),
        ("@EmbassyParis1", "paris"),
        ("@EmbassyParisHelp", "paris"),
        ("@RealEmbassyParis", "paris"),
        ("@ЕmbassyParis", "paris"),  # a Cyrillic letter
        ("@EmbassyPariѕ", "paris"),
        ("@ＥｍｂａｓｓｙＰａｒｉｓ", "paris"),
        ("@Émbassyparis", "paris"),
        ("https://x.com/EmbassyРaris", "paris"),
        ("https://x.com/Embassy%D0%A0aris", "paris"),
        ("https://www.facebook.com/EmbassyParis", "paris"),
        ("https://www.facebook.com/tav0ria.mfa", "page"),
        ("https://youtube.com/@TavorlaMFA", "channel"),
    ],
)
def test_a_look_alike_is_not_ours_and_is_named(address: str, ours: str) -> None:
    found = answer(OURS, address)
    assert found.word is Word.NO
    assert ours in [one.name for one in found.resembles]


def test_a_sign_that_becomes_a_latin_letter_when_made_small_is_none_of_ours() -> None:
    kelvin = "\N{KELVIN SIGN}"
    assert kelvin.lower() == "k"
    listed = replace(OURS.accounts[0], handle="TavoriaKiel")
    assert answer(replace(OURS, accounts=(listed,)), f"@Tavoria{kelvin}iel").word is Word.NO


@pytest.mark.parametrize("address", ["@Reuters", "@EmbassyMadrid", "@MFA", "@a"])
def test_a_stranger_resembles_nobody(address: str) -> None:
    assert answer(OURS, address).resembles == ()


def test_an_address_of_the_rehearsal_is_known_to_its_own_register_only() -> None:
    here = register("http://127.0.0.1:8700")
    for address in ("http://127.0.0.1:8700/x/EmbassyParis", "http://127.0.0.1:8700/x/EmbassyParis/status/5", "x.com/EmbassyParis"):
        assert answer(here, address).word is Word.YES
    for address in ("http://127.0.0.1:9999/x/EmbassyParis", "http://127.0.0.1:8700/youtube/watch/5", "http://127.0.0.1:8700/"):
        assert answer(here, address).word is Word.NO


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [("", "", 0), ("a", "", 1), ("abc", "acb", 1), ("abc", "axc", 1), ("abcd", "bcda", 2), ("kitten", "sitting", 3)],
)
def test_distances_are_those_of_the_books(one: str, other: str, steps: int) -> None:
    assert distance(one, other) == steps == distance(other, one)


def test_looks_are_compared_and_short_names_are_not_guessed_at() -> None:
    assert looks("Tav_0ria") == looks("tavoria") == looks("ТАVОRІА".replace("Т", "T"))
    assert likeness("MFB", "MFA") is None
    assert likeness("TavoriaMFA", "TavoriaMFA") == 0
