"""A webhook: a notice as signed JSON, posted to a program of the ministry's."""

import hashlib
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

import requests
from requests.utils import get_environ_proxies

from ..errors import AlertFailed
from ..model.notice import Notice

STAMP, SIGNATURE = "X-Ministry-Timestamp", "X-Ministry-Signature"
_REMEDY = "Look at [alerts] webhook in config/ministry.toml, then: ministry-social alert test"


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """`ports.Messenger` over HTTP. One request, no redirect followed, nothing of the answer kept.

    key    what the signature is made with; asked for when it is needed
    world  `rehearsal` or `live`, as the receiver is told
    local  whether the address is this machine's: then never through a proxy
    """

    url: str
    key: Callable[[], str] = field(repr=False)
    house: str
    world: str
    local: bool
    connect: float = 5.0
    total: float = 15.0

    def send(self, notice: Notice, *, to: str, at: datetime) -> None:
        """See `Messenger.send`."""
        key = self.key()
        if not key:
            remedy = "Store it: ministry-social alert secret webhook-key --file FILE"
            raise AlertFailed("There is no key with which a webhook is signed.", remedy=remedy)
        body, moment = self._body(notice, at), str(int(at.timestamp()))
        headers = {"Content-Type": "application/json", STAMP: moment, SIGNATURE: signature(key, moment, body)}
        try:
            with requests.Session() as session:
                session.trust_env = False  # a .netrc would add a header of its own
                with session.post(
                    self.url, data=body, headers=headers, timeout=(self.connect, self.total), allow_redirects=False, stream=True,
                    proxies={} if self.local else get_environ_proxies(self.url),
                    verify=os.environ.get("REQUESTS_CA_BUNDLE") or True,
                ) as answer:  # fmt: skip
                    status = answer.status_code
        except (requests.RequestException, OSError) as gone:
            raise AlertFailed(f"The webhook could not be reached ({type(gone).__name__}).", remedy=_REMEDY) from None
        if not 200 <= status < 300:
            raise AlertFailed(f"The webhook was refused (HTTP {status}).", remedy=_REMEDY)

    def _body(self, notice: Notice, at: datetime) -> bytes:
        said = {
            "from": self.house, "world": self.world, "at": at.isoformat(timespec="seconds"), "severity": notice.severity.value,
            "subject": notice.subject, "lines": list(notice.lines), "about": list(notice.about), "findings": list(notice.findings),
        }  # fmt: skip
        return json.dumps(said, ensure_ascii=False).encode()


def signature(key: str, moment: str, body: bytes) -> str:
    """`sha256=` and the HMAC-SHA256, hex, over the time stamp, a full stop and the body."""
    return "sha256=" + hmac.new(key.encode(), moment.encode() + b"." + body, hashlib.sha256).hexdigest()
