"""Plots that can be read without colour, and leave nothing behind."""

import sys
from xml.etree import ElementTree

from ministry_social.files import plots

SVG = "{http://www.w3.org/2000/svg}"


def texts(svg: str) -> list[str]:
    return [one.text or "" for one in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_bar_has_its_name_and_its_number_as_text() -> None:
    svg = plots.bars("forms", "By form", "Pictures 12.0", [("picture", 12.0), ("a <b> & c", 3.5)])
    assert {"picture", "12.0", "a <b> & c", "3.5"} <= set(texts(svg))


def test_lines_differ_by_their_dashes_and_have_their_names_at_their_ends() -> None:
    svg = plots.lines("grow", "Followers", "X and Facebook", ["May", "June"], [("X", [1, 2]), ("Facebook", [None, 3])])
    assert {"X", "Facebook", "May", "June"} <= set(texts(svg))
    assert "stroke-dasharray:9,4" in svg


def test_a_plot_says_what_it_shows_has_no_script_and_is_the_same_each_time() -> None:
    svg, again = (plots.bars("a", "Title & more", "What it shows", [("x", 1.0)]) for _ in range(2))
    root = ElementTree.fromstring(svg)
    assert [child.tag for child in root][:2] == [f"{SVG}title", f"{SVG}desc"]
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "plot-a-title plot-a-desc"
    assert "<script" not in svg
    assert "<!--" not in svg
    assert svg == again


def test_nothing_to_show_is_no_error() -> None:
    assert plots.bars("a", "Nothing", "Nothing", [])
    assert plots.lines("a", "Nothing", "Nothing", ["May"], [("X", [None])])


def test_the_library_leaves_no_finder_behind() -> None:
    plots.bars("a", "t", "d", [("x", 1.0)])
    assert not [finder for finder in sys.meta_path if type(finder).__module__.startswith("pygal")]
