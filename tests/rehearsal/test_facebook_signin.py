"""The rehearsed Facebook's sign-in, request by request: the login dialog, codes, and what tokens remember."""

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
import requests

from tests.conftest import Rehearsal

from .facebook_person import SCOPES, agree, deny

PAGE, OTHER = "100200300400500", "100200300400600"
CALLBACK = "http://127.0.0.1:8710/connect/facebook"


@dataclass
class Site:
    """The rehearsed Facebook with two Pages, and the ministry's app."""

    rehearsal: Rehearsal
    app: dict[str, Any]

    @property
    def secret(self) -> dict[str, str]:
        return {"client_id": self.app["app_id"], "client_secret": self.app["app_secret"]}

    def dialog(self, **changes: str) -> str:
        """The dialog's address."""
        query = {
            "client_id": self.app["app_id"], "redirect_uri": CALLBACK, "state": "s1", "scope": ",".join(SCOPES),
            "response_type": "code",
        }  # fmt: skip
        return f"{self.rehearsal.address}/api/facebook/v26.0/dialog/oauth?{urlencode(query | changes)}"

    def get(self, path: str, token: str = "", **query: str) -> Any:
        return self.rehearsal.get(f"/api/facebook/v26.0/{path}", access_token=token, **query)

    def post(self, path: str, token: str, **form: str) -> Any:
        address = f"{self.rehearsal.address}/api/facebook/v26.0/{path}"
        return requests.post(address, data=form | {"access_token": token}, timeout=10).json()

    def exchange(self, **query: str) -> Any:
        return self.get("oauth/access_token", **({"redirect_uri": CALLBACK} | self.secret | query))

    def short(self, *pages: str, without: tuple[str, ...] = ()) -> str:
        """A person's token of an hour, for these Pages."""
        token: str = self.exchange(code=agree(self.dialog(), pages, without=without)["code"])["access_token"]
        return token

    def long(self, *pages: str, without: tuple[str, ...] = ()) -> str:
        short = self.short(*pages, without=without)
        token: str = self.exchange(grant_type="fb_exchange_token", fb_exchange_token=short)["access_token"]
        return token

    def debug(self, token: str) -> Any:
        app = f"{self.app['app_id']}|{self.app['app_secret']}"
        return self.get("debug_token", app, input_token=token)["data"]

    def system(self, *pages: str) -> str:
        wish = {"kind": "system-user", "pages": list(pages)}
        token: str = self.rehearsal.post("/rehearsal/facebook/tokens", wish)["access_token"]
        return token


@pytest.fixture
def site(rehearsal: Rehearsal) -> Site:
    rehearsal.post("/rehearsal/clock", {"now": "2026-12-01T09:00:00+00:00", "rate": 0})
    rehearsal.enrol("facebook", PAGE, "page", "mfa")
    rehearsal.enrol("facebook", OTHER, "other", "other")
    return Site(rehearsal, rehearsal.get("/rehearsal/facebook"))


def code_of(answer: Any) -> tuple[int, int | None]:
    return answer["error"]["code"], answer["error"].get("error_subcode")


class Form(HTMLParser):
    """What a page's form offers: labels by what they belong to, and what is ticked."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.boxes: dict[str, tuple[str, str, bool]] = {}
        self.labels: set[str] = set()
        self.buttons: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        if tag == "input":
            self.boxes[of["id"]] = (of["name"], of["value"], "checked" in of)
        elif tag == "label":
            self.labels.add(of["for"])
        elif tag == "button":
            self.buttons.append(of["value"])


def test_the_dialog_says_who_asks_for_what_and_every_box_has_its_label(site: Site) -> None:
    answer = requests.get(site.dialog(), timeout=10)
    form = Form(answer.text)
    assert form.labels == set(form.boxes)
    assert {value for name, value, _ in form.boxes.values() if name == "page"} == {PAGE, OTHER}
    assert {value for name, value, ticked in form.boxes.values() if name == "scope" and ticked} == set(SCOPES)
    assert form.buttons == ["allow", "deny"]
    assert "ministry_social wants to act for your Pages" in answer.text
    assert "<script" not in answer.text
    assert f"form-action 'self' http://{urlsplit(CALLBACK).netloc}" in answer.headers["Content-Security-Policy"]


def test_agreeing_leads_back_with_a_code_and_the_apps_own_state(site: Site) -> None:
    answer = requests.post(site.dialog(), data={"answer": "allow"}, allow_redirects=False, timeout=10)
    assert answer.headers["Location"].startswith(f"{CALLBACK}?code=")
    assert answer.headers["Location"].endswith("&state=s1#_=_")
    query = requests.post(site.dialog(redirect_uri=CALLBACK + "?a=b"), data={"answer": "allow"}, allow_redirects=False, timeout=10)
    assert query.headers["Location"].startswith(f"{CALLBACK}?a=b&code=")


def test_denying_leads_back_with_the_reason(site: Site) -> None:
    back = deny(site.dialog())
    assert (back["error"], back["error_reason"], back["state"]) == ("access_denied", "user_denied", "s1")
    assert "code" not in back


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"redirect_uri": "https://elsewhere.example.org/"}, "URL Blocked"),
        ({"redirect_uri": ""}, "URL Blocked"),
        ({"client_id": "17"}, "Invalid App ID"),
        ({"scope": "pages_show_list,publish_everything"}, "Invalid Scopes: publish_everything"),
        ({"response_type": "token"}, "response_type=code only"),
    ],
)
def test_a_dialog_that_facebook_would_not_show_leads_nowhere(site: Site, change: dict[str, str], says: str) -> None:
    for answer in (
        requests.get(site.dialog(**change), timeout=10),
        requests.post(site.dialog(**change), data={"answer": "allow"}, allow_redirects=False, timeout=10),
    ):
        assert (answer.status_code, "Location" in answer.headers) == (400, False)
        assert says in answer.text


def test_a_code_is_good_once_for_a_while_and_for_its_own_address(site: Site) -> None:
    code = agree(site.dialog(), [PAGE])["code"]
    assert code_of(site.exchange(code=code, redirect_uri=CALLBACK + "/")) == (100, 36008)
    assert code_of(site.exchange(code=code, client_secret="wrong")) == (1, None)
    assert code_of(site.exchange(code=code, client_id="17")) == (101, None)
    assert code_of(site.exchange(code="no code")) == (100, None)
    assert site.exchange(code=code)["expires_in"] == 5400
    assert code_of(site.exchange(code=code)) == (100, 36009)
    late = agree(site.dialog(), [PAGE])["code"]
    site.rehearsal.post("/rehearsal/clock", {"advance": 601})
    assert code_of(site.exchange(code=late)) == (100, 36007)


def test_a_token_knows_its_pages_and_its_permissions(site: Site) -> None:
    token = site.long(PAGE, without=("pages_manage_posts",))
    [row] = site.get("me/accounts", token, fields="id,name,username,access_token,tasks")["data"]
    assert (row["id"], row["username"], "CREATE_CONTENT" in row["tasks"]) == (PAGE, "mfa", True)
    assert site.get(OTHER, token, fields="access_token") == {"id": OTHER}
    assert site.get(PAGE, token, fields="access_token")["access_token"] == row["access_token"]
    person, page = site.debug(token), site.debug(row["access_token"])
    assert (person["type"], page["type"], page["profile_id"]) == ("USER", "PAGE", PAGE)
    assert person["scopes"] == page["scopes"] == ["pages_show_list", "pages_read_engagement"]
    assert {"scope": "pages_show_list", "target_ids": [PAGE]} in page["granular_scopes"]
    assert code_of(site.post(f"{PAGE}/feed", row["access_token"], message="Hello")) == (200, None)


def test_without_a_permission_the_list_is_empty_and_nothing_is_read(site: Site) -> None:
    assert site.get("me/accounts", site.long(PAGE, without=("pages_show_list",))) == {"data": []}
    token = site.get(PAGE, site.long(PAGE, without=("pages_read_engagement",)), fields="access_token")["access_token"]
    assert code_of(site.get(f"{PAGE}/published_posts", token)) == (10, None)


def test_a_pages_token_publishes_and_lasts_as_long_as_what_it_came_from(site: Site) -> None:
    short, long = (site.get("me/accounts", token)["data"][0]["access_token"] for token in (site.short(PAGE), site.long(PAGE)))
    assert site.debug(long)["expires_at"] == 0
    assert site.debug(short)["expires_at"] == site.debug(short)["issued_at"] + 5400
    site.rehearsal.post("/rehearsal/clock", {"advance": 5401})
    assert code_of(site.post(f"{PAGE}/feed", short, message="Hello")) == (190, 463)
    assert "id" in site.post(f"{PAGE}/feed", long, message="Hello")
    assert code_of(site.post(f"{OTHER}/feed", long, message="Hello")) == (200, None)
    assert code_of(site.exchange(grant_type="fb_exchange_token", fb_exchange_token=long)) == (100, None)


def test_a_system_users_token_leads_to_tokens_without_an_end(site: Site) -> None:
    token = site.system(PAGE)
    [row] = site.get("me/accounts", token)["data"]
    found, page = site.debug(token), site.debug(row["access_token"])
    assert (found["type"], found["expires_at"], found["data_access_expires_at"]) == ("SYSTEM_USER", 0, 0)
    assert (page["type"], page["expires_at"], page["data_access_expires_at"]) == ("PAGE", 0, 0)
    assert code_of(site.exchange(grant_type="fb_exchange_token", fb_exchange_token=token)) == (100, None)


def test_a_page_whose_people_lack_the_task_cannot_post(site: Site) -> None:
    site.rehearsal.post("/rehearsal/facebook", {"without_task": [PAGE]})
    rows = {row["id"]: row for row in site.get("me/accounts", site.long(PAGE, OTHER))["data"]}
    assert [("CREATE_CONTENT" in rows[page]["tasks"]) for page in (PAGE, OTHER)] == [False, True]
    assert code_of(site.post(f"{PAGE}/feed", rows[PAGE]["access_token"], message="Hello")) == (200, None)
    assert "id" in site.post(f"{OTHER}/feed", rows[OTHER]["access_token"], message="Hello")


def test_a_long_list_of_pages_comes_in_parts(site: Site) -> None:
    for number in range(30):
        site.rehearsal.enrol("facebook", f"77{number:013}", f"page-{number}")
    token = site.system(*(f"77{number:013}" for number in range(30)))
    first = site.get("me/accounts", token)
    assert len(first["data"]) == 25
    rest = site.get("me/accounts", token, after=first["paging"]["cursors"]["after"])
    assert (len(rest["data"]), "next" in rest["paging"]) == (5, False)


def test_only_the_app_looks_into_tokens_where_people_have_no_role_in_it(site: Site) -> None:
    """Source: GitHub nyaruka/rapidpro #3734."""
    token = site.long(PAGE)
    assert code_of(site.get("debug_token", token, input_token=token)) == (100, None)
    site.rehearsal.post("/rehearsal/facebook", {"people_have_roles": True})
    assert site.get("debug_token", token, input_token=token)["data"]["is_valid"] is True


def test_a_reset_leaves_people_signed_in(site: Site) -> None:
    token = site.get("me/accounts", site.long(PAGE))["data"][0]["access_token"]
    site.rehearsal.post("/rehearsal/reset", {})
    assert "id" in site.post(f"{PAGE}/feed", token, message="Hello")
    assert site.long(PAGE) != token


def test_a_page_shows_its_profile_as_it_is_now(site: Site) -> None:
    token = site.get("me/accounts", site.long(PAGE))["data"][0]["access_token"]
    wanted = "username,about,picture{url},verification_status"
    assert site.get(PAGE, token, fields=wanted) == {"id": PAGE, "username": "mfa", "verification_status": "not_verified"}
    change = {"bio": "Official.", "picture": "https://mfa.example.org/a.png", "verified": "blue_verified", "handle": "mfa_news"}
    site.rehearsal.post("/rehearsal/accounts/facebook/page", change)
    assert site.get(PAGE, token, fields=wanted) == {
        "id": PAGE, "username": "mfa_news", "about": "Official.", "verification_status": "blue_verified",
        "picture": {"data": {"url": "https://mfa.example.org/a.png"}},
    }  # fmt: skip
    assert code_of(site.get(PAGE, token, fields="tasks")) == (100, None)
