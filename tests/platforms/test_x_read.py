"""What X shows, as an author would have written it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ministry_social.model.variant import Attachment
from ministry_social.platforms.x.read import as_written, moment, remote_post

from .bench import Bench, post_variant

LONG = "https://www.mfa.example.org/a?b=1&c=&amp;#d"


def row(text: str, *urls: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "1", "created_at": "2026-12-01T12:00:00.000Z", "text": text, "entities": {"urls": list(urls)}, **more}


def link(short: str, full: str, **more: Any) -> dict[str, Any]:
    return {"url": short, "expanded_url": full, **more}


PHOTO = link("https://t.co/photo00001", "https://x.com/mfa/status/1/photo/1")
PAGE = link("https://t.co/page000001", LONG)


@pytest.mark.parametrize(
    ("shown", "written"),
    [
        (row("Bonjour"), "Bonjour"),
        (row("A &amp; B &lt;c&gt; &amp;lt; &quot;"), 'A & B <c> &lt; &quot;'),
        (row("Voir https://t.co/page000001", PAGE), f"Voir {LONG}"),
        (row("https://t.co/page000001 : voir", PAGE), f"{LONG} : voir"),
        (row("Voir https://t.co/unknown001"), "Voir https://t.co/unknown001"),
        (row("Voir https://t.co/photo00001", PHOTO), "Voir"),
        (row("https://t.co/photo00001", PHOTO), ""),
        (row("Voir https://t.co/page000001 https://t.co/photo00001", PAGE, PHOTO), f"Voir {LONG}"),
        (row("Voir https://t.co/photo00001 ici", PHOTO), "Voir https://x.com/mfa/status/1/photo/1 ici"),
        (row("Une https://t.co/m1 https://t.co/m1", link("https://t.co/m1", "pic", media_key="3_1")), "Une"),
        (row("Suite…", note_tweet={"text": "Suite et fin https://t.co/page000001", "entities": {"urls": [PAGE]}}),
         f"Suite et fin {LONG}"),
        (row("e\u0301"), "é"),
        (row("ligne\n\nligne "), "ligne\n\nligne "),
    ],
)  # fmt: skip
def test_a_text_is_read_as_it_was_written(shown: dict[str, Any], written: str) -> None:
    assert as_written(shown) == written


def test_a_moment_of_x_is_utc() -> None:
    assert moment("2026-12-01T12:00:00.500Z") == datetime(2026, 12, 1, 12, 0, 0, 500_000, tzinfo=UTC)


@pytest.mark.parametrize("word", ["retweeted", "reposted"])
def test_a_repost_names_its_original(word: str) -> None:
    found = remote_post(row("RT", referenced_tweets=[{"type": word, "id": "7"}]), {}, "https://x.com/mfa")
    assert (found.post.kind, found.post.original) == ("repost", "7")


def test_a_reply_is_a_post() -> None:
    found = remote_post(row("Oui", referenced_tweets=[{"type": "replied_to", "id": "7"}]), {}, "https://x.com/mfa")
    assert (found.post.kind, found.post.original, found.url) == ("post", "", "https://x.com/mfa/status/1")


def test_media_are_counted_and_described() -> None:
    attached = {"attachments": {"media_keys": ["3_1", "3_2"]}}
    includes = {"includes": {"media": [{"media_key": "3_2", "alt_text": "La carte"}]}}
    found = remote_post(row("Voici", **attached), includes, "https://x.com/mfa")
    assert (found.media, found.alts) == (2, ("", "La carte"))


def test_what_was_written_with_a_link_and_a_picture_comes_back_as_it_was(x: Bench) -> None:
    text = "Paix & <sécurité> : https://www.mfa.example.org/texte?a=1&b=2 الآن"
    picture: Attachment = x.variant.attachments[0]
    receipt = x.publish(post_variant(x.account, (text,), (picture,)))
    found = x.platform.fetch(x.account, x.credential, receipt.post)
    assert found is not None
    assert (found.text, found.media, found.alts, found.account) == (text, 1, (picture.alt,), x.account.id)
    assert abs(found.at - receipt.at) < timedelta(seconds=5)


def test_a_long_timeline_is_read_page_by_page(x: Bench) -> None:
    settings = x.rehearsal.world.states["x"].settings
    assert settings.credit is None
    for number in range(105):  # docs.x.com: 100 posts in 15 minutes
        if number == 99:
            x.clock.pass_by(timedelta(minutes=16))
        x.publish(post_variant(x.account, (f"Numéro {number}",)))
    read = x.platform.recent(x.account, x.credential, since=x.clock.now() - timedelta(hours=1))
    assert [post.text for post in read] == [f"Numéro {number}" for number in reversed(range(105))]
