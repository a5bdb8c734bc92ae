"""Growth: invented figures that grow with the rehearsal's clock, the same for the same seed and thing."""

import hashlib
import math
from datetime import datetime, timedelta

_DAY = timedelta(days=1)
_HALF_LIFE = 1.5  # days; most of what becomes of a post becomes of it in its first days

# How often each happens for a thousand views, at the least and at the most.
_PER_THOUSAND = {
    "likes": (8, 40), "reposts": (1, 12), "replies": (0, 5), "quotes": (0, 2), "saves": (0, 3), "clicks": (4, 30),
    "viewers": (550, 900),
}  # fmt: skip


def figure(name: str, most: int) -> int:
    """A number below `most` that stays the same for the same name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") % most


def followers(seed: int, profile: str, made_at: datetime, now: datetime) -> int:
    """Of an account: some to begin with, and up to a fifth of a per cent more each day."""
    begun = 500 + figure(profile, 90_000)
    a_day = figure(f"{seed}/{profile}/growth", 2_000) / 1_000_000
    return int(begun * (1 + a_day * max(0.0, (now - made_at) / _DAY)))


def of_post(seed: int, post: str, at: datetime, now: datetime) -> dict[str, int]:
    """Of a post: nothing at first, much in the first days, ever less later."""
    age = max(0.0, (now - at) / _DAY)
    views = (400 + figure(f"{seed}/{post}/views", 12_000)) * (1 - math.exp(-age / _HALF_LIFE))
    found = {"views": int(views)}
    for name, (least, most) in _PER_THOUSAND.items():
        rate = least + figure(f"{seed}/{post}/{name}", 1_000) / 1_000 * (most - least)
        found[name] = int(views * rate / 1_000)
    return found
