"""X's own words: the bodies of its refusals, as its documentation and its users report them."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp import web

PROBLEMS = "https://api.twitter.com/2/problems/"

NOT_PERMITTED = "You are not permitted to perform this action."
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
ONE_CASHTAG = "Posts are limited to a maximum of one cashtag"
INVALID_MEDIA = "Your media IDs are invalid."


class Refusal(Exception):
    """X says no: a status and a JSON body, perhaps with headers."""

    def __init__(self, status: int, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(status)
        self.status, self.body, self.headers = status, dict(body), dict(headers or {})

    def answer(self) -> web.Response:
        """The refusal on the wire."""
        return web.json_response(self.body, status=self.status, headers=self.headers)


def blank(status: int, detail: str = "", title: str = "") -> Refusal:
    """A problem of type about:blank; title and detail are the status' own words where nothing else is said."""
    phrase = HTTPStatus(status).phrase
    body = {"title": title or phrase, "detail": detail or phrase, "type": "about:blank", "status": status}
    return Refusal(status, body)


def invalid(message: str, **parameters: Any) -> Refusal:
    """400: one or more parameters are wrong. A double underscore in a name stands for a dot."""
    named = {name.replace("__", "."): value if isinstance(value, list) else [value] for name, value in parameters.items()}
    body = {
        "errors": [{"parameters": named, "message": message}],
        "title": "Invalid Request",
        "detail": "One or more parameters to your request was invalid.",
        "type": PROBLEMS + "invalid-request",
    }
    return Refusal(400, body)


def forbidden(detail: str) -> Refusal:
    """403 with a reason."""
    return blank(403, detail)


def unauthorized() -> Refusal:
    """401, without a reason."""
    return blank(401)


def suspended() -> Refusal:
    """403: the account is suspended."""
    body = {
        "detail": "The user used for authentication is suspended",
        "type": PROBLEMS + "user-suspended",
        "title": "Forbidden",
        "status": 403,
    }
    return Refusal(403, body)


def wrong_token_kind(kind: str) -> Refusal:
    """403: a token of the app alone where a person's account must speak."""
    allowed = "[OAuth 1.0a User Context, OAuth 2.0 User Context]"
    body = {
        "title": "Unsupported Authentication",
        "detail": f"Authenticating with {kind} is forbidden for this endpoint. Supported authentication types are {allowed}.",
        "type": PROBLEMS + "unsupported-authentication",
        "status": 403,
    }
    return Refusal(403, body)


def read_only() -> Refusal:
    """403: when the account agreed, the app could only read."""
    body = {
        "title": "Forbidden",
        "detail": "Your client app is not configured with the appropriate oauth1 app permissions for this endpoint.",
        "type": PROBLEMS + "oauth1-permissions",
        "status": 403,
    }
    return Refusal(403, body)


def no_credit(app_id: str) -> Refusal:
    """402: nothing is left to pay with."""
    body = {
        "account_id": int(app_id),
        "type": PROBLEMS + "credits",
        "title": "CreditsDepleted",
        "detail": f"Your enrolled account [{app_id}] does not have any credits to fulfill this request.",
    }
    return Refusal(402, body)


def too_many(headers: Mapping[str, str]) -> Refusal:
    """429: a rate limit is used up."""
    refusal = blank(429)
    refusal.headers = dict(headers)
    return refusal


def missing(kind: str, parameter: str, value: str) -> dict[str, Any]:
    """One entry of `errors`: what was asked for is not there."""
    return {
        "value": value,
        "detail": f"Could not find {kind} with {parameter}: [{value}].",
        "title": "Not Found Error",
        "resource_type": kind,
        "parameter": parameter,
        "resource_id": value,
        "type": PROBLEMS + "resource-not-found",
    }


def not_found(kind: str, parameter: str, value: str) -> Refusal:
    """404 for an address that names what is not there."""
    return Refusal(404, {"errors": [missing(kind, parameter, value)], **blank(404).body})


def old_error(status: int, code: int, message: str) -> Refusal:
    """The form of v1.1: numbered errors."""
    return Refusal(status, {"errors": [{"code": code, "message": message}]})


class OldRefusal(Refusal):
    """X says no to a sign-in in other words than JSON: `text` as it stands in the answer."""

    def __init__(self, status: int, text: str, type: str = "text/html") -> None:
        super().__init__(status, {})
        self.text, self.type = text, type

    def answer(self) -> web.Response:
        """The refusal on the wire."""
        return web.Response(status=self.status, text=self.text, content_type=self.type)


def callback_refused() -> OldRefusal:
    """403: the app has not registered this address."""
    said = (
        "Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings"
    )
    text = f"<?xml version='1.0' encoding='UTF-8'?><errors><error code=\"415\">{said}</error></errors>"
    return OldRefusal(403, text, "application/xml")


def verifier_refused() -> OldRefusal:
    """401: the verifier, or PIN, is not the one that this sign-in was given."""
    return OldRefusal(401, "Error processing your OAuth request: Invalid oauth_verifier parameter")
