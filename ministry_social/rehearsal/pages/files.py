"""Files that the pages need: the stylesheet, and the bytes of pictures, videos and captions."""

from importlib.resources import files

from aiohttp import web

from ..wire import WORLD

# Types that a browser shows or plays; everything else is only handed over.
SHOWN = ("image/", "video/", "audio/", "text/vtt")


async def style(request: web.Request) -> web.Response:
    """The one stylesheet."""
    text = (files(__package__) / "templates" / "style.css").read_text(encoding="utf-8")
    return web.Response(text=text, content_type="text/css")


async def media(request: web.Request) -> web.Response:
    """The bytes of a file, whole or a range of them (players ask for ranges)."""
    found = request.app[WORLD].files.get(request.match_info["digest"])
    if found is None:
        raise web.HTTPNotFound
    data, kind = found
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Type": kind if kind.startswith(SHOWN) else "application/octet-stream",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; media-src 'self'; sandbox",
    }
    part = _range(request, len(data))
    if part is None:
        return web.Response(body=data, headers=headers)
    headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{len(data)}"
    return web.Response(status=206, body=data[part.start : part.stop], headers=headers)


def _range(request: web.Request, size: int) -> range | None:
    """Which bytes are wanted; None: all of them."""
    try:
        wanted = request.http_range
    except ValueError:
        wanted = slice(size, None)
    if wanted.start is None and wanted.stop is None:
        return None
    start, stop, _ = wanted.indices(size)
    if start >= stop:
        raise web.HTTPRequestRangeNotSatisfiable(headers={"Content-Range": f"bytes */{size}"})
    return range(start, stop)
