"""Cost: what a wave costs on X, which bills each post, and one with an address thirteen times as much.

Prices are settings (docs.x.com, x-api/getting-started/pricing, changelog of 16 April 2026): $0.015 a post or repost, $0.20 a post
with an address, $0.005 an alt text. Amounts here are whole thousandths of a US dollar.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ..model.plan import Assignment, Cost
from ..model.variant import Kind
from .references import plain
from .x_text import has_address


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Thousandths of a US dollar."""

    post: int = 15
    post_with_link: int = 200
    alt_text: int = 5


def wave_cost(assignments: Iterable[Assignment], prices: Prices) -> Cost:
    """What the posts of a wave cost on X. Where X sees an address, the post costs as one with a link, meant so or not."""
    variants = [a.variant for a in assignments if a.variant is not None and a.account.platform == "x"]
    linked = sum(1 for v in variants if v.kind is not Kind.REPOST and has_address(plain(v.text)))
    alt_texts = sum(1 for v in variants for attachment in v.attachments if attachment.alt)
    others = len(variants) - linked
    total = linked * prices.post_with_link + others * prices.post + alt_texts * prices.alt_text
    return Cost(with_link=linked, others=others, alt_texts=alt_texts, total=total)
