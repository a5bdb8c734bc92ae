"""From a person's token to the Page's own: which Page it is, what we may do there, and until when."""

from collections.abc import Callable, Iterator
from typing import Any

from ...errors import Rejected, SignInFailed, Unauthorized, Unreachable
from ...model.account import Account, Credential
from ...model.signin import Granted
from ...rules.signin import is_expected
from .look import PEOPLE, Look, day, look
from .wire import Line

LineOf = Callable[[str], Line]  # a token -> the line that speaks with it

_FIELDS = "id,name,username,access_token"
_PAGE = 100  # Pages of one answer
_NAMED = 10  # so many Pages an error names
# Who runs a new kind of Page has tasks of another name (`Page.Tasks` in facebook/facebook-python-business-sdk).
_MAY_POST = {"CREATE_CONTENT", "PROFILE_PLUS_CREATE_CONTENT", "PROFILE_PLUS_FULL_CONTROL"}
_TICK = "Sign in again, tick this Page and leave every permission ticked; a system user must have been given both."


def seen(line: Line, account: Account, app: Credential, token: str, *kinds: str) -> Look:
    """What a token is. Raises `SignInFailed` on one that ended, is another app's, or is none of these kinds."""
    try:
        found = look(line, token, app)
    except Unauthorized as refusal:  # this was asked as our app
        raise SignInFailed(
            "Facebook does not accept the id and the secret of our app.",
            code="not-registered", remedy="Store the right ones: ministry-social vault app facebook --credential FILE",
        ) from refusal  # fmt: skip
    except Rejected as refusal:
        raise SignInFailed(
            "Facebook does not say what this token is: it was made for another app.", code="strange-answer"
        ) from refusal
    if not found.valid:
        raise SignInFailed(
            "The token does not count any more: it has ended, or was revoked.", code="expired", remedy="Make a new one."
        )
    if found.app != app["app_id"]:
        raise SignInFailed(f"The token was made for the app {found.app}, not for ours, {app['app_id']}.", code="strange-answer")
    if found.kind not in kinds:
        raise SignInFailed(f"A token of the kind {found.kind or 'none'} connects no Page.", code="strange-answer")
    _check_scopes(found, account)
    return found


def granted(line_of: LineOf, account: Account, app: Credential, token: str) -> Granted:
    """What the token of a person or a system user leads to. Raises `SignInFailed`."""
    seen(line_of(token), account, app, token, *PEOPLE)
    page = _expected(line_of(token), account)
    tasks = page.get("tasks")
    if tasks is not None and not _MAY_POST & set(tasks):
        raise SignInFailed(
            f"The person who signed in may not post on {_named(page)}: the task CREATE_CONTENT is missing.",
            code="missing-scope", remedy="Let somebody sign in who may create content there, or give this person that task.",
        )  # fmt: skip
    return of_page(line_of, account, app, page)


def of_page(line_of: LineOf, account: Account, app: Credential, page: dict[str, Any]) -> Granted:
    """What a Page's own token gives; `page` as /me/accounts lists it. The token is never exchanged. Raises `SignInFailed`."""
    id, token, handle = str(page.get("id") or ""), str(page["access_token"]), str(page.get("username") or "")
    found = seen(line_of(token), account, app, token, "PAGE")
    if found.page != id or not is_expected(account, id=id, handle=handle):
        raise wrong_account(account, [page])
    _check_scopes(found, account, id)
    return Granted(
        credential=Credential({"page_id": id, "access_token": token}),
        id=id, handle=handle, name=str(page.get("name") or ""), scopes=found.scopes, until=found.until,
        warnings=tuple(_warnings(found, page)),
    )  # fmt: skip


def wrong_account(account: Account, shared: list[dict[str, Any]]) -> SignInFailed:
    """Names the Page that is expected, and those that came."""
    names = ", ".join(_named(page) for page in shared[:_NAMED]) + (" and others" if len(shared) > _NAMED else "")
    came = f"shared were: {names}" if shared else "no Page was shared"
    unknown = "" if account.id else " If it is there under another name, give the account its id first."
    known = f"@{account.handle}" + (f", {account.id}" if account.id else "")
    return SignInFailed(f"The Page {account.title} ({known}) is expected; {came}.", code="wrong-account", remedy=_TICK + unknown)


def _expected(line: Line, account: Account) -> dict[str, Any]:
    """The Page that is expected, with its token, among those that were shared."""
    shared = list(_shared(line))
    listed = (page for page in shared if is_expected(account, id=str(page["id"]), handle=str(page.get("username") or "")))
    page = next(listed, None) or _unlisted(line, account)
    if page is None or not page.get("access_token"):
        raise wrong_account(account, shared)
    return page


def _shared(line: Line) -> Iterator[dict[str, Any]]:
    query = {"fields": f"{_FIELDS},tasks", "limit": str(_PAGE)}
    cursors: set[str] = set()
    while True:
        answer = line.ask(lambda graph: graph.get_connections("me", "accounts", **query))
        if not isinstance(answer.get("data"), list):
            raise Unreachable("Facebook answered without a list of Pages.", code="no-data")
        yield from (row for row in answer["data"] if isinstance(row, dict) and row.get("id"))
        paging = answer.get("paging") or {}
        after = (paging.get("cursors") or {}).get("after", "")
        if not paging.get("next") or not after or after in cursors:
            return
        cursors.add(after)
        query["after"] = after


def _unlisted(line: Line, account: Account) -> dict[str, Any] | None:
    """The Page by its id: the list leaves out some that a business owns (GitHub facebook/facebook-python-business-sdk #705)."""
    if not account.id:
        return None
    try:
        found = line.ask(lambda graph: graph.get_object(account.id, fields=_FIELDS))
    except (Rejected, Unauthorized):
        return None
    return found if str(found.get("id")) == account.id else None


def _check_scopes(found: Look, account: Account, page: str = "") -> None:
    missing = found.lacks(page)
    if missing:
        raise SignInFailed(
            f"Not all that we need for {account.name} was allowed; missing: {', '.join(missing)}.",
            code="missing-scope", remedy=_TICK,
        )  # fmt: skip


def _warnings(found: Look, page: dict[str, Any]) -> Iterator[str]:
    if found.ends is not None:
        yield f"The Page's token ends on {day(found.ends)}: connect it again before."
    if found.data_ends is not None:
        yield f"Facebook lets us read what the Page has posted until {day(found.data_ends)}: a person must sign in again before."
    if page.get("tasks") is None:
        yield "Facebook does not say whether we may create content there: the first post will show."


def _named(page: dict[str, Any]) -> str:
    handle = f"@{page['username']}, " if page.get("username") else ""
    return f"{str(page.get('name') or 'a Page')[:80]} ({handle}{page.get('id', 'without an id')})"
