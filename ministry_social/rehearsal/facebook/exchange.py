"""GET /oauth/access_token: an app's token, the token for a code, or a longer-lived one.

developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow and .../guides/access-tokens/get-long-lived.
"""

from datetime import timedelta
from typing import Any

from .call import Call
from .errors import GraphError, invalid
from .state import Code, Grant, State
from .tokens import LONG_LIVED, SHORT_LIVED, checked, person_token

CODE_LIVES = timedelta(minutes=10)  # how long is not documented, that it ends is


def exchange(call: Call) -> dict[str, Any]:
    """The three exchanges, for the app alone."""
    state = call.state
    _check_app(call, state)
    if call.get("grant_type") == "client_credentials":
        return {"access_token": f"{state.app_id}|{state.app_secret}", "token_type": "bearer"}
    if call.get("grant_type") == "fb_exchange_token":
        short = checked(call.world, call.get("fb_exchange_token"))
        if short.kind != "USER":
            raise invalid("The parameter fb_exchange_token must be a token of a person")
        return _answer(person_token(call.world, LONG_LIVED, scopes=short.scopes, pages=short.pages, long=True), LONG_LIVED)
    code = _taken(call, state)
    return _answer(person_token(call.world, SHORT_LIVED, scopes=code.scopes, pages=code.pages), SHORT_LIVED)


def _answer(grant: Grant, seconds: int) -> dict[str, Any]:
    return {"access_token": grant.token, "token_type": "bearer", "expires_in": seconds}


def _taken(call: Call, state: State) -> Code:
    """The code, from now on used. Subcodes: Stack Overflow and GitHub, among them laravel/socialite #385."""
    code = state.codes.get(call.get("code"))
    if code is None:
        raise invalid("Invalid verification code format.")
    if code.used:
        raise invalid("This authorization code has been used.", 36009)
    if call.now - code.at > CODE_LIVES:
        raise invalid("This authorization code has expired.", 36007)
    if code.redirect_uri and call.get("redirect_uri") != code.redirect_uri:
        raise invalid(
            "Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth "
            "dialog request", 36008,
        )  # fmt: skip
    code.used = True
    return code


def _check_app(call: Call, state: State) -> None:
    if call.get("client_id") != state.app_id:
        raise GraphError("Error validating application. Cannot get application info due to a system error.", 101)
    if call.get("client_secret") != state.app_secret:
        raise GraphError("Error validating client secret.", 1)
