"""The web pages on which a press officer sees what the public would see."""

from aiohttp import web


def routes() -> list[web.RouteDef]:
    """The pages' routes."""
    return []
