"""The page of the delivery report in a real browser: readable by everybody, by light, in the dark, on a phone, on paper."""

from pathlib import Path

import pytest

from ministry_social.files.delivery_page import delivery_page
from tests.factories import NOW
from tests.rules.test_delivery_report import Year

axe = pytest.importorskip("tests.axe")


def test_axe_finds_nothing_against_the_page(tmp_path: Path) -> None:
    year = Year(24)
    file = tmp_path / "delivery.html"
    about = ["Deliveries: all that there are.", "72 deliveries."]
    file.write_text(delivery_page(ministry="Tavoria", report=year.report(), about=about, made=NOW), encoding="utf-8")
    with axe.browser() as chromium:
        assert axe.violations_everywhere(chromium, file.as_uri()) == {}
