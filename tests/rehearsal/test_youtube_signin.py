"""Google's sign-in in the rehearsal, through plain HTTP: the page, the code, the tokens, what they may do and how they end."""

import json
from importlib.resources import files
from typing import Any

import pytest
import requests

from ministry_social.rehearsal.youtube import quota, scopes
from tests.conftest import Rehearsal
from tests.rehearsal.google_page import CALLBACK, NO_CHANNEL, READ, SSL, UPLOAD, address, answer, client, exchange, page
from tests.rehearsal.youtube_http import CHANNEL, Channel, reason

MINUTE, DAY = 60, 86_400


@pytest.fixture
def channel(rehearsal: Rehearsal) -> Channel:
    return Channel(rehearsal)


def agree(channel: Channel, scope: str = SSL, **changed: str) -> Any:
    """The tokens of an owner who agrees to everything."""
    back = answer(address(channel.rehearsal, scope=scope, **changed), CHANNEL, *scope.split())
    return exchange(channel.rehearsal, back["code"]).json()


def use(channel: Channel, tokens: Any) -> Channel:
    """The channel, spoken to with these tokens."""
    channel.token = tokens["access_token"]
    return channel


def mine(channel: Channel) -> requests.Response:
    return channel.call("GET", "/youtube/v3/channels", params={"part": "id,snippet,status", "mine": "true"})


def refresh(channel: Channel, tokens: Any) -> requests.Response:
    return channel.refresh(refresh_token=tokens["refresh_token"])


def test_the_page_says_who_asks_for_what(channel: Channel) -> None:
    shown = page(address(channel.rehearsal))
    assert "ministry_social wants access to your YouTube channel" in shown
    assert "See, edit, and permanently delete your YouTube videos" in shown
    assert '<label for="channel">Choose your channel</label>' in shown
    assert 'Then you are led back to <bdi dir="ltr">127.0.0.1:8765</bdi>' in shown
    assert 'type="checkbox"' not in shown
    assert "being tested" not in shown


def test_the_page_has_a_box_for_each_of_several_scopes(channel: Channel) -> None:
    """developers.google.com/identity/protocols/oauth2/resources/granular-permissions."""
    shown = page(address(channel.rehearsal, scope=f"{SSL} {UPLOAD}"))
    assert shown.count('type="checkbox"') == 2
    assert '<label for="youtube.upload">Manage your YouTube videos' in shown
    channel.settings(single_check_box=True)
    assert page(address(channel.rehearsal)).count('type="checkbox"') == 1


def test_whoever_agrees_is_led_back_and_the_code_gives_tokens(channel: Channel) -> None:
    back = answer(address(channel.rehearsal), CHANNEL)
    assert (back["state"], back["scope"]) == ("a state", SSL)
    told = exchange(channel.rehearsal, back["code"]).json()
    assert set(told) == {"access_token", "expires_in", "refresh_token", "scope", "token_type"}
    assert (told["scope"], told["expires_in"]) == (SSL, 3599)
    assert mine(use(channel, told)).json()["items"][0]["id"] == CHANNEL
    assert refresh(channel, told).json()["scope"] == SSL


def test_what_an_owner_gave_before_still_counts(channel: Channel) -> None:
    first, second = agree(channel), agree(channel)
    assert refresh(channel, first).ok
    assert refresh(channel, second).ok
    assert channel.refresh().ok


def test_whoever_cancels_is_led_back_without_a_code(channel: Channel) -> None:
    back = answer(address(channel.rehearsal), CHANNEL, button="cancel")
    assert back == {"state": "a state", "error": "access_denied"}


def test_the_box_that_is_not_ticked_is_not_given(channel: Channel) -> None:
    back = answer(address(channel.rehearsal, scope=f"{SSL} {UPLOAD}"), CHANNEL, UPLOAD)
    assert back["scope"] == UPLOAD
    assert exchange(channel.rehearsal, back["code"]).json()["scope"] == UPLOAD
    nothing = answer(address(channel.rehearsal, scope=f"{SSL} {UPLOAD}"), CHANNEL)
    assert exchange(channel.rehearsal, nothing["code"]).json()["scope"] == ""


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_id": "somebody"}, 401, "invalid_client"),
        ({"redirect_uri": "https://elsewhere.example/callback"}, 400, "redirect_uri_mismatch"),
        ({"response_type": "token"}, 400, "unsupported_response_type"),
        ({"scope": ""}, 400, "invalid_scope"),
        ({"scope": f"{SSL} https://www.googleapis.com/auth/everything"}, 400, "invalid_scope"),
        ({"code_challenge_method": "S512"}, 400, "invalid_request"),
    ],
)
def test_a_wrong_request_leads_nowhere(channel: Channel, changed: dict[str, str], status: int, error: str) -> None:
    shown = requests.get(address(channel.rehearsal, **changed), timeout=10, allow_redirects=False)
    assert (shown.status_code, f"Error {status}: {error}" in shown.text) == (status, True)
    pressed = requests.post(address(channel.rehearsal, **changed), data={"answer": "allow"}, timeout=10, allow_redirects=False)
    assert pressed.status_code == status


@pytest.mark.parametrize("back", ["http://localhost:1/", "http://[::1]:70/a/b?c=d", "http://127.0.0.1:60000"])
def test_an_installed_app_may_listen_on_any_port(channel: Channel, back: str) -> None:
    assert "code" in answer(address(channel.rehearsal, redirect_uri=back), CHANNEL)


def test_a_web_app_is_led_back_to_its_own_addresses_alone(channel: Channel) -> None:
    channel.settings(client_type="web", redirect_uris=["https://social.example/youtube"])
    assert requests.get(address(channel.rehearsal), timeout=10).status_code == 400
    assert "code" in answer(address(channel.rehearsal, redirect_uri="https://social.example/youtube"), CHANNEL)


@pytest.mark.parametrize(
    ("changed", "status", "error"),
    [
        ({"client_id": "somebody"}, 401, "invalid_client"),
        ({"client_secret": "a guess"}, 401, "invalid_client"),
        ({"code": "4/0Anything"}, 400, "invalid_grant"),
        ({"code_verifier": "another"}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"redirect_uri": CALLBACK + "/"}, 400, "redirect_uri_mismatch"),
    ],
)
def test_a_code_is_for_its_own_sign_in_only(channel: Channel, changed: dict[str, str], status: int, error: str) -> None:
    code = answer(address(channel.rehearsal), CHANNEL)["code"]
    refused = exchange(channel.rehearsal, **{"code": code} | changed)
    assert (refused.status_code, refused.json()["error"]) == (status, error)
    assert exchange(channel.rehearsal, code).ok


def test_a_code_used_twice_takes_back_what_it_gave(channel: Channel) -> None:
    code = answer(address(channel.rehearsal), CHANNEL)["code"]
    told = exchange(channel.rehearsal, code).json()
    again = exchange(channel.rehearsal, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert refresh(channel, told).json()["error"] == "invalid_grant"
    assert reason(mine(use(channel, told))) == (401, "authError")


def test_a_code_is_good_for_minutes(channel: Channel) -> None:
    code = answer(address(channel.rehearsal), CHANNEL)["code"]
    channel.later(11 * MINUTE)
    assert exchange(channel.rehearsal, code).json()["error"] == "invalid_grant"


def test_a_refresh_token_is_given_once_or_where_the_page_was_asked_for(channel: Channel) -> None:
    assert "refresh_token" not in agree(channel, access_type="online")
    assert "refresh_token" in agree(channel, prompt="")
    assert "refresh_token" not in agree(channel, prompt="")
    assert "refresh_token" in agree(channel)


def test_in_testing_a_permission_ends_after_seven_days(channel: Channel) -> None:
    channel.settings(publishing_status="testing")
    assert "It is currently being tested." in page(address(channel.rehearsal))
    told = agree(channel)
    assert told["refresh_token_expires_in"] == pytest.approx(7 * DAY, abs=5)
    channel.later(6 * DAY)
    assert refresh(channel, told).json()["refresh_token_expires_in"] == pytest.approx(DAY, abs=5)
    channel.later(DAY)
    assert refresh(channel, told).json()["error"] == "invalid_grant"
    assert channel.refresh().ok


def test_a_refresh_token_that_rotates_stands_for_the_same_permission(channel: Channel) -> None:
    told = agree(channel, READ)
    channel.settings(rotate_refresh_tokens=True)
    new = refresh(channel, told).json()
    assert new["scope"] == READ
    assert not refresh(channel, told).ok
    assert refresh(channel, new).json()["scope"] == READ


def test_what_was_not_given_is_refused(channel: Channel) -> None:
    refused = use(channel, agree(channel, READ)).begin()
    assert reason(refused) == (403, "insufficientPermissions")
    error = refused.json()["error"]
    assert (error["status"], error["details"][0]["reason"]) == ("PERMISSION_DENIED", "ACCESS_TOKEN_SCOPE_INSUFFICIENT")
    assert 'error="insufficient_scope"' in refused.headers["WWW-Authenticate"]
    assert mine(channel).ok
    assert reason(mine(use(channel, agree(channel, UPLOAD)))) == (403, "insufficientPermissions")
    assert channel.upload().ok


def test_the_scopes_of_each_method_are_those_of_googles_description() -> None:
    document = json.loads(files("googleapiclient").joinpath("discovery_cache/documents/youtube.v3.json").read_bytes())
    for method in quota.COSTS:
        resource, name = method.split(".")
        given = document["resources"][resource]["methods"][name]["scopes"]
        assert set(scopes.NEEDED[method]) == {one for one in given if "youtubepartner" not in one}
    assert (
        scopes.WORDS.items() <= {scope: row["description"] for scope, row in document["auth"]["oauth2"]["scopes"].items()}.items()
    )


def test_a_person_without_a_channel_has_nothing_to_list(channel: Channel) -> None:
    back = answer(address(channel.rehearsal), NO_CHANNEL)
    told = exchange(channel.rehearsal, back["code"]).json()
    assert mine(use(channel, told)).json()["items"] == []
    assert reason(channel.begin()) == (401, "youtubeSignupRequired")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_google_tells_what_a_token_is_good_for(channel: Channel, method: str) -> None:
    told = agree(channel, READ)
    place = "params" if method == "GET" else "data"
    found = requests.request(
        method, f"{channel.base}/tokeninfo", **{place: {"access_token": told["access_token"]}}, timeout=10
    ).json()
    assert (found["scope"], found["aud"], found["access_type"]) == (READ, client(channel.rehearsal)["client_id"], "offline")
    assert int(found["expires_in"]) == pytest.approx(3600, abs=5)
    channel.later(3600)
    late = requests.request(method, f"{channel.base}/tokeninfo", **{place: {"access_token": told["access_token"]}}, timeout=10)
    assert (late.status_code, late.json()["error_description"]) == (400, "Invalid Value")


@pytest.mark.parametrize("which", ["access_token", "refresh_token"])
def test_a_permission_can_be_withdrawn(channel: Channel, which: str) -> None:
    told = agree(channel)
    assert requests.post(f"{channel.base}/revoke", data={"token": told[which]}, timeout=10).ok
    assert refresh(channel, told).json()["error"] == "invalid_grant"
    assert mine(use(channel, told)).status_code == 401
    again = requests.post(f"{channel.base}/revoke", data={"token": told[which]}, timeout=10)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_token")
    assert channel.refresh().ok


def test_the_credential_that_a_channel_was_made_with_can_be_withdrawn(channel: Channel) -> None:
    assert requests.post(f"{channel.base}/revoke", data={"token": channel.token}, timeout=10).ok
    assert channel.refresh().json()["error"] == "invalid_grant"


def test_the_channel_is_shown_as_the_public_sees_it(channel: Channel) -> None:
    seen = {"bio": "What the ministry says.", "picture": "https://yt3.example/p.jpg", "handle": "MFA", "title": "The Ministry"}
    channel.rehearsal.post(f"/rehearsal/accounts/youtube/{channel.name}", seen)
    [item] = mine(channel).json()["items"]
    assert item["snippet"]["customUrl"] == "@MFA"
    assert (item["snippet"]["title"], item["snippet"]["description"]) == (seen["title"], seen["bio"])
    assert item["snippet"]["thumbnails"]["high"]["url"] == seen["picture"]
    assert item["status"]["longUploadsStatus"] == "allowed"


def test_faults_meet_the_code_of_an_account(channel: Channel) -> None:
    code = answer(address(channel.rehearsal), CHANNEL)["code"]
    channel.rehearsal.fault("error", "youtube", account=channel.name, action="token", times=1)
    assert exchange(channel.rehearsal, code).status_code == 503
    assert exchange(channel.rehearsal, code).ok
