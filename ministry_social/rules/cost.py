"""Cost: what posts cost on X, which bills each post, and one with an address thirteen times as much.

Prices are settings (docs.x.com, x-api/getting-started/pricing, changelog of 16 April 2026): $0.015 a post or repost, $0.20 a post
with an address, $0.005 an alt text, $0.01 for taking a post down. Amounts here are whole thousandths of a US dollar.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ..model.plan import Assignment, Cost
from ..model.variant import Kind, Reference, Variant
from .references import plain
from .x_text import has_address


@dataclass(frozen=True, kw_only=True)
class Prices:
    """Thousandths of a US dollar."""

    post: int = 15
    post_with_link: int = 200
    alt_text: int = 5
    delete: int = 10
    read_post: int = 5
    read_user: int = 10


def wave_cost(assignments: Iterable[Assignment], prices: Prices) -> Cost:
    """What the posts of a wave cost on X. Where X sees an address, the post costs as one with a link, meant so or not."""
    variants = [a.variant for a in assignments if a.variant is not None and a.account.platform == "x"]
    linked = sum(1 for v in variants if _linked(v))
    alt_texts = sum(_alt_texts(v) for v in variants)
    total = sum(variant_cost(v, prices) for v in variants)
    return Cost(with_link=linked, others=len(variants) - linked, alt_texts=alt_texts, total=total)


def account_cost(assignment: Assignment, prices: Prices) -> int:
    """What the post of one account costs; nothing where it stays silent, or on other platforms."""
    if assignment.variant is None or assignment.account.platform != "x":
        return 0
    return variant_cost(assignment.variant, prices)


def variant_cost(variant: Variant, prices: Prices) -> int:
    """What a variant costs on X, its alt texts included."""
    return (prices.post_with_link if _linked(variant) else prices.post) + _alt_texts(variant) * prices.alt_text


def payload_cost(kind: Kind, body: Mapping[str, Any], prices: Prices) -> int:
    """The same of a payload for X, as it lies in the store: `{"text": .., "media": [..]}` or `{"repost": ..}`."""
    if kind is Kind.REPOST:
        return prices.post
    linked = has_address(plain(_pieces(body.get("text", ""))))
    return (prices.post_with_link if linked else prices.post) + payload_alt_cost(body, prices)


def payload_alt_cost(body: Mapping[str, Any], prices: Prices) -> int:
    """What the alt texts of a payload cost: they are billed when pictures are uploaded, whatever becomes of the post."""
    return prices.alt_text * sum(1 for one in body.get("media", ()) if one.get("alt"))


def month_of(moment: datetime) -> str:
    """The month of a bill, in UTC: `2026-12`."""
    return f"{moment.astimezone(UTC):%Y-%m}"


def dollars(amount: int) -> str:
    """`$0.045`, `$12.30`: to the thousandth where there is one, else to the cent."""
    cents = f"${amount // 1000}.{amount % 1000:03d}"
    return cents[:-1] if cents.endswith("0") else cents


def _linked(variant: Variant) -> bool:
    return variant.kind is not Kind.REPOST and has_address(plain(variant.text))


def _alt_texts(variant: Variant) -> int:
    return sum(1 for attachment in variant.attachments if attachment.alt)


def _pieces(text: str | list[str | dict[str, str]]) -> tuple[str | Reference, ...]:
    pieces = [text] if isinstance(text, str) else text
    return tuple(piece if isinstance(piece, str) else Reference(**piece) for piece in pieces)
