"""The rehearsed YouTube's refusals, in Google's JSON form (developers.google.com/youtube/v3/docs/errors)."""

from dataclasses import dataclass

from aiohttp import web

QUOTA_TEXT = 'The request cannot be completed because you have exceeded your <a href="/youtube/v3/getting-started#quota">quota</a>.'


_SCOPE_INSUFFICIENT = {
    "@type": "type.googleapis.com/google.rpc.ErrorInfo",
    "reason": "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
    "domain": "googleapis.com",
    "metadata": {"service": "youtube.googleapis.com"},
}


@dataclass
class Refusal(Exception):
    """A request that YouTube does not carry out. `where` names the parameter, header or property at fault."""

    status: int
    reason: str
    message: str
    domain: str = "youtube.video"
    where: str = ""
    kind: str = ""  # what `where` is: parameter, header, other
    scopes: tuple[str, ...] = ()  # one of which the access token would have to have

    def response(self) -> web.Response:
        """The answer that the client sees."""
        detail = {"message": self.message, "domain": self.domain, "reason": self.reason}
        if self.where:
            detail |= {"location": self.where, "locationType": self.kind or "parameter"}
        error: dict[str, object] = {"code": self.status, "message": self.message, "errors": [detail]}
        headers = {}
        if self.status == 401:
            error["status"] = "UNAUTHENTICATED"
            headers["WWW-Authenticate"] = 'Bearer realm="https://accounts.google.com/", error="invalid_token"'
        if self.scopes:
            error |= {"status": "PERMISSION_DENIED", "details": [_SCOPE_INSUFFICIENT]}
            headers["WWW-Authenticate"] = (
                f'Bearer realm="https://accounts.google.com/", error="insufficient_scope", scope="{" ".join(self.scopes)}"'
            )
        return web.json_response({"error": error}, status=self.status, headers=headers)


def not_authenticated() -> Refusal:
    """An access token that is missing, unknown or out of date."""
    return Refusal(
        401,
        "authError",
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential.",
        "global",
        "Authorization",
        "header",
    )


def quota_exceeded() -> Refusal:
    """The project has used up a bucket of its day."""
    return Refusal(403, "quotaExceeded", QUOTA_TEXT, "youtube.quota")


def rate_limited(reason: str) -> Refusal:
    """Too many requests in a short time; `reason` is rateLimitExceeded or userRateLimitExceeded."""
    return Refusal(403, reason, "Rate Limit Exceeded", "usageLimits")


def insufficient_scope(scopes: tuple[str, ...]) -> Refusal:
    """The owner did not agree to what this method needs."""
    words = "Request had insufficient authentication scopes."
    return Refusal(403, "insufficientPermissions", words, "global", scopes=scopes)


def no_channel() -> Refusal:
    """Whoever signed in has no channel."""
    return Refusal(401, "youtubeSignupRequired", "Unauthorized", "youtube.header", "Authorization", "header")


def suspended() -> Refusal:
    """The channel's owner may do nothing any more."""
    return Refusal(
        403,
        "authenticatedUserAccountSuspended",
        "The YouTube account of the authenticated user is suspended.",
        "youtube.common",
        "Authorization",
        "header",
    )


def backend(status: int) -> Refusal:
    """A failure on YouTube's side."""
    return Refusal(status, "backendError", "Backend Error", "global")


def bad_request(message: str, where: str = "", kind: str = "") -> Refusal:
    """A request that YouTube cannot read."""
    return Refusal(400, "badRequest", message, "global", where, kind)


def required(parameter: str) -> Refusal:
    """A parameter that every call of this method must have."""
    return Refusal(400, "missingRequiredParameter", f"Required parameter: {parameter}", "youtube.parameter", parameter)


def forbidden(message: str = "Forbidden", domain: str = "youtube.common") -> Refusal:
    """Somebody else's, or not allowed to this channel."""
    return Refusal(403, "forbidden", message, domain)


def not_found(thing: str, text: str) -> Refusal:
    """`thing` is video, playlist or caption."""
    return Refusal(404, f"{thing}NotFound", text, f"youtube.{thing}")


def token_refusal(status: int, error: str, description: str) -> web.Response:
    """The token endpoint speaks RFC 6749 section 5.2, not the form above."""
    return web.json_response({"error": error, "error_description": description}, status=status)


def invalid_grant() -> web.Response:
    """A refresh token that is expired, revoked or never was one."""
    return token_refusal(400, "invalid_grant", "Token has been expired or revoked.")
