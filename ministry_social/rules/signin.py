"""Signing in: how it can fail, and whether the account is the one that was expected."""

from collections.abc import Collection, Mapping

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


def lacks(platform: str, scopes: Collection[str]) -> tuple[str, ...]:
    """The permissions that we need on a platform and were not given."""
    return tuple(one for one in NEEDED[platform] if one not in scopes)


# Without these nothing could be posted. X has no list: a sign-in is for reading and writing, or it is not.
NEEDED: Mapping[str, tuple[str, ...]] = {"x": (), "facebook": ("pages_manage_posts",), "youtube": ("youtube.force-ssl",)}
