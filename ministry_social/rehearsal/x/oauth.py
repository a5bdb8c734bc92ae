"""Who is speaking: OAuth 1.0a signatures (HMAC-SHA1, RFC 5849) and OAuth 2 bearer tokens."""

from dataclasses import dataclass
from types import SimpleNamespace
from urllib.parse import parse_qsl, unquote

from aiohttp import web
from oauthlib.oauth1.rfc5849 import signature

from ..world import Profile, World
from . import bodies
from .answers import unauthorized
from .state import State

# A client signs the address it means, and may be led here afterwards: any of X's own hosts is taken.
HOSTS = ("https://api.twitter.com", "https://api.x.com", "https://upload.twitter.com", "https://upload.x.com")
PREFIX = "/api/x"


@dataclass(frozen=True)
class Caller:
    """Who speaks. Without a profile it is the app alone; `scopes` is None where the token has no such bounds.

    `access` is what the app was allowed when the token was granted: read-write or read.
    """

    profile: Profile | None
    scopes: frozenset[str] | None = None
    access: str = "read-write"


@dataclass(frozen=True)
class Keys:
    """The two secrets behind a signature."""

    consumer: str
    token: str = ""


def header(request: web.Request) -> dict[str, str]:
    """The fields of `Authorization: OAuth ...`, decoded; empty where the header is another or none."""
    scheme, _, rest = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "oauth":
        return {}
    pairs = (part.strip().partition("=") for part in rest.split(","))
    return {name: unquote(value.strip('"')) for name, _, value in pairs if name and name != "realm"}


def bearer(request: web.Request) -> str:
    """The token of `Authorization: Bearer ...`, or nothing."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def holder(world: World, state: State, token: str) -> tuple[Profile, str] | None:
    """Whose access token this is, and its secret."""
    made = state.tokens.get(token)
    if made is not None:
        profile = world.profile("x", made.profile)
        return (profile, made.secret) if profile else None
    owner = world.profile("x", token.partition("-")[0])
    # Tokens begin with the account's id; one that a test has made up may not.
    for profile in (owner,) if owner else tuple(p for p in world.profiles if p.platform == "x"):
        if token and profile.credential.get("access_token") == token:
            return profile, profile.credential["access_token_secret"]
    return None


def profile_of(world: World, state: State, request: web.Request) -> Profile | None:
    """Whose credential the request carries, unchecked."""
    kept = state.bearers.get(bearer(request))
    if kept is not None:
        return world.profile("x", kept.profile)
    found = holder(world, state, header(request).get("oauth_token", ""))
    return found[0] if found else None


def consumer_secret(world: World, state: State, key: str, profile: Profile | None = None) -> str | None:
    """The secret of an app: the ministry's own, or the one that came with an account's credential."""
    if key == state.app.consumer_key:
        return state.app.consumer_secret
    for other in (profile,) if profile else tuple(p for p in world.profiles if p.platform == "x"):
        if key and other.credential.get("consumer_key") == key:
            return other.credential.get("consumer_secret")
    return None


def identify(world: World, state: State, request: web.Request, raw: bytes) -> Caller:
    """Who speaks, proved. Raises `Refusal` (401)."""
    if bearer(request):
        return _by_bearer(world, state, bearer(request))
    fields = header(request)
    found = holder(world, state, fields.get("oauth_token", ""))
    if found is None:
        raise unauthorized()
    profile, token_secret = found
    secret = consumer_secret(world, state, fields.get("oauth_consumer_key", ""), profile)
    if secret is None or not is_signed(request, raw, fields, Keys(secret, token_secret)):
        raise unauthorized()
    if not state.new_nonce(fields.get("oauth_nonce", "")):
        raise unauthorized()
    granted = state.tokens.get(fields["oauth_token"])
    return Caller(profile, access=granted.access if granted else "read-write")


def is_signed(request: web.Request, raw: bytes, fields: dict[str, str], keys: Keys) -> bool:
    """Whether the signature is right for the address as it was meant, or as it was really requested.

    The time-stamp must be there but is not compared with any clock: the rehearsal's own may run fast.
    """
    if fields.get("oauth_signature_method") != "HMAC-SHA1" or not fields.get("oauth_timestamp", "").isdigit():
        return False
    if not fields.get("oauth_nonce"):
        return False
    params = [(name, value) for name, value in fields.items() if name != "oauth_signature"]
    params += parse_qsl(request.rel_url.raw_query_string, keep_blank_values=True)
    params += bodies.form_pairs(request, raw)
    return any(_matches(request.method, address, params, fields, keys) for address in _addresses(request))


def _matches(method: str, uri: str, params: list[tuple[str, str]], fields: dict[str, str], keys: Keys) -> bool:
    signed = SimpleNamespace(params=params, uri=uri, http_method=method, signature=fields.get("oauth_signature", ""))
    return bool(signature.verify_hmac_sha1(signed, keys.consumer, keys.token))


def _addresses(request: web.Request) -> list[str]:
    path = request.rel_url.raw_path
    return [host + path.removeprefix(PREFIX) for host in HOSTS] + [f"http://{request.host}{path}"]


def _by_bearer(world: World, state: State, token: str) -> Caller:
    kept = state.bearers.get(token)
    if kept is None or (kept.ends is not None and world.clock.now().timestamp() >= kept.ends):
        raise unauthorized()
    return Caller(world.profile("x", kept.profile) if kept.profile else None, kept.scopes)
