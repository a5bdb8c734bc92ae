"""Cost: what a wave costs on X, where a post with a link costs thirteen times one without."""

import json
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ministry_social.model.account import Account
from ministry_social.model.plan import Assignment, Cost, Silence
from ministry_social.model.variant import Attachment, Kind, Reference, Variant
from ministry_social.platforms.gate import Wire
from ministry_social.platforms.x import X
from ministry_social.rules.cost import Prices, account_cost, dollars, month_of, payload_cost, variant_cost, wave_cost
from ministry_social.rules.length import x_length
from ministry_social.rules.x_text import has_address
from tests.factories import account, mfa, page

VIDEO = Reference(delivery="grain/1/channel/video", field="url", shape="youtube-url")
PRICES = Prices()
WIRE = Wire(base_url="http://127.0.0.1:9", connect=1.0, total=2.0, upload=2.0)  # rendering never uses it


def says(*text: str | Reference, by: Account | None = None, kind: Kind = Kind.LOCAL, **more: Any) -> Assignment:
    by = by or mfa()
    return Assignment(account=by, reason="", variant=Variant(account=by.name, kind=kind, text=text, **more))


def picture(alt: str) -> Attachment:
    return Attachment(file="m.jpg", digest="a" * 64, type="image/jpeg", kind="image", size=1, alt=alt)


def test_a_post_without_a_link_costs_one_and_a_half_cents() -> None:
    assert wave_cost([says("The corridor stays open.")], PRICES) == Cost(with_link=0, others=1, alt_texts=0, total=15)


def test_a_post_with_a_link_costs_thirteen_times_as_much() -> None:
    cost = wave_cost([says("See https://www.mfa-tavoria.example.org/grain")], PRICES)
    assert cost == Cost(with_link=1, others=0, alt_texts=0, total=200)
    assert 13 <= PRICES.post_with_link / PRICES.post < 14


def test_the_address_of_the_video_is_a_link() -> None:
    assert wave_cost([says("Watch: ", VIDEO)], PRICES).with_link == 1


def test_a_repost_costs_as_a_post_whatever_it_repeats() -> None:
    repost = says(kind=Kind.REPOST, of=Reference(delivery="grain/1/mfa/post", field="id", shape="x-id"))
    assert wave_cost([repost], PRICES) == Cost(with_link=0, others=1, alt_texts=0, total=15)


def test_each_alt_text_costs_half_a_cent() -> None:
    cost = wave_cost([says("Open.", attachments=(picture("The minister"), picture(""), picture("The table")))], PRICES)
    assert cost == Cost(with_link=0, others=1, alt_texts=2, total=25)


def test_other_platforms_and_silent_accounts_cost_nothing() -> None:
    silent = Assignment(account=account(), reason="", silence=Silence.NOT_ADDRESSED)
    assert wave_cost([says("See https://a.example.org", by=page()), silent], PRICES) == Cost(
        with_link=0, others=0, alt_texts=0, total=0
    )


def test_a_wave_is_the_sum_of_its_posts() -> None:
    wave = [says("Watch: ", VIDEO)] * 8 + [says("Open.")] * 28
    assert wave_cost(wave, PRICES) == Cost(with_link=8, others=28, alt_texts=0, total=8 * 200 + 28 * 15)


def test_each_account_has_its_own_cost() -> None:
    assert account_cost(says("Open."), PRICES) == 15
    assert account_cost(says("Open.", by=page()), PRICES) == 0
    assert account_cost(Assignment(account=account(), reason="", silence=Silence.NOT_ADDRESSED), PRICES) == 0


def test_prices_are_settings() -> None:
    assert wave_cost([says("Open.")], Prices(post=1)).total == 1


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("https://www.mfa-tavoria.example.org/grain", True),
        ("Read mfa-tavoria.org today", True),
        ("Siehe www.example.com.", True),
        ("访问https://a.example.org了解", True),
        ("🌾🌾 example.com 🌾", True),
        ("Lire cafe\u0301.example.com", True),
        ("No address here. None at all.", False),
        ("At 9.30 we meet; 3.5 tonnes", False),
        ("Mr. X met Ms. Y.", False),
        ("e.g. this", False),
        ("me@example.com", False),
        ("", False),
    ],
)
def test_an_address_is_what_x_sees_as_one(text: str, seen: bool) -> None:
    assert has_address(text) is seen


@pytest.mark.parametrize("before", ["", "🌾", "𝕏𝕏𝕏 ", "cafe\u0301 ", "الحبوب ", "粮食", "\u200f"])
def test_what_is_billed_as_a_link_is_what_counts_as_one(before: str) -> None:
    """A long address counts 23: so the length shows whether X saw it."""
    address = "https://example.org/" + "a" * 100
    counted = x_length(before + address).length - x_length(before).length
    assert has_address(before + address) == (counted == 23)


@pytest.mark.parametrize(
    "said",
    [
        says("Open."),
        says("See https://a.example.org"),
        says("Watch: ", VIDEO),
        says("Open.", attachments=(picture("The minister"), picture(""))),
        says(kind=Kind.REPOST, of=Reference(delivery="grain/1/mfa/post", field="id", shape="x-id")),
    ],
    ids=["plain", "link", "video", "pictures", "repost"],
)
def test_a_payload_costs_what_its_variant_costs(said: Assignment) -> None:
    assert said.variant is not None
    body = json.loads(X(WIRE, None, clock=None).render(said.account, said.variant).body)
    assert payload_cost(said.variant.kind, body, PRICES) == variant_cost(said.variant, PRICES) == account_cost(said, PRICES)


def test_a_month_of_the_bill_is_one_of_utc() -> None:
    assert month_of(datetime(2026, 12, 1, 1, 0, tzinfo=timezone(timedelta(hours=3)))) == "2026-11"


@pytest.mark.parametrize(
    ("amount", "shown"), [(0, "$0.00"), (5, "$0.005"), (45, "$0.045"), (200, "$0.20"), (1_234_560, "$1234.56")]
)
def test_amounts_are_shown_to_the_thousandth_where_there_is_one(amount: int, shown: str) -> None:
    assert dollars(amount) == shown
