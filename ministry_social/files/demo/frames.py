"""The frames of the demo's film: a morning above Lake Orsa, with the wind turbines turning."""

from collections.abc import Callable
from functools import cached_property
from math import cos, pi, sin

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from . import pictures
from .drawing import Canvas, Colour, Point, shaded

SIZE = (1280, 720)  # pixels
SECONDS = 12

Drawing = Callable[[Canvas], None]

_DRAWN = (1200, 675)  # the size in which the scene is drawn; the same shape
_INK: Colour = (20, 52, 104)
_SUN: Colour = (255, 248, 214)
_LIGHT: Colour = (255, 238, 196)
_TITLES = ("Climate-neutral by 2045", "A fund for early warning", "Lake Orsa, 14 to 16 April 2027")
_GROUND: Colour = (120, 160, 170)
_SUN_X = 940
_FIELD = 590  # y from which on the hill covers everything
_SHORE = 352  # y of the lake's far shore, in pixels of the film
_HUBS = ((1064.0, 356.0, 74.0), (1168.0, 380.0, 60.0), (978.0, 392.0, 46.0))  # of the turbines: x, y, length of a blade
_FLOOR = 530.0  # y where their towers stand


class Film:
    """The scene, drawn once; `frame` shows it at a moment."""

    def __init__(self) -> None:
        self._lit: tuple[int, Image.Image] = (-1, Image.new("RGB", SIZE))

    def frame(self, moment: float) -> Image.Image:
        """The scene `moment` seconds after the beginning, RGB."""
        image = self._lit_sky(round(318 - 78 * (1 - (1 - moment / SECONDS) ** 2))).copy()
        self._clouds(image, moment)
        self._mountains.onto(image)
        image.paste(self._lake, (0, _SHORE))
        _glitter(image, _SUN_X, moment)
        self._hill.onto(image)
        image.paste(self._field, (0, _FIELD))
        for number, (hub_x, hub_y, blade) in enumerate(_HUBS):
            _turbine(image, hub_x, hub_y, blade, moment * (1.5 + number * 0.35) + number)
        self._title(image, moment)
        return image

    @cached_property
    def _sky(self) -> Image.Image:
        return shaded(*SIZE, (126, 178, 220), (255, 226, 178))

    def _lit_sky(self, height: int) -> Image.Image:
        """The sky with the sun at this height; kept, for the sun stays on a height for several frames."""
        if self._lit[0] != height:
            image = self._sky.copy()
            image.paste(_LIGHT, (_SUN_X - 340, height - 340), self._glow)
            image.paste(_SUN, (_SUN_X - 50, height - 50), self._disc)
            self._lit = (height, image)
        return self._lit[1]

    @cached_property
    def _glow(self) -> Image.Image:
        mask = Image.new("L", (680, 680))
        ImageDraw.Draw(mask).ellipse([170, 170, 510, 510], fill=215)
        return mask.filter(ImageFilter.BoxBlur(56)).filter(ImageFilter.BoxBlur(56))

    @cached_property
    def _disc(self) -> Image.Image:
        mask = Image.new("L", (200, 200))
        ImageDraw.Draw(mask).ellipse([2, 2, 198, 198], fill=255)
        return mask.resize((100, 100), Image.Resampling.BOX)

    @cached_property
    def _mountains(self) -> "_Layer":
        return _Layer(lambda canvas: pictures.mountains(canvas, 1200, 330), 136, _SHORE)

    @cached_property
    def _lake(self) -> Image.Image:
        return _drawn(lambda canvas: pictures.lake(canvas, 1200, 330, 560)).crop((0, _SHORE, *SIZE))

    @cached_property
    def _hill(self) -> "_Layer":
        return _Layer(_field, 500, _FIELD)

    @cached_property
    def _field(self) -> Image.Image:
        """What the hill covers from one side to the other."""
        return _drawn(_field).crop((0, _FIELD, *SIZE))

    @cached_property
    def _cloud(self) -> Image.Image:
        mask = Image.new("L", (260, 90))
        draw = ImageDraw.Draw(mask)
        for left, top, wide, tall in ((20, 40, 130, 34), (70, 22, 100, 50), (120, 34, 120, 40)):
            draw.rounded_rectangle([left, top, left + wide, top + tall], radius=tall // 2, fill=190)
        return mask.filter(ImageFilter.GaussianBlur(2))

    def _clouds(self, image: Image.Image, moment: float) -> None:
        for start, height, speed in ((180, 170, 16), (620, 236, 11), (1120, 96, 20)):
            x = (start + round(moment * speed)) % (SIZE[0] + 260) - 260
            image.paste((255, 252, 246), (x, height), self._cloud)

    @cached_property
    def _titles(self) -> tuple[Image.Image, ...]:
        font = ImageFont.load_default(62)
        found = []
        for text in _TITLES:
            mask = Image.new("L", (1120, 96))
            ImageDraw.Draw(mask).text((0, 8), text, font=font, fill=255, stroke_width=1)
            found.append(mask)
        return tuple(found)

    def _title(self, image: Image.Image, moment: float) -> None:
        """Three titles, four seconds each, that come and go within half a second."""
        turn = min(int(moment // 4), 2)
        within = moment - 4 * turn
        seen = max(0.0, min(1.0, within / 0.5, (4 - within) / 0.5 if turn < 2 else 1.0))
        mask = self._titles[turn].point(lambda value: round(value * seen))
        image.paste(_INK, (64, 48), mask)


class _Layer:
    """What `draw` draws between two rows of the film, and a mask of where that is: there, any ground looks the same."""

    def __init__(self, draw: Drawing, top: int, bottom: int) -> None:
        shown, dark, bright = (
            _drawn(draw, ground).crop((0, top, SIZE[0], bottom)) for ground in (_GROUND, (0, 0, 0), (255, 255, 255))
        )
        self._shown, self._top = shown, top
        self._mask = ImageChops.invert(ImageChops.difference(dark, bright).convert("L"))

    def onto(self, image: Image.Image) -> None:
        """Lay it over a frame."""
        image.paste(self._shown, (0, self._top), self._mask)


def _drawn(draw: Drawing, ground: Colour = _GROUND) -> Image.Image:
    canvas = Canvas(*_DRAWN, ground, ground)
    draw(canvas)
    return canvas.done(SIZE)


def _field(canvas: Canvas) -> None:
    pictures.hill(canvas, 1200, 675)
    pictures.panels(canvas)


def _glitter(image: Image.Image, x: float, moment: float) -> None:
    """The path of the sun on the water."""
    draw = ImageDraw.Draw(image)
    for step in range(15):
        y = _SHORE + 6 + step * step * 0.85
        half = 34 + 34 * abs(sin(step * 1.7 + moment * 0.9)) + step * 2
        sway = 10 * sin(step * 0.9 + moment * 1.6)
        share = step / 15
        colour = (255 - round(54 * share), 240 - round(24 * share), 200 + round(8 * share))
        draw.rounded_rectangle([x - half + sway, y, x + half + sway, y + 3 + step * 0.15], radius=1, fill=colour)


def _turbine(image: Image.Image, x: float, y: float, blade: float, angle: float) -> None:
    """A wind turbine, its rotor turned by `angle` (radians)."""
    tower = [(x - blade * 0.035, y), (x + blade * 0.035, y), (x + blade * 0.07, _FLOOR), (x - blade * 0.07, _FLOOR)]
    blades = [_blade(x, y, blade, angle + turn * 2 * pi / 3) for turn in range(3)]
    left, top, right = round(x - blade - 4), round(y - blade - 4), round(x + blade + 4)
    finer = 3  # for smooth edges
    mask = Image.new("L", ((right - left) * finer, (round(_FLOOR) + 1 - top) * finer))
    draw = ImageDraw.Draw(mask)
    for shape in (tower, *blades):
        draw.polygon([((px - left) * finer, (py - top) * finer) for px, py in shape], fill=255)
    image.paste((250, 250, 248), (left, top), mask.reduce(finer))


def _blade(x: float, y: float, length: float, angle: float) -> list[Point]:
    ahead, aside = (cos(angle), sin(angle)), (-sin(angle), cos(angle))
    outline = ((0.0, -0.03), (0.22, -0.06), (1.0, 0.0), (0.2, 0.04), (0.0, 0.03))
    return [(x + length * (a * ahead[0] + b * aside[0]), y + length * (a * ahead[1] + b * aside[1])) for a, b in outline]
