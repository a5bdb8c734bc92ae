"""What lies beside a message file: its media, and the local texts of the missions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..errors import InvalidMessage
from ..model.message import LocalText, Media, MediaFacts
from . import written
from .body import read_body
from .lines import Toml, nearest, read_text
from .media import look

_MEDIA_KEYS = ("file", "captions", "thumbnail")


@dataclass(frozen=True, kw_only=True)
class Beside:
    """The folder of one message file, and the front matter that names its media."""

    path: Path
    toml: Toml

    def media(self) -> Iterator[Media]:
        """The files of [[media]], looked at."""
        tables = self.toml.values.get("media", [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self.toml.problem(
                "media is no list of files.", "media", remedy='Write [[media]] on a line of its own, then file = "...".'
            )
        seen: set[str] = set()
        for index, table in enumerate(tables):
            self.toml.check_names(table, _MEDIA_KEYS, "name", "media", index)
            if "file" not in table:
                raise self.toml.problem("[[media]] names no file.", "media", index, remedy='Add a line: file = "minister.jpg".')
            one = self._medium(index, table)
            if one.file in seen:
                raise self.toml.problem(f"{one.file} stands here twice.", "media", index, "file", remedy="Remove one.")
            seen.add(one.file)
            yield one

    def _medium(self, index: int, table: Mapping[str, Any]) -> Media:
        facts = self._look(table["file"], ("image", "gif", "video"), "media", index, "file")
        captions, thumbnail = table.get("captions", {}), table.get("thumbnail")
        if (captions or thumbnail) and facts.kind != "video":
            key = "captions" if captions else "thumbnail"
            raise self.toml.problem(f"Only a video has {key}.", "media", index, key, remedy="Remove this line.")
        return Media(
            file=table["file"],
            facts=facts,
            place=self.toml.place("media", index),
            captions=dict(self._captions(index, captions)),
            thumbnail=None if thumbnail is None else (thumbnail, self._look(thumbnail, ("image",), "media", index, "thumbnail")),
        )

    def _captions(self, index: int, table: Any) -> Iterator[tuple[str, tuple[str, MediaFacts]]]:
        path = ("media", index, "captions")
        if not isinstance(table, dict):
            raise self.toml.problem("captions is no table.", *path, remedy='Write: captions = { en = "grain.en.vtt" }.')
        for tag, file in table.items():
            try:
                language = written.language(tag)
            except ValueError as error:
                raise self.toml.problem(str(error), *path, tag) from error
            yield language, (file, self._look(file, ("captions",), *path, tag))

    def _look(self, file: Any, kinds: tuple[str, ...], *at: str | int) -> MediaFacts:
        """What a file of the message is."""
        try:
            facts = look(self._inside(file, *at))
        except InvalidMessage as error:
            if error.line is not None:
                raise
            raise self.toml.problem(error.sentence, *at, remedy=error.remedy) from error
        if facts.kind not in kinds:
            wanted = {"captions": "captions (.vtt or .srt)", "image": "a picture", "gif": "a picture", "video": "a video"}
            right = " or ".join(dict.fromkeys(wanted[kind] for kind in kinds))
            raise self.toml.problem(f"{file} is {wanted[facts.kind]}; here belongs {right}.", *at)
        return facts

    def _inside(self, file: Any, *at: str | int) -> Path:
        """The path of a file, which must lie in the message's folder, links followed."""
        if not isinstance(file, str) or not file:
            raise self.toml.problem(f"{file!r} is no file.", *at, remedy='Write its name between double quotes: "minister.jpg".')
        folder = self.path.parent.resolve()
        path = folder / file
        strange = "\\" in file or "\0" in file or file.startswith(("/", "~")) or ".." in path.parts
        if strange or not path.resolve().is_relative_to(folder):
            remedy = "Copy it there, and write its name alone (or folder/name)."
            raise self.toml.problem(f"{file!r} does not lie in the message's folder.", *at, remedy=remedy)
        if not path.is_file():
            beside = [one.name for one in path.parent.iterdir()] if path.parent.is_dir() else []
            close = nearest(path.name, sorted(beside))
            remedy = close if close.startswith("Did you") else "Put it into the message's folder."
            raise self.toml.problem(f"There is no file {file} beside the message.", *at, remedy=remedy)
        return path

    def local_texts(self, name: str, files: tuple[str, ...]) -> Iterator[tuple[str, tuple[LocalText, str]]]:
        """What missions say in their own words, with the whole text of each file."""
        folder = self.path.parent / "local" / name
        for path in sorted(folder.iterdir()) if folder.is_dir() else ():
            if path.name.startswith(".") or path.name.endswith("~"):
                continue
            if path.suffix != ".md" or not written.NAME.fullmatch(path.stem):
                remedy = "Name it after its mission, in small letters: embassy-ankara.md"
                raise InvalidMessage("This is no local text.", file=str(path), remedy=remedy)
            if not path.resolve().is_relative_to(self.path.parent.resolve()):
                raise InvalidMessage("This local text lies outside the message's folder.", file=str(path), remedy="Copy it here.")
            text = read_text(path, InvalidMessage)
            yield path.stem, (local_text(path.stem, text, str(path), files), text)


def local_text(mission: str, text: str, file: str, files: tuple[str, ...]) -> LocalText:
    """What a mission says, from the whole text of a file; `files` are the media of the message. Raises `InvalidMessage`."""
    body = read_body(text, file, files=files)
    if body.overrides:
        place = body.overrides[0].place
        raise InvalidMessage(
            "A local text has no ## for section.", file=place.file, line=place.line, remedy="Write it below its language."
        )
    if len(body.wordings) != 1:
        line = list(body.wordings.values())[1].place.line if body.wordings else 1
        has = f"{len(body.wordings)} languages" if body.wordings else "no language section"
        remedy = "Write exactly one, in the language of the mission: ## tr, then ### short."
        raise InvalidMessage(f"This local text has {has}.", file=file, line=line, remedy=remedy)
    [wording] = body.wordings.values()
    return LocalText(mission=mission, wording=wording, more=body.more.get(wording.language, ()))
