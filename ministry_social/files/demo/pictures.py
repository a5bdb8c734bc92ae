"""The drawings of the demo's message: the minister at her lectern, and the solar field above Lake Orsa."""

from math import cos, pi, sin

from PIL import Image

from .drawing import Canvas, Colour, Point, mixed

_BLUE: Colour = (24, 62, 122)  # the field of Tavoria's flag
_GOLD: Colour = (244, 186, 62)
_WHITE: Colour = (250, 250, 246)
_SNOW: Colour = (244, 246, 250)
_SKIN: Colour = (216, 165, 130)
_HAIR: Colour = (62, 42, 38)
_JACKET: Colour = (30, 96, 98)
_WOOD: Colour = (146, 92, 56)
_DARK_WOOD: Colour = (110, 66, 40)
_METAL: Colour = (52, 56, 64)


def minister_at_lectern() -> Image.Image:
    """1200 x 675 pixels."""
    canvas = Canvas(1200, 675, (226, 232, 236), (196, 208, 216))
    _hall(canvas)
    _flag(canvas, 850, 96)
    _minister(canvas, 560, 300)
    _lectern(canvas, 560, 400)
    return canvas.done()


def solar_field() -> Image.Image:
    """1200 x 675 pixels."""
    canvas = Canvas(1200, 675, (126, 178, 220), (255, 226, 178))
    canvas.glow(880, 262, 330, (255, 238, 196), 0.9)
    canvas.disc(880, 262, 46, (255, 248, 214))
    mountains(canvas, 1200, 330)
    lake(canvas, 1200, 330, 560)
    _glitter(canvas, 880, 330)
    hill(canvas, 1200, 675)
    panels(canvas)
    return canvas.done()


def mountains(canvas: Canvas, width: float, shore: float) -> None:
    """Two ranges, the nearer one with snow on its peaks, down to the shore."""
    far = [(0.0, 0.34), (0.1, 0.55), (0.2, 0.38), (0.33, 0.66), (0.47, 0.4), (0.6, 0.58), (0.72, 0.3), (0.85, 0.5), (1.0, 0.36)]
    canvas.area([(0, shore), *((x * width, shore - y * 230) for x, y in far), (width, shore)], (150, 172, 198))
    for x, rise, reach in ((0.06, 148, 150), (0.3, 196, 190), (0.5, 132, 150), (0.93, 172, 180)):
        _peak(canvas, x * width, shore, rise, reach)


def _peak(canvas: Canvas, x: float, shore: float, rise: float, reach: float) -> None:
    canvas.area([(x - reach, shore), (x, shore - rise), (x + reach, shore)], (104, 132, 164))
    canvas.area([(x, shore - rise), (x + reach, shore), (x + reach * 0.25, shore)], (86, 114, 148))
    cap = 0.34  # of the height lies under snow
    left, right = (x - reach * cap, shore - rise * (1 - cap)), (x + reach * cap, shore - rise * (1 - cap))
    teeth = [(x + reach * 0.16, right[1] - 14), (x + 4, right[1] + 12), (x - reach * 0.15, right[1] - 12)]
    canvas.area([(x, shore - rise), right, *teeth, left], _SNOW)


def lake(canvas: Canvas, width: float, shore: float, bottom: float) -> None:
    """Water below the shore."""
    steps = 40
    for step in range(steps):
        y = shore + (bottom - shore) * step / steps
        colour = mixed((178, 206, 216), (58, 118, 156), step / steps)
        canvas.box(0, y, width, shore + (bottom - shore) * (step + 1) / steps, colour)


def _glitter(canvas: Canvas, sun: float, shore: float) -> None:
    """The path of the sun on the water."""
    for step in range(15):
        y = shore + 6 + step * step * 0.8
        half = 40 + 26 * abs(sin(step * 1.7)) + step * 2
        canvas.box(sun - half, y, sun + half, y + 2.5 + step * 0.15, mixed((255, 240, 200), (196, 214, 206), step / 14), round_by=1)


def hill(canvas: Canvas, width: float, bottom: float) -> None:
    """The green hill in front."""
    canvas.area([(0, bottom), *_curve(width, 470, 46, 0.4), (width, bottom)], (110, 158, 92))
    canvas.area([(0, bottom), *_curve(width, 520, 52, 1.5), (width, bottom)], (92, 144, 80))
    canvas.area([(0, bottom), *_curve(width, 640, 24, 3.0), (width, bottom)], (74, 124, 68))


def _curve(width: float, height: float, swing: float, phase: float) -> list[Point]:
    return [(width * step / 60, height + swing * sin(phase + 2.6 * step / 60)) for step in range(61)]


def panels(canvas: Canvas) -> None:
    """Rows of solar panels, smaller the farther away."""
    for row in range(4):
        near = 0.5 + row * 0.2
        y = 502 + row * row * 9 + row * 26
        for column in range(-1, 13):
            x = 70 + row * 18 + column * 190 * near * 0.92
            if x < 1240:
                _panel(canvas, x, y + 7 * sin(column * 0.6 + row), near)


def _panel(canvas: Canvas, x: float, y: float, scale: float) -> None:
    wide, tall, lean = 150 * scale, 62 * scale, 26 * scale
    for foot in (0.2, 0.8):
        canvas.line([(x + wide * foot, y + tall * 0.7), (x + wide * foot, y + tall * 1.32)], _METAL, 4 * scale)
    frame = [(x + lean, y), (x + wide + lean, y), (x + wide, y + tall), (x, y + tall)]
    canvas.area(frame, (36, 74, 130))
    canvas.area([frame[0], (x + lean + wide * 0.42, y), (x + wide * 0.2, y + tall), frame[3]], (58, 104, 166))
    for part in range(1, 5):
        canvas.line([(x + lean + wide * part / 5, y), (x + wide * part / 5, y + tall)], (150, 184, 216), 1.2 * scale)
    for part in range(1, 3):
        across = lean * (1 - part / 3)
        canvas.line([(x + across, y + tall * part / 3), (x + wide + across, y + tall * part / 3)], (150, 184, 216), 1.2 * scale)
    canvas.line([*frame, frame[0]], (222, 230, 236), 2.4 * scale)


def _hall(canvas: Canvas) -> None:
    """A bright hall: panels on the wall, a window with the mountains, a floor."""
    for x in range(60, 1200, 216):
        canvas.box(x, 60, x + 168, 500, (214, 222, 228), round_by=6)
        canvas.box(x + 8, 68, x + 160, 492, (224, 230, 235), round_by=4)
    canvas.box(96, 86, 356, 420, _WHITE, round_by=6)
    canvas.box(108, 98, 344, 408, (168, 206, 232))
    canvas.area([(108, 330), (168, 216), (226, 300), (276, 238), (344, 330)], (122, 148, 178))
    canvas.area([(150, 250), (168, 216), (186, 242), (172, 252), (162, 244)], _SNOW)
    canvas.area([(258, 261), (276, 238), (297, 265), (280, 262), (270, 268)], _SNOW)
    canvas.box(108, 328, 344, 408, (84, 140, 172))
    canvas.box(221, 98, 231, 408, _WHITE)
    canvas.box(108, 222, 344, 230, _WHITE)
    canvas.box(0, 560, 1200, 675, (166, 150, 134))
    canvas.box(0, 548, 1200, 562, (236, 238, 238))


def _flag(canvas: Canvas, x: float, y: float) -> None:
    """The flag of Tavoria on a pole: a golden sun over a white wave on blue."""
    canvas.line([(x, y - 26), (x, y + 466)], (176, 140, 70), 8)
    canvas.disc(x, y - 32, 10, _GOLD)
    canvas.disc(x, y + 468, 44, (96, 76, 48), height=10)
    wide, tall = 258, 172
    top = [(x + 4 + wide * s / 40, y + 7 * sin(s / 40 * 2 * pi)) for s in range(41)]
    canvas.area([*top, *((px, py + tall) for px, py in reversed(top))], _BLUE)
    for fold in (top[10:14], top[32:36]):
        folded = [*fold, *((px, py + tall) for px, py in reversed(fold))]
        canvas.area(folded, mixed(_BLUE, (0, 0, 0), 0.13))
    _sun(canvas, x + wide / 2, y + 66, 34)
    wave = [(px, py + 124 + 9 * sin(s / 40 * 6 * pi)) for s, (px, py) in enumerate(top)]
    canvas.area([*wave, *((px, py + 20) for px, py in reversed(wave))], _WHITE)


def _sun(canvas: Canvas, x: float, y: float, radius: float) -> None:
    for ray in range(12):
        angle = ray * pi / 6
        tip = (x + cos(angle) * radius * 1.5, y + sin(angle) * radius * 1.5)
        base = [(x + cos(angle + turn) * radius * 1.08, y + sin(angle + turn) * radius * 1.08) for turn in (-0.16, 0.16)]
        canvas.area([base[0], tip, base[1]], _GOLD)
    canvas.disc(x, y, radius, _GOLD)


def _minister(canvas: Canvas, x: float, y: float) -> None:
    """Head and shoulders of a woman, above the lectern; `x`, `y` is her chin."""
    canvas.disc(x, y - 64, 66, _HAIR, height=76)
    canvas.box(x - 66, y - 70, x + 66, y + 18, _HAIR, round_by=30)
    shoulders = [(x - 168, y + 130), (x - 152, y + 78), (x - 126, y + 56), (x - 96, y + 44), (x - 62, y + 34), (x - 24, y + 24)]
    canvas.area([*shoulders, *((2 * x - px, py) for px, py in reversed(shoulders))], _JACKET)
    canvas.area([(x - 34, y + 22), (x + 34, y + 22), (x, y + 130)], _WHITE)
    canvas.box(x - 20, y - 20, x + 20, y + 38, mixed(_SKIN, (120, 70, 50), 0.25), round_by=16)
    canvas.area([(x - 34, y + 20), (x - 48, y + 66), (x - 2, y + 136), (x - 10, y + 80)], (24, 80, 84))
    canvas.area([(x + 34, y + 20), (x + 48, y + 66), (x + 2, y + 136), (x + 10, y + 80)], (24, 80, 84))
    canvas.disc(x, y - 54, 46, _SKIN, height=58)
    canvas.area([(x - 50, y - 62), (x - 44, y - 108), (x, y - 124), (x + 44, y - 108), (x + 50, y - 62), (x + 14, y - 94)], _HAIR)
    for side in (-1, 1):
        canvas.disc(x + side * 17, y - 56, 4.6, _HAIR)
        canvas.line([(x + side * 9, y - 70), (x + side * 17, y - 74), (x + side * 26, y - 70)], _HAIR, 2.6)
    canvas.line([(x - 1, y - 50), (x + 4, y - 40), (x - 2, y - 38)], (186, 132, 102), 2.4)
    smile = [(x - 17, y - 30), (x - 9, y - 27), (x, y - 26), (x + 9, y - 27), (x + 17, y - 30)]
    canvas.area([*smile, (x + 10, y - 19), (x, y - 15), (x - 10, y - 19)], (172, 64, 66))
    canvas.area([*smile, (x + 10, y - 24), (x, y - 21.5), (x - 10, y - 24)], _WHITE)
    canvas.disc(x + 62, y + 92, 7, _GOLD)


def _lectern(canvas: Canvas, x: float, y: float) -> None:
    """A wooden lectern with two microphones and the emblem of the ministry."""
    for side in (-1, 1):
        canvas.line([(x + side * 74, y + 24), (x + side * 62, y - 34), (x + side * 40, y - 70)], _METAL, 5)
        canvas.box(x + side * 38 - 9, y - 92, x + side * 38 + 9, y - 60, (36, 38, 44), round_by=9)
    for side in (-1, 1):  # her hands
        sleeve = [(150, -28), (176, 6), (168, 20), (112, 20), (100, -20)]
        canvas.area([(x + side * px, y + py) for px, py in sleeve], _JACKET)
        canvas.disc(x + side * 138, y + 15, 24, _SKIN, height=13)
    canvas.area([(x - 168, y + 20), (x + 168, y + 20), (x + 186, y + 54), (x - 186, y + 54)], _DARK_WOOD)
    canvas.area([(x - 158, y + 54), (x + 158, y + 54), (x + 132, 675), (x - 132, 675)], _WOOD)
    canvas.area([(x - 158, y + 54), (x + 158, y + 54), (x + 156, y + 66), (x - 156, y + 66)], _DARK_WOOD)
    for side in (-1, 1):
        canvas.area([(x + side * 126, y + 84), (x + side * 116, y + 84), (x + side * 98, 675), (x + side * 107, 675)], _DARK_WOOD)
    canvas.disc(x, y + 154, 68, _GOLD)
    canvas.disc(x, y + 154, 63, _BLUE)
    _sun(canvas, x, y + 138, 22)
    wave = [(x - 50 + s * 2.5, y + 184 + 4 * sin(s / 40 * 4 * pi)) for s in range(41)]
    canvas.area([*wave, *((px, py + 9) for px, py in reversed(wave))], _WHITE)
