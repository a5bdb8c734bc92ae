"""The facts about X that the rehearsal keeps to, each by its number in docs/platforms.md, in plain HTTP."""

import base64
import re
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
import requests
from requests_oauthlib import OAuth1

from tests.conftest import Rehearsal
from tests.rehearsal.x_client import API, UPLOAD, Bearer, Speaker, app_token, led, picture, speaker, video

PROBLEM_401 = {"title": "Unauthorized", "status": 401, "type": "about:blank", "detail": "Unauthorized"}
NOT_PERMITTED = "You are not permitted to perform this action."


@pytest.fixture
def x(rehearsal: Rehearsal) -> Speaker:
    """An account of X; the rehearsal's clock stands still."""
    rehearsal.post("/rehearsal/clock", {"now": "2026-12-01T09:00:00+00:00", "rate": 0})
    return speaker(rehearsal)


@pytest.fixture
def mp4() -> bytes:
    """A real film of one second."""
    return video()


def detail(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["detail"]


def message(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["errors"][0]["message"]


def advance(x: Speaker, seconds: float) -> None:
    x.rehearsal.post("/rehearsal/clock", {"advance": seconds})


def settle(x: Speaker, **settings: object) -> None:
    assert "error" not in x.rehearsal.post("/rehearsal/x/settings", settings)


def test_fact_01_a_post_is_created_and_its_address_named(x: Speaker) -> None:
    """Source: docs.x.com openapi.json (POST /2/tweets); tweepy's recorded cassette test_manage_tweet."""
    answer = x.say("The grain corridor stays open.")
    data = answer.json()["data"]
    assert answer.status_code == 201
    assert answer.headers["location"] == f"https://api.twitter.com/2/tweets/{data['id']}"
    assert data["text"] == "The grain corridor stays open."
    assert re.fullmatch(r"\d{19}", data["id"])
    assert answer.headers["content-type"].startswith("application/json")


def test_fact_01_ids_are_snowflakes_of_the_rehearsals_clock_and_only_grow(x: Speaker) -> None:
    """Source: docs.x.com, "X IDs" (41 bits of milliseconds since 4 November 2010)."""
    ids = [int(x.say(f"Post {number}").json()["data"]["id"]) for number in range(5)]
    assert ids == sorted(set(ids))
    assert (ids[0] >> 22) + 1_288_834_974_657 == 1_796_115_600_000  # 1 December 2026, 09:00 UTC


def test_fact_02_every_answer_says_how_much_of_the_limit_is_left(x: Speaker) -> None:
    """Source: docs.x.com x-api/fundamentals/rate-limits: 100 posts per 15 minutes and user, three headers."""
    now = x.rehearsal.world.clock.now().timestamp()
    first, second = x.say("One").headers, x.say("Two").headers
    assert (first["x-rate-limit-limit"], first["x-rate-limit-remaining"]) == ("100", "99")
    assert second["x-rate-limit-remaining"] == "98"
    assert now < int(first["x-rate-limit-reset"]) <= now + 900
    assert x.say("Two").headers["x-rate-limit-remaining"] == "97"  # a refusal counts too


def test_fact_03_the_same_text_again_is_refused_without_an_id(x: Speaker) -> None:
    """Source: GitHub akrherz/iembot issue 163 (February 2026), plhery/node-twitter-api-v2 issue 469."""
    x.say("Said once")
    answer = x.say("Said  once ")
    assert answer.status_code == 403
    assert answer.json() == {
        "detail": "You are not allowed to create a Tweet with duplicate content.",
        "type": "about:blank",
        "title": "Forbidden",
        "status": 403,
    }
    assert answer.headers["content-type"].startswith("application/json")
    assert len(x.records()) == 1


def test_fact_03_another_account_may_say_it_and_so_may_this_one_after_taking_it_down(x: Speaker) -> None:
    """Source: docs.x.com, "duplicate content" concerns one account; the rule on several accounts is a policy."""
    first = x.say("Said once").json()["data"]["id"]
    assert speaker(x.rehearsal, "43", "embassy-rome").say("Said once").status_code == 201
    assert x.send("DELETE", f"/2/tweets/{first}").status_code == 200
    assert x.say("Said once").status_code == 201


def test_fact_03_duplicates_can_be_let_through_as_x_sometimes_does(x: Speaker) -> None:
    """Source: GitHub issues that show identical posts hours apart: the refusal is no guarantee."""
    settle(x, duplicates="accept")
    assert [x.say("Said twice").status_code for _ in range(2)] == [201, 201]


def test_fact_04_addresses_become_short_links_of_23_characters(x: Speaker) -> None:
    """Source: tweepy's recorded cassettes; docs.x.com, entities.urls and counting characters."""
    said = "R&D <report>: https://example.org/a?b=1&c=2 and example.org/x, soon"
    data = x.say(said).json()["data"]
    read = x.get(f"/2/tweets/{data['id']}", **{"tweet.fields": "entities"}).json()["data"]
    urls = read["entities"]["urls"]
    assert [len(url["url"]) for url in urls] == [23, 23]
    assert [url["expanded_url"] for url in urls] == ["https://example.org/a?b=1&c=2", "http://example.org/x"]
    assert all(read["text"][url["start"] : url["end"]] == url["url"] for url in urls)
    assert read["text"] == f"R&amp;D &lt;report&gt;: {urls[0]['url']} and {urls[1]['url']}, soon" == data["text"]
    assert x.records()[0]["text"] == said


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("a" * 280, 201),
        ("a" * 281, 403),
        ("世" * 140, 201),
        ("世" * 141, 403),
        ("👩‍👩‍👧‍👦" * 140, 201),  # an emoji sequence counts 2
        ("👩‍👩‍👧‍👦" * 140 + "a", 403),
        ("e\u0301" * 280, 201),  # counted after NFC
        ("a" * 256 + " https://example.org/" + "b" * 200, 201),  # every address counts 23
        ("a" * 257 + " https://example.org/", 403),
        ("„“–" * 93, 201),  # these three count 1
        ("…" * 141, 403),  # the ellipsis counts 2
        ("bad \ufffe character", 403),
    ],
)  # fmt: skip
def test_fact_05_the_weighted_length_is_280_at_most(x: Speaker, text: str, status: int) -> None:
    """Source: GitHub twitter/twitter-text, config v3; the refusal's words: reports of 2025 and 2026 on GitHub."""
    answer = x.say(text)
    assert answer.status_code == status
    assert status == 201 or answer.json()["detail"] == NOT_PERMITTED


@pytest.mark.parametrize("body", [{}, {"text": ""}, {"text": "  "}])
def test_fact_06_without_text_and_media_the_request_is_invalid(x: Speaker, body: dict[str, str]) -> None:
    """Source: docs.x.com, response codes and errors (invalid-request)."""
    answer = x.post("/2/tweets", body)
    assert answer.status_code == 400
    assert answer.json()["type"] == "https://api.twitter.com/2/problems/invalid-request"
    assert answer.json()["title"] == "Invalid Request"
    assert answer.json()["errors"][0]["message"]


def test_fact_07_an_unknown_property_is_refused(x: Speaker) -> None:
    """Source: docs.x.com openapi.json, TweetCreateRequest: additionalProperties is false."""
    status, words = message(x.say("Hello", txet="typo"))
    assert status == 400
    assert words.startswith("$.txet: is not defined in the schema")


def test_fact_07_a_body_that_is_no_json_is_refused(x: Speaker) -> None:
    """Source: docs.x.com openapi.json: the body is application/json."""
    for data, type_ in ((b"{", "application/json"), (b'"\\ud800"', "application/json"), (b"text=x", "text/plain")):
        assert x.send("POST", "/2/tweets", data=data, headers={"Content-Type": type_}).status_code == 400


def test_fact_08_five_media_are_too_many(x: Speaker) -> None:
    """Source: docs.x.com openapi.json (maxItems 4); error table of gitroomhq/postiz-app."""
    status, words = message(x.say("Look", media={"media_ids": ["1", "2", "3", "4", "5"]}))
    assert status == 400
    assert "maximum of 4 items" in words


def test_fact_08_unknown_foreign_and_expired_media_are_refused(x: Speaker) -> None:
    """Source: GitHub plhery/node-twitter-api-v2 issue 375, tweepy issue 2016; docs.x.com: media ids last 24 hours."""
    foreign = speaker(x.rehearsal, "43", "embassy-rome").upload(picture())
    own = x.upload(picture())
    advance(x, 86_401)
    for media_id in ("999", foreign, own):
        assert message(x.say("Look", media={"media_ids": [media_id]})) == (400, "Your media IDs are invalid.")
    assert x.records() == []


def test_fact_08_a_post_carries_its_media_in_order(x: Speaker) -> None:
    """Source: docs.x.com, media best practices: four pictures at most; a media link stands at the end of the text."""
    ids = [x.upload(picture(size=(10, width))) for width in (10, 20)]
    post = x.say("Look", media={"media_ids": ids}).json()["data"]
    fields = {"tweet.fields": "attachments,entities", "expansions": "attachments.media_keys"}
    read = x.get(f"/2/tweets/{post['id']}", **fields).json()
    [record] = x.records()
    assert len(record["media"]) == 2
    assert record["alts"] == ["", ""]
    assert read["data"]["attachments"] == {"media_keys": [f"3_{media_id}" for media_id in ids]}
    assert re.fullmatch(r"Look https://t\.co/\w{10}", read["data"]["text"])
    assert read["data"]["entities"]["urls"][0]["expanded_url"].endswith(f"/status/{post['id']}/photo/1")
    assert [medium["type"] for medium in read["includes"]["media"]] == ["photo", "photo"]


def test_fact_09_two_cashtags_and_quotes_are_refused(x: Speaker) -> None:
    """Source: docs.x.com changelog of 23 February and 16 April 2026, POST /2/tweets; error table of gitroomhq/postiz-app."""
    assert x.say("One $EUR is fine, and so is $5.").status_code == 201
    assert detail(x.say("$EUR and $USD")) == (403, "Posts are limited to a maximum of one cashtag")
    quoted = x.say("Original").json()["data"]["id"]
    assert detail(x.say("Look at this", quote_tweet_id=quoted)) == (403, NOT_PERMITTED)
    assert detail(x.say("Answer", reply={"in_reply_to_tweet_id": quoted})) == (403, NOT_PERMITTED)


@pytest.mark.parametrize("wrong", ["consumer_key", "consumer_secret", "access_token", "access_token_secret"])
def test_fact_10_a_wrong_signature_is_unauthorized(x: Speaker, wrong: str) -> None:
    """Source: RFC 5849; docs.x.com, authorizing a request; the body as in tweepy's and GitHub reports."""
    answer = x.send("POST", "/2/tweets", json={"text": "Forged"}, auth=x.auth(**{wrong: "42-wrong"}))
    assert answer.status_code == 401
    assert answer.json() == PROBLEM_401
    assert x.records() == []


def test_fact_10_no_signature_at_all_is_unauthorized(x: Speaker) -> None:
    """Source: docs.x.com, response codes."""
    answer = requests.post(f"{x.rehearsal.address}/api/x/2/tweets", json={"text": "Anonymous"}, timeout=10)
    assert (answer.status_code, answer.json()) == (401, PROBLEM_401)


@pytest.mark.parametrize("host", ["https://api.twitter.com", "https://api.x.com", "https://upload.twitter.com"])
def test_fact_10_the_signature_is_over_the_original_address(x: Speaker, host: str) -> None:
    """Source: RFC 5849 section 3.4.1.2; what tweepy 4.17 signs before an adapter leads it elsewhere."""
    assert x.send("GET", "/2/users/me", host=host, params={"user.fields": "description,verified"}).status_code == 200


def test_fact_10_a_signature_over_the_rehearsals_own_address_counts_too(x: Speaker) -> None:
    """Source: RFC 5849 section 3.4.1.2."""
    answer = requests.get(f"{x.rehearsal.address}/api/x/2/users/me", auth=x.auth(), timeout=10)
    assert answer.status_code == 200


def test_fact_10_a_signature_for_another_address_or_query_is_refused(x: Speaker) -> None:
    """Source: RFC 5849 section 3.4.1."""
    for method, path, signed in (("GET", "/2/users/me", "/2/users/by"), ("GET", "/2/tweets?ids=1", "/2/tweets?ids=2")):
        request = requests.Request(method, API + signed, auth=x.auth()).prepare()
        request.url = API + path
        assert led(request, x.rehearsal).status_code == 401


def test_fact_10_a_nonce_is_good_once(x: Speaker) -> None:
    """Source: RFC 5849 section 3.3."""
    request = requests.Request("POST", f"{API}/2/tweets", json={"text": "Once"}, auth=x.auth()).prepare()
    first = led(request.copy(), x.rehearsal)
    assert (first.status_code, led(request.copy(), x.rehearsal).status_code) == (201, 401)


def test_fact_10_the_time_stamp_is_not_compared_with_the_rehearsals_clock(x: Speaker) -> None:
    """Source: the rehearsal's own rule (docs/platforms.md, X): its clock may run fast, a client's does not."""
    x.rehearsal.post("/rehearsal/clock", {"now": "2031-01-01T00:00:00+00:00", "rate": 1000})
    assert x.get("/2/users/me").status_code == 200


def test_fact_10_a_form_body_is_part_of_the_signature(x: Speaker) -> None:
    """Source: RFC 5849 section 3.4.1.3.1."""
    form = {"command": "INIT", "total_bytes": "10", "media_type": "image/png"}
    request = requests.Request("POST", f"{UPLOAD}/1.1/media/upload.json", data=form, auth=x.auth()).prepare()
    assert led(request.copy(), x.rehearsal).status_code == 202
    request = requests.Request("POST", f"{UPLOAD}/1.1/media/upload.json", data=form, auth=x.auth()).prepare()
    assert isinstance(request.body, bytes)
    request.body = request.body.replace(b"total_bytes=10", b"total_bytes=11")
    assert led(request, x.rehearsal).status_code == 401


def test_fact_11_the_apps_own_token_reads_but_never_posts(x: Speaker) -> None:
    """Source: docs.x.com, authentication mapping; "Unsupported Authentication" as reported on GitHub."""
    bearer = Bearer(app_token(x.rehearsal))
    answer = x.send("POST", "/2/tweets", json={"text": "By nobody"}, auth=bearer)
    assert (answer.status_code, answer.json()["title"]) == (403, "Unsupported Authentication")
    assert x.send("GET", "/2/users", params={"ids": "42"}, auth=bearer).json()["data"][0]["username"] == "embassy_paris"


def test_fact_12_without_credit_nothing_is_done(x: Speaker) -> None:
    """Source: docs.x.com x-api/getting-started/pricing; the 402 body as in many reports of 2026 on GitHub."""
    settle(x, credit=0)
    answer = x.say("Unpaid")
    app_id = x.rehearsal.get("/rehearsal/x/app")["id"]
    assert answer.status_code == 402
    assert answer.json() == {
        "account_id": int(app_id),
        "type": "https://api.twitter.com/2/problems/credits",
        "title": "CreditsDepleted",
        "detail": f"Your enrolled account [{app_id}] does not have any credits to fulfill this request.",
    }
    assert x.records() == []


def test_fact_12_the_bill_lists_every_price(x: Speaker) -> None:
    """Source: docs.x.com x-api/getting-started/pricing and changelog of 16 April 2026."""
    settle(x, credit=1_000)
    other = speaker(x.rehearsal, "43", "embassy-rome")
    plain = x.say("Plain").json()["data"]["id"]
    x.say("With https://example.org")
    other.post("/2/users/43/retweets", {"tweet_id": plain})
    x.get("/2/users/42/tweets")
    x.get("/2/users/42/tweets")  # the same posts on the same day: not charged again
    other.get("/2/tweets", ids=plain)
    x.get("/2/users/me")
    media = x.upload(picture())
    x.post("/2/media/metadata", {"id": media, "metadata": {"alt_text": {"text": "A table"}}})
    x.send("DELETE", f"/2/tweets/{plain}")
    bill = x.rehearsal.get("/rehearsal/x/bill")
    assert [(row["account"], row["what"], row["price"]) for row in bill["rows"]] == [
        ("embassy-paris", "post", 15),
        ("embassy-paris", "post with link", 200),
        ("embassy-rome", "repost", 15),
        ("embassy-paris", "own read", 2),
        ("embassy-paris", "user read", 10),
        ("embassy-paris", "alt text", 5),
        ("embassy-paris", "delete", 10),
    ]
    assert bill["credit"] == 1_000 - bill["total"] == 1_000 - 257


def test_fact_12_a_balance_below_the_price_is_refused_before_anything_is_done(x: Speaker) -> None:
    """Source: docs.x.com x-api/getting-started/pricing: a post with an address costs $0.20."""
    settle(x, credit=199)
    assert x.say("With https://example.org").status_code == 402
    assert x.say("Without").status_code == 201


def test_fact_13_the_hundred_and_first_post_of_a_quarter_of_an_hour_is_refused(x: Speaker) -> None:
    """Source: docs.x.com x-api/fundamentals/rate-limits; the body as in GitHub reports of 2026."""
    for number in range(100):
        assert x.say(f"Post {number}").status_code == 201
    answer = x.say("One too many")
    assert answer.status_code == 429
    assert answer.json() == {"title": "Too Many Requests", "detail": "Too Many Requests", "type": "about:blank", "status": 429}
    assert answer.headers["x-rate-limit-remaining"] == "0"
    assert len(x.records()) == 100
    advance(x, int(answer.headers["x-rate-limit-reset"]) - x.rehearsal.world.clock.now().timestamp())
    assert x.say("Later").status_code == 201


def test_fact_13_the_app_has_ten_thousand_posts_a_day(x: Speaker) -> None:
    """Source: docs.x.com x-api/fundamentals/rate-limits: 10,000 per 24 hours and app."""
    x.say("First")
    x.rehearsal.world.states["x"].windows["POST /2/tweets", "app, 24 hours"].used = 10_000
    answer = x.say("One too many")
    assert answer.status_code == 429
    assert answer.headers["x-app-limit-24hour-remaining"] == "0"
    advance(x, 86_400)
    assert x.say("Tomorrow").status_code == 201


def test_fact_14_a_suspended_account_is_told_so(x: Speaker) -> None:
    """Source: test data of third-party clients on GitHub; type user-suspended."""
    x.rehearsal.fault("suspended", "x", account="embassy-paris")
    answer = x.say("Still there?")
    assert answer.status_code == 403
    assert answer.json()["type"] == "https://api.twitter.com/2/problems/user-suspended"
    assert answer.json()["detail"] == "The user used for authentication is suspended"
    assert speaker(x.rehearsal, "43", "embassy-rome").say("I am").status_code == 201


@pytest.mark.parametrize(("kind", "posted"), [("error", 0), ("error-after", 1)])
def test_fact_15_a_503_may_or_may_not_have_been_carried_out(x: Speaker, kind: str, posted: int) -> None:
    """Source: GitHub akrherz/iembot issue 171 (17 February 2026)."""
    x.rehearsal.fault(kind, "x", times=1)
    answer = x.say("Did it go out?")
    assert answer.json() == {
        "title": "Service Unavailable",
        "detail": "Service Unavailable",
        "type": "about:blank",
        "status": 503,
    }
    assert len(x.records()) == posted


def test_fact_16_an_own_post_is_taken_down(x: Speaker) -> None:
    """Source: tweepy's recorded cassette test_manage_tweet; docs.x.com rate limits (50)."""
    post = x.say("Wrong figures").json()["data"]["id"]
    answer = x.send("DELETE", f"/2/tweets/{post}")
    assert (answer.status_code, answer.json()) == (200, {"data": {"deleted": True}})
    assert answer.headers["x-rate-limit-limit"] == "50"
    assert x.records()[0]["deleted_at"]
    assert x.send("DELETE", f"/2/tweets/{post}").status_code == 404


def test_fact_16_somebody_elses_post_is_not(x: Speaker) -> None:
    """Source: docs.x.com, DELETE /2/tweets/{id}: only posts of the authenticated user."""
    post = x.say("Mine").json()["data"]["id"]
    assert speaker(x.rehearsal, "43", "embassy-rome").send("DELETE", f"/2/tweets/{post}").status_code == 403
    assert not x.records()[0]["deleted_at"]


def test_fact_17_a_repost_and_its_undoing(x: Speaker) -> None:
    """Source: tweepy's recorded cassette test_manage_retweet; docs.x.com openapi.json (rest_id)."""
    rome = speaker(x.rehearsal, "43", "embassy-rome")
    original = x.say("The original").json()["data"]["id"]
    answer = rome.post("/2/users/43/retweets", {"tweet_id": original})
    assert answer.status_code == 200
    assert answer.json()["data"]["retweeted"] is True
    [record] = rome.records()
    assert (record["kind"], record["of"], record["id"]) == ("repost", original, answer.json()["data"]["rest_id"])
    undone = rome.send("DELETE", f"/2/users/43/retweets/{original}")
    assert (undone.status_code, undone.json()) == (200, {"data": {"retweeted": False}})
    assert rome.records()[0]["deleted_at"]


def test_fact_17_a_second_repost_changes_nothing(x: Speaker) -> None:
    """Source: docs.x.com, POST /2/users/{id}/retweets; the second call reported as a success on GitHub."""
    original = x.say("The original").json()["data"]["id"]
    answers = [x.post("/2/users/42/retweets", {"tweet_id": original}).json()["data"]["rest_id"] for _ in range(2)]
    assert answers[0] == answers[1]
    assert [record["kind"] for record in x.records()] == ["post", "repost"]


def test_fact_17_only_in_ones_own_name_and_only_of_what_stands(x: Speaker) -> None:
    """Source: docs.x.com openapi.json: the id must be that of the authenticated user."""
    original = x.say("The original").json()["data"]["id"]
    status, words = message(x.post("/2/users/43/retweets", {"tweet_id": original}))
    assert status == 400
    assert "must be the same as the authenticating user [42]" in words
    assert x.post("/2/users/42/retweets", {"tweet_id": "1"}).status_code == 404


def test_fact_17_with_the_original_its_reposts_go(x: Speaker) -> None:
    """Source: help.x.com, "Delete a post"."""
    rome = speaker(x.rehearsal, "43", "embassy-rome")
    original = x.say("The original").json()["data"]["id"]
    rome.post("/2/users/43/retweets", {"tweet_id": original})
    x.send("DELETE", f"/2/tweets/{original}")
    assert rome.records()[0]["deleted_at"]
    assert rome.get("/2/users/43/tweets").json() == {"meta": {"result_count": 0}}


def test_fact_18_an_account_shows_three_fields_unless_more_are_asked(x: Speaker) -> None:
    """Source: tweepy's recorded cassette test_get_me; docs.x.com rate limits (75)."""
    answer = x.get("/2/users/me")
    assert answer.json() == {"data": {"id": "42", "name": "embassy-paris", "username": "embassy_paris"}}
    assert answer.headers["x-rate-limit-limit"] == "75"
    more = x.get("/2/users/me", **{"user.fields": "public_metrics,verified_type"}).json()["data"]
    assert set(more["public_metrics"]) >= {"followers_count", "following_count", "tweet_count", "listed_count"}
    assert x.get("/2/users/me", **{"user.fields": "shoe_size"}).status_code == 400
    assert x.get("/2/users/me", shoe="size").status_code == 400


def test_fact_18_accounts_are_found_by_id_and_name(x: Speaker) -> None:
    """Source: docs.x.com, user lookup."""
    by_id = x.get("/2/users", ids="42,77").json()
    assert (by_id["data"][0]["id"], by_id["errors"][0]["resource_id"]) == ("42", "77")
    assert x.get("/2/users/by", usernames="Embassy_Paris").json()["data"][0]["id"] == "42"
    assert x.get("/2/users/by/username/embassy_paris").json()["data"]["id"] == "42"
    assert x.get("/2/users/77").json()["errors"][0]["title"] == "Not Found Error"


def test_fact_19_a_timeline_asks_for_five_to_a_hundred(x: Speaker) -> None:
    """Source: docs.x.com openapi.json, GET /2/users/{id}/tweets (max_results 5 to 100)."""
    assert [x.get("/2/users/42/tweets", max_results=most).status_code for most in (4, 5, 100, 101)] == [400, 200, 200, 400]


def test_fact_19_an_empty_timeline_has_no_data(x: Speaker) -> None:
    """Source: docs.x.com, pagination: only meta.result_count."""
    assert x.get("/2/users/42/tweets").json() == {"meta": {"result_count": 0}}


def test_fact_19_a_timeline_comes_newest_first_in_pages_and_within_bounds(x: Speaker) -> None:
    """Source: docs.x.com, user post timeline and pagination."""
    ids = []
    for number in range(7):
        ids.append(x.say(f"Post {number}").json()["data"]["id"])
        advance(x, 60)
    first = x.get("/2/users/42/tweets", max_results=5).json()
    rest = x.get("/2/users/42/tweets", max_results=5, pagination_token=first["meta"]["next_token"]).json()
    assert [post["id"] for post in first["data"] + rest["data"]] == ids[::-1]
    assert "next_token" not in rest["meta"]
    assert (first["meta"]["newest_id"], first["meta"]["oldest_id"]) == (ids[6], ids[2])
    newer = x.get("/2/users/42/tweets", since_id=ids[4]).json()["data"]
    assert [post["id"] for post in newer] == [ids[6], ids[5]]
    later = x.get("/2/users/42/tweets", start_time="2026-12-01T09:05:00Z", end_time="2026-12-01T09:06:00Z").json()["data"]
    assert [post["id"] for post in later] == [ids[5]]
    x.post("/2/users/42/retweets", {"tweet_id": ids[0]})
    assert x.get("/2/users/42/tweets").json()["data"][0]["text"].startswith("RT @embassy_paris: Post 0")
    assert x.get("/2/users/42/tweets", exclude="replies,retweets").json()["data"][0]["id"] == ids[6]


def test_fact_20_a_post_object_has_its_history_and_its_figures(x: Speaker) -> None:
    """Source: tweepy's recorded cassettes; docs.x.com, post object: legacy names for tweet.fields."""
    post = x.say("Counted").json()["data"]["id"]
    x.post("/2/users/42/retweets", {"tweet_id": post})
    read = x.get(f"/2/tweets/{post}", **{"tweet.fields": "public_metrics,created_at,author_id"}).json()["data"]
    assert read["edit_history_tweet_ids"] == [post]
    assert read["created_at"] == "2026-12-01T09:00:00.000Z"
    assert read["public_metrics"] == {
        "retweet_count": 1,
        "reply_count": 0,
        "like_count": 0,
        "quote_count": 0,
        "bookmark_count": 0,
        "impression_count": 0,
    }
    assert set(x.get(f"/2/tweets/{post}").json()["data"]) == {"id", "text", "edit_history_tweet_ids"}


def test_fact_20_whoever_asks_with_the_new_names_is_answered_with_them(x: Speaker) -> None:
    """Source: docs.x.com openapi.json v2.167 (post.fields, repost_count, edit_history_post_ids)."""
    post = x.say("Counted").json()["data"]["id"]
    read = x.get("/2/tweets", ids=post, **{"post.fields": "public_metrics"}).json()["data"][0]
    assert read["edit_history_post_ids"] == [post]
    assert read["public_metrics"]["repost_count"] == 0


def test_fact_21_what_is_not_there_is_an_error_beside_the_data(x: Speaker) -> None:
    """Source: docs.x.com, response codes and errors (partial errors, resource-not-found)."""
    post = x.say("There").json()["data"]["id"]
    answer = x.get("/2/tweets", ids=f"{post},1234")
    assert answer.status_code == 200
    assert [row["id"] for row in answer.json()["data"]] == [post]
    [error] = answer.json()["errors"]
    assert error["type"].endswith("/resource-not-found")
    assert error["resource_id"] == "1234"
    assert error["detail"] == "Could not find tweet with ids: [1234]."


def test_fact_22_a_timeline_may_lag_behind_while_the_id_is_found_at_once(x: Speaker) -> None:
    """Source: docs.x.com incidents and GitHub reports: timelines are eventually consistent."""
    x.rehearsal.fault("read-lag", "x", account="embassy-paris", seconds=30)
    post = x.say("Slow to show").json()["data"]["id"]
    assert x.get("/2/users/42/tweets").json()["meta"]["result_count"] == 0
    assert x.get(f"/2/tweets/{post}").json()["data"]["id"] == post
    advance(x, 30)
    assert x.get("/2/users/42/tweets").json()["meta"]["result_count"] == 1


@pytest.mark.parametrize(
    ("type_", "category", "prefix"),
    [("video/mp4", "tweet_video", "13"), ("image/png", "tweet_image", "3"), ("image/gif", "tweet_gif", "16")],
)
def test_fact_23_an_upload_begins_with_an_id_and_a_key(x: Speaker, type_: str, category: str, prefix: str) -> None:
    """Source: docs.x.com, media upload initialize."""
    body = {"media_type": type_, "total_bytes": 100, "media_category": category}
    data = x.post("/2/media/upload/initialize", body).json()["data"]
    assert data["media_key"] == f"{prefix}_{data['id']}"
    assert data["expires_after_secs"] == 1_295_999


@pytest.mark.parametrize("wrong", [{"total_bytes": 6 << 20}, {"media_type": "text/html"}, {"media_category": ""}, {"more": 1}])
def test_fact_23_what_x_does_not_take_is_refused_at_once(x: Speaker, wrong: dict[str, object]) -> None:
    """Source: docs.x.com, media best practices (pictures up to 5 MB) and openapi.json."""
    body = {"media_type": "image/png", "total_bytes": 100, "media_category": "tweet_image"} | wrong
    assert x.post("/2/media/upload/initialize", body).status_code == 400


def test_fact_24_a_video_is_appended_finished_and_processed(x: Speaker, mp4: bytes) -> None:
    """Source: docs.x.com, chunked media upload; openapi.json (segment_index 0 to 999)."""
    media = x.initialize("video/mp4", "tweet_video", mp4)
    half = len(mp4) // 2
    chunk = {"media": base64.b64encode(mp4[:half]).decode(), "segment_index": 0}
    appended = x.post(f"/2/media/upload/{media}/append", chunk)
    assert appended.json()["data"]["expires_at"] > x.rehearsal.world.clock.now().timestamp()
    path = f"/2/media/upload/{media}/append"
    assert x.send("POST", path, data={"segment_index": "1"}, files={"media": mp4[half:]}).status_code == 200
    assert x.post(path, chunk | {"segment_index": 1000}).status_code == 400
    done = x.send("POST", f"/2/media/upload/{media}/finalize").json()["data"]
    assert done["size"] == len(mp4)
    assert done["expires_after_secs"] == 86_400
    assert done["processing_info"] == {"state": "pending", "check_after_secs": 1}
    assert message(x.say("Too soon", media={"media_ids": [media]}))[1] == "Your media IDs are invalid."
    states = [x.get("/2/media/upload", command="STATUS", media_id=media).json()["data"]["processing_info"] for _ in range(2)]
    assert (states[0]["state"], states[0]["progress_percent"], states[1]["state"]) == ("in_progress", 50, "succeeded")
    assert x.say("Look", media={"media_ids": [media]}).status_code == 201
    kept = requests.get(f"{x.rehearsal.address}/rehearsal/files/{x.records()[0]['media'][0]}", timeout=10)
    assert kept.content == mp4


def test_fact_24_processing_ends_by_the_clock_too(x: Speaker, mp4: bytes) -> None:
    """Source: docs.x.com, chunked media upload: check_after_secs."""
    media = x.initialize("video/mp4", "tweet_video", mp4)
    x.send("POST", f"/2/media/upload/{media}/append", data={"segment_index": "0"}, files={"media": mp4})
    x.send("POST", f"/2/media/upload/{media}/finalize")
    advance(x, 2)
    assert x.say("Look", media={"media_ids": [media]}).status_code == 201


def test_fact_24_what_is_no_video_fails_and_a_missing_part_is_noticed(x: Speaker) -> None:
    """Source: docs.x.com, chunked media upload (state failed, with an error)."""
    media = x.initialize("video/mp4", "tweet_video", b"no video at all")
    assert x.send("POST", f"/2/media/upload/{media}/finalize").status_code == 400
    x.send("POST", f"/2/media/upload/{media}/append", data={"segment_index": "0"}, files={"media": b"no video at all"})
    x.send("POST", f"/2/media/upload/{media}/finalize")
    advance(x, 5)
    info = x.get("/2/media/upload", command="STATUS", media_id=media).json()["data"]["processing_info"]
    assert (info["state"], info["error"]["name"]) == ("failed", "InvalidMedia")


def test_fact_24_a_video_out_of_the_specification_succeeds_and_is_refused_by_the_post(x: Speaker) -> None:
    """Source: GitHub tweepy issue 2016, plhery/node-twitter-api-v2 issue 375."""
    film = video("mpeg4")
    media = x.initialize("video/mp4", "tweet_video", film)
    x.send("POST", f"/2/media/upload/{media}/append", data={"segment_index": "0"}, files={"media": film})
    x.send("POST", f"/2/media/upload/{media}/finalize")
    advance(x, 5)
    info = x.get("/2/media/upload", command="STATUS", media_id=media).json()["data"]["processing_info"]
    assert info["state"] == "succeeded"
    assert message(x.say("Look", media={"media_ids": [media]}))[1] == "Your media IDs are invalid."


def test_fact_24_a_small_picture_goes_in_one_request(x: Speaker) -> None:
    """Source: docs.x.com openapi.json, POST /2/media/upload (media and media_category are required)."""
    form = {"media_category": "tweet_image"}
    answer = x.send("POST", "/2/media/upload", data=form, files={"media": ("a.jpg", picture("JPEG"))})
    assert answer.status_code == 200
    assert answer.json()["data"]["expires_after_secs"] == 86_400
    assert x.send("POST", "/2/media/upload", files={"media": ("a.jpg", picture())}).status_code == 400
    assert x.send("POST", "/2/media/upload", data=form, files={"media": b"no picture"}).status_code == 400


def test_fact_25_an_alt_text_has_a_thousand_characters_at_most(x: Speaker) -> None:
    """Source: docs.x.com openapi.json, POST /2/media/metadata (maxLength 1000)."""
    media = x.upload(picture())

    def describe(text: str) -> int:
        return x.post("/2/media/metadata", {"id": media, "metadata": {"alt_text": {"text": text}}}).status_code

    assert (describe("a" * 1001), describe("a" * 1000), describe("A long table")) == (400, 200, 200)
    x.say("Look", media={"media_ids": [media]})
    assert x.records()[0]["alts"] == ["A long table"]


def test_fact_26_the_old_upload_answers_in_its_own_way(x: Speaker, mp4: bytes) -> None:
    """Source: tweepy's recorded cassettes test_media_upload_*."""

    def send(files: dict[str, bytes] | None = None, **form: str) -> requests.Response:
        return x.send("POST", "/1.1/media/upload.json", host=UPLOAD, data=form, files=files)

    simple = send({"media": picture()})
    body = simple.json()
    assert (simple.status_code, simple.headers["x-mediaid"]) == (200, body["media_id_string"])
    assert isinstance(body["media_id"], int)
    assert body["image"] == {"image_type": "image/png", "w": 64, "h": 48}
    begun = send(command="INIT", total_bytes=str(len(mp4)), media_type="video/mp4", media_category="tweet_video")
    assert (begun.status_code, begun.headers["x-rate-limit-limit"]) == (202, "200")
    media = begun.json()["media_id_string"]
    appended = send({"media": mp4}, command="APPEND", media_id=media, segment_index="0")
    assert (appended.status_code, appended.content) == (204, b"")
    assert appended.headers["content-type"].startswith("text/html")
    done = send(command="FINALIZE", media_id=media)
    assert (done.status_code, done.json()["processing_info"]["state"]) == (201, "pending")
    alt = {"media_id": body["media_id_string"], "alt_text": {"text": "A table"}}
    described = x.send("POST", "/1.1/media/metadata/create.json", host=UPLOAD, json=alt)
    assert (described.status_code, described.content) == (200, b"")


def test_fact_26_whether_a_post_takes_an_old_id_is_a_switch(x: Speaker) -> None:
    """Source: GitHub tweepy issue 2217 and reports of 2025 and 2026 that disagree; the stricter is the default."""
    media = x.send("POST", "/1.1/media/upload.json", host=UPLOAD, files={"media": picture()}).json()["media_id_string"]
    assert message(x.say("Look", media={"media_ids": [media]}))[1] == "Your media IDs are invalid."
    settle(x, v1_media="accept")
    assert x.say("Look", media={"media_ids": [media]}).status_code == 201


def sign_in(x: Speaker, auth: OAuth1, path: str) -> requests.Response:
    return x.send("POST", path, auth=auth)


def test_fact_27_an_account_signs_in_with_a_pin(x: Speaker) -> None:
    """Source: docs.x.com, OAuth 1.0a, PIN-based authorization; tweepy auth.py."""
    app = x.rehearsal.get("/rehearsal/x/app")
    keys = (app["consumer_key"], app["consumer_secret"])
    answer = sign_in(x, OAuth1(*keys, callback_uri="oob"), "/oauth/request_token")
    asked = dict(parse_qsl(answer.text))
    assert (answer.status_code, asked["oauth_callback_confirmed"]) == (200, "true")
    assert answer.headers["content-type"].startswith("text/html")
    pair = (asked["oauth_token"], asked["oauth_token_secret"])
    form = {"oauth_token": asked["oauth_token"], "account": "embassy-paris"}
    pin = requests.post(f"{x.rehearsal.address}/api/x/oauth/authorize", data=form, timeout=10).json()["pin"]
    assert re.fullmatch(r"\d{7}", pin)
    wrong = str((int(pin) + 1) % 10**7).rjust(7, "0")
    assert sign_in(x, OAuth1(*keys, *pair, verifier=wrong), "/oauth/access_token").status_code == 401
    granted = dict(parse_qsl(sign_in(x, OAuth1(*keys, *pair, verifier=pin), "/oauth/access_token").text))
    assert granted["oauth_token"].startswith("42-")
    assert (granted["user_id"], granted["screen_name"]) == ("42", "embassy_paris")
    assert sign_in(x, OAuth1(*keys, *pair, verifier=pin), "/oauth/access_token").status_code == 401
    signed = x.auth(access_token=granted["oauth_token"], access_token_secret=granted["oauth_token_secret"])
    assert x.send("GET", "/2/users/me", auth=signed).json()["data"]["id"] == "42"


def test_fact_27_a_callback_must_be_registered(x: Speaker) -> None:
    """Source: docs.x.com, callback URLs."""
    app = x.rehearsal.get("/rehearsal/x/app")
    keys = (app["consumer_key"], app["consumer_secret"])
    assert sign_in(x, OAuth1(*keys, callback_uri="https://example.org/"), "/oauth/request_token").status_code == 403
    answer = sign_in(x, OAuth1(*keys, callback_uri="http://127.0.0.1:8000/back"), "/oauth/request_token")
    form = {"oauth_token": parse_qs(answer.text)["oauth_token"][0], "account": "embassy-paris"}
    led_back = requests.post(
        f"{x.rehearsal.address}/api/x/oauth/authorize", data=form, timeout=10, allow_redirects=False
    ).headers["location"]  # fmt: skip
    assert led_back.startswith("http://127.0.0.1:8000/back?oauth_token=")
    assert sign_in(x, OAuth1(keys[0], "wrong", callback_uri="oob"), "/oauth/request_token").status_code == 401


VERIFIER = "a-long-enough-verifier-of-forty-three-chars"


def consent(x: Speaker, scope: str) -> str:
    """An OAuth 2 code, as the browser would bring it back."""
    form = {
        "client_id": x.rehearsal.get("/rehearsal/x/app")["client_id"],
        "redirect_uri": "http://127.0.0.1:8000/back",
        "scope": scope,
        "state": "s",
        "code_challenge": VERIFIER,
        "code_challenge_method": "plain",
        "account": "embassy-paris",
    }
    answer = requests.post(
        f"{x.rehearsal.address}/api/x/i/oauth2/authorize", data=form, timeout=10, allow_redirects=False
    )  # fmt: skip
    return parse_qs(urlsplit(answer.headers["location"]).query)["code"][0]


def exchange(x: Speaker, **form: str) -> requests.Response:
    app = x.rehearsal.get("/rehearsal/x/app")
    return requests.post(
        f"{x.rehearsal.address}/api/x/2/oauth2/token", data=form, auth=(app["client_id"], app["client_secret"]), timeout=10
    )


def by_code(x: Speaker, code: str) -> requests.Response:
    back = "http://127.0.0.1:8000/back"
    return exchange(x, grant_type="authorization_code", code=code, redirect_uri=back, code_verifier=VERIFIER)


def test_fact_28_a_code_is_good_for_thirty_seconds_and_once(x: Speaker) -> None:
    """Source: docs.x.com, OAuth 2.0 authorization code flow with PKCE."""
    late = consent(x, "tweet.read users.read")
    advance(x, 31)
    answer = by_code(x, late)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")
    code = consent(x, "tweet.read users.read")
    assert by_code(x, code).json()["expires_in"] == 7200
    assert by_code(x, code).status_code == 400


def test_fact_28_a_refresh_token_needs_offline_access_and_turns_over(x: Speaker) -> None:
    """Source: docs.x.com, OAuth 2.0: refresh tokens with offline.access."""
    assert "refresh_token" not in by_code(x, consent(x, "tweet.read users.read")).json()
    first = by_code(x, consent(x, "tweet.read users.read tweet.write offline.access")).json()["refresh_token"]
    second = exchange(x, grant_type="refresh_token", refresh_token=first)
    assert second.json()["refresh_token"] != first
    assert exchange(x, grant_type="refresh_token", refresh_token=first).status_code == 400
    bearer = Bearer(second.json()["access_token"])
    assert x.send("POST", "/2/tweets", json={"text": "With OAuth 2"}, auth=bearer).status_code == 201
    advance(x, 7_201)
    assert x.send("GET", "/2/users/me", auth=bearer).status_code == 401


def test_fact_28_a_token_may_do_what_its_scopes_say(x: Speaker) -> None:
    """Source: docs.x.com, authentication mapping (tweet.write to post)."""
    bearer = Bearer(by_code(x, consent(x, "tweet.read users.read")).json()["access_token"])
    assert x.send("POST", "/2/tweets", json={"text": "Without the scope"}, auth=bearer).status_code == 403
    assert x.send("GET", "/2/users/me", auth=bearer).status_code == 200
