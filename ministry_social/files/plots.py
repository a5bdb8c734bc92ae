"""Plots as SVG that can be read without colour, on paper, in the dark, and by a screen reader."""

import sys
from collections.abc import Sequence
from functools import cache
from typing import Any
from xml.etree import ElementTree

# How lines differ: by their dashes, and by their name at their end.
_DASHES = ("", "9,4", "2,4", "12,4,2,4", "5,2", "1,6")
_WIDTH = 760
_CSS = ("file://style.css", "file://graph.css")  # the library's own
_OWN = (
    ".plot-{name} .guide.line{{stroke-opacity:.25 !important}}"
    ".plot-{name} .line.reactive{{stroke-width:2.5 !important;stroke-opacity:1 !important}}"
)

Point = tuple[str, float]


def bars(name: str, title: str, description: str, rows: Sequence[Point], form: str = "{:,.1f}") -> str:
    """A bar for each row, from the first down, each with its name and its number. `name` is the plot's own on its page."""
    pygal = _library()
    ordered = list(reversed(rows))
    chart = pygal.HorizontalBar(
        **_plain(name), height=90 + 26 * len(rows), print_values=True, print_values_position="top", formatter=form.format,
        show_y_guides=False,
        show_x_labels=False, range=(0, max((value for _, value in rows), default=0) * 1.15 or 1),
    )  # fmt: skip
    chart.x_labels = [_short(label) for label, _ in ordered]
    chart.add("", [value for _, value in ordered])
    return _finished(chart, title, description)


def lines(
    name: str, title: str, description: str, labels: Sequence[str], series: Sequence[tuple[str, Sequence[float | None]]]
) -> str:
    """A line for each of the series over the same labels; each is dashed in its own way, and its name stands at its end."""
    pygal = _library()
    known = [value for _, values in series for value in values if value is not None]
    top = max(known, default=1) or 1
    chart = pygal.Line(
        **_plain(name), height=230, print_labels=True,
        value_formatter="{:,.0f}".format, x_label_rotation=0, truncate_label=20, show_dots=True, dots_size=2,
        range=(0, top * 1.1), show_minor_x_labels=False, x_labels_major_every=max(1, len(labels) // 5), margin_right=150,
    )  # fmt: skip
    chart.x_labels = list(labels)
    for number, (label, values) in enumerate(series):
        ended = max((place for place, value in enumerate(values) if value is not None), default=-1)
        points: list[Any] = [
            {"value": value, "label": _short(label)} if place == ended else value for place, value in enumerate(values)
        ]
        dash = _DASHES[number % len(_DASHES)]
        chart.add(label, points, stroke_style={"width": 2.5} | ({"dasharray": dash} if dash else {}))
    return _finished(chart, title, description)


@cache
def _library() -> Any:
    """pygal, imported when it is needed. It puts a finder for its maps into Python's own list, of a kind that Python warns about at
    each later import; it is taken out again."""
    before = list(sys.meta_path)
    import pygal

    sys.meta_path[:] = [finder for finder in sys.meta_path if finder in before]
    return pygal


def _plain(name: str) -> dict[str, Any]:
    """What all plots are: no script, no colour of their own, as wide as the page."""
    style_of = _library().style.Style

    ink = "currentColor"
    style = style_of(
        background="transparent", plot_background="transparent", foreground=ink, foreground_strong=ink, foreground_subtle=ink,
        colors=(ink,) * 8, value_colors=(ink,) * 8, font_family="inherit", label_font_size=13, major_label_font_size=13,
        value_font_size=13, value_label_font_size=13, opacity=".35", opacity_hover=".35", guide_stroke_color=ink,
        major_guide_stroke_color=ink, guide_stroke_dasharray="none", major_guide_stroke_dasharray="none", transition="0s",
    )  # fmt: skip
    return {
        "style": style, "css": [*_CSS, f"inline:{_OWN.format(name=name)}"], "js": [], "defs": [], "width": _WIDTH,
        "show_legend": False, "classes": (f"plot-{name}",),
    }  # fmt: skip


def _finished(chart: Any, title: str, description: str) -> str:
    """The SVG with what a screen reader says of it, and without the library's script and comments."""
    name = chart.config.classes[0]
    chart.uuid = name
    tree = chart.render_tree()
    for parent in list(tree.iter()):
        for child in list(parent):
            if not isinstance(child.tag, str) or child.tag.rpartition("}")[2] in ("script", "title", "desc"):
                parent.remove(child)
    for one in tree.iter():  # beside the bar's end, and level with the line's
        if one.get("class") == "value":
            one.attrib |= {"text-anchor": "start", "dx": "6"}
        elif one.get("class") == "label":
            one.attrib |= {"dy": "-9", "dx": "4"}
    for number, (tag, text) in enumerate((("title", title), ("desc", description))):
        said = ElementTree.Element(tag, {"id": f"{name}-{tag}"})
        said.text = text
        tree.insert(number, said)
    tree.set("role", "img")
    tree.set("aria-labelledby", f"{name}-title {name}-desc")
    return ElementTree.tostring(tree, encoding="unicode")


def _short(label: str, most: int = 30) -> str:
    return label if len(label) <= most else label[: most - 1] + "…"
