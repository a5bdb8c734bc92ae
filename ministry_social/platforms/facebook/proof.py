"""Proving a Page: a post that is not published, and taken down at once."""

from ...errors import PlatformError, Unreachable
from ...model.account import Account, Credential
from ...model.standing import Proof
from ...ports import Clock
from ..gate import Wire
from .wire import Line, gate

_TEXT = "Test by the ministry's own software. Nobody sees this post, and it is deleted at once."


class FacebookProof:
    """See `ports.Proving`. `published=false`: seen by those who run the Page only."""

    def __init__(self, wire: Wire, *, clock: Clock, version: str) -> None:
        self._gate = gate(wire)
        self._clock = clock
        self._version = version

    def prove(self, account: Account, credential: Credential) -> Proof:
        """See `ports.Proving`."""
        line = Line.open(self._gate, account, credential, version=self._version, clock=self._clock)
        form = {"message": _TEXT, "published": "false"}
        answer = line.ask(lambda graph: graph.request(f"{graph.version}/{account.id}/feed", post_args=form))
        post = str(answer.get("id", ""))
        if not post:
            raise Unreachable("Facebook answered without saying what became of the test post.", code="no-id")
        try:
            line.ask(lambda graph: graph.delete_object(post))
        except PlatformError:
            return Proof(id=post, gone=False)
        return Proof(id=post, gone=True)
