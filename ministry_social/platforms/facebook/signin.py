"""Signing in at Facebook: its login dialog, and tokens that an administrator pastes."""

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from typing import Any

from ...errors import Rejected, SignInFailed, Unauthorized, Unreachable
from ...model.account import Account, Credential
from ...model.signin import Begun, Granted
from ...ports import Clock
from ..gate import Wire
from .granting import LineOf, granted, of_page, seen
from .look import NEEDED, PEOPLE
from .wire import ORIGINALS, Line, gate

_SITE = "https://www.facebook.com"  # where facebook-sdk 3.1.0 has the dialog, another host than the API
_PATIENCE = timedelta(hours=1)  # ours: Facebook forgets no dialog, but whoever left it open should begin anew
_AGAIN = "Sign in again."
_APP = "Compare the app at developers.facebook.com, then: ministry-social vault app facebook --credential FILE"

# How Facebook refuses a code or a token -> ours. Subcodes as its users report them; the sentences are ours.
_REFUSALS = {
    "100/36009": ("code-used", "The answer of Facebook's sign-in was used before.", _AGAIN),
    "100/36007": ("expired", "The answer of Facebook's sign-in is too old.", _AGAIN),
    "100/36008": ("not-registered", "Facebook led back to another address than the one that we name now.", _APP),
    "101": ("not-registered", "Facebook does not know our app.", _APP),
    "1": ("not-registered", "Facebook does not accept the secret of our app.", _APP),
    "190/458": ("denied", "Our app was removed from the account of the person who signed in.", _AGAIN),
    "190/460": ("expired", "The token ended when the person behind it changed the password.", _AGAIN),
    "190/463": ("expired", "The token has ended.", _AGAIN),
    "190/467": ("expired", "The token was revoked.", _AGAIN),
}


class FacebookSignIn:
    """Facebook as a `SignIn`. Thread-safe: nothing but the pool of connections is shared between calls."""

    def __init__(self, wire: Wire, *, clock: Clock, version: str = "v26.0") -> None:
        self._gate = gate(wire)
        self._clock = clock
        self._version = version
        self._site = _SITE if wire.base_url in ORIGINALS else wire.base_url

    def begin(self, account: Account, app: Credential, *, callback: str) -> Begun:
        """See `SignIn`. Asks again for what was not allowed another time (`rerequest`): else Facebook would leave it out."""
        if not callback:
            raise SignInFailed(
                "Facebook leads back to an address only, and shows no number to type.",
                code="not-here", remedy="Sign in with a browser on this machine, or paste the token of a system user.",
            )  # fmt: skip
        state = secrets.token_urlsafe(24)
        graph = self._line(account, app, "").client
        address = graph.get_auth_url(
            app["app_id"], callback, perms=NEEDED, state=state, response_type="code", auth_type="rerequest"
        )
        until = self._clock.now() + _PATIENCE
        return Begun(address=self._site + address.removeprefix(_SITE), state=state, secret={}, until=until)

    def finish(self, account: Account, app: Credential, begun: Begun, answer: Mapping[str, str], *, callback: str) -> Granted:
        """See `SignIn`. The code gives a token of the person for an hour, that one a long-lived one, and this the Page's own,
        which has no end."""
        code = self._code(begun, answer)
        with _translated():
            short = self._ask(
                self._line(account, app, "").hiding(code),
                lambda graph: graph.get_access_token_from_code(code, callback, app["app_id"], app["app_secret"]),
            )
            return granted(self._lines(account, app), account, app, self._longer(account, app, short))

    def accept(self, account: Account, app: Credential, pasted: Mapping[str, str]) -> Granted:
        """See `SignIn`. `access_token`: a system user's, which is the best there is; a Page's own, or a person's."""
        token = pasted.get("access_token", "").strip()
        if not token:
            raise SignInFailed("Nothing was pasted.", code="strange-answer", remedy='Facebook: {"access_token": "..."}')
        lines = self._lines(account, app)
        with _translated():
            found = seen(lines(token), account, app, token, "PAGE", *PEOPLE)
            if found.kind == "PAGE":
                page = lines(token).ask(lambda graph: graph.get_object(found.page, fields="id,name,username"))
                return of_page(lines, account, app, page | {"access_token": token})
            lasting = self._longer(account, app, token) if found.kind == "USER" else token
            return granted(lines, account, app, lasting)

    def _code(self, begun: Begun, answer: Mapping[str, str]) -> str:
        """The code in what came back. Raises `SignInFailed` where it is no answer to what was begun, or a no."""
        if not secrets.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise SignInFailed("What came back from Facebook belongs to another sign-in.", code="strange-answer", remedy=_AGAIN)
        if answer.get("error") == "access_denied":
            raise SignInFailed("The person did not agree to what we asked for at Facebook.", code="denied", remedy=_AGAIN)
        if not answer.get("code"):
            raise SignInFailed("Facebook led back without an answer.", code="strange-answer", remedy=_AGAIN)
        if self._clock.now() >= begun.until:
            raise SignInFailed("The sign-in took too long.", code="expired", remedy=_AGAIN)
        return answer["code"]

    def _longer(self, account: Account, app: Credential, token: str) -> str:
        """A person's long-lived token for one of any length. Never for a Page's: a project broke all its Pages so."""
        line = self._line(account, app, token)
        return self._ask(line, lambda graph: graph.extend_access_token(app["app_id"], app["app_secret"]))

    @staticmethod
    def _ask(line: Line, send: Any) -> str:
        """An exchange, which answers a token."""
        try:
            token = line.ask(send).get("access_token")
        except Unreachable as unclear:
            # Code 1 says "unknown" elsewhere; here, as a clear no, it means the app's secret.
            if unclear.code == "1" and line.answer is not None and line.answer.status_code == 400:
                raise _failed(unclear.code) from unclear
            raise
        if not isinstance(token, str) or not token:
            raise Unreachable("Facebook answered without a token.", code="no-access_token")
        return token

    def _lines(self, account: Account, app: Credential) -> LineOf:
        return partial(self._line, account, app)

    def _line(self, account: Account, app: Credential, token: str) -> Line:
        if not app.get("app_id") or not app.get("app_secret"):
            raise SignInFailed(
                "The credential of our app at Facebook has no app_id or no app_secret.", code="not-registered", remedy=_APP
            )
        return Line.speaking(
            self._gate, token,
            account=account.name, secrets=(*app.secrets(), token), version=self._version, clock=self._clock,
        )  # fmt: skip


@contextmanager
def _translated() -> Iterator[None]:
    """A refusal of Facebook becomes `SignInFailed`; what only has to wait stays what it is."""
    try:
        yield
    except (Rejected, Unauthorized) as refusal:
        if refusal.code in _REFUSALS:
            raise _failed(refusal.code) from refusal
        raise SignInFailed(refusal.sentence, code=_kind(refusal), remedy=refusal.remedy) from refusal


def _failed(word: str) -> SignInFailed:
    code, sentence, remedy = _REFUSALS[word]
    return SignInFailed(sentence, code=code, remedy=remedy)


def _kind(refusal: Rejected | Unauthorized) -> str:
    """What an unforeseen refusal means: a permission (10, 200 to 299), a person who is shut out, or something else."""
    number = refusal.code.partition("/")[0]
    if number == "10" or (number.isdigit() and 200 <= int(number) < 300):
        return "missing-scope"
    return "denied" if isinstance(refusal, Unauthorized) else "strange-answer"
