"""A canvas for flat drawings: shapes in the units of the finished picture, with smooth edges."""

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Point = tuple[float, float]

_FINER = 2  # drawn so many times larger, then made smaller: that smooths the edges


class Canvas:
    """A picture of `width` x `height` pixels under way. Colours are RGB from 0 to 255."""

    def __init__(self, width: int, height: int, top: Colour, bottom: Colour) -> None:
        self.size = (width, height)
        self.image = shaded(width * _FINER, height * _FINER, top, bottom)
        self._draw = ImageDraw.Draw(self.image)

    def area(self, points: Sequence[Point], colour: Colour) -> None:
        """A filled shape."""
        self._draw.polygon([(x * _FINER, y * _FINER) for x, y in points], fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: Colour, *, round_by: float = 0) -> None:
        """A filled rectangle, with round corners if wanted."""
        corners = [left * _FINER, top * _FINER, right * _FINER, bottom * _FINER]
        self._draw.rounded_rectangle(corners, radius=round_by * _FINER, fill=colour)

    def disc(self, x: float, y: float, radius: float, colour: Colour, *, height: float | None = None) -> None:
        """A filled circle around a point, or an ellipse of another `height` (half of it, like the radius)."""
        tall = radius if height is None else height
        self._draw.ellipse([(x - radius) * _FINER, (y - tall) * _FINER, (x + radius) * _FINER, (y + tall) * _FINER], fill=colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """A line through points."""
        scaled = [(x * _FINER, y * _FINER) for x, y in points]
        self._draw.line(scaled, fill=colour, width=max(1, round(width * _FINER)), joint="curve")

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Light around a point that fades with the distance; `strength` from 0 to 1."""
        wide = round(radius * _FINER)
        mask = Image.new("L", (2 * wide, 2 * wide))
        ImageDraw.Draw(mask).ellipse([wide // 2, wide // 2, wide * 3 // 2, wide * 3 // 2], fill=round(255 * strength))
        mask = mask.filter(ImageFilter.BoxBlur(wide // 6)).filter(ImageFilter.BoxBlur(wide // 6))
        corner = (round(x * _FINER) - wide, round(y * _FINER) - wide)
        self.image.paste(Image.new("RGB", mask.size, colour), corner, mask)

    def done(self, size: tuple[int, int] | None = None) -> Image.Image:
        """The finished picture, in its own size or another one of the same shape."""
        return self.image.resize(size or self.size, Image.Resampling.BOX if size is None else Image.Resampling.HAMMING)


def shaded(width: int, height: int, top: Colour, bottom: Colour) -> Image.Image:
    """A picture that runs from one colour at the top to another at the bottom."""
    column = Image.new("RGB", (1, height))
    for y in range(height):
        column.putpixel((0, y), mixed(top, bottom, y / max(1, height - 1)))
    return column.resize((width, height))


def mixed(one: Colour, other: Colour, share: float) -> Colour:
    """A colour between two; `share` 0 is the first, 1 the other."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue
