"""What the Graph API does, request by request, over plain HTTP: facts 29 to 43, each with its public source."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
import requests
from PIL import Image

from tests.conftest import Rehearsal

PAGE = "100200300400500"
MP4 = b"\x00\x00\x00\x18ftypmp42" + b"\x00" * 2000


def picture(colour: str = "navy", kind: str = "JPEG") -> bytes:
    """The bytes of a small picture."""
    out = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(out, kind)
    return out.getvalue()


@dataclass
class Page:
    """A Page of the rehearsal and its token, as a test sees them."""

    rehearsal: Rehearsal
    token: str
    id: str = PAGE
    version: str = "/v26.0"
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, *, token: str | None = None, files: Any = None, **arguments: Any) -> requests.Response:
        address = f"{self.rehearsal.address}/api/facebook{self.version}/{path}"
        arguments["access_token"] = self.token if token is None else token
        form = {"data": arguments} if method == "POST" else {"params": arguments}
        return requests.request(method, address, files=files, headers=self.headers, timeout=10, **form)

    def get(self, path: str, **arguments: Any) -> Any:
        return self.call("GET", path, **arguments).json()

    def post(self, path: str, **arguments: Any) -> Any:
        return self.call("POST", path, **arguments).json()

    def say(self, message: str, **arguments: Any) -> Any:
        return self.post(f"{self.id}/feed", message=message, **arguments)

    def photo(self, colour: str = "navy", **arguments: Any) -> Any:
        return self.post(f"{self.id}/photos", files={"source": ("a.jpg", picture(colour), "image/jpeg")}, **arguments)

    def messages(self, edge: str = "published_posts") -> list[str]:
        return [row.get("message", "") for row in self.get(f"{self.id}/{edge}")["data"]]

    def set(self, **switches: Any) -> Any:
        return self.rehearsal.post("/rehearsal/facebook", switches)


@pytest.fixture
def page(rehearsal: Rehearsal) -> Page:
    """The ministry's Page; the clock stands still at a known time."""
    rehearsal.post("/rehearsal/clock", {"now": "2026-12-01T09:00:00+00:00", "rate": 0})
    credential = rehearsal.enrol("facebook", PAGE, "page", "mfa")
    assert credential["page_id"] == PAGE
    return Page(rehearsal, credential["access_token"])


def error(answer: Any, code: int, subcode: int | None = None) -> dict[str, Any]:
    """The error of an answer, which must have this code."""
    found: dict[str, Any] = answer["error"]
    assert (found["code"], found.get("error_subcode")) == (code, subcode)
    assert found["fbtrace_id"]
    return found


def test_fact_29_an_expired_version_is_refused(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/changelog (v20.0 ended 24 September 2026); 2635 is the Marketing API's."""
    for version in ("/v20.0", "/v3.1", "/v2.8"):
        page.version = version
        answer = page.call("GET", "me")
        assert answer.status_code == 400
        assert "deprecated version" in error(answer.json(), 2635)["message"]


def test_fact_29_an_expired_version_is_upgraded_silently_where_the_switch_says_so(page: Page) -> None:
    """Source: developers.facebook.com/docs/apps/versions ("defaulted to the next oldest, usable version")."""
    page.set(silent_upgrade=True)
    page.version = "/v3.1"
    assert page.call("GET", "me").headers["facebook-api-version"] == "v21.0"
    page.rehearsal.post("/rehearsal/clock", {"now": "2027-02-01T00:00:00+00:00"})
    assert page.call("GET", "me").headers["facebook-api-version"] == "v22.0"


def test_fact_29_the_version_header_says_which_version_answered(page: Page) -> None:
    """Source: facebook-sdk 3.1.0, `GraphAPI.get_version` reads `facebook-api-version`."""
    assert page.call("GET", "me").headers["facebook-api-version"] == "v26.0"
    page.version = "/v24.0"
    assert page.call("GET", "me").headers["facebook-api-version"] == "v24.0"
    page.version = ""
    assert page.call("GET", "me").headers["facebook-api-version"] == "v26.0"
    page.version = "/v27.0"
    error(page.get("me"), 2500)


def test_fact_30_a_feed_post_answers_the_two_part_id(page: Page) -> None:
    """Source: developers.facebook.com/docs/pages-api/posts."""
    answer = page.call("POST", f"{PAGE}/feed", message="Talks resume.\nSecond line.", link="https://mfa.example.org/a")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json; charset=UTF-8"
    assert answer.json()["id"].startswith(f"{PAGE}_")
    [record] = page.rehearsal.records(platform="facebook")
    assert (record["id"], record["kind"], record["text"]) == (answer.json()["id"], "post", "Talks resume.\nSecond line.")
    assert record["more"]["link"] == "https://mfa.example.org/a"


def test_fact_30_fields_are_read_after_the_write(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/overview (read-after-write)."""
    address = f"{page.rehearsal.address}/api/facebook/v26.0/{PAGE}/feed?fields=id,permalink_url"
    answer = requests.post(address, data={"message": "Hello", "access_token": page.token}, timeout=10).json()
    assert set(answer) == {"id", "permalink_url"}
    assert answer["permalink_url"].endswith(f"/facebook/mfa/posts/{answer['id'].split('_')[1]}")


def test_fact_30_a_post_is_read_back_with_the_fields_asked_for(page: Page) -> None:
    """Source: PagePost.json of facebook/facebook-business-sdk-codegen."""
    post = page.say("Hello", link="https://mfa.example.org/a?b=c")["id"]
    wanted = "id,message,created_time,permalink_url,is_published,attachments{media_type,url,unshimmed_url}"
    found = page.get(post, fields=wanted)
    assert (found["message"], found["is_published"]) == ("Hello", True)
    assert found["created_time"] == "2026-12-01T09:00:00+0000"
    assert found["attachments"]["data"][0]["unshimmed_url"] == "https://mfa.example.org/a?b=c"
    assert set(page.get(post)) == {"id", "message", "created_time"}
    error(page.get(post, fields="id,colour"), 100)
    error(page.get(post, fields="id,attachments{url"), 100)


def test_fact_30_a_post_needs_something_to_say_and_not_more_than_63206_characters(page: Page) -> None:
    """Source: gitroomhq/postiz-app (maxLength 63206; 1349125 among its production errors)."""
    error(page.say(""), 100, 1349125)
    error(page.say("é" * 63_207), 100)
    assert "id" in page.say("é" * 63_206)
    error(page.say("", link="mfa"), 100, 2061006)
    error(page.say("", link="https://www.facebook.com/mfa"), 100, 1609008)


def test_fact_30_a_post_can_be_changed(page: Page) -> None:
    """Source: PagePost.json of facebook/facebook-business-sdk-codegen (POST with message, is_published)."""
    post = page.say("Helo")["id"]
    assert page.post(post, message="Hello") == {"success": True}
    assert page.messages() == ["Hello"]
    hidden = page.say("Later", published="false")["id"]
    assert page.messages() == ["Hello"]
    assert page.post(hidden, is_published="true") == {"success": True}
    assert page.messages() == ["Later", "Hello"]


def test_fact_31_an_unpublished_photo_is_seen_by_nobody(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/reference/page/photos."""
    answer = page.photo(published="false", alt_text_custom="The minister signs")
    assert set(answer) == {"id"}
    assert page.rehearsal.records(platform="facebook") == []
    assert page.get(f"{PAGE}/photos", type="uploaded") == {"data": []}
    assert page.get(answer["id"], fields="alt_text,page_story_id") == {"id": answer["id"], "alt_text": "The minister signs"}


def test_fact_31_a_published_photo_answers_its_post_too(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/reference/page/photos."""
    answer = page.photo(caption="Signed today")
    assert set(answer) == {"id", "post_id"}
    assert page.get(answer["id"], fields="page_story_id")["page_story_id"] == answer["post_id"]
    [record] = page.rehearsal.records(platform="facebook")
    assert (record["kind"], record["text"], record["id"]) == ("photo", "Signed today", answer["post_id"])


def test_fact_31_a_photo_that_is_no_picture_or_too_large_is_refused(page: Page) -> None:
    """Source: gitroomhq/postiz-app (subcode 1366046: less than 4 MB, JPG or PNG)."""
    error(page.post(f"{PAGE}/photos", files={"source": ("a.jpg", b"no picture", "image/jpeg")}), 100, 1366046)
    error(page.post(f"{PAGE}/photos", files={"source": ("a.gif", picture(kind="GIF"), "image/gif")}), 100, 1366046)
    page.set(photo_bytes=100)
    error(page.photo(), 100, 1366046)
    error(page.post(f"{PAGE}/photos", caption="nothing"), 324)


def test_fact_32_attached_photos_appear_in_order_with_their_alt_texts(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/reference/page/photos (multi-photo posts)."""
    photos = [page.photo(colour, published="false", alt_text_custom=colour)["id"] for colour in ("navy", "olive")]
    post = page.say("Two", attached_media=json.dumps([{"media_fbid": photo} for photo in photos]))["id"]
    [record] = page.rehearsal.records(platform="facebook")
    assert record["alts"] == ["navy", "olive"]
    assert len(set(record["media"])) == 2
    assert [page.get(photo, fields="page_story_id")["page_story_id"] for photo in photos] == [post, post]
    attached = page.get(post, fields="attachments{media_type,subattachments{target}}")["attachments"]["data"][0]
    assert attached["media_type"] == "album"
    assert [row["target"]["id"] for row in attached["subattachments"]["data"]] == photos
    one_by_one = {f"attached_media[{n}]": json.dumps({"media_fbid": photo}) for n, photo in enumerate(photos)}
    assert "id" in page.say("Again", **one_by_one)


def test_fact_32_an_unknown_attached_photo_is_refused(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/guides/error-handling (100, invalid parameter); not confirmed live."""
    error(page.say("Two", attached_media='[{"media_fbid":"42"}]'), 100)
    error(page.say("Two", attached_media="no list"), 100)
    assert page.rehearsal.records(platform="facebook") == []


@pytest.mark.parametrize(
    ("ahead", "published", "taken"),
    [
        (timedelta(seconds=599), "false", False),
        (timedelta(seconds=601), "false", True),
        (timedelta(seconds=601), "true", False),
        (timedelta(days=29), "false", True),
        (timedelta(days=30), "false", False),
    ],
)
def test_fact_33_a_post_is_scheduled_ten_minutes_to_thirty_days_ahead(
    page: Page, ahead: timedelta, published: str, taken: bool
) -> None:
    """Source: developers.facebook.com/docs/pages-api/posts; the refusal at 30 days as reported in public forums."""
    due = int((page.rehearsal.world.clock.now() + ahead).timestamp())
    answer = page.call("POST", f"{PAGE}/feed", message="Later", published=published, scheduled_publish_time=due)
    assert answer.status_code == (200 if taken else 400)
    if not taken:
        assert error(answer.json(), 100)["message"] == "(#100) The specified scheduled publish time is invalid."


def test_fact_33_the_thirtieth_waiting_post_is_refused(page: Page) -> None:
    """Source: reports in public forums, three of them; the words are those of a wrong time."""
    for number in range(29):
        assert "id" in page.say(f"Post {number}", published="false", scheduled_publish_time="+2 hours")
    error(page.say("Post 30", published="false", scheduled_publish_time="+2 hours"), 100)


def test_fact_33_a_scheduled_post_becomes_public_at_its_time(page: Page) -> None:
    """Source: developers.facebook.com/docs/pages-api/posts."""
    post = page.say("Later", published="false", scheduled_publish_time="2026-12-01T10:00:00+00:00")["id"]
    assert page.messages() == []
    assert page.messages("scheduled_posts") == ["Later"]
    page.rehearsal.post("/rehearsal/clock", {"advance": 3600})
    [record] = page.rehearsal.records(platform="facebook")
    assert (record["id"], record["public"]) == (post, True)
    assert page.messages() == ["Later"]
    assert page.messages("scheduled_posts") == []


def test_fact_34_the_same_text_twice_in_a_row_is_refused(page: Page) -> None:
    """Source: GitHub facebook-csharp-sdk/facebook-csharp-sdk #119."""
    page.say("Hello")
    answer = page.call("POST", f"{PAGE}/feed", message="Hello")
    assert answer.status_code == 400
    assert "Duplicate status message" in error(answer.json(), 506, 1455006)["message"]
    page.say("Something else")
    assert "id" in page.say("Hello")


def test_fact_34_the_same_text_may_come_again_once_the_first_is_deleted(page: Page) -> None:
    """Source: the message of 506 itself ("or delete your previous update")."""
    page.call("DELETE", page.say("Hello")["id"])
    assert "id" in page.say("Hello")


def test_fact_34_equal_photo_posts_are_all_taken(page: Page) -> None:
    """Source: GitHub arsduo/koala #699: seven copies of one photo post."""
    for _ in range(3):
        photo = page.photo(published="false")["id"]
        assert "id" in page.say("Hello", attached_media=json.dumps([{"media_fbid": photo}]))
    assert page.messages() == ["Hello"] * 3


def test_fact_35_an_answer_of_code_2_may_hide_a_post_that_exists(page: Page) -> None:
    """Source: GitHub arsduo/koala #699."""
    page.rehearsal.fault("error-after", "facebook", account="page", times=1, status=500)
    answer = page.call("POST", f"{PAGE}/feed", message="Hello")
    assert answer.status_code == 500
    found = error(answer.json(), 2)
    assert found["message"] == "An unexpected error has occurred. Please retry your request later."
    assert (found["type"], found["is_transient"]) == ("OAuthException", True)
    assert page.messages() == ["Hello"]


def test_fact_35_the_same_answer_comes_where_nothing_was_done(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/guides/error-handling (code 2, try again)."""
    page.rehearsal.fault("error", "facebook", times=1, status=500)
    error(page.say("Hello"), 2)
    assert page.messages() == []


def test_fact_35_preparing_is_another_action_than_publishing(page: Page) -> None:
    """Ours: a fault that meets publishing leaves unpublished photos and the pieces of a video alone, and the other way round."""
    page.rehearsal.fault("error", "facebook", action="publish", status=500)
    photo = page.photo(published="false")["id"]
    assert "video_id" in page.post(f"{PAGE}/videos", upload_phase="start", file_size=len(MP4))
    error(page.say("Hello", attached_media=json.dumps([{"media_fbid": photo}])), 2)
    error(page.photo(), 2)
    requests.delete(f"{page.rehearsal.address}/rehearsal/faults", timeout=10)
    page.rehearsal.fault("error", "facebook", action="prepare", status=500)
    error(page.photo(published="false"), 2)
    assert "id" in page.say("Hello")


def test_fact_36_an_expired_token_is_said_in_body_and_header(page: Page) -> None:
    """Source: GitHub snarfed/bridgy #59 (400, 190/463); calebd/SimpleAuth #102 (the header)."""
    page.rehearsal.fault("expired-token", "facebook", account="page")
    answer = page.call("POST", f"{PAGE}/feed", message="Hello")
    assert answer.status_code == 400
    message = error(answer.json(), 190, 463)["message"]
    assert message.startswith("Error validating access token: Session has expired on Tuesday, 01-Dec-26 01:00:00 PST.")
    assert answer.headers["WWW-Authenticate"].startswith('OAuth "Facebook Platform" "invalid_token" "Error validating')


def test_fact_36_a_token_expires_by_the_clock(page: Page) -> None:
    """Source: developers.facebook.com/docs/facebook-login/guides/access-tokens."""
    person = page.rehearsal.post("/rehearsal/facebook/tokens", {"kind": "user", "expires_in": 60})["access_token"]
    assert "id" in page.get("me", token=person)
    page.rehearsal.post("/rehearsal/clock", {"advance": 61})
    error(page.get("me", token=person), 190, 463)


@pytest.mark.parametrize(("token", "code"), [("", 104), ("EAAnobody", 190)])
def test_fact_36_no_token_and_an_unknown_token_are_told_apart(page: Page, token: str, code: int) -> None:
    """Source: developers.facebook.com/docs/graph-api/guides/error-handling."""
    error(page.call("POST", f"{PAGE}/feed", token=token, message="Hello").json(), code)
    assert page.rehearsal.records(platform="facebook") == []


def test_fact_36_a_suspended_account_must_be_unlocked_by_a_person(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/guides/error-handling (190/459; 368)."""
    page.rehearsal.fault("suspended", "facebook", account="page")
    error(page.say("Hello"), 190, 459)
    page.set(suspended_as="blocked")
    error(page.say("Hello"), 368)


def test_fact_36_the_token_may_come_in_the_query_the_form_or_a_header(page: Page) -> None:
    """Source: facebook-sdk 3.1.0 `GraphAPI.request` (query, form); RFC 6750 (header)."""
    address = f"{page.rehearsal.address}/api/facebook/v26.0/{PAGE}/feed"
    in_query = requests.post(f"{address}?access_token={page.token}", data={"message": "1"}, timeout=10)
    in_header = requests.post(address, json={"message": "2"}, headers={"Authorization": f"Bearer {page.token}"}, timeout=10)
    assert ("id" in in_query.json(), "id" in in_header.json()) == (True, True)
    assert page.messages() == ["2", "1"]


def test_fact_37_a_persons_token_may_not_publish_on_a_page(page: Page) -> None:
    """Source: GitHub snarfed/bridgy #596 and gitroomhq/postiz-app (190 without a subcode)."""
    person = page.rehearsal.post("/rehearsal/facebook/tokens", {"kind": "user"})["access_token"]
    assert "must be granted" in error(page.say("Hello", token=person), 190)["message"]
    page.set(user_token_posts=True)
    assert "id" in page.say("Hello", token=person)


def test_fact_37_the_token_of_another_page_is_refused(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/guides/error-handling (200 to 299: permission)."""
    other = page.rehearsal.enrol("facebook", "555", "other")["access_token"]
    post = page.say("Hello")["id"]
    answer = page.call("POST", f"{PAGE}/feed", token=other, message="Not mine")
    assert answer.status_code == 403
    error(answer.json(), 200)
    error(page.call("DELETE", post, token=other).json(), 200)
    error(page.get(post, token=other), 200)
    assert page.messages() == ["Hello"]


def test_fact_38_usage_rises_with_calls_until_nothing_is_left(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/overview/rate-limiting."""
    page.set(page_calls=4, app_calls=10)
    answers = [page.call("GET", "me") for _ in range(4)]
    used = [json.loads(answer.headers["X-Business-Use-Case-Usage"])[PAGE][0]["call_count"] for answer in answers]
    assert used == [25, 50, 75, 100]
    assert [json.loads(answer.headers["X-App-Usage"])["call_count"] for answer in answers] == [10, 20, 30, 40]
    page.rehearsal.post("/rehearsal/clock", {"advance": 3600})
    refused = page.call("POST", f"{PAGE}/feed", message="Hello")
    assert refused.status_code == 400
    error(refused.json(), 80001)
    [usage] = json.loads(refused.headers["X-Business-Use-Case-Usage"])[PAGE]
    assert (usage["type"], usage["call_count"], usage["estimated_time_to_regain_access"]) == ("pages", 100, 23 * 60)
    page.rehearsal.post("/rehearsal/clock", {"advance": 23 * 3600})
    assert "id" in page.say("Hello")


def test_fact_38_the_switches_throttle_too(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/overview/rate-limiting (80001; code 4 for the app)."""
    page.rehearsal.fault("throttled", "facebook", account="page", times=1, seconds=120)
    refused = page.call("POST", f"{PAGE}/feed", message="Hello")
    error(refused.json(), 80001)
    [usage] = json.loads(refused.headers["X-Business-Use-Case-Usage"])[PAGE]
    assert usage["estimated_time_to_regain_access"] == 2
    page.rehearsal.fault("no-credit", "facebook", times=1)
    refused = page.call("POST", f"{PAGE}/feed", message="Hello")
    assert error(refused.json(), 4)["message"] == "(#4) Application request limit reached"
    assert json.loads(refused.headers["X-App-Usage"])["call_count"] == 100
    assert page.messages() == []


def test_fact_38_an_app_that_called_too_often_is_refused_with_code_4(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/overview/rate-limiting (platform limit, an hour)."""
    person = page.rehearsal.post("/rehearsal/facebook/tokens", {"kind": "user"})["access_token"]
    page.set(app_calls=2)
    assert "id" in page.get("me", token=person)
    assert "id" in page.get("me", token=person)
    error(page.get("me", token=person), 4)


def test_fact_39_a_post_is_deleted_once(page: Page) -> None:
    """Source: PagePost.json of facebook/facebook-business-sdk-codegen; 100/33 in gitroomhq/postiz-app."""
    post = page.say("Hello")["id"]
    assert page.call("DELETE", post).json() == {"success": True}
    answer = page.call("DELETE", post)
    assert answer.status_code == 400
    assert error(answer.json(), 100, 33)["type"] == "GraphMethodException"
    error(page.get(post), 100, 33)
    error(page.post(post, message="Again"), 100, 33)
    assert page.messages() == []
    [record] = page.rehearsal.records(platform="facebook")
    assert record["deleted_at"] is not None


def test_fact_39_a_photo_can_be_deleted(page: Page) -> None:
    """Source: Photo.json of facebook/facebook-business-sdk-codegen."""
    unseen = page.photo(published="false")["id"]
    assert page.call("DELETE", unseen).json() == {"success": True}
    error(page.get(unseen), 100, 33)
    published = page.photo(caption="Signed")
    assert page.call("DELETE", published["id"]).json() == {"success": True}
    assert page.messages() == []
    two = [page.photo(colour, published="false")["id"] for colour in ("navy", "olive")]
    page.say("Two", attached_media=json.dumps([{"media_fbid": photo} for photo in two]))
    assert page.call("DELETE", two[0]).json() == {"success": True}
    assert len(page.rehearsal.records(platform="facebook")[-1]["media"]) == 1


def test_fact_40_published_posts_come_newest_first_a_page_at_a_time(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/results (cursors)."""
    for number in range(5):
        page.say(f"Post {number}")
    path = f"{PAGE}/published_posts"
    first = page.get(path, limit=2)
    assert [row["message"] for row in first["data"]] == ["Post 4", "Post 3"]
    second = page.get(path, limit=2, after=first["paging"]["cursors"]["after"])
    assert [row["message"] for row in second["data"]] == ["Post 2", "Post 1"]
    assert "access_token=" in second["paging"]["next"]
    last = page.get(path, limit=2, after=second["paging"]["cursors"]["after"])
    assert [row["message"] for row in last["data"]] == ["Post 0"]
    assert "next" not in last["paging"]
    back = page.get(path, limit=2, before=last["paging"]["cursors"]["before"])
    assert back["data"] == second["data"]
    error(page.get(path, after="nonsense"), 100)


def test_fact_40_since_until_and_limit_are_honoured(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/results; at most 100 since v2.4 (docs/apps/upgrading)."""
    for number in range(3):
        page.say(f"Post {number}")
        page.rehearsal.post("/rehearsal/clock", {"advance": 60})
    start = 1796115600  # 2026-12-01T09:00:00Z
    path = f"{PAGE}/published_posts"
    assert [row["message"] for row in page.get(path, since=start + 60)["data"]] == ["Post 2", "Post 1"]
    assert [row["message"] for row in page.get(path, until="2026-12-01T09:01:00+00:00")["data"]] == ["Post 1", "Post 0"]
    error(page.get(path, limit=101), 100)
    assert page.get(path, since=start + 600) == {"data": []}


def test_fact_40_a_list_may_lag_while_the_post_itself_is_there(page: Page) -> None:
    """Source: GitHub arsduo/koala #699 (posts appeared later than the answers)."""
    page.rehearsal.fault("read-lag", "facebook", seconds=30)
    post = page.say("Hello")["id"]
    assert page.messages() == page.messages("feed") == []
    assert page.get(post)["message"] == "Hello"
    page.rehearsal.post("/rehearsal/clock", {"advance": 31})
    assert page.messages() == page.messages("feed") == ["Hello"]


def test_fact_40_uploaded_photos_are_listed(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/reference/page/photos."""
    photo = page.photo(caption="Signed", alt_text_custom="A table")["id"]
    [row] = page.get(f"{PAGE}/photos", type="uploaded", fields="id,name,alt_text,page_story_id")["data"]
    assert (row["id"], row["name"], row["alt_text"]) == (photo, "Signed", "A table")


def test_fact_41_figures_of_old_names_are_refused(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/reference/insights (deprecated metrics, 15 November 2025)."""
    for metric in ("page_impressions", "page_fans", ""):
        message = error(page.get(f"{PAGE}/insights", metric=metric), 100)["message"]
        assert message == "(#100) The value must be a valid insights metric"
    [row] = page.get(f"{PAGE}/insights", metric="page_media_view")["data"]
    assert row["name"] == "page_media_view"
    post = page.say("Hello")["id"]
    assert page.get(f"{post}/insights", metric="post_media_view")["data"][0]["period"] == "lifetime"
    assert page.get(PAGE, fields="followers_count,fan_count")["followers_count"] >= 0


def test_fact_42_a_token_can_be_looked_into(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/reference/debug_token."""
    app = page.rehearsal.get("/rehearsal/facebook")
    token = f"{app['app_id']}|{app['app_secret']}"
    data = page.get("debug_token", token=token, input_token=page.token)["data"]
    assert (data["is_valid"], data["type"], data["profile_id"], data["app_id"]) == (True, "PAGE", PAGE, app["app_id"])
    assert (data["expires_at"], "pages_manage_posts" in data["scopes"]) == (0, True)
    assert data["data_access_expires_at"] == 1796115600 + 90 * 86400
    assert page.get("debug_token", token=token, input_token="EAAnobody")["data"]["is_valid"] is False
    page.rehearsal.fault("expired-token", "facebook", account="page")
    assert page.get("debug_token", token=token, input_token=page.token)["data"]["is_valid"] is False


def test_fact_42_a_person_lists_the_pages_with_their_tokens(page: Page) -> None:
    """Source: developers.facebook.com/docs/graph-api/reference/user/accounts."""
    person = page.rehearsal.post("/rehearsal/facebook/tokens", {"kind": "user"})["access_token"]
    [row] = page.get("me/accounts", token=person)["data"]
    assert (row["id"], row["access_token"]) == (PAGE, page.token)
    assert "CREATE_CONTENT" in row["tasks"]
    error(page.get("me/accounts"), 100)


def test_fact_42_tokens_are_exchanged(page: Page) -> None:
    """Source: developers.facebook.com/docs/facebook-login/guides/access-tokens/get-long-lived."""
    app = page.rehearsal.get("/rehearsal/facebook")
    known = {"client_id": app["app_id"], "client_secret": app["app_secret"], "token": ""}
    person = page.rehearsal.post("/rehearsal/facebook/tokens", {"kind": "user", "expires_in": 3600})["access_token"]
    longer = page.get("oauth/access_token", grant_type="fb_exchange_token", fb_exchange_token=person, **known)
    assert (longer["token_type"], longer["expires_in"]) == ("bearer", 5183944)
    assert "id" in page.get("me", token=longer["access_token"])
    of_app = page.get("oauth/access_token", grant_type="client_credentials", **known)
    assert of_app["access_token"] == f"{app['app_id']}|{app['app_secret']}"
    code = page.rehearsal.post("/rehearsal/facebook/tokens", {"kind": "code"})["code"]
    assert "access_token" in page.get("oauth/access_token", code=code, redirect_uri="https://mfa.example.org/", **known)
    error(page.get("oauth/access_token", code=code, **known), 100, 36009)
    error(page.get("oauth/access_token", code=code, **(known | {"client_secret": "wrong"})), 1)
    error(page.get("oauth/access_token", grant_type="fb_exchange_token", fb_exchange_token=page.token, **known), 100)


def test_fact_43_an_html_page_can_come_instead(page: Page) -> None:
    """Source: facebook-sdk 3.1.0, `GraphAPI.request` ("Maintype was not text, image, or querystring")."""
    page.rehearsal.fault("html-page", "facebook", times=1)
    answer = page.call("POST", f"{PAGE}/feed", message="Hello")
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (502, "text/html")
    page.rehearsal.fault("html-page-after", "facebook", times=1)
    assert page.call("POST", f"{PAGE}/feed", message="Hello").status_code == 502
    assert page.messages() == ["Hello"]


def test_fact_43_a_503_can_come_without_a_content_type(page: Page) -> None:
    """Source: facebook-sdk 3.1.0, `GraphAPI.request` reads headers["content-type"] and fails with KeyError."""
    page.rehearsal.fault("no-content-type", "facebook", times=1)
    answer = page.call("POST", f"{PAGE}/feed", message="Hello")
    assert answer.status_code == 503
    assert "content-type" not in answer.headers
    assert page.messages() == []


def test_a_video_goes_up_in_one_request(page: Page) -> None:
    """Source: developers.facebook.com/docs/video-api/guides/publishing."""
    answer = page.post(f"{PAGE}/videos", files={"source": ("a.mp4", MP4, "video/mp4")}, description="Look", title="Talks")
    found = page.get(answer["id"], fields="id,title,description,post_id,permalink_url")
    assert (found["title"], found["description"]) == ("Talks", "Look")
    [record] = page.rehearsal.records(platform="facebook")
    assert (record["kind"], record["text"], record["id"]) == ("video", "Look", found["post_id"])
    [row] = page.get(f"{PAGE}/published_posts", fields="attachments{media_type,target}")["data"]
    assert row["attachments"]["data"][0]["target"]["id"] == answer["id"]
    assert [video["id"] for video in page.get(f"{PAGE}/videos")["data"]] == [answer["id"]]
    error(page.post(f"{PAGE}/videos", files={"source": ("a.mp4", b"no video at all", "video/mp4")}), 352, 1363024)
    assert page.call("DELETE", answer["id"]).json() == {"success": True}


def test_a_video_goes_up_in_pieces(page: Page) -> None:
    """Source: developers.facebook.com/docs/video-api/guides/publishing; video_uploader.py of facebook-python-business-sdk."""
    path = f"{PAGE}/videos"
    data = MP4 * 3000
    answer = page.post(path, upload_phase="start", file_size=len(data))
    session, video = answer["upload_session_id"], answer["video_id"]
    error(page.post(path, upload_phase="finish", upload_session_id=session), 6000, 1363019)
    send: Callable[[str, bytes], Any] = lambda offset, piece: page.post(  # noqa: E731 - read once, right below
        path, upload_phase="transfer", upload_session_id=session, start_offset=offset, files={"video_file_chunk": piece}
    )
    wrong = error(send("77", b"x"), 6001, 1363037)
    assert wrong["error_data"]["start_offset"] == "0"
    while answer["start_offset"] != answer["end_offset"]:
        start, end = int(answer["start_offset"]), int(answer["end_offset"])
        answer = send(str(start), data[start:end])
    assert page.rehearsal.records(platform="facebook") == []
    finished = page.post(path, upload_phase="finish", upload_session_id=session, description="Look")
    assert finished == {"success": True}
    assert page.get(video, fields="description")["description"] == "Look"
    assert page.messages() == ["Look"]
