"""What Facebook says of a token (`debug_token`): whose it is, what it allows, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ...errors import Unreachable
from ...model.account import Credential
from .wire import Line

POST = "pages_manage_posts"
# What we use: the list of a person's Pages, what a Page has posted (to settle what is in doubt), and posting. A video needs
# no more (developers.facebook.com, Page videos). Whoever asks for less is trusted sooner, and each one is reviewed.
NEEDED = ("pages_show_list", "pages_read_engagement", POST)
PEOPLE = ("USER", "SYSTEM_USER")


@dataclass(frozen=True, kw_only=True)
class Look:
    """A token, looked into.

    app        the app that it was made for
    kind       USER, SYSTEM_USER, PAGE or APP
    page       for a Page's token: the Page
    scopes     the permissions in it
    targets    a permission -> the Pages that it was given for; one that is not here was given for all
    ends       when it ends; None: not by itself
    data_ends  when access to data ends unless a person signs in again; None: not by itself
    """

    app: str
    kind: str
    page: str
    valid: bool
    scopes: tuple[str, ...]
    targets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ends: datetime | None = None
    data_ends: datetime | None = None

    @property
    def until(self) -> datetime | None:
        """When we can no longer do all that we need; None: not by itself."""
        return min((end for end in (self.ends, self.data_ends) if end is not None), default=None)

    def lacks(self, page: str = "") -> tuple[str, ...]:
        """What we need and were not given, for this Page where one is named."""
        return tuple(scope for scope in NEEDED if scope not in self.scopes or self._elsewhere(scope, page))

    def _elsewhere(self, scope: str, page: str) -> bool:
        return bool(page) and scope in self.targets and page not in self.targets[scope]


def look(line: Line, token: str, app: Credential | None) -> Look:
    """Look into a token: as our app, which always may; else with the line's own, which may where its person has a role in the app.
    Raises `PlatformError`."""
    if app is None:
        line = line.hiding(token)
        answer = line.ask(lambda graph: graph.request(f"{graph.version}/debug_token", args={"input_token": token}))
    else:
        line = line.hiding(token, *app.secrets())
        answer = line.ask(lambda graph: graph.debug_access_token(token, app["app_id"], app["app_secret"]))
    data = answer.get("data")
    if not isinstance(data, dict):
        raise Unreachable("Facebook answered without saying what the token is.", code="no-data")
    return _look(data)


def _look(data: Mapping[str, Any]) -> Look:
    return Look(
        app=str(data.get("app_id") or ""),
        kind=str(data.get("type") or ""),
        page=str(data.get("profile_id") or ""),
        valid=data.get("is_valid") is True,
        scopes=tuple(str(scope) for scope in data.get("scopes") or ()),
        targets={
            str(row["scope"]): tuple(str(id) for id in row["target_ids"])
            for row in data.get("granular_scopes") or ()
            if isinstance(row, dict) and row.get("scope") and row.get("target_ids")
        },
        ends=_moment(data.get("expires_at")),
        data_ends=_moment(data.get("data_access_expires_at")),
    )


def day(moment: datetime) -> str:
    """For people."""
    return f"{moment.day} {moment:%B %Y}"


def _moment(seconds: Any) -> datetime | None:
    """Unix seconds; 0 means never."""
    return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) and seconds > 0 else None
