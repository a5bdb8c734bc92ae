"""The demo's message as a folder: its texts copied, its pictures and its video made on the spot."""

import shutil
from pathlib import Path

__all__ = ["MESSAGE", "make_demo_media", "write_demo"]

MESSAGE = "2026-climate-statement.md"
_HOME = Path(__file__).parent / "demo"


def write_demo(folder: Path) -> Path:
    """Write message, local texts, captions and media into a folder of messages, which is made. Returns the message's file.

    Takes some seconds, for the video.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for pattern in ("*.md", "*.vtt", "local/*/*.md"):
        for path in sorted(_HOME.glob(pattern)):
            target = folder / path.relative_to(_HOME)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
    make_demo_media(folder)
    return folder / MESSAGE


def make_demo_media(folder: Path) -> None:
    """Draw the two pictures (PNG, 1200 x 675), and make the video (MP4, 12 s) and its thumbnail (JPEG, 1280 x 720)."""
    from .demo.film import write_film
    from .demo.frames import Film
    from .demo.pictures import minister_at_lectern, solar_field

    minister_at_lectern().save(folder / "minister-at-lectern.png", optimize=True)
    solar_field().save(folder / "solar-field.png", optimize=True)
    film = Film()
    film.frame(2).save(folder / "climate-briefing.jpg", quality=92)
    write_film(folder / "climate-briefing.mp4", film)
