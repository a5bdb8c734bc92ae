"""What owners agreed to on the consent page, and how it ends.

Sources: RFC 6749, 4.1.2; developers.google.com/identity/protocols/oauth2 (7 days in testing) and .../oauth2/web-server
(`refresh_token_expires_in`, revoking).
"""

from datetime import timedelta

from ..world import World
from .state import Code, Grant, chance_id, state_of

TESTING = timedelta(days=7)


def found(world: World, refresh_token: str) -> Grant | None:
    """The grant that a refresh token stands for now."""
    now = world.clock.now()
    for grant in state_of(world).grants:
        if refresh_token and grant.refresh_token == refresh_token and (grant.ends is None or now < grant.ends):
            return grant
    return None


def made(world: World, code: Code) -> Grant:
    """What a code is exchanged for."""
    state = state_of(world)
    testing = state.settings.publishing_status == "testing"
    grant = Grant(
        profile=code.profile,
        scopes=code.scopes,
        refresh_token="1//0" + chance_id(world, 60) if code.offline else "",
        ends=world.clock.now() + TESTING if testing else None,
    )
    state.grants.append(grant)
    return grant


def revoke(world: World, grant: Grant) -> None:
    """Its tokens count no more."""
    state = state_of(world)
    state.grants[:] = [one for one in state.grants if one is not grant]
    for text in [text for text, token in state.tokens.items() if token.grant is grant]:
        del state.tokens[text]
