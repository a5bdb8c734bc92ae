"""References: what stands in a payload for an address that is not known yet, and how the address gets in."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ministry_social.errors import LedgerBroken
from ministry_social.model.variant import Kind, Payload, Reference, Text
from ministry_social.rules.canonical import canonical
from ministry_social.rules.length import x_length
from ministry_social.rules.references import SHAPES, as_json, as_object, plain, references, resolve, stand_in

VIDEO = Reference(delivery="grain/1/channel/video", field="url", shape="youtube-url")
POST = Reference(delivery="grain/1/mfa/post", field="id", shape="x-id")
ADDRESS = "https://youtu.be/dQw4w9WgXcQ"


def payload(value: Any, kind: Kind = Kind.ORIGINAL) -> Payload:
    return Payload(platform="x", kind=kind, body=canonical(value))


def resolved(value: Any, **receipts: dict[str, str]) -> Any:
    keys = {"video": VIDEO.delivery, "post": POST.delivery}
    return json.loads(resolve(payload(value), {keys[name]: receipt for name, receipt in receipts.items()}).body)


@pytest.mark.parametrize("shape", sorted(SHAPES))
def test_a_stand_in_has_the_shape_of_what_will_come(shape: str) -> None:
    assert SHAPES[shape].fullmatch(stand_in(Reference(delivery="d", field="f", shape=shape)))


def test_a_stand_in_counts_on_x_as_the_address_will() -> None:
    assert x_length(f"See {stand_in(VIDEO)}").length == x_length(f"See {ADDRESS}").length == 27


def test_a_stand_in_is_as_long_as_the_address_will_be() -> None:
    assert len(stand_in(VIDEO)) == len(ADDRESS)


def test_a_text_without_references_stands_in_a_payload_as_one_string() -> None:
    assert as_json(("Open", " again")) == "Open again"
    assert as_json(()) == ""


def test_a_text_with_references_stands_there_in_pieces() -> None:
    expected = ["See ", {"delivery": "grain/1/channel/video", "field": "url", "shape": "youtube-url"}]
    assert as_json(("See ", VIDEO)) == expected


def test_a_payload_tells_its_references_each_once_in_reading_order() -> None:
    said = {"media": [], "text": as_json((VIDEO, " and ", VIDEO)), "z": {"repost": as_object(POST)}}
    assert references(payload(said)) == (VIDEO, POST)
    assert references(payload({"text": "Open", "tags": ["a", "b"]})) == ()


def test_pieces_become_one_string() -> None:
    assert resolved({"text": as_json(("See ", VIDEO, " now."))}, video={"url": ADDRESS, "id": "x"}) == {
        "text": f"See {ADDRESS} now."
    }


def test_a_repost_gets_the_id_of_its_original() -> None:
    assert resolved({"repost": as_object(POST)}, post={"id": "1840000010007919037"}) == {"repost": "1840000010007919037"}


def test_lists_without_references_stay_lists() -> None:
    said = {"tags": ["a", "b"], "media": [{"alt": "A", "shape": "round"}], "empty": [], "none": None, "n": 1}
    assert resolved(said) == said


def test_what_is_resolved_is_canonical_and_has_the_same_platform_and_kind() -> None:
    before = payload({"text": as_json((VIDEO,)), "a": [1]}, Kind.TRANSLATION)
    after = resolve(before, {VIDEO.delivery: {"url": ADDRESS}})
    assert (after.platform, after.kind) == ("x", Kind.TRANSLATION)
    assert after.body == canonical(json.loads(after.body))
    assert references(after) == ()


def test_a_payload_without_references_keeps_its_bytes() -> None:
    before = payload({"text": "Open again 🌾", "media": []})
    assert resolve(before, {}) == before


@pytest.mark.parametrize(
    "receipts",
    [
        {},
        {VIDEO.delivery: {}},
        {VIDEO.delivery: {"id": "dQw4w9WgXcQ"}},
        {VIDEO.delivery: {"url": ""}},
        {VIDEO.delivery: {"url": "https://youtu.be/short"}},
        {VIDEO.delivery: {"url": "https://youtu.be/dQw4w9WgXcQQ"}},
        {VIDEO.delivery: {"url": "https://evil.example.org/dQw4w9WgXcQ"}},
        {VIDEO.delivery: {"url": ADDRESS + "\n"}},
        {"grain/1/other/video": {"url": ADDRESS}},
    ],
)
def test_a_receipt_that_is_missing_or_has_another_shape_is_refused(receipts: dict[str, dict[str, str]]) -> None:
    with pytest.raises(LedgerBroken, match=r"The url of grain/1/channel/video is '.*', which is no youtube-url"):
        resolve(payload({"text": as_json((VIDEO,))}), receipts)


@pytest.mark.parametrize("wrong", ["", "0x1", "12345678901234567890", "١٢٣", "-1", " 1"])
def test_an_id_that_is_no_number_of_x_is_refused(wrong: str) -> None:
    with pytest.raises(LedgerBroken):
        resolved({"repost": as_object(POST)}, post={"id": wrong})


def test_a_shape_that_nobody_knows_is_refused() -> None:
    strange = Reference(delivery="d", field="url", shape="anything")
    with pytest.raises(LedgerBroken, match="is no anything"):
        resolve(payload({"text": as_json((strange,))}), {"d": {"url": ADDRESS}})


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20) | st.just(VIDEO), max_size=6))
def test_resolving_is_putting_the_address_where_the_stand_in_was(pieces: list[str | Reference]) -> None:
    text: Text = tuple(pieces)
    after = resolved({"text": as_json(text)}, video={"url": ADDRESS})
    assert after == {"text": "".join(ADDRESS if piece == VIDEO else str(piece) for piece in pieces)}
    assert len(after["text"]) == len(plain(text))
