"""One call to the Graph API: its arguments, files and token, and whose Page it may touch."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web
from aiohttp.web_request import FileField

from ..world import Profile, World
from .errors import GraphError, gone, invalid, may_not_post, may_not_read, may_not_see_figures, not_granted, not_permitted
from .scopes import FIGURES, POST, READ
from .state import NAME, Grant, State

YES, NO = ("true", "1"), ("false", "0")
VERBS = {"GET": "get", "POST": "post", "DELETE": "delete"}


@dataclass(frozen=True, kw_only=True)
class Arguments:
    """What came in the query and the body, as text; uploaded files apart."""

    texts: Mapping[str, str]
    files: Mapping[str, FileField]


@dataclass(frozen=True, kw_only=True)
class Call:
    """A call whose version and token are checked. `grant` is None only where no token is needed."""

    world: World
    state: State
    request: web.Request
    version: str
    texts: Mapping[str, str]
    grant: Grant | None
    files: Mapping[str, FileField] = field(default_factory=dict)

    @property
    def node(self) -> str:
        """The id that the path names; `me` is the token's owner."""
        named: str = self.request.match_info["node"]
        if named != "me":
            return named
        if self.grant is None or self.grant.kind == "APP":
            raise GraphError("An active access token must be used to query information about the current user.", 2500)
        return self.grant.owner

    @property
    def now(self) -> datetime:
        """The rehearsal's time."""
        return self.world.clock.now()

    def get(self, name: str) -> str:
        """An argument, or ""."""
        return self.texts.get(name, "")

    def flag(self, name: str, otherwise: bool) -> bool:
        """A yes or no. Raises code 100 on anything else."""
        word = self.get(name).strip().lower()
        if not word:
            return otherwise
        if word not in YES + NO:
            raise invalid(f"Param {name} must be a boolean")
        return word in YES

    def upload(self, *names: str) -> bytes | None:
        """The bytes of the first uploaded file of these names."""
        found = next((self.files[name] for name in names if name in self.files), None)
        if found is None:
            return None
        found.file.seek(0)
        return found.file.read()

    def refuse(self) -> GraphError:
        """100/33 for the path's id."""
        return gone(VERBS.get(self.request.method, "get"), self.request.match_info.get("node", ""))

    def page(self) -> Profile:
        """The Page that the path names, which the token may act for. Raises `GraphError`."""
        found = self.world.profile(NAME, self.node)
        if found is None:
            raise self.refuse()
        self.check_owner(found.id)
        return found

    def check_scope(self, needed: str) -> None:
        """The permission that the call needs; for posting the person's task on the Page, too. Raises `GraphError`."""
        grant = self.grant
        if grant is None:
            return
        if needed == POST and (POST not in grant.scopes or grant.owner in self.state.switches.without_task):
            raise may_not_post()
        if needed == READ and READ not in grant.scopes:
            raise may_not_read()
        if needed == FIGURES and FIGURES not in grant.scopes:
            raise may_not_see_figures()

    def check_owner(self, page: str) -> None:
        """Only the Page's own token may touch it; a person's only where the switch says so."""
        grant = self.grant
        if grant is not None and grant.kind in ("USER", "SYSTEM_USER"):
            if not self.state.switches.user_token_posts:
                raise not_granted()
        elif grant is None or grant.owner != page:
            raise not_permitted()


async def arguments(request: web.Request) -> Arguments:
    """Query, form (or JSON body) in one; the body wins. Raises `GraphError` on a body that nobody can read."""
    texts: dict[str, str] = dict(request.query)
    files: dict[str, FileField] = {}
    try:
        if request.content_type == "application/json":
            texts |= {name: _text(value) for name, value in (await request.json()).items()}
        for name, value in (await request.post()).items():
            if isinstance(value, FileField):
                files[name] = value
            elif isinstance(value, str):
                texts[name] = value
    except (ValueError, AttributeError) as broken:
        raise GraphError("Invalid request body", 1) from broken
    return Arguments(texts=texts, files=files)


def token_in(request: web.Request, texts: Mapping[str, str]) -> str:
    """The access token, wherever it was sent, or ""."""
    scheme, _, said = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() in ("bearer", "oauth") and said:
        return said.strip()
    return texts.get("access_token", "")


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
