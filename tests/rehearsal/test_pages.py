"""The rehearsal's web pages: what the public would see."""

import json
import os
import re
import shutil
from datetime import UTC, datetime

import pytest
import requests
import tweepy

from ministry_social.platforms.gate import Gate, Wire
from ministry_social.rehearsal.pages.text import of_x, plain
from ministry_social.rehearsal.world import Post
from tests.conftest import Rehearsal
from tests.rehearsal.test_facebook_facts import picture

ARABIC = "يبقى ممر الحبوب مفتوحًا لعام آخر.\nغادرت 120 سفينة منذ مارس."
PAGE = "100200300400500"
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--disable-sync",
]


def page(rehearsal: Rehearsal, path: str, status: int = 200) -> str:
    """The page as text."""
    answer = requests.get(f"{rehearsal.address}{path}", timeout=10)
    assert answer.status_code == status
    return answer.text


def on_x(rehearsal: Rehearsal, number: str, name: str, handle: str) -> tweepy.Client:
    """An X account, with the library that writes to it."""
    credential = rehearsal.enrol("x", number, name, handle)
    gate = Gate(Wire(base_url=f"{rehearsal.address}/api/x"), originals=("https://api.twitter.com",))
    client = tweepy.Client(
        consumer_key=credential["consumer_key"], consumer_secret=credential["consumer_secret"],
        access_token=credential["access_token"], access_token_secret=credential["access_token_secret"],
    )  # fmt: skip
    client.session = gate.session()
    return client


def on_facebook(rehearsal: Rehearsal, message: str, *alts: str) -> str:
    """A post of the ministry's Page, with a picture for each alt text; answers its id."""
    token = rehearsal.enrol("facebook", PAGE, "page", "mfa")["access_token"]
    address = f"{rehearsal.address}/api/facebook/v26.0/{PAGE}"
    photos = [
        requests.post(
            f"{address}/photos",
            data={"published": "false", "alt_text_custom": alt, "access_token": token},
            files={"source": ("a.jpg", picture(), "image/jpeg")},
            timeout=10,
        ).json()["id"]
        for alt in alts
    ]
    form = {"message": message, "access_token": token, "attached_media": json.dumps([{"media_fbid": one} for one in photos])}
    return str(requests.post(f"{address}/feed", data=form, timeout=10).json()["id"])


def video(rehearsal: Rehearsal, name: str, *, public: bool = True, **more: object) -> None:
    """A video of the ministry's channel, as the rehearsed YouTube records it."""
    rehearsal.enrol("youtube", "UC1", "channel", "mfa")
    digest = rehearsal.world.keep_file(b"0123456789", "video/mp4")
    details = {"title": f"Video {name}", "privacy": "public" if public else "private", **more}
    post = Post(
        platform="youtube", profile="UC1", id=name, kind="video", text="Look.\n\nAgain.", at=datetime(2026, 12, 1, 9, tzinfo=UTC),
        media=[digest], public=public, more=details,
    )  # fmt: skip
    rehearsal.world.posts.append(post)


@pytest.mark.parametrize("path", ["/", "/facebook/mfa", "/youtube/mfa", "/youtube/watch/nothing"])
def test_every_page_says_that_nothing_is_public_and_loads_nothing_from_elsewhere(rehearsal: Rehearsal, path: str) -> None:
    on_facebook(rehearsal, "Hello")
    video(rehearsal, "abcdefghijk")
    answer = requests.get(f"{rehearsal.address}{path}", timeout=10)
    assert "<strong>Rehearsal:</strong> nothing here is public." in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "<script" not in answer.text
    assert not re.findall(r'src="(?!/)', answer.text)


def test_the_first_page_shows_the_clock_the_accounts_and_the_faults(rehearsal: Rehearsal) -> None:
    rehearsal.post("/rehearsal/clock", {"now": "2026-12-01T09:00:00+00:00", "rate": 0})
    on_facebook(rehearsal, "Hello")
    assert "None: all three do what they are asked." in page(rehearsal, "/")
    rehearsal.fault("throttled", "facebook", account="page", times=2)
    text = page(rehearsal, "/")
    assert "<strong>1 December 2026, 09:00 UTC</strong> and\nstands still" in text
    assert "1 account, 1 post" in text
    assert "<strong>throttled</strong>" in text
    assert "2 more" in text


def test_a_post_keeps_its_lines_and_its_direction(rehearsal: Rehearsal) -> None:
    on_facebook(rehearsal, f"{ARABIC}\n\nThe corridor stays open.")
    text = page(rehearsal, "/facebook/mfa")
    assert f'<p dir="auto">{ARABIC}</p>'.replace("\n", "<br>") in text
    assert '<p dir="auto">The corridor stays open.</p>' in text


def test_what_looks_like_html_is_shown_as_it_was_written(rehearsal: Rehearsal) -> None:
    on_facebook(rehearsal, "<script>alert('x')</script> & more", '"><b>bold')
    text = page(rehearsal, "/facebook/mfa")
    assert "&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; more" in text
    assert "<b>" not in text


def test_pictures_come_with_their_alt_text_on_demand(rehearsal: Rehearsal) -> None:
    post = on_facebook(rehearsal, "Signed", "The minister signs", "")
    text = page(rehearsal, f"/facebook/mfa/posts/{post.partition('_')[2]}")
    assert text.count("<img ") == 2
    assert 'alt="The minister signs"' in text
    assert text.count("<details") == 1
    assert '<p dir="auto">The minister signs</p></details>' in text
    [address, *_] = re.findall(r'<img src="([^"]+)"', text)
    answer = requests.get(f"{rehearsal.address}{address}", timeout=10)
    assert (answer.headers["Content-Type"], answer.content) == ("image/jpeg", picture())


def test_a_deleted_post_is_gone(rehearsal: Rehearsal) -> None:
    post = on_facebook(rehearsal, "Hello")
    token = rehearsal.world.profiles[0].credential["access_token"]
    requests.delete(f"{rehearsal.address}/api/facebook/v26.0/{post}", params={"access_token": token}, timeout=10)
    assert "Nothing has been posted here yet." in page(rehearsal, "/facebook/mfa")
    assert "Nothing stands here" in page(rehearsal, f"/facebook/mfa/posts/{post.partition('_')[2]}", 404)


def test_the_permalink_of_a_facebook_post_leads_to_its_page(rehearsal: Rehearsal) -> None:
    post = on_facebook(rehearsal, "Hello")
    token = rehearsal.world.profiles[0].credential["access_token"]
    found = rehearsal.get(f"/api/facebook/v26.0/{post}", fields="permalink_url", access_token=token)
    assert "Hello" in requests.get(found["permalink_url"], timeout=10).text


def test_a_post_on_x_shows_addresses_as_x_does(rehearsal: Rehearsal) -> None:
    client = on_x(rehearsal, "42", "mfa", "mfa_example")
    number = client.create_tweet(text="Talks & more: https://www.mfa.example.org/a?b=c #Talks @mfa_example @nobody").data["id"]
    text = page(rehearsal, f"/x/MFA_example/status/{number}")
    assert (
        'Talks &amp; more: <a href="https://www.mfa.example.org/a?b=c" rel="noreferrer noopener">mfa.example.org/a?b=c</a>' in text
    )
    assert '<span class="mark">#Talks</span> <a href="/x/mfa_example"' in text
    assert '<span class="mark">@nobody</span>' in text
    assert "t.co" not in text
    assert f"https://x.com/mfa_example/status/{number}" in text


def test_a_repost_is_shown_with_its_original(rehearsal: Rehearsal) -> None:
    original = on_x(rehearsal, "42", "mfa", "mfa_example").create_tweet(text="Talks resume").data["id"]
    on_x(rehearsal, "43", "embassy-paris", "paris_example").retweet(original, user_auth=True)
    text = page(rehearsal, "/x/paris_example")
    assert "<bdi>embassy-paris</bdi> reposted" in text
    assert f'href="/x/mfa_example/status/{original}"' in text
    assert "Talks resume" in text


def test_the_address_of_a_rehearsed_video_leads_to_the_rehearsal(rehearsal: Rehearsal) -> None:
    video(rehearsal, "abcdefghijk")
    on_facebook(rehearsal, "Look: https://youtu.be/abcdefghijk and https://youtu.be/elsewhere00.")
    text = page(rehearsal, "/facebook/mfa")
    assert 'href="/youtube/watch/abcdefghijk"' in text
    assert 'href="https://youtu.be/elsewhere00"' in text


def test_a_channel_shows_public_videos_only(rehearsal: Rehearsal) -> None:
    video(rehearsal, "abcdefghijk", captions={"ar": rehearsal.world.keep_file(b"WEBVTT\n", "text/vtt")})
    video(rehearsal, "privateeeee", public=False)
    text = page(rehearsal, "/youtube/@mfa")
    assert "1 public video" in text
    assert "Video privateeeee" not in text
    assert 'srclang="ar"' in page(rehearsal, "/youtube/watch/abcdefghijk")
    page(rehearsal, "/youtube/watch/privateeeee", 404)


def test_a_video_is_seen_in_the_language_of_its_viewer(rehearsal: Rehearsal) -> None:
    words = {"ar": {"title": "ممر الحبوب", "description": "انظروا"}}
    video(rehearsal, "abcdefghijk", defaultLanguage="en", localizations=words)
    assert '<h1 dir="auto" lang="en">Video abcdefghijk</h1>' in page(rehearsal, "/youtube/watch/abcdefghijk")
    assert '<h1 dir="auto" lang="ar">ممر الحبوب</h1>' in page(rehearsal, "/youtube/watch/abcdefghijk?hl=ar")


def test_a_player_gets_the_bytes_that_it_asks_for(rehearsal: Rehearsal) -> None:
    address = f"{rehearsal.address}/media/{rehearsal.world.keep_file(b'0123456789', 'video/mp4')}"
    answer = requests.get(address, headers={"Range": "bytes=2-4"}, timeout=10)
    assert (answer.status_code, answer.content, answer.headers["Content-Range"]) == (206, b"234", "bytes 2-4/10")
    assert requests.get(address, headers={"Range": "bytes=-3"}, timeout=10).content == b"789"
    assert requests.get(address, timeout=10).content == b"0123456789"
    assert requests.get(address, headers={"Range": "bytes=20-"}, timeout=10).status_code == 416
    assert requests.get(f"{rehearsal.address}/media/unknown", timeout=10).status_code == 404


def test_an_address_ends_before_the_full_stop() -> None:
    [[line]] = plain("See https://mfa.example.org/a. Or https://mfa.example.org/b، ثم")
    assert [piece.address for piece in line if piece.address] == ["https://mfa.example.org/a", "https://mfa.example.org/b"]


def test_a_text_of_x_hides_the_link_to_its_own_picture() -> None:
    urls = [{"start": 6, "end": 29, "media_key": "3_1", "display_url": "pic.x.com/a", "expanded_url": "https://x.com/"}]
    [[line]] = of_x("Hello https://t.co/abcdefghij", urls)
    assert "".join(piece.words for piece in line).strip() == "Hello"


@pytest.mark.skipif(CHROMIUM is None and "CI" not in os.environ, reason="no-chromium: no Chromium on this machine (CI needs one)")
def test_an_arabic_post_runs_from_right_to_left_in_a_browser(rehearsal: Rehearsal) -> None:
    from playwright.sync_api import sync_playwright

    on_facebook(rehearsal, f"{ARABIC}\n\nThe corridor stays open.", "A ship leaves the harbour")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        seen = browser.new_page()
        seen.goto(f"{rehearsal.address}/facebook/mfa")
        directions = seen.eval_on_selector_all(".words p", "all => all.map(one => getComputedStyle(one).direction)")
        alt = seen.locator("details.alt p")
        hidden_at_first = not alt.is_visible()
        seen.locator("summary").click()
        shown_on_demand = alt.is_visible()
        drawn = seen.eval_on_selector("figure img", "one => one.complete && one.naturalWidth")
        browser.close()
    assert directions == ["rtl", "ltr"]
    assert (hidden_at_first, shown_on_demand) == (True, True)
    assert drawn == 64
