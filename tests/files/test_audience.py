"""The audience as a person writes it."""

import pytest

from ministry_social.files.audience import read_audience

AUDIENCES = {
    "all": "+all",
    "all - group:sahel": "+all -group:sahel",
    "all -group:sahel": "+all -group:sahel",
    "group:europe + country:TR": "+group:europe +country:TR",
    "country:tr": "+country:TR",
    "+ officials + account:embassy-paris - language:zh-Hans": "+officials +account:embassy-paris -language:zh-Hans",
    "platform:x\n  - mission:mission-un-geneva": "+platform:x -mission:mission-un-geneva",
}


@pytest.mark.parametrize(("text", "terms"), AUDIENCES.items())
def test_terms_apply_from_left_to_right(text: str, terms: str) -> None:
    read = [f"{term.sign}{term.kind}{':' if term.value else ''}{term.value}" for term in read_audience(text)]
    assert " ".join(read) == terms


WRONG = {
    "": "is empty",
    "- group:sahel": "Say first who is addressed: all - group:sahel",
    "all group:sahel": "there is none before group:sahel",
    "all -": "a term is missing",
    "all - + officials": "Two signs",
    "all-group:sahel": "Put spaces around",
    "everybody": "is no term of an audience. Possible: all, officials, group:",
    "grup:sahel": "Did you mean group:?",
    "group": "is no term of an audience",
    "country:Turkey": "ISO 3166-1",
    "language:turkish": "ISO 639",
    "platform:twitter": "There is no platform twitter. Possible: x, facebook, youtube",
    "group:": "is no name of a group",
}


@pytest.mark.parametrize(("text", "says"), WRONG.items())
def test_what_is_no_audience_is_refused_and_the_right_way_said(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        read_audience(text)
