"""Photos: uploaded unseen for a later post, or published at once.

developers.facebook.com/docs/graph-api/reference/page/photos; arguments in Page.json of facebook/facebook-business-sdk-codegen.
"""

from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

from . import schedule
from .call import Call
from .errors import GraphError
from .posts import add, check_message
from .state import Photo, new_id
from .views import photo_node, written

FORMATS = ("JPEG", "PNG")


def upload(call: Call) -> dict[str, Any]:
    """POST /{page}/photos: multipart `source`; `published=false` keeps it unseen."""
    page = call.page()
    caption = check_message(call.get("caption") or call.get("message"))
    data = call.upload("source")
    if data is None:
        raise GraphError("(#324) Requires upload file", 324)
    mime, width, height = _look(data, call.state.switches.photo_bytes)
    due = schedule.wanted_time(call)
    if due is not None:
        schedule.check_queue(call, page.id)
    photo = Photo(
        id=new_id(call.world), page=page.id, digest=call.world.keep_file(data, mime), width=width, height=height, at=call.now,
        alt=call.get("alt_text_custom"), caption=caption,
    )  # fmt: skip
    call.state.photos[photo.id] = photo
    public = call.flag("published", True)
    if not public and due is None:
        return written(call, photo_node(call, photo), "Photo")
    more: dict[str, Any] = {"photos": [photo.id]}
    post = add(call, page.id, "photo", caption, public=public, photos=[photo], more=more, due=due)
    return written(call, photo_node(call, photo), "Photo", post_id=post.id)


def _look(data: bytes, most: int) -> tuple[str, int, int]:
    """Media type, width and height in pixels. Raises 100/1366046 where Facebook would not take it."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as image:
            mime, size = Image.MIME[str(image.format)], image.size
            image.verify()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as unreadable:
        raise _refused() from unreadable
    if len(data) > most:
        raise _refused()
    return mime, *size


def _refused() -> GraphError:
    text = "Your photos couldn't be uploaded. Photos should be less than 4 MB and saved as JPG or PNG files."
    return GraphError("Invalid parameter", 100, 1366046, person=("Can't Read Files", text))
