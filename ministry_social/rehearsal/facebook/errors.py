"""How the rehearsed Facebook says no: the Graph API's errors by code and subcode.

Shape and codes: developers.facebook.com/docs/graph-api/guides/error-handling.
"""

from datetime import datetime, timedelta, timezone
from typing import Any

# Facebook's headquarters; its messages give times in this zone (PST, without daylight saving time here).
_PACIFIC = timezone(timedelta(hours=-8), "PST")


class GraphError(Exception):
    """An answer that says no. `minutes`: the caller may come again after so long (throttling only)."""

    def __init__(
        self,
        message: str,
        code: int,
        subcode: int | None = None,
        *,
        status: int = 400,
        kind: str = "OAuthException",
        transient: bool = False,
        person: tuple[str, str] | None = None,
        minutes: int = 0,
        data: dict[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.message, self.code, self.subcode = message, code, subcode
        self.status, self.kind, self.transient = status, kind, transient
        self.person, self.minutes, self.data = person, minutes, data

    def body(self, trace: str) -> dict[str, Any]:
        """The JSON body. `trace` is what Facebook's support asks for."""
        error: dict[str, Any] = {"message": self.message, "type": self.kind, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.transient or self.subcode is not None:
            error["is_transient"] = self.transient
        if self.person:
            error["error_user_title"], error["error_user_msg"] = self.person
        if self.data:
            error["error_data"] = self.data
        return {"error": error | {"fbtrace_id": trace}}

    def headers(self) -> dict[str, str]:
        """A refused token is said in a header too (seen in GitHub calebd/SimpleAuth #102)."""
        if self.code != 190:
            return {}
        said = " ".join(self.message.split())
        return {"WWW-Authenticate": f'OAuth "Facebook Platform" "invalid_token" "{said}"'}


def invalid(what: str, subcode: int | None = None, *, person: tuple[str, str] | None = None) -> GraphError:
    """Code 100: a parameter is not valid."""
    return GraphError(f"(#100) {what}", 100, subcode, person=person)


def gone(verb: str, node: str) -> GraphError:
    """Code 100/33: nothing stands under this id, or it is not for this token."""
    return GraphError(
        f"Unsupported {verb} request. Object with ID '{node}' does not exist, cannot be loaded due to missing permissions, "
        "or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api",
        100, 33, kind="GraphMethodException",
    )  # fmt: skip


def nonexisting(field: str, node_type: str) -> GraphError:
    """Code 100: a field or edge that this kind of node does not have."""
    return GraphError(f"(#100) Tried accessing nonexisting field ({field}) on node type ({node_type})", 100)


def session_expired(expired: datetime, now: datetime) -> GraphError:
    """190/463."""
    return GraphError(
        f"Error validating access token: Session has expired on {_long(expired)}. The current time is {_long(now)}.", 190, 463
    )


def checkpointed() -> GraphError:
    """190/459: a person must log in at facebook.com first."""
    return GraphError(
        "Error validating access token: You cannot access the app till you log in to www.facebook.com and follow the "
        "instructions given.",
        190, 459,
    )  # fmt: skip


def blocked() -> GraphError:
    """368: the account may not do this for now."""
    return GraphError(
        "The action attempted has been deemed abusive or is otherwise disallowed", 368,
        person=("You're Temporarily Blocked", "You can't use this feature at the moment."),
    )  # fmt: skip


def not_granted() -> GraphError:
    """190 without a subcode: a person's token where a Page's is needed."""
    return GraphError(
        "Any of the pages_read_engagement, pages_manage_metadata,\n        pages_read_user_content, pages_manage_ads, "
        "pages_show_list or\n        pages_messaging permission(s) must be granted before impersonating a\n        "
        "user's page.",
        190,
    )


def not_permitted() -> GraphError:
    """Code 200: a token of another Page or of an app."""
    return GraphError("(#200) The user hasn't authorized the application to perform this action", 200, status=403)


def may_not_post() -> GraphError:
    """Code 200: the permission to post was not given, or the person behind the token has no such task on the Page."""
    return GraphError(
        "(#200) If posting to a group, requires app being installed in the group, and \\\n          either publish_to_groups "
        "permission with user token, or both pages_read_engagement \\\n          and pages_manage_posts permission with page "
        "token; If posting to a page, \\\n          requires both pages_read_engagement and pages_manage_posts as an admin with "
        "\\\n          sufficient administrative permission",
        200, status=403,
    )  # fmt: skip


def may_not_see_figures() -> GraphError:
    """Code 10: the permission to see insights was not given."""
    return GraphError("(#10) This endpoint requires the 'read_insights' permission or the 'pages_read_engagement' task.", 10)


def may_not_read() -> GraphError:
    """Code 10: the permission to read was not given."""
    return GraphError(
        "(#10) This endpoint requires the 'pages_read_engagement' permission or the 'Page Public Content Access' feature. Refer to "
        "https://developers.facebook.com/docs/apps/review/login-permissions#manage-pages and "
        "https://developers.facebook.com/docs/apps/review/feature#reference-PAGES_ACCESS for details.",
        10,
    )  # fmt: skip


def page_throttled(minutes: int) -> GraphError:
    """80001: too many calls to this Page."""
    message = "(#80001) There have been too many calls to this Page account. Wait a bit and try again."
    return GraphError(message, 80001, minutes=minutes)


def app_throttled() -> GraphError:
    """Code 4: the app has used up its calls."""
    return GraphError("(#4) Application request limit reached", 4, status=403, transient=True)


def unexpected(status: int = 500) -> GraphError:
    """Code 2: something broke over there, and it does not say whether the post exists (GitHub arsduo/koala #699)."""
    message = "An unexpected error has occurred. Please retry your request later."
    return GraphError(message, 2, status=status, transient=True)


def _long(moment: datetime) -> str:
    return moment.astimezone(_PACIFIC).strftime("%A, %d-%b-%y %H:%M:%S %Z")
