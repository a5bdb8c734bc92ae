"""Signing in at the rehearsed X as a person sees it: the page, its two buttons, the PIN, and how it can fail."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests
from requests_oauthlib import OAuth1

from tests.conftest import Rehearsal
from tests.rehearsal.x_client import Speaker, speaker

BACK = "http://127.0.0.1:8000/back"


@pytest.fixture
def x(rehearsal: Rehearsal) -> Speaker:
    """One embassy on X; others beside it."""
    rehearsal.enrol("x", "77", "embassy-rome")
    return speaker(rehearsal)


def keys(x: Speaker) -> tuple[str, str]:
    app = x.rehearsal.get("/rehearsal/apps")["x"]
    return app["consumer_key"], app["consumer_secret"]


def begin(x: Speaker, callback: str = BACK) -> tuple[str, str]:
    """A request token and its secret."""
    answer = x.send("POST", "/oauth/request_token", auth=OAuth1(*keys(x), callback_uri=callback))
    told = dict(parse_qsl(answer.text))
    return told["oauth_token"], told["oauth_token_secret"]


def finish(x: Speaker, pair: tuple[str, str], verifier: str) -> requests.Response:
    return x.send("POST", "/oauth/access_token", auth=OAuth1(*keys(x), *pair, verifier=verifier))


def address(x: Speaker) -> str:
    return f"{x.rehearsal.address}/api/x/oauth/authorize"


def look(x: Speaker, token: str, **more: str) -> requests.Response:
    return requests.get(address(x), params={"oauth_token": token, **more}, timeout=10)


def press(x: Speaker, token: str, decision: str = "authorize", account: str = "embassy-paris") -> requests.Response:
    """Press a button of the page."""
    form = {"oauth_token": token, "decision": decision, "account": account}
    return requests.post(address(x), data=form, timeout=10, allow_redirects=False)


def led_to(answer: requests.Response) -> tuple[str, dict[str, list[str]]]:
    """Where a browser goes next, and with which query."""
    parts = urlsplit(answer.headers["location"])
    return f"{parts.scheme}://{parts.netloc}{parts.path}", parse_qs(parts.query)


def pin_of(page: str) -> str:
    found = re.search(r'<code id="pin"[^>]*>(\d+)</code>', page)
    assert found, page
    return found[1]


def settle(x: Speaker, **switches: Any) -> None:
    assert "error" not in x.rehearsal.post("/rehearsal/x/settings", switches)


class Form(HTMLParser):
    """What a page's form has: its labels, fields, options and buttons."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.labels: list[str] = []
        self.selects: list[str] = []
        self.options: list[tuple[str, bool]] = []
        self.buttons: list[str] = []
        self.method = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        if tag == "form":
            self.method = told["method"]
        if tag == "label":
            self.labels.append(told["for"])
        if tag == "select":
            self.selects.append(told["id"])
        if tag == "option":
            self.options.append((told["value"], "selected" in told))
        if tag == "button":
            self.buttons.append(told["value"])


def test_the_page_says_what_is_asked_for_and_lets_the_account_be_chosen(x: Speaker) -> None:
    answer = look(x, begin(x)[0])
    assert answer.status_code == 200
    form = Form(answer.text)
    assert (form.method, form.labels, form.buttons) == ("post", form.selects, ["authorize", "cancel"])
    assert form.options == [("", False), ("embassy-rome", False), ("embassy-paris", False)]
    assert "post and delete posts for you" in answer.text
    assert "127.0.0.1:8000" in answer.text


def test_the_account_that_the_app_names_is_filled_in(x: Speaker) -> None:
    page = look(x, begin(x)[0], screen_name="Embassy_Paris").text
    assert [value for value, selected in Form(page).options if selected] == ["embassy-paris"]


def test_the_page_may_lead_back_to_the_app_and_nowhere_else(x: Speaker) -> None:
    headers = look(x, begin(x)[0]).headers
    assert "form-action 'self' http://127.0.0.1:8000;" in headers["content-security-policy"] + ";"
    assert headers["cache-control"] == "no-store"


def test_to_agree_leads_back_with_a_verifier_that_gives_a_token(x: Speaker) -> None:
    pair = begin(x)
    where, query = led_to(press(x, pair[0]))
    assert (where, query["oauth_token"]) == (BACK, [pair[0]])
    granted = dict(parse_qsl(finish(x, pair, query["oauth_verifier"][0]).text))
    assert (granted["user_id"], granted["screen_name"]) == ("42", "embassy_paris")
    signed = x.auth(access_token=granted["oauth_token"], access_token_secret=granted["oauth_token_secret"])
    assert x.send("POST", "/2/tweets", auth=signed, json={"text": "Bonjour"}).status_code == 201
    assert x.say("The token from before counts on").status_code == 201


def test_a_granted_token_is_still_good_after_a_reset(x: Speaker) -> None:
    pair = begin(x)
    verifier = led_to(press(x, pair[0]))[1]["oauth_verifier"][0]
    granted = dict(parse_qsl(finish(x, pair, verifier).text))
    x.rehearsal.post("/rehearsal/reset", {})
    signed = x.auth(access_token=granted["oauth_token"], access_token_secret=granted["oauth_token_secret"])
    assert x.send("GET", "/2/users/me", auth=signed).json()["data"]["id"] == "42"


def test_a_callback_keeps_the_query_that_it_has(x: Speaker) -> None:
    pair = begin(x, BACK + "?account=paris")
    assert set(led_to(press(x, pair[0]))[1]) == {"account", "oauth_token", "oauth_verifier"}


def test_without_a_callback_the_page_shows_a_pin_that_counts_once(x: Speaker) -> None:
    pair = begin(x, "oob")
    assert "PIN" in look(x, pair[0]).text
    pin = pin_of(press(x, pair[0]).text)
    assert re.fullmatch(r"\d{7}", pin)
    assert finish(x, pair, pin).status_code == 200
    again = finish(x, pair, pin)
    assert (again.status_code, again.json()["errors"][0]["code"]) == (401, 89)


def test_a_wrong_pin_is_refused_in_a_bare_sentence(x: Speaker) -> None:
    """Source: GitHub alvarolorentedev/oauth-electron-twitter 9 (2021): no JSON."""
    pair = begin(x, "oob")
    pin = pin_of(press(x, pair[0]).text)
    answer = finish(x, pair, f"{(int(pin) + 1) % 10**7:07}")
    assert (answer.status_code, answer.text) == (401, "Error processing your OAuth request: Invalid oauth_verifier parameter")


def test_a_wrong_account_can_sign_in(x: Speaker) -> None:
    pair = begin(x)
    verifier = led_to(press(x, pair[0], account="embassy-rome"))[1]["oauth_verifier"][0]
    assert dict(parse_qsl(finish(x, pair, verifier).text))["screen_name"] == "embassy_rome"


def test_to_cancel_leads_back_with_denied(x: Speaker) -> None:
    """Source: docs.x.com, OAuth 1.0a; X names the request token."""
    pair = begin(x)
    assert led_to(press(x, pair[0], "cancel", account="")) == (BACK, {"denied": [pair[0]]})
    assert finish(x, pair, "anything").status_code == 401


def test_to_cancel_without_a_callback_ends_on_a_page(x: Speaker) -> None:
    pair = begin(x, "oob")
    answer = press(x, pair[0], "cancel", account="")
    assert answer.status_code == 200
    assert "not authorized" in answer.text
    assert look(x, pair[0]).status_code == 403


@pytest.mark.parametrize("decision", ["authorize", "cancel"])
def test_a_sign_in_takes_one_answer(x: Speaker, decision: str) -> None:
    pair = begin(x)
    press(x, pair[0])
    assert look(x, pair[0]).status_code == 403
    assert press(x, pair[0], decision).status_code == 403


def test_a_request_token_that_nobody_knows_has_a_page_that_says_so(x: Speaker) -> None:
    answer = look(x, "unknown")
    assert answer.status_code == 403
    assert "Whoa there" in answer.text


@pytest.mark.parametrize("rate", [1, 60])
def test_a_request_token_ends_after_an_hour_that_a_fast_clock_does_not_shorten(x: Speaker, rate: int) -> None:
    x.rehearsal.post("/rehearsal/clock", {"rate": rate})
    pair = begin(x)
    x.rehearsal.post("/rehearsal/clock", {"advance": 3_500 * rate})
    verifier = led_to(press(x, pair[0]))[1]["oauth_verifier"][0]
    x.rehearsal.post("/rehearsal/clock", {"advance": 200 * rate})
    assert look(x, pair[0]).status_code == 403
    assert finish(x, pair, verifier).json()["errors"][0]["code"] == 89


@pytest.mark.parametrize(("callback", "callbacks"), [("https://example.org/", "loopback"), (BACK, "none")])
def test_a_callback_that_is_not_registered_is_refused_in_xml(x: Speaker, callback: str, callbacks: str) -> None:
    """Source: GitHub arunagw/omniauth-twitter 144 (2022), laravel/socialite 641 (2023): 403, code 415, XML."""
    settle(x, callbacks=callbacks)
    answer = x.send("POST", "/oauth/request_token", auth=OAuth1(*keys(x), callback_uri=callback))
    assert answer.status_code == 403
    assert '<error code="415">' in answer.text
    assert begin(x, "oob")


def test_a_token_of_an_app_that_may_only_read_posts_nothing(x: Speaker) -> None:
    """Source: GitHub plhery/node-twitter-api-v2 493; header x-access-level in recorded answers."""
    settle(x, access="read")
    pair = begin(x)
    assert "post or delete posts for you" in look(x, pair[0]).text
    verifier = led_to(press(x, pair[0]))[1]["oauth_verifier"][0]
    granted = dict(parse_qsl(finish(x, pair, verifier).text))
    settle(x, access="read-write")  # a token keeps what it was granted with
    signed = x.auth(access_token=granted["oauth_token"], access_token_secret=granted["oauth_token_secret"])
    me = x.send("GET", "/2/users/me", auth=signed)
    assert (me.status_code, me.headers["x-access-level"]) == (200, "read")
    refused = x.send("POST", "/2/tweets", auth=signed, json={"text": "Bonjour"})
    assert (refused.status_code, refused.json()["type"].rpartition("/")[2]) == (403, "oauth1-permissions")
    assert x.records() == []
    assert x.get("/2/users/me").headers["x-access-level"] == "read-write"


def test_an_account_shows_its_profile(x: Speaker) -> None:
    """Source: openapi.json, User."""
    profile = {"bio": "The embassy in Paris.", "picture": "https://pbs.example.org/1.jpg", "verified": "government"}
    fields = {"user.fields": "description,profile_image_url,verified,verified_type"}
    plain = x.get("/2/users/me", **fields).json()["data"]
    assert (plain["description"], plain["verified"], plain["verified_type"]) == ("", False, "none")
    x.rehearsal.post("/rehearsal/accounts/x/embassy-paris", profile | {"title": "Embassy", "handle": "FR_Paris"})
    assert x.get("/2/users/me", **fields).json()["data"] == {
        "id": "42", "name": "Embassy", "username": "FR_Paris", "description": profile["bio"],
        "profile_image_url": profile["picture"], "verified": True, "verified_type": "government",
    }  # fmt: skip
