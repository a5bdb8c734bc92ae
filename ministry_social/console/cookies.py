"""What the pages remember of a browser: sealed in its own cookies, so that a server keeps nothing and may start anew.

Whoever was led back by a platform must be the browser that began: only there is the cookie that ends the sign-in.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from starlette.responses import Response

from ..errors import Unauthorized
from ..model.signin import Begun
from ..ports import Vault

VISIT, SIGN_IN, DONE = "visit", "sign-in", "done"
_DAY = 86_400


@dataclass(frozen=True, kw_only=True)
class Jar:
    """The cookies of one set of pages. `secure`: sent over https only."""

    vault: Vault
    secure: bool

    def put(self, response: Response, name: str, value: Mapping[str, Any], *, strict: bool = False) -> None:
        """Give the browser something to keep, which it cannot read. `strict`: never sent along from another site."""
        sealed = self.vault.seal(json.dumps({"cookie": name, **value}).encode())
        same: Literal["strict", "lax"] = "strict" if strict else "lax"  # lax: a platform leads back here from its own site
        text = urlsafe_b64encode(sealed).decode().rstrip("=")
        response.set_cookie(self._named(name), text, max_age=_DAY, path="/", secure=self.secure, httponly=True, samesite=same)

    def take(self, cookies: Mapping[str, str], name: str) -> dict[str, Any]:
        """What the browser kept; empty where it has nothing of ours under this name."""
        text = cookies.get(self._named(name), "")
        try:
            value = json.loads(self.vault.unseal(urlsafe_b64decode(text + "=" * (-len(text) % 4))))
        except (Unauthorized, ValueError):
            return {}
        return value if isinstance(value, dict) and value.get("cookie") == name else {}

    def drop(self, response: Response, name: str) -> None:
        """Let the browser forget it."""
        response.delete_cookie(self._named(name), path="/", secure=self.secure, httponly=True)

    def _named(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name  # no neighbour below the same domain can set it


def as_json(begun: Begun) -> dict[str, Any]:
    """A sign-in that has begun, for its cookie; whoever is led back has been at its address."""
    return {"state": begun.state, "secret": dict(begun.secret), "until": begun.until.isoformat()}


def begun_from(value: Mapping[str, Any]) -> Begun:
    """What `as_json` wrote."""
    return Begun(
        address="", state=value["state"], secret=value["secret"], until=datetime.fromisoformat(value["until"])
    )  # fmt: skip
