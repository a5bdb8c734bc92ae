"""Signing in: how it can fail, and whether the account is the one that was expected."""

from ..model.account import Account

# Each way in which a sign-in fails -> what it means.
CODES = {
    "denied": "The person did not agree.",
    "wrong-account": "Another account was signed in than the one expected.",
    "code-used": "The answer of the sign-in was used before.",
    "expired": "The sign-in, or its answer, is too old.",
    "missing-scope": "A permission that we need was not given.",
    "not-registered": "The platform does not know our address or our app.",
    "strange-answer": "What came back belongs to no sign-in that we began.",
    "not-here": "The platform does not offer this way.",
}


def is_expected(account: Account, *, id: str, handle: str) -> bool:
    """Whether the one who signed in is this account: by its id where that is known, else by its handle."""
    if account.id:
        return account.id == id
    return bool(handle) and handle.lower().removeprefix("@") == account.handle.lower()
