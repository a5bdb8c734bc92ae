"""Posts that become public later, at a time that Facebook was told.

The guide says 10 minutes to 30 days ahead (developers.facebook.com/docs/pages-api/posts); the refusals at 30 days and of the 30th
waiting post were reported by people who measured.
"""

import re
from datetime import UTC, datetime, timedelta

from ..world import Post, World
from .call import Call
from .errors import invalid
from .state import NAME, state_of

EARLIEST, LATEST = timedelta(seconds=600), timedelta(days=30)
_RELATIVE = re.compile(r"\+\s*(\d+)\s*(minute|hour|day|week)s?")


def wanted_time(call: Call) -> datetime | None:
    """When the post shall become public, or None. Raises code 100 on a time that Facebook does not take."""
    if not call.get("scheduled_publish_time"):
        return None
    wrong = invalid("The specified scheduled publish time is invalid.")
    if call.flag("published", True):
        raise wrong
    due = moment(call.get("scheduled_publish_time"), call.now)
    if due is None or not call.now + EARLIEST <= due < call.now + LATEST:
        raise wrong
    return due


def check_queue(call: Call, page: str) -> None:
    """Raises code 100 where as many posts wait as may wait: with the very same words."""
    if len(waiting(call.world, page)) >= call.state.switches.queued_posts:
        raise invalid("The specified scheduled publish time is invalid.")


def waiting(world: World, page: str) -> list[Post]:
    """Scheduled posts of a Page, the next to come first."""
    return [post for post in _waiting(world) if post.profile == page]


def moment(text: str, now: datetime) -> datetime | None:
    """Unix seconds, ISO 8601 with zone, or strtotime's "+2 hours"; None where it is none of these."""
    relative = _RELATIVE.fullmatch(text.strip())
    if relative:
        return now + timedelta(**{f"{relative[2]}s": int(relative[1])})
    try:
        return datetime.fromtimestamp(int(text), UTC) if text.lstrip("-").isdigit() else _iso(text)
    except (ValueError, OverflowError, OSError):
        return None


def _iso(text: str) -> datetime:
    found = datetime.fromisoformat(text.strip())
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def catch_up(world: World) -> None:
    """Make public what is due by the rehearsal's clock."""
    now = world.clock.now()
    for post in _waiting(world):
        due = datetime.fromtimestamp(post.more["scheduled_publish_time"], UTC)
        if due <= now:
            make_public(world, post, due)


def wait(world: World, post: Post, due: datetime) -> None:
    """From now on the post waits for its time."""
    post.more["scheduled_publish_time"] = int(due.timestamp())
    if post.id not in state_of(world).waiting:
        state_of(world).waiting.append(post.id)


def make_public(world: World, post: Post, at: datetime) -> None:
    """From now on everybody sees it."""
    post.public, post.at = True, at
    if post.more.pop("scheduled_publish_time", None) is not None:
        state_of(world).waiting.remove(post.id)


def public_posts(world: World, page: str, *, lag: bool) -> list[Post]:
    """What everybody sees on a Page, newest first: a post that had to wait stands where it became public."""
    found = [post for post in world.timeline(NAME, page, lag=lag) if post.public]
    return sorted(found, key=lambda post: post.at, reverse=True)


def _waiting(world: World) -> list[Post]:
    found = [world.post(NAME, name) for name in state_of(world).waiting]
    alive = [post for post in found if post is not None and post.deleted_at is None]
    return sorted(alive, key=lambda post: int(post.more["scheduled_publish_time"]))
